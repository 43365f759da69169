"""Writes a report by ExecuTorch's own reporter, and measures the time.

    python reporter.py REPORT.json OUT.txt RUNS

Prints two medians in milliseconds: of `report_accept` for all nodes, which formats their qspecs,
and of `get_quantization_report`, which writes the text from them. The nodes are those of a real
`torch.fx` graph, their qspecs torchao's.
"""

from __future__ import annotations

import json
import operator
import statistics
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from executorch.backends.cortex_m.quantizer_reporter import QuantizerInfo, QuantizerReporter
from torchao.quantization.pt2e.quantizer import (
    QuantizationAnnotation,
    QuantizationSpec,
    SharedQuantizationSpec,
)
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY


class _Quantizer:
    """A `QuantizerReporterUser`."""

    def __init__(self, info: dict[str, Any]) -> None:
        self.info = QuantizerInfo(**info)

    def register_reporter(self, reporter: QuantizerReporter) -> None:
        pass

    def get_quantizer_info(self) -> QuantizerInfo:
        return self.info


def main(report_file: str, out: str, n_runs: int) -> None:
    report = json.loads(Path(report_file).read_text())
    graph = _graph(report["graph"]["nodes"])
    nodes = {node.name: node for node in graph.nodes}
    # All that the reporter asks of a GraphModule, which would want each target to be there.
    model = SimpleNamespace(graph=graph)
    quantizers = [_Quantizer(it["quantizer_info"]) for it in report["quantizers"]]
    accept_ms, text_ms = [], []
    for _ in range(n_runs):
        reporter = QuantizerReporter(quantizers, report["report_title"])
        start = time.perf_counter()
        for quantizer, decided in zip(quantizers, report["quantizers"], strict=True):
            for pattern in decided["accepted_patterns"]:
                reporter.report_accept(quantizer, [nodes[it["name"]] for it in pattern["nodes"]])
        accepted = time.perf_counter()
        text = reporter.get_quantization_report(model, True)
        end = time.perf_counter()
        accept_ms.append((accepted - start) * 1e3)
        text_ms.append((end - accepted) * 1e3)
    Path(out).write_text(text.removeprefix("\n"))
    print(json.dumps([statistics.median(accept_ms), statistics.median(text_ms)]))


def _graph(graph_nodes: list[dict[str, Any]]) -> torch.fx.Graph:
    graph = torch.fx.Graph()
    nodes: dict[str, torch.fx.Node] = {}
    for it in graph_nodes:
        inputs = tuple(nodes[name] for name in it["inputs"])
        node = graph.create_node(it["op"], _target(it["target"]), inputs, name=it["name"])
        assert node.name == it["name"], (node.name, it["name"])
        nodes[it["name"]] = node
    for it in graph_nodes:
        if (annotation := it.get("annotation")) is not None:
            entries = annotation["input_qspec_map"]
            inputs = {nodes[at["node"]]: _qspec(at["qspec"], nodes) for at in entries}
            output = _qspec(annotation["output_qspec"], nodes)
            nodes[it["name"]].meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(inputs, output)
    return graph


def _target(name: str) -> Any:
    """The op of `aten.relu.default`, or the name of an input."""
    return operator.attrgetter(name)(torch.ops) if "." in name else name


def _qspec(qspec: dict[str, Any] | None, nodes: dict[str, torch.fx.Node]) -> Any:
    match qspec:
        case None:
            return None
        case {"type": "SharedQuantizationSpec", "edge_or_node": name}:
            return SharedQuantizationSpec(nodes[name])
        case {"type": "QuantizationSpec", "dtype": dtype}:
            dtype = getattr(torch, dtype.removeprefix("torch."))
            return QuantizationSpec(dtype, None, qspec["quant_min"], qspec["quant_max"])
    raise ValueError(qspec)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
