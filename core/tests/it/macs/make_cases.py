"""Writes `cases.json`: ops, what they read, and their MACs as torch counts them.

    python core/tests/it/macs/make_cases.py

Needs torch (the cases were made with 2.15). `torch.utils.flop_counter` counts two FLOPs for each
multiply-accumulate of `mm`, `bmm`, `addmm`, `baddbmm`, convolutions and attention. An op that it does
not count is written as one that it counts: a `mv` as the `mm` of a matrix and a column.
"""

import json
import pathlib
import random

import torch
from torch.utils.flop_counter import FlopCounterMode

aten = torch.ops.aten
RANDOM = random.Random(20)


def size() -> int:
    return RANDOM.choice([1, 2, 3, 3, 4, 6])


def row(it):
    return it.unsqueeze(-2)


def column(it):
    return it.unsqueeze(-1)


def outer(a, b):
    return torch.mm(column(a), row(b))


def inner(a, b):
    return torch.mm(a.reshape(-1, a.shape[-1]), b.reshape(-1, b.shape[-1]).T)


def vecdot(a, b):
    a, b = torch.broadcast_tensors(a, b)
    return torch.bmm(row(a.reshape(-1, a.shape[-1])), column(b.reshape(-1, b.shape[-1])))


def last(count):
    """The same op without its first operand, which is added to the product."""
    return lambda added, *operands: count(*operands)


def mv(a, b):
    return torch.mm(a, column(b))


def matmul(a, b):
    """Vectors as matrices: torch takes a `mv` or a `dot` for them, which it does not count."""
    return torch.matmul(row(a) if a.dim() == 1 else a, column(b) if b.dim() == 1 else b)


def linear(x, weight, *bias):
    return torch.nn.functional.linear(x, row(weight) if weight.dim() == 1 else weight, *bias)


def conv_tbc(x, weight, bias):
    return torch.conv1d(x.permute(1, 2, 0), weight.permute(2, 1, 0), padding=1)


