//! The built page in a real browser, opened from disk as users open it.

mod harness;
mod start;
