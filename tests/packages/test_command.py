"""The command, as `cargo install` installs it once the viewer is built."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import MIXED, check_notices, embedded, package, run


def test_cargo_installs_it_with_the_viewer(tmp_path: Path) -> None:
    command = package("QSPECT_COMMAND")
    done = run(command, "html", MIXED, "-o", "a.html", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "a.html").read_text("utf-8")
    report = run(command, "json", MIXED, cwd=tmp_path)
    assert embedded(page) == [json.loads(report.stdout)]
    assert len(page) > 100_000


def test_it_carries_the_notices_of_third_parties(tmp_path: Path) -> None:
    done = run(package("QSPECT_COMMAND"), "licences", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    check_notices(done.stdout)
    assert "clap " in done.stdout
