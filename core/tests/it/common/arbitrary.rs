//! Random reports.

use std::sync::Arc;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use qspect_core::qspec::{
    DerivedQuantizationSpec, FixedQParamsQuantizationSpec, OtherSpec, QuantizationSpec,
    SharedQuantizationSpec,
};
use qspect_core::report::{Annotation, Module, OutputValue, Producer};
use qspect_core::text::UnknownFields;
use qspect_core::{
    AcceptedPattern, AnnotatedNode, Counts, DType, Dim, EdgeOrNode, Graph, GraphNode, InputQSpec,
    Name, NonAnnotatedNodes, QScheme, QSpec, QuantizerInfo, QuantizerReport, RejectedPattern,
    Report,
};
use serde_json::{Map, Value};

type Text = BoxedStrategy<String>;

/// What the texts in a report look like.
#[derive(Clone)]
pub struct Alphabet {
    /// Nodes, inputs and classes.
    pub name: Text,
    /// Titles, descriptions, labels.
    pub line: Text,
    /// Reasons of rejections.
    pub reason: Text,
    /// Whether there may be nothing but a title.
    pub may_be_empty: bool,
}

impl Alphabet {
    /// Whatever a string can hold.
    pub fn any() -> Self {
        let text = any::<String>().boxed();
        Self { name: text.clone(), line: text.clone(), reason: text, may_be_empty: true }
    }

    /// What ExecuTorch's text can hold without loss. Left out are:
    /// - white space at either end of a name, a line or a line of a reason: tabulate strips it and
    ///   the reader cannot distinguish it from padding;
    /// - controls and unprintable characters: Python's `splitlines` takes some for line ends, a
    ///   terminal takes others for its own;
    /// - names that are empty or have white space, commas, parentheses or brackets: ExecuTorch
    ///   puts those around and between names. torch.fx makes no such name, nor one like `None`;
    /// - a quantizer's name with white space: the reader looks for ` using ` behind it.
    pub fn printable() -> Self {
        let word = prop_oneof![
            8 => "[a-z_][a-z0-9_]{0,12}",
            // tabulate aligns numbers and reformats floats.
            1 => "[0-9]{1,5}|[0-9]\\.[0-9]{1,9}|[0-9]{1,3}(,[0-9]{3})|1e[0-9]{1,2}|nan|-inf|True",
            1 => "[!-'*+./:-Z^-~¡-¬®-\u{24f}一-龥😀-😏]{1,6}",
            // Columns about as wide as the rules around sections.
            1 => "w{60,110}",
        ];
        let word = word.prop_filter("an fx name", |it| it != "None" && !it.contains("  ")).boxed();
        let line = vec(word.clone(), 0..6).prop_map(|it| it.join(" ")).boxed();
        // A reason ends with a word, or tabulate would strip empty lines behind it.
        let reason = (vec(line.clone(), 0..4), word.clone())
            .prop_map(|(lines, last)| lines.join("\n") + "\n" + &last);
        let reason = prop_oneof![line.clone(), reason];
        Self { name: word, line, reason: reason.boxed(), may_be_empty: false }
    }

    fn name(&self) -> BoxedStrategy<Name> {
        self.name.clone().prop_map(Name::from).boxed()
    }

    /// A report; with `counts` its quantizers may count what they do not list.
    pub fn report(&self, counts: bool) -> BoxedStrategy<Report> {
        let min = usize::from(!self.may_be_empty);
        let title =
            self.line.clone().prop_filter("ExecuTorch's own limit", |it| it.chars().count() < 100);
        let non_annotated = prop_oneof![
            vec(self.name(), 0..6).prop_map(NonAnnotatedNodes::Names),
            any::<u32>().prop_map(|it| NonAnnotatedNodes::Count(it as usize)),
        ];
        (
            title,
            option::of(self.line.clone()),
            option::of(self.producer()),
            vec(self.quantizer(counts), min..4),
            option::of(non_annotated),
            vec(self.name(), 0..4),
            option::weighted(0.3, self.graph()),
            unknown(),
        )
            .prop_map(|it| {
                let mut report = Report {
                    report_title: it.0,
                    model: it.1,
                    producer: it.2,
                    quantizers: it.3,
                    non_annotated_nodes: it.4,
                    pre_transform_nodes: it.5,
                    graph: it.6,
                    unknown: it.7,
                    ..Report::default()
                };
                // As each reader does.
                report.check();
                report
            })
            .boxed()
    }

