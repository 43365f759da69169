//! Comparisons as text for a terminal, and as Markdown.

use std::fmt::Write;

use super::markdown::cell;
use crate::diff::capitalized;
use crate::diff::{Comparison, Diff, Pair, ReportName};
use crate::text::escape::escape_line;
use crate::text::number_format::{count, thousands};

/// The greatest number of characters in a GitHub comment.
pub const MAX_COMMENT: usize = 65_536;

/// The greatest number of names that Markdown lists per group.
const MAX_NAMES: usize = 20;

/// Comparisons as lines of text, with every node: the changes of all pairs, then reports without a
/// partner, then pair by pair.
pub fn comparison_text(comparison: &Comparison) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    if let Some(headline) = comparison.headline() {
        let _ = writeln!(out, "{headline}");
    }
    for (title, reports) in alone(comparison) {
        let _ = writeln!(out, "\n{title} ({})", thousands(reports.len()));
        for report in reports {
            let _ = writeln!(out, "  {}", escape_line(&long_title(report)));
        }
    }
    for diff in comparison.shown() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&diff_text(diff));
    }
    out
}

/// The reports without a partner, by side, with a title.
fn alone(comparison: &Comparison) -> impl Iterator<Item = (&'static str, &[ReportName])> {
    let lists = [
        ("Removed reports", comparison.removed_reports.as_slice()),
        ("Added reports", comparison.added_reports.as_slice()),
    ];
    lists.into_iter().filter(|it| !it.1.is_empty())
}

/// The greatest width of a column of figures, in characters.
const MAX_COLUMN: usize = 48;

