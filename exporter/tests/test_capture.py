"""What `qspect.capture` does to a run: it writes a file, and nothing else."""

from __future__ import annotations

import contextlib
import logging
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import torch
from executorch.backends.arm.quantizer.arm_quantizer_utils import PatternQuantizer
from executorch.backends.cortex_m import quantizer_reporter
from executorch.backends.cortex_m.quantizer_reporter import QuantizerReport, QuantizerReporter
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e, prepare_qat_pt2e
from torchao.quantization.pt2e.quantizer import ComposableQuantizer, Quantizer

import models
import qspect
import small
from qspect.failures import Failures
from qspect.reporter import Journal, report_of


def _prepare(quantizer: str = "mixed") -> torch.fx.GraphModule:
    return prepare_pt2e(small.mlp(), models.quantizer(quantizer))


def _methods() -> list[Any]:
    """All that the hooks touch."""
    return [
        QuantizerReport.__dict__["report_accept"],
        QuantizerReporter.__dict__["log_quantizer_report"],
        QuantizerReporter.__dict__["get_quantization_report"],
        PatternQuantizer.__dict__["annotate"],
        ComposableQuantizer.__dict__["annotate"],
        ComposableQuantizer.__dict__["transform_for_annotation"],
        Quantizer.__dict__["annotate"],
        Quantizer.__dict__.get("__init_subclass__"),
    ]


def test_methods_are_wrapped_inside_and_back_afterwards() -> None:
    before = _methods()
    with qspect.capture(None):
        inside = _methods()
        with qspect.capture(None):
            assert _methods() == inside
        assert _methods() == inside
    assert all(ours is not theirs for ours, theirs in zip(inside, before, strict=True))
    assert all(now is theirs for now, theirs in zip(_methods(), before, strict=True))


def test_methods_are_back_after_an_exception(tmp_path: Path) -> None:
    before = _methods()
    with contextlib.suppress(ZeroDivisionError), qspect.capture(tmp_path / "out.json"):
        _prepare()
        _ = 1 / 0
    assert _methods() == before
    [report] = qspect.read(tmp_path / "out.json")
    assert report["report_title"] == "FINAL QUANTIZATION REPORT"


def test_a_method_replaced_inside_the_block_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    original = QuantizerReporter.__dict__["log_quantizer_report"]
    monkeypatch.setattr(QuantizerReporter, "log_quantizer_report", original)  # put back at the end

    def theirs(self: QuantizerReporter, model: object = None) -> None:
        wrapper(self, model)

    with qspect.capture(None) as run:
        wrapper = QuantizerReporter.__dict__["log_quantizer_report"]
        QuantizerReporter.log_quantizer_report = theirs  # type: ignore[method-assign]
        _prepare()
    assert QuantizerReporter.__dict__["log_quantizer_report"] is theirs
    _prepare()  # the wrapper which they kept does nothing any more
    assert len(run.reports) == 1


def _capture_mlp(quantizer: str = "mixed") -> qspect.Capture:
    with qspect.capture(None) as run:
        _prepare(quantizer)
    return run


def test_executorchs_logging_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    logger = quantizer_reporter.logger.name
    with caplog.at_level(logging.DEBUG, logger):
        _prepare()
    [expected] = [it.getMessage() for it in caplog.records if it.name == logger]
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger), qspect.capture(None):
        _prepare()
    [logged] = [it.getMessage() for it in caplog.records if it.name == logger]
    assert logged == expected


def test_the_prepared_model_is_the_same() -> None:
    torch.manual_seed(0)
    plain = str(_prepare().graph)
    with qspect.capture(None):
        assert str(_prepare().graph) == plain


