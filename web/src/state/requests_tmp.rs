//! Requests as futures, over the callbacks of `asks.rs`, until those are futures themselves.

use std::future::Future;

use futures_channel::oneshot;
use qspect_core::NodeQuery;

use super::AppState;
use crate::worker::{ModulesAnswer, RowsAnswer};

impl AppState {
    /// Some rows of the node table.
    pub(crate) fn rows(
        self,
        report_id: usize,
        query: NodeQuery,
        start: usize,
        len: usize,
    ) -> impl Future<Output = RowsAnswer> {
        let (hear, answer) = once();
        self.ask_rows(report_id, query, start, len, hear);
        answer
    }

    /// The modules of a report, each after the one around it.
    pub(crate) fn modules(self, report_id: usize) -> impl Future<Output = ModulesAnswer> {
        let (hear, answer) = once();
        self.ask_modules(report_id, hear);
        answer
    }
}

/// A callback for one answer, and the future of that answer. A viewer that is gone hears of none.
fn once<A: 'static>() -> (impl FnMut(A) + 'static, impl Future<Output = A>) {
    let (sender, receiver) = oneshot::channel();
    let mut sender = Some(sender);
    let hear = move |answer| {
        if let Some(sender) = sender.take() {
            // The component that asked may be gone.
            let _ = sender.send(answer);
        }
    };
    let answer = async move {
        match receiver.await {
            Ok(answer) => answer,
            Err(oneshot::Canceled) => std::future::pending().await,
        }
    };
    (hear, answer)
}
