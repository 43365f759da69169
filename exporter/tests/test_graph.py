"""The graph in a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e
from torchao.quantization.pt2e.quantizer import (
    QuantizationAnnotation,
    SharedQuantizationSpec,
)
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

import models
import qspect
import small
from conftest import TextOf, node


class ControlFlow(torch.nn.Module):
    """A cond, a while_loop, symbolic shapes, several outputs; input (n, 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(4, 4)
        self.register_buffer("offset", torch.ones(4))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, int]:
        def smaller(x: torch.Tensor) -> torch.Tensor:
            return torch.relu(x + 1)

        def larger(x: torch.Tensor) -> torch.Tensor:
            return torch.sin(x * 2)

        x = self.linear(self.linear(x)) + self.offset
        x = torch.cond(x.sum() > 0, smaller, larger, (x,))
        _, x = torch._higher_order_ops.while_loop(
            lambda i, x: i < 3, lambda i, x: (i + 1, self.linear(x)), (torch.tensor(0), x)
        )
        first, _ = torch.split(x, 2, 1)
        return *first.topk(1), x.shape[0]


@pytest.fixture(scope="module")
def control_flow() -> torch.fx.GraphModule:
    n = torch.export.Dim("n", min=2, max=8)
    program = torch.export.export(
        ControlFlow().eval(), (torch.randn(3, 4),), dynamic_shapes={"x": {0: n}}
    )
    graph = program.module(check_guards=False)
    inner = next(it for it in graph.true_graph_0.graph.nodes if it.name == "relu")
    [source] = inner.all_input_nodes
    inner.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(
        {source: small.INT8}, SharedQuantizationSpec((source, inner))
    )
    return graph


@pytest.fixture(scope="module")
def report(control_flow: torch.fx.GraphModule) -> dict[str, Any]:
    return qspect.from_annotated(control_flow)


def test_submodules_are_walked_and_named_by_path(report: dict[str, Any]) -> None:
    names = [it["name"] for it in report["graph"]["nodes"]]
    assert len(names) == len(set(names))
    assert {it.get("subgraph") for it in report["graph"]["nodes"]} == {
        None,
        "cond/true_graph_0",
        "cond/false_graph_0",
        "while_loop/while_loop_cond_graph_0",
        "while_loop/while_loop_body_graph_0",
    }
    # Those of the top level come first.
    n_top = sum("subgraph" not in it for it in report["graph"]["nodes"])
    assert all("/" not in name for name in names[:n_top])
    [add] = node(report, "cond/true_graph_0/relu")["inputs"]
    assert add.startswith("cond/true_graph_0/add")
    assert node(report, add)["target"] == "aten.add.Tensor"


def test_names_in_a_submodules_annotation_are_paths_too(report: dict[str, Any]) -> None:
    relu = node(report, "cond/true_graph_0/relu")
    [add] = relu["inputs"]
    assert relu["annotation"]["input_qspec_map"][0]["node"] == add
    assert relu["annotation"]["output_qspec"]["edge_or_node"] == [add, relu["name"]]


def test_executorchs_counts_stay_at_the_top_level(
    control_flow: torch.fx.GraphModule, tmp_path: Path, text_of: TextOf
) -> None:
    from executorch.backends.cortex_m.quantizer_reporter import QuantizerReporter

    reporter = QuantizerReporter([])
    with qspect.capture(tmp_path / "out.json") as run:
        reporter.log_quantizer_report(control_flow)
    assert text_of(tmp_path / "out.json") == (
        f"{reporter.get_quantization_report(control_flow, True).strip(chr(10))}\n"
    )
    [report] = run.reports
    assert all("/" not in name for name in report["non_annotated_nodes"])
    assert any("subgraph" in it for it in report["graph"]["nodes"])


def test_symbolic_shapes_are_their_symbol(report: dict[str, Any]) -> None:
    first, second = node(report, "x")["shape"]
    assert isinstance(first, str)
    assert first.startswith("s")
    assert second == 4


def test_several_outputs_have_no_shape_of_one(report: dict[str, Any]) -> None:
    topk = node(report, "topk")
    assert "shape" not in topk
    assert [it["dtype"] for it in topk["outputs"]] == ["torch.float32", "torch.int64"]


