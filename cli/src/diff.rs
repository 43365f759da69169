//! `qspect diff`: two files, folders or archives, report by report.

use std::io::Write;

use clap::ValueEnum;
use qspect_core::fleet::match_baseline;
use qspect_core::render::{self, MAX_COMMENT};
use qspect_core::{Diff, shown_line};

use crate::input::{File, Named, analyses, rows};

/// How a comparison is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Every node by name.
    Text,
    /// For a comment on a pull request: under 65,536 characters, cut with a count of what is left out.
    Markdown,
    Json,
}

/// Whether two reports go together.
type Rule<'r> = &'r dyn Fn(&Named, &Named) -> bool;

/// Compares the reports of two files, folders or archives; whether anything changed.
///
/// Reports are paired as with a baseline ([`match_baseline`]); those that are left by model and title,
/// then by title, where one does not tell its model, and then by order alone. One that finds no other
/// is a change too.
pub(crate) fn write(
    out: &mut impl Write,
    base: Vec<File>,
    head: Vec<File>,
    format: Format,
) -> anyhow::Result<bool> {
    let slots = |files: Vec<File>| analyses(files).map(Some).collect::<Vec<Option<Named>>>();
    let (mut bases, mut heads) = (slots(base), slots(head));
    let matched = match_baseline(&rows(bases.iter().flatten()), &rows(heads.iter().flatten()));
    let mut pairs = Vec::new();
    for (head_idx, base_idx) in matched.iter().enumerate() {
        if let Some(base_idx) = base_idx {
            let pair = bases[*base_idx].take().zip(heads[head_idx].take());
            pairs.extend(pair.map(|it| (head_idx, it)));
        }
    }
    let title = |it: &Named| it.1.report().report_title.clone();
    let model = |it: &Named| it.1.report().model.clone();
    let rules: [Rule<'_>; 3] = [
        &|a, b| model(a) == model(b) && title(a) == title(b),
        &|a, b| (model(a).is_none() || model(b).is_none()) && title(a) == title(b),
        &|_, _| true,
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
    for report in bases.iter().chain(&heads).flatten() {
        is_alone = true;
        let model = model(report).map(|it| format!("{it}: ")).unwrap_or_default();
        let (name, title) = (&report.0, title(report));
        let told = format!("{name}: nothing to compare with: {model}{title}");
        eprintln!("warning: {}", shown_line(&told));
    }
    let diffs = pairs.iter().map(|(_, (base, head))| Diff::of(&base.1, &head.1));
    let diffs: Vec<Diff> = diffs.collect();
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
