"""The types of a report's JSON are those of its schema."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from make_report_types import SCHEMA, TARGET, report_types


def test_the_types_are_those_of_the_schema():
    assert TARGET.read_text() == report_types(json.loads(SCHEMA.read_text()))
