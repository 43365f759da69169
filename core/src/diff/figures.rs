//! The figures of both reports side by side, with the better one.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{BitsChange, Diff, Owner, Pair, QuantizerChange};
use crate::analysis::coverage::Share;
use crate::analysis::totals::Totals;
use crate::analysis::verdict::{Verdict, VerdictCounts};
use crate::report::Level;
use crate::report::counts::Counts;
use crate::text::number_format::{percent, short, thousands};

/// A figure of both reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureChange {
    /// The name of the figure.
    pub name: String,
    /// The figure in both reports; `unknown` if a source does not have it.
    pub values: Pair<String>,
    /// The difference with its sign. Empty if there is none, if it is unknown, or if the sources
    /// count different nodes.
    pub delta: String,
    /// Whether the head is better; `None` if neither is.
    pub is_better: Option<bool>,
}

/// The greatest number of decimals of a percentage: finer than the counts of any real model.
const MAX_DECIMALS: usize = 9;

const UNKNOWN: &str = "unknown";

impl Diff {
    /// The figures of both reports.
    ///
    /// A figure over all nodes of a report that is not whole is unknown. A log does not show which
    /// nodes compute and which are float, so such figures of a log and a graph have no difference.
    pub fn figures(&self) -> Vec<FigureChange> {
        // Other versions may be the cause of all that follows.
        let versions = self.versions.iter().map(|it| FigureChange {
            name: it.package.clone(),
            values: it.versions.clone(),
            delta: "changed".to_owned(),
            is_better: None,
        });
        let mut figures: Vec<FigureChange> = versions.collect();
        if self.is_by_node {
            self.push_nodes(&mut figures);
        }
        for quantizer in &self.quantizers {
            self.push_quantizer(&mut figures, quantizer);
        }
        let whole = self.totals.map(|it| it.is_whole.then_some(it));
        let of = |figure: fn(&Totals) -> Option<usize>| whole.map(|it| figure(&it?));
        // An annotation may keep a node float, so fewer nodes without an annotation are not better.
        push(&mut figures, counted("without an annotation", of(|it| it.n_non_annotated)));
        let is_comparable = self.has_same_sources();
        for (name, values) in [
            ("float islands", of(|it| it.n_islands)),
            ("crossings of all islands", of(|it| it.n_crossings)),
            ("crossings of the worst", of(|it| it.worst_crossings)),
            ("requantized tensors", of(|it| it.n_requantized)),
            // Counts alone allow few findings.
            ("findings", of(|it| it.n_findings.filter(|_| it.level == Level::Debug))),
        ] {
            let mut figure = counted(name, values);
            if let Some(figure) = &mut figure {
                figure.is_better = self.fewer_is_better(values);
                figure.compare_if(is_comparable);
            }
            push(&mut figures, figure);
        }
        if self.is_by_node {
            self.push_coverage(&mut figures);
        }
        figures
    }

    /// Nodes by verdict, and by the bits of their activations.
    fn push_nodes(&self, figures: &mut Vec<FigureChange>) {
        let is_comparable = self.has_same_sources();
        let verdicts = self.totals.map(|it| it.verdicts);
        let both_graphs = self.totals.base.has_graph && self.totals.head.has_graph;
        let mut count = |name: &str, n: Pair<Option<usize>>, is_better: Option<bool>| {
            if n.base.unwrap_or_default() + n.head.unwrap_or_default() > 0 {
                let mut figure = counted(name, n);
                if let Some(figure) = &mut figure {
                    figure.is_better = is_better;
                    figure.compare_if(is_comparable);
                }
                push(figures, figure);
            }
        };
        let nodes = if both_graphs { "compute nodes" } else { "nodes" };
        count(nodes, verdicts.map(|it| Some(it?.n_nodes())), None);
        // Quantized or fused is a matter of kernels, and neither is better.
        let quantized = verdicts.map(|it| Some(it?.n_quantized()));
        count("quantized or fused", quantized, self.more_is_better(quantized));
        // A node that is no longer rejected may be float by config. Coverage shows which is better.
        for verdict in Verdict::ALL.into_iter().filter(|it| !it.is_quantized()) {
            count(verdict.label(), verdicts.map(|it| Some(it?.get(verdict))), None);
        }
        for BitsChange { bits, n_nodes, .. } in &self.activation_bits {
            count(&format!("{bits}-bit activations"), *n_nodes, None);
        }
        let n_float = self.totals.map(|it| {
            let macs = it.coverage.map(|it| it.macs).filter(|it| it.total > 0)?;
            Some(macs.total - macs.quantized)
        });
        let of_float = [("float".to_owned(), n_float)];
        let of_bits = self.activation_bits.iter().map(|it| (format!("{}-bit", it.bits), it.n_macs));
        for (what, n_macs) in of_bits.chain(of_float) {
            push(figures, macs(&format!("{what} MACs"), n_macs));
        }
    }

