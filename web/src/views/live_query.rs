//! Keeps the worker's answers up to date with the page.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::worker::client::Stopped;

/// Asks the worker about a subject. Asks again when the subject changes, or a signal that `ask`
/// reads before its first `await`, such as the rows in sight.
///
/// `on_answer` gets each answer with its subject, unless the subject has changed meanwhile. The old
/// answer is shown until then. A `LocalResource` would show the answer that was pending when its
/// source changed, and only then ask again.
pub(super) fn latest<S, T, F>(
    subject: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> F + 'static,
    on_answer: impl Fn(&S, &T) + 'static,
) where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: 'static,
    F: Future<Output = Result<T, Stopped>> + 'static,
{
    let subject = Memo::new(move |_| subject());
    let on_answer = Rc::new(on_answer);
    follow(Box::new(move || {
        let asked = subject.get();
        let answer = ask(asked.clone());
        let on_answer = on_answer.clone();
        Box::pin(async move {
            let Ok(answer) = answer.await else { return };
            // The view that asked may be gone.
            if subject.try_get_untracked().as_ref() == Some(&asked) {
                untrack(|| on_answer(&asked, &answer));
            }
        })
    }));
}

/// Milliseconds after which the reader sees that an answer takes time.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(150);

/// The requests that are not answered yet.
#[derive(Clone, Copy)]
pub(super) struct Pending {
    n_requests: RwSignal<usize>,
    /// Whether one of them takes long.
    pub(super) is_slow: RwSignal<bool>,
}

impl Pending {
    pub(super) fn new() -> Self {
        let (n_requests, is_slow) = (RwSignal::new(0), RwSignal::new(false));
        let any = Memo::new(move |_| n_requests.get() > 0);
        Effect::new(move |_| {
            if !any.get() {
                return is_slow.set(false);
            }
            let show = move || {
                // The view may be gone by then.
                if any.try_get_untracked() == Some(true) {
                    is_slow.set(true);
                }
            };
            set_timeout(show, PATIENCE);
        });
        Self { n_requests, is_slow }
    }

    /// Counts a request until it is answered.
    pub(super) async fn count<T>(self, answer: impl Future<Output = T>) -> T {
        let _ = self.n_requests.try_update(|it| *it += 1);
        let answer = answer.await;
        let _ = self.n_requests.try_update(|it| *it -= 1);
        answer
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Starts a task now, and again whenever a signal that `start` reads changes. This is separate from
/// `latest`, so that the effect is compiled once for all types of answers.
fn follow(start: Box<dyn Fn() -> Task>) {
    Effect::new(move |_| spawn_local(start()));
}
