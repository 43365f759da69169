"""Quantization specs (qspecs) as JSON.

The classes are torchao's (`torchao/quantization/pt2e/quantizer/quantizer.py`). An object is
assigned to one of them as in `qspec_repr` in ExecuTorch's
`backends/cortex_m/quantizer_reporter.py`, so that the report prints as ExecuTorch prints it.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterable
from typing import Any, cast

from torch.fx import Node
from torchao.quantization.pt2e.quantizer import (
    DerivedQuantizationSpec,
    QuantizationSpec,
    SharedQuantizationSpec,
)

from qspect.failures import Failures
from qspect.json_values import INT64, Json, plain, public_fields, qualified_name, text
from qspect.report_types import QSpec

_MAX_DEPTH = 32
"""Deeper tuples in an `edge_or_node` are written as text, because the reader has a limit."""

_RESERVED = {"type": "type_", "class": "class_"}
"""New names for fields of other classes whose names the format itself uses."""


def node_name(node: Node) -> str:
    """Return a node's name in its own graph."""
    return str(node.name)


class QSpecWriter:
    """Writes the qspecs of one graph.

    Quantizers use a few qspec objects for thousands of nodes: each is written once and its JSON is
    shared, so the JSON must not be changed in place.

    Args:
        failures: Records a qspec that cannot be read; its class is still written.
        name_of: Returns the name of a node in the report.
    """

    def __init__(self, failures: Failures, name_of: Callable[[Node], str] = node_name) -> None:
        self._failures = failures
        self.node_name = name_of
        # The objects are kept, too: an id is unique only while its object lives.
        self._written: dict[int, tuple[Any, QSpec]] = {}

    def __call__(self, qspec: Any) -> QSpec | None:
        """Write the qspec as JSON; None for None.

        Never raises: parts that cannot be read are left out and noted in `failures`.
        """
        if qspec is None:
            return None
        known = self._written.get(id(qspec))
        if known is not None:
            return known[1]
        try:
            # A qspec of another class has fields of its own.
            written = cast(QSpec, self._write(qspec))
        except Exception as cause:  # properties of other classes may do anything
            self._failures.note(f"reading a {type(qspec).__qualname__}", cause)
            written = {"type": qspec.__class__.__name__}
        # A list may grow after it was written; torchao's own specs are frozen.
        if not isinstance(qspec, (list, dict, set)):
            self._written[id(qspec)] = (qspec, written)
        return written

    def _write(self, qspec: Any) -> Json:
        if isinstance(qspec, SharedQuantizationSpec):
            return self._torchao(
                qspec,
                SharedQuantizationSpec,
                {"edge_or_node": self.edge_or_node(qspec.edge_or_node)},
            )
        if isinstance(qspec, DerivedQuantizationSpec):
            return self._torchao(
                qspec,
                DerivedQuantizationSpec,
                {
                    "derived_from": self.edge_or_node(qspec.derived_from),
                    "dtype": str(qspec.dtype),
                    **_strict(qspec, ("quant_min", "quant_max", "ch_axis"), _integer),
                    **_strict(qspec, ("qscheme",), str),
                    **_strict(qspec, ("is_dynamic",), _boolean),
                },
            )
        if isinstance(qspec, QuantizationSpec):
            limits = _strict(qspec, ("quant_min", "quant_max"), _integer)
            if not {"quant_min", "quant_max"} <= limits.keys():
                # Limits that are not integers print correctly only as text.
                return self._foreign(qspec, _quantization_spec_text(qspec))
            fields: Json = {
                "dtype": str(qspec.dtype),
                **limits,
                **_strict(qspec, ("qscheme",), str),
                **_strict(qspec, ("ch_axis",), _integer),
                **_strict(qspec, ("is_dynamic",), _boolean),
            }
            if qspec.observer_or_fake_quant_ctr is not None:
                fields["observer"] = observer_name(qspec.observer_or_fake_quant_ctr)
            return self._torchao(qspec, QuantizationSpec, fields)
        name = qspec.__class__.__name__
        if name == "FixedQParamsQuantizationSpec":
            fields = {
                **_strict(qspec, ("dtype", "qscheme"), str),
                **_strict(qspec, ("scale",), _number),
                **_strict(qspec, ("zero_point", "quant_min", "quant_max"), _integer),
                **_strict(qspec, ("is_dynamic",), _boolean),
            }
            return {"type": name, **fields, **self._others(qspec, fields)}
        if name in ("QuantizationSpec", "SharedQuantizationSpec", "DerivedQuantizationSpec"):
            # Another package's class of the same name. The reader must not mistake it for
            # torchao's class.
            name = qualified_name(qspec.__class__)
        return self._foreign(qspec, name)

    def _torchao(self, qspec: Any, base: type, fields: Json) -> Json:
        """Write a qspec of a torchao class, or of a subclass, which prints as its base class."""
        written: Json = {"type": base.__name__}
        if type(qspec) is not base:
            written["class"] = qualified_name(type(qspec))
        written.update(fields)
        written.update(self._others(qspec, {**fields, "observer_or_fake_quant_ctr": None}))
        return written

    def _foreign(self, qspec: Any, name: str) -> Json:
        """Write an object of any other class with its contents, even if it is not a qspec."""
        if isinstance(qspec, (list, tuple, set, frozenset)):
            return {"type": name, "items": self._plain(list(qspec))}
        if isinstance(qspec, (dict, str, int, float, type)) or callable(qspec):
            return {"type": name, "value": self._plain(qspec)}
        return {"type": name, **self._others(qspec, {})}

    def _others(self, qspec: Any, known: Json) -> Json:
        """Write the public fields that `known` does not have."""
        return {
            _RESERVED.get(name, name): self._plain(value)
            for name, value in public_fields(qspec).items()
            if name not in known and f"{name}_text" not in known
        }

    def _plain(self, value: Any) -> Any:
        return plain(value, self._special)

    def _special(self, value: Any) -> tuple[Any] | None:
        """Write nodes and qspecs inside other values, and constructors of observers."""
        if isinstance(value, Node):
            return (self.node_name(value),)
        if isinstance(
            value, (QuantizationSpec, SharedQuantizationSpec, DerivedQuantizationSpec)
        ) or type(value).__name__.endswith("QuantizationSpec"):
            return (self(value),)
        if callable(value) and not isinstance(value, type) and _unwrap(value) is not value:
            return (observer_name(value),)
        return None

    def edge_or_node(self, value: Any) -> Any:
        """Write the value of `edge_or_node` or `derived_from`.

        A node becomes its name, a tuple an array, and a list `{"list": […]}`, because Python prints
        tuples and lists differently. Anything else becomes the text that Python prints for it.
        """
        if isinstance(value, Node):
            return self.node_name(value)
        if _is_plain_sequence(value):
            return self._sequence(value, [], 0)
        return str(value)

    def _sequence(self, value: Any, around: list[int], depth: int) -> Any:
        if id(value) in around:  # a list that contains itself, as Python prints it
            return "[...]" if isinstance(value, list) else "(...)"
        around = [*around, id(value)]
        items = [self._item(item, around, depth + 1) for item in value]
        return {"list": items} if isinstance(value, list) else items

    def _item(self, value: Any, around: list[int], depth: int) -> Any:
        if isinstance(value, Node):
            return self.node_name(value)
        if _is_plain_sequence(value) and depth < _MAX_DEPTH:
            return self._sequence(value, around, depth)
        return repr(value)


