"""Small models and quantizers for tests of behaviour."""

from __future__ import annotations

from typing import Any

import torch
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)
from torchao.quantization.pt2e import HistogramObserver
from torchao.quantization.pt2e.quantizer import (
    QuantizationAnnotation,
    QuantizationSpec,
    Quantizer,
)
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

import models

INT8 = QuantizationSpec(torch.int8, HistogramObserver, -128, 127, torch.per_tensor_affine)


class ConvNet(torch.nn.Module):
    """Convolutions with and without activation, a residual, a linear layer; input (1, 3, 8, 8)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Conv2d(3, 8, 3, padding=1)
        self.norm = torch.nn.BatchNorm2d(8)
        self.second = torch.nn.Conv2d(8, 8, 3, padding=1)
        self.classifier = torch.nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.norm(self.first(x)))
        x = torch.relu(self.second(x) + x)
        return self.classifier(x.mean((2, 3)))


def conv_net(*, strict: bool = False) -> torch.fx.GraphModule:
    """The exported graph; a strict export records which module each node stems from."""
    inputs = (torch.randn(1, 3, 8, 8),)
    return torch.export.export(ConvNet().eval(), inputs, strict=strict).module(check_guards=False)


def mlp() -> torch.fx.GraphModule:
    return models.graph("mlp_mixed")


def xnnpack() -> XNNPACKQuantizer:
    return XNNPACKQuantizer().set_global(get_symmetric_quantization_config())


class OpQuantizer(Quantizer):
    """Annotates the output of all nodes with one name prefix; has no reporter."""

    def __init__(self, prefix: str, qspec: Any = INT8) -> None:
        super().__init__()
        self.prefix = prefix
        self.qspec = qspec

    def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
        for node in model.graph.nodes:
            if node.op == "call_function" and node.name.startswith(self.prefix):
                node.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation({}, self.qspec)
        return model

    def validate(self, model: torch.fx.GraphModule) -> None:
        pass


def accepted(report: dict[str, Any]) -> dict[str, list[list[str]]]:
    """By quantizer, the names of the nodes of each accepted pattern."""
    return {
        entry["quantizer_info"]["name"]: [
            [node["name"] for node in pattern["nodes"]] for pattern in entry["accepted_patterns"]
        ]
        for entry in report["quantizers"]
    }