    fn producer(&self) -> BoxedStrategy<Producer> {
        let line = || self.line.clone();
        (line(), option::of(line()), btree_map(line(), line(), 0..3), unknown())
            .prop_map(|(name, version, packages, unknown)| Producer {
                name,
                version,
                packages,
                unknown,
            })
            .boxed()
    }

    fn quantizer(&self, counts: bool) -> BoxedStrategy<QuantizerReport> {
        let line = || self.line.clone();
        let info =
            (self.name.clone(), line(), line(), option::of(line()), unknown()).prop_map(|it| {
                QuantizerInfo {
                    name: it.0,
                    targeted_nodes_description: it.1,
                    qconfig_label: it.2,
                    support_config_path: it.3,
                    unknown: it.4,
                }
            });
        let own_counts = any::<(u32, u32, u32)>().prop_map(|it| Counts {
            accepted: it.0 as usize,
            rejected_previous_annotation: it.1 as usize,
            rejected: it.2 as usize,
        });
        let accepted = (vec(self.annotated_node(), 0..4), unknown())
            .prop_map(|(nodes, unknown)| AcceptedPattern { nodes, unknown });
        let reason = prop_oneof![
            4 => self.reason.clone(),
            1 => Just("Tried annotating already quantized node.".to_owned()),
        ];
        let rejected = (vec(self.name(), 0..4), reason, unknown()).prop_map(|it| RejectedPattern {
            node_names: it.0,
            rejection_reason: it.1,
            unknown: it.2,
        });
        let counts = match counts {
            true => option::weighted(0.3, own_counts).boxed(),
            false => Just(None).boxed(),
        };
        (info, counts, vec(accepted, 0..5), vec(rejected, 0..4), unknown())
            .prop_map(|it| QuantizerReport {
                quantizer_info: it.0,
                counts: it.1,
                accepted_patterns: it.2,
                rejected_patterns: it.3,
                unknown: it.4,
            })
            .boxed()
    }

    fn annotated_node(&self) -> BoxedStrategy<AnnotatedNode> {
        (self.name(), self.input_qspec_map(), option::of(self.qspec()), unknown())
            .prop_map(|it| AnnotatedNode {
                name: it.0,
                input_qspec_map: it.1,
                output_qspec: it.2,
                unknown: it.3,
            })
            .boxed()
    }

    fn input_qspec_map(&self) -> BoxedStrategy<Vec<InputQSpec>> {
        let input = (self.name(), option::of(self.qspec()), unknown())
            .prop_map(|(node, qspec, unknown)| InputQSpec { node, qspec, unknown });
        vec(input, 0..4).boxed()
    }

    fn graph(&self) -> BoxedStrategy<Graph> {
        let names = || vec(self.name(), 0..3);
        let module = (self.name(), self.name(), unknown())
            .prop_map(|(path, class, unknown)| Module { path, class, unknown });
        let dim = prop_oneof![any::<i64>().prop_map(Dim::Size), self.name().prop_map(Dim::Symbol)];
        let qspecs = (self.input_qspec_map(), option::of(self.qspec()));
        let annotation =
            (qspecs, any::<Option<bool>>(), unknown()).prop_map(|(qspecs, sharing, unknown)| {
                let (input_qspec_map, output_qspec) = qspecs;
                let allow_implicit_sharing = sharing;
                Annotation { input_qspec_map, output_qspec, allow_implicit_sharing, unknown }
            });
        let metrics = btree_map(self.name(), option::of(number()), 0..3);
        let known = (self.name(), self.name(), self.name(), names(), vec(module, 0..3));
        let shape = || option::of(vec(dim.clone(), 0..4));
        let name = || option::of(self.name());
        let output = (shape(), name(), name(), name(), unknown()).prop_map(
            |(shape, dtype, class, value, unknown)| {
                let dtype = dtype.map(DType);
                OutputValue { shape, dtype, class, value, unknown }
            },
        );
        let outputs = option::weighted(0.2, vec(option::of(output), 0..3));
        let rest = (shape(), name(), option::of(annotation), outputs, name());
        let node = (known, rest, metrics, unknown()).prop_map(|(known, rest, metrics, unknown)| {
            let (name, op, target, inputs, module_stack) = known;
            let (shape, dtype, annotation, outputs, subgraph) = rest;
            let dtype = dtype.map(DType);
            GraphNode {
                name,
                op,
                target,
                inputs,
                module_stack,
                shape,
                dtype,
                outputs,
                subgraph,
                annotation,
                metrics,
                unknown,
            }
        });
        (vec(node, 0..4), unknown()).prop_map(|(nodes, unknown)| Graph { nodes, unknown }).boxed()
    }

