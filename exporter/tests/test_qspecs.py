"""Every qspec is written as what it is, and prints as ExecuTorch prints it."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from executorch.backends.cortex_m.quantizer_reporter import qspec_repr
from torchao.quantization.pt2e import (
    FakeQuantize,
    HistogramObserver,
    MinMaxObserver,
    PerChannelMinMaxObserver,
)
from torchao.quantization.pt2e.quantizer import (
    DerivedQuantizationSpec,
    FixedQParamsQuantizationSpec,
    QuantizationSpec,
    SharedQuantizationSpec,
)
from torchao.quantization.pt2e.quantizer.quantizer import QuantizationSpecBase

import qspect
from conftest import TextOf
from qspect.failures import Failures
from qspect.qspecs import QSpecWriter, observer_name


def _nodes() -> dict[str, torch.fx.Node]:
    graph = torch.fx.symbolic_trace(lambda x, w: torch.relu(x @ w)).graph
    return {node.name: node for node in graph.nodes}


X, W, MATMUL, RELU = (_nodes()[name] for name in ("x", "w", "matmul", "relu"))
EPS = 2**-12


def _derive(observers: list[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    raise NotImplementedError


@dataclass(eq=True, frozen=True)
class BlockwiseSpec(QuantizationSpec):
    """A subclass with a field of its own, as Qualcomm's for block quantization."""

    block_size: tuple[int, ...] = (1, 32)


class NovelSpec(QuantizationSpecBase):
    """An unknown class."""

    def __init__(self) -> None:
        self.type = "lut"
        self.scale = math.inf
        self.table = torch.zeros(4, 2)
        self.after = RELU
        self._hidden = object()


CASES: dict[str, tuple[Any, Any]] = {
    "per channel": (
        QuantizationSpec(
            torch.int8,
            PerChannelMinMaxObserver.with_args(eps=EPS),
            -127,
            127,
            torch.per_channel_symmetric,
            0,
        ),
        {
            "type": "QuantizationSpec",
            "dtype": "torch.int8",
            "quant_min": -127,
            "quant_max": 127,
            "qscheme": "torch.per_channel_symmetric",
            "ch_axis": 0,
            "is_dynamic": False,
            "observer": "PerChannelMinMaxObserver",
        },
    ),
    "nothing but a dtype": (
        QuantizationSpec(torch.float16, None),
        {
            "type": "QuantizationSpec",
            "dtype": "torch.float16",
            "quant_min": None,
            "quant_max": None,
            "qscheme": None,
            "ch_axis": None,
            "is_dynamic": False,
        },
    ),
    "fixed": (
        FixedQParamsQuantizationSpec(torch.uint8, 1 / 256, 0, 0, 255, torch.per_tensor_affine),
        {
            "type": "FixedQParamsQuantizationSpec",
            "dtype": "torch.uint8",
            "qscheme": "torch.per_tensor_affine",
            "scale": 0.00390625,
            "zero_point": 0,
            "quant_min": 0,
            "quant_max": 255,
            "is_dynamic": False,
        },
    ),
    "fixed at infinity": (
        FixedQParamsQuantizationSpec(torch.uint8, math.inf, 2**70),
        {
            "type": "FixedQParamsQuantizationSpec",
            "dtype": "torch.uint8",
            "qscheme": None,
            "scale_text": "inf",
            "zero_point_text": "1180591620717411303424",
            "quant_min": None,
            "quant_max": None,
            "is_dynamic": False,
        },
    ),
    "shared with a node": (
        SharedQuantizationSpec(RELU),
        {"type": "SharedQuantizationSpec", "edge_or_node": "relu"},
    ),
    "shared with an edge": (
        SharedQuantizationSpec((X, MATMUL)),
        {"type": "SharedQuantizationSpec", "edge_or_node": ["x", "matmul"]},
    ),
    "derived": (
        DerivedQuantizationSpec(
            [(X, MATMUL), (W, MATMUL)], _derive, torch.int32, -(2**31), 2**31 - 1
        ),
        {
            "type": "DerivedQuantizationSpec",
            "derived_from": {"list": [["x", "matmul"], ["w", "matmul"]]},
            "dtype": "torch.int32",
            "quant_min": -(2**31),
            "quant_max": 2**31 - 1,
            "ch_axis": None,
            "qscheme": None,
            "is_dynamic": False,
            "derive_qparams_fn": "test_qspecs._derive",
        },
    ),
    "a subclass": (
        BlockwiseSpec(torch.int8, MinMaxObserver, -8, 7),
        {
            "type": "QuantizationSpec",
            "class": "test_qspecs.BlockwiseSpec",
            "dtype": "torch.int8",
            "quant_min": -8,
            "quant_max": 7,
            "qscheme": None,
            "ch_axis": None,
            "is_dynamic": False,
            "observer": "MinMaxObserver",
            "block_size": [1, 32],
        },
    ),
    "an unknown class": (
        NovelSpec(),
        {
            "type": "NovelSpec",
            "type_": "lut",
            "scale": "inf",
            "table": "Tensor(shape=(4, 2), dtype=torch.float32)",
            "after": "relu",
        },
    ),
    "a list": (
        [SharedQuantizationSpec(X), None],
        {
            "type": "list",
            "items": [{"type": "SharedQuantizationSpec", "edge_or_node": "x"}, None],
        },
    ),
    "a function": (_derive, {"type": "function", "value": "test_qspecs._derive"}),
    "limits that are no integers": (
        QuantizationSpec(torch.int8, None, -1.5, 1.5),
        {
            "type": "QuantizationSpec(dtype=INT8, range=(-1.5,1.5))",
            "dtype": "torch.int8",
            "observer_or_fake_quant_ctr": None,
            "quant_min": -1.5,
            "quant_max": 1.5,
            "qscheme": None,
            "ch_axis": None,
            "is_dynamic": False,
        },
    ),
    "none": (None, None),
}


