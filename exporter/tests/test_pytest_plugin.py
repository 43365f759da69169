"""`pytest --qspect=DIR` writes one report per test that quantizes something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import qspect
from qspect.pytest_plugin import file_name

TESTS = """
import pytest
import small
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

@pytest.mark.parametrize("prefix", ["sin", "gelu"])
def test_quantizes(prefix):
    prepare_pt2e(small.mlp(), small.OpQuantizer(prefix))

def test_does_not():
    pass

@pytest.fixture
def prepared():
    return prepare_pt2e(small.mlp(), small.OpQuantizer("sigmoid"))

def test_quantizes_in_a_fixture_and_fails(prepared):
    prepare_pt2e(small.mlp(), small.OpQuantizer("linear"))
    assert False
"""


Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the tests above in a process of their own.

    Nothing loads the plugin: pytest finds it by the entry point of the installed package.
    """
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    pytester.makepyfile(test_it=TESTS)
    return lambda *arguments: pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_one_file_per_test_that_quantizes(pytester: pytest.Pytester, run: Run) -> None:
    result = run("--qspect=reports", "-W", "error::qspect.QspectWarning")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["qspect: reports of 3 tests in reports"])
    reports = {it.name: qspect.read(it) for it in (pytester.path / "reports").iterdir()}
    assert {name: len(several) for name, several in reports.items()} == {
        file_name("test_it.py::test_quantizes[sin]"): 1,
        file_name("test_it.py::test_quantizes[gelu]"): 1,
        file_name("test_it.py::test_quantizes_in_a_fixture_and_fails"): 2,
    }
    [sin] = reports[file_name("test_it.py::test_quantizes[sin]")]
    assert sin["model"] == "test_quantizes[sin]"


def test_without_the_option_nothing_is_written(pytester: pytest.Pytester, run: Run) -> None:
    run().assert_outcomes(passed=3, failed=1)
    assert not list(pytester.path.rglob("*.qspect.json"))


def test_the_plugin_costs_no_import_of_torch(run_python: Callable[..., object]) -> None:
    done = run_python("-c", "import sys, qspect.pytest_plugin; sys.exit('torch' in sys.modules)")
    assert done.returncode == 0, done.stderr  # type: ignore[attr-defined]


def test_files_are_named_after_tests() -> None:
    assert file_name("tests/test_a.py::test_b[x-1]") == "tests.test_a.py.test_b[x-1].qspect.json"


def test_names_that_would_be_equal_or_too_long_are_kept_apart() -> None:
    odd = [file_name(f"test_a.py::test_b[{it}]") for it in ("a/b", "a:b", "a b", "x" * 300, "é")]
    assert len(set(odd)) == len(odd)
    assert all(len(it.encode()) < 200 for it in odd)
    assert all(character not in name for name in odd for character in '/\\:*?"<>| ')
