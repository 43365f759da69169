//! The command `qspect`: quantization reports in a terminal and in CI.

mod input;
mod viewer;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use qspect_core::{Level, render};

use crate::input::{Input, reports};

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
    },
    /// Print the report as JSON, or all of them as an array.
    Json {
        #[command(flatten)]
        files: Files,
    },
    /// Write the viewer with the reports inside: one HTML file that needs no server.
    Html {
        #[command(flatten)]
        files: Files,
        /// The file to write; `-` for standard output.
        #[arg(short, long, value_name = "OUT.html")]
        output: PathBuf,
    },
    /// Open the reports in the browser.
    Open {
        #[command(flatten)]
        files: Files,
    },
}

#[derive(Args)]
struct Files {
    /// Report or log files; `-` is standard input. Content decides the format.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(status) => status,
        // Nobody reads on, as in `qspect text … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

/// The exit status of bad input.
const BAD_INPUT: u8 = 2;

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let (Command::Text { files, .. }
    | Command::Json { files }
    | Command::Html { files, .. }
    | Command::Open { files }) = &command;
    // A command without a viewer says so before it reads anything.
    let viewer = match command {
        Command::Html { .. } | Command::Open { .. } => Some(viewer::viewer()?),
        Command::Text { .. } | Command::Json { .. } => None,
    };
    let Input { files, mut failed } = Input::read(&files.files);
    let mut out = io::stdout().lock();
    match (&command, viewer) {
        (Command::Text { summary, .. }, _) => {
            let level = if *summary { Level::Info } else { Level::Debug };
            for (name, report) in reports(&files) {
                match render::text(report, level) {
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
            writeln!(out, "{}", render::json_all(&reports)?)?;
        }
        _ => {}
    }
    out.flush()?;
    for error in &failed {
        eprintln!("error: {error}");
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(BAD_INPUT) })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
}
