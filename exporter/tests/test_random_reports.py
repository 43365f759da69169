"""Random reports print as ExecuTorch's own reporter and tabulate print them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from executorch.backends.cortex_m.quantizer_reporter import QuantizerInfo, QuantizerReporter
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from torchao.quantization.pt2e import HistogramObserver, MinMaxObserver
from torchao.quantization.pt2e.quantizer import (
    DerivedQuantizationSpec,
    FixedQParamsQuantizationSpec,
    QuantizationAnnotation,
    QuantizationSpec,
    SharedQuantizationSpec,
)
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY, QuantizationSpecBase

import qspect
from conftest import TextOf

N_REPORTS = 2500
N_PER_FILE = 250
"""Reports which one call of the command reads, so that the test stays quick."""


class _OwnSpec(QuantizationSpec):
    """A subclass prints as torchao's class."""


class _OwnShared(SharedQuantizationSpec):
    pass


class _NovelSpec(QuantizationSpecBase):
    """An unknown class prints as its name."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


# Cells that tabulate takes for numbers, and names of all widths. ExecuTorch's lines end where
# Python's `splitlines` splits, and a cell with a line end makes a row of several lines.
_numbers = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.sampled_from(["1e5", "-0.5", "1_000", "007", "+3", " 4 ", ".5", "5.", "1e999", "0x10"]),
)
_names = st.one_of(
    st.from_regex(r"[a-z_][a-z0-9_]{0,40}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["", " ", "None", "True", "inf", "nan", "-", "é", "漢字", "│", "a\nb", "\t"]),
    _numbers,
)
_texts = st.one_of(
    _names,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(["Tried annotating already quantized node.", "Pattern rejected."]),
)


class _Node:
    """What the reporter sees of a `torch.fx.Node`: a real one cannot have any name."""

    op = "call_function"

    def __init__(self, name: str) -> None:
        self.name = name
        self.meta: dict[str, Any] = {}

    def __repr__(self) -> str:
        return self.name


_nodes = _names.map(_Node)
_edge_or_nodes = st.recursive(
    st.one_of(_nodes, st.none(), st.integers(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.tuples(inner, inner), st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
_dtypes = st.sampled_from([torch.int8, torch.uint8, torch.int16, torch.float8_e4m3fn, None])
_limits = st.one_of(st.none(), st.integers(-(2**40), 2**40))
_constructors = st.sampled_from(
    [
        HistogramObserver,
        MinMaxObserver.with_args(eps=2**-12),
        functools.partial(MinMaxObserver, eps=1.0),
        lambda: None,
        None,
    ]
)
_qschemes = st.sampled_from([torch.per_tensor_affine, torch.per_channel_symmetric, None])


@st.composite
def _quantization_specs(draw: st.DrawFn) -> QuantizationSpec:
    low, high = draw(_limits), draw(_limits)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    return draw(st.sampled_from([QuantizationSpec, _OwnSpec]))(
        draw(_dtypes),
        draw(_constructors),
        low,
        high,
        draw(_qschemes),
        draw(st.one_of(st.none(), st.integers(0, 3))),
        draw(st.booleans()),
    )


_simple_qspecs: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    _quantization_specs(),
    st.builds(
        FixedQParamsQuantizationSpec,
        _dtypes,
        st.floats(),
        st.integers(-(2**70), 2**70),
        _limits,
        _limits,
        _qschemes,
        st.booleans(),
    ),
    _edge_or_nodes.map(SharedQuantizationSpec),
    _edge_or_nodes.map(_OwnShared),
    st.builds(
        DerivedQuantizationSpec,
        _edge_or_nodes,
        st.just(math.sqrt),
        _dtypes,
        _limits,
        _limits,
        _qschemes,
    ),
    st.builds(_NovelSpec, bits=st.integers(), type=st.text(max_size=3), scale=st.floats()),
    # Limits that are not integers, and values that are not qspecs.
    st.builds(QuantizationSpec, _dtypes, _constructors, st.floats(-9, 0), st.floats(0, 9)),
    st.sampled_from([3, "int8", torch.int8, math.sqrt, object()]),
)
_qspecs = st.one_of(_simple_qspecs, st.lists(_simple_qspecs, max_size=2))


@st.composite
def _annotated_nodes(draw: st.DrawFn) -> _Node:
    node = draw(_nodes)
    inputs = draw(st.lists(st.tuples(_nodes, _qspecs), max_size=4))
    node.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(dict(inputs), draw(_qspecs))
    return node


class _Quantizer:
    """A `QuantizerReporterUser`."""

    def __init__(self, info: QuantizerInfo) -> None:
        self.info = info

    def register_reporter(self, reporter: QuantizerReporter) -> None:
        self.reporter = reporter

    def get_quantizer_info(self) -> QuantizerInfo:
        return self.info


class _GraphModule:
    def __init__(self, nodes: list[_Node]) -> None:
        self.graph = self
        self.nodes = nodes


_infos = st.builds(QuantizerInfo, _texts, _texts, _texts, st.one_of(_texts, st.none()))
_runs = st.lists(
    st.tuples(
        _infos,
        st.lists(st.lists(_annotated_nodes(), max_size=3), max_size=4),
        st.lists(st.tuples(st.lists(_nodes, max_size=3), _texts), max_size=3),
    ),
    max_size=3,
)
_titles = st.one_of(st.just("FINAL QUANTIZATION REPORT"), _texts.map(lambda it: it[:99]))
_models = st.one_of(
    st.none(), st.lists(st.one_of(_nodes, _annotated_nodes()), max_size=5).map(_GraphModule)
)


def _run(title: str, quantizers: Any, model: Any) -> tuple[dict[str, Any], str, str]:
    """A random report, with ExecuTorch's text of it at both levels."""
    users = [_Quantizer(info) for info, _, _ in quantizers]
    with qspect.capture(None) as run:
        reporter = QuantizerReporter(users, title)
        for user, (_, accepted, rejected) in zip(users, quantizers, strict=True):
            for pattern in accepted:
                reporter.report_accept(user, pattern)
            for nodes, reason in rejected:
                reporter.report_reject(user, nodes, reason)
        reporter.log_quantizer_report(model)
    [report] = run.reports
    # These nodes are not torch.fx's, and their graph is the one thing not asked for here.
    report.pop("graph", None)
    debug = reporter.get_quantization_report(model, True)
    return report, debug, reporter.get_quantization_report(model, False)


