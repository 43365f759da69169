"""Report files: the envelope around each report, and writing that never leaves half a file."""

from __future__ import annotations

import contextlib
import functools
import gzip
import importlib.metadata
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from qspect.report_types import Graph, GraphNode, QuantizerReport, Report
from qspect.version import FORMAT, FORMAT_VERSION, __version__

_PACKAGES = ("executorch", "torchao", "torch")


@functools.lru_cache(maxsize=1)
def _versions() -> tuple[tuple[str, str], ...]:
    """Return the installed versions of the packages that a run depends on."""
    found = []
    for package in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            version: str | None = importlib.metadata.version(package)
            if version is not None:  # a broken installation
                found.append((package, version))
    return tuple(found)


def envelope(
    *,
    report_title: str,
    model: str | None,
    quantizers: list[QuantizerReport],
    non_annotated_nodes: list[str],
    graph: Graph | None,
) -> Report:
    """Return a report with the fields that identify the format and the producer."""
    report: Report = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "report_title": report_title,
        "quantizers": quantizers,
        "non_annotated_nodes": non_annotated_nodes,
    }
    if model is not None:
        report["model"] = model
    report["producer"] = {
        "name": "qspect",
        "version": __version__,
        "packages": dict(_versions()),
    }
    if graph is not None:
        report["graph"] = graph
    return report


def graph_nodes(report: Report) -> list[GraphNode]:
    """Return the nodes of a report's graph; none if it has no graph."""
    graph = report.get("graph")
    return graph["nodes"] if graph else []


def write(path: str | os.PathLike[str], reports: Report | Sequence[Report]) -> None:
    """Write a report, or several as an array, one per line.

    The file appears complete or not at all: it is written under another name first. Missing folders
    are created. If the name ends in `.gz`, the file is compressed.

    Raises:
        OSError: The file cannot be written.
        ValueError: There is no report.
    """
    several = [reports] if isinstance(reports, dict) else list(reports)
    if not several:
        raise ValueError("no report to write")
    lines = [
        json.dumps(report, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        for report in several
    ]
    text = lines[0] if len(lines) == 1 else "[" + ",\n".join(lines) + "]"
    # JSON cannot contain a lone surrogate, which a file name that is not UTF-8 may have.
    content = f"{text}\n".encode(errors="replace")
    path = Path(path)
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)  # the same reports give the same file
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read(path: str | os.PathLike[str]) -> list[Report]:
    """Read the reports that `write` or `capture` wrote.

    Raises:
        OSError: The file cannot be read.
        ValueError: The file contains something else.
    """
    content = Path(path).read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    reports = json.loads(content)
    if isinstance(reports, dict):
        reports = [reports]
    if not isinstance(reports, list) or any(
        not isinstance(it, dict) or it.get("format") != FORMAT for it in reports
    ):
        raise ValueError(f"{os.fspath(path)} is not a file of Qspect's exporter")
    return reports
