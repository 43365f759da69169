"""Quantizers of all backends leave a report that the command reads, and the viewer shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e
from torchao.quantization.pt2e.quantizer import ComposableQuantizer

import qspect
import small
from conftest import TextOf, comparable
from quantizers import QUANTIZERS, fixture, forbid_download


@pytest.fixture(scope="module", autouse=True)
def _no_download() -> None:
    forbid_download()


@pytest.mark.parametrize("name", QUANTIZERS)
def test_quantizer_leaves_a_report(
    name: str, tmp_path: Path, text_of: TextOf, own_warnings: list[Any]
) -> None:
    make, owner = QUANTIZERS[name]
    file = tmp_path / "out.qspect.json"
    # Some find their patterns by the module that a strict export notes on each node.
    graph = small.conv_net(strict=True)
    with qspect.capture(file):
        quantizer = make()
        prepare_pt2e(graph, quantizer)
    assert not own_warnings
    [report] = qspect.read(file)
    owners = {
        entry["quantizer_info"]["name"]
        for entry in report["quantizers"]
        for pattern in entry["accepted_patterns"]
        for node in pattern["nodes"]
    }
    assert owner in owners
    # Whatever the reader prints, it has read all of it; the counts are those of the report.
    text = text_of(file)
    for entry in report["quantizers"]:
        n_nodes = sum(len(it["nodes"]) for it in entry["accepted_patterns"])
        if n_nodes:
            assert f"   Accepted nodes: {n_nodes}\n" in text
    # The viewer's own tests open these fixtures.
    assert comparable([report]) == comparable(qspect.read(fixture(name)))
    annotated = {it["name"] for it in report["graph"]["nodes"] if "annotation" in it}
    assert annotated
    assert not annotated & set(report["non_annotated_nodes"])


def test_fused_operators_are_one_pattern() -> None:
    with qspect.capture(None) as run:
        prepare_pt2e(small.conv_net(), small.xnnpack())
    assert small.accepted(run.reports[0]) == {
        "XNNPACKQuantizer": [
            ["conv2d", "relu"],
            ["conv2d_1"],
            ["add", "relu_1"],
            ["mean"],
            ["linear"],
        ]
    }


def test_composed_quantizers_own_what_they_annotate() -> None:
    quantizer = ComposableQuantizer(
        [
            small.OpQuantizer("sigmoid"),
            ComposableQuantizer([small.OpQuantizer("gelu"), small.OpQuantizer("nothing")]),
        ]
    )
    with qspect.capture(None) as run:
        prepare_pt2e(small.mlp(), quantizer)
    [report] = run.reports
    assert report["patterns_from"] == "annotations"
    patterns = [
        [node["name"] for pattern in entry["accepted_patterns"] for node in pattern["nodes"]]
        for entry in report["quantizers"]
    ]
    assert patterns == [["sigmoid"], ["gelu"], []]
