//! Small reports as ExecuTorch prints them, and what is read from damaged ones.

use expect_test::Expect;
use qspect_core::{NonAnnotatedNodes, Report, parse};

pub const RULE: &str = "----------------------------------------------------------------------------------------------------";

/// A report at INFO level.
pub fn info(title: &str) -> String {
    format!(
        "{RULE}\n{title:^100}\n{RULE}
Q using all nodes
Annotating with C
Supported operators and patterns defined by None
   Accepted nodes: 1
   Rejected due to previous annotation: 0
   Rejected nodes: 0

{RULE}
Non annotated nodes: 0
{RULE}
"
    )
}

/// A report at DEBUG level.
pub fn debug() -> String {
    format!(
        "{RULE}\n{:^100}\n{RULE}
Q using all nodes
Annotating with C
Supported operators and patterns defined by None
   Accepted nodes: 3
   Rejected due to previous annotation: 0
   Rejected nodes: 1

       NODE NAME    INPUT QSPEC MAP                                    OUTPUT QSPEC MAP
   --  -----------  -------------------------------------------------  ----------------------------
       sin          x: QuantizationSpec(dtype=INT8)                    QuantizationSpec(dtype=INT8)
   ╒   conv2d       x: QuantizationSpec(dtype=INT8)                    None
   ╘   relu                                                            QuantizationSpec(dtype=INT8)
       cat          Rejected: No float inputs nor outputs to annotate
{RULE}
Non annotated nodes:
    sigmoid
    softmax
{RULE}
",
        "T"
    )
}

/// Each text's reports: titles, quantizers, nodes, problems and warnings; or the error.
#[track_caller]
pub fn check(texts: impl IntoIterator<Item = String>, expected: Expect) {
    let mut found = String::new();
    for text in texts {
        match parse("run.log", text.as_bytes()) {
            Err(error) => found += &format!("{error}\n"),
            Ok(parsed) => {
                for report in &parsed.reports {
                    found += &described(report);
                }
                for warning in &parsed.warnings {
                    found += &format!("    {warning}\n");
                }
            }
        }
    }
    expected.assert_eq(&found);
}

pub fn described(report: &Report) -> String {
    let patterns = report.quantizers.iter().map(|it| {
        let of_pattern = |it: &qspect_core::AcceptedPattern| {
            it.nodes.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join("+")
        };
        it.accepted_patterns.iter().map(of_pattern).collect::<Vec<_>>()
    });
    let patterns: Vec<_> = patterns.collect();
    let mut out = format!("{:?} at {:?}: {patterns:?}", report.report_title, report.level());
    if let Some(NonAnnotatedNodes::Names(names)) = &report.non_annotated_nodes {
        out += &format!(", {names:?}");
    }
    out += if report.completeness.is_whole() { ", whole\n" } else { "\n" };
    for problem in &report.completeness.problems {
        let line = problem.line.map_or(String::new(), |it| format!("line {it}: "));
        out += &format!("    {}: {line}{}\n", problem.kind.as_str(), problem.message);
    }
    out
}
