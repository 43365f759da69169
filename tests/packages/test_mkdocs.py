"""The MkDocs plugin, by MkDocs' own command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run

CONFIG = """
site_name: Site
plugins: [qspect]
use_directory_urls: {urls}
"""

FENCE = """
# Title

- In a list:

    ```qspect-report
    ../reports/mixed.qspect.json
    /partial.qspect.json
    view: nodes
    caption: A < B
    ```

~~~
```qspect-report
shown.json
```
~~~
"""

TAG = """
# Tag

<qspect-report src='partial.qspect.json' theme="dark"></qspect-report>

<qspect-report src="https://example.org/a.json">My own</qspect-report>

Code: `<qspect-report src="shown.json">`
"""


def build(docs: Path, urls: str = "true", *options: str) -> subprocess.CompletedProcess[str]:
    (docs.parent / "mkdocs.yml").write_text(CONFIG.format(urls=urls))
    return run(sys.executable, "-m", "mkdocs", "build", *options, cwd=docs.parent)


@pytest.fixture
def pages(docs: Path) -> Path:
    (docs / "index.md").write_text(TAG)
    (docs / "deep").mkdir()
    (docs / "deep/page.md").write_text(FENCE)
    (docs / "plain.md").write_text("# Plain\n")
    return docs


def elements(page: Path) -> list[str]:
    return re.findall(r"<qspect-report.*?</qspect-report>", page.read_text(), re.DOTALL)


def sources(page: Path, element: str) -> list[Path]:
    return [page.parent / it for it in element.split('src="')[1].split('"')[0].split()]


@pytest.mark.parametrize(
    ("urls", "deep"), [("true", "deep/page/index.html"), ("false", "deep/page.html")]
)
def test_files_are_found_from_the_page(pages: Path, urls: str, deep: str) -> None:
    done = build(pages, urls, "--strict")
    assert done.returncode == 0, done.stderr
    page = pages.parent / "site" / deep
    [element] = elements(page)
    mixed, partial = sources(page, element)
    assert mixed.read_bytes() == (pages / "reports/mixed.qspect.json").read_bytes()
    assert partial.read_bytes() == (pages / "partial.qspect.json").read_bytes()
    assert ' view="nodes"' in element
    assert "14 nodes, 8 in accepted patterns, 0 not annotated" in element
    [script] = re.findall(r'<script type="module" src="([^"]*)"', page.read_text())
    assert (page.parent / script).stat().st_size > 100_000
    assert "<figcaption>A &lt; B</figcaption>" in page.read_text()


def test_tags_are_resolved_and_code_is_not(pages: Path) -> None:
    build(pages)
    page = pages.parent / "site/index.html"
    first, second = elements(page)
    [partial] = sources(page, first)
    assert partial.is_file()
    assert 'theme="dark"' in first
    assert "<a href=" in first
    assert second == '<qspect-report src="https://example.org/a.json">My own</qspect-report>'
    assert '&lt;qspect-report src="shown.json"&gt;' in page.read_text()


def test_a_fence_in_a_fence_is_shown(pages: Path) -> None:
    build(pages)
    page = (pages.parent / "site/deep/page/index.html").read_text()
    assert "```qspect-report\nshown.json\n```" in page


def test_the_notices_go_with_the_script(pages: Path) -> None:
    build(pages)
    assert "leptos" in (pages.parent / "site/qspect.THIRD-PARTY.txt").read_text("utf-8")


def test_other_pages_have_no_script(pages: Path) -> None:
    build(pages)
    assert "qspect.js" not in (pages.parent / "site/plain/index.html").read_text()


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("```qspect-report\nno.json\n```", "there is no file no.json"),
        ("```qspect-report\nview: nodes\n```", "a fence that names no file"),
        ("```qspect-report\npartial.qspect.json\nvew: nodes\n```", "there is no option 'vew'"),
        ("```qspect-report\npartial.qspect.json\nview: nods\n```", "no view 'nods'"),
        ('<qspect-report src="no.json"></qspect-report>', "there is no file no.json"),
    ],
)
def test_mistakes_are_warnings_with_the_page(pages: Path, text: str, warning: str) -> None:
    (pages / "plain.md").write_text(f"# Plain\n\n{text}\n")
    done = build(pages, "true", "--strict")
    assert done.returncode != 0
    assert re.search(rf"plain\.md: qspect-report: .*{re.escape(warning)}", done.stderr), done.stderr
