//! The command line: all subcommands with their arguments.

use std::path::PathBuf;

use anyhow::ensure;
use clap::{Args, Parser, Subcommand, ValueEnum};
use qspect_core::text::escape_line;
use qspect_core::{Analysis, Level};

use crate::input::File;
use crate::{advise, check, diff, lint, nodes};

/// Show which nodes of a PyTorch model stay float, who decided, and why.
///
/// Reads the quantization reports of ExecuTorch's quantizers: the exporter's JSON, or a log with
/// ExecuTorch's text. Exit status: 0 success, 1 a check failed, 2 bad input.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print each report as ExecuTorch prints it.
    Text {
        #[command(flatten)]
        files: Files,
        /// Print only the counts, as ExecuTorch does at INFO level.
        #[arg(long)]
        summary: bool,
        #[command(flatten)]
        names: Names,
    },
    /// Print one report as a JSON object, several as an array.
    Json {
        #[command(flatten)]
        files: Files,
        #[command(flatten)]
        names: Names,
    },
    /// Write one HTML file with the viewer and the reports; it needs no server.
    Html {
        #[command(flatten)]
        files: Files,
        /// File to write; `-` is standard output.
        #[arg(short, long, value_name = "OUT.html")]
        output: PathBuf,
        #[command(flatten)]
        names: Names,
    },
    /// Open the reports in the browser.
    Open {
        #[command(flatten)]
        files: Files,
        #[command(flatten)]
        names: Names,
    },
    /// Summarize each report: verdicts, coverage, ops, float islands, findings.
    Summary {
        #[command(flatten)]
        files: Files,
        #[arg(long, value_enum, default_value_t = SummaryFormat::Text)]
        format: SummaryFormat,
        #[command(flatten)]
        names: Names,
    },
    /// List the nodes with their verdicts, quantizers and qspecs.
    Nodes {
        #[command(flatten)]
        file: OneReport,
        #[arg(long, value_enum, default_value_t = nodes::Format::Table)]
        format: nodes::Format,
        /// Value by which Model Explorer colours nodes: `verdict`, `dtype`, or a metric of the report.
        #[arg(long, value_name = "verdict|dtype|METRIC")]
        by: Option<String>,
        /// Nodes to list, as in the search field of the page: `conv -op:add weight:per_channel macs>1M`.
        #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
        filter: Option<String>,
        #[command(flatten)]
        names: Names,
    },
    /// Draw a report as SVG: a strip of nodes, or an icicle of modules.
    Svg {
        #[arg(value_enum)]
        picture: Picture,
        #[command(flatten)]
        file: OneReport,
        #[command(flatten)]
        names: Names,
    },
    /// Explain the verdict of one node, and suggest what to try.
    Explain {
        #[command(flatten)]
        file: OneReport,
        /// The node's name.
        node: String,
    },
    /// List the causes that keep nodes float, each with lines of Python and what they bring.
    Advise {
        #[command(flatten)]
        files: Files,
        #[arg(long, value_enum, default_value_t = advise::Format::Text)]
        format: advise::Format,
        #[command(flatten)]
        names: Names,
    },
    /// Compare two reports, or two sets of reports.
    Diff {
        /// Reports to compare with: a file, folder or archive; `-` is standard input.
        #[arg(value_name = "BASE")]
        base: PathBuf,
        /// Reports to judge: a file, folder or archive; `-` is standard input.
        #[arg(value_name = "HEAD")]
        head: PathBuf,
        #[arg(long, value_enum, default_value_t = diff::Format::Text)]
        format: diff::Format,
        /// Exit with status 1 if anything except names changed, or if a report is incomplete or has no
        /// partner.
        #[arg(long)]
        exit_code: bool,
    },
    /// Check reports in CI: a line for each missed limit, and exit status 1.
    Check {
        #[command(flatten)]
        files: Files,
        /// Fail if a node that these reports quantize is float now, or if a new node is float. A file,
        /// folder or archive; reports are matched by model and config, logs by file name.
        #[arg(long, value_name = "PATH")]
        baseline: Option<PathBuf>,
        #[command(flatten)]
        limits: check::Limits,
    },
    /// List likely mistakes, a line for each finding.
    Lint {
        #[command(flatten)]
        files: Files,
        /// Exit with status 1 if there are findings, or findings of the named lint.
        #[arg(
            long,
            value_name = "LINT",
            num_args = 0..=1,
            require_equals = true,
            default_missing_value = "all",
            value_parser = lint::deny_parser()
        )]
        deny: Vec<String>,
    },
    /// Print the licences of the code in this command.
    #[command(alias = "licenses")]
    Licences,
}

impl Command {
    /// The files to read. The head of `diff` is not among them: it is a set of its own.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        match self {
            Self::Text { files, .. }
            | Self::Json { files, .. }
            | Self::Html { files, .. }
            | Self::Open { files, .. }
            | Self::Summary { files, .. }
            | Self::Advise { files, .. }
            | Self::Check { files, .. }
            | Self::Lint { files, .. } => files.files.clone(),
            Self::Nodes { file, .. } | Self::Explain { file, .. } | Self::Svg { file, .. } => {
                vec![file.file.clone()]
            }
            // `diff` reads its head itself, since either side may be a folder.
            Self::Diff { base, .. } => vec![base.clone()],
            Self::Licences => Vec::new(),
        }
    }

    /// Whether names are replaced before anything is printed.
    pub(crate) fn is_redacted(&self) -> bool {
        match self {
            Self::Text { names, .. }
            | Self::Json { names, .. }
            | Self::Html { names, .. }
            | Self::Open { names, .. }
            | Self::Summary { names, .. }
            | Self::Advise { names, .. }
            | Self::Nodes { names, .. }
            | Self::Svg { names, .. } => names.redact,
            Self::Explain { .. }
            | Self::Diff { .. }
            | Self::Check { .. }
            | Self::Lint { .. }
            | Self::Licences => false,
        }
    }
}

/// Any number of files.
#[derive(Args)]
pub(crate) struct Files {
    /// Reports or logs, also as .gz or .zip, or folders of them; `-` is standard input. The format is
    /// detected from the content.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// Whether reports keep their names.
#[derive(Args)]
pub(crate) struct Names {
    /// Replace all text that is not known to be public: names of nodes, modules, the model, the files.
    #[arg(long)]
    pub(crate) redact: bool,
}

/// A file, and which of its reports.
#[derive(Args)]
pub(crate) struct OneReport {
    /// Report or log, also as .gz or .zip; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Number of the report, from 1, if the file has several.
    #[arg(long, value_name = "N")]
    pub(crate) report: Option<usize>,
}

impl OneReport {
    /// The report that the arguments name.
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

    /// Prints a note on standard error if the report is incomplete. Its nodes can still be shown.
    pub(crate) fn note_incomplete(&self, analysis: &Analysis) {
        if !analysis.is_whole() {
            let problem = &analysis.report().completeness;
            let note = format!("note: {}: incomplete report: {problem}", self.file.display());
            eprintln!("{}", escape_line(&note));
        }
    }

    /// Prints a warning if the report has no nodes. That is not an error: the output is empty.
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
    /// A line with a JSON object per report.
    Ndjson,
    /// A row per report. Needs a `qspect` that was built with the feature `parquet`.
    Parquet,
}

/// What is drawn.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Picture {
    /// A cell per node, in graph order.
    Strip,
    /// The modules, each below its parent.
    Icicle,
}
