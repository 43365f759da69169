//! What changed from one report to another, and back.

use qspect_core::diff::{ChangeKind, DiffList, NodeChange, Pair};
use qspect_core::write;
use qspect_core::write::MAX_COMMENT;
use qspect_core::{Analysis, Comparison, Diff, Report, parse};
use serde_json::Value;

use crate::limits::timed;

/// Real reports that are changed as the bytes specify.
const BASES: [&str; 3] = [
    include_str!("../../reports/format/version-1.json"),
    include_str!("../../reports/executorch-1.5.1-exporter/mlp_mixed.partial.qspect.json"),
    include_str!("../../reports/quantizers/VulkanQuantizer.qspect.json"),
];

/// So many changes, of reports of so many values: each may double them.
const MAX_EDITS: usize = 16;
const MAX_VALUES: usize = 5_000;

/// Either a file with several reports, or what is done to one of [`BASES`].
pub(crate) fn run(bytes: &[u8]) {
    let Some((base, head)) = pair(bytes) else { return };
    let (base, head) = (Analysis::of(base), Analysis::of(head));
    for report in [&base, &head] {
        let same = Diff::of(report, report);
        let is_whole = report.report().completeness.is_whole();
        assert!(same.is_empty() == is_whole && same.renamed.is_empty(), "{same:#?}");
        assert!(same.changed.is_empty() && same.added.is_empty(), "{same:#?}");
    }
    // The reports may be larger than the bytes that describe them.
    let n_bytes = bytes.len().max(BASES[0].len());
    let there = timed("comparing", n_bytes, || Diff::of(&base, &head));
    check_mirrored(&there, &Diff::of(&head, &base));
    for list in DiffList::ALL {
        assert_eq!(there.rows(Some(list), 0, usize::MAX).len(), there.n_nodes(list), "{list:?}");
    }
    assert!(!write::diff_text(&there).is_empty());
    let diffs = Comparison::from(vec![there]);
    assert!(!write::comparison_text(&diffs).is_empty());
    assert!(write::diff_json(&diffs).is_ok());
    assert!(write::diff_markdown(&diffs, MAX_COMMENT).chars().count() <= MAX_COMMENT);
}

fn pair(bytes: &[u8]) -> Option<(Report, Report)> {
    if let Ok(parsed) = parse("run", bytes) {
        let mut reports = parsed.reports.into_iter();
        return Some((reports.next()?, reports.next()?));
    }
    let (which, edits) = bytes.split_first()?;
    let json = BASES[usize::from(*which) % BASES.len()];
    let base = parse("base", json.as_bytes()).expect("a real report").reports.remove(0);
    let mut changed: Value = serde_json::from_str(json).expect("JSON");
    let (edits, _) = edits.as_chunks::<5>();
    for [what, at @ .., other, another] in edits.iter().take(MAX_EDITS) {
        edit(&mut changed, *what, u16::from_le_bytes(*at), u16::from_le_bytes([*other, *another]));
    }
    let head = parse("head", changed.to_string().as_bytes()).ok()?.reports.remove(0);
    Some((base, head))
}

/// Changes one value: for another of its kind, or left out, put in again, moved to the end.
fn edit(report: &mut Value, what: u8, at: u16, other: u16) -> Option<()> {
    let mut places = Vec::new();
    collect(report, String::new(), &mut places);
    if places.len() > MAX_VALUES {
        return None;
    }
    let at = places.get(usize::from(at) % places.len())?.clone();
    let kind = std::mem::discriminant(report.pointer(&at)?);
    let is_alike = |it: &&String| report.pointer(it).map(std::mem::discriminant) == Some(kind);
    let start = usize::from(other) % places.len();
    let other = places[start..].iter().chain(&places[..start]).find(is_alike)?;
    let other = report.pointer(other)?.clone();
    if what.is_multiple_of(4) {
        *report.pointer_mut(&at)? = other;
        return Some(());
    }
    let (parent, key) = at.rsplit_once('/')?;
    match (report.pointer_mut(parent)?, what % 4) {
        (Value::Object(fields), _) => drop(fields.remove(key)),
        (Value::Array(items), what) => {
            let item = items.remove(key.parse().ok()?);
            match what {
                1 => {}
                2 => items.extend([item, other]),
                _ => items.push(item),
            }
        }
        _ => {}
    }
    Some(())
}

/// The pointers to all values.
fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|it| !it.0.contains(['/', '~']))
            .for_each(|(name, value)| collect(value, format!("{at}/{name}"), places)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(idx, value)| collect(value, format!("{at}/{idx}"), places)),
        _ => {}
    }
    places.push(at);
}

/// Both directions report the same, turned round.
fn check_mirrored(there: &Diff, back: &Diff) {
    assert_eq!(there.added, back.removed);
    assert_eq!(there.removed, back.added);
    assert_eq!(there.is_empty(), back.is_empty());
    assert_eq!((&there.totals.base, &there.totals.head), (&back.totals.head, &back.totals.base));
    let mut renamed: Vec<Pair<String>> = back.renamed.iter().map(turned).collect();
    renamed.sort_by(|a, b| a.head.cmp(&b.head));
    let mut expected = there.renamed.clone();
    expected.sort_by(|a, b| a.head.cmp(&b.head));
    assert_eq!(renamed, expected);
    let by_place = |diff: &Diff, place: fn(&NodeChange) -> usize| {
        let mut changed = diff.changed.clone();
        changed.sort_by_key(place);
        changed
    };
    let (there, back) =
        (by_place(there, |it| it.node_idx.head), by_place(back, |it| it.node_idx.base));
    assert_eq!(there.len(), back.len());
    for (there, back) in there.iter().zip(&back) {
        check_change(there, back);
    }
}

fn check_change(there: &NodeChange, back: &NodeChange) {
    let kinds: Vec<ChangeKind> = back.kinds.iter().copied().map(turned_kind).collect();
    assert_eq!(there.kinds, kinds, "{there:#?}\n{back:#?}");
    assert_eq!(there.name, turned(&back.name));
    assert_eq!(there.node_idx, turned(&back.node_idx));
    assert_eq!(there.verdict, turned(&back.verdict));
    assert_eq!(there.owner, back.owner.as_ref().map(turned));
    assert_eq!(there.reason, back.reason.as_ref().map(turned));
    let mut fields: Vec<_> = back
        .fields
        .iter()
        .map(|it| (it.input.as_ref().map(turned), it.field.clone(), turned(&it.values)))
        .collect();
    for field in &there.fields {
        let at = fields
            .iter()
            .position(|it| (&it.0, &it.1, &it.2) == (&field.input, &field.field, &field.values));
        assert!(at.is_some(), "{field:#?} is not in {fields:#?}");
        at.map(|it| fields.swap_remove(it));
    }
    assert!(fields.is_empty(), "{fields:#?}");
}

fn turned<T: Clone>(pair: &Pair<T>) -> Pair<T> {
    Pair { base: pair.head.clone(), head: pair.base.clone() }
}

fn turned_kind(kind: ChangeKind) -> ChangeKind {
    match kind {
        ChangeKind::BecameFloat => ChangeKind::BecameQuantized,
        ChangeKind::BecameQuantized => ChangeKind::BecameFloat,
        other => other,
    }
}
