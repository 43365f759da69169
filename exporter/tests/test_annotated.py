"""`qspect.from_annotated`: who annotated what, found out afterwards."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torchao.quantization.pt2e.quantizer import ComposableQuantizer, QuantizationAnnotation
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

import models
import qspect
import small


def _annotated(quantizer: Any) -> torch.fx.GraphModule:
    graph = quantizer.transform_for_annotation(small.mlp())
    quantizer.annotate(graph)
    return graph


def test_a_single_quantizer_owns_all() -> None:
    quantizer = small.xnnpack()
    report = qspect.from_annotated(_annotated(quantizer), quantizer, model="mlp")
    assert report["model"] == "mlp"
    assert small.accepted(report) == {"XNNPACKQuantizer": [["linear"], ["linear_1"], ["linear_2"]]}


def test_composed_quantizers_run_again_on_a_copy() -> None:
    parts = [small.OpQuantizer("linear_1"), small.OpQuantizer("sin")]
    quantizer = ComposableQuantizer(parts)
    graph = _annotated(quantizer)
    before = {
        node: node.meta[Q_ANNOTATION_KEY]
        for node in graph.graph.nodes
        if Q_ANNOTATION_KEY in node.meta
    }
    for given in (quantizer, parts):
        report = qspect.from_annotated(graph, given)
        assert [len(it["accepted_patterns"]) for it in report["quantizers"]] == [1, 1]
    # The graph itself is as it was.
    assert all(node.meta[Q_ANNOTATION_KEY] is it for node, it in before.items())


def test_is_what_capture_finds_while_watching() -> None:
    quantizer = ComposableQuantizer([small.OpQuantizer("gelu"), small.xnnpack()])
    with qspect.capture(None) as run:
        graph = _annotated(quantizer)
    assert run.reports == [qspect.from_annotated(graph, quantizer)]


def test_a_composed_quantizers_own_annotations_are_its_own() -> None:
    class Composed(ComposableQuantizer):
        def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
            for node in model.graph.nodes:
                if node.op == "placeholder":
                    node.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation({}, small.INT8)
            return super().annotate(model)

    quantizer = Composed([small.OpQuantizer("sin"), small.OpQuantizer("gelu")])
    report = qspect.from_annotated(_annotated(quantizer), quantizer)
    owned = [
        (
            entry["quantizer_info"]["name"],
            [it["nodes"][0]["name"] for it in entry["accepted_patterns"]],
        )
        for entry in report["quantizers"]
    ]
    assert owned == [("OpQuantizer", ["sin"]), ("OpQuantizer", ["gelu"]), ("Composed", ["x"])]


def test_a_quantizer_that_fails_the_second_time_is_one_warning(own_warnings: list[Any]) -> None:
    class Once(small.OpQuantizer):
        n_runs = 0

        def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
            self.n_runs += 1
            if self.n_runs > 1:
                raise RuntimeError("only once")
            return super().annotate(model)

    quantizer = ComposableQuantizer([Once("sin"), small.OpQuantizer("gelu")])
    report = qspect.from_annotated(_annotated(quantizer), quantizer)
    assert len(own_warnings) == 1
    assert "RuntimeError: only once" in str(own_warnings[0].message)
    assert small.accepted(report)["ComposableQuantizer"] == [["sin"]]


def test_a_reporter_stays_unchanged() -> None:
    quantizer = models.quantizer("mixed").quantizer
    graph = _annotated(quantizer)
    reporter = quantizer.quantizers[0].reporter
    before = reporter.get_quantization_report(graph, True)
    qspect.from_annotated(graph, quantizer)
    assert quantizer.quantizers[0].reporter is reporter
    assert reporter.get_quantization_report(graph, True) == before


def test_without_quantizers_annotations_have_no_owner() -> None:
    report = qspect.from_annotated(_annotated(small.xnnpack()))
    assert report["quantizers"] == []
    assert sum("annotation" in it for it in report["graph"]["nodes"]) >= 3


def test_annotated_without_a_qspec_is_not_a_pattern() -> None:
    quantizer = small.OpQuantizer("sin", qspec=None)
    report = qspect.from_annotated(_annotated(quantizer), quantizer)
    assert small.accepted(report) == {"OpQuantizer": []}
    assert "sin" not in report["non_annotated_nodes"]


def test_an_annotate_that_raises_leaves_what_was_annotated() -> None:
    class Broken(small.OpQuantizer):
        def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
            super().annotate(model)
            raise RuntimeError("their own failure")

    graph = small.mlp()
    run = qspect.capture(None)
    with run, pytest.raises(RuntimeError, match="their own failure"):
        Broken("sin").annotate(graph)
    [report] = run.reports
    assert small.accepted(report) == {"Broken": [["sin"]]}
