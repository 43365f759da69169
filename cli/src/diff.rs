//! `qspect diff`: two files, folders or archives, report by report.

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;
use qspect_core::diff::ReportName;
use qspect_core::fleet::{Origin, ReportPairs};
use qspect_core::text::escape_line;
use qspect_core::write;
use qspect_core::write::MAX_COMMENT;
use qspect_core::{Comparison, Diff};

use crate::input::{File, Named, analyses, rows};

/// How a comparison is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// All changes, with every node.
    Text,
    /// For a comment on a pull request: under 65,536 characters. A longer list is cut and counted.
    Markdown,
    Json,
}

/// Compares the reports of two files, folders or archives, and returns whether anything changed. A
/// report without a partner is a change too (see [`ReportPairs`] for the rules).
pub(crate) fn write(
    out: &mut impl Write,
    base: (&Path, Vec<File>),
    head: (&Path, Vec<File>),
    format: Format,
) -> anyhow::Result<bool> {
    let are_files = is_named_file(base.0, &base.1) && is_named_file(head.0, &head.1);
    let origin = if are_files { Origin::Files } else { Origin::Folders };
    let bases: Vec<Named> = analyses(base.1).collect();
    let heads: Vec<Named> = analyses(head.1).collect();
    let pairing = ReportPairs::of(&rows(&bases), &rows(&heads), origin);
    let diff = |(base, head): (&Named, &Named)| {
        let mut diff = Diff::of(&base.1, &head.1);
        diff.reports.base.file = Some(base.0.clone());
        diff.reports.head.file = Some(head.0.clone());
        diff
    };
    let pairs = pairing.pairs().filter_map(|it| bases.get(it.0).zip(heads.get(it.1)));
    let removed = pairing.removed.iter().filter_map(|it| bases.get(*it));
    let added = pairing.added().filter_map(|it| heads.get(it));
    let comparison = Comparison {
        diffs: pairs.map(diff).collect(),
        removed_reports: removed.map(report_name).collect(),
        added_reports: added.map(report_name).collect(),
    };
    for report in comparison.removed_reports.iter().chain(&comparison.added_reports) {
        let file = report.file.as_deref().unwrap_or_default();
        let model = report.model.iter().map(|it| format!("{it}: ")).collect::<String>();
        let title = &report.report_title;
        let warning = format!("{file}: nothing to compare with: {model}{title}");
        eprintln!("warning: {}", escape_line(&warning));
    }
    match format {
        Format::Text => write!(out, "{}", write::comparison_text(&comparison))?,
        Format::Markdown => write!(out, "{}", write::diff_markdown(&comparison, MAX_COMMENT - 1))?,
        Format::Json => writeln!(out, "{}", write::diff_json(&comparison)?)?,
    }
    Ok(!comparison.is_empty())
}

fn report_name((file, analysis): &Named) -> ReportName {
    ReportName { file: Some(file.clone()), ..ReportName::of(analysis) }
}

/// Whether the user named the file that the reports come from, and not a folder or archive around
/// it.
fn is_named_file(path: &Path, files: &[File]) -> bool {
    let [file] = files else { return false };
    if path == Path::new("-") {
        return file.name == "<stdin>";
    }
    // An unpacked gzip file has the name without that ending.
    let is_gzip = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("gz"));
    let name = Path::new(&file.name);
    !path.is_dir() && (name == path || is_gzip && name == path.with_extension(""))
}
