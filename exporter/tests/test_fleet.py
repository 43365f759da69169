"""DuckDB reads what `qspect summary` writes of many reports, by the query that README shows."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

REPOSITORY = Path(__file__).parents[2]
REPORTS = REPOSITORY / "tests/reports"

Row = tuple[Any, ...]

# CSV and NDJSON do not mark dates, and CSV does not mark empty values: DuckDB guesses.
TABLE = """
SELECT * REPLACE (date::TIMESTAMP AS date, coalesce(config, '') AS config,
                  coalesce(lints, '') AS lints)
FROM '{}' ORDER BY file, report_idx
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with real reports, and rows of them in each format."""
    folder = tmp_path_factory.mktemp("fleet")
    reports = folder / "runs"
    reports.mkdir()
    for source in sorted(REPORTS.glob("executorch-1.5.1-exporter/*")):
        data = source.read_bytes()
        name = source.name.removesuffix(".gz")
        (reports / name).write_bytes(gzip.decompress(data) if name != source.name else data)
    # Without a graph, and without nodes: columns that are null.
    for source in REPORTS.glob("executorch-1.5.1/swin_t.mixed.*.txt"):
        (reports / source.name).write_bytes(source.read_bytes())
    for form in ["parquet", "csv", "ndjson"]:
        (folder / f"runs.{form}").write_bytes(summary(folder, form))
    return folder


def summary(folder: Path, form: str) -> bytes:
    files = sorted(str(it.relative_to(folder)) for it in folder.glob("runs/*"))
    assert len(files) == 17
    command = [os.environ["QSPECT_BIN"], "summary", "--format", form, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def query(folder: Path, sql: str) -> list[Row]:
    """The rows; what the query names as a file is one in the folder."""
    with duckdb.connect() as connection:
        connection.execute(f"SET file_search_path = '{folder}'")
        return connection.execute(sql).fetchall()


def readme_query() -> str:
    page = REPOSITORY / "docs/command-line.md"
    [sql] = re.findall(r"```sql\n(.*?)```", page.read_text(), re.DOTALL)
    assert "'runs.parquet'" in sql
    return sql


def test_duckdb_reads_parquet_by_the_query_of_readme(runs: Path) -> None:
    expected = []
    reports = json.loads(summary(runs, "json"))["reports"]
    for report in reports:
        coverage = report["coverage"]["nodes"]
        if coverage is None or coverage == 1:
            continue
        labels = dict.fromkeys(it["qconfig_label"] for it in report["quantizers"])
        islands = report["islands"] or [{"nodes": [None], "crossings": None}]
        worst = (islands[0]["nodes"][0], islands[0]["crossings"])
        percent = pytest.approx(100 * coverage, abs=0.05)
        expected.append((coverage, report["model"], "; ".join(labels), percent, *worst))
    # README orders by coverage, model and config; where the model is unknown, it comes last.
    expected.sort(key=lambda it: (it[0], it[1] is None, it[1] or "", it[2]))
    assert len(expected) == 7
    assert query(runs, readme_query()) == [it[1:] for it in expected]


def test_the_columns_have_their_types(runs: Path) -> None:
    described = query(runs, "DESCRIBE FROM 'runs.parquet'")
    types = {name: kind for name, kind, *_ in described}
    texts = ["file", "report_title", "model", "date", "config", "worst_island", "lints"]
    shares = ["coverage_nodes", "coverage_macs", "coverage_params"]
    assert len(types) == 26
    for name, kind in types.items():
        numbers = "DOUBLE" if name in shares else "UBIGINT"
        expected = "VARCHAR" if name in texts else "BOOLEAN" if name == "whole" else numbers
        assert (name, kind) == (name, expected)


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_all_formats_are_one_table(form: str, runs: Path) -> None:
    expected = query(runs, TABLE.format("runs.parquet"))
    assert len(expected) == 17
    assert query(runs, TABLE.format(f"runs.{form}")) == expected
    columns = [name for name, *_ in query(runs, "DESCRIBE FROM 'runs.parquet'")]
    assert [name for name, *_ in query(runs, f"DESCRIBE FROM 'runs.{form}'")] == columns
    rows = query(runs, readme_query().replace("runs.parquet", f"runs.{form}"))
    assert rows == query(runs, readme_query())
