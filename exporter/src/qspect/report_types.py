"""The types of a report's JSON.

Made by make_report_types.py from core/report.schema.json, which describes each field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from typing_extensions import NotRequired

DType = str

Dim = int | str

EdgeOrNode = str | list["EdgeOrNode"] | dict[str, Any]

NonAnnotatedNodes = int | list[str]

ProblemKind = str

QScheme = str


class AcceptedPattern(TypedDict):
    """Nodes which one quantizer annotated together."""

    nodes: list[AnnotatedNode]


class AnnotatedNode(TypedDict):
    """A node's annotation at the moment its pattern was accepted."""

    input_qspec_map: list[InputQSpec]
    name: str
    output_qspec: NotRequired[QSpec | None]


class Annotation(TypedDict):
    """A node's annotation (torchao's `QuantizationAnnotation`)."""

    allow_implicit_sharing: NotRequired[bool | None]
    input_qspec_map: NotRequired[list[InputQSpec]]
    output_qspec: NotRequired[QSpec | None]


class Completeness(TypedDict):
    """The completeness of a report in JSON."""

    problems: list[Problem]
    whole: bool


class Counts(TypedDict):
    """Node counts of one quantizer as ExecuTorch prints them: nodes added up over patterns, …."""

    accepted: int
    rejected: int
    rejected_previous_annotation: int


class Graph(TypedDict):
    """The graph after annotation, nodes in topological order."""

    nodes: list[GraphNode]


class GraphNode(TypedDict):
    """One node of a `torch.fx` graph."""

    annotation: NotRequired[Annotation | None]
    dtype: NotRequired[DType | None]
    inputs: list[str]
    metrics: NotRequired[dict[str, float | None]]
    module_stack: NotRequired[list[Module]]
    name: str
    op: str
    outputs: NotRequired[list[OutputValue | None] | None]
    shape: NotRequired[list[Dim] | None]
    subgraph: NotRequired[str | None]
    target: str
    n_params: NotRequired[int]
    not_delegated: NotRequired[list[NotDelegated]]
    torch_fn: NotRequired[str]


class InputQSpec(TypedDict):
    """One entry of an `input_qspec_map`."""

    node: str
    qspec: NotRequired[QSpec | None]


class Module(TypedDict):
    """A module around a node."""

    path: str
    type: str


class NotDelegated(TypedDict):
    """Why a node of the edge graph was not delegated."""

    node: str
    reason: str


class OutputValue(TypedDict):
    """One of several values that a node returns."""

    dtype: NotRequired[DType | None]
    shape: NotRequired[list[Dim] | None]
    type: NotRequired[str | None]
    value: NotRequired[str | None]


class Problem(TypedDict):
    """One thing that makes a report incomplete."""

    kind: ProblemKind
    line: NotRequired[int | None]
    message: str


class Producer(TypedDict):
    """What wrote a report, and the packages it ran with."""

    name: str
    packages: NotRequired[dict[str, str]]
    version: NotRequired[str | None]


class QSpec(TypedDict):
    """A quantization spec; `type` is its class, and names its other fields."""

    type: str
    ch_axis: NotRequired[int | None]
    dtype: NotRequired[DType]
    is_dynamic: NotRequired[bool | None]
    observer: NotRequired[str | None]
    qscheme: NotRequired[QScheme | None]
    quant_max: NotRequired[int | None]
    quant_min: NotRequired[int | None]
    scale: NotRequired[float | None]
    zero_point: NotRequired[int | None]
    edge_or_node: NotRequired[EdgeOrNode]
    derived_from: NotRequired[EdgeOrNode]


class QuantizerInfo(TypedDict):
    """A quantizer as it describes itself (ExecuTorch's `QuantizerInfo`)."""

    name: str
    qconfig_label: str
    support_config_path: NotRequired[str | None]
    targeted_nodes_description: str


class QuantizerReport(TypedDict):
    """What one quantizer decided (ExecuTorch's `QuantizerReport`)."""

    accepted_patterns: list[AcceptedPattern]
    counts: NotRequired[Counts | None]
    quantizer_info: QuantizerInfo
    rejected_patterns: list[RejectedPattern]


class RejectedPattern(TypedDict):
    """Nodes which one quantizer rejected together."""

    node_names: list[str]
    rejection_reason: str


class Report(TypedDict):
    """One report: what every quantizer of a run decided."""

    format: Literal["qspect-report"]
    version: Literal[1]
    completeness: NotRequired[Completeness]
    graph: NotRequired[Graph | None]
    model: NotRequired[str | None]
    non_annotated_nodes: NotRequired[NonAnnotatedNodes | None]
    pre_transform_nodes: NotRequired[list[str]]
    producer: NotRequired[Producer | None]
    quantizers: list[QuantizerReport]
    report_title: str
    patterns_from: NotRequired[Literal["annotations"]]
