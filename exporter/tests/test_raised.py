"""Reports of runs in which a quantizer raises: they are marked as incomplete."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from executorch.backends.arm.quantizer import get_symmetric_quantization_config
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e
from torchao.quantization.pt2e.quantizer import ComposableQuantizer

import models
import qspect
import small


class Raising(small.OpQuantizer):
    """Annotates, and raises afterwards."""

    error: BaseException = ValueError("no such node\nand a second line")

    def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
        super().annotate(model)
        raise self.error


class Fallback(small.OpQuantizer):
    """Goes on where another quantizer raises."""

    def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
        with contextlib.suppress(ValueError):
            Raising("gelu").annotate(model)
        return super().annotate(model)


class Translating(small.OpQuantizer):
    """Raises an exception of its own where another quantizer raises."""

    def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
        try:
            return Raising("gelu").annotate(model)
        except ValueError as cause:
            raise RuntimeError("cannot annotate") from cause


def _run(quantizer: Any, error: type[BaseException] | None, file: Path) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        if error is not None:
            stack.enter_context(pytest.raises(error))
        with qspect.capture(file):
            prepare_pt2e(small.mlp(), quantizer)
    [report] = qspect.read(file)
    return report


def _completeness(file: Path) -> Any:
    """The completeness of a report as the command reads it."""
    command = [os.environ["QSPECT_BIN"], "json", str(file)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout).get("completeness")


def _incomplete(message: str) -> dict[str, Any]:
    return {"whole": False, "problems": [{"kind": "raised", "message": message}]}


@pytest.mark.parametrize(
    ("quantizer", "error", "message"),
    [
        (Raising("gelu"), ValueError, "Raising.annotate raised ValueError: no such node"),
        # The innermost quantizer raised it.
        (
            ComposableQuantizer([small.OpQuantizer("linear"), Raising("gelu")]),
            ValueError,
            "Raising.annotate raised ValueError: no such node",
        ),
        (
            Translating("linear"),
            RuntimeError,
            "Translating.annotate raised RuntimeError: cannot annotate",
        ),
    ],
)
def test_a_report_of_a_quantizer_that_raises_is_incomplete(
    quantizer: Any, error: type[BaseException], message: str, tmp_path: Path
) -> None:
    file = tmp_path / "out.qspect.json"
    report = _run(quantizer, error, file)
    assert report["completeness"] == _incomplete(message)
    assert _completeness(file) == _incomplete(message)
    # What was annotated before is there.
    assert "annotation" in next(it for it in report["graph"]["nodes"] if it["name"] == "gelu")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("\n"), KeyError("x" * 9999)])
def test_any_exception_counts(error: BaseException, tmp_path: Path) -> None:
    quantizer = Raising("gelu")
    quantizer.error = error
    report = _run(quantizer, type(error), tmp_path / "out.qspect.json")
    [problem] = report["completeness"]["problems"]
    assert problem["message"].startswith(f"Raising.annotate raised {type(error).__name__}")
    assert len(problem["message"]) < 600


def test_an_exception_that_is_caught_leaves_the_report_whole(tmp_path: Path) -> None:
    file = tmp_path / "out.qspect.json"
    assert "completeness" not in _run(Fallback("linear"), None, file)
    assert _completeness(file) is None


def test_a_quantizer_with_a_reporter_that_raises_midway_is_incomplete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its reporter has not reported yet, so the report is made of the annotations."""
    from executorch.backends.arm.quantizer.arm_quantizer_utils import SharedQspecQuantizer

    quantizer = models.tosa(config=get_symmetric_quantization_config())
    graph = quantizer.transform_for_annotation(small.mlp())

    def fail(*_: object) -> None:
        raise ValueError("broken on purpose")

    monkeypatch.setattr(SharedQspecQuantizer, "annotate", fail)
    with pytest.raises(ValueError, match="broken"), qspect.capture(None) as run:
        quantizer.annotate(graph)
    [report] = run.reports
    [problem] = report["completeness"]["problems"]
    assert problem["kind"] == "raised"
    assert "annotate raised ValueError: broken on purpose" in problem["message"]


def test_a_report_that_was_complete_before_stays_whole(tmp_path: Path) -> None:
    """A reporter reported, and only then another quantizer raised."""
    quantizer = ComposableQuantizer([models.quantizer("ethosu"), Raising("gelu")])
    report = _run(quantizer, ValueError, tmp_path / "out.qspect.json")
    assert report["report_title"] == "FINAL QUANTIZATION REPORT"
    assert "completeness" not in report
