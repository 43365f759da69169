//! Advice: why nodes stay float, cause by cause, what to change, and what that brings.

mod arm_patterns;
mod causes;
mod finder;
mod lines;
mod rewritten;
mod simulation;

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::coverage::Share;
use super::islands::{Island, TensorStates};
use finder::NewQuantizer;
use simulation::Simulation;

/// The greatest number of causes whose change is simulated.
const MAX_SIMULATED: usize = 24;

/// The greatest number of changes that a note names.
const MAX_CHANGES: usize = 3;

/// One cause that keeps nodes float, with the change that removes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advice {
    /// The cause: `aten.add.Tensor has NO_QCONFIG (quantizer 1)`.
    pub cause: String,
    /// The compute nodes with this cause, as indices in [`crate::analysis::NodeIndex`], in order.
    pub nodes: Vec<usize>,
    /// The lines of Python that remove the cause, with the imports that they need; `quantizer` is the
    /// quantizer of the model. Empty if no line is known.
    pub lines: Vec<String>,
    /// What else to do, or why no line helps.
    pub note: Option<String>,
    /// What the lines bring; `None` if that is unknown.
    pub effect: Option<Gain>,
    /// The quantizers that the lines add.
    added: Vec<NewQuantizer>,
}

/// The gain of a change, simulated on the graph by the rules of the quantizers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The compute nodes that are quantized after the change and float before, as indices in
    /// [`crate::analysis::NodeIndex`], in order.
    pub nodes: Vec<usize>,
    /// The share of nodes before and after.
    pub coverage_nodes: (Share, Share),
    /// The share of multiply-accumulates before and after.
    pub coverage_macs: (Share, Share),
    /// The number of crossings before and after.
    pub crossings: (usize, usize),
    /// The number of float islands before and after.
    pub islands: (usize, usize),
    /// Whether the simulation knows all rules that decide. If not, the quantizers may take other
    /// nodes, or replace nodes by others. It assumes that `alpha` of add and sub is 1.
    pub is_exact: bool,
}

impl Gain {
    /// How many crossings the change removes; negative if it adds some.
    pub fn crossings_removed(&self) -> i64 {
        let n = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        n(self.crossings.0) - n(self.crossings.1)
    }
}

/// The figures before a change.
struct Before {
    nodes: Share,
    macs: Share,
    n_crossings: usize,
    n_islands: usize,
}

impl Analysis {
    /// The causes that keep compute nodes float, those whose change quantizes most nodes first, then
    /// those with most nodes. Empty if the source does not list all nodes.
    ///
    /// ```
    /// # let json = r#"{"format": "qspect-report", "version": 1, "report_title": "T",
    /// #     "quantizers": [], "non_annotated_nodes": ["relu"]}"#;
    /// # let report = qspect_core::parse("run.qspect.json", json.as_bytes())?.reports.remove(0);
    /// use qspect_core::Analysis;
    ///
    /// let analysis = Analysis::of(report);
    /// for advice in analysis.advice() {
    ///     println!("{}: {} nodes", advice.cause, advice.nodes.len());
    /// }
    /// # Ok::<(), qspect_core::ParseError>(())
    /// ```
    pub fn advice(&self) -> &[Advice] {
        self.advice.get_or_init(|| self.find_advice())
    }

    fn find_advice(&self) -> Vec<Advice> {
        if !self.knows_all_nodes() {
            return Vec::new();
        }
        let mut causes = self.causes();
        causes.sort_by_key(|it| Reverse(it.nodes.len()));
        let before = self.before();
        for advice in causes.iter_mut().take(MAX_SIMULATED) {
            let added: Vec<&NewQuantizer> = advice.added.iter().collect();
            let before = before.as_ref().filter(|_| !added.is_empty());
            advice.effect = before.map(|before| self.gain(&added, before));
        }
        // The sort is stable: equal gains stay in the order of their nodes. Where no effect is known,
        // causes with a line come first.
        causes.sort_by_key(|it| {
            let n_gained = it.effect.as_ref().map(|it| it.nodes.len());
            (n_gained.is_none(), Reverse(n_gained), it.lines.is_empty())
        });
        self.note_followers(&mut causes);
        causes
    }

    /// Notes which changes also quantize the nodes of a cause that has no line of its own.
    fn note_followers(&self, causes: &mut [Advice]) {
        let overlap = |nodes: &[usize], it: &Advice| {
            let gained = it.effect.as_ref().map_or(&[][..], |it| &it.nodes);
            nodes.iter().filter(|it| gained.binary_search(it).is_ok()).count()
        };
        for cause_idx in 0..causes.len() {
            let Advice { nodes, lines, .. } = &causes[cause_idx];
            let changes = causes.iter().enumerate();
            let changes = changes.map(|(change_idx, it)| (change_idx + 1, overlap(nodes, it)));
            let changes: Vec<(usize, usize)> = changes.filter(|it| it.1 > 0).collect();
            if changes.is_empty() || !lines.is_empty() {
                continue;
            }
            let n_nodes = nodes.len();
            let changes: Vec<String> = changes
                .into_iter()
                .take(MAX_CHANGES)
                .map(|(change_no, n)| match n == n_nodes {
                    true => format!("change {change_no}"),
                    false => format!("change {change_no} ({n} of them)"),
                })
                .collect();
            causes[cause_idx].note = Some(format!("They follow {}", changes.join(" or ")));
        }
    }

    /// What several changes bring together; `None` if that is unknown.
    pub fn combined_gain<'a>(&self, chosen: impl IntoIterator<Item = &'a Advice>) -> Option<Gain> {
        let added: Vec<&NewQuantizer> = chosen.into_iter().flat_map(|it| &it.added).collect();
        let before = self.before().filter(|_| !added.is_empty())?;
        Some(self.gain(&added, &before))
    }

    fn before(&self) -> Option<Before> {
        let coverage = self.coverage()?;
        let islands = self.islands()?;
        Some(Before {
            nodes: coverage.nodes,
            macs: coverage.macs,
            n_crossings: islands.iter().map(Island::crossings).sum(),
            n_islands: islands.len(),
        })
    }

    fn gain(&self, added: &[&NewQuantizer], before: &Before) -> Gain {
        let mut simulation = Simulation::of(self, added);
        let nodes = simulation.gained();
        let all = self.nodes().iter().enumerate();
        let mut is_land: Vec<bool> = all.map(|it| self.is_float_compute(it.0, it.1)).collect();
        let (mut coverage, mut macs) = (before.nodes, before.macs);
        for node_idx in &nodes {
            is_land[*node_idx] = false;
            coverage.quantized = coverage.quantized.saturating_add(1);
            let of_node = self.nodes().get(*node_idx).and_then(|it| self.macs(it));
            macs.quantized = macs.quantized.saturating_add(of_node.unwrap_or_default());
        }
        let id = |node_idx: usize| self.nodes().get(node_idx).map(|it| it.name_id);
        let islands = self.islands_with(&TensorStates {
            is_land,
            is_output_quantized: &|it| id(it).is_some_and(|it| simulation.is_output_quantized(it)),
            is_edge_quantized: &|producer, consumer| {
                let ids = id(producer).zip(id(consumer));
                ids.is_some_and(|it| simulation.is_edge_quantized(it.0, it.1))
            },
        });
        Gain {
            nodes,
            coverage_nodes: (before.nodes, coverage),
            coverage_macs: (before.macs, macs),
            crossings: (before.n_crossings, islands.iter().map(Island::crossings).sum()),
            islands: (before.n_islands, islands.len()),
            is_exact: simulation.is_exact,
        }
    }
}
