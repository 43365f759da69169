"""`pytest --qspect=DIR`: one report file per test that quantizes something."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator
from pathlib import Path

import pytest

_MAX_NAME = 150
"""The most characters of a test's name in a file's name; file systems allow 255 bytes."""

_n_written = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--qspect`."""
    parser.getgroup("qspect").addoption(
        "--qspect",
        metavar="DIR",
        help="write a quantization report to DIR for each test that quantizes something",
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, None, None]:
    """Capture a test with its fixtures."""
    folder = item.config.getoption("--qspect")
    if not folder:
        yield
        return
    # Not at the top: pytest loads this module in every run, and importing torch takes seconds.
    from qspect.session import Capture

    path = item.config.invocation_params.dir / folder / file_name(item.nodeid)
    capture = Capture(path, model=item.name, warn_if_empty=False)
    with capture:
        yield
    if capture.reports:
        item.config.stash[_n_written] = item.config.stash.get(_n_written, 0) + 1


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the folder of the reports."""
    n_written = config.stash.get(_n_written, 0)
    if n_written:
        terminalreporter.write_line(
            f"qspect: reports of {n_written} tests in {Path(config.getoption('--qspect'))}"
        )


def file_name(nodeid: str) -> str:
    """Return a file name for a test: its id without characters that file systems refuse.

    If that changes or cuts the id, a short hash distinguishes tests.
    """
    name = re.sub(r"[^A-Za-z0-9._=+\-\[\]]+", ".", nodeid.replace("/", "."))
    plain = nodeid.replace("/", ".").replace("::", ".")
    if name != plain or len(name) > _MAX_NAME:
        digest = hashlib.sha256(nodeid.encode(errors="replace")).hexdigest()[:8]
        name = f"{name[:_MAX_NAME]}.{digest}"
    return f"{name}.qspect.json"
