//! `qspect diff`: two files, folders or archives, report by report.

use std::io::Write;

use clap::ValueEnum;
use qspect_core::render::{self, MAX_COMMENT};
use qspect_core::{Analysis, Diff, Report};

use crate::input::File;

/// How a comparison is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Every node by name.
    Text,
    /// For a comment on a pull request: under 65,536 characters, cut with a count of what is left out.
    Markdown,
    Json,
}

/// A report and the name of its file.
type Named = (String, Report);

/// Compares the reports of two files, folders or archives; whether anything changed.
///
/// Reports are paired by model, title and file name, then by model and title in order; those that are
/// left by title, where one does not tell its model, and then by order alone. One that finds no other
/// is a change too.
pub(crate) fn write(
    out: &mut impl Write,
    base: Vec<File>,
    head: Vec<File>,
    format: Format,
) -> anyhow::Result<bool> {
    let slots = |files: Vec<File>| -> Vec<Option<Named>> {
        let reports = files.into_iter().flat_map(|File { name, reports, .. }| {
            reports.into_iter().map(move |report| Some((name.clone(), report)))
        });
        reports.collect()
    };
    let (mut bases, mut heads) = (slots(base), slots(head));
    let mut pairs = Vec::new();
    let rules: [fn(&Named, &Named) -> bool; 4] = [
        |a, b| is_same_run(&a.1, &b.1) && file_name(&a.0) == file_name(&b.0),
        |a, b| is_same_run(&a.1, &b.1),
        |(_, a), (_, b)| {
            (a.model.is_none() || b.model.is_none()) && a.report_title == b.report_title
        },
        |_, _| true,
    ];
    for is_match in rules {
        for (head_idx, slot) in heads.iter_mut().enumerate() {
            let Some(head) = slot.as_ref() else { continue };
            let of_base =
                bases.iter_mut().find(|it| it.as_ref().is_some_and(|it| is_match(it, head)));
            if let (Some(base), true) = (of_base, slot.is_some()) {
                pairs.extend(base.take().zip(slot.take()).map(|it| (head_idx, it)));
            }
        }
    }
    pairs.sort_by_key(|it| it.0);
    let mut is_alone = false;
    for (name, report) in bases.into_iter().chain(heads).flatten() {
        is_alone = true;
        let model = report.model.map(|it| format!("{it}: ")).unwrap_or_default();
        eprintln!("warning: {name}: nothing to compare with: {model}{}", report.report_title);
    }
    let diffs: Vec<Diff> = pairs
        .into_iter()
        .map(|(_, (base, head))| Diff::of(&Analysis::of(base.1), &Analysis::of(head.1)))
        .collect();
    match format {
        Format::Text => {
            for (diff_idx, diff) in diffs.iter().enumerate() {
                if diff_idx > 0 {
                    writeln!(out)?;
                }
                write!(out, "{}", render::diff_text(diff))?;
            }
        }
        Format::Markdown => write!(out, "{}", render::diff_markdown(&diffs, MAX_COMMENT - 1))?,
        Format::Json => writeln!(out, "{}", render::diff_json(&diffs)?)?,
    }
    Ok(is_alone || diffs.iter().any(|it| !it.is_empty()))
}

fn is_same_run(a: &Report, b: &Report) -> bool {
    a.model == b.model && a.report_title == b.report_title
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
