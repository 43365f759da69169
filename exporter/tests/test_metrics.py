"""Numbers per node, from each tool that measures them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas
import pytest
import torch
from executorch.devtools.inspector.numerical_comparator.snr_numerical_comparator import (
    SNRComparator,
)
from torchao.quantization.pt2e._numeric_debugger import (
    compare_results,
    extract_results_from_loggers,
    prepare_for_propagation_comparison,
)
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

import qspect
import small
from conftest import TextOf, node


@pytest.fixture
def report() -> dict[str, Any]:
    return qspect.from_annotated(small.mlp())


def test_metrics_are_added_to_their_nodes(
    report: dict[str, Any], tmp_path: Path, text_of: TextOf
) -> None:
    qspect.add_metrics(report, {"gelu": {"sqnr": 31.2}, "sin": {"sqnr": torch.tensor(3.0)}})
    qspect.add_metrics(report, {"gelu": {"mse": 1}})
    assert node(report, "gelu")["metrics"] == {"sqnr": 31.2, "mse": 1.0}
    assert node(report, "sin")["metrics"] == {"sqnr": 3.0}
    qspect.write(tmp_path / "out.json", report)
    text_of(tmp_path / "out.json")


def test_numbers_that_are_not_finite_are_null(report: dict[str, Any]) -> None:
    qspect.add_metrics(report, {"gelu": {"sqnr": math.inf, "mse": math.nan}})
    assert node(report, "gelu")["metrics"] == {"sqnr": None, "mse": None}


def test_what_does_not_fit_is_a_warning(report: dict[str, Any], own_warnings: list[Any]) -> None:
    qspect.add_metrics(report, {"gone": {"sqnr": 1}, "gelu": {"sqnr": "high"}})
    assert [str(it.message) for it in own_warnings] == [
        "qspect: metrics of nodes that the graph does not have: gone",
        "qspect: metrics that are no numbers: gelu.sqnr",
    ]
    assert "metrics" not in node(report, "gelu")


@pytest.mark.parametrize("graph", [{}, {"graph": None}])
def test_a_report_without_a_graph_gets_no_numbers(
    graph: dict[str, Any], own_warnings: list[Any]
) -> None:
    report = {"report_title": "T", "quantizers": [], **graph}
    qspect.add_metrics(report, {"conv2d": {"sqnr": 1.0}})
    qspect.add_delegation_reasons(report, {"conv2d": {"reason": "no kernel"}})
    assert report == {"report_title": "T", "quantizers": [], **graph}
    assert len(own_warnings) == 2


def test_reads_the_numeric_gap_inspectors_table() -> None:
    """The table comes from ExecuTorch's own comparator, fed with outputs of two runs."""
    ones = torch.ones(4)
    table = SNRComparator().compare(
        {
            ((1,), ones): ((1,), ones * 1.1),
            ((2, 3), ones): ((2, 3), ones * 1.01),
            ((4,), ones): ((4,), ones),
        },
        {(1,): ["linear"], (2,): ["linear_1"], (3,): ["sigmoid"], (4,): ["sin"]},
        {(1,): ["native_linear"], (2, 3): ["DELEGATE_CALL"], (4,): ["native_sin"]},
    )
    metrics = qspect.metrics_from_numeric_gap(table, "snr")
    assert metrics.keys() == {"linear", "sigmoid", "sin"}
    assert metrics["linear"]["snr"] == pytest.approx(20, abs=0.01)
    assert metrics["sigmoid"]["snr"] == pytest.approx(40, abs=0.01)
    assert metrics["sin"]["snr"] == math.inf


def test_another_table_is_an_error() -> None:
    with pytest.raises(KeyError, match="aot_ops"):
        qspect.metrics_from_numeric_gap(pandas.DataFrame({"op": ["a"]}))


def test_reads_torchaos_numeric_debugger() -> None:
    inputs = (torch.randn(1, 16),)
    with qspect.capture(None) as run:
        prepared = prepare_pt2e(small.mlp(), small.xnnpack())
    [report] = run.reports
    prepared(*inputs)
    reference = prepare_for_propagation_comparison(small.mlp())
    actual = prepare_for_propagation_comparison(convert_pt2e(prepared))
    for _ in range(2):
        reference(*inputs)
        actual(*inputs)
    metrics = qspect.metrics_from_numeric_debugger(
        compare_results(
            extract_results_from_loggers(reference), extract_results_from_loggers(actual)
        )
    )
    assert metrics
    qspect.add_metrics(report, metrics)
    measured = node(report, "linear_1")["metrics"]
    assert measured.keys() == {"sqnr", "mse_loss"}
    assert 15 < measured["sqnr"] < 90
    assert 0 < measured["mse_loss"] < 1e-2
