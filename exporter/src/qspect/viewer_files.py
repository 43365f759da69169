"""The viewer with reports inside: as a file, in the browser, in a notebook."""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Union, cast
from urllib.parse import urlencode

from qspect.report_types import Report

VIEWS = ("overview", "nodes", "modules", "text")
"""The views of one report."""

Source = Union[str, "os.PathLike[str]", Report]
"""A file, or a report."""

_FOLDER = Path(__file__).with_name("viewer")
_PLACE_OF_REPORTS = "<!--qspect:reports-->"


ELEMENT = ("qspect.js", "qspect_bg.wasm")
"""The files of the element, which must be in the same folder."""


class ViewerMissingError(RuntimeError):
    """The package was installed without a viewer."""


def asset(name: str) -> Path:
    """Return a file of the viewer: `qspect.html`, the page of one file, or a hosted file.

    Raises:
        ViewerMissingError: The package was installed from a source tree without a built viewer.
    """
    path = _FOLDER / name
    if not path.is_file():
        raise ViewerMissingError(
            f"this installation of qspect has no {name}: run `cargo xtask package` in Qspect's "
            "repository, and install the wheel that it makes"
        )
    return path


def page(reports: Source | Sequence[Source], *, fragment: str = "") -> str:
    """Return the viewer's HTML with the reports inside.

    Args:
        reports: Files of reports, gzipped or not, or reports themselves.
        fragment: The place at which the page opens, as after `#` in the address.

    Raises:
        OSError: A file cannot be read.
        ValueError: A file holds no JSON.
        ViewerMissingError: The package has no viewer.
    """
    viewer = asset("qspect.html").read_text(encoding="utf-8")
    before, place, after = viewer.partition(_PLACE_OF_REPORTS)
    if not place:
        raise ViewerMissingError("the viewer of this installation has no place for reports")
    if fragment:
        # A page in a `srcdoc` has no address with a fragment.
        before = before.replace("<html ", f'<html data-place="{html.escape(fragment)}" ', 1)
    return "".join([before, *map(_script, _texts(reports)), after])


def _script(report: tuple[str, str]) -> str:
    """Return a report inside a page: base64 of gzip, as `qspect html` writes it."""
    name, text = report
    # Without a time, so that equal reports give equal pages.
    packed = base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")
    return (
        '<script type="application/gzip" class="qspect-report" '
        f'data-name="{html.escape(name)}">{packed}</script>\n'
    )


def write_page(path: str | os.PathLike[str], reports: Source | Sequence[Source]) -> None:
    """Write the viewer with the reports inside, as a file to send around.

    Raises:
        OSError: A file cannot be read or written.
        ValueError: A file holds no JSON.
        ViewerMissingError: The package has no viewer.
    """
    Path(path).write_text(page(reports), encoding="utf-8", newline="\n")


def open_page(reports: Source | Sequence[Source]) -> tuple[Path, bool]:
    """Open the viewer with the reports inside in the default browser.

    The file is kept, because the browser may read it again.

    Returns:
        The page's file, and whether a browser was started.
    """
    content = page(reports).encode("utf-8")
    with tempfile.NamedTemporaryFile(prefix="qspect-", suffix=".html", delete=False) as file:
        file.write(content)
    path = Path(file.name)
    return path, webbrowser.open(path.as_uri())


def show(
    report: Source | Sequence[Source],
    *,
    view: str | None = None,
    height: int | str = 600,
) -> ShownReport:
    """Show a report in a Jupyter notebook, as the last value of a cell.

    The cell's output contains the whole viewer, about 700 kB: it works without a server, and in a
    notebook that is sent to others.

    Args:
        report: A file, a report, or several of them.
        view: `overview`, `nodes`, `modules` or `text`.
        height: In pixels, or any CSS length.

    Raises:
        OSError: A file cannot be read.
        ValueError: A file holds no JSON, or there is no such view.
        ViewerMissingError: The package has no viewer.
    """
    if view is not None and view not in VIEWS:
        raise ValueError(f"no view {view!r}: there are {', '.join(VIEWS)}")
    fragment = urlencode({"view": view}) if view else ""
    css_height = f"{height}px" if isinstance(height, int) else height
    return ShownReport(page(report, fragment=fragment), css_height)


class ShownReport:
    """The viewer with a report inside, for a notebook."""

    def __init__(self, content: str, height: str) -> None:
        self._content = content
        self._height = height

    def _repr_html_(self) -> str:
        # A frame, so that the styles and keys of notebook and viewer do not conflict.
        style = html.escape(f"width: 100%; height: {self._height}; border: 0")
        return (
            f'<iframe title="Qspect" style="{style}" allow="clipboard-write" '
            f'srcdoc="{html.escape(self._content)}"></iframe>'
        )

    def __repr__(self) -> str:
        return "<a report of Qspect, shown where HTML is>"


def _texts(reports: Source | Sequence[Source]) -> list[tuple[str, str]]:
    """Return the name and the JSON of each source."""
    if isinstance(reports, (str, os.PathLike, dict)):
        return [_text(reports)]
    several = cast(Sequence[Source], reports)
    if not several:
        raise ValueError("no report to show")
    return [_text(it) for it in several]


def _text(source: Source) -> tuple[str, str]:
    if isinstance(source, dict):
        name = source.get("model") or source.get("report_title") or "report"
        return str(name), json.dumps(source, ensure_ascii=False)
    text = read_text(source)
    if not text.startswith(("{", "[")):
        raise ValueError(
            f"{os.fspath(source)} is no JSON: `qspect json` makes reports of ExecuTorch's logs"
        )
    return Path(source).name, text


def read_text(path: str | os.PathLike[str]) -> str:
    """Return the contents of a file of reports, unpacked."""
    content = Path(path).read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    # The viewer reports text that is not UTF-8.
    return content.decode("utf-8-sig", errors="replace").lstrip()


def summary_line(path: str | os.PathLike[str]) -> str:
    """Return a summary of a file's reports in one line, for readers without the viewer.

    It has only the counts of the exporter or the reporter; verdicts of nodes need the viewer. For
    a log it is empty.
    """
    try:
        text = read_text(path)
        try:
            found = json.loads(text)
        except ValueError:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (OSError, EOFError, ValueError):
        return ""
    reports = found if isinstance(found, list) else [found]
    lines = [_summary_of(it) for it in reports if isinstance(it, dict)]
    rest = f"; and {len(lines) - 3} more" if len(lines) > 3 else ""
    return "; ".join(filter(None, lines[:3])) + rest


def _summary_of(report: dict[str, Any]) -> str:
    parts = []
    graph = report.get("graph")
    if isinstance(graph, dict) and isinstance(graph.get("nodes"), list):
        parts.append(f"{len(graph['nodes']):,} nodes")
    accepted = {
        node.get("name")
        for quantizer in _dicts(report.get("quantizers"))
        for pattern in _dicts(quantizer.get("accepted_patterns"))
        for node in _dicts(pattern.get("nodes"))
    }
    parts.append(f"{len(accepted):,} in accepted patterns")
    others = report.get("non_annotated_nodes")
    if isinstance(others, list):
        others = len(others)
    if isinstance(others, int):
        parts.append(f"{others:,} not annotated")
    name = report.get("model") or report.get("report_title")
    figures = ", ".join(parts)
    return f"{name}: {figures}" if name else figures


def _dicts(value: object) -> list[dict[str, Any]]:
    return [it for it in value if isinstance(it, dict)] if isinstance(value, list) else []
