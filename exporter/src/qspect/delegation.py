"""Why nodes were not delegated: the table of ExecuTorch's `WhyNoPartitionReporter`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from qspect.failures import some, warn
from qspect.json_values import Json
from qspect.report_types import GraphNode, Report
from qspect.writer import graph_nodes

_COLUMNS = ("Node name", "Target", "Torch func", "Reason")
_WIDTH = 35
"""`maxcolwidths` of the table, in characters (`executorch/exir/backend/utils.py`)."""


def delegation_reasons(source: Any) -> dict[str, Json]:
    """Return the reasons why nodes were not delegated.

    Args:
        source: A `WhyNoPartitionReporter`, or the text of its `get_table_report()`, with or
            without other lines around it. The text wraps long cells. Names are restored exactly;
            in a reason, a word that is broken inside or after a hyphen may gain or lose a space.

    Returns:
        By node name in the edge graph: `reason`, `target`, and, if known, `torch_fn`, the name of
        the torch call that the node was exported from (`conv2d_1`). From a reporter also
        `from_nodes`, the names of the node's ancestors, nearest first.
    """
    if isinstance(source, str):
        return dict(_from_table(source))
    return dict(_from_reporter(source))


def add_delegation_reasons(report: Report, reasons: Mapping[str, Json]) -> Report:
    """Add the reasons why nodes were not delegated to the nodes of a report's graph.

    Partitioners see a later graph than quantizers, in which one operator may have become several.
    A reason belongs to the node of the same name, else to an ancestor (`from_nodes`), else to all
    operators exported from the same torch call (`torch_fn`).

    Args:
        report: The report, which is changed in place. A node gets `not_delegated`: a list of
            `reason` and `node`, the name in the edge graph.
        reasons: The result of `delegation_reasons`.

    Returns:
        The report. Reasons for nodes that its graph does not have are left out with a warning.
    """
    nodes = {it["name"]: it for it in graph_nodes(report)}
    by_call: dict[str, list[GraphNode]] = {}
    for node in nodes.values():
        node.pop("not_delegated", None)
        if node["op"] == "call_function" and "torch_fn" in node:
            by_call.setdefault(node["torch_fn"], []).append(node)
    homeless = []
    for name, why in reasons.items():
        found = _owners(name, why, nodes) or by_call.get(why.get("torch_fn", ""), [])
        for node in found:
            node.setdefault("not_delegated", []).append({"node": name, "reason": why["reason"]})
        if not found:
            homeless.append(name)
    if homeless:
        warn(f"qspect: delegation reasons for nodes that the graph does not have: {some(homeless)}")
    return report


def _owners(name: str, why: Json, nodes: Mapping[str, GraphNode]) -> list[GraphNode]:
    """Find the node of that name, or the nearest ancestor.

    Each export assigns new names, so an equal name counts only if the torch call is the same.
    """
    torch_fn = why.get("torch_fn")
    for candidate in (name, *why.get("from_nodes", ())):
        node = nodes.get(candidate)
        if node is not None and (torch_fn is None or node.get("torch_fn", torch_fn) == torch_fn):
            return [node]
    return []


def _from_reporter(reporter: Any) -> Iterator[tuple[str, Json]]:
    from qspect.graph import target_name  # imports torch, which the text of a table does not need

    for node, reason in reporter._rejected_nodes.items():
        # As in the reporter's own table: inputs and outputs are not operators.
        if node.op in ("placeholder", "output"):
            continue
        why: Json = {
            "reason": str(reason),
            "target": target_name(node),
        }
        torch_fn = node.meta.get("torch_fn")
        if isinstance(torch_fn, tuple) and torch_fn:
            why["torch_fn"] = str(torch_fn[0])
        ancestors = list(_ancestors(node.meta.get("from_node")))
        if ancestors:
            why["from_nodes"] = ancestors
        yield str(node.name), why


def _ancestors(sources: Any) -> Iterator[str]:
    """Yield the names of a `from_node` chain (`torch/fx/traceback.py`) once, nearest first."""
    seen = set()
    while sources:
        source = sources[-1]
        if source.name not in seen:
            seen.add(source.name)
            yield str(source.name)
        sources = source.from_node


def _from_table(table: str) -> Iterator[tuple[str, Json]]:
    """Read tabulate's `fancy_grid`: cells between `│`, rows between `├` and `╘` lines."""
    row: list[list[str]] = []
    for line in table.splitlines():
        content = line.strip()
        if content.startswith("│"):
            cells = [cell.strip() for cell in content.strip("│").split("│")]
            if len(cells) == len(_COLUMNS):
                row.append(cells)
        elif row:
            yield from _table_row(row)
            row = []
    if row:  # the table is cut off
        yield from _table_row(row)


def _table_row(lines: list[list[str]]) -> Iterator[tuple[str, Json]]:
    name, target, torch_fn, reason = (
        [line[column_idx] for line in lines if line[column_idx]]
        for column_idx in range(len(_COLUMNS))
    )
    if " ".join(name) == _COLUMNS[0]:
        return
    why: Json = {"reason": _unwrapped(reason), "target": "".join(target)}
    call = _torch_call("".join(torch_fn))
    if call is not None:
        why["torch_fn"] = call
    yield "".join(name), why


def _unwrapped(lines: list[str]) -> str:
    """Join the lines of a cell, which end at a space, after a hyphen or within a long word."""
    text = ""
    for line_idx, line in enumerate(lines):
        before = lines[line_idx - 1] if line_idx > 0 else ""
        is_inside_word = before.endswith("-") or (len(before) == _WIDTH and " " not in before)
        text += line if line_idx == 0 or is_inside_word else f" {line}"
    return text


def _torch_call(cell: str) -> str | None:
    """Return `conv2d_1` for `('conv2d_1', 'builtin_function_or_method.conv2d')`."""
    try:
        value = ast.literal_eval(cell)
    except (SyntaxError, ValueError):
        return None
    return str(value[0]) if isinstance(value, tuple) and value else None
