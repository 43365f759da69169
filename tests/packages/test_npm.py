"""The npm package, installed into an empty project."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import check_notices, package, run

NPM = "npm.cmd" if os.name == "nt" else "npm"

USE = """
import { QspectReport, type QspectReportAttributes } from "qspect";

const element = document.createElement("qspect-report");
element.view = "nodes";
element.reports = [{ format: "qspect-report" }, "{}"];
element.addEventListener("qspect:error", (event) => console.log(event.detail.message.length));
document.body.addEventListener("qspect:select", ({ detail }) => console.log(detail.report + 1, detail.node));
const attributes: QspectReportAttributes = { src: "a.json", view: "text", report: 2, theme: "auto" };
const isOurs: boolean = element instanceof QspectReport;
export { attributes, isOurs };
"""

MISUSE = """
import "qspect";
document.createElement("qspect-report").view = "nods";
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"private": true}')
    done = run(NPM, "install", "--offline", "--no-audit", package("QSPECT_TARBALL"), cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_importing_it_without_a_window_does_nothing(project: Path) -> None:
    script = 'import("qspect").then((it) => console.log(Object.keys(it).join(), typeof window))'
    done = run("node", "-e", script, cwd=project)
    assert (done.stdout.strip(), done.stderr) == ("QspectReport undefined", "")


def test_what_is_exported_is_in_it(project: Path) -> None:
    folder = project / "node_modules/qspect"
    manifest = json.loads((folder / "package.json").read_text())
    listed = [*manifest["files"], manifest["types"], *manifest["sideEffects"]]
    for entry in manifest["exports"].values():
        listed += [entry] if isinstance(entry, str) else entry.values()
    assert [it for it in listed if not (folder / it).is_file()] == []
    assert (folder / "README.md").is_file()


def test_it_carries_the_notices_of_third_parties(project: Path) -> None:
    folder = project / "node_modules/qspect"
    check_notices((folder / "THIRD-PARTY.txt").read_text("utf-8"))
    first = (folder / "qspect.js").read_text("utf-8").split("\n", 1)[0]
    assert first.startswith("/*! Qspect")
    assert "Apache-2.0 OR MIT" in first
    assert "THIRD-PARTY.txt" in first


def tsc(folder: Path, source: str) -> tuple[int, str]:
    (folder / "use.ts").write_text(source)
    compiler = Path(os.environ["QSPECT_NODE_MODULES"], "typescript/bin/tsc")
    options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"]
    done = run("node", compiler, *options, "--lib", "es2022,dom", "use.ts", cwd=folder)
    return done.returncode, done.stdout


def test_typescript_knows_the_element(project: Path) -> None:
    assert tsc(project, USE) == (0, "")
    status, output = tsc(project, MISUSE)
    assert status != 0
    assert "'\"nods\"' is not assignable" in output
