//! How fast all of it is: `cargo xtask bench`. Prints tables in Markdown, each figure a median.
//!
//! Only figures of one run compare: another machine, or this one on another day, has others.

mod fleet;
mod memory;
mod native;
mod page;
mod python;
mod speedscope;
mod start;
mod table;

use anyhow::Result;

/// Nodes of the reports that are measured.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Measures the parts that are named, or all.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    if wants("start") {
        println!("{}", start::measure().await?);
    }
    if wants("page") {
        println!("{}", page::measure().await?);
    }
    if wants("fleet") {
        println!("{}", fleet::measure().await?);
    }
    if wants("native") {
        println!("{}", native::measure()?);
    }
    if wants("python") {
        println!("{}", python::measure()?);
    }
    Ok(())
}
