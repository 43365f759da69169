//! Requests to the worker, each an `async fn` with one answer.
//!
//! If the worker stops, its reports are lost. They are read again under new ids. A request without
//! an answer by then ends with [`Stopped`], and so does a request of an element that has left its
//! page. Anything derived from the ids of reports sends its request again.
//!
//! A future may outlive the view that asked: after `.await`, use the `try_` forms of signals.

use leptos::prelude::*;
use qspect_core::Level;
use qspect_core::diff::DiffList;
use qspect_core::view::{
    AdviceList, ColorBy, Coloring, Column, IcicleWidth, ModuleColors, NodeGroup, NodeQuery,
};
use serde::de::DeserializeOwned;

use super::AppState;
use crate::worker::client::Stopped;
use crate::worker::{ChangedNode, DiffAnswer, DiffRowsAnswer, Export, ExportAnswer, ReasonsAnswer};
use crate::worker::{ModulesAnswer, NodeAnswer, Request, RowsAnswer, TextAnswer};

impl AppState {
    async fn request<A: DeserializeOwned + 'static>(self, request: Request) -> Result<A, Stopped> {
        // The state is gone once its element has left the page.
        let client = self.client.try_get_value().ok_or(Stopped)?;
        client.request(&request).await
    }

    /// Some rows of the node table.
    pub(crate) async fn rows(
        self,
        report_id: usize,
        query: NodeQuery,
        start: usize,
        len: usize,
    ) -> Result<RowsAnswer, Stopped> {
        self.request(Request::Rows { report_id, query, start, len }).await
    }

    /// The nodes that a query finds, grouped by a column.
    pub(crate) async fn groups(
        self,
        report_id: usize,
        query: NodeQuery,
        by: Column,
    ) -> Result<Vec<NodeGroup>, Stopped> {
        self.request(Request::Groups { report_id, query, by }).await
    }

    /// The values that complete a filter, by field.
    pub(crate) async fn field_values(
        self,
        report_id: usize,
    ) -> Result<Vec<(String, Vec<String>)>, Stopped> {
        self.request(Request::FieldValues { report_id }).await
    }

    /// One node, and its index among the rows that `query` finds; `None` if the report has no such
    /// node.
    pub(crate) async fn node(
        self,
        report_id: usize,
        name: String,
        query: NodeQuery,
    ) -> Result<Option<NodeAnswer>, Stopped> {
        self.request(Request::Node { report_id, name, query }).await
    }

    /// The module tree.
    pub(crate) async fn modules(self, report_id: usize) -> Result<ModulesAnswer, Stopped> {
        self.request(Request::Modules { report_id }).await
    }

    /// The colours of all nodes.
    pub(crate) async fn coloring(
        self,
        report_id: usize,
        base_id: Option<usize>,
        by: ColorBy,
    ) -> Result<Coloring, Stopped> {
        self.request(Request::Coloring { report_id, base_id, by }).await
    }

    /// The colours of the modules.
    pub(crate) async fn module_colors(
        self,
        report_id: usize,
        base_id: Option<usize>,
        by: ColorBy,
        width: IcicleWidth,
    ) -> Result<ModuleColors, Stopped> {
        self.request(Request::ModuleColors { report_id, base_id, by, width }).await
    }

    /// What to change.
    pub(crate) async fn advice(self, report_id: usize) -> Result<AdviceList, Stopped> {
        self.request(Request::Advice { report_id }).await
    }

    /// What the lines of some causes bring together; `None` if that is unknown.
    pub(crate) async fn combined_advice(
        self,
        report_id: usize,
        cause_idxs: Vec<usize>,
    ) -> Result<Option<String>, Stopped> {
        self.request(Request::CombinedAdvice { report_id, cause_idxs }).await
    }

    /// The changes from one report to another; `None` if one of them cannot be read again.
    pub(crate) async fn diff(
        self,
        base_id: usize,
        head_id: usize,
    ) -> Result<Option<DiffAnswer>, Stopped> {
        self.request(Request::Diff { base_id, head_id }).await
    }

    /// Some rows of a comparison.
    pub(crate) async fn diff_rows(
        self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        start: usize,
        len: usize,
    ) -> Result<DiffRowsAnswer, Stopped> {
        self.request(Request::DiffRows { base_id, head_id, list, start, len }).await
    }

    /// A node of a comparison's list; `None` if the list does not have it.
    pub(crate) async fn changed_node(
        self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        name: String,
    ) -> Result<Option<ChangedNode>, Stopped> {
        self.request(Request::ChangedNode { base_id, head_id, list, name }).await
    }

    /// Some lines of the report's text.
    pub(crate) async fn text(
        self,
        report_id: usize,
        level: Level,
        start: usize,
        len: usize,
    ) -> Result<TextAnswer, Stopped> {
        self.request(Request::Text { report_id, level, start, len }).await
    }

    /// The whole text, to copy or to save.
    pub(crate) async fn whole_text(
        self,
        report_id: usize,
        level: Level,
    ) -> Result<String, Stopped> {
        self.request(Request::WholeText { report_id, level }).await
    }

    /// Why nodes were rejected, over all reports.
    pub(crate) async fn reasons(self) -> Result<ReasonsAnswer, Stopped> {
        self.request(Request::Reasons).await
    }

    /// Reports in a format to share.
    pub(crate) async fn export(
        self,
        report_ids: Vec<usize>,
        export: Export,
        is_redacted: bool,
    ) -> ExportAnswer {
        let request = Request::Export { report_ids, export, is_redacted };
        self.request(request).await.unwrap_or_else(|stopped| Err(stopped.to_string()))
    }
}
