//! Temporary: the requests as futures, over those with callbacks.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};

use qspect_core::{DiffList, Level, NodeQuery};

use super::AppState;
use crate::worker::{
    DiffAnswer, DiffRowsAnswer, NodeAnswer, ReasonsAnswer, RowsAnswer, TextAnswer,
};

/// The answer of a callback, as a future. It stays pending if the callback is never called.
fn answer<T: 'static>(ask: impl FnOnce(Box<dyn FnMut(T)>)) -> impl Future<Output = T> {
    let slot = Rc::new(RefCell::new((None, None::<Waker>)));
    let sender = slot.clone();
    ask(Box::new(move |it| {
        let mut slot = sender.borrow_mut();
        slot.0 = Some(it);
        if let Some(waker) = slot.1.take() {
            waker.wake();
        }
    }));
    poll_fn(move |context| {
        let mut slot = slot.borrow_mut();
        match slot.0.take() {
            Some(it) => Poll::Ready(it),
            None => {
                slot.1 = Some(context.waker().clone());
                Poll::Pending
            }
        }
    })
}

impl AppState {
    pub(crate) async fn rows(
        self,
        report_id: usize,
        query: NodeQuery,
        start: usize,
        len: usize,
    ) -> RowsAnswer {
        answer(|it| self.ask_rows(report_id, query, start, len, it)).await
    }

    pub(crate) async fn node(
        self,
        report_id: usize,
        name: String,
        query: NodeQuery,
    ) -> Option<NodeAnswer> {
        answer(|it| self.ask_node(report_id, name, query, it)).await
    }

    pub(crate) async fn diff(self, base_id: usize, head_id: usize) -> Option<DiffAnswer> {
        answer(|it| self.ask_diff(base_id, head_id, it)).await
    }

    pub(crate) async fn diff_rows(
        self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        start: usize,
        len: usize,
    ) -> DiffRowsAnswer {
        answer(|it| self.ask_diff_rows(base_id, head_id, list, start, len, it)).await
    }

    pub(crate) async fn text(
        self,
        report_id: usize,
        level: Level,
        start: usize,
        len: usize,
    ) -> TextAnswer {
        answer(|it| self.ask_text(report_id, level, start, len, it)).await
    }

    pub(crate) async fn whole_text(self, report_id: usize, level: Level) -> String {
        answer(|it| self.ask_whole_text(report_id, level, it)).await
    }

    pub(crate) async fn reasons(self) -> ReasonsAnswer {
        answer(|it| self.ask_reasons(it)).await
    }
}
