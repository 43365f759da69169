//! The command `qspect`: quantization reports in a terminal and in CI.

mod advise;
mod args;
mod check;
mod diff;
mod input;
mod lint;
mod nodes;
mod summary;
mod summary_table;
mod viewer;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use qspect_core::text::{escape_hidden, escape_line};
use qspect_core::{Level, write};

use crate::args::{Cli, Command, Picture};
use crate::input::{Input, Named, analyses, reports};

/// The exit status of a check that failed.
const CHECK_FAILED: u8 = 1;

/// The exit status of bad input.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(status) => status,
        // The output is closed, as in `qspect text … | head`.
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
    // A command without a viewer fails before it reads anything.
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
            summary::write(&mut out, files, *format)?;
        }
        (Command::Advise { format, .. }, _) if !files.is_empty() => {
            advise::write(&mut out, files, *format)?;
        }
        (Command::Nodes { file, format, by, filter, names }, _) if !files.is_empty() => {
            ensure!(
                !names.redact || *format != nodes::Format::ModelExplorer,
                "redacted names are none of the model's: Model Explorer would find no node"
            );
            let analysis = file.choose(files)?;
            file.warn_without_nodes(&analysis);
            file.note_incomplete(&analysis);
            nodes::write(&mut out, &analysis, *format, by.as_deref(), filter.as_deref())?;
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
            write!(out, "{}", write::explain_text(&detail))?;
        }
        (Command::Diff { base, head, format, exit_code }, _) => {
            let Input { files: heads, failed: bad, .. } = Input::read(std::slice::from_ref(head));
            failed.extend(bad);
            // A file that could not be read does not count as a missing report.
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
                    // A file that could not be read does not count as a missing report.
                    is_complete: failed.is_empty()
                        && are_several
                        && (is_collection == base.is_collection
                            || base.is_collection && reports.len() > 1),
                    failed: base.failed,
                }
            });
            let bad = baseline.as_ref().map_or(&[][..], |it| &it.failed);
            // If a part of the baseline is missing, new failures cannot be determined.
            if bad.is_empty() {
                has_failed = check::write(&mut out, &reports, baseline.as_ref(), limits)? > 0;
            }
            failed.extend_from_slice(bad);
        }
        (Command::Lint { deny, .. }, _) => {
            has_failed = lint::write(&mut out, files, deny)?;
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

/// Writes a line for people: escapes line ends, and control characters of the terminal.
pub(crate) fn line(out: &mut impl Write, text: fmt::Arguments) -> io::Result<()> {
    writeln!(out, "{}", escape_line(&text.to_string()))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
}
