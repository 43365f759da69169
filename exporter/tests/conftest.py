"""What the tests share: the command that reads reports, and quiet libraries."""

from __future__ import annotations

import copy
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tabulate
import torch

pytest_plugins = ["pytester"]

REPOSITORY = Path(__file__).parents[2]

TextOf = Callable[..., str]


def pytest_configure(config: pytest.Config) -> None:
    """Without the command nothing here can be tested, and a skipped test proves nothing."""
    binary = os.environ.get("QSPECT_BIN")
    if not binary or not Path(binary).is_file():
        raise pytest.UsageError(
            "QSPECT_BIN must be the path of the command `qspect` "
            "(cargo build --release -p qspect builds target/release/qspect)"
        )
    torch.set_num_threads(1)
    # ExecuTorch's tables count code points. Where wcwidth is installed, here by Model Explorer's
    # IPython, tabulate counts columns of a terminal instead, and a cell with a control character in
    # it as -1 wide.
    tabulate.WIDE_CHARS_MODE = False
    # torch.export and ExecuTorch warn of deprecations of their own in every test.
    warnings.filterwarnings("ignore", module=r"(torch|torchao|executorch|coremltools)\b")
    logging.getLogger("torch").setLevel(logging.ERROR)


@pytest.fixture(scope="session")
def text_of() -> TextOf:
    """`qspect text` of files: what ExecuTorch prints at DEBUG level, at INFO with `summary`."""

    def text_of(*files: Path, summary: bool = False) -> str:
        arguments = ["--summary"] if summary else []
        command = [os.environ["QSPECT_BIN"], "text", *arguments, *map(str, files)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert not done.stderr, done.stderr.decode()
        return done.stdout.decode()

    return text_of


@pytest.fixture
def own_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """The exporter's warnings during a test."""
    from qspect import QspectWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", QspectWarning)
        yield caught


@pytest.fixture
def run_python(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python in a folder of its own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def node(report: dict[str, Any], name: str) -> dict[str, Any]:
    """The node of that name in a report's graph."""
    return next(it for it in report["graph"]["nodes"] if it["name"] == name)


def without_set_order(text: str) -> list[str]:
    """The lines, words of those that list a Python set sorted: their order is the run's."""
    return [
        " ".join(sorted(line.replace(",", "").split())) if "targeting" in line else line
        for line in text.splitlines()
    ]


def comparable(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reports without what differs from run to run: versions, and the order of sets."""
    reports = copy.deepcopy(reports)
    for report in reports:
        del report["producer"]
        for entry in report["quantizers"]:
            info = entry["quantizer_info"]
            description = f"targeting {info['targeted_nodes_description']}"
            [info["targeted_nodes_description"]] = without_set_order(description)
    return reports
