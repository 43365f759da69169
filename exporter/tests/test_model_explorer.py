"""Model Explorer's own package reads the command's node data, and shows a graph of those nodes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from dacite import Config, from_dict
from model_explorer.config import ModelExplorerConfig
from model_explorer.consts import DEFAULT_SETTINGS
from model_explorer.node_data_builder import GraphNodeData
from model_explorer.pytorch_exported_program_adapter_impl import PytorchExportedProgramAdapterImpl
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

import qspect
import small

REPORTS = Path(__file__).parents[2] / "tests/reports"
REAL = sorted((REPORTS / "executorch-1.5.1-exporter").iterdir())


def node_data(report: bytes, by: str) -> str:
    command = [os.environ["QSPECT_BIN"], "nodes", "-", "--format", "model-explorer", "--by", by]
    done = subprocess.run(command, input=report, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def read(text: str) -> GraphNodeData:
    """The data as the package's own class, with the types it declares and no other field."""
    config = ModelExplorerConfig().add_node_data("qspect", text)
    assert config.get_node_data(0) == text
    data = json.loads(text)
    for result in data["results"].values():
        # The class declares only numbers; another of its fields marks values that are words.
        if isinstance(result["value"], str):
            assert data["showExpandedSummaryOnGroupNode"]
            result["value"] = 0
    read = from_dict(GraphNodeData, data, Config(strict=True))
    again = json.loads(read.to_json_string())
    # What the class writes besides are its defaults.
    assert {key: again[key] for key in data} == data
    return read


@pytest.mark.parametrize("by", ["verdict", "dtype"])
def test_reads_real_reports(by: str) -> None:
    assert len(REAL) == 15
    n_results = 0
    for path in REAL:
        data = path.read_bytes()
        read_data = read(node_data(gzip.decompress(data) if path.suffix == ".gz" else data, by))
        assert read_data.name == by
        assert all(it.bgColor for it in read_data.results.values())
        n_results += len(read_data.results)
    assert n_results == {"verdict": 3568, "dtype": 3565}[by]


def graph(program: torch.export.ExportedProgram) -> Any:
    """The graph as Model Explorer shows it."""
    config = ModelExplorerConfig().add_model_from_pytorch("model", program)
    adapted = PytorchExportedProgramAdapterImpl(program, DEFAULT_SETTINGS).convert()["graphs"]
    assert config.get_model_explorer_graphs(0) == {"graphs": adapted}
    [graph] = adapted
    # What stands around the data where a node is called `results`.
    assert graph.id == "graph"
    return graph


def test_nodes_are_those_of_the_graph() -> None:
    program = torch.export.export(small.ConvNet().eval(), (torch.randn(1, 3, 8, 8),))
    shown = {it.id: it for it in graph(program).nodes}
    module = program.module(check_guards=False)
    # `prepare_pt2e` folds the norm into the convolution before it.
    computing = {it.name for it in module.graph.nodes if it.op == "call_function"} - {"batch_norm"}
    assert len(computing) == 7
    with qspect.capture(None) as capture:
        prepare_pt2e(module, small.xnnpack())
    [report] = capture.reports
    numbers = {name: {"sqnr": float(at)} for at, name in enumerate(sorted(computing))}
    qspect.add_metrics(report, numbers)
    text = json.dumps(report).encode()
    verdicts = json.loads(node_data(text, "verdict"))["results"]
    assert set(verdicts) == computing | {"x", "output"}
    assert set(verdicts) <= set(shown)
    assert verdicts["conv2d"]["value"] == "fused"
    assert shown["conv2d"].label == "aten.conv2d"
    measured = read(node_data(text, "sqnr"))
    assert {name: it.value for name, it in measured.results.items()} == {
        name: it["sqnr"] for name, it in numbers.items()
    }
    assert [it.stop for it in measured.gradient] == [0, 0.5, 1]