@pytest.mark.filterwarnings("ignore::qspect.QspectWarning")
def test_random_reports_print_as_executorch_prints_them(tmp_path: Path, text_of: TextOf) -> None:
    runs = []

    @seed(0)
    @settings(
        max_examples=N_REPORTS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_titles, _runs, _models)
    def collect(title: str, quantizers: Any, model: Any) -> None:
        runs.append(_run(title, quantizers, model))

    collect()
    assert len(runs) >= 2000
    for start in range(0, len(runs), N_PER_FILE):
        _check(runs[start : start + N_PER_FILE], tmp_path, text_of)


def _check(
    runs: list[tuple[dict[str, Any], str, str]], tmp_path: Path, text_of: Callable[..., str]
) -> None:
    """Compares many at once; where they differ, one by one, to show the shortest that does."""
    file = tmp_path / "random.qspect.json"

    def differs(some: list[tuple[dict[str, Any], str, str]]) -> bool:
        qspect.write(file, [report for report, _, _ in some])
        return any(
            text_of(file, summary=level == 2)
            != "".join(f"{run[level].removeprefix(chr(10))}\n" for run in some)
            for level in (1, 2)
        )

    if not differs(runs):
        return
    report, debug, info = min((run for run in runs if differs([run])), key=lambda run: len(run[1]))
    qspect.write(file, report)
    assert text_of(file) == f"{debug.removeprefix(chr(10))}\n", report
    assert text_of(file, summary=True) == f"{info.removeprefix(chr(10))}\n", report