def test_several_reports_in_one_block_become_several(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    with qspect.capture(file, model="mlp"):
        _prepare("mixed")
        _prepare("partial")
    reports = qspect.read(file)
    assert [len(it["quantizers"]) for it in reports] == [5, 2]
    assert {it["model"] for it in reports} == {"mlp"}


def test_a_reporter_asked_again_gives_the_same_report_once() -> None:
    quantizer = models.quantizer("ethosu")
    with qspect.capture(None) as run:
        graph = quantizer.transform_for_annotation(small.mlp())
        quantizer.annotate(graph)
        reporter = quantizer.quantizer.quantizers[0].reporter
        reporter.get_quantization_report(graph, True)
        reporter.log_quantizer_report(graph)
        assert len(run.reports) == 1
        reporter.report_title = "ANOTHER"
        reporter.log_quantizer_report(graph)
    assert [it["report_title"] for it in run.reports] == ["FINAL QUANTIZATION REPORT", "ANOTHER"]


def test_nested_blocks_each_have_what_happens_in_them(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer.json", tmp_path / "inner.json"
    with qspect.capture(outer):
        _prepare("mixed")
        with qspect.capture(inner):
            _prepare("partial")
    assert [len(it["quantizers"]) for it in qspect.read(outer)] == [5, 2]
    assert [len(it["quantizers"]) for it in qspect.read(inner)] == [2]


def test_threads_with_blocks_of_their_own_are_kept_apart() -> None:
    barrier = threading.Barrier(2, timeout=60)

    def in_thread(quantizer: str) -> qspect.Capture:
        with qspect.capture(None, model=quantizer) as run:
            barrier.wait()
            _prepare(quantizer)
            barrier.wait()
        return run

    graph = small.mlp()  # exported beforehand: torch.export is for one thread at a time
    assert graph is not None
    before = _methods()
    with ThreadPoolExecutor(2) as pool:
        mixed, partial = pool.map(in_thread, ["mixed", "partial"])
    assert [len(it["quantizers"]) for it in mixed.reports] == [5]
    assert [len(it["quantizers"]) for it in partial.reports] == [2]
    assert _methods() == before


def test_a_thread_without_a_block_reports_to_the_open_one() -> None:
    with qspect.capture(None) as run, ThreadPoolExecutor(1) as pool:
        pool.submit(_prepare).result()
    assert len(run.reports) == 1


def test_nothing_is_captured_after_the_block() -> None:
    run = _capture_mlp()
    _prepare()
    assert len(run.reports) == 1


def test_qspecs_are_those_of_the_moment_of_accept() -> None:
    """A later quantizer overwrites the annotation: the report has both."""

    class Later(small.OpQuantizer):
        pass

    uint8 = small.QuantizationSpec(torch.uint8, small.HistogramObserver, 0, 255)
    inner = models.quantizer("ethosu")
    with qspect.capture(None) as run:
        graph = inner.transform_for_annotation(small.mlp())
        inner.annotate(graph)
        Later("sigmoid", uint8).annotate(graph)
        inner.quantizer.quantizers[0].reporter.log_quantizer_report(graph)
    report = run.reports[-1]
    [sigmoid] = [
        node
        for entry in report["quantizers"]
        for pattern in entry["accepted_patterns"]
        for node in pattern["nodes"]
        if node["name"] == "sigmoid"
    ]
    [final] = [it for it in report["graph"]["nodes"] if it["name"] == "sigmoid"]
    assert sigmoid["output_qspec"]["dtype"] == "torch.int8"
    assert final["annotation"]["output_qspec"]["dtype"] == "torch.uint8"


def test_patterns_accepted_before_the_block_are_known_by_their_text() -> None:
    quantizer = models.quantizer("ethosu")
    graph = quantizer.transform_for_annotation(small.mlp())
    quantizer.annotate(graph)
    reporter = quantizer.quantizer.quantizers[0].reporter
    with qspect.capture(None) as run:
        reporter.log_quantizer_report(graph)
    [report] = run.reports
    node = report["quantizers"][0]["accepted_patterns"][0]["nodes"][0]
    assert node["output_qspec"]["type"].startswith("QuantizationSpec(dtype=INT8, range=(")


def test_the_file_is_never_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_warnings: list[warnings.WarningMessage]
) -> None:
    file = tmp_path / "out.json"
    file.write_text("the last run's")

    def full_disk(self: Path, content: bytes) -> None:
        with self.open("wb") as half:
            half.write(content[:10])
        raise OSError(28, "No space left on device")

    with qspect.capture(file):
        _prepare()
        monkeypatch.setattr(Path, "write_bytes", full_disk)
    assert file.read_text() == "the last run's"
    assert [it.name for it in tmp_path.iterdir()] == ["out.json"]
    [warning] = own_warnings
    assert "No space left on device" in str(warning.message)


def test_folders_are_made_and_gz_is_compressed(tmp_path: Path) -> None:
    file = tmp_path / "new" / "out.qspect.json.gz"
    with qspect.capture(file):
        _prepare()
    assert file.read_bytes().startswith(b"\x1f\x8b")
    assert len(qspect.read(file)) == 1


def test_a_block_without_a_quantizer_gives_a_warning(
    tmp_path: Path, own_warnings: list[warnings.WarningMessage]
) -> None:
    with qspect.capture(tmp_path / "out.json"):
        pass
    [warning] = own_warnings
    assert "no quantizer annotated anything" in str(warning.message)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", ["nothing", "an exception", "a failure of the capture"])
def test_a_block_that_captures_nothing_removes_the_report_of_an_earlier_run(
    how: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_warnings: list[warnings.WarningMessage],
) -> None:
    file = tmp_path / "out.json"
    with qspect.capture(file):
        _prepare()
    with contextlib.suppress(ZeroDivisionError), qspect.capture(file):
        if how == "an exception":
            _ = 1 / 0
        elif how == "a failure of the capture":
            monkeypatch.setattr("qspect.reporter.envelope", None)
            monkeypatch.setattr("qspect.annotation_run.envelope", None)
            _prepare()
    assert not file.exists()
    assert f"{file} was an earlier run's and is removed" in str(own_warnings[-1].message)


def test_a_block_that_cannot_write_removes_the_report_of_an_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_warnings: list[warnings.WarningMessage]
) -> None:
    file = tmp_path / "out.json"
    with qspect.capture(file):
        _prepare()

    def full_disk(self: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with qspect.capture(file):
        _prepare()
        monkeypatch.setattr(Path, "write_bytes", full_disk)
    assert not file.exists()
    assert [str(it.message).partition(":")[0] for it in own_warnings] == ["qspect", "qspect"]


def test_a_block_that_captures_nothing_leaves_a_file_that_is_not_a_report(
    tmp_path: Path, own_warnings: list[warnings.WarningMessage]
) -> None:
    file = tmp_path / "model.py"
    file.write_text("import torch")
    with qspect.capture(file):
        pass
    assert file.read_text() == "import torch"
    assert "is not written" in str(own_warnings[-1].message)


def test_a_failure_inside_is_one_warning_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, own_warnings: list[warnings.WarningMessage]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("qspect.reporter.annotated_node", fail)
    monkeypatch.setattr("qspect.graph.annotated_node", fail)
    run = _capture_mlp()
    [warning] = own_warnings
    assert "RuntimeError: broken on purpose" in str(warning.message)
    assert run.failures.n_failures > 1
    # What could be read is there all the same.
    [report] = run.reports
    assert [len(it["accepted_patterns"]) for it in report["quantizers"]] == [0, 0, 3, 5, 0]
    assert len(report["graph"]["nodes"]) > 10


@pytest.mark.parametrize(
    "broken", ["qspect.reporter.envelope", "qspect.hooks._wrap_all", "qspect.hooks.AnnotationRun"]
)
def test_no_failure_inside_reaches_the_run(
    broken: str, monkeypatch: pytest.MonkeyPatch, own_warnings: list[warnings.WarningMessage]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    before = _methods()
    monkeypatch.setattr(broken, fail)
    _capture_mlp()
    assert _methods() == before
    [warning] = own_warnings
    assert "broken on purpose" in str(warning.message)


def test_where_warnings_are_errors_the_run_still_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with qspect.capture(tmp_path):  # a folder is not a file
            warnings.simplefilter("ignore")
            _prepare()
            warnings.simplefilter("error")
    assert "failed" in caplog.text
    assert str(tmp_path) in caplog.text


def test_quantizers_defined_inside_the_block_are_seen() -> None:
    with qspect.capture(None) as run:

        class Late(small.OpQuantizer):
            def annotate(self, model: torch.fx.GraphModule) -> torch.fx.GraphModule:
                return super().annotate(model)

        prepare_pt2e(small.mlp(), Late("linear"))
    [report] = run.reports
    assert small.accepted(report) == {"Late": [["linear"], ["linear_1"], ["linear_2"]]}


def test_qat_is_captured_too() -> None:
    with qspect.capture(None) as run:
        prepare_qat_pt2e(small.conv_net(), small.xnnpack())
    [report] = run.reports
    assert "XNNPACKQuantizer" in small.accepted(report)


def test_versions_of_packages_are_recorded() -> None:
    [report] = _capture_mlp().reports
    producer = report["producer"]
    assert (producer["name"], producer["version"]) == ("qspect", qspect.__version__)
    assert producer["packages"].keys() == {"executorch", "torchao", "torch"}


def test_executorch_1_2_is_read_too() -> None:
    """Its reporter has no title of its own, and other names for what a quantizer is."""
    info = SimpleNamespace(
        name="OperatorConfigQuantizer",
        targeted_nodes_description="all nodes",
        quantization_config_path="quantization_configs.INT8_PER_TENSOR_CONFIG",
        support_config_path="operator_configs.INT8",
    )

    class QuantizerReport:
        quantizer = info
        accepted_patterns: ClassVar[list[Any]] = []
        rejected_patterns: ClassVar[list[Any]] = []

    class Reporter:
        quantizers: ClassVar[dict[str, Any]] = {"a quantizer": QuantizerReport()}

        def unannotated_nodes_report(self, model: object, is_extended: bool) -> list[str]:
            if is_extended:
                return ["Non annotated nodes:", "    weight"]
            return ["Non annotated nodes: 1"]

    written = report_of(Reporter(), None, None, Journal(), Failures())
    assert written["report_title"] == "QUANTIZATION REPORT"
    assert written["quantizers"][0]["quantizer_info"]["qconfig_label"].endswith("_CONFIG")
    assert written["non_annotated_nodes"] == ["weight"]
