"""The version of this package, and of the format it writes."""

from typing import Final

__version__ = "0.1.0"

FORMAT: Final = "qspect-report"
"""The value of `format` in every report."""

FORMAT_VERSION: Final = 1
"""The version of the format that this package writes, and the newest it reads."""
