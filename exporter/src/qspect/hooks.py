"""The hooks into a run: methods that are wrapped while a capture is open.

The hooks wrap the methods of ExecuTorch's `QuantizerReporter` and `QuantizerReport`
(`backends/cortex_m/quantizer_reporter.py`), and `annotate` and `transform_for_annotation` of all
subclasses of torchao's `Quantizer` (`torchao/quantization/pt2e/quantizer/quantizer.py`). The
first capture wraps them, and the last one to close restores the originals. A method that other
code has replaced meanwhile stays replaced; a wrapper that it still calls does nothing.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib
import threading
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from qspect.annotation_run import AnnotationRun
from qspect.failures import Failures
from qspect.reporter import Journal

_REPORTER_MODULES = (
    "executorch.backends.cortex_m.quantizer_reporter",
    # ExecuTorch 1.2
    "executorch.backends.cortex_m.quantizer.quantizer_reporter",
)


class Listener(Protocol):
    """The interface of a capture for the hooks. Its methods must not raise."""

    is_open: bool
    failures: Failures

    def reported(self, reporter: Any, graph_module: Any, journal: Journal) -> None:
        """Receive the report of a `QuantizerReporter` on a graph, or on None."""

    def annotated(self, run: AnnotationRun) -> None:
        """Receive a graph that was annotated without a reporter reporting on it."""


@dataclass(frozen=True)
class _Wrapped:
    """One wrapped method."""

    owner: type
    name: str
    original: Any
    wrapper: Any

    def undo(self) -> None:
        if self.owner.__dict__.get(self.name) is self.wrapper:
            setattr(self.owner, self.name, self.original)


# Guards the next three. Reentrant: a class may be defined while methods are being wrapped.
_lock = threading.RLock()
_open: list[Listener] = []
_wrapped: list[_Wrapped] = []
_undo_subclass_hook: list[Callable[[], None]] = []

_own: contextvars.ContextVar[tuple[Listener, ...]] = contextvars.ContextVar(
    "qspect_own", default=()
)
_is_reporting: contextvars.ContextVar[bool] = contextvars.ContextVar(
    "qspect_is_reporting", default=False
)

_journal = Journal()


class _Watch(threading.local):
    """The current state of this thread."""

    def __init__(self) -> None:
        self.run: AnnotationRun | None = None
        self.quantizers: list[Any] = []
        self.is_off = False


_watch = _Watch()


def add(listener: Listener) -> None:
    """Notify `listener` of reports from now on.

    These are the reports of the thread or task that called `add`, and of all threads and tasks
    that have no listener of their own.
    """
    with _lock:
        _open.append(listener)
        if len(_open) == 1:
            try:
                _wrap_all()
            except Exception as cause:
                listener.failures.note("watching the quantizers", cause)
    _own.set((*_own.get(), listener))


def remove(listener: Listener) -> None:
    """Stop notifying `listener`. The methods are restored when the last listener is removed."""
    _own.set(tuple(it for it in _own.get() if it is not listener))
    with _lock:
        _open[:] = [it for it in _open if it is not listener]
        if not _open:
            _unwrap_all()


@contextlib.contextmanager
def unwatched() -> Iterator[None]:
    """Hide everything that this thread does inside the block from all listeners."""
    before = _watch.is_off
    _watch.is_off = True
    try:
        yield
    finally:
        _watch.is_off = before


def _listeners() -> list[Listener]:
    """Return the listeners to this thread or task."""
    if _watch.is_off:
        return []
    # A task may outlive the block in which it was started.
    own = [it for it in _own.get() if it.is_open]
    if own:
        return own
    with _lock:
        return list(_open)


def _wrap_all() -> None:
    for name in _REPORTER_MODULES:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue  # torchao without ExecuTorch, or another version of it
        _wrap(module.QuantizerReport, "report_accept", _report_accept)
        _wrap(module.QuantizerReporter, "log_quantizer_report", _log_quantizer_report)
        _wrap(module.QuantizerReporter, "get_quantization_report", _get_quantization_report)
        break
    base = importlib.import_module("torchao.quantization.pt2e.quantizer.quantizer").Quantizer
    _wrap_tree(base)
    _wrap_later_subclasses(base)


def _unwrap_all() -> None:
    while _undo_subclass_hook:
        _undo_subclass_hook.pop()()
    while _wrapped:
        _wrapped.pop().undo()


def _wrap(owner: type, name: str, wrapper_of: Callable[[Any], Any]) -> None:
    original = owner.__dict__.get(name)
    if not isinstance(original, types.FunctionType):
        return  # not defined here, or not a plain method
    wrapper = functools.wraps(original)(wrapper_of(original))
    setattr(owner, name, wrapper)
    _wrapped.append(_Wrapped(owner, name, original, wrapper))


def _wrap_tree(base: type) -> None:
    for owner in (base, *_subclasses(base)):
        _wrap(owner, "annotate", _annotate)
        _wrap(owner, "transform_for_annotation", _transform_for_annotation)


def _subclasses(base: type) -> set[type]:
    found: set[type] = set()
    waiting = [base]
    while waiting:
        subclasses: list[type] = waiting.pop().__subclasses__()
        for subclass in subclasses:
            if subclass not in found:
                found.add(subclass)
                waiting.append(subclass)
    return found


def _wrap_later_subclasses(base: Any) -> None:
    """Also wrap the methods of quantizers that are imported inside the block."""

    def __init_subclass__(cls: type, /, **arguments: Any) -> None:
        super(base, cls).__init_subclass__(**arguments)
        with _lock:
            if _open:
                _wrap(cls, "annotate", _annotate)
                _wrap(cls, "transform_for_annotation", _transform_for_annotation)

    if "__init_subclass__" in base.__dict__:
        return  # torchao has none today; if it gets one, it must keep working
    hook: Any = classmethod(__init_subclass__)
    base.__init_subclass__ = hook

    def undo() -> None:
        if base.__dict__.get("__init_subclass__") is hook:
            del base.__init_subclass__

    _undo_subclass_hook.append(undo)


def _report_accept(original: Any) -> Any:
    def report_accept(self: Any, pattern: Any, *args: Any, **kwargs: Any) -> Any:
        listeners = _listeners()
        if not listeners:
            return original(self, pattern, *args, **kwargs)
        # An iterator can be read only once.
        nodes = pattern if isinstance(pattern, (list, tuple)) else list(pattern)
        result = original(self, nodes, *args, **kwargs)
        try:
            _journal.accept(self, nodes, listeners[0].failures)
        except Exception as cause:
            listeners[0].failures.note("reading an accepted pattern", cause)
        return result

    return report_accept


def _log_quantizer_report(original: Any) -> Any:
    def log_quantizer_report(self: Any, *args: Any, **kwargs: Any) -> Any:
        # This method gets the text, which is not a second report.
        token = _is_reporting.set(True)
        try:
            return original(self, *args, **kwargs)
        finally:
            _is_reporting.reset(token)
            if not _is_reporting.get():
                _deliver(self, args[0] if args else kwargs.get("model"))

    return log_quantizer_report


def _get_quantization_report(original: Any) -> Any:
    def get_quantization_report(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        finally:
            if not _is_reporting.get():
                _deliver(self, args[0] if args else kwargs.get("model"))

    return get_quantization_report


def _deliver(reporter: Any, graph_module: Any) -> None:
    listeners = _listeners()
    if listeners and _watch.run is not None:
        _watch.run.has_report = True
    for listener in listeners:
        listener.reported(reporter, graph_module, _journal)


def _annotate(original: Any) -> Any:
    def annotate(self: Any, *args: Any, **kwargs: Any) -> Any:
        listeners = _listeners()
        graph_module = args[0] if args else kwargs.get("model")
        # `super().annotate(…)` still belongs to the same quantizer.
        is_inside = bool(_watch.quantizers) and _watch.quantizers[-1] is self
        if not listeners or is_inside or graph_module is None:
            return original(self, *args, **kwargs)
        failures = listeners[0].failures
        is_outermost = not _watch.quantizers
        if is_outermost:
            _watch.run = _attempt(failures, lambda: AnnotationRun(graph_module, failures))
        run = _watch.run
        if run is not None:
            _attempt(failures, functools.partial(run.enter, self))
        _watch.quantizers.append(self)
        try:
            return original(self, *args, **kwargs)
        except BaseException as cause:
            if run is not None:
                _attempt(failures, functools.partial(run.note_raised, self, cause))
                if is_outermost:
                    _attempt(failures, functools.partial(run.give_up, cause))
            raise
        finally:
            _watch.quantizers.pop()
            if is_outermost:
                _watch.run = None
            if run is not None:
                _attempt(failures, run.leave)
                if is_outermost and not run.has_report:
                    for listener in listeners:
                        listener.annotated(run)

    return annotate


def _attempt(failures: Failures, action: Callable[[], Any]) -> Any:
    """Return the result of `action`; if it fails, note that in `failures` and return None."""
    try:
        return action()
    except Exception as cause:
        failures.note("comparing annotations", cause)
        return None


def _transform_for_annotation(original: Any) -> Any:
    def transform_for_annotation(self: Any, *args: Any, **kwargs: Any) -> Any:
        # Arm's quantizers annotate here to find the nodes to quantize, and discard the result.
        with unwatched():
            return original(self, *args, **kwargs)

    return transform_for_annotation
