//! One node of both reports, fact by fact.

use serde::{Deserialize, Serialize};

use super::Pair;
use super::labels::differing;
use crate::text::number_format::{figure, short};
use crate::view::{AnnotationDetail, GraphDetail, InputDetail, NodeDetail, QSpecDetail};

/// One fact of a node in both reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The part of the node that it is about: `weight`; empty for the node itself.
    pub part: String,
    /// Its name: `verdict`, `qscheme`.
    pub name: String,
    /// Its values; `None` where a report does not have it.
    pub values: Pair<Option<String>>,
    /// Whether it changed. A fact that one source lacks is not a change, unless its absence is a
    /// fact of its own: a node without a reason was not rejected.
    pub is_changed: bool,
}

/// The facts of a node of the base and of its counterpart in the head, those about the node itself
/// first. A fact that neither has is left out.
pub fn side_by_side(base: Option<&NodeDetail>, head: Option<&NodeDetail>) -> Vec<Fact> {
    let sides = Pair { base, head };
    let mut facts = Facts::default();
    let of = |read: fn(&NodeDetail) -> Option<String>| sides.map(|it| it.and_then(read));
    facts.push("", "name", of(|it| Some(it.name.clone())));
    facts.push("", "verdict", of(|it| Some(it.verdict.label().to_owned())));
    facts.push_known("", "reason", of(|it| it.explanation.as_ref().map(|it| it.reason.clone())));
    facts.push_known("", "quantizer", of(|it| it.owner.as_ref().map(|it| it.name.clone())));
    facts.push_known("", "qconfig", qconfigs(sides));
    facts.push_known("", "output quantized at", of(|it| it.quantized_at.clone()));
    let of = |read: fn(&GraphDetail) -> Option<String>| {
        sides.map(|it| it?.graph.as_ref().and_then(read))
    };
    facts.push("", "op", of(|it| Some(it.target.clone())));
    facts.push("", "module", of(|it| it.module.as_ref().map(|it| it.0.clone())));
    facts.push("", "tensor", of(|it| it.tensor.clone()));
    facts.push("", "MACs", of(|it| it.macs.map(short)));
    for name in metrics(sides) {
        let value = |it: Option<&NodeDetail>| {
            let (_, value) = it?.graph.as_ref()?.metrics.iter().find(|it| it.0 == name)?;
            Some(value.map_or_else(|| "not finite".to_owned(), figure))
        };
        facts.push("", &name, sides.map(value));
    }
    let annotations = sides.map(|it| it?.annotation.as_ref());
    let n_inputs = annotations.map(|it| it.map_or(0, |it| it.inputs.len()));
    for at in 0..n_inputs.base.max(n_inputs.head) {
        let inputs = annotations.map(|it| it?.inputs.get(at));
        let Some(part) = inputs.head.or(inputs.base).map(part) else { continue };
        facts.push_qspec(&part, inputs.map(|it| it.map(|it| &it.qspec)));
    }
    facts.push_qspec("output", annotations.map(|it| it.map(|it: &AnnotationDetail| &it.output)));
    facts.0
}

/// The labels of the qconfigs, cut to what differs.
fn qconfigs(sides: Pair<Option<&NodeDetail>>) -> Pair<Option<String>> {
    let labels = sides.map(|it| Some(it?.owner.as_ref()?.qconfig_label.as_str()));
    match (labels.base, labels.head) {
        (Some(base), Some(head)) if base != head => differing(base, head).map(Some),
        _ => labels.map(|it| it.map(str::to_owned)),
    }
}

/// The metrics that a side has, each once.
fn metrics(sides: Pair<Option<&NodeDetail>>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for side in [sides.base, sides.head].into_iter().flatten() {
        for (name, _) in side.graph.iter().flat_map(|it| &it.metrics) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// `weight`, or `input conv2d_2`: a parameter's name says nothing.
fn part(input: &InputDetail) -> String {
    match input.is_node {
        true => format!("{} {}", input.role.label(), input.name),
        false => input.role.label().to_owned(),
    }
}

#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn push(&mut self, part: &str, name: &str, values: Pair<Option<String>>) {
        let are_known = values.base.is_some() && values.head.is_some();
        self.push_if(part, name, are_known && !values.is_same(), values);
    }

    /// The same of a fact that a report without it is known not to have.
    fn push_known(&mut self, part: &str, name: &str, values: Pair<Option<String>>) {
        self.push_if(part, name, !values.is_same(), values);
    }

    fn push_if(&mut self, part: &str, name: &str, is_changed: bool, values: Pair<Option<String>>) {
        if values != Pair::default() {
            let (part, name) = (part.to_owned(), name.to_owned());
            self.0.push(Fact { part, name, values, is_changed });
        }
    }

    /// The arguments of a qspec, and where it comes from.
    fn push_qspec(&mut self, part: &str, qspecs: Pair<Option<&QSpecDetail>>) {
        let known = [qspecs.base, qspecs.head];
        if known.iter().flatten().all(|it| it.own.is_none()) {
            return;
        }
        // A side without a qspec shows it once.
        if known.iter().any(|it| it.is_none_or(|it| it.own.is_none())) {
            let own = |it: Option<&QSpecDetail>| it?.own.clone();
            return self.push_known(part, "qspec", qspecs.map(own));
        }
        let details: Vec<&QSpecDetail> = known.into_iter().flatten().collect();
        for name in AnnotationDetail::columns(&details) {
            let value = |it: Option<&QSpecDetail>| it?.argument(name).map(str::to_owned);
            self.push(part, name, qspecs.map(value));
        }
        let taken = |it: Option<&QSpecDetail>| {
            let taken = it?.taken_from.join(", ");
            (!taken.is_empty()).then_some(taken)
        };
        self.push_known(part, "resolved from", qspecs.map(taken));
    }
}
