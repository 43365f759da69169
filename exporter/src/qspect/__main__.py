"""`python -m qspect script.py …`: captures a script without touching it."""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from qspect.capturing import capture


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a script or module as Python itself would, inside a capture.

    The script's own exit status and exceptions are those of the command.
    """
    parser = argparse.ArgumentParser(
        prog="python -m qspect",
        usage="python -m qspect [-o FILE] [--model NAME] (SCRIPT | -m MODULE) [ARGUMENT …]",
        description="Runs a Python script and writes a report of what it quantizes.",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="the report (default: SCRIPT.qspect.json)"
    )
    parser.add_argument("--model", metavar="NAME", help="the model's name")
    parser.add_argument("-m", dest="module", metavar="MODULE", help="run a module")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(_before_script(sys.argv[1:] if arguments is None else arguments))
    rest = list(options.rest)
    if rest[:1] == ["--"]:
        rest = rest[1:]
    if options.module is None and not rest:
        parser.error("which script?")
    name = options.module or Path(rest[0]).stem
    output = options.output or f"{name}.qspect.json"
    with capture(output, model=options.model):
        if options.module is not None:
            sys.argv = [options.module, *rest]
            sys.path.insert(0, str(Path.cwd()))
            runpy.run_module(options.module, run_name="__main__", alter_sys=True)
        else:
            sys.argv = rest
            # As Python does: the script's folder, for what it imports from there.
            sys.path.insert(0, str(Path(rest[0]).resolve().parent))
            runpy.run_path(rest[0], run_name="__main__")


def _before_script(arguments: Sequence[str]) -> list[str]:
    """The arguments, with all after `-m MODULE` marked as the module's own."""
    marked = list(arguments)
    expects_value = False
    for argument_idx, argument in enumerate(marked):
        if expects_value:
            expects_value = False
        elif argument in ("-o", "--output", "--model"):
            expects_value = True
        elif argument == "-m":
            marked.insert(argument_idx + 2, "--")
            break
        elif not argument.startswith("-"):
            break
    return marked


if __name__ == "__main__":
    main()
