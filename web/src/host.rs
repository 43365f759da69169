//! The surroundings of the viewer: a page of its own, or an element in another page.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use leptos::prelude::*;
use leptos_use_resize_observer::use_resize_observer;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget, FocusEvent, HtmlElement, KeyboardEvent, ShadowRoot};

use crate::browser;
use crate::url::{Link, Place, files_in, fragment_of};

/// Called with each new place of the reader.
pub(crate) type OnPlace = Rc<dyn Fn(&Place)>;

/// A handle on the viewer's surroundings; clones share them.
#[derive(Clone)]
pub(crate) struct Host {
    /// The element that contains the whole viewer.
    root: HtmlElement,
    /// Called with each new place in an element; in the page the address shows the place.
    on_place: Option<OnPlace>,
    has_focus: Rc<Cell<bool>>,
    /// How often the focus has moved to an element of the viewer.
    n_moves: Rc<Cell<usize>>,
    _listeners: Rc<[EventListener; 2]>,
}

impl Host {
    /// `on_place` is called with each new place; without it the page's address shows the place.
    pub(crate) fn new(root: HtmlElement, on_place: Option<OnPlace>) -> Self {
        let has_focus = Rc::new(Cell::new(false));
        let n_moves = Rc::new(Cell::new(0_usize));
        let (comes, moves) = (has_focus.clone(), n_moves.clone());
        let goes = has_focus.clone();
        let listeners = [
            EventListener::new(&root, "focusin", move |_| {
                comes.set(true);
                moves.set(moves.get().wrapping_add(1));
            }),
            // If an element with the focus is removed, this event is missing, or names no other
            // element.
            EventListener::new(&root, "focusout", move |event| {
                let event: &FocusEvent = event.unchecked_ref();
                if event.related_target().is_some() {
                    goes.set(false);
                }
            }),
        ];
        Self { root, on_place, has_focus, n_moves, _listeners: Rc::new(listeners) }
    }

    /// Whether this is the page, and not an element in another page.
    pub(crate) fn is_page(&self) -> bool {
        self.on_place.is_none()
    }

    /// The place that the address names; an element has no address.
    pub(crate) fn place(&self) -> Place {
        if self.is_page() { Place::from_fragment(&browser::fragment()) } else { Place::default() }
    }

    /// The files that the address names.
    pub(crate) fn files(&self) -> Vec<String> {
        if self.is_page() { files_in(&browser::fragment()) } else { Vec::new() }
    }

    /// Writes the place to the address, with the links that bring reports and the files that
    /// contain the place. If `is_step`, "back" returns to the previous place.
    pub(crate) fn went(&self, links: &[Link], place: &Place, files: &[String], is_step: bool) {
        match &self.on_place {
            Some(on_place) => on_place(place),
            None => {
                let fragment = fragment_of(links, place, files);
                let is_written = browser::fragment().trim_start_matches('#') == fragment;
                if is_step || !is_written {
                    browser::set_fragment(&fragment, is_step);
                }
            }
        }
    }

    /// Focuses the first element in the viewer that the selector matches.
    pub(crate) fn focus(&self, selector: &str) {
        browser::focus(&self.root, selector);
    }

    /// Focuses the element with the next frame, unless the reader moves the focus first.
    pub(crate) fn focus_next(&self, selector: &'static str) {
        let host = self.clone();
        let focused = self.active_element();
        let n_moves = self.n_moves.get();
        request_animation_frame(move || {
            // The element that had the focus may be gone, or may have lost it when it was drawn
            // again.
            let active = host.active_element();
            let is_moved = host.n_moves.get() != n_moves;
            if !is_moved && (active.is_none() || active == focused) {
                host.focus(selector);
            }
        });
    }

    /// Focuses the element with the next frame, if the element that has the focus now has lost it
    /// by then. In an element of another page, only if the focus was inside the viewer.
    pub(crate) fn catch_focus(&self, selector: &'static str) {
        let host = self.clone();
        let focused = self.active_element();
        request_animation_frame(move || {
            // A browser takes the focus from a disabled or removed button before or after this frame,
            // and may give it to an element around the button.
            let is_lost = focused.is_some_and(|it| is_disabled(&it) || !it.is_connected());
            let is_nowhere = || host.active_element().is_none() && host.may_take_focus();
            if is_lost || is_nowhere() {
                host.focus(selector);
            }
        });
    }

    /// The element that has the focus; in an element of another page, one of the viewer's.
    fn active_element(&self) -> Option<Element> {
        match self.root.get_root_node().dyn_ref::<ShadowRoot>() {
            Some(shadow) => shadow.active_element(),
            None => browser::document()?.active_element().filter(|it| it.tag_name() != "BODY"),
        }
    }

    /// Whether the viewer had the focus, if no element has it now.
    fn may_take_focus(&self) -> bool {
        self.is_page() || self.has_focus.get()
    }

    /// Clicks the first element in the viewer that the selector matches.
    pub(crate) fn click(&self, selector: &str) {
        if let Some(element) = browser::find(&self.root, selector) {
            element.click();
        }
    }

    /// Tracks the viewer's size until the component that calls this is gone. The viewer's size may
    /// change while the window's stays the same.
    pub(crate) fn resized(&self) -> Resized {
        let resized = Resized(ArcTrigger::new());
        let observed = resized.clone();
        let mut is_first = true;
        use_resize_observer(self.root.clone(), move |_, _| {
            // The first call reports the initial size.
            if !std::mem::take(&mut is_first) {
                observed.0.notify();
            }
        });
        resized
    }

    /// Whether there is room to show everything side by side.
    pub(crate) fn is_wide(&self) -> bool {
        self.root.client_width() > 900
    }

    /// Listens for keys: for all keys in a page of its own, and for those pressed inside an
    /// element.
    pub(crate) fn on_key(&self, mut hear: impl FnMut(&KeyboardEvent) + 'static) -> EventListener {
        let window = browser::window().filter(|_| self.is_page());
        let target: EventTarget = match window {
            Some(window) => window.into(),
            None => self.root.clone().into(),
        };
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&target, "keydown", options, move |event: &Event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                hear(event);
            }
        })
    }
}

/// The size of the viewer. Anything that is laid out by it is laid out again when it changes.
#[derive(Clone)]
pub(crate) struct Resized(ArcTrigger);

impl Resized {
    /// The size of the viewer that contains the calling component.
    pub(crate) fn here() -> Self {
        use_context().unwrap_or_else(|| Self(ArcTrigger::new()))
    }

    /// Runs an effect again when the size changes.
    pub(crate) fn track(&self) {
        self.0.track();
    }
}

fn is_disabled(element: &Element) -> bool {
    element.matches(":disabled").unwrap_or_default()
}
