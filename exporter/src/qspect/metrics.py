"""Metrics: numbers per node, measured by other tools and added to a report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qspect.failures import some, warn
from qspect.report_types import Report
from qspect.writer import graph_nodes


def add_metrics(report: Report, metrics: Mapping[str, Mapping[str, Any]]) -> Report:
    """Add numbers to the nodes of a report's graph.

    Args:
        report: The report, which is changed in place.
        metrics: By node name, by metric: `{"conv2d": {"sqnr": 31.2}}`. A number that is not
            finite is written as null. Tensors and NumPy arrays of one element count as numbers.

    Returns:
        The report. Nodes that its graph does not have, and values that are not numbers, are left
        out with a warning.
    """
    nodes = {it["name"]: it for it in graph_nodes(report)}
    unknown = [name for name in metrics if name not in nodes]
    not_numbers = []
    for name, values in metrics.items():
        if name not in nodes:
            continue
        numbers: dict[str, float | None] = {}
        for metric, value in values.items():
            try:
                number = float(value)
            except (TypeError, ValueError, RuntimeError):  # torch: several elements
                not_numbers.append(f"{name}.{metric}")
                continue
            numbers[str(metric)] = number if math.isfinite(number) else None
        if numbers:
            nodes[name].setdefault("metrics", {}).update(numbers)
    if unknown:
        warn(f"qspect: metrics of nodes that the graph does not have: {some(unknown)}")
    if not_numbers:
        warn(f"qspect: metrics that are no numbers: {some(not_numbers)}")
    return report


def metrics_from_numeric_gap(table: Any, metric: str = "gap") -> dict[str, dict[str, float]]:
    """Convert the table that `Inspector.calculate_numeric_gap` returns to metrics.

    A row contains the distance between the outputs of the runtime and of the reference
    (`executorch/devtools/inspector/_inspector.py`). Its `aot_ops` are the reference's nodes that
    the runtime ran as one, in order. The output of the last of them is compared, so only this node
    gets the number. For several outputs, it is the mean.

    Args:
        table: The pandas DataFrame.
        metric: The name of the number: the distance that was requested (`"snr"`, `"mse"`).

    Returns:
        By node name, by metric, for `add_metrics`.

    Raises:
        KeyError: The table has no columns `aot_ops` and `gap`.
    """
    metrics = {}
    for ops, gap in zip(table["aot_ops"], table["gap"], strict=True):
        names = [ops] if isinstance(ops, str) else list(ops)
        numbers = list(_numbers(gap))
        if names and numbers:
            metrics[str(names[-1])] = {metric: _mean(numbers)}
    return metrics


def metrics_from_numeric_debugger(comparison: Mapping[Any, Any]) -> dict[str, dict[str, float]]:
    """Convert a comparison of torchao's numeric debugger to metrics.

    Args:
        comparison: The result of `compare_results`: by handle, a `NodeAccuracySummary` with one
            result per sample (`torchao/quantization/pt2e/_numeric_debugger.py`).

    Returns:
        By node name in the reference model, `sqnr` in dB and `mse_loss`: the mean over samples,
        and over outputs if a node has several. For `add_metrics`.
    """
    metrics = {}
    for handle, summary in comparison.items():
        name = summary.ref_node_name or getattr(handle, "name", "")
        numbers = {}
        for metric in ("sqnr", "mse_loss"):
            values = list(_numbers([getattr(result, metric) for result in summary.results]))
            if values:
                numbers[metric] = _mean(values)
        if name and numbers:
            metrics[str(name)] = numbers
    return metrics


def _numbers(value: Any) -> Iterator[float]:
    """Yield all numbers in nested lists, tuples and dicts, without Nones."""
    if value is None:
        return
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _numbers(item)
        return
    yield float(value)


def _mean(numbers: Iterable[float]) -> float:
    # Not `statistics.fmean`, which raises for infinities of both signs.
    several = list(numbers)
    return sum(several) / len(several)
