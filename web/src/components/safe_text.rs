//! Text from a report, safe to show: every character is visible, and the length is limited.

use std::ops::Range;

use leptos::prelude::*;
use qspect_core::text::number_format::count;
use qspect_core::text::{escape_hidden, is_hidden};

/// How many characters of a text the page shows. A browser lays out a whole text, visible or not.
const MAX_CHARS: usize = 4_096;

/// Text with its invisible characters marked, cut after [`MAX_CHARS`] characters.
#[component]
pub(crate) fn SafeText(#[prop(into)] text: String) -> impl IntoView {
    let (mut rest, more) = cut(&text);
    // Almost every text; a table has thousands.
    if more.is_empty() && !rest.contains(is_hidden) {
        return text.into_any();
    }
    let mut pieces = Vec::new();
    while let Some(at) = rest.find(is_hidden) {
        let (before, from) = rest.split_at(at);
        let (hidden, after) = from.split_at(from.find(|it| !is_hidden(it)).unwrap_or(from.len()));
        pieces.push(before.to_owned().into_any());
        // Not a `span`, which the styles of a parent may select.
        let hidden = escape_hidden(hidden).into_owned();
        pieces.push(view! { <mark class="qs-escape">{hidden}</mark> }.into_any());
        rest = after;
    }
    pieces.push(format!("{rest}{more}").into_any());
    pieces.into_any()
}

/// Safe text that may break between the words of a name: `per_channel_symmetric`,
/// `PerChannelMinMaxObserver`.
#[component]
pub(crate) fn BreakableText(#[prop(into)] text: String) -> impl IntoView {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut last = None::<char>;
    for (at, c) in text.char_indices() {
        let is_next_word = match last {
            Some('_' | '.') => c.is_alphanumeric(),
            Some(last) => last.is_lowercase() && c.is_uppercase(),
            None => false,
        };
        if is_next_word {
            pieces.push(view! { <SafeText text=&text[start..at] /><wbr /> }.into_any());
            start = at;
        }
        last = Some(c);
    }
    pieces.push(view! { <SafeText text=&text[start..] /> }.into_any());
    pieces
}

/// Safe text with marked parts, given in bytes.
#[component]
pub(crate) fn MarkedText(#[prop(into)] text: String, marks: Vec<Range<usize>>) -> impl IntoView {
    if marks.is_empty() {
        return view! { <SafeText text /> }.into_any();
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    for mark in marks {
        // Parts of another text would not fit.
        let (Some(before), Some(marked)) = (text.get(at..mark.start), text.get(mark.clone()))
        else {
            break;
        };
        pieces.push(view! { <SafeText text=before /> }.into_any());
        pieces.push(view! { <mark class="qs-match"><SafeText text=marked /></mark> }.into_any());
        at = mark.end;
    }
    pieces.push(view! { <SafeText text=text.get(at..).unwrap_or_default() /> }.into_any());
    pieces.into_any()
}

/// Safe text for places without markup: attributes, and the options of a list.
pub(crate) fn safe_attribute(text: &str) -> String {
    let (text, more) = cut(text);
    escape_hidden(text).into_owned() + &more
}

fn cut(text: &str) -> (&str, String) {
    // A character has at least one byte.
    if text.len() <= MAX_CHARS {
        return (text, String::new());
    }
    match text.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => {
            (&text[..at], format!("… and {} more", count(text.len() - at, "byte", "bytes")))
        }
        None => (text, String::new()),
    }
}
