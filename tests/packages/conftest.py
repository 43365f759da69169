"""What the tests of the packages share. `cargo xtask test sites` runs them."""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
REPORTS = REPOSITORY / "tests/reports/executorch-1.5.1-exporter"
MIXED = REPORTS / "mlp_mixed.mixed.qspect.json"
PARTIAL = REPORTS / "mlp_mixed.partial.qspect.json"


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, whatever that is; one that hangs is an error."""
    return subprocess.run(
        [str(it) for it in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def embedded(page: str) -> list[object]:
    """The reports inside a page."""
    parts = page.split('class="qspect-report" data-name="')[1:]
    texts = [it.split(">", 1)[1].split("</script>")[0] for it in parts]
    return [json.loads(gzip.decompress(base64.b64decode(it))) for it in texts]


def check_notices(text: str) -> None:
    """Checks that the viewer's third parties are named, with the texts of their licences."""
    lines = text.splitlines()
    # Copyright from the crate's own file, and the authors where it has no file.
    assert "Copyright (c) 2017 Frommi" in lines
    assert any(it.startswith("- leptos ") and it.endswith(", by Greg Johnston") for it in lines)
    for name in ("- miniz_oxide ", "- serde ", "- wasm-bindgen ", "=== Rust's standard library"):
        assert any(it.startswith(name) for it in lines), name
    assert "Permission is hereby granted, free of charge" in text
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in text


def package(name: str) -> Path:
    """A package that `cargo xtask package` made, as the environment names it."""
    path = Path(os.environ[name])
    assert path.is_file(), f"{name} is no file: run these tests by `cargo xtask test sites`"
    return path


@pytest.fixture(scope="session")
def lone_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("lone")
    made = run(sys.executable, "-m", "venv", folder, cwd=folder)
    assert made.returncode == 0, made.stderr
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [python, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check"]
    installed = run(*pip, package("QSPECT_WHEEL"), cwd=folder)
    assert installed.returncode == 0, installed.stderr
    return python


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with two reports, one of them in a folder of its own."""
    folder = tmp_path / "docs"
    (folder / "reports").mkdir(parents=True)
    shutil.copy(MIXED, folder / "reports/mixed.qspect.json")
    shutil.copy(PARTIAL, folder / "partial.qspect.json")
    return folder
