"""Random graphs with random annotations: what torchao's `prepare` can meet, and more."""

from __future__ import annotations

import random
from typing import Any

import torch
from torchao.quantization.pt2e import HistogramObserver, MinMaxObserver, PerChannelMinMaxObserver
from torchao.quantization.pt2e.quantizer import (
    DerivedQuantizationSpec,
    FixedQParamsQuantizationSpec,
    QuantizationAnnotation,
    QuantizationSpec,
    SharedQuantizationSpec,
)
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

PER_TENSOR = torch.per_tensor_affine
PER_CHANNEL = torch.per_channel_symmetric

OWN = (
    QuantizationSpec(torch.int8, HistogramObserver, -128, 127, PER_TENSOR),
    # Another observer does not make a difference to torchao.
    QuantizationSpec(torch.int8, MinMaxObserver, -128, 127, PER_TENSOR),
    QuantizationSpec(torch.int8, MinMaxObserver, -127, 127, PER_TENSOR),
    QuantizationSpec(torch.uint8, MinMaxObserver, 0, 255, PER_TENSOR),
    QuantizationSpec(torch.int8, MinMaxObserver, -128, 127, PER_TENSOR, is_dynamic=True),
    QuantizationSpec(torch.int8, PerChannelMinMaxObserver, -127, 127, PER_CHANNEL, 0),
    QuantizationSpec(torch.int8, PerChannelMinMaxObserver, -127, 127, PER_CHANNEL, 1),
    QuantizationSpec(torch.int8, MinMaxObserver, qscheme=PER_TENSOR),
    FixedQParamsQuantizationSpec(torch.int8, 1 / 256, -128, -128, 127, PER_TENSOR),
    FixedQParamsQuantizationSpec(torch.int8, 1 / 256, -128, -128, 127, PER_TENSOR),
    FixedQParamsQuantizationSpec(torch.int8, 1 / 128, -128, -128, 127, PER_TENSOR),
    FixedQParamsQuantizationSpec(torch.int8, 1 / 128, 0, -128, 127, PER_TENSOR),
)


def annotated_graph(seed: int) -> torch.fx.GraphModule:
    """A graph of up to 12 nodes, most of them annotated."""
    rng = random.Random(seed)
    graph = torch.fx.Graph()
    nodes = [graph.placeholder(f"x{idx}") for idx in range(rng.randint(1, 3))]
    for _ in range(rng.randint(1, 9)):
        inputs = rng.sample(nodes, min(len(nodes), rng.randint(1, 3)))
        nodes.append(graph.call_function(torch.ops.aten.cat.default, (inputs,)))
    graph.output(nodes[-1])
    nodes = list(graph.nodes)
    own = rng.sample(OWN, rng.randint(1, 3))
    n_shared = rng.choice([0, 1, 3])
    edges = {node: _edges(rng, node, nodes) for node in nodes}
    places = [*nodes, *((source, node) for node in nodes for source in edges[node])]

    def qspec() -> Any:
        kinds = ["own"] * 3 + ["shared"] * n_shared + ["derived"] * (rng.random() < 0.2)
        match rng.choice(kinds):
            case "own":
                return rng.choice(own)
            case "shared":
                return SharedQuantizationSpec(rng.choice(places))
            case _:
                return DerivedQuantizationSpec(
                    [rng.choice(places)],
                    lambda _: (torch.ones(1), torch.zeros(1)),
                    torch.int8,
                    -128,
                    127,
                    PER_TENSOR,
                )

    for node in nodes:
        if rng.random() < 0.9:
            node.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(
                {source: qspec() if rng.random() < 0.95 else None for source in edges[node]},
                qspec() if rng.random() < 0.9 else None,
                allow_implicit_sharing=rng.random() < 0.7,
            )
    return torch.fx.GraphModule(torch.nn.Module(), graph)


def _edges(
    rng: random.Random, node: torch.fx.Node, nodes: list[torch.fx.Node]
) -> list[torch.fx.Node]:
    """Inputs to annotate, in any order; rarely one that the node does not read."""
    edges = [it for it in node.all_input_nodes if rng.random() < 0.9]
    if rng.random() < 0.1:
        edges.append(rng.choice(nodes))
    rng.shuffle(edges)
    return list(dict.fromkeys(edges))
