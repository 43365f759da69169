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

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Starts a task now, and again whenever a signal that `start` reads changes. This is separate from
/// `latest`, so that the effect is compiled once for all types of answers.
fn follow(start: Box<dyn Fn() -> Task>) {
    Effect::new(move |_| spawn_local(start()));
}
