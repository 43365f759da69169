//! What ExecuTorch's Arm quantizers would annotate after a change, on the graph of the report.
//!
//! The rules are those of `PatternQuantizer` and `SharedQspecQuantizer`
//! (`backends/arm/quantizer/arm_quantizer_utils.py`) and of `PatternMatcher`
//! (`backends/cortex_m/quantizer/pattern_matcher.py`) in ExecuTorch 1.5.1. The quantizers that the
//! report has keep what they annotated, except `SharedQspecQuantizer`: it comes last, so it is run
//! again.

use std::collections::{HashSet, VecDeque};

use super::arm_patterns::{CHAINS, SHARED_OPS, SINGLE_OPS, UINT8_BRIDGE_OPS};
use super::finder::{Finder, NewQuantizer};
use super::rewritten::is_rewritten;
use crate::analysis::Analysis;
use crate::analysis::annotations::Effect;
use crate::analysis::index::shared_chains::QSpecSite;
use crate::analysis::python_lines::Family;
use crate::qspec::DType;
use crate::report::GraphNode;

/// The longest chain in [`CHAINS`].
const MAX_CHAIN: usize = 3;

/// Where the annotation of a node comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It has none.
    None,
    /// From the report.
    Reported,
    /// From a new quantizer, in the chain with this number.
    Added(u32),
    /// From `SharedQspecQuantizer`, which was run again.
    Shared,
}

/// The state of all nodes after a change.
pub(crate) struct Simulation<'a> {
    analysis: &'a Analysis,
    /// The name IDs of the graph's nodes, without those of control-flow submodules.
    order: Vec<usize>,
    /// By name ID, as are the next four.
    states: Vec<State>,
    /// Whether the node makes one float tensor (`has_float_output`).
    is_float: Vec<bool>,
    /// Whether a `PatternQuantizer` has taken the node (`Q_PATTERN_MATCHED_KEY`).
    is_matched: Vec<bool>,
    /// Whether the node is the last of its chain.
    is_last: Vec<bool>,
    n_chains: u32,
    /// Whether every rule that was needed is known and applies to data of the report.
    pub(crate) is_exact: bool,
}

impl<'a> Simulation<'a> {
    /// The state after the new quantizers, in the order of their lines.
    pub(crate) fn of(analysis: &'a Analysis, added: &[&NewQuantizer]) -> Self {
        let n_names = analysis.names.len();
        let mut this = Self {
            analysis,
            order: Vec::new(),
            states: vec![State::None; n_names],
            is_float: vec![false; n_names],
            is_matched: vec![false; n_names],
            is_last: vec![false; n_names],
            n_chains: 0,
            is_exact: true,
        };
        this.read_graph(added.iter().any(|it| it.is_global));
        // A later `set_…` inserts its quantizer before those of earlier ones.
        for quantizer in added.iter().rev().filter(|it| !it.is_global) {
            this.run_patterns(&quantizer.finder);
        }
        this.keep_reported_patterns();
        for quantizer in added.iter().filter(|it| it.is_global) {
            this.run_patterns(&quantizer.finder);
        }
        this.run_shared();
        this
    }

