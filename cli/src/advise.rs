//! `qspect advise`: what to change, and what that brings.

use std::io::Write;

use clap::ValueEnum;
use qspect_core::{Analysis, write};

use crate::input::{File, analyses};
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
        let analyses: Vec<Analysis> = analyses(files).map(|it| it.1).collect();
        writeln!(out, "{}", write::advice_json(&analyses)?)?;
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
