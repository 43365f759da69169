//! What the user reads when a file is opened, shared by the tests of errors and warnings.

use expect_test::Expect;
use qspect_core::parse;

/// Each content's error, or else the titles of its reports, their problems and the warnings.
#[track_caller]
pub fn check<Content: AsRef<[u8]>>(contents: impl IntoIterator<Item = Content>, expected: Expect) {
    let mut found = String::new();
    for content in contents {
        match parse("run.json", content.as_ref()) {
            Err(error) => found += &format!("{error}\n"),
            Ok(parsed) => {
                let titles = parsed.reports.iter().map(|it| it.report_title.as_str());
                found += &format!("reports: {:?}\n", titles.collect::<Vec<_>>());
                for problem in parsed.reports.iter().flat_map(|it| &it.completeness.problems) {
                    let line = problem.line.map_or(String::new(), |it| format!("line {it}: "));
                    found += &format!("    incomplete: {line}{}\n", problem.message);
                }
                for warning in &parsed.warnings {
                    found += &format!("    {warning}\n");
                }
            }
        }
    }
    expected.assert_eq(&found);
}

/// A small report, every kind of thing once.
pub const REPORT: &str = r#"{
  "format": "qspect-report", "version": 1, "report_title": "T",
  "quantizers": [{
    "quantizer_info": { "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C" },
    "accepted_patterns": [{ "nodes": [{ "name": "conv", "input_qspec_map": [
      { "node": "x", "qspec": { "type": "QuantizationSpec", "dtype": "torch.int8" } } ],
      "output_qspec": null }] }],
    "rejected_patterns": [{ "node_names": ["relu"], "rejection_reason": "R" }]
  }],
  "graph": { "nodes": [{ "name": "conv", "op": "call_function", "target": "aten.conv2d.default",
    "inputs": ["x"], "shape": [1, "s0"], "metrics": { "sqnr": 31.2 } }] }
}"#;

/// The smallest report, on one line.
pub fn line(title: &str) -> String {
    format!(r#"{{"format":"qspect-report","version":1,"report_title":"{title}","quantizers":[]}}"#)
}
