"""Reports from annotations, for quantizers that report nothing themselves.

The annotations before and after each quantizer are compared, to find which quantizer annotated
which node. Such a report has no rejected patterns and no reasons, as no quantizer reports them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from torch.fx import GraphModule
from torchao.quantization.pt2e.quantizer import ComposableQuantizer
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

from qspect.annotation_run import AnnotationRun
from qspect.failures import Failures, some
from qspect.hooks import unwatched
from qspect.report_types import Report
from qspect.reporter import REPORT_TITLE


def from_annotated(
    graph_module: GraphModule,
    quantizers: Any = (),
    *,
    model: str | None = None,
    report_title: str = REPORT_TITLE,
) -> Report:
    """Return the report of a graph that is already annotated, before `prepare` changes it.

    Args:
        graph_module: The graph after `quantizer.annotate(graph_module)`. It is not changed.
        quantizers: The quantizer that annotated it, or several in order of precedence. A single
            quantizer owns all annotations. Several quantizers, and the parts of a
            ComposableQuantizer, run again on a copy of the graph (its tensors are not copied), to
            find which one annotates which node.
        model: The model's name.
        report_title: The report's title.

    Returns:
        The report. The contents of the graph and the quantizers never raise an exception: parts
        that cannot be determined are left out, with one warning.
    """
    failures = Failures()
    given = list(quantizers) if isinstance(quantizers, Sequence) else [quantizers]
    leaves = list(_leaves(given))
    run = AnnotationRun(graph_module, failures)
    annotated = {
        str(node.name) for node in graph_module.graph.nodes if Q_ANNOTATION_KEY in node.meta
    }
    if len(leaves) == 1:
        run.take(leaves[0], annotated)
        return run.report(model, report_title)
    owned: set[str] = set()
    for quantizer, names in _replay(graph_module, leaves, failures):
        run.take(quantizer, names & annotated)
        owned |= names
    left = annotated - owned
    if left and len(given) == 1:
        # A composed quantizer may annotate on its own, before or after its parts.
        run.take(given[0], left)
    elif left and given:
        failures.note(
            "running the quantizers again",
            LookupError(f"none of them annotated {some(sorted(left))}"),
        )
    return run.report(model, report_title)


def _leaves(quantizers: Iterable[Any]) -> Iterator[Any]:
    """Yield the quantizers that annotate: a ComposableQuantizer is replaced by its parts."""
    for quantizer in quantizers:
        if isinstance(quantizer, ComposableQuantizer):
            yield from _leaves(quantizer.quantizers)
        else:
            yield quantizer


def _replay(
    graph_module: GraphModule, quantizers: list[Any], failures: Failures
) -> Iterator[tuple[Any, set[str]]]:
    """Run the quantizers in order on a bare copy, and yield each with the nodes it annotates."""
    try:
        bare = _bare_copy(graph_module)
    except Exception as cause:
        failures.note("copying the graph", cause)
        return
    # A copy may rename nodes, but keeps their order.
    names = {
        str(node.name): str(original.name)
        for node, original in zip(bare.graph.nodes, graph_module.graph.nodes, strict=True)
    }
    run = AnnotationRun(bare, failures)
    for quantizer in quantizers:
        # The reporter of its last run would count everything twice.
        reporter = getattr(quantizer, "reporter", None)
        if reporter is not None:
            quantizer.reporter = None
        run.enter(quantizer)
        try:
            with unwatched():
                quantizer.annotate(bare)
        except Exception as cause:
            failures.note(f"running {type(quantizer).__name__} again", cause)
        finally:
            run.leave()
            if reporter is not None:
                quantizer.reporter = reporter
    for quantizer in run.quantizers:
        yield quantizer, {names[name] for name in run.annotated_by(quantizer) if name in names}


def _bare_copy(graph_module: GraphModule) -> GraphModule:
    """Return a module with the same modules and tensors, and its own graph without annotations."""
    copied = GraphModule(graph_module, copy.deepcopy(graph_module.graph))
    copied.meta.update(graph_module.meta)
    for node, original in zip(copied.graph.nodes, graph_module.graph.nodes, strict=True):
        # Dicts in `meta` (such as `custom`) belong to the original, and quantizers write to them.
        node.meta = {
            key: dict(value) if type(value) is dict else value
            for key, value in original.meta.items()
            if key != Q_ANNOTATION_KEY
        }
    return copied
