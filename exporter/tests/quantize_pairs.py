"""Quantizes every model with every quantizer: FOLDER/MODEL.QUANTIZER.json.

A process of its own: the order of Python's sets differs from one to the next.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

import models
import qspect


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    for model, quantizer in models.pairs():
        with qspect.capture(folder / f"{model}.{quantizer}.json", model=model):
            prepare_pt2e(models.graph(model, quantizer), models.quantizer(quantizer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