def _is_plain_sequence(value: Any) -> bool:
    """Return whether the value prints as a tuple or list; a named tuple prints its fields."""
    return (isinstance(value, tuple) and type(value).__repr__ is tuple.__repr__) or (
        isinstance(value, list) and type(value).__repr__ is list.__repr__
    )


def _strict(
    qspec: Any, names: Iterable[str], convert: Callable[[Any], Any], suffix: str = "_text"
) -> Json:
    """Write fields whose type the reader requires; a field of another type becomes `…_text`."""
    fields: Json = {}
    for name in names:
        if not hasattr(qspec, name):
            continue
        value = getattr(qspec, name)
        if value is None:
            fields[name] = None
            continue
        converted = convert(value)
        if converted is None:
            fields[name + suffix] = text(value)
        else:
            fields[name] = converted
    return fields


def _integer(value: Any) -> int | None:
    """Return the integer of up to 64 bits that prints as `value` does; else None."""
    try:
        number = operator.index(value)
    except Exception:  # not an integer; a symbolic integer raises errors of its own
        return None
    return number if number in INT64 and str(number) == str(value) else None


def _number(value: Any) -> float | None:
    """Return `value` as a finite float; else None."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except Exception:  # not a number; a tensor of several elements raises errors of its own
        return None
    return number if math.isfinite(number) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _quantization_spec_text(qspec: QuantizationSpec) -> str:
    """Return the text that `qspec_repr` prints for a QuantizationSpec with limits."""
    dtype = str(qspec.dtype).removeprefix("torch.").upper()
    return f"QuantizationSpec(dtype={dtype}, range=({qspec.quant_min},{qspec.quant_max}))"


def observer_name(constructor: Any) -> str:
    """Return the name of the class that collects ranges, without partial applications around it."""
    constructor = _unwrap(constructor)
    if isinstance(constructor, type):
        return constructor.__name__
    name = getattr(constructor, "__qualname__", None) or getattr(constructor, "__name__", None)
    return str(name) if name is not None else type(constructor).__name__


def _unwrap(constructor: Any) -> Any:
    """Return the callable inside `functools.partial` and `Observer.with_args(…)`.

    torchao's `with_args` (`torchao/quantization/pt2e/observer.py`) and torch's own return an object
    whose `p` is a `functools.partial`.
    """
    for _ in range(_MAX_DEPTH):
        if isinstance(constructor, functools.partial):
            constructor = constructor.func
        elif isinstance(getattr(constructor, "p", None), functools.partial):
            constructor = constructor.p
        else:
            break
    return constructor
