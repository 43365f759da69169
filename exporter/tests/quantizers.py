"""A quantizer of each backend, for the tests and for their fixtures.

Two need a vendor's SDK which no package index has. Their own code runs here too, with a stand-in
for the SDK's modules where these cannot be imported: the name then shows the stand-in.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import torch

import models
import small
from conftest import REPOSITORY


def _is_missing(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is None
    except (ImportError, ValueError):
        return True


def _with_sdk(sdk: str, modules: list[str], quantizer: Callable[[], Any]) -> Callable[[], Any]:
    """Imports a quantizer, with a stand-in for its SDK where the SDK is not installed."""

    def make() -> Any:
        if not _is_missing(sdk):
            return quantizer()
        names = [".".join(name.split(".")[: i + 1]) for name in modules for i in range(9)]
        stand_ins = {name: mock.MagicMock(spec=ModuleType(name)) for name in dict.fromkeys(names)}
        for name, stand_in in stand_ins.items():
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(stand_ins[parent], child, stand_in)
        with mock.patch.dict(sys.modules, stand_ins):
            return quantizer()

    return make


def _label(name: str, sdk: str) -> str:
    return f"{name}[stand-in for {sdk}]" if _is_missing(sdk) else name


def _openvino() -> Any:
    return import_module("executorch.backends.openvino.quantizer").OpenVINOQuantizer()


def _openvino_stand_in() -> Any:
    """Annotates as OpenVINO's does: on nodes and edges, without the `_annotated` flag."""

    class OpenVINOQuantizer(small.OpQuantizer):
        pass

    return OpenVINOQuantizer("conv")


def _coreml() -> Any:
    config = import_module("coremltools.optimize.torch.quantization.quantization_config")
    return import_module("executorch.backends.apple.coreml.quantizer").CoreMLQuantizer(
        config.LinearQuantizerConfig(
            global_config=config.ModuleLinearQuantizerConfig(
                quantization_scheme="symmetric",
                activation_dtype=torch.quint8,
                weight_dtype=torch.qint8,
                weight_per_channel=True,
            )
        )
    )


def _vulkan() -> Any:
    module = import_module("executorch.backends.vulkan.quantizer.vulkan_quantizer")
    return module.VulkanQuantizer().set_global(module.get_symmetric_quantization_config())


def _inductor(kind: str, name: str) -> Any:
    module = import_module(f"torchao.quantization.pt2e.quantizer.{kind}_inductor_quantizer")
    config = getattr(module, f"get_default_{kind}_inductor_quantization_config")()
    return getattr(module, name)().set_global(config)


def _class(module: str, name: str) -> Callable[[], Any]:
    return lambda: getattr(import_module(module), name)()


def _neutron() -> Any:
    module = import_module("executorch.backends.nxp.quantizer.neutron_quantizer")
    target = mock.MagicMock(name="neutron_target_spec")
    # Without the SDK the activations that this target fuses are unknown: assume none.
    target.neutron_target_info.is_supported_fused_activation__aten.return_value = False
    return module.NeutronQuantizer(target)


def _embedding_and_xnnpack() -> Any:
    quantizers = import_module("torchao.quantization.pt2e.quantizer")
    embedding = import_module("torchao.quantization.pt2e.quantizer.embedding_quantizer")
    return quantizers.ComposableQuantizer([embedding.EmbeddingQuantizer(), small.xnnpack()])


HAS_OPENVINO = not (_is_missing("openvino") or _is_missing("nncf"))

QUANTIZERS: dict[str, tuple[Callable[[], Any], str]] = {
    # By the test's name: how to make one, and who then owns the first convolution.
    "TOSAQuantizer": (lambda: models.quantizer("mixed"), "PatternQuantizer"),
    "EthosUQuantizer": (lambda: models.quantizer("ethosu"), "PatternQuantizer"),
    "VgfQuantizer": (lambda: models.quantizer("vgf"), "PatternQuantizer"),
    "CortexMQuantizer": (lambda: models.quantizer("cortex_m"), "PatternQuantizer"),
    "XNNPACKQuantizer": (small.xnnpack, "XNNPACKQuantizer"),
    "QnnQuantizer": (
        _class("executorch.backends.qualcomm.quantizer.quantizer", "QnnQuantizer"),
        "QnnQuantizer",
    ),
    "CoreMLQuantizer": (_coreml, "CoreMLQuantizer"),
    "VulkanQuantizer": (_vulkan, "VulkanQuantizer"),
    "CadenceDefaultQuantizer": (
        _class("executorch.backends.cadence.aot.quantizer.quantizer", "CadenceDefaultQuantizer"),
        "CadenceAtenQuantizer",
    ),
    _label("NeutronQuantizer", "eiq_neutron_sdk"): (
        _with_sdk(
            "eiq_neutron_sdk",
            ["eiq_neutron_sdk.neutron_converter", "eiq_neutron_sdk.neutron_library_utils"],
            _neutron,
        ),
        "NeutronAtenQuantizer",
    ),
    _label("NeuropilotQuantizer", "mtk_converter"): (
        _with_sdk(
            "mtk_converter",
            ["mtk_converter.python.converters.pytorch.importer_v2", "mtk_neuron"],
            _class("executorch.backends.mediatek.quantizer", "NeuropilotQuantizer"),
        ),
        "NeuropilotQuantizer",
    ),
    "EnnQuantizer": (
        _class("executorch.backends.samsung.quantizer", "EnnQuantizer"),
        "EnnQuantizer",
    ),
    "OpenVINOQuantizer" if HAS_OPENVINO else "OpenVINOQuantizer[stand-in for it, no nncf]": (
        _openvino if HAS_OPENVINO else _openvino_stand_in,
        "OpenVINOQuantizer",
    ),
    "ExampleQuantizer": (
        _class("executorch.backends.example.example_quantizer", "ExampleQuantizer"),
        "ExampleQuantizer",
    ),
    "X86InductorQuantizer": (
        lambda: _inductor("x86", "X86InductorQuantizer"),
        "X86InductorQuantizer",
    ),
    "XPUInductorQuantizer": (
        lambda: _inductor("xpu", "XPUInductorQuantizer"),
        "XPUInductorQuantizer",
    ),
    "ArmInductorQuantizer": (
        lambda: _inductor("arm", "ArmInductorQuantizer"),
        "ArmInductorQuantizer",
    ),
    "EmbeddingQuantizer and XNNPACKQuantizer": (_embedding_and_xnnpack, "XNNPACKQuantizer"),
}


def fixture(name: str) -> Path:
    """The checked-in report of a quantizer on the small network, whatever stands in for its SDK."""
    stem = name.partition("[")[0].replace(" ", "-")
    return REPOSITORY / "tests" / "reports" / "quantizers" / f"{stem}.qspect.json"


def forbid_download() -> None:
    """Qualcomm's quantizer fetches the vendor's SDK when it first wants to validate."""
    script = import_module("executorch.backends.qualcomm.scripts.download_qnn_sdk")
    script.install_qnn_sdk = lambda: False
