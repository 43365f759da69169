"""The version of this package, and of the format it writes."""

__version__ = "0.1.0"

FORMAT = "qspect-report"
"""The value of `format` in every report."""

FORMAT_VERSION = 1
"""The version of the format that this package writes, and the newest it reads."""