    /// ExecuTorch's counts of one quantizer, and the changes of its config.
    fn push_quantizer(&self, figures: &mut Vec<FigureChange>, change: &QuantizerChange) {
        let name = change.name();
        let mut config = |name: String, values: Pair<String>, delta: &str| {
            let delta = delta.to_owned();
            figures.push(FigureChange { name, values, delta, is_better: None });
        };
        let whole = |it: &Owner| format!("{} with {}", it.quantizer, it.qconfig_label);
        match (&change.quantizer.base, &change.quantizer.head) {
            (Some(base), Some(head)) => {
                let mut part = |what: &str, base: &str, head: &str, is_same: bool| {
                    if !is_same {
                        let values = Pair { base, head }.map(str::to_owned);
                        config(format!("{name}: {what}"), values, "changed");
                    }
                };
                let (own, other) = (&base.quantizer, &head.quantizer);
                part("class", own, other, own == other);
                let (own, other) = (&base.qconfig_label, &head.qconfig_label);
                part("qconfig", own, other, own == other);
                let (own, other) =
                    (&base.targeted_nodes_description, &head.targeted_nodes_description);
                part("targets", own, other, change.has_same_targets);
            }
            // In a report that is not whole, a quantizer may be lost.
            _ if !self.are_whole() => return,
            (Some(base), None) => {
                let values = Pair { base: whole(base), head: "none".to_owned() };
                config(name.clone(), values, "removed");
            }
            (None, Some(head)) => {
                let values = Pair { base: "none".to_owned(), head: whole(head) };
                config(name.clone(), values, "added");
            }
            (None, None) => {}
        }
        for (what, n) in self.quantizer_counts(change) {
            push(figures, counted(&format!("{name}: {what}"), n));
        }
    }

    /// ExecuTorch's counts of one quantizer that are not 0 in both reports; `None` in a report that
    /// is not whole. A quantizer that a report does not have accepts and rejects no nodes.
    pub(super) fn quantizer_counts(
        &self,
        change: &QuantizerChange,
    ) -> Vec<(&'static str, Pair<Option<usize>>)> {
        let of = |count: fn(&Counts) -> usize| Pair {
            base: self.totals.base.is_whole.then(|| change.counts.base.as_ref().map_or(0, count)),
            head: self.totals.head.is_whole.then(|| change.counts.head.as_ref().map_or(0, count)),
        };
        let counts = [
            ("accepted nodes", of(|it| it.accepted)),
            ("rejected nodes", of(|it| it.rejected)),
            ("nodes annotated before", of(|it| it.rejected_previous_annotation)),
        ];
        let is_some = |n: Option<usize>| n.is_some_and(|it| it > 0);
        counts.into_iter().filter(|(_, n)| is_some(n.base) || is_some(n.head)).collect()
    }

    fn push_coverage(&self, figures: &mut Vec<FigureChange>) {
        // A report that is not whole has no coverage.
        let known = self.totals.map(|it| it.coverage.unwrap_or_default());
        for (name, share, number) in [
            ("coverage, nodes", known.map(|it| it.nodes), exact as fn(u64) -> String),
            ("coverage, MACs", known.map(|it| it.macs), short),
            ("coverage, parameters", known.map(|it| it.params), short),
        ] {
            if share.base.total > 0 || share.head.total > 0 {
                let mut figure = covered(name, share, number);
                figure.compare_if(self.has_same_sources());
                if !self.is_judgeable() {
                    figure.is_better = None;
                }
                figures.push(figure);
            }
        }
    }

    /// Whether both sources have a graph, or neither has one: then they count the same nodes.
    fn has_same_sources(&self) -> bool {
        self.totals.base.has_graph == self.totals.head.has_graph
    }

    /// Whether one side can be better: it is the same model, with equal numbers of unknown
    /// verdicts.
    fn is_judgeable(&self) -> bool {
        let Pair { base, head } = &self.totals;
        let n_unknown = |it: &Totals| it.verdicts.map(|it| it.unknown);
        !self.has_different_models && n_unknown(base) == n_unknown(head)
    }

    /// Fewer crossings are better, unless less of the model is quantized: a float model has none.
    fn fewer_is_better(&self, n: Pair<Option<usize>>) -> Option<bool> {
        let order = n.base?.cmp(&n.head?);
        let Pair { base, head } = self.totals.map(|it| it.coverage.unwrap_or_default().nodes);
        let is_contrary = compared(base, head) == Some(order);
        (order.is_ne() && !is_contrary && self.is_judgeable()).then_some(order.is_gt())
    }