def test_targets_read_as_pytorch_spells_them(report: dict[str, Any]) -> None:
    targets = {it["name"]: it["target"] for it in report["graph"]["nodes"]}
    assert targets["linear"] == "aten.linear.default"
    assert targets["cond"] == "higher_order.cond"
    assert targets["getitem"] == "operator.getitem"


def test_module_stacks_are_paths_without_call_numbers(report: dict[str, Any]) -> None:
    expected = [{"path": "", "type": "ControlFlow"}, {"path": "linear", "type": "Linear"}]
    assert node(report, "linear")["module_stack"] == expected
    assert node(report, "linear_1")["module_stack"] == expected


def test_parameters_are_counted_and_buffers_are_not(report: dict[str, Any]) -> None:
    assert node(report, "linear_weight")["n_params"] == 16
    assert node(report, "linear_bias")["n_params"] == 4
    assert "n_params" not in node(report, "offset")


def test_nodes_are_in_graph_order_with_all_that_is_known() -> None:
    with qspect.capture(None) as run:
        prepare_pt2e(small.mlp(), models.quantizer("mixed"))
    [report] = run.reports
    names = [it["name"] for it in report["graph"]["nodes"]]
    before: set[str] = set()
    for it in report["graph"]["nodes"]:
        assert set(it["inputs"]) <= before
        before.add(it["name"])
    assert names[-1] == "output"
    gelu = node(report, "gelu")
    assert (gelu["op"], gelu["target"]) == ("call_function", "aten.gelu.default")
    assert (gelu["shape"], gelu["dtype"]) == ([1, 32], "torch.float32")
    assert gelu["inputs"] == ["linear"]
    assert gelu["annotation"]["output_qspec"]["type"] == "QuantizationSpec"


def test_a_node_that_cannot_be_read_keeps_its_name(own_warnings: list[Any]) -> None:
    graph = small.mlp()
    gelu = next(it for it in graph.graph.nodes if it.name == "gelu")
    gelu.meta["nn_module_stack"] = {"a": 3, "b": ("path", "type", "and more")}
    report = qspect.from_annotated(graph)
    assert node(report, "gelu")["inputs"] == ["linear"]
    [warning] = own_warnings
    assert "reading node gelu" in str(warning.message)


def test_a_single_value_that_is_not_a_tensor_is_an_output(report: dict[str, Any]) -> None:
    [size] = [it for it in report["graph"]["nodes"] if it["target"] == "aten.sym_size.int"]
    [first, _] = node(report, "x")["shape"]
    assert size["outputs"] == [{"type": "SymInt", "value": first}]
    assert "dtype" not in size


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, [None]),
        (True, [{"type": "bool", "value": "True"}]),
        (3, [{"type": "int", "value": "3"}]),
        (0.5, [{"type": "float", "value": "0.5"}]),
        # What these hold is not known.
        ({"a": torch.ones(1)}, None),
        (object(), None),
    ],
)
def test_single_values(value: Any, expected: Any) -> None:
    graph = small.mlp()
    gelu = next(it for it in graph.graph.nodes if it.name == "gelu")
    gelu.meta["val"] = value
    written = node(qspect.from_annotated(graph), "gelu")
    assert written.get("outputs") == expected
    assert "shape" not in written
    # Without the key nothing is known.
    del gelu.meta["val"]
    assert "outputs" not in node(qspect.from_annotated(graph), "gelu")


def test_implicit_sharing_is_written_where_it_is_off() -> None:
    graph = small.mlp()
    gelu, sigmoid = (
        next(it for it in graph.graph.nodes if it.name == name) for name in ("gelu", "sigmoid")
    )
    gelu.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation({}, small.INT8)
    sigmoid.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(
        {}, small.INT8, allow_implicit_sharing=False
    )
    report = qspect.from_annotated(graph)
    assert "allow_implicit_sharing" not in node(report, "gelu")["annotation"]
    assert node(report, "sigmoid")["annotation"]["allow_implicit_sharing"] is False
    # It is a part of the graph alone, as the format has it.
    assert "allow_implicit_sharing" not in str(report["quantizers"])
