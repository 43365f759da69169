"""Writes `arm_patterns.rs`: the op patterns that ExecuTorch's Arm quantizers annotate.

    python core/src/analysis/advice/make_arm_patterns.py

Needs the packages that the exporter is tested with.
"""

import pathlib
import warnings

warnings.simplefilter("ignore")

from executorch.backends.arm.quantizer import arm_quantizer_utils, quantizer_support

HERE = pathlib.Path(__file__).parent


def name(target):
    """The target as a report spells it."""
    if hasattr(target, "_schema"):
        return str(target)
    if type(target).__module__.startswith("torch"):  # a higher-order operator
        return f"higher_order.{target}"
    if target.__module__ == "_operator":
        return f"operator.{target.__name__}"
    return str(target)


def rows(items):
    line, out = "   ", ""
    for item in items:
        if len(line) + len(item) + 1 > 100:
            out += line + "\n"
            line = "   "
        line += f" {item}"
    return out + line + "\n"


def main():
    patterns = {
        tuple(name(op) for op in pattern)
        for pattern in quantizer_support.TOSA_QUANTIZER_SUPPORT_DICT
        if all(hasattr(op, "_schema") for op in pattern)
    }
    shared = arm_quantizer_utils.SharedQspecQuantizer
    ops = {name(op) for op in shared.SHARED_QSPEC_OPS_DEFAULT}
    bridges = {name(op) for op in shared._UINT8_IO_BRIDGE_OPS}
    singles = sorted(pattern[0] for pattern in patterns if len(pattern) == 1)
    chains = sorted(pattern for pattern in patterns if len(pattern) > 1)
    quoted = lambda items: [f'"{it}",' for it in items]
    text = "//! Op patterns of ExecuTorch's Arm quantizers, by `make_arm_patterns.py`.\n"
    for const, kind, doc, items in [
        ("SINGLE_OPS", "&str", "Ops that `PatternQuantizer` annotates alone (`TOSA_QUANTIZER_SUPPORT_DICT`).", quoted(singles)),
        ("CHAINS", "&[&str]", "Ops in a row that `PatternQuantizer` annotates together.",
         ["&[" + ", ".join(f'"{op}"' for op in chain) + "]," for chain in chains]),
        ("SHARED_OPS", "&str", "Ops that `SharedQspecQuantizer` annotates with the qspec of a neighbour.", quoted(sorted(ops))),
        ("UINT8_BRIDGE_OPS", "&str", "Of these, the ops that it leaves alone next to a uint8 input or output.", quoted(sorted(bridges))),
    ]:
        text += f"\n/// {doc}\n#[rustfmt::skip]\npub(super) const {const}: &[{kind}] = &[\n{rows(items)}];\n"
    (HERE / "arm_patterns.rs").write_text(text)


if __name__ == "__main__":
    main()
