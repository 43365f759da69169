"""What the exporter costs: time added to `prepare_pt2e`, and the size of the file.

    python exporter/bench.py [--runs N]

Runs with and without a capture alternate, so that a machine that gets slower slows both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

sys.path.insert(0, str(Path(__file__).parent / "tests"))

import models
import qspect

LIMITS = {
    # By model and quantizer: at most this much more time, in seconds or as a share.
    ("mobilenet_v2", "ethosu"): "5 %",
    ("swin_t", "mixed"): "100 ms",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures what the exporter costs.")
    parser.add_argument("--runs", type=int, default=7, help="runs of each kind (default: 7)")
    n_runs = parser.parse_args().runs
    torch.set_num_threads(1)
    for (model, quantizer), limit in LIMITS.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "out.qspect.json"
            _prepare(model, quantizer, file)  # warms up imports and caches
            without, inside = [], []
            for _ in range(n_runs):
                total, _ = _prepare(model, quantizer, None)
                without.append(total)
                inside.append(_prepare(model, quantizer, file))
            base = statistics.median(without)
            added = statistics.median(total for total, _ in inside) - base
            own = statistics.median(own for _, own in inside)
            print(
                f"{model}/{quantizer}: prepare_pt2e {base * 1e3:.0f} ms (median of {n_runs}); "
                f"capture adds {added * 1e3:+.0f} ms ({added / base:+.1%}), of which "
                f"{own * 1e3:.0f} ms in the exporter itself ({own / base:.1%}); limit {limit}; "
                f"file {file.stat().st_size / 1e6:.2f} MB",
                flush=True,
            )


def _prepare(model: str, quantizer: str, file: Path | None) -> tuple[float, float]:
    """Seconds which a run takes, and those of them which the exporter spends at the report.

    The difference of two whole runs is mostly noise where a run takes seconds: the second figure
    is measured within one.
    """
    graph, fresh = models.graph(model, quantizer), models.quantizer(quantizer)
    start = time.perf_counter()
    if file is None:
        prepare_pt2e(graph, fresh)
        return time.perf_counter() - start, 0.0
    with _Timed(file) as run:
        prepare_pt2e(graph, fresh)
    return time.perf_counter() - start, run.seconds


class _Timed(qspect.Capture):
    """A capture that adds up what its own work takes."""

    seconds = 0.0

    def reported(self, *arguments: object) -> None:  # type: ignore[override]
        start = time.perf_counter()
        super().reported(*arguments)  # type: ignore[arg-type]
        self.seconds += time.perf_counter() - start

    def __exit__(self, *arguments: object) -> None:  # type: ignore[override]
        start = time.perf_counter()
        super().__exit__(*arguments)  # type: ignore[arg-type]
        self.seconds += time.perf_counter() - start


if __name__ == "__main__":
    main()
