//! The command `qspect`: quantization reports in a terminal and in CI.

mod args;
mod check;
mod diff;
mod explain;
mod fleet;
mod input;
mod nodes;
mod viewer;

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};
use qspect_core::text::{escape_hidden, escape_line, number_format};
use qspect_core::view::NodeTable;
use qspect_core::{Analysis, FleetRow, Level, Lint, Summary, write};

use crate::args::{Files, Names, OneReport, Picture, SummaryFormat};
use crate::input::{File, Input, Named, analyses, reports};

/// Reads quantization reports of PyTorch models: the exporter's JSON, or any log that holds
/// ExecuTorch's own text.
///
/// Exit status: 0 fine, 1 a check failed, 2 bad input.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print each report as ExecuTorch prints it.
    Text {
        #[command(flatten)]
        files: Files,
        /// Counts alone, as ExecuTorch prints them at INFO level.
        #[arg(long)]
        summary: bool,
        #[command(flatten)]
        names: Names,
    },
    /// Print the report as JSON, or all of them as an array.
    Json {
        #[command(flatten)]
        files: Files,
        #[command(flatten)]
        names: Names,
    },
    /// Write the viewer with the reports inside: one HTML file that needs no server.
    Html {
        #[command(flatten)]
        files: Files,
        /// The file to write; `-` for standard output.
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
    /// Say what stays float and why: verdicts, coverage, ops, float islands, findings.
    Summary {
        #[command(flatten)]
        files: Files,
        #[arg(long, value_enum, default_value_t = SummaryFormat::Text)]
        format: SummaryFormat,
        #[command(flatten)]
        names: Names,
    },
    /// List every node with its verdict, who decided, and its qspecs.
    Nodes {
        #[command(flatten)]
        file: OneReport,
        #[arg(long, value_enum, default_value_t = nodes::Format::Table)]
        format: nodes::Format,
        /// What Model Explorer colours nodes by: `verdict`, `dtype`, or a metric of the report.
        #[arg(long, value_name = "verdict|dtype|METRIC")]
        by: Option<String>,
        #[command(flatten)]
        names: Names,
    },
    /// Draw the report as an SVG: a cell per node, or the modules.
    Svg {
        #[arg(value_enum)]
        picture: Picture,
        #[command(flatten)]
        file: OneReport,
        #[command(flatten)]
        names: Names,
    },
    /// Tell all about one node: why it is as it is, and what to try.
    Explain {
        #[command(flatten)]
        file: OneReport,
        /// The node's name.
        node: String,
    },
    /// Say what changed from one report to another.
    Diff {
        /// What is compared with: a report, a log, or a folder or archive of them; `-` is standard input.
        #[arg(value_name = "BASE")]
        base: PathBuf,
        /// What is in question.
        #[arg(value_name = "HEAD")]
        head: PathBuf,
        #[arg(long, value_enum, default_value_t = diff::Format::Text)]
        format: diff::Format,
        /// Exit with status 1 if anything changed but names, or a report has none to compare with.
        #[arg(long)]
        exit_code: bool,
    },
    /// Check that reports are as good as they have to be: a line for each failure, and status 1.
    Check {
        #[command(flatten)]
        files: Files,
        /// What to compare with: a report, a log, or a folder of them, matched by model and config.
        #[arg(long, value_name = "PATH")]
        baseline: Option<PathBuf>,
        #[command(flatten)]
        limits: check::Limits,
    },
    /// Look for what seems wrong, a line for each finding.
    Lint {
        #[command(flatten)]
        files: Files,
        /// Exit with status 1 on findings: on all, or on those of the lints named.
        #[arg(
            long,
            value_name = "LINT",
            num_args = 0..=1,
            require_equals = true,
            default_missing_value = "all",
            value_parser = deny_parser()
        )]
        deny: Vec<String>,
    },
    /// Print the licences of all who have code in this command.
    #[command(alias = "licenses")]
    Licences,
}

fn deny_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(["all"].into_iter().chain(Lint::ALL.map(Lint::as_str)))
}

/// The exit status of a check that failed.
const CHECK_FAILED: u8 = 1;

