//! The built page in a real browser, opened from disk as users open it.

mod bad_input;
mod compare;
mod element;
mod element_life;
mod element_page;
mod faults;
mod fleet;
mod harness;
mod hosted;
mod hostile_extremes;
mod hostile_json;
mod hostile_strings;
mod html;
mod keys;
mod large;
mod page;
mod print;
mod quantizers;
mod reports;
mod security;
mod share;
mod start;
mod timing;
mod verdicts;
