//! Compares nodes with a filter.

use super::fields::{NumberField, TextField};
use super::{Filter, Test};
use crate::analysis::annotations::Effect;
use crate::analysis::index::shared_chains::QSpecSite;
use crate::analysis::nodes::Node;
use crate::analysis::{Analysis, Role};
use crate::qspec::QSpec;
use crate::report::Dim;

/// How a node matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// By itself.
    Own,
    /// A word is only in the names of its inputs.
    ByInputs,
}

/// A filter, ready for one report.
pub struct Matcher<'a> {
    analysis: &'a Analysis,
    terms: Vec<Compiled<'a>>,
    /// Whether the source has all fields of each qspec: JSON has, and ExecuTorch's text has not.
    has_all_fields: bool,
}

/// A term. For a text within qspecs, whether each different qspec of the report has it.
struct Compiled<'a> {
    is_negated: bool,
    test: &'a Test,
    kinds: Vec<bool>,
}

impl Filter {
    /// The filter, ready for this report.
    pub fn matcher<'a>(&'a self, analysis: &'a Analysis) -> Matcher<'a> {
        let terms = self.terms.iter().map(|term| Compiled {
            is_negated: term.is_negated,
            test: &term.test,
            kinds: match &term.test {
                Test::Text(field, text) => {
                    let kinds = analysis.annotations.kinds().iter();
                    kinds.map(|it| qspec_has(it, *field, text)).collect()
                }
                _ => Vec::new(),
            },
        });
        let quantizers = &analysis.report().quantizers;
        Matcher {
            analysis,
            terms: terms.collect(),
            has_all_fields: analysis.has_graph() || quantizers.iter().all(|it| it.counts.is_none()),
        }
    }
}

/// Whether a qspec has a text in the part that the field is about.
fn qspec_has(qspec: &QSpec, field: TextField, text: &str) -> bool {
    match field {
        TextField::DType => qspec.dtype().is_some_and(|it| it.short().eq_ignore_ascii_case(text)),
        TextField::Scheme => qspec.qscheme().is_some_and(|it| has(it.short(), text)),
        TextField::Observer => qspec.qparams().observer.is_some_and(|it| has(it, text)),
        _ => has(&qspec.full(), text),
    }
}

/// Whether a text contains another one, which is in lower case.
fn has(text: &str, part: &str) -> bool {
    match part.is_ascii() {
        // Without a copy of each text: names are compared at each key that is typed.
        true => {
            let mut windows = text.as_bytes().windows(part.len());
            windows.any(|it| it.eq_ignore_ascii_case(part.as_bytes()))
        }
        false => text.to_lowercase().contains(part),
    }
}

