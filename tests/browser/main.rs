//! The built page in a real browser, opened from disk as users open it.
//!
//! The tests of [`every_engine`] run in Chromium, Firefox and WebKit, the others in Chromium.

mod address;
mod axe;
mod canvas;
mod closing;
mod coloring;
mod crash;
mod dialogs;
mod element;
mod element_life;
mod element_page;
mod every_engine;
mod faults;
mod fleet;
mod harness;
mod hosted;
mod hostile_extremes;
mod hostile_json;
mod hostile_strings;
mod html;
mod large;
mod modules;
mod needs;
mod node_table;
mod page;
mod print;
mod quantizers;
mod reports;
mod security;
mod share;
mod start;
mod states;
mod tabbing;
mod timing;
mod verdicts;
