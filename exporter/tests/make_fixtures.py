"""Writes the reports under `tests/reports/` that are the exporter's, or those of some folders.

python exporter/tests/make_fixtures.py [executorch-1.5.1-exporter | changes | quantizers | runs] …
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

import models
import qspect
import runs
import small
from conftest import REPOSITORY
from quantizers import QUANTIZERS, fixture, forbid_download

FOLDER = REPOSITORY / "tests" / "reports" / "executorch-1.5.1-exporter"

MAX_PLAIN = 200_000
"""Bytes. A larger report is compressed."""


def main(folders: list[str]) -> None:
    torch.set_num_threads(1)
    forbid_download()
    for folder in folders or FOLDERS:
        FOLDERS[folder]()


def make_pairs() -> None:
    for pair in models.FIXTURES:
        model, quantizer = pair.split(".")
        make(FOLDER, pair, models.graph(model, quantizer), models.quantizer(quantizer))


def make_changes() -> None:
    for name, (build, quantizer) in models.CHANGES.items():
        model, inputs = build()
        graph = torch.export.export(model.eval(), inputs).module(check_guards=False)
        make(FOLDER.with_name("changes"), name, graph, quantizer())


def make_quantizers() -> None:
    for name, (quantizer, _) in QUANTIZERS.items():
        fixture(name).parent.mkdir(exist_ok=True)
        graph = small.conv_net(strict=True)
        with qspect.capture(fixture(name)):
            prepare_pt2e(graph, quantizer())
        print(name, flush=True)


def make_runs() -> None:
    for name in runs.RUNS:
        runs.prepare(name, runs.FOLDER)
        print(name, flush=True)


FOLDERS = {
    FOLDER.name: make_pairs,
    "changes": make_changes,
    "quantizers": make_quantizers,
    "runs": make_runs,
}


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
    main(sys.argv[1:])
