"""The graph as JSON: nodes in order, with their outputs, as far as known, and annotations."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from typing import Any

import torch
from torch.fx import GraphModule, Node
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

from qspect.failures import Failures
from qspect.json_values import INT64
from qspect.qspecs import QSpecWriter, node_name
from qspect.report_types import (
    AnnotatedNode,
    Annotation,
    Dim,
    Graph,
    GraphNode,
    InputQSpec,
    Module,
    OutputValue,
)

_NO_MODULE = "_empty_nn_module_stack_from_metadata_hook"
"""torch.export writes this if a node belongs to no module (`torch/export/_trace.py`)."""


def graph_json(graph_module: GraphModule, failures: Failures) -> Graph:
    """Write all nodes of a graph, followed by those of its control-flow submodules.

    A node of a submodule is named by its path, `cond/true_graph_0/add`: the node that runs the
    submodule, the attribute that holds it, and the node in it. Its field `subgraph` is that path
    without the last part.

    Args:
        graph_module: The graph, with or without annotations.
        failures: Records a node that cannot be read; its name, op, target and inputs are still
            written.

    Returns:
        `{"nodes": […]}`. In addition to the required fields, a node has `outputs` in place of
        `shape` and `dtype` if it returns several values, or one that is not a tensor, such as a
        `SymInt` or None. A parameter has `n_params`, its number of elements (if two `get_attr`
        nodes with one target read it, both have it). `torch_fn` is the name of the torch call that
        the node was exported from.
    """
    nodes: list[GraphNode] = []
    stacks: dict[Any, list[Module]] = {}
    for module, path in _graph_modules(graph_module, "", ()):
        nodes.extend(_GraphWriter(module, path, stacks, failures).nodes())
    return {"nodes": nodes}


def annotated_node(node: Node, write: QSpecWriter) -> AnnotatedNode:
    """Write a node of an accepted pattern, with its current annotation."""
    annotation = node.meta[Q_ANNOTATION_KEY]
    return {
        "name": str(node.name),
        "input_qspec_map": _inputs(annotation, write),
        "output_qspec": write(annotation.output_qspec),
    }


def _annotation(annotation: Any, write: QSpecWriter) -> Annotation:
    """Write an annotation (torchao's `QuantizationAnnotation`)."""
    if annotation is None:
        return {}
    written: Annotation = {
        "input_qspec_map": _inputs(annotation, write),
        "output_qspec": write(annotation.output_qspec),
    }
    # If it is absent, it is on, which is torchao's default.
    if not getattr(annotation, "allow_implicit_sharing", True):
        written["allow_implicit_sharing"] = False
    return written


def _inputs(annotation: Any, write: QSpecWriter) -> list[InputQSpec]:
    return [
        {"node": write.node_name(node), "qspec": write(qspec)}
        for node, qspec in annotation.input_qspec_map.items()
    ]


def _graph_modules(
    graph_module: GraphModule, path: str, around: tuple[GraphModule, ...]
) -> Iterator[tuple[GraphModule, str]]:
    """Yield the module, and the modules that its control flow runs, with their paths."""
    if any(it is graph_module for it in around):
        return
    yield graph_module, path
    for node in graph_module.graph.nodes:
        # cond, while_loop, map, scan and similar operators take a graph as a `get_attr` node.
        if node.op != "call_function" or not isinstance(
            node.target, torch._ops.HigherOrderOperator
        ):
            continue
        for attribute in node.all_input_nodes:
            if attribute.op == "get_attr":
                inner = _attribute(graph_module, attribute.target)
                if isinstance(inner, GraphModule):
                    prefix = f"{path}/{node.name}" if path else str(node.name)
                    yield from _graph_modules(
                        inner, f"{prefix}/{attribute.target}", (*around, graph_module)
                    )


def _attribute(graph_module: GraphModule, target: Any) -> Any:
    """Return the value that a `get_attr` node reads; None if the module does not have it."""
    try:
        return functools.reduce(getattr, str(target).split("."), graph_module)
    except AttributeError:
        return None


class _GraphWriter:
    """Writes the nodes of one graph."""

    def __init__(
        self,
        graph_module: GraphModule,
        path: str,
        stacks: dict[Any, list[Module]],
        failures: Failures,
    ) -> None:
        self._graph_module = graph_module
        self._path = path
        self._stacks = stacks
        self._failures = failures
        self._write_qspec = QSpecWriter(failures, self._name if path else node_name)

    def nodes(self) -> Iterator[GraphNode]:
        for node in self._graph_module.graph.nodes:
            written: GraphNode = {
                "name": self._name(node),
                "op": str(node.op),
                "target": target_name(node),
                "inputs": [self._name(it) for it in node.all_input_nodes],
            }
            try:
                self._add_details(written, node)
            except Exception as cause:  # quantizers may write anything to meta
                self._failures.note(f"reading node {node.name}", cause)
            yield written

    def _name(self, node: Node) -> str:
        return f"{self._path}/{node.name}" if self._path else str(node.name)

    def _add_details(self, written: GraphNode, node: Node) -> None:
        meta = node.meta
        if self._path:
            written["subgraph"] = self._path
        # First, because the report is about annotations.
        if Q_ANNOTATION_KEY in meta:
            # ExecuTorch counts a node with this key as annotated, whatever its value.
            written["annotation"] = _annotation(meta[Q_ANNOTATION_KEY], self._write_qspec)
        stack = meta.get("nn_module_stack")
        if stack:
            written["module_stack"] = self._module_stack(stack)
        value = meta.get("val")
        if node.op == "get_attr":
            attribute = _attribute(self._graph_module, node.target)
            if value is None:
                value = attribute
            n_params = _n_params(attribute)
        else:
            n_params = _n_params(value) if node.op == "placeholder" else None
        if value is not None or "val" in meta:
            _add_output(written, value)
        if n_params is not None:
            written["n_params"] = n_params
        torch_fn = meta.get("torch_fn")
        if isinstance(torch_fn, tuple) and torch_fn and isinstance(torch_fn[0], str):
            written["torch_fn"] = torch_fn[0]

    def _module_stack(self, stack: Any) -> list[Module]:
        """Write the modules around a node, outermost (the model, whose path is empty) first.

        torch.export's `nn_module_stack` maps a key to a pair of path and class. The class is a type
        or its qualified name. Keys distinguish calls of one module (`layer@1`), paths do not.
        """
        pairs = tuple(stack.values()) if isinstance(stack, dict) else tuple(stack)
        known = self._stacks.get(pairs)
        if known is None:
            known = [
                {"path": _module_path(path), "type": _class_name(module_type)}
                for path, module_type in (it for it in pairs if isinstance(it, tuple))
                if path != _NO_MODULE
            ]
            self._stacks[pairs] = known
        return known


def _module_path(path: Any) -> str:
    """Return `features.0`, also for `L['self'].features.0`, the form of older exports."""
    text = str(path)
    for root in ("L['self']", "L__self__", "self"):
        if text == root:
            return ""
        if text.startswith(f"{root}."):
            return text[len(root) + 1 :]
    return text


def _class_name(module_type: Any) -> str:
    """Return `Conv2d` for the class, or for `torch.nn.modules.conv.Conv2d`."""
    if isinstance(module_type, type):
        return module_type.__name__
    return str(module_type).rpartition(".")[2]


def target_name(node: Node) -> str:
    """Return the target's name: `aten.conv2d.default`, `operator.getitem`, `higher_order.cond`.

    An edge operator has the name of the ATen operator in it
    (`executorch/exir/dialects/edge/_ops.py`).
    """
    target = node.target
    if isinstance(target, (str, torch._ops.OpOverload)):
        return str(target)
    overload = getattr(target, "_op", None)
    if isinstance(overload, torch._ops.OpOverload):
        return str(overload)
    try:
        return str(node._pretty_print_target(target)).removeprefix("torch.ops.")
    except Exception:  # private to torch.fx, and made for printing code
        return str(getattr(target, "__name__", target))


@functools.cache
def _dtype_name(dtype: torch.dtype) -> str:
    return str(dtype)


_SCALARS = (
    bool,
    int,
    float,
    complex,
    str,
    torch.SymBool,
    torch.SymInt,
    torch.SymFloat,
)
"""The classes of values that are known to contain no tensor."""


def _add_output(written: GraphNode, value: Any) -> None:
    """Add shape and dtype of a tensor, or `outputs` of several values or of another value.

    A value of an unknown class may contain tensors: it is left out.
    """
    if isinstance(value, torch.Tensor):
        written["shape"] = _shape(value)
        written["dtype"] = _dtype_name(value.dtype)
    elif isinstance(value, (tuple, list)):
        written["outputs"] = [_value(it) for it in value]
    elif value is None or isinstance(value, _SCALARS):
        written["outputs"] = [_value(value)]


def _value(value: Any) -> OutputValue | None:
    """Write one of several outputs; None for None."""
    if value is None:
        return None
    if isinstance(value, torch.Tensor):
        return {"shape": _shape(value), "dtype": _dtype_name(value.dtype)}
    return {"type": type(value).__name__, "value": str(value)}


def _shape(tensor: torch.Tensor) -> list[Dim]:
    """Write the shape, with symbols for symbolic dimensions."""
    return [it if type(it) is int else _dimension(it) for it in tensor.shape]


def _dimension(size: Any) -> int | str:
    """Return a size as an integer, or a symbolic size as its expression: `s0`, `2*s0`."""
    if isinstance(size, torch.SymInt):
        return str(size)
    try:
        number = operator.index(size)
    except TypeError:
        return str(size)
    return number if number in INT64 else str(number)


def _n_params(value: Any) -> int | None:
    """Return the number of elements of a parameter; None for a buffer or any other value."""
    if not isinstance(value, torch.nn.Parameter):
        return None
    n_elements = value.numel()
    return n_elements if type(n_elements) is int else None