impl Matcher<'_> {
    /// How the node with index `node_idx` in [`crate::analysis::NodeIndex`] matches; `None` if it
    /// does not.
    pub fn matches(&self, node_idx: usize) -> Option<Match> {
        let node = self.analysis.nodes().get(node_idx)?;
        let mut best = Match::Own;
        for term in &self.terms {
            let found = self.holds(term, node_idx, node)?;
            if found.is_some() == term.is_negated {
                return None;
            }
            best = best.max(found.unwrap_or(Match::Own));
        }
        Some(best)
    }

    /// Whether a term holds; the outer `None` if that is unknown.
    fn holds(&self, term: &Compiled<'_>, node_idx: usize, node: &Node) -> Option<Option<Match>> {
        let own = |is_it: bool| is_it.then_some(Match::Own);
        Some(match term.test {
            Test::Word(word) => self.word(node_idx, node, word),
            Test::Text(field, text) => own(self.text(term, *field, text, node_idx, node)?),
            Test::Number(field, comparison, limit) => {
                own(comparison.holds(self.number(field, node_idx, node)?, *limit))
            }
        })
    }

    /// A word in the name, the op, the module's path or the text of the output, else in the names of
    /// the annotated inputs.
    fn word(&self, node_idx: usize, node: &Node, word: &str) -> Option<Match> {
        let analysis = self.analysis;
        let graph_node = analysis.graph_node(node);
        let is_own = has(&node.name, word)
            || graph_node.is_some_and(|it| {
                has(&it.target, word)
                    || it.module_stack.last().is_some_and(|it| has(&it.path, word))
            })
            || has(&crate::view::node_table::output_text(analysis, node_idx, node).0, word);
        if is_own {
            return Some(Match::Own);
        }
        let inputs = analysis.annotations.inputs(analysis.report(), node.name_id);
        inputs.iter().any(|it| has(&it.node, word)).then_some(Match::ByInputs)
    }

    /// Whether a field has a text; `None` if the source does not show the field.
    fn text(
        &self,
        term: &Compiled<'_>,
        field: TextField,
        text: &str,
        node_idx: usize,
        node: &Node,
    ) -> Option<bool> {
        let analysis = self.analysis;
        let graph_node = || analysis.graph_node(node);
        let kind_has = |site: QSpecSite| {
            let kind = analysis.annotations.kind(site);
            kind.and_then(|it| term.kinds.get(it)).copied().unwrap_or(false)
        };
        let has_qspec_at = |site: QSpecSite| analysis.annotations.effect(site) != Effect::None;
        let edges = || analysis.annotations.input_places(node.name_id);
        let is_parameter = |producer: usize| analysis.is_parameter_named(producer);
        let is_derived = |site: QSpecSite| {
            matches!(analysis.annotations.resolved(site), Some(QSpec::Derived(_)))
        };
        Some(match field {
            TextField::Name => has(&node.name, text),
            TextField::Op => has(&graph_node()?.target, text),
            TextField::Module => graph_node()?.module_stack.iter().any(|it| {
                let path = it.path.to_lowercase();
                let rest = path.strip_prefix(text);
                rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
            }),
            TextField::Class => graph_node()?.module_stack.iter().any(|it| has(&it.class, text)),
            TextField::Verdict => self.verdict(node_idx, node, text),
            TextField::By => self.decider(node, text),
            TextField::In => {
                let mut inputs = analysis.neighbours.inputs(node.name_id);
                let is_found = inputs.any(|it| has(analysis.names.name(it), text));
                // A log has annotated inputs alone.
                return (is_found || analysis.has_graph()).then_some(is_found);
            }
            TextField::DType => {
                let is_found = kind_has(node.name_id);
                let has_dtype =
                    analysis.annotations.resolved(node.name_id).map(|it| it.dtype().is_some());
                // A log has no dtype of fixed qparams, and a shared qspec may lead nowhere.
                let is_known = match has_dtype {
                    Some(has_dtype) => has_dtype || self.has_all_fields,
                    None => !has_qspec_at(node.name_id),
                };
                return (is_found || is_known).then_some(is_found);
            }
            TextField::Scheme
            | TextField::Output
            | TextField::Weight
            | TextField::Bias
            | TextField::Input
            | TextField::Observer => {
                let sites = edges().filter(|(site, producer, _)| match field {
                    TextField::Weight => is_parameter(*producer) && !is_derived(*site),
                    TextField::Bias => is_parameter(*producer) && is_derived(*site),
                    TextField::Input => !is_parameter(*producer),
                    TextField::Observer => true,
                    _ => false,
                });
                let is_output =
                    matches!(field, TextField::Scheme | TextField::Output | TextField::Observer);
                let own = is_output.then_some(node.name_id);
                let sites: Vec<QSpecSite> = sites.map(|it| it.0).chain(own).collect();
                let is_found = sites.iter().any(|it| kind_has(*it));
                let has_qspec = sites.iter().any(|it| has_qspec_at(*it));
                // ExecuTorch's text leaves most fields of a qspec out.
                return (is_found || !has_qspec || self.has_all_fields).then_some(is_found);
            }
            TextField::Reason => {
                let (why, is_reason) =
                    crate::view::node_table::output_text(analysis, node_idx, node);
                is_reason && has(&why, text)
            }
            TextField::Shape => {
                let dims = graph_node()?.shape.as_ref()?.iter().map(|it| match it {
                    Dim::Size(size) => size.to_string(),
                    Dim::Symbol(name) => name.to_string(),
                });
                has(&dims.collect::<Vec<_>>().join("x"), text)
            }
        })
    }

    fn verdict(&self, node_idx: usize, node: &Node, text: &str) -> bool {
        let verdict = self.analysis.verdict(node_idx);
        let text = text.replace(' ', "_");
        let role = match self.analysis.role(node) {
            Role::Compute => "",
            Role::InputOutput => "input_output",
            Role::Parameter => "parameter",
            Role::NotInGraph => "not_in_graph",
        };
        [role, verdict.as_str(), verdict.tensor(), verdict.label()]
            .iter()
            .any(|it| it.replace(' ', "_") == text)
    }

    fn decider(&self, node: &Node, text: &str) -> bool {
        let Some(quantizer_idx) = self.analysis.decider(node) else { return text == "none" };
        if let Ok(number) = text.parse::<usize>() {
            return number == quantizer_idx + 1;
        }
        let quantizer = self.analysis.report().quantizers.get(quantizer_idx);
        quantizer.is_some_and(|it| {
            has(&it.quantizer_info.name, text) || has(&it.quantizer_info.qconfig_label, text)
        })
    }

    /// The number in a field; `None` if the node has none, or if the source does not show it.
    fn number(&self, field: &NumberField, node_idx: usize, node: &Node) -> Option<f64> {
        let analysis = self.analysis;
        // MACs and parameters are far below 2^53; for larger ones a rounded number is enough.
        match field {
            NumberField::Bits => analysis.bits(node_idx).map(f64::from),
            NumberField::Macs => analysis.macs(node).map(|it| it as f64),
            NumberField::Params => analysis.params(node).map(|it| it as f64),
            NumberField::Axis => {
                let weight = analysis.weight(node.name_id);
                let qspec = weight.or_else(|| analysis.annotations.resolved(node.name_id));
                qspec?.qparams().ch_axis.flatten().map(|it| it as f64)
            }
            NumberField::Metric(name) => {
                analysis.graph_node(node)?.metrics.get(name.as_str()).copied().flatten()
            }
        }
    }
}