def attention(query, key, value, *mask):
    """As the two products that it is, whatever kernel torch would take."""
    if query.dim() > 2 and key.dim() > 2 and query.shape[-3] % key.shape[-3] == 0:
        n_shared = query.shape[-3] // key.shape[-3]
        key = key.repeat_interleave(n_shared, -3)
        value = value.repeat_interleave(query.shape[-3] // value.shape[-3], -3)
    return torch.matmul(torch.matmul(query, key.mT), value)


def shapes(op):
    """Random shapes of the operands of an op, as the names of its sizes are equal."""
    b, c, m, n, k, s = (size() for _ in range(6))
    batch = [size() for _ in range(RANDOM.randrange(3))]
    groups = RANDOM.choice([1, 1, 2, 3])
    n_in, n_out = groups * c, groups * n
    images = RANDOM.choice([[b], []])
    pixels = [5 + size() for _ in range(3)]
    filters = [RANDOM.choice([1, 2, 3]) for _ in range(3)]
    match op:
        case "mm":
            return [[m, k], [k, n]]
        case "bmm":
            return [[b, m, k], [b, k, n]]
        case "matmul":
            a = RANDOM.choice([[k], [m, k], [*batch, m, k], [1, m, k]])
            return [a, RANDOM.choice([[k], [k, n], [*batch, k, n], [b, 1, k, n]])]
        case "mv":
            return [[m, k], [k]]
        case "dot" | "vdot":
            return [[k], [k]]
        case "linalg_vecdot":
            return [[*batch, k], RANDOM.choice([[*batch, k], [k]])]
        case "inner":
            return [[*batch, k], RANDOM.choice([[k], [n, k], [b, n, k]])]
        case "outer" | "ger":
            return [[m], [n]]
        case "addmm" | "_addmm_activation":
            return [RANDOM.choice([[m, n], [n], [1, n]]), [m, k], [k, n]]
        case "baddbmm":
            return [RANDOM.choice([[b, m, n], [m, n], [n]]), [b, m, k], [b, k, n]]
        case "addbmm":
            return [RANDOM.choice([[m, n], [n]]), [b, m, k], [b, k, n]]
        case "addmv":
            return [RANDOM.choice([[m], [1]]), [m, k], [k]]
        case "addr":
            return [RANDOM.choice([[m, n], [n]]), [m], [n]]
        case "linear":
            weight = RANDOM.choice([[n, k], [n, k], [n, k], [k]])
            bias = [[n]] if len(weight) == 2 else []
            return [[*batch, m, k], weight, *RANDOM.choice([[], bias])]
        case "conv_tbc":
            return [[5, b, k], [3, k, n], [n]]
        case "scaled_dot_product_attention":
            heads = RANDOM.choice([[], [b], [b, 2 * c]])
            shared = [b, c] if len(heads) == 2 and RANDOM.random() < 0.3 else heads
            mask = RANDOM.choice([[], [], [[m, s]], [[*heads, m, s]]])
            return [[*heads, m, k], [*shared, s, k], [*shared, s, n], *mask]
        case _:
            rank = int(op[-2]) if op[-1] == "d" else RANDOM.choice([1, 2])
            if op == "convolution":
                images = [b]
            is_transposed = "transpose" in op
            ends = [n_in, n_out // groups] if is_transposed else [n_out, n_in // groups]
            bias = RANDOM.choice([[], [[n_out]]])
            return [[*images, n_in, *pixels[:rank]], [*ends, *filters[:rank]], *bias]


OPS = {
    "mm": None, "bmm": None, "matmul": matmul, "mv": mv, "dot": lambda a, b: torch.mm(row(a), column(b)),
    "vdot": lambda a, b: torch.mm(row(a), column(b)), "linalg_vecdot": vecdot, "inner": inner,
    "outer": outer, "ger": outer, "addmm": None, "_addmm_activation": last(torch.mm),
    "baddbmm": last(torch.bmm), "addbmm": last(torch.bmm), "addmv": last(mv), "addr": last(outer),
    "linear": linear, "conv1d": None, "conv2d": None, "conv3d": None, "conv_transpose1d": None,
    "conv_transpose2d": None, "conv_transpose3d": None, "convolution": None, "conv_tbc": conv_tbc,
    "scaled_dot_product_attention": attention,
}


def call(op, operands):
    if op.startswith("conv") and op != "conv_tbc":
        n_spatial = operands[1].dim() - 2
        is_transposed = op.startswith("conv_transpose")
        bias = operands[2] if len(operands) > 2 else None
        weight = operands[1]
        groups = operands[0].shape[-1 - n_spatial] // weight.shape[1]
        if is_transposed:
            groups = RANDOM.choice([it for it in (1, 2, 3) if weight.shape[0] % it == 0])
            bias = None
        if op == "convolution":
            return aten.convolution(
                *operands[:2], bias, [RANDOM.choice([1, 2])] * n_spatial, [1] * n_spatial,
                [1] * n_spatial, False, [0] * n_spatial, groups,
            )
        stride, padding = ([RANDOM.choice(it)] * n_spatial for it in ((1, 2), (0, 1)))
        if is_transposed:
            return getattr(aten, op)(*operands[:2], bias, stride, padding, [0] * n_spatial, groups)
        return getattr(aten, op)(*operands[:2], bias, stride, padding, [1] * n_spatial, groups)
    if op == "conv_tbc":
        return aten.conv_tbc(*operands, 1)
    if op == "scaled_dot_product_attention":
        mask = operands[3] if len(operands) > 3 else None
        query, key = operands[:2]
        is_shared = query.dim() > 3 and query.shape[-3] != key.shape[-3]
        return aten.scaled_dot_product_attention(*operands[:3], mask, enable_gqa=is_shared)
    return getattr(aten, op)(*operands)


def case(op, kept, reads):
    """The op with operands that are these of the tensors; None if torch refuses."""
    tensors = [torch.zeros(it) for it in kept]
    operands = [tensors[it] for it in reads]
    try:
        with FlopCounterMode(display=False) as counter:
            out = call(op, operands)
        as_counted = OPS[op]
        if as_counted is not None:
            with FlopCounterMode(display=False) as counter:
                as_counted(*operands)
    except (RuntimeError, IndexError, ZeroDivisionError):
        return None
    flops = counter.get_total_flops()
    assert flops % 2 == 0
    # What a convolution leaves out of its operands is no input of its node.
    n_read = 2 if op.startswith("conv_transpose") else len(reads)
    used = sorted(set(reads[:n_read]))
    return {
        "op": op, "inputs": [kept[it] for it in used], "reads": reads[:n_read],
        "out": list(out.shape), "macs": flops // 2,
    }


def main():
    cases = []
    for op in OPS:
        for number in range(16):
            for _ in range(2000):
                wanted = shapes(op)
                kept, reads = [], []
                for shape in wanted:
                    known = [at for at, it in enumerate(kept) if it == shape or number % 2]
                    if number % 2 and known and RANDOM.random() < 0.6:
                        reads.append(RANDOM.choice(known))
                    else:
                        reads.append(len(kept))
                        kept.append(shape)
                is_doubled = len(kept) < len(wanted)
                found = case(op, kept, reads)
                if found and (number % 2 == 0 or is_doubled) and found not in cases:
                    cases.append(found)
                    break
    lines = ",\n".join(json.dumps(it, separators=(",", ":")) for it in cases)
    (pathlib.Path(__file__).parent / "cases.json").write_text(f"[\n{lines}\n]\n")


main()
