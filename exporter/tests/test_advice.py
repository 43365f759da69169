"""What `qspect advise` predicts, against a real ExecuTorch that does what it advises."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

import models
import qspect


def _qspect(*arguments: str) -> Any:
    command = [os.environ["QSPECT_BIN"], *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def _without_module(name: str) -> Callable[[Any], None]:
    return lambda quantizer: quantizer.set_module_name(name, None)


def _without_op(op: Any) -> Callable[[Any], None]:
    return lambda quantizer: quantizer.set_node_target(op, None)


def _without_nodes(*names: str) -> Callable[[Any], None]:
    def change(quantizer: Any) -> None:
        for name in names:
            quantizer.set_node_name(name, None)

    return change


ops = torch.ops.aten

# A model, a quantizer, what is taken out of it first, and how many predictions are exact.
PAIRS: list[tuple[str, str, Callable[[Any], None] | None, int]] = [
    ("mobilenet_v2", "mixed", None, 1),
    ("resnet18", "mixed", None, 1),
    ("swin_t", "mixed", None, 1),
    ("convnext_tiny", "mixed", None, 1),
    ("tiny_transformer", "mixed", None, 1),
    ("ds_cnn", "mixed", None, 0),
    ("kws_lstm", "mixed", None, 1),
    ("mlp_mixed", "partial", None, 1),
    ("mobilenet_v2", "partial", None, 0),
    ("resnet18", "partial", None, 0),
    ("ds_cnn", "partial", None, 0),
    ("kws_lstm", "partial", None, 0),
    ("tiny_transformer", "partial", None, 0),
    ("convnext_tiny", "partial", None, 0),
    ("swin_t", "partial", None, 0),
    ("ds_cnn", "cortex_m_int16", None, 3),
    ("resnet18", "cortex_m_int16", None, 3),
    ("mobilenet_v2", "cortex_m_int16", None, 3),
    ("mobilenet_v2", "ethosu", _without_module("features.7"), 1),
    ("mobilenet_v2", "vgf", _without_module("features.18"), 1),
    ("mobilenet_v2", "a16w8", _without_op(ops.conv2d.default), 1),
    ("resnet18", "ethosu", _without_module("layer2.0"), 0),
    ("resnet18", "qat", _without_op(ops.max_pool2d.default), 1),
    ("resnet18", "uint8io", _without_nodes("add_", "add__3"), 0),
    ("mlp_mixed", "ethosu", _without_nodes("gelu", "sigmoid"), 2),
    ("ds_cnn", "ethosu", _without_module("features.3"), 1),
]


def _report(model: str, name: str, change: Any, lines: list[str], file: Path) -> Path:
    quantizer = models.quantizer(name)
    if change is not None:
        change(quantizer)
    exec("\n".join(lines), {"quantizer": quantizer, "torch": torch})
    with qspect.capture(file, model=model):
        prepare_pt2e(models.graph(model, name), quantizer)
    return file


def _facts(file: Path) -> tuple[set[str], dict[str, float], int]:
    """The quantized compute nodes, the coverage, and the number of crossings."""
    [report] = _qspect("summary", str(file))["reports"]
    nodes = _qspect("nodes", str(file))
    quantized = {
        it["name"]
        for it in nodes
        if it["op"] == "call_function" and it["verdict"] in ("quantized", "fused")
    }
    return quantized, report["coverage"], sum(it["crossings"] for it in report["islands"])


@pytest.mark.parametrize(("model", "quantizer", "change", "n_exact"), PAIRS)
def test_what_is_predicted_happens(
    model: str, quantizer: str, change: Any, n_exact: int, tmp_path: Path
) -> None:
    before = _report(model, quantizer, change, [], tmp_path / "before.qspect.json")
    quantized, coverage, n_crossings = _facts(before)
    [report] = _qspect("advise", str(before))["reports"]
    assert sum(advice["is_exact"] for advice in report["advice"]) == n_exact
    for advice in report["advice"]:
        if not advice["lines"]:
            assert advice["coverage_after"] is None
            continue
        after = _report(model, quantizer, change, advice["lines"], tmp_path / "after.qspect.json")
        quantized_after, coverage_after, n_crossings_after = _facts(after)
        predicted = advice["coverage_after"]
        assert coverage_after["nodes"] > coverage["nodes"], advice["cause"]
        if advice["is_exact"]:
            assert set(advice["nodes"]) == quantized_after - quantized, advice["cause"]
            assert predicted["nodes"] == pytest.approx(coverage_after["nodes"]), advice["cause"]
            assert predicted["macs"] == pytest.approx(coverage_after["macs"]), advice["cause"]
            assert advice["crossings_removed"] == n_crossings - n_crossings_after, advice["cause"]
