"""`python -m qspect script.py …` captures a script without touching it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import qspect

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SCRIPT = """
import sys
import helper
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

if __name__ == "__main__":
    prepare_pt2e(helper.graph(), helper.XNNPACK())
    print(sys.argv)
    sys.exit(int(sys.argv[-1]))
"""

HELPER = """
import torch
from executorch.backends.xnnpack.quantizer import xnnpack_quantizer

def graph():
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU())
    return torch.export.export(model.eval(), (torch.randn(1, 4),)).module(check_guards=False)

def XNNPACK():
    config = xnnpack_quantizer.get_symmetric_quantization_config()
    return xnnpack_quantizer.XNNPACKQuantizer().set_global(config)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "quantize.py").write_text(SCRIPT)
    (scripts / "helper.py").write_text(HELPER)
    return tmp_path


def test_runs_a_script_as_python_does(folder: Path, run_python: Run) -> None:
    done = run_python("-m", "qspect", "--model", "tiny", "scripts/quantize.py", "-o", "--x", "3")
    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines()[-1] == "['scripts/quantize.py', '-o', '--x', '3']"
    [report] = qspect.read(folder / "quantize.qspect.json")
    assert report["model"] == "tiny"
    assert report["quantizers"][0]["accepted_patterns"]


def test_runs_a_module_and_writes_to_the_given_path(folder: Path, run_python: Run) -> None:
    done = run_python(
        "-m",
        "qspect",
        "-o",
        "out/r.json",
        "-m",
        "quantize",
        "-m",
        "0",
        PYTHONPATH=str(folder / "scripts"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("/quantize.py', '-m', '0']")
    assert len(qspect.read(folder / "out" / "r.json")) == 1


def test_a_script_that_fails_fails_and_leaves_its_reports(folder: Path, run_python: Run) -> None:
    (folder / "fails.py").write_text(
        "import sys; sys.path.insert(0, 'scripts')\n"
        "from quantize import prepare_pt2e, helper\n"
        "prepare_pt2e(helper.graph(), helper.XNNPACK())\n"
        "raise KeyError('theirs')\n"
    )
    done = run_python("-m", "qspect", "fails.py")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "KeyError: 'theirs'"
    assert len(qspect.read(folder / "fails.qspect.json")) == 1


def test_without_a_script_it_asks_for_one(run_python: Run) -> None:
    done = run_python("-m", "qspect", "-o", "x.json")
    assert done.returncode == 2
    assert "which script?" in done.stderr
