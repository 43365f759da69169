"""Failures inside the exporter: one warning, never an exception."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence

_MAX_LINE = 500
"""The most characters of an exception's text; some exceptions print a whole graph."""


class QspectWarning(UserWarning):
    """A failure of the exporter; the run that it watches continues."""


def warn(message: str) -> None:
    """Warn; if warnings are errors (`-W error`), log instead, so that the run does not fail."""
    try:
        # Frames of the exporter do not help its users, and the frame of theirs is unknown.
        warnings.warn(QspectWarning(message), stacklevel=2)
    except QspectWarning:
        logging.getLogger("qspect").warning("%s", message)


def some(names: Sequence[str]) -> str:
    """Return the first few names, and the number of the others."""
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


class Failures:
    """The failures of one capture. Only the first warns: the others mostly have the same cause."""

    def __init__(self) -> None:
        self.n_failures = 0

    def note(self, doing: str, cause: BaseException) -> None:
        """Note that `doing` failed.

        Args:
            doing: The step that failed, such as "reading the graph".
            cause: The exception.
        """
        self.n_failures += 1
        if self.n_failures == 1:
            warn(
                f"qspect: {doing} failed, the report lacks it: "
                f"{type(cause).__name__}: {_text(cause)}"
            )


def first_line(cause: BaseException) -> str:
    """Return an exception as one line: `ValueError: not a graph`, or only its class."""
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
