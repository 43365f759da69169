"""The text of a captured report is what ExecuTorch's reporter prints, byte for byte."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from executorch.backends.cortex_m.quantizer_reporter import QuantizerReporter
from jsonschema import Draft202012Validator
from torchao.quantization.pt2e.quantize_pt2e import prepare_pt2e

import models
import qspect
from conftest import REPOSITORY, TextOf, comparable, without_set_order


@pytest.mark.parametrize(
    ("model", "quantizer"), [pytest.param(*pair, id="/".join(pair)) for pair in models.pairs()]
)
def test_text_is_executorchs(
    model: str, quantizer: str, tmp_path: Path, text_of: TextOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = {}
    log = QuantizerReporter.log_quantizer_report

    def log_and_keep(self: QuantizerReporter, graph_module: object = None) -> None:
        log(self, graph_module)
        for is_extended in (True, False):
            printed[is_extended] = self.get_quantization_report(graph_module, is_extended)

    monkeypatch.setattr(QuantizerReporter, "log_quantizer_report", log_and_keep)
    file = tmp_path / "out.qspect.json"
    with qspect.capture(file, model=model):
        prepare_pt2e(models.graph(model, quantizer), models.quantizer(quantizer))
    # ExecuTorch begins with an empty line and ends without a newline.
    assert f"\n{text_of(file)}" == f"{printed[True]}\n"
    assert f"\n{text_of(file, summary=True)}" == f"{printed[False]}\n"


def _fixture(pair: str) -> tuple[Path, Path]:
    """The checked-in report of a pair, as JSON and as ExecuTorch's text."""
    reports = REPOSITORY / "tests" / "reports"
    file = reports / "executorch-1.5.1-exporter" / f"{pair}.qspect.json"
    if not file.exists():
        file = file.with_name(f"{file.name}.gz")
    return file, reports / "executorch-1.5.1" / f"{pair}.debug.txt"


@pytest.mark.parametrize("pair", models.FIXTURES)
def test_fixture_prints_as_the_text_fixture(pair: str, tmp_path: Path, text_of: TextOf) -> None:
    """The JSON fixtures are of other runs than the text fixtures, with the same content."""
    file, text = _fixture(pair)
    content = file.read_bytes()
    plain = tmp_path / "report.qspect.json"
    plain.write_bytes(gzip.decompress(content) if file.suffix == ".gz" else content)
    printed = text_of(plain)
    assert without_set_order(printed) == without_set_order(text.read_text().strip("\n"))


@pytest.mark.parametrize("pair", models.FIXTURES)
def test_fixture_fits_the_schema(pair: str) -> None:
    schema = json.loads((REPOSITORY / "core" / "report.schema.json").read_text())
    [report] = qspect.read(_fixture(pair)[0])
    Draft202012Validator(schema).validate(report)


@pytest.mark.parametrize("pair", models.FIXTURES)
def test_fixture_is_what_the_exporter_writes(pair: str) -> None:
    """A change of the exporter's output must show in the fixtures."""
    model, quantizer = pair.split(".")
    with qspect.capture(None, model=model) as run:
        prepare_pt2e(models.graph(model, quantizer), models.quantizer(quantizer))
    fixture = qspect.read(_fixture(pair)[0])
    assert comparable(run.reports) == comparable(fixture)


def test_swin_t_takes_less_than_3_mb(tmp_path: Path) -> None:
    file = tmp_path / "swin_t.qspect.json"
    with qspect.capture(file, model="swin_t"):
        prepare_pt2e(models.graph("swin_t", "mixed"), models.quantizer("mixed"))
    assert file.stat().st_size < 3_000_000
