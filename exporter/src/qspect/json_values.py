"""Converts any Python value to JSON: never raises, never guesses."""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
"""A JSON object."""

INT64 = range(-(2**63), 2**63)
"""The integers that the reader accepts; others are written as text."""

_MAX_DEPTH = 8
_MAX_TEXT = 1000
"""The most characters of a repr, which may print a whole model."""


def qualified_name(value: Any) -> str:
    """Return `module.qualname` of a class or function, without the module of builtins."""
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None) or repr(value)
    return str(name) if module in (None, "builtins") else f"{module}.{name}"


def public_fields(value: object) -> dict[str, Any]:
    """Return the fields of an object whose names do not start with an underscore."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
    elif hasattr(value, "__dict__"):
        names = list(vars(value))
    else:
        slots = getattr(type(value), "__slots__", ())
        names = [slots] if isinstance(slots, str) else list(slots)
    return {
        name: getattr(value, name)
        for name in names
        if not name.startswith("_") and hasattr(value, name)
    }


def plain(value: Any, special: Callable[[Any], tuple[Any] | None] | None = None) -> Any:
    """Convert `value` to JSON.

    Args:
        value: Any value.
        special: Converts values that the caller knows: returns a tuple of the JSON to write, or
            None for any other value.

    Returns:
        None, bool, int, finite float and str unchanged; non-finite floats, dtypes and other
        values without a form in JSON as text; tuples, lists and sets as arrays; mappings as
        objects; classes and functions as their qualified names.
    """
    return _plain(value, special, 0)


def _plain(value: Any, special: Callable[[Any], tuple[Any] | None] | None, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    # Not for subclasses: an enum's member prints its name, which is clearer than its number.
    if type(value) is int:
        return value if value in INT64 else str(value)
    if type(value) is float:
        return value if math.isfinite(value) else str(value)
    if type(value) is str:
        return value
    known = special(value) if special is not None else None
    if known is not None:
        return known[0]
    if depth >= _MAX_DEPTH:
        return text(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, special, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, special, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        # The order of a set differs between runs: sorted, a second run gives the same report.
        return sorted((_plain(item, special, depth + 1) for item in value), key=repr)
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        return qualified_name(value)
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        # A tensor may have many values, and printing them may run its whole computation.
        return f"{type(value).__name__}(shape={tuple(value.shape)}, dtype={value.dtype})"
    return text(value)


def text(value: Any) -> str:
    """Return the repr of `value`, cut if it is long, or only its class if the repr fails."""
    try:
        shown = repr(value)
    except Exception:  # the captured program's own __repr__
        return f"<{type(value).__qualname__}>"
    return shown if len(shown) <= _MAX_TEXT else shown[: _MAX_TEXT - 1] + "…"
