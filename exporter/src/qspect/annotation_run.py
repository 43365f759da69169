"""Which quantizer annotated which node: the annotations before and after each one are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch.fx import GraphModule, Node
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

from qspect.failures import Failures, first_line
from qspect.graph import annotation_json, graph_json
from qspect.json_values import Json, qualified_name
from qspect.qspecs import QSpecWriter
from qspect.reporter import REPORT_TITLE, info_json
from qspect.writer import Report, envelope


class AnnotationRun:
    """One annotation of a graph, watched from quantizer to quantizer.

    Call `enter` before a quantizer annotates and `leave` after it, nested as the quantizers are:
    what changed in between belongs to the innermost one.

    Args:
        graph_module: The graph.
        failures: Told of what cannot be read.
    """

    def __init__(self, graph_module: GraphModule, failures: Failures) -> None:
        self.graph_module = graph_module
        self.has_report = False
        """Whether a reporter reported meanwhile."""
        self.quantizers: list[Any] = []
        """All that took part, in the order in which they began."""
        self._problems: list[Json] = []
        # The exceptions that left an `annotate`, each with what happened.
        self._raised: list[tuple[BaseException, str]] = []
        self._failures = failures
        self._write_qspec = QSpecWriter(failures)
        self._open: list[Any] = []
        self._composed: set[int] = set()
        self._patterns: dict[int, list[Json]] = {}
        self._changed: dict[int, set[str]] = {}
        self._marks: dict[Node, tuple[Any, ...]] = dict(self._annotations())

    def enter(self, quantizer: Any) -> None:
        """Before `quantizer` annotates."""
        if self._open:
            self._composed.add(id(self._open[-1]))
            self._settle(self._open[-1])
        self._open.append(quantizer)
        if not any(it is quantizer for it in self.quantizers):
            self.quantizers.append(quantizer)

    def leave(self) -> None:
        """After the quantizer entered last has annotated."""
        self._settle(self._open.pop())
        if not self._open:
            # An exception keeps all that its frames hold.
            self._raised.clear()

    def note_raised(self, quantizer: Any, cause: BaseException) -> None:
        """An exception left the `annotate` of `quantizer`.

        It may pass several quantizers, one inside the other: the innermost one raised it.
        """
        if not any(it is cause for it, _ in self._raised):
            message = f"{type(quantizer).__name__}.annotate raised {first_line(cause)}"
            self._raised.append((cause, message))

    def give_up(self, cause: BaseException) -> None:
        """The exception ended the whole run, so the report is incomplete."""
        self._problems.extend(
            {"kind": "raised", "message": message} for it, message in self._raised if it is cause
        )

    def take(self, quantizer: Any, names: set[str]) -> None:
        """Gives annotations which are there already to `quantizer`.

        Args:
            quantizer: Whose they are.
            names: The nodes.
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
        """The nodes whose annotation `quantizer` set or changed."""
        return self._changed.get(id(quantizer), set())

    def report(self, model: str | None, report_title: str = REPORT_TITLE) -> Report:
        """The report, with the graph as it is now.

        A quantizer made of others is left out unless it annotated something itself.
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
            # As ExecuTorch lists them: at the top level alone, `get_attr` nodes left out.
            non_annotated_nodes=[
                str(node.name)
                for node in self.graph_module.graph.nodes
                if node.op != "get_attr" and Q_ANNOTATION_KEY not in node.meta
            ],
            graph=graph,
        )
        # Unlike a reporter's patterns, these are inferred, and a reader may want to know.
        report["patterns_from"] = "annotations"
        if self._problems:
            report["completeness"] = {"whole": False, "problems": self._problems}
        return report

    def _annotations(self) -> Iterator[tuple[Node, tuple[Any, ...]]]:
        """Each annotated node with the very objects that make up its annotation."""
        for node in self.graph_module.graph.nodes:
            annotation = node.meta.get(Q_ANNOTATION_KEY)
            if annotation is None:
                continue
            parts: list[Any] = [annotation, annotation.output_qspec]
            for item in annotation.input_qspec_map.items():
                parts.extend(item)
            yield node, tuple(parts)

    def _settle(self, quantizer: Any) -> None:
        """Gives what changed since the last time to `quantizer`."""
        changed = []
        for node, parts in self._annotations():
            before = self._marks.get(node)
            # By identity: a quantizer changes an annotation by setting objects in it, and their
            # own `==` may be anything.
            if before is None or len(before) != len(parts) or any(map(_is_not, before, parts)):
                self._marks[node] = parts
                changed.append(node)
        if changed:
            self._changed.setdefault(id(quantizer), set()).update(str(it.name) for it in changed)
            self._patterns.setdefault(id(quantizer), []).extend(self._grouped(changed))

    def _grouped(self, nodes: list[Node]) -> Iterator[Json]:
        """Annotated nodes as patterns, in graph order.

        Nodes belong to one pattern where the tensor between them has no qspec on either side, as
        between the convolution and the activation of one fused operator. Nodes with no qspec at
        all, alone or together, are no pattern: nothing says that a quantizer accepted them.
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
                    {
                        "name": str(it.name),
                        **annotation_json(it.meta[Q_ANNOTATION_KEY], self._write_qspec),
                    }
                    for it in sorted(pattern, key=order.__getitem__)
                ]
            }


def _is_not(left: Any, right: Any) -> bool:
    return left is not right


def _is_fused(source: Node, user: Node) -> bool:
    """Whether the tensor from `source` to `user`, both annotated, has no qspec on either side.

    A parameter is no operator: one without a qspec, as a bias often is, is just that.
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


def _info(quantizer: Any) -> Json:
    """How a quantizer describes itself; one that does not is known by its class alone."""
    describe = getattr(quantizer, "get_quantizer_info", None)
    if describe is not None:
        try:
            return info_json(describe())
        except Exception:  # ExecuTorch's mixin raises where a quantizer has none
            pass
    return {
        "name": type(quantizer).__name__,
        "targeted_nodes_description": "nodes whose annotation it changed",
        "qconfig_label": "a qconfig it does not report",
        "support_config_path": qualified_name(type(quantizer)),
    }
