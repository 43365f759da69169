//! What several subcommands are told.

use std::path::PathBuf;

use anyhow::ensure;
use clap::{Args, ValueEnum};
use qspect_core::text::escape_line;
use qspect_core::{Analysis, Level};

use crate::input::File;

/// Any number of files.
#[derive(Args)]
pub(crate) struct Files {
    /// Report or log files, packed or not (.gz, .zip), or folders of them; `-` is standard input.
    /// Content decides the format.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// Whether reports keep their names.
#[derive(Args)]
pub(crate) struct Names {
    /// Replace all names first: of nodes, modules, the model and the files.
    #[arg(long)]
    pub(crate) redact: bool,
}

/// A file, and which of its reports.
#[derive(Args)]
pub(crate) struct OneReport {
    /// A report or log file, packed or not (.gz, .zip); `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Which report, counted from 1, where the file holds several.
    #[arg(long, value_name = "N")]
    pub(crate) report: Option<usize>,
}

impl OneReport {
    /// The report that is meant.
    pub(crate) fn choose(&self, files: Vec<File>) -> anyhow::Result<Analysis> {
        let file = self.file.display();
        let mut reports = files.into_iter().flat_map(|it| it.reports).collect::<Vec<_>>();
        let n_reports = reports.len();
        let report_no = match self.report {
            Some(report_no) => report_no,
            None => {
                ensure!(
                    n_reports == 1,
                    "{file}: {n_reports} reports in it\nhint: choose one by `--report 1`"
                );
                1
            }
        };
        let is_there = (1..=n_reports).contains(&report_no);
        ensure!(is_there, "{file}: no report {report_no} in it, but {n_reports}");
        Ok(Analysis::of(reports.swap_remove(report_no - 1)))
    }

    /// A note on standard error if the report is incomplete: single nodes are shown all the same.
    pub(crate) fn note_incomplete(&self, analysis: &Analysis) {
        if !analysis.is_whole() {
            let problem = &analysis.report().completeness;
            let note = format!("note: {}: incomplete report: {problem}", self.file.display());
            eprintln!("{}", escape_line(&note));
        }
    }

    /// Without nodes a command about them is no error, and has nothing to write.
    pub(crate) fn warn_without_nodes(&self, analysis: &Analysis) {
        if analysis.report().level() == Level::Info {
            eprintln!(
                "warning: {}: this report has counts alone and names no node\n\
                 hint: log at DEBUG level, or use the exporter",
                self.file.display()
            );
        }
    }
}

/// How a summary is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SummaryFormat {
    Text,
    Markdown,
    Json,
    /// A row per report.
    Csv,
    /// A JSON object per report and line.
    Ndjson,
    /// A row per report, for DuckDB, Spark and the like; `qspect` must be built with it.
    Parquet,
}

/// What is drawn.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Picture {
    /// A cell per node, in graph order.
    Strip,
    /// The modules, each below the one around it.
    Icicle,
}
