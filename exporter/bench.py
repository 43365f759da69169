"""What the exporter costs: time added to `prepare_pt2e`, and the size of the file.

    python exporter/bench.py [--runs N]

Times are the process's own (CPU), so that other programs do not count. Runs with and without a
capture alternate, so that a machine that gets slower slows both. Where a run takes seconds, the
difference of two is mostly noise: what the exporter's own functions take is measured as well.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

sys.path[:0] = [str(Path(__file__).parent / it) for it in ("src", "tests")]

import models
import qspect
from qspect.annotation_run import AnnotationRun
from qspect.reporter import Journal
from qspect.session import Capture

LIMITS = {
    # By model and quantizer: how much time a capture may add.
    ("mobilenet_v2", "ethosu"): "5 %",
    ("swin_t", "mixed"): "100 ms",
}

OWN_WORK = (
    (Capture, "__enter__"),
    (Capture, "__exit__"),
    (Capture, "reported"),
    (Capture, "annotated"),
    (AnnotationRun, "__init__"),
    (AnnotationRun, "enter"),
    (AnnotationRun, "leave"),
    (Journal, "accept"),
)
"""All that a capture does inside a run; none calls another, save what wrapping itself costs."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures what the exporter costs.")
    parser.add_argument("--runs", type=int, default=7, help="runs of each kind (default: 7)")
    n_runs = parser.parse_args().runs
    torch.set_num_threads(1)
    own_work = _Stopwatch()
    for owner, name in OWN_WORK:
        setattr(owner, name, own_work.timed(getattr(owner, name)))
    for (model, quantizer), limit in LIMITS.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "out.qspect.json"
            _prepare(model, quantizer, file)  # warms up imports and caches
            without, inside, own = [], [], []
            for _ in range(n_runs):
                without.append(_prepare(model, quantizer, None))
                own_work.seconds = 0.0
                inside.append(_prepare(model, quantizer, file))
                own.append(own_work.seconds)
            base = statistics.median(without)
            added = statistics.median(inside) - base
            spread = max(without) - min(without)
            print(
                f"{model}/{quantizer}: prepare_pt2e {base * 1e3:.0f} ms; a capture's own work "
                f"{statistics.median(own) * 1e3:.0f} ms ({statistics.median(own) / base:.1%}), "
                f"whole runs differ by {added * 1e3:+.0f} ms ({added / base:+.1%}) and vary by "
                f"{spread * 1e3:.0f} ms; limit {limit}; "
                f"file {file.stat().st_size / 1e6:.2f} MB (medians of {n_runs})",
                flush=True,
            )


def _prepare(model: str, quantizer: str, file: Path | None) -> float:
    """Seconds which a run takes, the file written if there is one."""
    graph, fresh = models.graph(model, quantizer), models.quantizer(quantizer)
    gc.collect()  # the last run's graph, which must not be this one's to free
    start = time.process_time()
    with contextlib.nullcontext() if file is None else qspect.capture(file, model=model):
        prepare_pt2e(graph, fresh)
    return time.process_time() - start


class _Stopwatch:
    """Adds up what calls of functions take."""

    seconds = 0.0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds += time.process_time() - start

        return timed


if __name__ == "__main__":
    main()
