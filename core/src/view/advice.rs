//! What to change, and what that brings, for a screen.

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;
use crate::analysis::advice::{Advice, Gain};
use crate::analysis::coverage::Share;
use crate::text::number_format::{count, percent, thousands};

/// The greatest number of nodes that an item names.
const MAX_NAMES: usize = 8;

/// The advice of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AdviceList {
    /// One item per cause, in the order of [`Analysis::advice`].
    pub items: Vec<AdviceItem>,
    /// What all lines bring together, if there are several.
    pub combined: Option<String>,
    /// What the source does not show about all of this, if anything.
    pub limits: Option<String>,
}

/// One cause and its change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AdviceItem {
    /// The cause.
    pub cause: String,
    /// The number of nodes with this cause.
    pub n_nodes: usize,
    /// The first of them, by name.
    pub first_nodes: Vec<String>,
    /// Lines of Python that remove the cause, imports first.
    pub lines: Vec<String>,
    /// What else to do, or why no line helps.
    pub note: Option<String>,
    /// What the lines bring: see [`gain_text`].
    pub gain: Option<String>,
    /// Whether that is known exactly.
    pub is_exact: bool,
}

impl AdviceList {
    /// The advice of a report.
    pub fn of(analysis: &Analysis) -> Self {
        let advice = analysis.advice();
        let items: Vec<AdviceItem> = advice.iter().map(|it| AdviceItem::of(analysis, it)).collect();
        let chosen: Vec<&Advice> = advice.iter().filter(|it| it.effect.is_some()).collect();
        let combined = (chosen.len() > 1).then(|| analysis.combined_gain(chosen)).flatten();
        let limits = (!analysis.has_graph() && !items.is_empty()).then(|| {
            "A log does not show which nodes are inputs or make integers, so some of these may need no \
             change. Names of ops are taken from names of nodes."
                .to_owned()
        });
        Self { items, combined: combined.map(|it| gain_text(&it, it.nodes.len())), limits }
    }

    /// The lines of these items as one piece of Python, each import once and first.
    pub fn code(&self, item_idxs: &[usize]) -> String {
        let items = item_idxs.iter().filter_map(|it| self.items.get(*it));
        let lines: Vec<&String> = items.flat_map(|it| &it.lines).collect();
        let (imports, others): (Vec<&String>, Vec<&String>) =
            lines.into_iter().partition(|it| is_import(it));
        let mut code: Vec<&str> = Vec::new();
        for line in imports {
            if !code.contains(&line.as_str()) {
                code.push(line);
            }
        }
        code.extend(others.into_iter().map(String::as_str));
        code.join("\n")
    }

    /// What the lines of these items bring together, by their indices; `None` if that is unknown.
    pub fn combined(analysis: &Analysis, item_idxs: &[usize]) -> Option<String> {
        let advice = analysis.advice();
        let chosen = item_idxs.iter().filter_map(|it| advice.get(*it));
        let gain = analysis.combined_gain(chosen)?;
        Some(gain_text(&gain, gain.nodes.len()))
    }
}

impl AdviceItem {
    fn of(analysis: &Analysis, advice: &Advice) -> Self {
        let names = advice.nodes.iter().filter_map(|it| analysis.nodes().get(*it));
        Self {
            cause: advice.cause.clone(),
            n_nodes: advice.nodes.len(),
            first_nodes: names.take(MAX_NAMES).map(|it| it.name.to_string()).collect(),
            lines: advice.lines.clone(),
            note: advice.note.clone(),
            gain: advice.effect.as_ref().map(|it| gain_text(it, n_direct(advice, it))),
            is_exact: advice.effect.as_ref().is_some_and(|it| it.is_exact),
        }
    }
}

/// Whether a line of [`AdviceItem::lines`] only imports what the others need.
pub fn is_import(line: &str) -> bool {
    line.starts_with("from ")
}

/// How many nodes of the cause the change quantizes. The others follow.
fn n_direct(advice: &Advice, gain: &Gain) -> usize {
    let is_of_cause = |it: &&usize| advice.nodes.binary_search(it).is_ok();
    gain.nodes.iter().filter(is_of_cause).count()
}

/// `99 nodes and 44 that follow, coverage 87.9 → 98.5 %, 41 fewer crossings`. `n_direct` of the nodes
/// are those that the change is about.
pub fn gain_text(gain: &Gain, n_direct: usize) -> String {
    let n_nodes = gain.nodes.len();
    if n_nodes == 0 {
        return "no node more".to_owned();
    }
    let mut parts = vec![match n_nodes.saturating_sub(n_direct) {
        0 => count(n_nodes, "node", "nodes"),
        n if n_direct == 0 => format!("{} that follow", count(n, "node", "nodes")),
        n => format!("{} and {} that follow", count(n_direct, "node", "nodes"), thousands(n)),
    }];
    let share = |it: Share| percent(it.quantized, it.total);
    let arrow = |(before, after): (Share, Share)| {
        format!("{} → {}", share(before).trim_end_matches(" %"), share(after))
    };
    parts.push(format!("coverage {}", arrow(gain.coverage_nodes)));
    if gain.coverage_macs.0.fraction().is_some() && gain.coverage_macs.0 != gain.coverage_macs.1 {
        parts.push(format!("by MACs {}", arrow(gain.coverage_macs)));
    }
    let n_crossings = |n: i64| thousands(usize::try_from(n).unwrap_or_default());
    match gain.crossings_removed() {
        0 => {}
        1 => parts.push("1 fewer crossing".to_owned()),
        -1 => parts.push("1 more crossing".to_owned()),
        n if n > 0 => parts.push(format!("{} fewer crossings", n_crossings(n))),
        n => parts.push(format!("{} more crossings", n_crossings(-n))),
    }
    if gain.islands.0 != gain.islands.1 {
        let (before, after) = gain.islands;
        parts.push(format!("float islands {} → {}", thousands(before), thousands(after)));
    }
    parts.join(", ")
}

/// The sentence for a gain that is not exact.
pub const ESTIMATE: &str = "an estimate: the quantizer may replace nodes by others, or refuse some";

/// Whether a report has nodes that advice could be about.
pub fn has_float_nodes(analysis: &Analysis) -> bool {
    let mut nodes = analysis.compute_nodes();
    nodes.any(|(node_idx, _)| analysis.verdict(node_idx).is_float())
}
