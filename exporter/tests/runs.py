"""Small runs, each made for one question; their reports are in `tests/reports/runs/`."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from executorch.backends.arm.ethosu import EthosUCompileSpec
from executorch.backends.arm.quantizer import EthosUQuantizer, get_symmetric_quantization_config
from executorch.backends.xnnpack.quantizer import xnnpack_quantizer
from torchao.quantization.pt2e import PerChannelMinMaxObserver
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e
from torchao.quantization.pt2e.quantizer import (
    QuantizationAnnotation,
    QuantizationSpec,
    Quantizer,
    SharedQuantizationSpec,
)
from torchao.quantization.pt2e.quantizer.quantizer import Q_ANNOTATION_KEY

import qspect
import small
from conftest import REPOSITORY

FOLDER = REPOSITORY / "tests" / "reports" / "runs"

PER_CHANNEL = QuantizationSpec(
    torch.int8, PerChannelMinMaxObserver, -127, 127, torch.per_channel_symmetric, 0
)


class Relu6Cat(torch.nn.Module):
    """What is concatenated with the input shares its observer; input (1, 2, 4, 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv0 = torch.nn.Conv2d(2, 2, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, torch.nn.functional.hardtanh(self.conv0(x), 0, 6)], -1)


class Net(torch.nn.Module):
    """A view before a convolution; input (8, 256)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(8, 8, 3, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x.view(1, 8, 16, 16))


class LateAnchor(Quantizer):
    """Shares the qspec of the convolution with nodes before it: `prepare_pt2e` raises."""

    def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
        by_name = {node.name: node for node in model.graph.nodes}
        x, view, conv = (by_name[name] for name in ("x", "view", "conv2d"))
        share = SharedQuantizationSpec(conv)
        x.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(output_qspec=share, _annotated=True)
        view.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation({x: share}, share, _annotated=True)
        conv.meta[Q_ANNOTATION_KEY] = QuantizationAnnotation(
            {view: small.INT8, conv.args[1]: PER_CHANNEL}, small.INT8, _annotated=True
        )
        return model

    def validate(self, model: torch.fx.GraphModule) -> None:
        pass


class MlpNoGrad(torch.nn.Module):
    """All of it in a submodule that no quantizer enters; input (1, 32)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(torch.nn.Linear(32, 32) for _ in range(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            for layer in self.layers:
                x = torch.relu(layer(x))
        return x


class Encoder(torch.nn.Module):
    """Two linear layers; input (1, 16)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = torch.nn.Sequential(
            torch.nn.Linear(16, 16), torch.nn.ReLU(), torch.nn.Linear(16, 16)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.encoder(x)


class ConvBnRelu(torch.nn.Module):
    """What is one operator on most backends; input (1, 3, 8, 8)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 8, 3)
        self.bn = torch.nn.BatchNorm2d(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.bn(self.conv(x)))


def ethosu() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ExecuTorch's own, of experimental interfaces
        quantizer = EthosUQuantizer(
            EthosUCompileSpec("ethos-u55-128"), use_composable_quantizer=True
        )
    quantizer.set_global(get_symmetric_quantization_config(is_per_channel=True))
    return quantizer


def xnnpack() -> Any:
    config = xnnpack_quantizer.get_symmetric_quantization_config(is_per_channel=True)
    return xnnpack_quantizer.XNNPACKQuantizer().set_global(config)


def qnn() -> Any:
    return import_module("executorch.backends.qualcomm.quantizer.quantizer").QnnQuantizer()


def qnn_mixed() -> Any:
    """16-bit activations and 4-bit weights in the first layer, 8 bits in the others."""
    module = import_module("executorch.backends.qualcomm.quantizer.quantizer")
    quantizer = module.QnnQuantizer()
    config = module.ModuleQConfig(module.QuantDtype.use_16a4w)
    is_first = module.get_submodule_name_predicate("encoder.0")
    quantizer.set_submodule_qconfig_list([(is_first, config)])
    return quantizer


def prepare(name: str, folder: Path) -> Path:
    """Prepares a model; the report's file in `folder`. Where torchao raises, there is one too."""
    file = folder / f"{name}.qspect.json"
    with contextlib.suppress(AssertionError), qspect.capture(file, model=name):
        prepare_pt2e(graph(name), RUNS[name][2]())
    return file


RUNS: dict[str, tuple[Callable[[], torch.nn.Module], tuple[int, ...], Callable[[], Any]]] = {
    # By the model's name: how to make it, the shape of its input, how to make the quantizer.
    "relu6_cat": (Relu6Cat, (1, 2, 4, 4), ethosu),
    "late_anchor": (Net, (8, 256), LateAnchor),
    "no_grad": (MlpNoGrad, (1, 32), xnnpack),
    "qnn_mixed": (Encoder, (1, 16), qnn_mixed),
    "conv_bn_relu_qnn": (ConvBnRelu, (1, 3, 8, 8), qnn),
    "conv_bn_relu_xnnpack": (ConvBnRelu, (1, 3, 8, 8), xnnpack),
}


def graph(name: str) -> torch.fx.GraphModule:
    """The exported graph of a model, ready for `prepare_pt2e`."""
    model, shape, _ = RUNS[name]
    program = torch.export.export(model().eval(), (torch.rand(*shape),), strict=False)
    return program.module(check_guards=False)
