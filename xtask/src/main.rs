//! Builds Qspect.
fn main() {}
