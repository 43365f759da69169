"""Finds which quantizer annotated which node: compares the annotations before and after each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch.fx import GraphModule, Node
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

from qspect.failures import Failures, first_line
from qspect.graph import annotated_node, graph_json
from qspect.json_values import qualified_name
from qspect.qspecs import QSpecWriter
from qspect.report_types import AcceptedPattern, Problem, QuantizerInfo, Report
from qspect.reporter import REPORT_TITLE, info_json
from qspect.writer import envelope


class AnnotationRun:
    """One annotation of a graph, watched from quantizer to quantizer.

    Call `enter` before a quantizer annotates and `leave` after it, nested as the quantizers are.
    The changes in between belong to the innermost quantizer.

    Args:
        graph_module: The graph.
        failures: Records the parts that cannot be read.
    """

    def __init__(self, graph_module: GraphModule, failures: Failures) -> None:
        self.graph_module = graph_module
        self.has_report = False
        """Whether a reporter has reported during the run."""
        self.quantizers: list[Any] = []
        """All quantizers that took part, in the order in which they began."""
        self._problems: list[Problem] = []
        # The exceptions that left an `annotate`, each with a message.
        self._raised: list[tuple[BaseException, str]] = []
        self._failures = failures
        self._write_qspec = QSpecWriter(failures)
        self._open: list[Any] = []
        self._composed: set[int] = set()
        self._patterns: dict[int, list[AcceptedPattern]] = {}
        self._changed: dict[int, set[str]] = {}
        self._marks: dict[Node, tuple[Any, ...]] = dict(self._annotations())

    def enter(self, quantizer: Any) -> None:
        """Note that `quantizer` begins to annotate."""
        if self._open:
            self._composed.add(id(self._open[-1]))
            self._settle(self._open[-1])
        self._open.append(quantizer)
        if not any(it is quantizer for it in self.quantizers):
            self.quantizers.append(quantizer)

    def leave(self) -> None:
        """Note that the last quantizer entered has finished annotating."""
        self._settle(self._open.pop())
        if not self._open:
            # An exception keeps everything in its frames alive.
            self._raised.clear()

    def note_raised(self, quantizer: Any, cause: BaseException) -> None:
        """Note an exception that left the `annotate` of `quantizer`.

        It may pass through several nested quantizers: the innermost one raised it.
        """
        if not any(it is cause for it, _ in self._raised):
            message = f"{type(quantizer).__name__}.annotate raised {first_line(cause)}"
            self._raised.append((cause, message))

    def give_up(self, cause: BaseException) -> None:
        """Mark the report as incomplete: the exception ended the whole run."""
        self._problems.extend(
            {"kind": "raised", "message": message} for it, message in self._raised if it is cause
        )

    def take(self, quantizer: Any, names: set[str]) -> None:
        """Assign existing annotations to `quantizer`.

        Args:
            quantizer: The quantizer that owns them.
            names: The names of the nodes.
        """
        if not any(it is quantizer for it in self.quantizers):
            self.quantizers.append(quantizer)
        nodes = [
            node
            for node in self.graph_module.graph.nodes
            if node.name in names and Q_ANNOTATION_KEY in node.meta
        ]
        self._patterns.setdefault(id(quantizer), []).extend(self._grouped(nodes))

    def annotated_by(self, quantizer: Any) -> set[str]:
        """Return the nodes whose annotation `quantizer` set or changed."""
        return self._changed.get(id(quantizer), set())

    def report(self, model: str | None, report_title: str = REPORT_TITLE) -> Report:
        """Return the report, with the current graph.

        A quantizer that consists of others is left out, unless it annotated a node itself.
        """
        graph = graph_json(self.graph_module, self._failures)
        report = envelope(
            report_title=report_title,
            model=model,
            quantizers=[
                {
                    "quantizer_info": _info(quantizer),
                    "accepted_patterns": self._patterns.get(id(quantizer), []),
                    "rejected_patterns": [],
                }
                for quantizer in self.quantizers
                if id(quantizer) not in self._composed or self._patterns.get(id(quantizer))
            ],
            # As ExecuTorch lists them: only those of the top level, without `get_attr` nodes.
            non_annotated_nodes=[
                str(node.name)
                for node in self.graph_module.graph.nodes
                if node.op != "get_attr" and Q_ANNOTATION_KEY not in node.meta
            ],
            graph=graph,
        )
        # Unlike a reporter's patterns, these are inferred. Readers of the report can see that.
        report["patterns_from"] = "annotations"
        if self._problems:
            report["completeness"] = {"whole": False, "problems": self._problems}
        return report

    def _annotations(self) -> Iterator[tuple[Node, tuple[Any, ...]]]:
        """Yield each annotated node with the objects that make up its annotation."""
        for node in self.graph_module.graph.nodes:
            annotation = node.meta.get(Q_ANNOTATION_KEY)
            if annotation is None:
                continue
            parts: list[Any] = [annotation, annotation.output_qspec]
            for item in annotation.input_qspec_map.items():
                parts.extend(item)
            yield node, tuple(parts)

    def _settle(self, quantizer: Any) -> None:
        """Assign the changes since the last call to `quantizer`."""
        changed = []
        for node, parts in self._annotations():
            before = self._marks.get(node)
            # Compared by identity: a quantizer changes an annotation by setting objects in it, and
            # the `==` of these objects may do anything.
            if before is None or len(before) != len(parts) or any(map(_is_not, before, parts)):
                self._marks[node] = parts
                changed.append(node)
        if changed:
            self._changed.setdefault(id(quantizer), set()).update(str(it.name) for it in changed)
            self._patterns.setdefault(id(quantizer), []).extend(self._grouped(changed))

    def _grouped(self, nodes: list[Node]) -> Iterator[AcceptedPattern]:
        """Group annotated nodes into patterns, in graph order.

        Nodes belong to one pattern if the tensor between them has no qspec on either side, as
        between the convolution and the activation of one fused operator. Nodes without any qspec,
        alone or together, are not a pattern: nothing shows that a quantizer accepted them.
        """
        pattern_of: dict[Node, list[Node]] = {}
        for node in nodes:
            pattern = [node]
            pattern_of[node] = pattern
            for source in node.all_input_nodes:
                joined = pattern_of.get(source)
                if joined is not None and joined is not pattern and _is_fused(source, node):
                    joined.extend(pattern)
                    for member in pattern:
                        pattern_of[member] = joined
                    pattern = joined
        order = {node: node_idx for node_idx, node in enumerate(nodes)}
        seen: set[int] = set()
        for node in nodes:
            pattern = pattern_of[node]
            if id(pattern) in seen or not any(map(_has_qspec, pattern)):
                continue
            seen.add(id(pattern))
            yield {
                "nodes": [
                    annotated_node(it, self._write_qspec)
                    for it in sorted(pattern, key=order.__getitem__)
                ]
            }


def _is_not(left: Any, right: Any) -> bool:
    return left is not right


def _is_fused(source: Node, user: Node) -> bool:
    """Return whether the tensor from `source` to `user` has no qspec on either side.

    Both nodes are annotated. A parameter is not an operator: without a qspec, which is common for
    a bias, it is not fused.
    """
    return (
        source.op != "get_attr"
        and source.meta[Q_ANNOTATION_KEY].output_qspec is None
        and user.meta[Q_ANNOTATION_KEY].input_qspec_map.get(source) is None
    )


def _has_qspec(node: Node) -> bool:
    annotation = node.meta[Q_ANNOTATION_KEY]
    return annotation.output_qspec is not None or any(
        qspec is not None for qspec in annotation.input_qspec_map.values()
    )


def _info(quantizer: Any) -> QuantizerInfo:
    """Return a quantizer's description of itself; by default only the name of its class."""
    describe = getattr(quantizer, "get_quantizer_info", None)
    if describe is not None:
        try:
            return info_json(describe())
        except Exception:  # ExecuTorch's mixin raises if a quantizer has none
            pass
    return {
        "name": type(quantizer).__name__,
        "targeted_nodes_description": "nodes whose annotation it changed",
        "qconfig_label": "a qconfig it does not report",
        "support_config_path": qualified_name(type(quantizer)),
    }