@pytest.mark.parametrize("case", CASES)
def test_qspec_is_written_as_what_it_is(case: str) -> None:
    qspec, expected = CASES[case]
    failures = Failures()
    assert QSpecWriter(failures)(qspec) == expected
    assert failures.n_failures == 0


def test_qspecs_print_as_executorch_prints_them(tmp_path: Path, text_of: TextOf) -> None:
    write = QSpecWriter(Failures())
    nodes = [
        {"name": "n", "input_qspec_map": [], "output_qspec": write(qspec)}
        for qspec, _ in CASES.values()
    ]
    report = qspect.from_annotated(torch.fx.symbolic_trace(torch.nn.Identity()))
    info = {"name": "Q", "targeted_nodes_description": "", "qconfig_label": ""}
    report["quantizers"] = [
        {
            "quantizer_info": info,
            "accepted_patterns": [{"nodes": [node]} for node in nodes],
            "rejected_patterns": [],
        }
    ]
    qspect.write(tmp_path / "q.json", report)
    rows = [it for it in text_of(tmp_path / "q.json").splitlines() if it.startswith("   n ")]
    assert [it.removeprefix("   n").strip() for it in rows] == [
        qspec_repr(qspec) for qspec, _ in CASES.values()
    ]


def test_one_qspec_object_is_written_once() -> None:
    write = QSpecWriter(Failures())
    qspec = QuantizationSpec(torch.int8, HistogramObserver)
    assert write(qspec) is write(qspec)


def test_a_list_inside_itself_prints_as_python_prints_it() -> None:
    inside: list[Any] = [X]
    inside.append(inside)
    assert QSpecWriter(Failures()).edge_or_node(inside) == {"list": ["x", "[...]"]}
    assert repr(inside) == "[x, [...]]"


def test_a_qspec_that_cannot_be_read_is_its_class_and_one_warning(own_warnings: list[Any]) -> None:
    class Shy(QuantizationSpecBase):
        @property
        def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
            raise RuntimeError("not yours to see")

    write = QSpecWriter(Failures())
    assert write(Shy()) == {"type": "Shy"}
    assert write(Shy()) == {"type": "Shy"}
    [warning] = own_warnings
    assert "RuntimeError: not yours to see" in str(warning.message)


@pytest.mark.parametrize(
    ("constructor", "name"),
    [
        (HistogramObserver, "HistogramObserver"),
        (MinMaxObserver.with_args(eps=EPS), "MinMaxObserver"),
        (MinMaxObserver.with_args(eps=EPS).with_args(dtype=torch.int8), "MinMaxObserver"),
        (functools.partial(MinMaxObserver, eps=EPS), "MinMaxObserver"),
        (FakeQuantize.with_args(observer=MinMaxObserver), "FakeQuantize"),
        (MinMaxObserver(), "MinMaxObserver"),
        (_derive, "_derive"),
    ],
)
def test_an_observers_name_is_its_class(constructor: Any, name: str) -> None:
    assert observer_name(constructor) == name
