"""Qspect's exporter: writes a report of every quantizer run.

    import qspect

    with qspect.capture("mobilenet_v2.qspect.json", model="mobilenet_v2"):
        prepared = prepare_pt2e(graph_module, quantizer)

The Qspect viewer and the command `qspect` open the file.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qspect.annotated import from_annotated
    from qspect.delegation import add_delegation_reasons, delegation_reasons
    from qspect.failures import QspectWarning
    from qspect.metrics import add_metrics, metrics_from_numeric_debugger, metrics_from_numeric_gap
    from qspect.report_types import Report
    from qspect.session import Capture, capture
    from qspect.version import __version__
    from qspect.viewer_files import ShownReport, ViewerMissingError, show
from qspect.writer import read, write

__all__ = [
    "Capture",
    "QspectWarning",
    "Report",
    "ShownReport",
    "ViewerMissingError",
    "__version__",
    "add_delegation_reasons",
    "add_metrics",
    "capture",
    "delegation_reasons",
    "from_annotated",
    "metrics_from_numeric_debugger",
    "metrics_from_numeric_gap",
    "read",
    "show",
    "write",
]

_MODULE_OF = {
    "Capture": "qspect.session",
    "QspectWarning": "qspect.failures",
    "Report": "qspect.report_types",
    "ShownReport": "qspect.viewer_files",
    "ViewerMissingError": "qspect.viewer_files",
    "__version__": "qspect.version",
    "add_delegation_reasons": "qspect.delegation",
    "add_metrics": "qspect.metrics",
    "capture": "qspect.session",
    "delegation_reasons": "qspect.delegation",
    "from_annotated": "qspect.annotated",
    "metrics_from_numeric_debugger": "qspect.metrics",
    "metrics_from_numeric_gap": "qspect.metrics",
    "read": "qspect.writer",
    "show": "qspect.viewer_files",
    "write": "qspect.writer",
}


def __getattr__(name: str) -> Any:
    """Import a name on its first use.

    Where this package is installed, every pytest run imports it for its plugin. That must not
    take the seconds that importing torch takes.
    """
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