    /// More quantized nodes are better if the number of nodes to quantize is equal.
    fn more_is_better(&self, n: Pair<Option<usize>>) -> Option<bool> {
        let order = n.base?.cmp(&n.head?);
        let n_floating = self.totals.map(|it| it.verdicts.map(VerdictCounts::n_floating));
        (order.is_ne() && n_floating.is_same() && self.is_judgeable()).then_some(order.is_lt())
    }
}

impl FigureChange {
    /// Removes the difference if the sources do not count the same nodes.
    fn compare_if(&mut self, is_comparable: bool) {
        if !is_comparable {
            self.delta = String::new();
        }
        if self.delta.is_empty() {
            self.is_better = None;
        }
    }
}

fn push(figures: &mut Vec<FigureChange>, figure: Option<FigureChange>) {
    figures.extend(figure);
}

/// A count without a judgement; `None` if neither side has it.
fn counted(name: &str, n: Pair<Option<usize>>) -> Option<FigureChange> {
    let n = n.map(|it| it.map(|it| it as u64));
    (n != Pair::default()).then(|| numbered(name, n, exact))
}

/// A number of multiply-accumulates without a judgement; `None` if neither side has any.
fn macs(name: &str, n: Pair<Option<u64>>) -> Option<FigureChange> {
    let is_any = n.base.unwrap_or_default() > 0 || n.head.unwrap_or_default() > 0;
    is_any.then(|| numbered(name, n, short))
}

fn numbered(name: &str, n: Pair<Option<u64>>, write: fn(u64) -> String) -> FigureChange {
    let delta = match (n.base, n.head) {
        (Some(base), Some(head)) if base != head => {
            let sign = if head > base { '+' } else { '−' };
            format!("{sign}{}", write(head.abs_diff(base)))
        }
        _ => String::new(),
    };
    let values = n.map(|it| it.map_or_else(|| UNKNOWN.to_owned(), write));
    FigureChange { name: name.to_owned(), values, delta, is_better: None }
}

/// A number with all its digits.
fn exact(n: u64) -> String {
    usize::try_from(n).map_or_else(|_| n.to_string(), thousands)
}

/// The exact order of two shares; `None` if a total is 0.
fn compared(base: Share, head: Share) -> Option<Ordering> {
    if base.total == 0 || head.total == 0 {
        return None;
    }
    let product =
        |share: Share, other: Share| u128::from(share.quantized) * u128::from(other.total);
    Some(product(base, head).cmp(&product(head, base)))
}

/// The shares of both reports, with enough decimals to show the difference.
fn covered(name: &str, shares: Pair<Share>, number: fn(u64) -> String) -> FigureChange {
    let shown = |percents: Pair<String>| {
        let text = |share: Share, percent: String| match share.fraction() {
            None => UNKNOWN.to_owned(),
            Some(_) => {
                format!("{percent} ({} of {})", number(share.quantized), number(share.total))
            }
        };
        Pair { base: text(shares.base, percents.base), head: text(shares.head, percents.head) }
    };
    let plain = shares.map(|it| percent(it.quantized, it.total));
    let order = compared(shares.base, shares.head).filter(|it| it.is_ne());
    let mut figure = FigureChange {
        name: name.to_owned(),
        values: shown(plain.clone()),
        delta: String::new(),
        is_better: None,
    };
    let (Some(order), Some(was), Some(is)) =
        (order, shares.base.fraction(), shares.head.fraction())
    else {
        return figure;
    };
    let points = (is - was).abs() * 100.0;
    for n_decimals in 1..=MAX_DECIMALS {
        let percents = match n_decimals {
            1 => plain.clone(),
            _ => shares.map(|it| fine_percent(it, n_decimals)),
        };
        let delta = format!("{points:.n_decimals$}");
        if percents.base != percents.head && delta.contains(|it: char| matches!(it, '1'..='9')) {
            let sign = if order.is_lt() { '+' } else { '−' };
            figure.delta = format!("{sign}{delta} points");
            figure.values = shown(percents);
            figure.is_better = Some(order.is_lt());
            break;
        }
    }
    figure
}

/// A share with `n_decimals` decimals; 0 and 100 only if it is exactly nothing or everything.
fn fine_percent(share: Share, n_decimals: usize) -> String {
    let text = format!("{:.n_decimals$}", share.fraction().unwrap_or_default() * 100.0);
    let is_rounded_up = text.starts_with("100") && share.quantized < share.total;
    let is_rounded_down = share.quantized > 0 && !text.contains(|it: char| matches!(it, '1'..='9'));
    if share.quantized == share.total || share.quantized == 0 || is_rounded_up || is_rounded_down {
        return percent(share.quantized, share.total);
    }
    format!("{text} %")
}
