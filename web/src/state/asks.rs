//! What is asked of the worker, each with the answer that comes.

use leptos::prelude::*;
use qspect_core::DiffList;
use qspect_core::{Level, NodeQuery};
use serde::de::DeserializeOwned;

use super::AppState;
use crate::worker::{DiffAnswer, DiffRowsAnswer, Export, ExportAnswer, ReasonsAnswer};
use crate::worker::{ModulesAnswer, NodeAnswer, Request, RowsAnswer, TextAnswer};

impl AppState {
    fn ask<A: DeserializeOwned>(self, request: &Request, on_answer: impl FnMut(A) + 'static) {
        self.client.with_value(|it| it.ask(request, None, on_answer));
    }

    pub(crate) fn ask_rows(
        self,
        report_id: usize,
        query: NodeQuery,
        start: usize,
        len: usize,
        on_answer: impl FnMut(RowsAnswer) + 'static,
    ) {
        let request = Request::Rows { report_id, query, start, len };
        self.ask(&request, on_answer);
    }

    pub(crate) fn ask_node(
        self,
        report_id: usize,
        name: String,
        query: NodeQuery,
        on_answer: impl FnMut(Option<NodeAnswer>) + 'static,
    ) {
        let request = Request::Node { report_id, name, query };
        self.ask(&request, on_answer);
    }

    pub(crate) fn ask_modules(
        self,
        report_id: usize,
        on_answer: impl FnMut(ModulesAnswer) + 'static,
    ) {
        let request = Request::Modules { report_id };
        self.ask(&request, on_answer);
    }

    pub(crate) fn ask_text(
        self,
        report_id: usize,
        level: Level,
        start: usize,
        len: usize,
        on_answer: impl FnMut(TextAnswer) + 'static,
    ) {
        let request = Request::Text { report_id, level, start, len };
        self.ask(&request, on_answer);
    }

    pub(crate) fn ask_whole_text(
        self,
        report_id: usize,
        level: Level,
        on_answer: impl FnMut(String) + 'static,
    ) {
        let request = Request::WholeText { report_id, level };
        self.ask(&request, on_answer);
    }
}

/// What only a page asks.
impl AppState {
    pub(crate) fn ask_reasons(self, on_answer: impl FnMut(ReasonsAnswer) + 'static) {
        self.ask(&Request::Reasons, on_answer);
    }

    pub(crate) fn ask_diff(
        self,
        base_id: usize,
        head_id: usize,
        on_answer: impl FnMut(Option<DiffAnswer>) + 'static,
    ) {
        let request = Request::Diff { base_id, head_id };
        self.ask(&request, on_answer);
    }

    pub(crate) fn ask_diff_rows(
        self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        start: usize,
        len: usize,
        on_answer: impl FnMut(DiffRowsAnswer) + 'static,
    ) {
        let request = Request::DiffRows { base_id, head_id, list, start, len };
        self.ask(&request, on_answer);
    }

    pub(crate) fn ask_export(
        self,
        report_ids: Vec<usize>,
        export: Export,
        is_redacted: bool,
        on_answer: impl FnMut(ExportAnswer) + 'static,
    ) {
        let request = Request::Export { report_ids, export, is_redacted };
        self.ask(&request, on_answer);
    }
}
