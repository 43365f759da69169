//! The tests that run in every engine: Chromium, Firefox and WebKit.
//!
//! They use WebDriver's standard commands and scripts in the page, and nothing that one browser alone
//! has, such as the DevTools protocol. `cargo xtask test` runs them in Chromium among all others,
//! `cargo xtask test engines` runs this module in Firefox and in WebKit.

mod bad_input;
mod chips;
mod compare;
mod disk;
mod harness;
mod keys;
mod million_rows;
mod smoke;
mod views;
