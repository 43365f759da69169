"""What `qspect explain` suggests is Python that works: the node is quantized after it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

import models
import qspect


def _qspect(*arguments: str) -> str:
    command = [os.environ["QSPECT_BIN"], *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def _run(model: str, name: str, file: Path, lines: str = "") -> dict[str, str]:
    """Quantizes after these lines; every node's verdict."""
    quantizer = models.quantizer(name)
    exec(lines, {"quantizer": quantizer, "torch": torch})
    with qspect.capture(file, model=model):
        prepare_pt2e(models.graph(model, name), quantizer)
    nodes: list[dict[str, Any]] = json.loads(_qspect("nodes", str(file), "--format", "json"))
    return {node["name"]: node["verdict"] for node in nodes}


def _tries(file: Path, node: str) -> list[str]:
    """Each line to try, behind what it imports."""
    lines = [line.strip() for line in _qspect("explain", str(file), node).splitlines()]
    imports = [line for line in lines if line.startswith("from ")]
    assert imports, "nothing to try"
    return ["\n".join([*imports, line]) for line in lines if line.startswith("quantizer.")]


@pytest.mark.parametrize(
    ("model", "quantizer", "node", "n_tries"),
    [
        # No quantizer looks at it: by name, module, type and op.
        ("mlp_mixed", "partial", "linear", 4),
        # Float by a qconfig of None; its module is one that torch.nn does not have.
        ("mobilenet_v2", "mixed", "add", 3),
        # A qconfig that the kernel does not take, of a quantizer without `set_…`.
        ("ds_cnn", "cortex_m_int16", "linear", 1),
    ],
)
def test_lines_quantize_the_node(
    model: str, quantizer: str, node: str, n_tries: int, tmp_path: Path
) -> None:
    file = tmp_path / "before.qspect.json"
    assert _run(model, quantizer, file)[node] not in ("quantized", "fused")
    tries = _tries(file, node)
    assert len(tries) == n_tries
    for lines in tries:
        after = _run(model, quantizer, tmp_path / "after.qspect.json", lines)
        assert after[node] in ("quantized", "fused"), lines


def test_what_follows_follows(tmp_path: Path) -> None:
    """A node that takes a neighbour's qspec is quantized with its neighbour."""
    file = tmp_path / "before.qspect.json"
    before = _run("tiny_transformer", "mixed", file)
    [node, *_] = [name for name, verdict in before.items() if verdict == "rejected"]
    [first, *_] = _tries(file, node)
    after = _run("tiny_transformer", "mixed", tmp_path / "after.qspect.json", first)
    assert after[node] == "quantized", first
