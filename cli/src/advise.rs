//! `qspect advise`: what to change, and what that brings.

use std::io::Write;

use clap::ValueEnum;
use qspect_core::write;

use crate::input::{File, Named, analyses};
use crate::line;

/// How advice is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Markdown,
    Json,
}

/// Writes the advice of each report.
pub(crate) fn write(out: &mut impl Write, files: Vec<File>, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        let reports: Vec<Named> = analyses(files).collect();
        writeln!(out, "{}", write::advice_json(&reports)?)?;
        return Ok(());
    }
    for (report_idx, (name, analysis)) in analyses(files).enumerate() {
        if report_idx > 0 {
            writeln!(out)?;
        }
        match format {
            Format::Markdown => write!(out, "{}", write::advice_markdown(&analysis))?,
            _ => {
                line(out, format_args!("{name}"))?;
                write!(out, "{}", write::advice_text(&analysis))?;
            }
        }
    }
    Ok(())
}
