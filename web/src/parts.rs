//! Parts of the page that do not change once they are there, put together by calls.
//!
//! `view!` gives each element a type of its own, and so code of its own: what is static takes half of
//! that if it is all of one type and no call is inlined. What changes is written in `view!`, and goes
//! in as a child.

use leptos::ev;
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;
use qspect_core::figures::count;
use qspect_core::{is_hidden, shown};

/// Characters of one text that the page shows: a browser lays all of a text out, in sight or not.
const MAX_CHARS: usize = 4_096;

/// A text as the page shows it: what cannot be seen is marked as such, and what nobody reads to its end
/// is cut.
#[inline(never)]
pub(crate) fn told(text: &str) -> AnyView {
    let (mut rest, more) = cut(text);
    let mut pieces = Vec::new();
    while let Some(at) = rest.find(is_hidden) {
        let (before, from) = rest.split_at(at);
        let (hidden, after) = from.split_at(from.find(|it| !is_hidden(it)).unwrap_or(from.len()));
        pieces.push(before.to_owned().into_any());
        // No `span`: styles of what is around it may mean those.
        let mark = custom("mark").class("qs-escape").child(shown(hidden).into_owned());
        pieces.push(mark.into_any());
        rest = after;
    }
    let last = format!("{rest}{more}");
    if pieces.is_empty() {
        return last.into_any();
    }
    pieces.push(last.into_any());
    pieces.into_any()
}

/// The same where there is no markup: in attributes, and in the options of a list.
#[inline(never)]
pub(crate) fn plain(text: &str) -> String {
    let (text, more) = cut(text);
    shown(text).into_owned() + &more
}

fn cut(text: &str) -> (&str, String) {
    match text.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => {
            (&text[..at], format!("… and {} more", count(text.len() - at, "byte", "bytes")))
        }
        None => (text, String::new()),
    }
}

/// An element with a class, text and parts in it.
#[must_use]
pub(crate) struct Part(Box<Inner>);

struct Inner {
    tag: &'static str,
    class: &'static str,
    title: Option<String>,
    aria: Option<(&'static str, &'static str)>,
    width: Option<String>,
    on_click: Option<Callback<()>>,
    is_disabled: bool,
    children: Vec<AnyView>,
}

/// An element, empty as yet.
#[inline(never)]
pub(crate) fn part(tag: &'static str, class: &'static str) -> Part {
    Part(Box::new(Inner {
        tag,
        class,
        title: None,
        aria: None,
        width: None,
        on_click: None,
        is_disabled: false,
        children: Vec::new(),
    }))
}

/// A button that looks like a link.
pub(crate) fn link(on_click: impl Fn() + Send + Sync + 'static) -> Part {
    part("button", "qs-link").on_click(on_click)
}

/// The same in small print.
pub(crate) fn small_link(on_click: impl Fn() + Send + Sync + 'static) -> Part {
    part("button", "qs-link qs-small").on_click(on_click)
}

impl Part {
    #[inline(never)]
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.children.push(told(text));
        self
    }

    #[inline(never)]
    pub(crate) fn with(mut self, child: Part) -> Self {
        self.0.children.push(child.view());
        self
    }

    pub(crate) fn with_all(mut self, children: impl IntoIterator<Item = Part>) -> Self {
        for child in children {
            self = self.with(child);
        }
        self
    }

    /// Puts in what is no part.
    #[inline(never)]
    pub(crate) fn view_in(mut self, child: AnyView) -> Self {
        self.0.children.push(child);
        self
    }

    #[inline(never)]
    pub(crate) fn title(mut self, title: &str) -> Self {
        self.0.title = Some(plain(title));
        self
    }

    /// Sets one attribute such as `role` or `aria-hidden`.
    #[inline(never)]
    pub(crate) fn aria(mut self, name: &'static str, value: &'static str) -> Self {
        self.0.aria = Some((name, value));
        self
    }

    #[inline(never)]
    pub(crate) fn width(mut self, width: &str) -> Self {
        self.0.width = Some(width.to_owned());
        self
    }

    pub(crate) fn on_click(mut self, on_click: impl Fn() + Send + Sync + 'static) -> Self {
        self.0.on_click = Some(Callback::new(move |()| on_click()));
        self
    }

    #[inline(never)]
    pub(crate) fn disabled(mut self, is_disabled: bool) -> Self {
        self.0.is_disabled = is_disabled;
        self
    }

    #[inline(never)]
    pub(crate) fn view(self) -> AnyView {
        let Inner { tag, class, title, aria, width, on_click, is_disabled, children } = *self.0;
        let (name, value) = aria.map_or(("role", None), |it| (it.0, Some(it.1)));
        let element = custom(tag)
            .class(class)
            .title(title)
            .add_any_attr(custom_attribute(name, value))
            .add_any_attr(custom_attribute("disabled", is_disabled))
            .style(("width", width))
            .child(children);
        match on_click {
            Some(on_click) => element.on(ev::click, move |_| on_click.run(())).into_any(),
            None => element.into_any(),
        }
    }
}
