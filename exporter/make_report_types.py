"""Writes src/qspect/report_types.py from the JSON Schema: `python make_report_types.py`."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCHEMA = HERE.parent / "core" / "report.schema.json"
TARGET = HERE / "src" / "qspect" / "report_types.py"

HEAD = '''"""The types of a report's JSON.

Made by make_report_types.py from core/report.schema.json, which describes each field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from typing_extensions import NotRequired
'''

SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

QSPEC_CLASSES = (
    "QuantizationSpec",
    "FixedQParamsQuantizationSpec",
    "SharedQuantizationSpec",
    "DerivedQuantizationSpec",
)

# Fields that the exporter adds, and that a reader keeps without interpreting them.
EXPORTER_FIELDS = {
    "GraphNode": {
        "n_params": {"type": "integer"},
        "not_delegated": {"type": "array", "items": {"$ref": "#/$defs/NotDelegated"}},
        "torch_fn": {"type": "string"},
    },
    "NotDelegated": {"node": {"type": "string"}, "reason": {"type": "string"}},
    "Report": {"patterns_from": {"const": "annotations"}},
}


def main() -> None:
    """Write the file."""
    TARGET.write_text(report_types(json.loads(SCHEMA.read_text())))


def report_types(schema: dict[str, Any]) -> str:
    """Return the module's text for the schema."""
    definitions = schema["$defs"]
    # One type has the fields of all classes: which of them a qspec has depends on its `type`.
    qspec = definitions["QSpec"]
    for name in QSPEC_CLASSES:
        qspec["properties"] |= definitions.pop(name)["properties"]
    # A file is a report with two more fields.
    report, file = definitions["Report"], definitions.pop("ReportFile")
    report["properties"] = file["properties"] | report["properties"]
    report["required"] = file["required"] + report["required"]
    definitions["NotDelegated"] = {
        "description": "Why a node of the edge graph was not delegated",
        "properties": {},
        "required": ["node", "reason"],
    }
    for name, fields in EXPORTER_FIELDS.items():
        definitions[name]["properties"] |= fields
    aliases = sorted(name for name, it in definitions.items() if "properties" not in it)
    parts = [HEAD]
    for name in aliases:
        parts.append(f"{name} = {_annotation(definitions[name], is_evaluated=True)}\n")
    for name in sorted(definitions.keys() - set(aliases)):
        parts.append("\n" + _typed_dict(name, definitions[name]))
    return "\n".join(parts)


def _typed_dict(name: str, definition: dict[str, Any]) -> str:
    required = definition.get("required", [])
    lines = [f"class {name}(TypedDict):", f'    """{_sentence(definition)}"""', ""]
    for field, value in definition["properties"].items():
        annotation = _annotation(value)
        if field not in required:
            annotation = f"NotRequired[{annotation}]"
        lines.append(f"    {field}: {annotation}")
    return "\n".join(lines) + "\n"


def _annotation(value: dict[str, Any], *, is_evaluated: bool = False) -> str:
    """Return the Python type of a schema. An alias is evaluated, so it names types in quotes."""
    if "$ref" in value:
        name = str(value["$ref"].rsplit("/", 1)[1])
        return f'"{name}"' if is_evaluated else name
    if "const" in value:
        return f"Literal[{json.dumps(value['const'])}]"
    if "anyOf" in value:
        return " | ".join(_annotation(it, is_evaluated=is_evaluated) for it in value["anyOf"])
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return " | ".join(_one(kind, value, is_evaluated) for kind in kinds)


def _one(kind: str, value: dict[str, Any], is_evaluated: bool) -> str:
    if kind == "array":
        return f"list[{_annotation(value['items'], is_evaluated=is_evaluated)}]"
    if kind != "object":
        return SCALARS[kind]
    if isinstance(value.get("additionalProperties"), dict):
        return f"dict[str, {_annotation(value['additionalProperties'])}]"
    return "dict[str, Any]"


def _sentence(definition: dict[str, Any]) -> str:
    """Return the first sentence of the description, as one line of at most 90 characters."""
    text = " ".join(definition.get("description", "").split()).split(". ")[0].rstrip(".") + "."
    return textwrap.shorten(text, 90, placeholder=" ….")


if __name__ == "__main__":
    main()
