"""Real architectures and real quantizers, by name, and how to run one on the other.

Weights are random: they do not change what a quantizer decides.
"""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torchvision

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from executorch.backends.arm.ethosu import EthosUCompileSpec
    from executorch.backends.arm.quantizer import (
        EthosUQuantizer,
        TOSAQuantizer,
        VgfQuantizer,
        get_symmetric_a16w8_quantization_config,
        get_symmetric_quantization_config,
    )
    from executorch.backends.arm.quantizer.arm_quantizer import get_uint8_io_quantization_config
    from executorch.backends.arm.tosa import TosaSpecification
    from executorch.backends.arm.vgf import VgfCompileSpec
    from executorch.backends.cortex_m.quantizer.quantization_configs import (
        INT16_PER_TENSOR_CONFIG,
    )
    from executorch.backends.cortex_m.quantizer.quantizer import CortexMQuantizer

Inputs = tuple[torch.Tensor, ...]


class DsCnn(torch.nn.Module):
    """Keyword spotting with depthwise-separable convolutions; input (1, 1, 49, 10)."""

    def __init__(self) -> None:
        super().__init__()
        blocks = [_conv_block(1, 64, (10, 4), stride=2, padding=(5, 1))]
        for _ in range(4):
            blocks.append(_conv_block(64, 64, 3, padding=1, groups=64))
            blocks.append(_conv_block(64, 64, 1))
        self.features = torch.nn.Sequential(*itertools.chain.from_iterable(blocks))
        self.classifier = torch.nn.Linear(64, 12)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pooled = self.features(x).mean((2, 3))
        return torch.softmax(self.classifier(pooled), -1)


def _conv_block(n_in: int, n_out: int, kernel: Any, **options: Any) -> list[torch.nn.Module]:
    return [
        torch.nn.Conv2d(n_in, n_out, kernel, **options),
        torch.nn.BatchNorm2d(n_out),
        torch.nn.ReLU(),
    ]


class KwsLstm(torch.nn.Module):
    """Keyword spotting with a recurrent network; input (1, 49, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(10, 32, batch_first=True)
        self.classifier = torch.nn.Linear(32, 12)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        steps, _ = self.lstm(x)
        return self.classifier(steps[:, -1])


class TinyTransformer(torch.nn.Module):
    """Two encoder layers over token indices; input (1, 16), integers below 100."""

    def __init__(self) -> None:
        super().__init__()
        layer = torch.nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
        self.embedding = torch.nn.Embedding(100, 64)
        self.encoder = torch.nn.TransformerEncoder(layer, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.encoder(self.embedding(x)).argmax(-1)


class MlpMixed(torch.nn.Module):
    """Three linear layers with three different activations; input (1, 16)."""

    def __init__(self) -> None:
        super().__init__()
        self.a = torch.nn.Linear(16, 32)
        self.b = torch.nn.Linear(32, 32)
        self.c = torch.nn.Linear(32, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.sigmoid(self.b(torch.nn.functional.gelu(self.a(x))))
        return torch.sin(self.c(hidden))


def _image() -> Inputs:
    return (torch.randn(1, 3, 224, 224),)


MODELS: dict[str, Callable[[], tuple[torch.nn.Module, Inputs]]] = {
    "ds_cnn": lambda: (DsCnn(), (torch.randn(1, 1, 49, 10),)),
    "kws_lstm": lambda: (KwsLstm(), (torch.randn(1, 49, 10),)),
    "tiny_transformer": lambda: (TinyTransformer(), (torch.randint(0, 100, (1, 16)),)),
    "mlp_mixed": lambda: (MlpMixed(), (torch.randn(1, 16),)),
    "mobilenet_v2": lambda: (torchvision.models.mobilenet_v2(), _image()),
    "resnet18": lambda: (torchvision.models.resnet18(), _image()),
    "convnext_tiny": lambda: (torchvision.models.convnext_tiny(), _image()),
    "swin_t": lambda: (torchvision.models.swin_t(), _image()),
}


def tosa(spec: str = "TOSA-1.0+INT", config: Any = None) -> TOSAQuantizer:
    """A TOSA quantizer for everything, or for nothing yet."""
    quantizer = TOSAQuantizer(TosaSpecification.create_from_string(spec))
    if config is not None:
        quantizer.set_global(config)
    return quantizer


def _ethosu() -> EthosUQuantizer:
    quantizer = EthosUQuantizer(EthosUCompileSpec("ethos-u55-128"))
    quantizer.set_global(get_symmetric_quantization_config(is_per_channel=True))
    return quantizer


def _uint8io() -> EthosUQuantizer:
    quantizer = _ethosu()
    quantizer.set_io(get_uint8_io_quantization_config())
    return quantizer


def _vgf() -> VgfQuantizer:
    quantizer = VgfQuantizer(VgfCompileSpec())
    quantizer.set_global(get_symmetric_quantization_config())
    return quantizer


def _mixed() -> TOSAQuantizer:
    """Several quantizers in order of precedence; some modules float on purpose."""
    quantizer = tosa("TOSA-1.0+INT+int16", get_symmetric_quantization_config(is_per_channel=True))
    quantizer.set_module_type(torch.nn.Linear, get_symmetric_a16w8_quantization_config())
    quantizer.set_module_type(torch.nn.Softmax, None)
    quantizer.set_node_target(torch.ops.aten.add.Tensor, None)
    return quantizer


def _partial() -> TOSAQuantizer:
    """Only convolutions are asked for: the rest stays float."""
    quantizer = tosa()
    quantizer.set_module_type(
        torch.nn.Conv2d, get_symmetric_quantization_config(is_per_channel=True)
    )
    return quantizer


QUANTIZERS: dict[str, Callable[[], Any]] = {
    "cortex_m": CortexMQuantizer,
    "cortex_m_int16": lambda: CortexMQuantizer(INT16_PER_TENSOR_CONFIG),
    "ethosu": _ethosu,
    "uint8io": _uint8io,
    "a16w8": lambda: tosa("TOSA-1.0+INT+int16", get_symmetric_a16w8_quantization_config()),
    "qat": lambda: tosa(
        config=get_symmetric_quantization_config(is_qat=True, is_per_channel=False)
    ),
    "vgf": _vgf,
    "mixed": _mixed,
    "partial": _partial,
}

FIXTURES = (
    "convnext_tiny.vgf",
    "ds_cnn.cortex_m",
    "ds_cnn.cortex_m_int16",
    "ds_cnn.uint8io",
    "kws_lstm.ethosu",
    "mlp_mixed.mixed",
    "mlp_mixed.partial",
    "mobilenet_v2.cortex_m",
    "mobilenet_v2.ethosu",
    "mobilenet_v2.mixed",
    "resnet18.a16w8",
    "resnet18.qat",
    "swin_t.mixed",
    "tiny_transformer.mixed",
    "tiny_transformer.partial",
)
"""The MODEL.QUANTIZER pairs whose reports are checked in under `tests/reports/`."""


def _mobilenet_with_a_layer() -> tuple[torch.nn.Module, Inputs]:
    """One more convolution between two blocks, so that all behind it are renumbered."""
    model = torchvision.models.mobilenet_v2()
    features = list(model.features)
    layer = torch.nn.Sequential(torch.nn.Conv2d(64, 64, 3, padding=1), torch.nn.ReLU6())
    model.features = torch.nn.Sequential(*features[:9], layer, *features[9:])
    return model, _image()


class MlpWithALayer(MlpMixed):
    """One more linear layer, with a name of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.extra = torch.nn.Linear(32, 32)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.extra(torch.nn.functional.gelu(self.a(x)))
        return torch.sin(self.c(torch.sigmoid(self.b(hidden))))