    /// The nodes that are float in the report and quantized now, in the order of
    /// [`crate::analysis::NodeIndex`].
    pub(crate) fn gained(&mut self) -> Vec<usize> {
        let analysis = self.analysis;
        let is_arm = analysis.family() == Some(Family::Arm);
        let mut gained = Vec::new();
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            let is_new = matches!(self.states[node.name_id], State::Added(_) | State::Shared);
            if !is_new || !analysis.is_float_compute(node_idx, node) {
                continue;
            }
            gained.push(node_idx);
            // `CortexMQuantizer` rewrites the graph before it annotates, whatever is quantized.
            if let Some(graph_node) = analysis.graph_node(node).filter(|_| is_arm) {
                self.is_exact &= !is_rewritten(&graph_node.target, graph_node.inputs.len());
            }
        }
        gained
    }

    /// Whether the output of a node has a qspec that quantizes it.
    pub(crate) fn is_output_quantized(&self, id: usize) -> bool {
        self.output_effect(id) == Effect::Quantizes
    }

    /// Whether an edge has a qspec that quantizes it.
    pub(crate) fn is_edge_quantized(&self, producer: usize, consumer: usize) -> bool {
        self.edge_effect(producer, consumer) == Effect::Quantizes
    }

    fn graph_node(&self, id: usize) -> Option<&'a GraphNode> {
        let graph = self.analysis.report().graph.as_ref()?;
        graph.nodes.get(self.analysis.names.graph_idx(id)?)
    }

    fn target(&self, id: usize) -> &'a str {
        self.graph_node(id).map_or("", |it| it.target.as_str())
    }

    fn is_io(&self, id: usize) -> bool {
        let op = self.graph_node(id).map_or("", |it| it.op.as_str());
        matches!(op, "placeholder" | "output")
    }

    fn read_graph(&mut self, replaces_global: bool) {
        let analysis = self.analysis;
        let graph_nodes = analysis.report().graph.iter().flat_map(|it| &it.nodes);
        for (graph_idx, node) in graph_nodes.enumerate() {
            let id = analysis.names.graph_id(graph_idx);
            self.is_float[id] = match (&node.dtype, &node.outputs) {
                (Some(dtype), None) => dtype.is_floating_point(),
                (None, Some(_)) => false,
                _ => {
                    // The dtype of inputs, outputs and ops without a value is not needed.
                    self.is_exact &= node.op != "call_function";
                    node.op == "call_function"
                }
            };
            if node.subgraph.is_none() && analysis.names.graph_idx(id) == Some(graph_idx) {
                self.order.push(id);
                if analysis.annotations.is_annotated(id) && !self.is_run_again(id, replaces_global)
                {
                    self.states[id] = State::Reported;
                }
            }
        }
    }

    /// Whether the quantizer that annotated the node runs again, or is replaced.
    fn is_run_again(&self, id: usize, replaces_global: bool) -> bool {
        let nodes = self.analysis.nodes();
        let node = nodes.index_of(id).and_then(|it| nodes.get(it));
        let quantizers = &self.analysis.report().quantizers;
        node.and_then(|it| quantizers.get(it.accepted_at()?.0)).is_some_and(|it| {
            it.is_shared_qspec_quantizer() || replaces_global && it.targets_all_nodes()
        })
    }

    /// `PatternQuantizer.annotate`, with the chains of `PatternMatcher.find_pattern_matches`.
    fn run_patterns(&mut self, finder: &Finder) {
        let found = self.found(finder);
        if let Finder::Known { chains, .. } = finder {
            for chain in chains {
                if !chain.iter().any(|it| self.is_matched[*it]) {
                    self.accept(chain);
                }
            }
            // The checks of this quantizer are not known for the other nodes with these targets.
            self.is_exact &= found.iter().all(|it| self.is_matched[*it]);
            return;
        }
        let mut queue: VecDeque<usize> = VecDeque::new();
        for (at, id) in found.iter().enumerate() {
            queue.push_back(*id);
            let mut users = self.analysis.neighbours.users(*id);
            let is_only_user = users.next() == found.get(at + 1).copied() && at + 1 < found.len();
            if !is_only_user || users.next().is_some() {
                while !queue.is_empty() {
                    self.take_match(&mut queue);
                }
            } else if queue.len() >= MAX_CHAIN {
                self.take_match(&mut queue);
            }
        }
    }

    fn found(&self, finder: &Finder) -> Vec<usize> {
        let is_found = |id: &usize| self.graph_node(*id).is_some_and(|it| finder.finds(it));
        self.order.iter().copied().filter(is_found).collect()
    }

    /// Accepts the longest chain at the front of the queue that passes its checks.
    fn take_match(&mut self, queue: &mut VecDeque<usize>) {
        let front: Vec<usize> = queue.iter().copied().take(MAX_CHAIN).collect();
        for n_nodes in (1..=front.len()).rev() {
            let chain = &front[..n_nodes];
            if self.is_match(chain) {
                let chain = chain.to_vec();
                self.accept(&chain);
                queue.drain(..n_nodes);
                return;
            }
        }
        queue.pop_front();
    }

    fn is_match(&mut self, chain: &[usize]) -> bool {
        let targets: Vec<&str> = chain.iter().map(|it| self.target(*it)).collect();
        let is_known = match targets.as_slice() {
            _ if chain.len() == 1 && self.is_io(chain[0]) => true,
            [target] => SINGLE_OPS.contains(target),
            several => CHAINS.contains(&several),
        };
        is_known && !chain.iter().any(|it| self.is_matched[*it]) && self.passes(chain, &targets)
    }

    /// The checks of `TOSA_QUANTIZER_SUPPORT_DICT`, and the one for large constants.
    fn passes(&mut self, chain: &[usize], targets: &[&str]) -> bool {
        let inputs = |id: usize| self.analysis.neighbours.inputs(id);
        match targets {
            // `ArithmeticFloatInputsCheck`.
            [
                "aten.add.Tensor"
                | "aten.add_.Tensor"
                | "aten.sub.Tensor"
                | "aten.sub_.Tensor"
                | "aten.mul.Tensor"
                | "aten.mul_.Tensor"
                | "aten.matmul.default"
                | "aten.mm.default"
                | "aten.bmm.default",
            ] => inputs(chain[0]).all(|it| self.is_float[it]),
            // `CastCheck` and `_is_large_scalar` need arguments that a report does not have.
            ["aten.to.dtype" | "aten.full.default" | "aten.fill_.Scalar"] => {
                self.is_exact = false;
                true
            }
            _ => true,
        }
    }

    fn accept(&mut self, chain: &[usize]) {
        self.n_chains += 1;
        for id in chain {
            self.states[*id] = State::Added(self.n_chains);
            self.is_matched[*id] = true;
        }
        if let Some(last) = chain.last() {
            self.is_last[*last] = true;
        }
    }

    /// The quantizers of the report take what they took, where no new one came before.
    fn keep_reported_patterns(&mut self) {
        let names = &self.analysis.names;
        for (quantizer, decided) in self.analysis.report().quantizers.iter().zip(&names.decided) {
            if quantizer.is_shared_qspec_quantizer() {
                continue;
            }
            for pattern_idx in 0..decided.accepted.len() {
                let members = decided.accepted.get(pattern_idx);
                let is_added = |it: &usize| matches!(self.states[*it], State::Added(_));
                let n_added = members.clone().filter(is_added).count();
                // The rest of a broken chain may match in another way.
                self.is_exact &= n_added == 0 || n_added == members.len();
                for id in members {
                    self.is_matched[id] |= self.states[id] != State::None;
                }
            }
        }
    }

    fn output_effect(&self, id: usize) -> Effect {
        match self.states[id] {
            State::None => Effect::None,
            State::Reported => self.analysis.annotations.effect(id),
            State::Added(_) if self.is_last[id] && self.is_float[id] => Effect::Quantizes,
            State::Shared if self.is_float[id] && self.analysis.neighbours.users(id).len() > 0 => {
                Effect::Quantizes
            }
            State::Added(_) | State::Shared => Effect::None,
        }
    }

    fn edge_effect(&self, producer: usize, consumer: usize) -> Effect {
        match self.states[consumer] {
            State::None => Effect::None,
            State::Reported => {
                let site = self.analysis.annotations.edge(producer, consumer);
                site.map_or(Effect::None, |it| self.analysis.annotations.effect(it))
            }
            State::Added(_) | State::Shared if !self.is_float[producer] => Effect::None,
            State::Added(_) if self.states[producer] == self.states[consumer] => Effect::None,
            // `UNOBSERVED_INPUT_INDICES`: the weight, the bias and the running statistics.
            State::Added(_) if self.target(consumer) == "aten.batch_norm.default" => {
                match self.analysis.neighbours.inputs(consumer).next() == Some(producer) {
                    true => Effect::Quantizes,
                    false => Effect::None,
                }
            }
            State::Added(_) | State::Shared => Effect::Quantizes,
        }
    }

    /// Whether the model's input or output has a uint8 qspec.
    fn is_uint8(&self, id: usize) -> bool {
        let annotations = &self.analysis.annotations;
        let is_uint8 = |site: QSpecSite| {
            let dtype = annotations.resolved(site).and_then(|it| it.dtype());
            dtype.map(DType::short) == Some("uint8")
        };
        is_uint8(id) || annotations.input_places(id).any(|it| is_uint8(it.0))
    }

    /// `SharedQspecQuantizer.annotate`.
    fn run_shared(&mut self) {
        let quantizers = &self.analysis.report().quantizers;
        // Its targets can be set, and then the report does not have them all.
        let Some(shared) = quantizers.iter().find(|it| it.is_shared_qspec_quantizer()) else {
            return;
        };
        let path = shared.quantizer_info.support_config_path.as_deref().unwrap_or_default();
        self.is_exact &= path.ends_with("SHARED_QSPEC_OPS_DEFAULT");
        let targets: HashSet<&str> = SHARED_OPS.iter().copied().collect();
        let mut is_done = vec![false; self.states.len()];
        for at in 0..self.order.len() {
            let id = self.order[at];
            if self.is_shared_op(id, &targets) && !is_done[id] {
                let group = self.group(id, &targets);
                for it in &group.ids {
                    is_done[*it] = true;
                    if group.is_accepted {
                        self.states[*it] = State::Shared;
                    }
                }
            }
        }
    }

    fn is_shared_op(&self, id: usize, targets: &HashSet<&str>) -> bool {
        self.states[id] == State::None && targets.contains(self.target(id))
    }

    /// The connected nodes that would share one qspec, and whether a neighbour has one to share.
    fn group(&mut self, root: usize, targets: &HashSet<&str>) -> Group {
        let neighbours = &self.analysis.neighbours;
        let has_float = |it: usize| neighbours.inputs(it).any(|it| self.is_float[it]);
        if !has_float(root) && !self.is_float[root] {
            return Group { ids: vec![root], is_accepted: false };
        }
        let mut ids = vec![root];
        let mut is_seen = HashSet::from([root]);
        let (mut effects, mut touches_io, mut touches_uint8) = (Vec::new(), false, false);
        let mut at = 0;
        while let Some(id) = ids.get(at).copied() {
            at += 1;
            let inputs = neighbours.inputs(id).map(|it| (it, true));
            for (other, is_input) in inputs.chain(neighbours.users(id).map(|it| (it, false))) {
                if self.is_shared_op(other, targets) {
                    if is_seen.insert(other) {
                        ids.push(other);
                    }
                    continue;
                }
                let is_boundary = self.is_io(other) && self.states[other] != State::None;
                let is_uint8 = is_boundary && self.is_uint8(other);
                touches_io |= is_boundary;
                touches_uint8 |= is_uint8;
                let effect = match is_input {
                    true => self.output_effect(other),
                    false => self.edge_effect(id, other),
                };
                if effect != Effect::None && !is_uint8 {
                    effects.push(effect);
                }
            }
        }
        let first = ids.iter().min().copied().unwrap_or(root);
        let is_bridge = ids.iter().any(|it| UINT8_BRIDGE_OPS.contains(&self.target(*it)));
        let quantizers = &self.analysis.report().quantizers;
        let has_global =
            || quantizers.iter().any(|it| it.targets_all_nodes() && !it.has_no_qconfig());
        let has_qspec = !effects.is_empty() || touches_io && has_global();
        // A neighbour may be annotated to stay float, and the order decides whose qspec is shared.
        let is_loop = ids.iter().any(|it| self.target(*it) == "higher_order.while_loop");
        let is_clear = effects.iter().all(|it| *it == Effect::Quantizes) && !is_loop;
        let is_accepted = has_qspec && has_float(first) && !(touches_uint8 && is_bridge);
        self.is_exact &= is_clear || !is_accepted;
        Group { ids, is_accepted }
    }
}

/// Nodes that would share one qspec.
struct Group {
    /// Name IDs.
    ids: Vec<usize>,
    is_accepted: bool,
}
