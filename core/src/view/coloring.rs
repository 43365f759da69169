//! Nodes in classes of one colour each: by bits, by quantizer, or by the size of a number.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::column::{CellValue, Column};
use super::icicle::IcicleWidth;
use crate::analysis::Analysis;
use crate::analysis::nodes::Node;
use crate::analysis::verdict::Verdict;
use crate::report::qconfig_parts;
use crate::text::number_format::{figure, short};

/// What nodes are coloured by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColorBy {
    /// The verdict.
    #[default]
    Verdict,
    /// The width of the activations.
    Bits,
    /// The quantizer that decided.
    Quantizer,
    /// A column of numbers: MACs, parameters, a metric.
    Number(Column),
    /// The change since the base of a comparison ([`crate::Diff::coloring`]).
    Change,
}

/// Nodes with one colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColorClass {
    /// Its label.
    pub label: String,
    /// The name of its colour in the style sheet: `quantized`, `sequence-3`.
    pub color: String,
    /// The number of nodes.
    pub n_nodes: usize,
}

/// The class of each node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coloring {
    /// The classes, in the order of a legend.
    pub classes: Vec<ColorClass>,
    /// By node index, the index in `classes`.
    pub class_of: Vec<u8>,
}

/// The parts of the modules that have each colour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleColors {
    /// The classes, in the order of a legend.
    pub classes: Vec<ColorClass>,
    /// By module, as in [`Analysis::modules`], and then by class: the nodes, the MACs, or the
    /// elements of parameters.
    pub parts: Vec<Vec<u64>>,
}

/// The number of colours of a sequence.
const N_STEPS: usize = 5;

/// The number of colours for things without an order.
const N_KINDS: usize = 7;

/// From this ratio of the largest to the smallest value on, steps grow by a factor.
const MIN_RATIO: f64 = 100.0;

/// The colour of what has no value.
const NONE: &str = "previous";

impl ColorBy {
    /// Its name in an address.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Verdict => "verdict",
            Self::Bits => "bits",
            Self::Quantizer => "quantizer",
            Self::Number(column) => column.as_str(),
            Self::Change => "change",
        }
    }

    /// The colouring with this name. Any other name is that of a column.
    pub fn from_name(name: &str) -> Self {
        match name {
            "verdict" => Self::Verdict,
            "bits" => Self::Bits,
            "quantizer" => Self::Quantizer,
            "change" => Self::Change,
            name => Self::Number(Column::from_name(name)),
        }
    }
}

impl Coloring {
    /// A colouring by the label and the colour of each node. Classes are in the order of `order`,
    /// a list of labels; others follow in the order of their first nodes.
    pub(crate) fn of(order: &[String], nodes: impl Iterator<Item = (String, String)>) -> Self {
        let mut classes: Vec<ColorClass> = Vec::new();
        let mut class_of: Vec<usize> = Vec::new();
        for (label, color) in nodes {
            let known = classes.iter().position(|it| it.label == label);
            let class_idx = known.unwrap_or_else(|| {
                classes.push(ColorClass { label, color, n_nodes: 0 });
                classes.len() - 1
            });
            classes[class_idx].n_nodes += 1;
            class_of.push(class_idx);
        }
        let mut sorted: Vec<usize> = (0..classes.len()).collect();
        let place = |it: &usize| order.iter().position(|label| *label == classes[*it].label);
        sorted.sort_by_key(|it| place(it).unwrap_or(order.len()));
        let mut place_of = vec![0; classes.len()];
        for (place, class_idx) in sorted.iter().enumerate() {
            place_of[*class_idx] = place;
        }
        let class_of = class_of.into_iter().map(|it| u8::try_from(place_of[it]).unwrap_or(u8::MAX));
        Self {
            class_of: class_of.collect(),
            classes: sorted.into_iter().map(|it| classes[it].clone()).collect(),
        }
    }

    /// The class of a node.
    pub fn class(&self, node_idx: usize) -> Option<&ColorClass> {
        self.classes.get(usize::from(*self.class_of.get(node_idx)?))
    }
}

impl Analysis {
    /// The colours of all nodes. Without a comparison, nothing has changed.
    pub fn coloring(&self, by: &ColorBy) -> Coloring {
        let nodes = || self.nodes().iter().enumerate();
        match by {
            ColorBy::Verdict => {
                let order = Verdict::ALL.map(|it| it.label().to_owned());
                Coloring::of(
                    &order,
                    nodes().map(|(node_idx, node)| self.verdict_class(node_idx, node)),
                )
            }
            ColorBy::Bits => {
                let widths: BTreeSet<u32> = nodes().filter_map(|it| self.bits(it.0)).collect();
                let order: Vec<String> = widths.iter().map(|it| bits_label(*it)).collect();
                Coloring::of(
                    &order,
                    nodes().map(|(node_idx, node)| self.bits_class(node_idx, node)),
                )
            }
            ColorBy::Quantizer => {
                let quantizers = &self.report().quantizers;
                let label = |quantizer_idx: usize| {
                    let label =
                        quantizers.get(quantizer_idx).map(|it| &it.quantizer_info.qconfig_label);
                    let label = label.map_or("", |it| qconfig_parts(it).0);
                    format!("{} · {label}", quantizer_idx + 1)
                };
                let order: Vec<String> = (0..quantizers.len()).map(label).collect();
                let class = |(_, node): (usize, &Node)| match self.decider(node) {
                    Some(it) if it < N_KINDS => (label(it), format!("kind-{it}")),
                    Some(_) => ("further quantizers".to_owned(), format!("kind-{N_KINDS}")),
                    None => ("no quantizer".to_owned(), NONE.to_owned()),
                };
                Coloring::of(&order, nodes().map(class))
            }
            ColorBy::Number(column) => self.number_coloring(column),
            ColorBy::Change => {
                let same = || ("unchanged".to_owned(), NONE.to_owned());
                Coloring::of(&[], nodes().map(|_| same()))
            }
        }
    }