/// The exit status of bad input.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(status) => status,
        // Nobody reads on, as in `qspect text … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", escape_hidden(&format!("{error:#}")));
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Licences = command {
        io::stdout().write_all(viewer::licences()?.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    // A command without a viewer says so before it reads anything.
    let viewer = match command {
        Command::Html { .. } | Command::Open { .. } => Some(viewer::viewer()?),
        _ => None,
    };
    let Input { mut files, mut failed, is_collection } = Input::read(&command.paths());
    if command.is_redacted() {
        input::redact(&mut files);
    }
    let mut out = io::stdout();
    let mut has_failed = false;
    match (&command, viewer) {
        (Command::Text { summary, .. }, _) => {
            let level = if *summary { Level::Info } else { Level::Debug };
            for (name, report) in reports(&files) {
                match write::text(report, level) {
                    Ok(text) => writeln!(out, "{text}")?,
                    Err(error) => failed.push(format!("{name}: {error}")),
                }
            }
        }
        (Command::Html { output, .. }, Some(viewer)) if !files.is_empty() => {
            viewer::write(viewer, &files, output)?;
        }
        (Command::Open { .. }, Some(viewer)) if !files.is_empty() => {
            viewer::open(viewer, &files)?;
        }
        (Command::Json { .. }, _) if !files.is_empty() => {
            let reports: Vec<_> = reports(&files).map(|(_, report)| report.clone()).collect();
            writeln!(out, "{}", write::json_all(&reports)?)?;
        }
        (Command::Summary { format, .. }, _) if !files.is_empty() => {
            write_summaries(&mut out, files, *format)?;
        }
        (Command::Nodes { file, format, by, names }, _) if !files.is_empty() => {
            ensure!(
                !names.redact || *format != nodes::Format::ModelExplorer,
                "redacted names are none of the model's: Model Explorer would find no node"
            );
            let analysis = file.choose(files)?;
            file.warn_without_nodes(&analysis);
            file.note_incomplete(&analysis);
            nodes::write(&mut out, &analysis, *format, by.as_deref())?;
        }
        (Command::Svg { picture, file, .. }, _) if !files.is_empty() => {
            let analysis = file.choose(files)?;
            file.warn_without_nodes(&analysis);
            let svg = match picture {
                Picture::Strip => write::strip_svg(&analysis),
                Picture::Icicle => write::icicle_svg(&analysis),
            };
            write!(out, "{svg}")?;
        }
        (Command::Explain { file, node }, _) if !files.is_empty() => {
            let analysis = file.choose(files)?;
            file.note_incomplete(&analysis);
            let detail = analysis.find(node).and_then(|it| analysis.detail(it));
            let detail = detail.with_context(|| {
                format!("{}: no node {node}\nhint: `qspect nodes` lists them", file.file.display())
            })?;
            explain::write(&mut out, &detail)?;
        }
        (Command::Diff { base, head, format, exit_code }, _) => {
            let Input { files: heads, failed: bad, .. } = Input::read(std::slice::from_ref(head));
            failed.extend(bad);
            // A file that could not be read is no report that is gone.
            if failed.is_empty() {
                let (base, head) = ((base.as_path(), files), (head.as_path(), heads));
                has_failed = diff::write(&mut out, base, head, *format)? && *exit_code;
            }
        }
        (Command::Check { baseline, limits, .. }, _) if !files.is_empty() => {
            let reports: Vec<Named> = analyses(files).collect();
            let baseline = baseline.as_ref().map(|it| Input::read(std::slice::from_ref(it)));
            let baseline = baseline.map(|base| {
                let base_reports: Vec<Named> = analyses(base.files).collect();
                let are_several = is_collection || reports.len().max(base_reports.len()) > 1;
                check::Baseline {
                    reports: base_reports,
                    // A file that could not be read is no report that is gone.
                    is_complete: failed.is_empty()
                        && is_collection == base.is_collection
                        && are_several,
                    failed: base.failed,
                }
            });
            let bad = baseline.as_ref().map_or(&[][..], |it| &it.failed);
            // With a part of the baseline missing, what is new cannot be known.
            if bad.is_empty() {
                has_failed = check::write(&mut out, &reports, baseline.as_ref(), limits)? > 0;
            }
            failed.extend_from_slice(bad);
        }
        (Command::Lint { deny, .. }, _) => {
            for (name, analysis) in analyses(files) {
                if !analysis.is_whole() {
                    // What is lost may be what is looked for.
                    let problem = &analysis.report().completeness;
                    line(&mut out, format_args!("{name}: incomplete report: {problem}"))?;
                    has_failed |= !deny.is_empty();
                }
                for finding in analysis.findings() {
                    let lint = finding.lint.as_str();
                    has_failed |= deny.iter().any(|it| it == "all" || it == lint);
                    let nodes = nodes_in_brief(&analysis, &finding.nodes);
                    line(&mut out, format_args!("{name}: {lint}: {}{nodes}", finding.message))?;
                }
            }
        }
        _ => {}
    }
    out.flush()?;
    for error in &failed {
        eprintln!("error: {}", escape_hidden(error));
    }
    Ok(match (failed.is_empty(), has_failed) {
        (false, _) => ExitCode::from(BAD_INPUT),
        (true, true) => ExitCode::from(CHECK_FAILED),
        (true, false) => ExitCode::SUCCESS,
    })
}

fn write_summaries(
    out: &mut (impl Write + Send),
    files: Vec<File>,
    format: SummaryFormat,
) -> anyhow::Result<()> {
    match format {
        SummaryFormat::Json => {
            let analyses: Vec<Analysis> = analyses(files).map(|it| it.1).collect();
            writeln!(out, "{}", write::summary_json(&analyses)?)?;
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
        SummaryFormat::Csv => fleet::write_csv(out, &records(files))?,
        SummaryFormat::Ndjson => fleet::write_ndjson(out, &records(files))?,
        SummaryFormat::Parquet => fleet::write_parquet(out, &records(files))?,
    }
    Ok(())
}

/// A row for each report.
fn records(files: Vec<File>) -> Vec<fleet::Record> {
    let mut records = Vec::new();
    for File { name, reports, modified } in files {
        for (report_idx, report) in reports.into_iter().enumerate() {
            let analysis = Analysis::of(report);
            let row = FleetRow::of(&name, report_idx, modified.as_deref(), &analysis);
            records.push(fleet::Record::from(&row));
        }
    }
    records
}

/// Nodes of a finding that its line names.
const MAX_NODES: usize = 8;

/// `: conv2d, relu and 3 more`.
fn nodes_in_brief(analysis: &Analysis, nodes: &[usize]) -> String {
    let names = nodes.iter().take(MAX_NODES).filter_map(|it| analysis.nodes().get(*it));
    let names: Vec<&str> = names.map(|it| it.name.as_str()).collect();
    match (names.is_empty(), nodes.len().saturating_sub(MAX_NODES)) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", names.join(", ")),
        (false, n) => format!(": {} and {} more", names.join(", "), number_format::thousands(n)),
    }
}

/// Writes a line for people: nothing in it ends it early, or reaches the terminal as an order.
pub(crate) fn line(out: &mut impl Write, text: fmt::Arguments) -> io::Result<()> {
    writeln!(out, "{}", escape_line(&text.to_string()))
}

impl Command {
    fn paths(&self) -> Vec<PathBuf> {
        match self {
            Self::Text { files, .. }
            | Self::Json { files, .. }
            | Self::Html { files, .. }
            | Self::Open { files, .. }
            | Self::Summary { files, .. }
            | Self::Check { files, .. }
            | Self::Lint { files, .. } => files.files.clone(),
            Self::Nodes { file, .. } | Self::Explain { file, .. } | Self::Svg { file, .. } => {
                vec![file.file.clone()]
            }
            // The head is read apart: either may be a folder.
            Self::Diff { base, .. } => vec![base.clone()],
            Self::Licences => Vec::new(),
        }
    }

    fn is_redacted(&self) -> bool {
        match self {
            Self::Text { names, .. }
            | Self::Json { names, .. }
            | Self::Html { names, .. }
            | Self::Open { names, .. }
            | Self::Summary { names, .. }
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

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
}
