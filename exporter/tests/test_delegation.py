"""Why nodes were not delegated."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from executorch.backends.arm.quantizer import get_symmetric_quantization_config
from executorch.backends.arm.tosa import TosaSpecification
from executorch.backends.arm.tosa.compile_spec import TosaCompileSpec
from executorch.backends.arm.tosa.partitioner import TOSAPartitioner
from executorch.exir import to_edge_transform_and_lower
from executorch.exir.backend.utils import WhyNoPartitionReporter
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

import models
import qspect
import small
from conftest import node


@pytest.fixture(scope="module")
def lowered() -> tuple[dict[str, Any], WhyNoPartitionReporter, str]:
    """A real run: the report, and the reporter of a partitioner that left a layer float."""
    quantizer = models.tosa(config=get_symmetric_quantization_config())
    quantizer.set_module_name("b", None)
    with qspect.capture(None) as run:
        prepared = prepare_pt2e(small.mlp(), quantizer)
    inputs = (torch.randn(1, 16),)
    prepared(*inputs)
    kept = []
    table_of = WhyNoPartitionReporter.get_table_report
    with pytest.MonkeyPatch.context() as patch:

        def keep(self: WhyNoPartitionReporter) -> str:
            kept.append((self, table_of(self)))
            return kept[-1][1]

        patch.setattr(WhyNoPartitionReporter, "get_table_report", keep)
        spec = TosaCompileSpec(TosaSpecification.create_from_string("TOSA-1.0+INT"))
        to_edge_transform_and_lower(
            torch.export.export(convert_pt2e(prepared), inputs),
            partitioner=[TOSAPartitioner(spec)],
        )
    reporter, table = kept[-1]
    return run.reports[0], reporter, table


def test_the_table_gives_the_reasons_of_the_reporter(lowered: Any) -> None:
    _, reporter, table = lowered
    from_reporter = qspect.delegation_reasons(reporter)
    from_table = qspect.delegation_reasons(f"INFO before\n{table}\nINFO after")
    assert from_reporter
    for why in from_reporter.values():
        del why["from_nodes"]
    assert from_table == from_reporter


@pytest.mark.parametrize("kind", ["reporter", "table"])
def test_reasons_belong_to_the_layer_left_float(lowered: Any, kind: str) -> None:
    report, reporter, table = lowered
    reasons = qspect.delegation_reasons(reporter if kind == "reporter" else table)
    qspect.add_delegation_reasons(report, reasons)
    found = {it["name"] for it in report["graph"]["nodes"] if "not_delegated" in it}
    assert found == {"linear_1"}
    assert {it["node"] for it in node(report, "linear_1")["not_delegated"]} == reasons.keys()


def test_long_cells_come_back_whole() -> None:
    reporter = WhyNoPartitionReporter()
    graph = small.mlp()
    rejected = next(it for it in graph.graph.nodes if it.name == "gelu")
    rejected.name = "a_name_that_is_longer_than_the_thirty_five_columns_of_a_cell"
    rejected.meta["torch_fn"] = ("gelu_1", "a_very_long_builtin_function_or_method.gelu")
    reason = "kernel_y<=64, kernel_x*kernel_y<=4096, got kernel (2, 65) in per-channel quantization"
    reporter.report_reject(rejected, reason)
    [(name, why)] = qspect.delegation_reasons(reporter.get_table_report()).items()
    assert (name, why["reason"], why["torch_fn"]) == (rejected.name, reason, "gelu_1")


def test_an_empty_table_has_no_reasons() -> None:
    assert qspect.delegation_reasons(WhyNoPartitionReporter().get_table_report()) == {}


def test_reasons_for_other_graphs_are_a_warning(own_warnings: list[Any]) -> None:
    report = qspect.from_annotated(small.mlp())
    qspect.add_delegation_reasons(report, {"gone": {"reason": "none", "torch_fn": "conv2d_7"}})
    [warning] = own_warnings
    assert str(warning.message).endswith("the graph does not have: gone")
