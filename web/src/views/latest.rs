//! Answers of the worker that follow what the page asks for.

use std::future::Future;

use leptos::prelude::*;

/// Asks the worker about a subject, again whenever that changes, and again whenever a signal changes
/// that `ask` reads before its first `await`, such as the rows in sight.
///
/// `on_answer` hears each answer with its subject, and none of a subject that is no longer asked
/// about. Until then it is the caller's: what was shown stays.
///
/// A [`LocalResource`] alone shows the answer that was pending when its source changed, and only then
/// asks again. Here that holds for one subject, where it helps: while the reader scrolls, the worker
/// gets one question at a time and the page draws each answer. Another subject gets a resource of its
/// own, and the one before goes with its pending answer.
pub(super) fn latest<S, T, F>(
    subject: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> F + Clone + 'static,
    on_answer: impl Fn(&S, &T) + Clone + 'static,
) where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: 'static,
    F: Future<Output = T> + 'static,
{
    let subject = Memo::new(move |_| subject());
    Effect::new(move |_| {
        let (subject, ask, on_answer) = (subject.get(), ask.clone(), on_answer.clone());
        let asked = subject.clone();
        // What an effect makes goes when it runs again.
        let answer = LocalResource::new(move || ask(asked.clone()));
        Effect::new(move |_| {
            answer.with(|it| {
                if let Some(it) = it {
                    untrack(|| on_answer(&subject, it));
                }
            });
        });
    });
}
