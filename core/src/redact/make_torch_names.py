"""Writes `torch_names.rs`: the words of torch, torchao and ExecuTorch that a redaction keeps.

    python core/src/redact/make_torch_names.py

Needs the packages that the exporter is tested with. It reads their sources and imports only torch.
"""

import ast
import pathlib
import re
import sysconfig

import torch

HERE = pathlib.Path(__file__).parent
SITE = pathlib.Path(sysconfig.get_paths()["purelib"])
ROOTS = [SITE / "torch" / "ao", SITE / "torchao", SITE / "executorch"]
SPECS = {"QuantizationSpec", "QuantizationSpecBase", "FixedQParamsQuantizationSpec",
         "SharedQuantizationSpec", "DerivedQuantizationSpec"}

# What ExecuTorch before 1.3, and its main branch from 2026-03-18 to 04-22, printed for a qspec.
OLD_QSPECS = {"CUSTOM_QSPEC", "DERIVED_QSPEC", "INT8_PER_TENSOR_QSPEC", "NO_QSPEC", "SHARED_QSPEC",
              "UNREGISTERED_QSPEC"}


def sources():
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            if "test" not in path.parts and "tests" not in path.parts:
                text = path.read_text(errors="replace")
                try:
                    yield text, ast.parse(text)
                except SyntaxError:
                    continue


def main():
    quantizers, observers, qspecs = set(), set(), {*OLD_QSPECS, *SPECS}
    # Those of torch itself are in no Python source.
    namespaces = {"aten", "prims", "prim", "quantized", "higher_order"}
    for text, tree in sources():
        namespaces.update(re.findall(r"\bLibrary\(\s*[\"'](\w+)[\"']", text))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                if node.name.endswith("Quantizer"):
                    quantizers.add(node.name)
                elif node.name.endswith(("Observer", "FakeQuantize")):
                    observers.add(node.name)
            elif isinstance(node, ast.Assign):
                names = [it.id for it in node.targets if isinstance(it, ast.Name)]
                qspecs.update(it for it in names if it.endswith("_QSPEC"))
    of = lambda kind: {str(it) for it in vars(torch).values() if isinstance(it, kind)}
    short = lambda names: {it.removeprefix("torch.") for it in names}
    # Those of examples.
    namespaces -= {"my_namespace", "my_ops", "preprocess", "quant"}
    lists = [
        ("DTYPES", "Dtypes, without `torch.`.", short(of(torch.dtype)) | {"float", "double", "half", "int", "long", "short"}),
        ("QSCHEMES", "Qschemes, without `torch.`.", short(of(torch.qscheme))),
        ("QUANTIZERS", "Classes of quantizers.", quantizers),
        ("OBSERVERS", "Classes of observers and fake quantizers.", observers),
        ("QSPECS", "Classes of qspecs, and the constants whose names are printed for qspecs.", qspecs),
        ("NAMESPACES", "Namespaces of operators.", namespaces),
    ]
    out = "//! Words of torch, torchao and ExecuTorch, by `make_torch_names.py`; each list in order.\n"
    for name, text, words in lists:
        out += f"\n/// {text}\n#[rustfmt::skip]\npub(super) const {name}: &[&str] = &[\n"
        line = "   "
        for word in sorted(words):
            item = f' "{word}",'
            if len(line) + len(item) > 100:
                out, line = out + line + "\n", "   "
            line += item
        out += line + "\n];\n"
    (HERE / "torch_names.rs").write_text(out)


main()
