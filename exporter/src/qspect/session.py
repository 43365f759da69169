"""`qspect.capture`: records the decisions of quantizers in a block, and writes them at its end."""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from qspect.failures import Failures, first_line, warn
from qspect.report_types import Report
from qspect.writer import read, write

if TYPE_CHECKING:
    from qspect.annotation_run import AnnotationRun
    from qspect.reporter import Journal


def capture(path: str | os.PathLike[str] | None, *, model: str | None = None) -> Capture:
    """Capture the decisions of quantizers inside a `with` block.

        with qspect.capture("out.qspect.json", model="mobilenet_v2"):
            prepared = prepare_pt2e(graph_module, quantizer)

    A capture contains the reports of ExecuTorch's `QuantizerReporter`. For quantizers that report
    nothing themselves, it contains their annotations. Blocks may be nested: each contains
    everything that happens in it. Threads with a capture of their own are kept separate; reports
    of other threads go to all open captures.

    The file is written when the block ends, also if an exception ends it. If there is nothing to
    write, or writing fails, the report of an earlier run is removed with a warning, because it
    does not belong to this run. If a quantizer's `annotate` raises, the report is marked as
    incomplete. Nothing else changes: methods are wrapped only while a block is open, ExecuTorch's
    own logging continues, and a failure of the capture itself is one `QspectWarning`.

    Args:
        path: The file. With None no file is written: see `Capture.reports`.
        model: The model's name.
    """
    return Capture(path, model=model)


class Capture:
    """A `with` block of `qspect.capture`."""

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        *,
        model: str | None = None,
        warn_if_empty: bool = True,
    ) -> None:
        self.path = path
        self.model = model
        self.is_open = False
        self.failures = Failures()
        self._warn_if_empty = warn_if_empty
        self._lock = threading.Lock()
        self._reports: list[Report] = []
        # By reporter: the index of its last report.
        self._place: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()

    @property
    def reports(self) -> list[Report]:
        """The reports so far, in order."""
        with self._lock:
            return list(self._reports)

    def __enter__(self) -> Capture:
        self.is_open = True
        try:
            from qspect import hooks

            hooks.add(self)
        except Exception as cause:
            self.failures.note("watching the quantizers", cause)
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            from qspect import hooks

            hooks.remove(self)
        except Exception as cause:
            self.failures.note("putting the methods back", cause)
        self.is_open = False
        reports = self.reports
        if self.path is None:
            return
        if reports:
            try:
                write(self.path, reports)
            except Exception as cause:
                self.failures.note(f"writing {os.fspath(self.path)}", cause)
                self._remove_earlier("the report could not be written")
            return
        has_failed = exception_type is not None or self.failures.n_failures > 0
        why = "nothing was captured" if has_failed else "no quantizer annotated anything"
        has_warned = self._remove_earlier(why)
        if self._warn_if_empty and not (has_warned or has_failed):
            warn(f"qspect: {why}: {os.fspath(self.path)} is not written")

    def _remove_earlier(self, why: str) -> bool:
        """Remove the report of an earlier run, which a reader could mistake for this run's.

        Any other file stays, because the path may be a mistake. Never raises.

        Args:
            why: The reason why there is no new report.

        Returns:
            Whether there was one. If so, a warning reports what happened to it.
        """
        if self.path is None:
            return False
        try:
            path = Path(self.path)
            read(path)
        except Exception:  # there is no file, or it is not a report
            return False
        try:
            path.unlink()
        except OSError as cause:
            warn(f"qspect: {why}, and {path} is still an earlier run's: {first_line(cause)}")
        else:
            warn(f"qspect: {why}: {path} was an earlier run's and is removed")
        return True

    def reported(self, reporter: Any, graph_module: Any, journal: Journal) -> None:
        """Keep the current report of a `QuantizerReporter`. Never raises."""
        from qspect.reporter import report_of

        try:
            report = report_of(reporter, graph_module, self.model, journal, self.failures)
            with self._lock:
                place = self._place.get(reporter)
                if place is None:
                    self._place[reporter] = len(self._reports)
                    self._reports.append(report)
                elif self._reports[place].get("patterns_from") == "annotations":
                    # Inferred from annotations before the reporter reported.
                    self._reports[place] = report
                elif self._reports[place] != report:
                    # A reporter whose text is requested again gives the same report.
                    self._place[reporter] = len(self._reports)
                    self._reports.append(report)
        except Exception as cause:
            self.failures.note("reading a quantizer's report", cause)

    def annotated(self, run: AnnotationRun) -> None:
        """Keep the report of an annotation that no reporter reported. Never raises."""
        try:
            report = run.report(self.model)
            reporters = [getattr(it, "reporter", None) for it in run.quantizers]
            with self._lock:
                for reporter in reporters:
                    if reporter is not None and reporter not in self._place:
                        self._place[reporter] = len(self._reports)
                self._reports.append(report)
        except Exception as cause:
            self.failures.note("reading annotations", cause)
