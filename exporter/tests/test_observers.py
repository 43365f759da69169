"""Which edges and outputs share an observer: the command against the prepared model."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.fx import GraphModule, Node
from torchao.quantization.pt2e import prepare as torchao_prepare
from torchao.quantization.pt2e.observer import _is_activation_post_process
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e
from torchao.quantization.pt2e.quantizer import (
    FixedQParamsQuantizationSpec,
    QuantizationAnnotation,
    Quantizer,
    SharedQuantizationSpec,
)
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

import models
import qspect
import runs
import small
from conftest import comparable
from quantizers import QUANTIZERS, forbid_download
from random_annotations import annotated_graph

Place = str | tuple[str, str]
"""A node's output by its name, or an edge by those of producer and consumer."""

SMALL = ("ds_cnn", "kws_lstm", "mlp_mixed", "tiny_transformer")
LARGE = ("mobilenet_v2.ethosu", "resnet18.a16w8", "convnext_tiny.vgf", "swin_t.mixed")


@pytest.fixture(scope="module", autouse=True)
def _no_download() -> None:
    forbid_download()


def numbers(file: Path) -> dict[Place, int]:
    """By place the number of its observer, as the command gives it."""
    command = [os.environ["QSPECT_BIN"], "nodes", str(file), "--format", "json"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[Place, int | None] = {}
    for node in json.loads(done.stdout):
        found |= {(it["node"], node["name"]): it["observer"] for it in node["inputs"]}
        found[node["name"]] = node["output_observer"]
    return {place: number for place, number in found.items() if number is not None}


def in_prepared(prepared: GraphModule, places: dict[Place, int]) -> dict[Place, int]:
    """By place the identity of the observer that its tensor goes through.

    Places where torchao inserts none are left out: an output that is not a single tensor, an input
    that is not a positional argument, the destination of an operator that writes to a buffer.
    """
    modules = dict(prepared.named_modules(remove_duplicate=False))

    def observer(node: Node) -> Any:
        module = modules.get(str(node.target)) if node.op == "call_module" else None
        return module if _is_activation_post_process(module) else None

    found: dict[Place, int] = {}
    for node in prepared.graph.nodes:
        if observer(node) is not None:
            continue
        if node.name in places:
            # Users of an observed output read its observer.
            for user in map(observer, node.users):
                if user is not None:
                    found[node.name] = id(user)
        for argument in node.all_input_nodes:
            source = argument
            while observer(source) is not None:
                source = source.args[0]
            edge = (source.name, node.name)
            if edge in places and source is not argument:
                found[edge] = id(observer(argument))
    return found


def is_one_to_one(pairs: set[tuple[int, int]]) -> bool:
    return len({it[0] for it in pairs}) == len({it[1] for it in pairs}) == len(pairs)


def check(graph: GraphModule, quantizer: Any, folder: Path) -> dict[Place, int]:
    """Prepares a model, and compares the observers; the numbers that the command gives."""
    file = folder / "out.qspect.json"
    with qspect.capture(file):
        prepared = prepare_pt2e(graph, quantizer)
    places = numbers(file)
    found = in_prepared(prepared, places)
    assert is_one_to_one({(places[place], found[place]) for place in found})
    # Most are inserted, and the command knows of each.
    assert len(found) >= 0.9 * len(places)
    modules = dict(prepared.named_modules(remove_duplicate=False))
    called = [modules[str(it.target)] for it in prepared.graph.nodes if it.op == "call_module"]
    observers = {id(it) for it in called if _is_activation_post_process(it)}
    assert observers == set(found.values())
    # torchao raised nothing, so each group begins with a qspec that is not shared.
    [report] = qspect.read(file)
    assert not late(report, places)
    return places


def late(report: dict[str, Any], places: dict[Place, int]) -> bool:
    """Whether a group's first place, in the order of the annotations, has a shared qspec."""
    first: dict[int, str] = {}
    for node in report["graph"]["nodes"]:
        annotation = node.get("annotation", {})
        inputs = annotation.get("input_qspec_map", [])
        qspecs: list[tuple[Place, Any]] = [
            *(((it["node"], node["name"]), it["qspec"]) for it in inputs),
            (node["name"], annotation.get("output_qspec")),
        ]
        for place, qspec in qspecs:
            if place in places:
                first.setdefault(places[place], qspec["type"])
    return "SharedQuantizationSpec" in first.values()


@pytest.mark.parametrize("quantizer", models.QUANTIZERS)
@pytest.mark.parametrize("model", SMALL)
def test_small_models(model: str, quantizer: str, tmp_path: Path) -> None:
    check(models.graph(model, quantizer), models.quantizer(quantizer), tmp_path)


@pytest.mark.parametrize("pair", LARGE)
def test_large_models(pair: str, tmp_path: Path) -> None:
    model, quantizer = pair.split(".")
    check(models.graph(model, quantizer), models.quantizer(quantizer), tmp_path)


@pytest.mark.parametrize("name", QUANTIZERS)
def test_quantizers_of_all_backends(name: str, tmp_path: Path) -> None:
    graph = small.conv_net(strict=True)
    check(graph, QUANTIZERS[name][0](), tmp_path)


@pytest.mark.parametrize("name", runs.RUNS)
def test_runs(name: str, tmp_path: Path) -> None:
    _, _, quantizer = runs.RUNS[name]
    if name == "late_anchor":
        file = tmp_path / "late_anchor.qspect.json"
        with pytest.raises(AssertionError, match="please make sure"), qspect.capture(file):
            prepare_pt2e(runs.graph(name), quantizer())
        assert late(qspect.read(file)[0], numbers(file))
    elif name == "no_grad":
        assert not numbers(runs.prepare(name, tmp_path))
    else:
        check(runs.graph(name), quantizer(), tmp_path)


class AnchoredEarly(runs.LateAnchor):
    """As the finding of a late anchor advises: the first has the qspec, the anchor shares it."""

    def annotate(self, model: GraphModule) -> GraphModule:
        super().annotate(model)
        by_name = {node.name: node for node in model.graph.nodes}
        x, conv = (by_name[name].meta[Q_ANNOTATION_KEY] for name in ("x", "conv2d"))
        x.output_qspec, conv.output_qspec = (
            conv.output_qspec,
            SharedQuantizationSpec(by_name["x"]),
        )
        return model


def test_the_way_out_of_a_late_anchor_works(tmp_path: Path) -> None:
    places = check(runs.graph("late_anchor"), AnchoredEarly(), tmp_path)
    weight = places.pop(("conv_weight", "conv2d"))
    [activation] = set(places.values())
    assert activation != weight


@pytest.mark.parametrize("name", runs.RUNS)
def test_fixtures_of_runs_are_what_the_exporter_writes(name: str, tmp_path: Path) -> None:
    fixture = qspect.read(runs.FOLDER / f"{name}.qspect.json")
    assert comparable(qspect.read(runs.prepare(name, tmp_path))) == comparable(fixture)


def test_relu6_cat_has_one_observer_for_its_activations(tmp_path: Path) -> None:
    places = check(runs.graph("relu6_cat"), runs.ethosu(), tmp_path)
    weight = places.pop(("conv0_weight", "conv2d"))
    assert set(places) == {
        "x",
        "hardtanh",
        "cat",
        ("x", "conv2d"),
        ("x", "cat"),
        ("hardtanh", "cat"),
        ("cat", "output"),
    }
    [activation] = set(places.values())
    assert activation != weight


FIXED = FixedQParamsQuantizationSpec(torch.int8, 1 / 256, -128, -128, 127, torch.per_tensor_affine)
FIXED_TOO = FixedQParamsQuantizationSpec(
    torch.int8, 1 / 256, -128, -128, 127, torch.per_tensor_affine
)
FIXED_OTHER = FixedQParamsQuantizationSpec(
    torch.int8, 1 / 128, -128, -128, 127, torch.per_tensor_affine
)


class Fork(torch.nn.Module):
    """One tensor that is read twice; input (1, 4)."""

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.relu(x)
        return torch.sin(x), torch.cos(x)


class ForkQuantizer(Quantizer):
    """Annotates the tensor that is read twice."""

    def __init__(
        self, relu: Any, to_sin: Any, to_cos: Any, sin_allows: bool, cos_allows: bool
    ) -> None:
        super().__init__()
        self.relu = relu
        self.readers = {"sin": (to_sin, sin_allows), "cos": (to_cos, cos_allows)}

    def annotate(self, model: GraphModule) -> GraphModule:
        by_name = {node.name: node for node in model.graph.nodes}
        by_name["relu"].meta[Q_ANNOTATION_KEY] = QuantizationAnnotation({}, self.relu)
        for name, (qspec, is_allowed) in self.readers.items():
            by_name[name].meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(
                {by_name["relu"]: qspec}, None, allow_implicit_sharing=is_allowed
            )
        return model

    def validate(self, model: GraphModule) -> None:
        pass


@pytest.mark.parametrize(
    ("quantizer", "expected"),
    [
        # The numbers of relu's output, of its edge to sin and of that to cos.
        (ForkQuantizer(small.INT8, small.INT8, small.INT8, True, True), [1, 1, 1]),
        (ForkQuantizer(small.INT8, small.INT8, small.INT8, False, False), [1, 2, 3]),
        # One edge that may share is enough: it finds the other one too.
        (ForkQuantizer(small.INT8, small.INT8, small.INT8, True, False), [1, 1, 1]),
        (ForkQuantizer(small.INT8, small.INT8, small.INT8, False, True), [1, 1, 1]),
        (ForkQuantizer(None, small.INT8, small.INT8, False, True), [None, 1, 1]),
        # Edges that must not look for partners share explicitly all the same.
        (
            ForkQuantizer(
                small.INT8, small.INT8, SharedQuantizationSpec("relu to sin"), False, False
            ),
            [1, 2, 2],
        ),
        (ForkQuantizer(FIXED, FIXED_TOO, FIXED_OTHER, True, True), [1, 1, 2]),
        # A fixed one has a scale and no axis: it differs from any other class of qspec.
        (ForkQuantizer(FIXED, small.INT8, FIXED_TOO, True, True), [1, 2, 1]),
    ],
)
def test_forks(quantizer: ForkQuantizer, expected: list[int | None], tmp_path: Path) -> None:
    program = torch.export.export(Fork().eval(), (torch.rand(1, 4),))
    graph = program.module(check_guards=False)
    by_name = {node.name: node for node in graph.graph.nodes}
    to_cos, is_allowed = quantizer.readers["cos"]
    if isinstance(to_cos, SharedQuantizationSpec):
        to_cos = SharedQuantizationSpec((by_name["relu"], by_name["sin"]))
        quantizer.readers["cos"] = (to_cos, is_allowed)
    places = check(graph, quantizer, tmp_path)
    assert [places.get(it) for it in ("relu", ("relu", "sin"), ("relu", "cos"))] == expected


def _key(place: Node | tuple[Node, Node]) -> Place:
    return place.name if isinstance(place, Node) else (place[0].name, place[1].name)


def _is_lost(place: Any, qspecs: dict[Any, Any]) -> bool:
    """Whether a chain of shared qspecs leads to no qspec, or in a circle."""
    seen = set()
    while isinstance(qspecs.get(place), SharedQuantizationSpec) and place not in seen:
        seen.add(place)
        place = qspecs[place].edge_or_node
    return place in seen or qspecs.get(place) is None


def test_random_annotations(tmp_path: Path) -> None:
    """Annotations that no quantizer makes, against torchao's own functions."""
    n_compared = n_late = n_shared = 0
    for seed in range(300):
        graph = annotated_graph(seed)
        report = qspect.from_annotated(graph)
        file = tmp_path / "out.qspect.json"
        qspect.write(file, report)
        places = numbers(file)
        qspecs = torchao_prepare._get_edge_or_node_to_qspec(graph)
        try:
            groups = torchao_prepare._get_edge_or_node_to_group_id(qspecs)
        except (KeyError, RecursionError):
            continue  # a chain that leads nowhere or in a circle, mostly
        lost = {place for place in qspecs if _is_lost(place, qspecs)}
        expected = {_key(place): group for place, group in groups.items() if place not in lost}
        assert places.keys() == expected.keys(), seed
        assert is_one_to_one({(places[it], expected[it]) for it in expected}), seed
        n_compared += 1
        n_shared += len(set(expected.values())) < len(expected)
        if any(isinstance(qspecs[it], SharedQuantizationSpec) for it in lost):
            continue  # another fault, for which torchao may raise the same
        try:
            torchao_prepare._get_obs_or_fq_map(groups, qspecs, False)
            has_raised = False
        except KeyError:
            continue  # derived from what has no observer yet
        except AssertionError as error:
            if "please make sure only refer to edge or node" not in str(error):
                raise
            has_raised = True
        assert late(report, places) == has_raised, seed
        n_late += has_raised
    assert min(n_compared, n_shared) > 100
    assert n_late > 20
