//! `qspect summary`: the first screen of each report, or all reports as a table.

use std::io::Write;

use qspect_core::view::NodeTable;
use qspect_core::write::FleetRecord;
use qspect_core::{Analysis, FleetRow, Summary, write};

use crate::args::SummaryFormat;
use crate::input::{File, Named, analyses};
use crate::{line, summary_table};

/// Writes the summary of each report, or a row for each.
pub(crate) fn write(
    out: &mut (impl Write + Send),
    files: Vec<File>,
    format: SummaryFormat,
) -> anyhow::Result<()> {
    match format {
        SummaryFormat::Json => {
            let reports: Vec<Named> = analyses(files).collect();
            writeln!(out, "{}", write::summary_json(&reports)?)?;
        }
        SummaryFormat::Text | SummaryFormat::Markdown => {
            for (report_idx, (name, analysis)) in analyses(files).enumerate() {
                let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
                if report_idx > 0 {
                    writeln!(out)?;
                }
                match format {
                    SummaryFormat::Markdown => {
                        write!(out, "{}", write::summary_markdown(&summary))?;
                    }
                    _ => {
                        line(out, format_args!("{name}"))?;
                        write!(out, "{}", write::summary_text(&summary))?;
                    }
                }
            }
        }
        SummaryFormat::Csv => write!(out, "{}", write::fleet_csv(&records(files))?)?,
        SummaryFormat::Ndjson => summary_table::write_ndjson(out, &records(files))?,
        SummaryFormat::Parquet => summary_table::write_parquet(out, &records(files))?,
    }
    Ok(())
}

/// One row for each report.
fn records(files: Vec<File>) -> Vec<FleetRecord> {
    let mut records = Vec::new();
    for File { name, reports, modified } in files {
        for (report_idx, report) in reports.into_iter().enumerate() {
            let analysis = Analysis::of(report);
            let row = FleetRow::of(&name, report_idx, modified.as_deref(), &analysis);
            records.push(FleetRecord::from(&row));
        }
    }
    records
}
