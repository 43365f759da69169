"""The reports of ExecuTorch's `QuantizerReporter`, as structured data.

This follows `backends/cortex_m/quantizer_reporter.py` of ExecuTorch 1.5.1. The reporter itself
keeps only the text of each qspec, so the qspecs are kept here when a pattern is accepted.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

from qspect.failures import Failures
from qspect.graph import annotated_node, graph_json
from qspect.qspecs import QSpecWriter
from qspect.report_types import (
    AcceptedPattern,
    Graph,
    InputQSpec,
    QSpec,
    QuantizerInfo,
    Report,
)
from qspect.writer import envelope

REPORT_TITLE = "QUANTIZATION REPORT"
"""ExecuTorch's title if a quantizer has none; in ExecuTorch 1.2 the only title."""


class Journal:
    """The accepted patterns of all reporters, with their qspecs at that moment.

    A later quantizer may overwrite an annotation: without this copy it would be lost.
    """

    def __init__(self) -> None:
        # By QuantizerReport: its patterns, by their index in `accepted_patterns`.
        self._patterns: weakref.WeakKeyDictionary[Any, dict[int, AcceptedPattern]] = (
            weakref.WeakKeyDictionary()
        )
        # By QuantizerReport, because qspec objects recur within one.
        self._writers: weakref.WeakKeyDictionary[Any, QSpecWriter] = weakref.WeakKeyDictionary()

    def accept(self, quantizer_report: Any, pattern: Iterable[Any], failures: Failures) -> None:
        """Keep the pattern that was added last to a `QuantizerReport`."""
        write = self._writers.setdefault(quantizer_report, QSpecWriter(failures))
        pattern_idx = len(quantizer_report.accepted_patterns) - 1
        self._patterns.setdefault(quantizer_report, {})[pattern_idx] = {
            "nodes": [annotated_node(node, write) for node in pattern]
        }

    def patterns(self, quantizer_report: Any) -> list[AcceptedPattern]:
        """Return the accepted patterns of a `QuantizerReport`.

        A pattern that was accepted while no capture was open is known only as text: the `type` of
        a qspec is then the whole text that ExecuTorch prints for it.
        """
        kept = self._patterns.get(quantizer_report, {})
        return [
            kept[pattern_idx] if pattern_idx in kept else _from_text(pattern)
            for pattern_idx, pattern in enumerate(quantizer_report.accepted_patterns)
        ]


def _from_text(pattern: Any) -> AcceptedPattern:
    return {
        "nodes": [
            {
                "name": str(node.name),
                "input_qspec_map": [_input_from_line(line) for line in node.qspec_input_map_lines],
                "output_qspec": _qspec_from_text(node.qspec_output),
            }
            for node in pattern.nodes
        ]
    }


def _input_from_line(line: str) -> InputQSpec:
    name, _, qspec = line.partition(": ")
    return {"node": name, "qspec": _qspec_from_text(qspec)}


def _qspec_from_text(text: str) -> QSpec | None:
    return None if text == "None" else {"type": text}


def report_of(
    reporter: Any, graph_module: Any, model: str | None, journal: Journal, failures: Failures
) -> Report:
    """Return the current report of a `QuantizerReporter`.

    Args:
        reporter: The reporter.
        graph_module: The graph that it reports on, or None.
        model: The model's name.
        journal: The patterns that the reports of its quantizers accepted.
        failures: Records the parts that cannot be read.
    """
    return envelope(
        report_title=str(getattr(reporter, "report_title", REPORT_TITLE)),
        model=model,
        quantizers=[
            {
                "quantizer_info": info_json(_info(report)),
                "accepted_patterns": journal.patterns(report),
                "rejected_patterns": [
                    {
                        "node_names": [str(name) for name in rejected.node_names],
                        "rejection_reason": str(rejected.rejection_reason),
                    }
                    for rejected in report.rejected_patterns
                ],
            }
            for report in reporter.quantizers.values()
        ],
        non_annotated_nodes=_non_annotated_nodes(reporter, graph_module),
        graph=None if graph_module is None else _graph(graph_module, failures),
    )


def _graph(graph_module: Any, failures: Failures) -> Graph | None:
    try:
        return graph_json(graph_module, failures)
    except Exception as cause:  # a report without a graph still has the decisions
        failures.note("reading the graph", cause)
        return None


def _info(report: Any) -> Any:
    """Return the `QuantizerInfo` of a `QuantizerReport`; in ExecuTorch 1.2 it is `quantizer`."""
    return report.quantizer_info if hasattr(report, "quantizer_info") else report.quantizer


def info_json(info: Any) -> QuantizerInfo:
    """Write a `QuantizerInfo` as JSON; a support_config_path of None stays None.

    In ExecuTorch 1.2 the label is called `quantization_config_path`.
    """
    path = info.support_config_path
    has_label = hasattr(info, "qconfig_label")
    label = info.qconfig_label if has_label else info.quantization_config_path
    return {
        "name": str(info.name),
        "targeted_nodes_description": str(info.targeted_nodes_description),
        "qconfig_label": str(label),
        "support_config_path": None if path is None else str(path),
    }


def _non_annotated_nodes(reporter: Any, graph_module: Any) -> list[str]:
    """Return the list as the reporter itself prints it.

    The nodes in it depend on ExecuTorch's version (no `get_attr` nodes since 2026-05-11), so it is
    read from the reporter's output: one line per node below a heading, `None` for an empty list.
    """
    count = reporter.unannotated_nodes_report(graph_module, False)
    names = reporter.unannotated_nodes_report(graph_module, True)[1:]
    if str(count[0]).endswith(": 0"):
        return []
    return [str(name).removeprefix("    ") for name in names]
