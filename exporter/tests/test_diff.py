"""The same model quantized twice is the same: `qspect diff` reports no change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import models

Folders = tuple[Path, Path]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """All pairs, twice, in two processes that order their sets differently."""
    script = Path(__file__).with_name("quantize_pairs.py")
    folders = (tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("head"))
    processes = [
        subprocess.Popen(
            [sys.executable, str(script), str(folder)],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for seed, folder in enumerate(folders, start=1)
    ]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors.decode()[-2000:]
    return folders


@pytest.mark.parametrize("pair", [f"{model}.{quantizer}" for model, quantizer in models.pairs()])
def test_two_runs_do_not_differ(pair: str, runs: Folders) -> None:
    command = [os.environ["QSPECT_BIN"], "diff", "--exit-code"]
    files = [str(folder / f"{pair}.json") for folder in runs]
    done = subprocess.run([*command, *files], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert b"\nNothing changed\n" in done.stdout
