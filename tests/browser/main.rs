//! The built page in a real browser, opened from disk as users open it.

mod bad_input;
mod compare;
mod fleet;
mod harness;
mod html;
mod keys;
mod large;
mod page;
mod quantizers;
mod reports;
mod share;
mod start;
mod timing;
mod verdicts;
