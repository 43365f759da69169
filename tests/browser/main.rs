//! The built page in a real browser, opened from disk as users open it.

mod axe;
mod bad_input;
mod compare;
mod element;
mod element_life;
mod element_page;
mod fleet;
mod harness;
mod hosted;
mod html;
mod keys;
mod large;
mod needs;
mod page;
mod print;
mod quantizers;
mod reports;
mod share;
mod smoke;
mod start;
mod states;
mod tabbing;
mod timing;
mod verdicts;
