"""`python -m qspect`: captures a script without changing it, and opens reports."""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from qspect.session import capture

_COMMANDS = ("html", "open")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a script or module as Python itself does, inside a capture; or open reports.

    The command has the exit status and the exceptions of the script.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in _COMMANDS:
        _open_reports(arguments)
        return
    parser = argparse.ArgumentParser(
        prog="python -m qspect",
        usage="python -m qspect [-o FILE] [--model NAME] (SCRIPT | -m MODULE) [ARGUMENT …]\n"
        "       python -m qspect open REPORT …\n"
        "       python -m qspect html REPORT … -o OUT.html",
        description="Runs a Python script and writes a report of what it quantizes; or opens the "
        "viewer with reports inside, or writes it.",
        epilog="A script that is called open or html is run as ./open or ./html.",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="the report (default: SCRIPT.qspect.json)"
    )
    parser.add_argument("--model", metavar="NAME", help="the model's name")
    parser.add_argument("-m", dest="module", metavar="MODULE", help="run a module")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(_before_script(arguments))
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
            # As Python does: add the script's folder, so that it can import from there.
            sys.path.insert(0, str(Path(rest[0]).resolve().parent))
            runpy.run_path(rest[0], run_name="__main__")


def _open_reports(arguments: Sequence[str]) -> None:
    """Run `open` or `html`, as in the command `qspect`."""
    # Not above: neither captures nor needs anything of torch.
    from qspect.viewer_files import ViewerMissingError, open_page, page, write_page

    parser = argparse.ArgumentParser(prog="python -m qspect")
    commands = parser.add_subparsers(dest="command", required=True)
    opens = commands.add_parser("open", help="open the viewer with the reports in the browser")
    writes = commands.add_parser("html", help="write the viewer with the reports inside")
    for command in (opens, writes):
        command.add_argument("reports", nargs="+", metavar="REPORT", help="a file of reports")
    writes.add_argument(
        "-o",
        "--output",
        metavar="OUT.html",
        required=True,
        help="the file to write; - for standard output",
    )
    options = parser.parse_args(arguments)
    try:
        if options.command == "open":
            path, is_open = open_page(options.reports)
            if not is_open:
                sys.exit(f"cannot start a browser: open {path} in one yourself")
            print(f"opened {path}", file=sys.stderr)
        elif options.output == "-":
            sys.stdout.buffer.write(page(options.reports).encode("utf-8"))
        else:
            write_page(options.output, options.reports)
    except (OSError, EOFError, ValueError, ViewerMissingError) as error:
        print(f"python -m qspect: {error}", file=sys.stderr)
        sys.exit(2)


def _before_script(arguments: Sequence[str]) -> list[str]:
    """Return the arguments, with those after `-m MODULE` marked as the module's own."""
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