    /// The colours of the modules, weighed by what makes a module wide. `coloring` is that of the
    /// nodes.
    pub fn module_colors(&self, coloring: &Coloring, width: IcicleWidth) -> ModuleColors {
        let n_classes = coloring.classes.len();
        let mut parts: Vec<Vec<u64>> = Vec::new();
        let modules = self.visit_modules(|node_idx, node, around| {
            let Some(class) = coloring.class_of.get(node_idx) else { return };
            let weight = match width {
                IcicleWidth::Nodes => 1,
                IcicleWidth::Macs => self.macs(node).unwrap_or_default(),
                IcicleWidth::Params => self.params(node).unwrap_or_default(),
            };
            for module_idx in around {
                if parts.len() <= *module_idx {
                    parts.resize(module_idx + 1, vec![0; n_classes]);
                }
                if let Some(part) = parts[*module_idx].get_mut(usize::from(*class)) {
                    *part = part.saturating_add(weight);
                }
            }
        });
        parts.resize(modules.len(), vec![0; n_classes]);
        ModuleColors { classes: coloring.classes.clone(), parts }
    }

    fn verdict_class(&self, node_idx: usize, node: &Node) -> (String, String) {
        if !self.is_compute(node) {
            return ("input or output".to_owned(), NONE.to_owned());
        }
        let verdict = self.verdict(node_idx);
        let color = match verdict {
            Verdict::Quantized => "quantized",
            Verdict::Fused => "fused",
            Verdict::FloatByConfig | Verdict::AnnotatedEmpty => "by-config",
            Verdict::Rejected => "rejected",
            Verdict::NotFloat => NONE,
            Verdict::Unmatched | Verdict::Unknown => "unmatched",
        };
        (verdict.label().to_owned(), color.to_owned())
    }

    fn bits_class(&self, node_idx: usize, node: &Node) -> (String, String) {
        let none = |label: &str| (label.to_owned(), NONE.to_owned());
        match self.bits(node_idx) {
            Some(bits) => {
                let color = match bits {
                    0..8 => "kind-2",
                    8 => "quantized",
                    9..=16 => "wide",
                    _ => "kind-4",
                };
                (bits_label(bits), color.to_owned())
            }
            None if !self.is_compute(node) => none("input or output"),
            None if self.verdict(node_idx).is_float() => {
                ("float".to_owned(), "by-config".to_owned())
            }
            None if self.verdict(node_idx) == Verdict::NotFloat => none("not float"),
            None => none("unknown"),
        }
    }

    fn number_coloring(&self, column: &Column) -> Coloring {
        let value = |node_idx: usize| match column.value(self, node_idx) {
            CellValue::Number(value) if value.is_finite() => Some(value),
            _ => None,
        };
        let values: Vec<Option<f64>> = (0..self.nodes().len()).map(value).collect();
        let known = || values.iter().flatten().copied();
        // Most nodes have no MACs and no parameters.
        let has_zeros = known().all(|it| it >= 0.0);
        let is_step = |it: &f64| !has_zeros || *it > 0.0;
        let least = known().filter(is_step).fold(f64::INFINITY, f64::min);
        let most = known().filter(is_step).fold(f64::NEG_INFINITY, f64::max);
        let is_by_ratio = least > 0.0 && most / least >= MIN_RATIO;
        let edge = |step: usize| {
            let part = step as f64 / N_STEPS as f64;
            match is_by_ratio {
                true => least * (most / least).powf(part),
                false => least + (most - least) * part,
            }
        };
        let write = |it: f64| match column {
            Column::Macs | Column::Params => short(it as u64),
            _ => figure(it),
        };
        let label = |step: usize| format!("{} to {}", write(edge(step)), write(edge(step + 1)));
        let mut order = vec!["0".to_owned()];
        order.extend((0..N_STEPS).map(label));
        let class = |value: &Option<f64>| match value {
            None => ("unknown".to_owned(), NONE.to_owned()),
            Some(it) if !is_step(it) => ("0".to_owned(), "sequence-none".to_owned()),
            Some(it) => {
                // The last edge whose value is not above: rounding may move the largest value.
                let step = (1..N_STEPS).rev().find(|step| *it >= edge(*step)).unwrap_or_default();
                (label(step), format!("sequence-{step}"))
            }
        };
        Coloring::of(&order, values.iter().map(class))
    }
}

fn bits_label(bits: u32) -> String {
    format!("{bits}-bit")
}
