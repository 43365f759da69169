//! Qspecs as JSON, as ExecuTorch prints them (`{}`), and with all that is known (`{:#}`).

use expect_test::{Expect, expect};
use qspect_core::{EdgeOrNode, QSpec};
use serde_json::Value;

/// Each line of `specs` is a qspec in JSON: it comes out as it went in, and prints as `expected`.
/// What `{}` prints is read and printed again. `{:#}` stands below it where it shows more.
#[track_caller]
fn check(specs: &str, expected: Expect) {
    let mut printed = String::new();
    for json in specs.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let qspec = spec(json);
        let value: Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(serde_json::to_value(&qspec).expect("JSON"), value, "not the same JSON again");
        let repr = qspec.to_string();
        let read_again = QSpec::from_repr(&repr).expect("a qspec");
        assert_eq!(read_again.to_string(), repr, "not the same text again");
        printed += &format!("{repr}\n");
        let full = format!("{qspec:#}");
        if full != repr {
            printed += &format!("    {full}\n");
        }
    }
    expected.assert_eq(&printed);
}

#[track_caller]
fn spec(json: &str) -> QSpec {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[test]
fn quantization_spec() {
    check(
        r#"
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": null, "quant_max": null}
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": -128, "quant_max": 127}
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": null, "quant_max": 127}
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": -127, "quant_max": null}
        {"type": "QuantizationSpec", "dtype": "torch.int32", "quant_min": -9223372036854775808, "quant_max": 9223372036854775807}
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": -127, "quant_max": 127, "qscheme": "torch.per_channel_symmetric", "ch_axis": 0, "is_dynamic": false, "observer": "PerChannelMinMaxObserver"}
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": null, "quant_max": null, "qscheme": null, "ch_axis": null, "is_dynamic": true}
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": null, "quant_max": null, "ch_axis": -1}
        "#,
        expect![[r#"
            QuantizationSpec(dtype=INT8)
            QuantizationSpec(dtype=INT8, range=(-128,127))
            QuantizationSpec(dtype=INT8, range=(None,127))
            QuantizationSpec(dtype=INT8, range=(-127,None))
            QuantizationSpec(dtype=INT32, range=(-9223372036854775808,9223372036854775807))
            QuantizationSpec(dtype=INT8, range=(-127,127))
                QuantizationSpec(dtype=INT8, range=(-127,127), qscheme=per_channel_symmetric, ch_axis=0, is_dynamic=False, observer=PerChannelMinMaxObserver)
            QuantizationSpec(dtype=INT8)
                QuantizationSpec(dtype=INT8, qscheme=None, ch_axis=None, is_dynamic=True)
            QuantizationSpec(dtype=INT8)
                QuantizationSpec(dtype=INT8, ch_axis=-1)
        "#]],
    );
}

/// `qspec_repr` upper-cases the dtype after taking `torch.` off its front.
#[test]
fn dtype_spelling() {
    check(
        r#"
        {"type": "QuantizationSpec", "dtype": "torch.float8_e4m3fn", "quant_min": null, "quant_max": null}
        {"type": "QuantizationSpec", "dtype": "torch.uint16", "quant_min": 0, "quant_max": 65535}
        {"type": "QuantizationSpec", "dtype": "TORCH.INT8", "quant_min": null, "quant_max": null}
        {"type": "QuantizationSpec", "dtype": "int4", "quant_min": null, "quant_max": null}
        {"type": "QuantizationSpec", "dtype": "<class 'torch.dtype'>", "quant_min": null, "quant_max": null}
        {"type": "QuantizationSpec", "dtype": "None", "quant_min": null, "quant_max": null}
        {"type": "QuantizationSpec", "dtype": "torch.größe", "quant_min": null, "quant_max": null}
        {"type": "DerivedQuantizationSpec", "derived_from": [], "dtype": "torch.int32"}
        {"type": "DerivedQuantizationSpec", "derived_from": [], "dtype": "INT32"}
        "#,
        expect![[r#"
            QuantizationSpec(dtype=FLOAT8_E4M3FN)
            QuantizationSpec(dtype=UINT16, range=(0,65535))
            QuantizationSpec(dtype=TORCH.INT8)
            QuantizationSpec(dtype=INT4)
            QuantizationSpec(dtype=<CLASS 'TORCH.DTYPE'>)
            QuantizationSpec(dtype=NONE)
            QuantizationSpec(dtype=GRößE)
            DerivedQuantizationSpec(derived_from=(), dtype=torch.int32)
            DerivedQuantizationSpec(derived_from=(), dtype=INT32)
        "#]],
    );
}

#[test]
fn fixed_qparams_quantization_spec() {
    check(
        r#"
        {"type": "FixedQParamsQuantizationSpec"}
        {"type": "FixedQParamsQuantizationSpec", "dtype": "torch.uint8", "scale": 0.00390625, "zero_point": -128, "quant_min": 0, "quant_max": 255, "qscheme": "torch.per_tensor_affine", "is_dynamic": false}
        {"type": "FixedQParamsQuantizationSpec", "scale": 1e-05, "quant_min": null, "quant_max": null, "qscheme": null}
        {"type": "FixedQParamsQuantizationSpec", "is_dynamic": true}
        "#,
        expect![[r#"
            FixedQParamsQuantizationSpec
            FixedQParamsQuantizationSpec
                FixedQParamsQuantizationSpec(dtype=UINT8, scale=0.00390625, zero_point=-128, quant_min=0, quant_max=255, qscheme=per_tensor_affine, is_dynamic=False)
            FixedQParamsQuantizationSpec
                FixedQParamsQuantizationSpec(scale=1e-05, quant_min=None, quant_max=None, qscheme=None)
            FixedQParamsQuantizationSpec
                FixedQParamsQuantizationSpec(is_dynamic=True)
        "#]],
    );
}

#[test]
fn shared_quantization_spec() {
    check(
        r#"
        {"type": "SharedQuantizationSpec", "edge_or_node": "x"}
        {"type": "SharedQuantizationSpec", "edge_or_node": ["x", "conv2d"]}
        {"type": "SharedQuantizationSpec", "edge_or_node": ["x"]}
        {"type": "SharedQuantizationSpec", "edge_or_node": []}
        {"type": "SharedQuantizationSpec", "edge_or_node": {"list": []}}
        {"type": "SharedQuantizationSpec", "edge_or_node": {"list": ["x"]}}
        {"type": "SharedQuantizationSpec", "edge_or_node": [["x", "y"], {"list": ["a", ["b"], []]}]}
        {"type": "SharedQuantizationSpec", "edge_or_node": [[["x"]]]}
        {"type": "SharedQuantizationSpec", "edge_or_node": "größe_模型"}
        "#,
        expect![[r#"
            SharedQuantizationSpec(edge_or_node=x)
            SharedQuantizationSpec(edge_or_node=(x, conv2d))
            SharedQuantizationSpec(edge_or_node=(x,))
            SharedQuantizationSpec(edge_or_node=())
            SharedQuantizationSpec(edge_or_node=[])
            SharedQuantizationSpec(edge_or_node=[x])
            SharedQuantizationSpec(edge_or_node=((x, y), [a, (b,), ()]))
            SharedQuantizationSpec(edge_or_node=(((x,),),))
            SharedQuantizationSpec(edge_or_node=größe_模型)
        "#]],
    );
}

#[test]
fn derived_quantization_spec() {
    check(
        r#"
        {"type": "DerivedQuantizationSpec", "derived_from": [["x", "conv2d"], ["w", "conv2d"]], "dtype": "torch.int32"}
        {"type": "DerivedQuantizationSpec", "derived_from": {"list": [["x", "conv2d"], ["w", "conv2d"]]}, "dtype": "torch.int32"}
        {"type": "DerivedQuantizationSpec", "derived_from": [["x", "y"]], "dtype": "torch.int32", "quant_min": -2147483648, "quant_max": 2147483646, "qscheme": "torch.per_channel_symmetric", "ch_axis": 0, "is_dynamic": false}
        {"type": "DerivedQuantizationSpec", "derived_from": "x", "dtype": "torch.int32", "quant_min": null, "quant_max": null, "qscheme": null, "ch_axis": null}
        "#,
        expect![[r#"
            DerivedQuantizationSpec(derived_from=((x, conv2d), (w, conv2d)), dtype=torch.int32)
            DerivedQuantizationSpec(derived_from=[(x, conv2d), (w, conv2d)], dtype=torch.int32)
            DerivedQuantizationSpec(derived_from=((x, y),), dtype=torch.int32)
                DerivedQuantizationSpec(derived_from=((x, y),), dtype=torch.int32, quant_min=-2147483648, quant_max=2147483646, qscheme=per_channel_symmetric, ch_axis=0, is_dynamic=False)
            DerivedQuantizationSpec(derived_from=x, dtype=torch.int32)
                DerivedQuantizationSpec(derived_from=x, dtype=torch.int32, quant_min=None, quant_max=None, qscheme=None, ch_axis=None)
        "#]],
    );
}

#[test]
fn unknown_class() {
    check(
        r#"
        {"type": "GroupedQuantizationSpec", "group_size": 32, "of": {"a": [1, null, "x"]}}
        {"type": "INT8_WEIGHT_PER_CHANNEL_QSPEC"}
        {"type": ""}
        {"type": "QuantizationSpec"}
        {"type": "SharedQuantizationSpec"}
        {"type": "DerivedQuantizationSpec"}
        "#,
        expect![[r#"
            GroupedQuantizationSpec
                GroupedQuantizationSpec(group_size=32, of={"a": [1, None, "x"]})
            INT8_WEIGHT_PER_CHANNEL_QSPEC

            QuantizationSpec
            SharedQuantizationSpec
            DerivedQuantizationSpec
        "#]],
    );
}

/// Unknown fields of known classes are kept, and shown with the others.
#[test]
fn unknown_fields() {
    check(
        r#"
        {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": 0, "quant_max": 1, "observer_args": {"eps": 1e-6}}
        {"type": "FixedQParamsQuantizationSpec", "block_size": [1, 32]}
        {"type": "SharedQuantizationSpec", "edge_or_node": "x", "group": 3}
        {"type": "DerivedQuantizationSpec", "derived_from": "x", "dtype": "torch.int32", "derive_qparams_fn": "f"}
        "#,
        expect![[r#"
            QuantizationSpec(dtype=INT8, range=(0,1))
                QuantizationSpec(dtype=INT8, range=(0,1), observer_args={"eps": 1e-06})
            FixedQParamsQuantizationSpec
                FixedQParamsQuantizationSpec(block_size=[1, 32])
            SharedQuantizationSpec(edge_or_node=x)
                SharedQuantizationSpec(edge_or_node=x, group=3)
            DerivedQuantizationSpec(derived_from=x, dtype=torch.int32)
                DerivedQuantizationSpec(derived_from=x, dtype=torch.int32, derive_qparams_fn="f")
        "#]],
    );
}

#[test]
fn type_need_not_come_first() {
    check(
        r#"
        {"dtype": "torch.int8", "quant_max": 127, "type": "QuantizationSpec", "quant_min": -128, "ch_axis": null, "new": 1}
        {"edge_or_node": {"list": ["x"]}, "type": "SharedQuantizationSpec"}
        {"b": 1, "type": "GroupedQuantizationSpec", "a": 2}
        "#,
        expect![[r#"
            QuantizationSpec(dtype=INT8, range=(-128,127))
                QuantizationSpec(dtype=INT8, range=(-128,127), ch_axis=None, new=1)
            SharedQuantizationSpec(edge_or_node=[x])
            GroupedQuantizationSpec
                GroupedQuantizationSpec(a=2, b=1)
        "#]],
    );
}

/// A field that is not there and a null differ, except where only Python's None can be meant.
#[test]
fn missing_is_not_null() {
    let missing = spec(r#"{"type": "QuantizationSpec", "dtype": "torch.int8"}"#);
    let null = r#"{"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": null,
        "quant_max": null, "is_dynamic": null, "observer": null}"#;
    assert_eq!(missing, spec(null));
    for field in ["qscheme", "ch_axis"] {
        let null =
            format!(r#"{{"type": "QuantizationSpec", "dtype": "torch.int8", "{field}": null}}"#);
        assert_ne!(missing, spec(&null));
    }
}

#[track_caller]
fn check_error(json: &str, expected: Expect) {
    let error = serde_json::from_str::<QSpec>(json).expect_err("no qspec");
    expected.assert_eq(&error.to_string());
}

#[test]
fn wrong_json() {
    check_error(r#"{"dtype": "torch.int8"}"#, expect!["missing field `type` at line 1 column 23"]);
    check_error(
        r#"{"type": null}"#,
        expect!["invalid type: null, expected a string at line 1 column 13"],
    );
    check_error(
        r#"{"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": 0.5}"#,
        expect!["invalid type: floating point `0.5`, expected i64 at line 1 column 68"],
    );
    check_error(
        r#"{"quant_min": 0.5, "type": "QuantizationSpec", "dtype": "torch.int8"}"#,
        expect!["invalid type: floating point `0.5`, expected i64 at line 1 column 17"],
    );
    check_error(
        r#"{"type": "SharedQuantizationSpec", "edge_or_node": 3}"#,
        expect![
            "invalid type: integer `3`, expected a node's name, an array of such, or an object with `list` at line 1 column 52"
        ],
    );
    check_error(
        r#"{"type": "SharedQuantizationSpec", "edge_or_node": {"tuple": []}}"#,
        expect!["unknown field `tuple`, expected `list` at line 1 column 64"],
    );
    check_error(
        r#"{"type": "SharedQuantizationSpec", "edge_or_node": {}}"#,
        expect!["missing field `list` at line 1 column 53"],
    );
    check_error(
        r#"{"type": "SharedQuantizationSpec", "edge_or_node": {"list": [], "of": 1}}"#,
        expect!["unknown field `of`, expected `list` at line 1 column 68"],
    );
    check_error(
        r#""INT8""#,
        expect![[
            r#"invalid type: string "INT8", expected a qspec object with `type`, or null at line 1 column 6"#
        ]],
    );
}

/// Text of no known form is kept byte for byte, as the name of an unknown class.
#[track_caller]
fn check_other(text: &str) {
    let qspec = QSpec::from_repr(text).expect("a qspec");
    assert!(matches!(qspec, QSpec::Other(_)), "{text} reads as {qspec:?}");
    assert_eq!(qspec.to_string(), text);
    assert_eq!(format!("{qspec:#}"), text);
    assert_eq!(spec(&serde_json::to_string(&qspec).expect("JSON")), qspec);
}

#[test]
fn text_of_unknown_form() {
    for text in [
        "",
        " None",
        "none",
        "CUSTOM_QSPEC",
        "QuantizationSpec",
        "QuantizationSpec()",
        "QuantizationSpec(dtype=INT8",
        "QuantizationSpec(dtype=INT8, range=())",
        "QuantizationSpec(dtype=INT8, range=(-128))",
        "QuantizationSpec(dtype=INT8, range=(-128, 127))",
        "QuantizationSpec(dtype=INT8, range=(-0128,127))",
        "QuantizationSpec(dtype=INT8, range=(+1,127))",
        "QuantizationSpec(dtype=INT8, range=(0.5,127))",
        "QuantizationSpec(dtype=INT8, range=(None,None))",
        "QuantizationSpec(dtype=INT8, range=(0,99999999999999999999))",
        "QuantizationSpec(dtype=int8)",
        "QuantizationSpec(dtype=torch.int8)",
        "FixedQParamsQuantizationSpec()",
        "FixedQParamsQuantizationSpec(scale=1)",
        "SharedQuantizationSpec(edge_or_node=)",
        "SharedQuantizationSpec(edge_or_node=(x)",
        "SharedQuantizationSpec(edge_or_node=(x))",
        "SharedQuantizationSpec(edge_or_node=(x, y,))",
        "SharedQuantizationSpec(edge_or_node=(x,y))",
        "SharedQuantizationSpec(edge_or_node=(x, , y))",
        "SharedQuantizationSpec(edge_or_node=[x,])",
        "SharedQuantizationSpec(edge_or_node=(x, y])",
        "SharedQuantizationSpec(edge_or_node=x, y)",
        "SharedQuantizationSpec(edge_or_node=x)y)",
        "DerivedQuantizationSpec(derived_from=x)",
        "DerivedQuantizationSpec(derived_from=, dtype=torch.int32)",
        "DerivedQuantizationSpec(derived_from=((x, y), dtype=torch.int32)",
    ] {
        check_other(text);
    }
}

#[test]
fn deep_nesting() {
    let nested = |n_levels: usize| {
        let (open, close) = ("(".repeat(n_levels), ",)".repeat(n_levels));
        format!("SharedQuantizationSpec(edge_or_node={open}x{close})")
    };
    let qspec = QSpec::from_repr(&nested(60)).expect("a qspec");
    assert!(matches!(qspec, QSpec::Shared(_)));
    assert_eq!(qspec.to_string(), nested(60));
    check_other(&nested(100));
    check_other(&nested(100_000));
}

#[test]
fn none_is_not_a_qspec() {
    assert_eq!(QSpec::from_repr("None"), None);
    assert!(QSpec::from_repr("NO_QSPEC").expect("a qspec").is_no_qspec());
    assert!(!QSpec::from_repr("CUSTOM_QSPEC").expect("a qspec").is_no_qspec());
}

#[test]
fn edges() {
    let edge = EdgeOrNode::edge("x", "conv2d");
    assert_eq!(EdgeOrNode::from_repr("(x, conv2d)").as_ref(), Some(&edge));
    let (producer, consumer) = edge.as_edge().expect("an edge");
    assert_eq!((producer.as_str(), consumer.as_str()), ("x", "conv2d"));
    for text in ["x", "()", "(x,)", "(x, y, z)", "[x, y]", "((x, y), z)"] {
        assert_eq!(EdgeOrNode::from_repr(text).expect("nodes").as_edge(), None, "{text}");
    }
}