/// A comparison as lines of text, with every node.
pub fn diff_text(diff: &Diff) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let Pair { base, head } = &diff.reports;
    let _ = writeln!(
        out,
        "base: {}\nhead: {}\n{}\n",
        escape_line(&long_title(base)),
        escape_line(&long_title(head)),
        escape_line(&diff.headline())
    );
    let figures = diff.figures();
    let width = |of: fn(&crate::diff::FigureChange) -> &str| {
        let widths = figures.iter().map(|it| of(it).chars().count());
        // A long name of a config does not widen other lines.
        widths.filter(|it| *it <= MAX_COLUMN).max().unwrap_or_default()
    };
    let widths = (width(|it| &it.name), width(|it| &it.values.base), width(|it| &it.values.head));
    for it in &figures {
        let line = format!(
            "{:<a$}  {:>b$}  {:>c$}  {}",
            it.name,
            it.values.base,
            it.values.head,
            it.delta,
            a = widths.0,
            b = widths.1.max(4),
            c = widths.2.max(4),
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    for list in diff.lists() {
        let _ = writeln!(out, "\n{} ({})", capitalized(&list.title), thousands(list.n_nodes));
        for group in list.groups {
            for line in wrapped(&group.nodes) {
                let _ = writeln!(out, "  {line}");
            }
            for line in group.lines {
                let _ = writeln!(out, "    {}", escape_line(&line));
            }
        }
    }
    out
}

/// Comparisons as Markdown, for a pull request or a job summary: at most `max_chars` characters,
/// cut between rows, with the number of nodes left out.
pub fn diff_markdown(comparison: &Comparison, max_chars: usize) -> String {
    let mut pages = Page { out: String::new(), n_chars: 0, n_cut: 0, is_cut: false, max_chars };
    if let Some(headline) = comparison.headline() {
        pages.write(&format!("**{}**\n\n", cell(&headline)), 0);
    }
    for (title, reports) in alone(comparison) {
        pages.write(&format!("### {title} ({})\n\n", thousands(reports.len())), 0);
        for report in reports {
            pages.write(&format!("- {}\n", cell(&long_title(report))), 0);
        }
        pages.write("\n", 0);
    }
    for diff in comparison.shown() {
        let Pair { base, head } = &diff.reports;
        pages.write(&format!("## {}\n\n", cell(&compared(base, head))), 0);
        pages.write(
            &format!("**{}**\n\n| | base | head | |\n|---|---|---|---|\n", cell(&diff.headline())),
            0,
        );
        for it in diff.figures() {
            let arrow = match it.is_better {
                Some(true) => "✅ ",
                Some(false) => "🔺 ",
                None => "",
            };
            let Pair { base, head } = &it.values;
            let cells = [it.name.as_str(), base, head].map(cell).join(" | ");
            pages.write(&format!("| {cells} | {arrow}{} |\n", cell(&it.delta)), 0);
        }
        for list in diff.lists() {
            let title = capitalized(&list.title);
            pages.write(
                &format!(
                    "\n### {title} ({})\n\n| nodes | what |\n|---|---|\n",
                    thousands(list.n_nodes)
                ),
                0,
            );
            for group in list.groups {
                let named = group.nodes.iter().take(MAX_NAMES).map(|it| cell(it));
                let mut names = named.collect::<Vec<_>>().join(", ");
                if group.nodes.len() > MAX_NAMES {
                    let _ = write!(names, " and {} more", thousands(group.nodes.len() - MAX_NAMES));
                }
                let lines: Vec<String> = group.lines.iter().map(|it| cell(it)).collect();
                pages.write(&format!("| {names} | {} |\n", lines.join("<br>")), group.nodes.len());
            }
        }
        pages.write("\n", 0);
    }
    pages.finish()
}

/// Markdown with a limit on its length.
struct Page {
    out: String,
    n_chars: usize,
    /// The number of nodes left out.
    n_cut: usize,
    is_cut: bool,
    max_chars: usize,
}

/// Characters reserved for the line about nodes left out.
const LAST_LINE: usize = 100;

impl Page {
    /// Adds a part that lists `n_nodes` nodes, or counts them as left out.
    fn write(&mut self, part: &str, n_nodes: usize) {
        let n_chars = part.chars().count();
        // After the first cut, smaller parts are left out too.
        self.is_cut |= self.n_chars + n_chars + LAST_LINE > self.max_chars;
        if self.is_cut {
            self.n_cut += n_nodes;
            return;
        }
        self.out.push_str(part);
        self.n_chars += n_chars;
    }

    fn finish(mut self) -> String {
        if self.is_cut {
            let nodes = count(self.n_cut, "node", "nodes");
            let _ = writeln!(self.out, "\n… {nodes} left out; `qspect diff` lists them all.");
        }
        self.out
    }
}

/// The greatest width of a line of names, in characters.
const WIDTH: usize = 96;

/// Names in lines of limited width.
fn wrapped(names: &[String]) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut n_chars = 0;
    for (name_idx, name) in names.iter().map(|it| escape_line(it)).enumerate() {
        let n_own = name.chars().count() + 2;
        if n_chars > 0 && n_chars + n_own > WIDTH {
            lines.push(String::new());
            n_chars = 0;
        }
        n_chars += n_own;
        if let Some(line) = lines.last_mut() {
            line.push_str(&name);
            line.push_str(if name_idx + 1 < names.len() { ", " } else { "" });
        }
    }
    lines.iter().map(|it| it.trim_end().to_owned()).collect()
}

fn title(report: &ReportName) -> String {
    match &report.model {
        Some(model) => format!("{model}: {}", report.report_title),
        None => report.report_title.clone(),
    }
}

/// The title, with the file if it is known: `old/a.json: m1: FINAL QUANTIZATION REPORT`.
fn long_title(report: &ReportName) -> String {
    match &report.file {
        Some(file) => format!("{file}: {}", title(report)),
        None => title(report),
    }
}

/// The titles of both reports, once if they are equal, and both files.
fn compared(base: &ReportName, head: &ReportName) -> String {
    if (&base.model, &base.report_title) != (&head.model, &head.report_title) {
        return format!("{} → {}", long_title(base), long_title(head));
    }
    match (&base.file, &head.file) {
        (Some(base_file), Some(head_file)) if base_file != head_file => {
            format!("{}: {base_file} → {head_file}", title(head))
        }
        _ => long_title(head),
    }
}
