//! `qspect lint`: a line for each finding.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use qspect_core::text::{escape_line, number_format};
use qspect_core::{Analysis, Lint};

use crate::input::{File, analyses};
use crate::line;

/// Reads the argument of `--deny`: the name of a lint, or `all`.
pub(crate) fn deny_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(["all"].into_iter().chain(Lint::ALL.map(Lint::as_str)))
}

/// Writes the findings. Returns whether one of them is denied.
pub(crate) fn write(out: &mut impl Write, files: Vec<File>, deny: &[String]) -> io::Result<bool> {
    let mut is_denied = false;
    for (name, analysis) in analyses(files) {
        if analysis.is_whole() {
            for unknown in unknown_lints(&name, &analysis, deny) {
                line(out, format_args!("{name}: {unknown}"))?;
                is_denied = true;
            }
        } else {
            // The lost part may have findings of every lint.
            let problem = &analysis.report().completeness;
            line(out, format_args!("{name}: incomplete report: {problem}"))?;
            is_denied |= !deny.is_empty();
        }
        for finding in analysis.findings() {
            let lint = finding.lint.as_str();
            is_denied |= denies(deny, finding.lint);
            let nodes = nodes_in_brief(&analysis, &finding.nodes);
            line(out, format_args!("{name}: {lint}: {}{nodes}", finding.message))?;
        }
    }
    Ok(is_denied)
}

/// Whether `--deny` has the lint, or all lints.
pub(crate) fn denies(deny: &[String], lint: Lint) -> bool {
    deny.iter().any(|it| it == "all" || it == lint.as_str())
}

/// A line for each lint that `--deny` names and that the report lacks the data for. With `all`,
/// such lints are noted on standard error.
pub(crate) fn unknown_lints(name: &str, analysis: &Analysis, deny: &[String]) -> Vec<String> {
    let mut unknown = Vec::new();
    for lint in Lint::ALL {
        let Some(why) = analysis.unanswerable(lint) else { continue };
        let lint = lint.as_str();
        if deny.iter().any(|it| it == lint) {
            unknown.push(format!("{lint} is unknown: {why}"));
        } else if deny.iter().any(|it| it == "all") {
            eprintln!("{}", escape_line(&format!("note: {name}: {lint} is not checked: {why}")));
        }
    }
    unknown
}

/// How many nodes of a finding its line names.
const MAX_NODES: usize = 8;

/// The nodes in brief: `: conv2d, relu and 3 more`.
pub(crate) fn nodes_in_brief(analysis: &Analysis, nodes: &[usize]) -> String {
    let names = nodes.iter().take(MAX_NODES).filter_map(|it| analysis.nodes().get(*it));
    let names: Vec<&str> = names.map(|it| it.name.as_str()).collect();
    match (names.is_empty(), nodes.len().saturating_sub(MAX_NODES)) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", names.join(", ")),
        (false, n) => format!(": {} and {} more", names.join(", "), number_format::thousands(n)),
    }
}
