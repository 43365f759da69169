"""What becomes of a failure inside the exporter: one warning, never an exception."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence

_MAX_LINE = 500
"""Characters of an exception's text that are kept; some print a whole graph."""


class QspectWarning(UserWarning):
    """The exporter could not do all it should; the run it watches goes on."""


def warn(message: str) -> None:
    """Warns. Where warnings are errors (`-W error`), logs instead: a run must not fail for it."""
    try:
        # No frame of the exporter is of interest to its user; which one of theirs is unknown.
        warnings.warn(QspectWarning(message), stacklevel=2)
    except QspectWarning:
        logging.getLogger("qspect").warning("%s", message)


def some(names: Sequence[str]) -> str:
    """The first few names, and how many there are more."""
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


class Failures:
    """Failures of one capture. Only the first warns: the others mostly have the same cause."""

    def __init__(self) -> None:
        self.n_failures = 0

    def note(self, doing: str, cause: BaseException) -> None:
        """Takes note that `doing` failed.

        Args:
            doing: What the exporter was at, as "reading the graph".
            cause: Why it stopped.
        """
        self.n_failures += 1
        if self.n_failures == 1:
            warn(
                f"qspect: {doing} failed, the report lacks it: "
                f"{type(cause).__name__}: {_text(cause)}"
            )


def first_line(cause: BaseException) -> str:
    """An exception on one line: `ValueError: not a graph`, its class alone where it has no text."""
    name = type(cause).__name__
    line = next((it.strip() for it in _text(cause).splitlines() if it.strip()), "")
    if len(line) > _MAX_LINE:
        line = f"{line[: _MAX_LINE - 1]}…"
    return f"{name}: {line}" if line else name


def _text(cause: BaseException) -> str:
    try:
        return str(cause)
    except Exception:  # an exception of the captured program whose own __str__ fails
        return "(its message cannot be read)"