def _without_a_module() -> EthosUQuantizer:
    quantizer = _ethosu()
    quantizer.set_module_name("features.7", None)
    return quantizer


CHANGES: dict[str, tuple[Callable[[], tuple[torch.nn.Module, Inputs]], Callable[[], Any]]] = {
    "mobilenet_v2.a16w8": (MODELS["mobilenet_v2"], QUANTIZERS["a16w8"]),
    "mobilenet_v2.without_a_module": (MODELS["mobilenet_v2"], _without_a_module),
    "mobilenet_v2.with_a_layer": (_mobilenet_with_a_layer, _ethosu),
    "mlp_mixed.ethosu": (MODELS["mlp_mixed"], _ethosu),
    "mlp_mixed.with_a_layer": (lambda: (MlpWithALayer(), (torch.randn(1, 16),)), _ethosu),
}
"""What `tests/reports/changes/` compares with other reports."""


def pairs() -> Iterator[tuple[str, str]]:
    """Every model with every quantizer."""
    return itertools.product(MODELS, QUANTIZERS)


def quantizer(name: str) -> Any:
    """A fresh quantizer of that name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ExecuTorch's own, of experimental interfaces
        return QUANTIZERS[name]()


def graph(model: str, quantizer_name: str = "") -> torch.fx.GraphModule:
    """The exported graph of a model, ready for `prepare_pt2e`.

    Cortex-M takes images in channels-last order alone.
    """
    return _exported(model, quantizer_name.startswith("cortex_m")).module(check_guards=False)


# Exports take longer than everything else. They come model by model: two of one model are enough.
@functools.lru_cache(maxsize=2)
def _exported(model: str, channels_last: bool) -> torch.export.ExportedProgram:
    torch.manual_seed(0)
    module, inputs = MODELS[model]()
    if channels_last and inputs[0].dim() == 4:
        inputs = (inputs[0].to(memory_format=torch.channels_last),)
    return torch.export.export(module.eval(), inputs)