    pub fn qspec(&self) -> BoxedStrategy<QSpec> {
        let dtype = prop_oneof![Just(Name::from("torch.int8")), self.name()].prop_map(DType);
        let qscheme = || option::of(option::of(self.name().prop_map(QScheme)));
        let bound = || option::of(any::<i64>());
        let quantization = (
            dtype.clone(),
            bound(),
            bound(),
            qscheme(),
            option::of(bound()),
            option::of(any::<bool>()),
            option::of(self.name()),
            unknown(),
        )
            .prop_map(|it| QuantizationSpec {
                dtype: it.0,
                quant_min: it.1,
                quant_max: it.2,
                qscheme: it.3,
                ch_axis: it.4,
                is_dynamic: it.5,
                observer: it.6,
                unknown: it.7,
            });
        let fixed = (
            option::of(dtype.clone()),
            option::of(number()),
            bound(),
            option::of(bound()),
            option::of(bound()),
            qscheme(),
            option::of(any::<bool>()),
            unknown(),
        )
            .prop_map(|it| FixedQParamsQuantizationSpec {
                dtype: it.0,
                scale: it.1,
                zero_point: it.2,
                quant_min: it.3,
                quant_max: it.4,
                qscheme: it.5,
                is_dynamic: it.6,
                unknown: it.7,
            });
        let shared = (self.edge_or_node(), unknown())
            .prop_map(|(edge_or_node, unknown)| SharedQuantizationSpec { edge_or_node, unknown });
        let derived = (
            self.edge_or_node(),
            dtype,
            option::of(bound()),
            option::of(bound()),
            qscheme(),
            option::of(bound()),
            option::of(any::<bool>()),
            unknown(),
        )
            .prop_map(|it| DerivedQuantizationSpec {
                derived_from: it.0,
                dtype: it.1,
                quant_min: it.2,
                quant_max: it.3,
                qscheme: it.4,
                ch_axis: it.5,
                is_dynamic: it.6,
                unknown: it.7,
            });
        let class =
            self.name().prop_filter("an unknown class", |it| !it.ends_with("QuantizationSpec"));
        let other = (class, unknown()).prop_map(|(class, fields)| OtherSpec {
            class,
            fields: fields.map(|it| *it).unwrap_or_default(),
        });
        prop_oneof![
            quantization.prop_map(|it| QSpec::Quantization(Arc::new(it))),
            fixed.prop_map(|it| QSpec::FixedQParams(Box::new(it))),
            shared.prop_map(|it| QSpec::Shared(Box::new(it))),
            derived.prop_map(|it| QSpec::Derived(Box::new(it))),
            other.prop_map(|it| QSpec::Other(Box::new(it))),
        ]
        .boxed()
    }

    fn edge_or_node(&self) -> BoxedStrategy<EdgeOrNode> {
        self.name()
            .prop_map(EdgeOrNode::Node)
            .prop_recursive(4, 12, 4, |inner| {
                prop_oneof![
                    vec(inner.clone(), 0..4).prop_map(EdgeOrNode::Tuple),
                    vec(inner, 0..4).prop_map(EdgeOrNode::List),
                ]
            })
            .boxed()
    }
}

/// JSON has no other numbers.
fn number() -> impl Strategy<Value = f64> + Clone {
    any::<f64>().prop_filter("finite", |it| it.is_finite())
}

/// Fields of a newer format; mostly there are none.
fn unknown() -> BoxedStrategy<UnknownFields> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        number().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            fields(inner, 0..3).prop_map(Value::from),
        ]
    });
    option::weighted(0.05, fields(value, 1..3).prop_map(Box::new)).boxed()
}

fn fields(
    value: impl Strategy<Value = Value>,
    n_fields: std::ops::Range<usize>,
) -> impl Strategy<Value = Map<String, Value>> {
    btree_map("new_[a-z\"\n]{1,3}", value, n_fields).prop_map(|it| it.into_iter().collect())
}
