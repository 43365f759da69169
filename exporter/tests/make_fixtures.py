"""Writes the reports under `tests/reports/` that are the exporter's anew.

python exporter/tests/make_fixtures.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

import models
import qspect
import small
from conftest import REPOSITORY
from quantizers import QUANTIZERS, fixture, forbid_download

FOLDER = REPOSITORY / "tests" / "reports" / "executorch-1.5.1-exporter"

MAX_PLAIN = 200_000
"""Bytes. A larger report is compressed."""


def main() -> None:
    torch.set_num_threads(1)
    for pair in models.FIXTURES:
        model, quantizer = pair.split(".")
        make(FOLDER, pair, models.graph(model, quantizer), models.quantizer(quantizer))
    for name, (build, quantizer) in models.CHANGES.items():
        model, inputs = build()
        graph = torch.export.export(model.eval(), inputs).module(check_guards=False)
        make(FOLDER.with_name("changes"), name, graph, quantizer())
    forbid_download()
    for name, (make, _) in QUANTIZERS.items():
        fixture(name).parent.mkdir(exist_ok=True)
        graph = small.conv_net(strict=True)
        with qspect.capture(fixture(name)):
            prepare_pt2e(graph, make())
        print(name, flush=True)


def make(folder: Path, name: str, graph: torch.fx.GraphModule, quantizer: Any) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.qspect.json"
    compressed = file.with_name(f"{file.name}.gz")
    compressed.unlink(missing_ok=True)
    with qspect.capture(file, model=name.split(".")[0]) as run:
        prepare_pt2e(graph, quantizer)
    if file.stat().st_size > MAX_PLAIN:
        file.unlink()
        qspect.write(compressed, run.reports)
    print(name, flush=True)


if __name__ == "__main__":
    main()
