"""The Sphinx extension, by Sphinx's own command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run

RST = """
Title
=====

.. qspect-report:: reports/mixed.qspect.json /partial.qspect.json
   :view: nodes
   :theme: dark

   What is there *without* it.
"""


def build(docs: Path, builder: str, *options: str) -> subprocess.CompletedProcess[str]:
    out = docs.parent / builder
    return run(sys.executable, "-m", "sphinx", "-q", "-b", builder, *options, docs, out, cwd=docs)


@pytest.fixture
def site(docs: Path) -> Path:
    (docs / "conf.py").write_text('extensions = ["myst_parser", "qspect.sphinx"]\n')
    (docs / "index.rst").write_text(RST + "\n.. toctree::\n\n   deep/page\n   plain\n")
    (docs / "plain.rst").write_text("Plain\n=====\n")
    (docs / "deep").mkdir()
    (docs / "deep/page.md").write_text(
        "# Deep\n\n```{qspect-report} ../partial.qspect.json\n:height: 300px\n```\n"
    )
    return docs


def sources(page: Path) -> list[Path]:
    """The files that a page's elements name, as the browser would find them."""
    found = re.findall(r'<qspect-report[^>]* src="([^"]*)"', page.read_text())
    return [page.parent / it for it in " ".join(found).split()]


@pytest.mark.parametrize(("builder", "deep"), [("html", "deep/page"), ("dirhtml", "deep/page/index")])
def test_pages_name_copies_of_the_reports(site: Path, builder: str, deep: str) -> None:
    done = build(site, builder, "-W", "-j", "2")
    assert (done.returncode, done.stderr) == (0, "")
    out = site.parent / builder
    [mixed, partial] = sources(out / "index.html")
    [again] = sources(out / f"{deep}.html")
    assert mixed.read_bytes() == (site / "reports/mixed.qspect.json").read_bytes()
    assert partial.resolve() == again.resolve()
    assert partial.read_bytes() == (site / "partial.qspect.json").read_bytes()


def test_only_pages_with_a_report_load_the_element(site: Path) -> None:
    build(site, "html")
    out = site.parent / "html"
    script = re.compile(r'<script type="module" src="(\.\./)?_static/qspect\.js')
    loads = {it: bool(script.search((out / it).read_text())) for it in PAGES}
    assert loads == {"index.html": True, "deep/page.html": True, "plain.html": False}
    assert (out / "_static/qspect.js").stat().st_size > 100_000
    assert "leptos" in (out / "_static/qspect.THIRD-PARTY.txt").read_text("utf-8")


PAGES = ["index.html", "deep/page.html", "plain.html"]


def test_there_is_something_without_it(site: Path) -> None:
    build(site, "html")
    page = (site.parent / "html/index.html").read_text()
    inside = page.split("<qspect-report", 1)[1].split("</qspect-report>")[0]
    assert "What is there <em>without</em> it." in inside
    assert re.search(r'<a class="reference download internal" download="" href="_downloads/', inside)
    assert "mlp_mixed: 14 nodes, 8 in accepted patterns, 0 not annotated" in inside


@pytest.mark.parametrize("builder", ["text", "latex", "man", "texinfo", "epub"])
def test_what_prints_has_the_text(site: Path, builder: str) -> None:
    done = build(site, builder)
    assert done.returncode == 0, done.stderr
    files = [it for it in (site.parent / builder).rglob("*") if it.suffix in TEXTS]
    text = " ".join(it.read_text(errors="replace") for it in files)
    words = " ".join(text.split())
    assert "14 nodes, 8 in accepted patterns, 0 not annotated" in words
    assert "qspect-report" not in words
    assert "_static/qspect.js" not in words


TEXTS = {".txt", ".tex", ".1", ".texi", ".xhtml"}


def test_a_changed_report_is_read_again(site: Path) -> None:
    build(site, "html")
    report = site / "partial.qspect.json"
    report.write_text(report.read_text().replace('"model":"mlp_mixed"', '"model":"other"'))
    done = build(site, "html", "-W")
    assert done.returncode == 0, done.stderr
    page = site.parent / "html/deep/page.html"
    assert "other: 14 nodes" in page.read_text()
    [copy] = sources(page)
    assert copy.read_text() == report.read_text()


def test_a_missing_file_is_a_warning_with_its_place(site: Path) -> None:
    (site / "partial.qspect.json").unlink()
    done = build(site, "html")
    assert done.returncode == 0
    assert re.search(
        r"deep/page\.md:3: WARNING: qspect-report: there is no file \.\./partial", done.stderr
    ), done.stderr
    # What is there is shown all the same.
    assert len(sources(site.parent / "html/index.html")) == 1
    assert sources(site.parent / "html/deep/page.html") == []


def test_a_wrong_option_is_an_error_with_its_place(site: Path) -> None:
    (site / "plain.rst").write_text(
        "Plain\n=====\n\n.. qspect-report:: partial.qspect.json\n   :view: nods\n"
    )
    done = build(site, "html")
    assert re.search(r'plain\.rst:4: ERROR: [^"]*"qspect-report"[^"]*"view"', done.stderr), done.stderr
