"""The wheel, installed alone: the viewer with reports inside, as a file and in a notebook."""

from __future__ import annotations

import gzip
import html
import json
import shutil
from pathlib import Path

from conftest import MIXED, PARTIAL, check_notices, embedded, run


def test_it_carries_the_licenses(lone_python: Path, tmp_path: Path) -> None:
    script = (
        "import importlib.metadata\n"
        "for it in importlib.metadata.files('qspect'):\n"
        "    if 'licenses' in it.parts:\n"
        "        print(it.name, len(it.read_text()) > 100)\n"
    )
    done = run(lone_python, "-c", script, cwd=tmp_path)
    assert sorted(done.stdout.split("\n")) == [
        "",
        "LICENSE True",
        "LICENSE-APACHE True",
        "LICENSE-MIT True",
        "LICENSE-THIRD-PARTY.txt True",
    ], done.stderr
    script = (
        "import importlib.metadata, sys\n"
        "import qspect.viewer_files\n"
        "print(*importlib.metadata.metadata('qspect').get_all('License-File'))\n"
        "print(qspect.viewer_files.asset('THIRD-PARTY.txt').read_text('utf-8'))\n"
    )
    done = run(lone_python, "-c", script, cwd=tmp_path, PYTHONIOENCODING="utf-8")
    named, notices = done.stdout.split("\n", 1)
    assert set(named.split()) == {
        "LICENSE",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "LICENSE-THIRD-PARTY.txt",
    }
    check_notices(notices)


def test_html_is_what_the_command_writes(lone_python: Path, tmp_path: Path) -> None:
    done = run(lone_python, "-m", "qspect", "html", MIXED, PARTIAL, "-o", "out.html", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "out.html").read_text("utf-8")
    reports = [json.loads(it.read_text()) for it in (MIXED, PARTIAL)]
    assert embedded(page) == reports


def test_html_reads_packed_files_and_ends_no_script_early(
    lone_python: Path, tmp_path: Path
) -> None:
    report = {"format": "qspect-report", "model": "</script><!--"}
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(json.dumps(report).encode()))
    done = run(lone_python, "-m", "qspect", "html", "a.json.gz", "-o", "a.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert embedded((tmp_path / "a.html").read_text("utf-8")) == [report]


def test_a_file_that_is_not_a_report_is_refused(lone_python: Path, tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("INFO: hello\n")
    done = run(lone_python, "-m", "qspect", "html", "run.log", "-o", "a.html", cwd=tmp_path)
    assert done.returncode == 2
    assert "run.log is no JSON: `qspect json` makes reports" in done.stderr
    assert not (tmp_path / "a.html").exists()
    done = run(lone_python, "-m", "qspect", "open", "missing.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "missing.json" in done.stderr


def test_open_starts_the_browser(lone_python: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser.py"
    browser.write_text("import sys; open('asked.txt', 'w').write(sys.argv[1])")
    done = run(
        *(lone_python, "-m", "qspect", "open", MIXED),
        cwd=tmp_path,
        BROWSER=f"{lone_python} {browser} %s",
        TMPDIR=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    url = (tmp_path / "asked.txt").read_text()
    assert url.startswith("file:///")
    page = Path(url.removeprefix("file://"))
    assert embedded(page.read_text("utf-8"))[0]["model"] == "mlp_mixed"  # type: ignore[index]


def test_a_script_called_open_is_reachable(lone_python: Path, tmp_path: Path) -> None:
    (tmp_path / "open").write_text("import sys; print('the script', sys.argv)")
    done = run(lone_python, "-m", "qspect", "-o", "x.json", "./open", "1", cwd=tmp_path)
    assert done.stdout.strip() == "the script ['./open', '1']"
    helped = run(lone_python, "-m", "qspect", "--help", cwd=tmp_path)
    assert "./open" in helped.stdout


def test_show_takes_files_and_reports(lone_python: Path, tmp_path: Path) -> None:
    shutil.copy(MIXED, tmp_path / "a.json")
    script = (
        "import json, qspect, sys\n"
        "report = json.load(open('a.json'))\n"
        "for it in ('a.json', report, ['a.json', report], qspect.read('a.json')):\n"
        "    print(json.dumps(qspect.show(it, view='nodes', height='50vh')._repr_html_()))\n"
        "assert 'torch' not in sys.modules and 'sphinx' not in sys.modules\n"
        "qspect.show(report, view='nods')\n"
    )
    done = run(lone_python, "-c", script, cwd=tmp_path, PYTHONIOENCODING="utf-8")
    assert done.stderr.splitlines()[-1] == (
        "ValueError: no view 'nods': there are overview, nodes, modules, text"
    )
    report = json.loads(MIXED.read_text())
    frames = [json.loads(it) for it in done.stdout.splitlines()]
    pages = [html.unescape(it.split('srcdoc="')[1].split('"')[0]) for it in frames]
    assert [embedded(it) for it in pages] == [[report], [report], [report, report], [report]]
    assert all("height: 50vh" in it for it in frames)


def test_without_the_viewer_the_error_has_a_hint(lone_python: Path, tmp_path: Path) -> None:
    script = (
        "import qspect.viewer_files\n"
        "from pathlib import Path\n"
        "qspect.viewer_files._FOLDER = Path('nowhere')\n"
        "qspect.show({})\n"
    )
    done = run(lone_python, "-c", script, cwd=tmp_path)
    assert "ViewerMissingError: this installation of qspect has no qspect.html" in done.stderr
    assert "cargo xtask package" in done.stderr
