//! The worst files of their size: what they take grows with the size, and not with its square.
//!
//! Optimized, as `cargo xtask fuzz` runs them, none takes more than a second for a megabyte; not optimized,
//! the sizes are smaller, and growth alone counts.

use std::io::{Cursor, Write};
use std::time::Duration;

use cpu_time::ThreadTime;
use flate2::Compression;
use flate2::write::GzEncoder;
use qspect_core::fleet::FleetRow;
use qspect_core::view::NodeTable;
use qspect_core::{Analysis, Diff, Level, Redaction, Summary, parse, unpack, write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MEGABYTE: usize = 1 << 20;

/// The smaller of two sizes; the other one is four times as large.
const SIZE: usize = if cfg!(debug_assertions) { MEGABYTE / 4 } else { MEGABYTE };
const FACTOR: usize = 4;

/// Twice what is linear, and what a machine that does other things adds.
const MAX_GROWTH: u32 = 2 * FACTOR as u32;
const FLOOR: Duration = Duration::from_millis(500);

/// How long the work takes on a file that `make` makes of about so many bytes.
#[track_caller]
fn check(what: &str, make: impl Fn(usize) -> Vec<u8>, work: fn(&[u8])) {
    let took = [SIZE, FACTOR * SIZE].map(|size| {
        let bytes = make(size);
        let start = ThreadTime::now();
        work(&bytes);
        let took = start.elapsed();
        if !cfg!(debug_assertions) {
            println!("{what}: {:?} for {:.1} MB", took, bytes.len() as f64 / 1e6);
            let limit = Duration::from_secs_f64(bytes.len() as f64 / 1e6);
            assert!(took <= limit, "{what}: {took:?} for {} bytes", bytes.len());
        }
        took
    });
    assert!(took[1] <= took[0] * MAX_GROWTH + FLOOR, "{what}: {took:?}");
}

/// Whether it is a report is not the question.
fn read(bytes: &[u8]) {
    for file in unpack("run", bytes) {
        if let Ok(content) = file.content {
            drop(parse(&file.name, &content));
        }
    }
}

/// All that the page does before anybody asks for more, and the text.
fn show(bytes: &[u8]) {
    for report in parse("run", bytes).expect("reports").reports {
        let analysis = Analysis::of(report);
        let table = NodeTable::of(&analysis);
        let summary = Summary::of(&analysis, &table);
        assert!(!write::summary_text(&summary).is_empty());
        assert!(!FleetRow::of("run", 0, None, &analysis).report_title.is_empty());
        assert!(!analysis.modules().is_empty() || !analysis.has_graph());
        assert!(!write::strip_svg(&analysis).is_empty());
        assert!(write::text(analysis.report(), Level::Debug).is_ok());
    }
}

fn compare(bytes: &[u8]) {
    let report = parse("run", bytes).expect("reports").reports.remove(0);
    let mut other = report.clone();
    if let Some(quantizer) = other.quantizers.first_mut() {
        quantizer.accepted_patterns.truncate(1);
        quantizer.rejected_patterns.truncate(1);
    }
    let (base, head) = (Analysis::of(report), Analysis::of(other));
    let diff = Diff::of(&base, &head);
    assert!(!write::diff_text(&diff).is_empty());
}

fn redact(bytes: &[u8]) {
    let report = parse("run", bytes).expect("reports").reports.remove(0);
    assert_eq!(Redaction::default().redact(&report).report_title, report.report_title);
}

fn repeated(unit: &str, size: usize) -> Vec<u8> {
    unit.repeat(size / unit.len() + 1).into_bytes()
}

#[test]
fn one_thing_over_and_over() {
    let rule = format!("{}\n", "-".repeat(100));
    let title = format!("{rule}{:^100}\n{rule}", "T");
    let section = format!("{title}Q using all\nAnnotating with C\n");
    let columns = "   NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP\n";
    let table = format!("{section}{columns}   ---------  ------  ------\n");
    let units = [
        "[",
        "{",
        "[{",
        "{\"a\":[",
        "9",
        "\\u0041",
        "\"",
        "\\",
        "-",
        " ",
        "- ",
        "\n",
        "a\n",
        "\r",
        "\0",
        "\u{1b}[",
        "(",
        "x using ",
        "É",
        "[]\n",
        "{},",
        "{}\n",
        "   ---------  ------  ------\n",
        columns,
        "   a          x: INT8  INT8\n",
        "   a  Rejected: R\n",
        "    a\n",
        "    \n",
        "Annotating with C\n",
        "Non annotated nodes:\n",
        &rule,
        &title,
        &section,
        &table,
    ];
    let nodes = format!("{title}Non annotated nodes:\n");
    let befores = ["", "[", "{\"a\":\"", "{\"a\":", "{\"a\":1}\n", &rule, &section, &table, &nodes];
    for unit in units {
        for before in befores {
            let make = |size| [before.as_bytes(), &repeated(unit, size)].concat();
            check(&format!("{before:?} and {unit:?}"), make, read);
        }
    }
}

/// A report with as many of the items as make up the size.
fn report(size: usize, before: &str, item: impl Fn(usize) -> String, after: &str) -> Vec<u8> {
    let head = "{\"format\":\"qspect-report\",\"version\":1,\"report_title\":\"T\",";
    let mut json = format!("{head}{before}");
    let mut n_items = 0;
    while json.len() < size {
        if n_items > 0 {
            json.push(',');
        }
        json.push_str(&item(n_items));
        n_items += 1;
    }
    (json + after + "}").into_bytes()
}

const INFO: &str = "\"quantizer_info\":{\"name\":\"Q\",\"targeted_nodes_description\":\"\",\"qconfig_label\":\"C\"}";

type Make = Box<dyn Fn(usize) -> Vec<u8>>;

/// Reports in which one kind of thing is as many as can be.
fn reports() -> Vec<(&'static str, Make)> {
    let graph = |item: fn(usize) -> String| -> Make {
        let before = "\"quantizers\":[],\"graph\":{\"nodes\":[";
        Box::new(move |size| report(size, before, item, "]}"))
    };
    let accepted = |item: fn(usize) -> String| -> Make {
        let before =
            format!("\"quantizers\":[{{{INFO},\"rejected_patterns\":[],\"accepted_patterns\":[");
        Box::new(move |size| report(size, &before, item, "]}]"))
    };
    let rejected = |item: fn(usize) -> String| -> Make {
        let before =
            format!("\"quantizers\":[{{{INFO},\"accepted_patterns\":[],\"rejected_patterns\":[");
        Box::new(move |size| report(size, &before, item, "]}]"))
    };
    let quantizers = |item: fn(usize) -> String| -> Make {
        Box::new(move |size| report(size, "\"quantizers\":[", item, "]"))
    };
    const CONV: &str = "\"op\":\"call_function\",\"target\":\"aten.conv2d.default\"";
    vec![
        ("equal nodes", graph(|_| format!("{{\"name\":\"a\",{CONV},\"inputs\":[\"a\"]}}"))),
        (
            "nodes that read the first",
            graph(|it| format!("{{\"name\":\"a{it}\",{CONV},\"inputs\":[\"a0\"]}}")),
        ),
        (
            "nodes that read the last",
            graph(|it| {
                format!("{{\"name\":\"a{it}\",{CONV},\"inputs\":[\"a{}\"]}}", it.saturating_sub(1))
            }),
        ),
        (
            "modules beside each other",
            graph(|it| {
                format!(
                    "{{\"name\":\"a{it}\",{CONV},\"inputs\":[],\"module_stack\":[{{\"path\":\"m{it}\",\"type\":\"M\"}}]}}"
                )
            }),
        ),
        (
            "a chain of shared qspecs",
            graph(|it| {
                let qspec = format!(
                    "{{\"type\":\"SharedQuantizationSpec\",\"edge_or_node\":\"a{}\"}}",
                    it + 1
                );
                format!(
                    "{{\"name\":\"a{it}\",{CONV},\"inputs\":[],\"annotation\":{{\"output_qspec\":{qspec}}}}}"
                )
            }),
        ),
        (
            "qspecs that share one",
            graph(|it| {
                let qspec = "{\"type\":\"SharedQuantizationSpec\",\"edge_or_node\":\"a0\"}";
                format!(
                    "{{\"name\":\"a{it}\",{CONV},\"inputs\":[],\"annotation\":{{\"output_qspec\":{qspec}}}}}"
                )
            }),
        ),
        (
            "annotated nodes of one name",
            accepted(|_| {
                "{\"nodes\":[{\"name\":\"a\",\"input_qspec_map\":[{\"node\":\"a\",\"qspec\":null}]}]}".to_owned()
            }),
        ),
        (
            "annotated nodes",
            accepted(|it| {
                format!(
                    "{{\"nodes\":[{{\"name\":\"a{it}\",\"output_qspec\":{{\"type\":\"X{it}\"}}}}]}}"
                )
            }),
        ),
        (
            "nodes rejected for reasons of their own",
            rejected(|it| format!("{{\"node_names\":[\"a{it}\"],\"rejection_reason\":\"R{it}\"}}")),
        ),
        (
            "a node rejected over and over",
            rejected(|it| format!("{{\"node_names\":[\"a\"],\"rejection_reason\":\"R{it}\"}}")),
        ),
        (
            "patterns of nodes with names of two words",
            rejected(|it| {
                format!("{{\"node_names\":[\"a {it}\"],\"rejection_reason\":\"a {it} is bad\"}}")
            }),
        ),
        (
            "quantizers",
            quantizers(|it| {
                let info = INFO.replace("\"C\"", &format!("\"C{it}\""));
                format!("{{{info},\"accepted_patterns\":[],\"rejected_patterns\":[]}}")
            }),
        ),
        (
            "quantizers that reject one node",
            quantizers(|it| {
                let info = INFO.replace("\"Q\"", &format!("\"Q{it}\""));
                format!(
                    "{{{info},\"accepted_patterns\":[],\"rejected_patterns\":[{{\"node_names\":[\"a\"],\"rejection_reason\":\"R\"}}]}}"
                )
            }),
        ),
        (
            "names without an annotation",
            Box::new(|size| {
                let before = "\"quantizers\":[],\"non_annotated_nodes\":[";
                report(size, before, |_| "\"a\"".to_owned(), "]")
            }),
        ),
        (
            "a reason that is one long path",
            Box::new(|size| {
                let rejected =
                    "\"rejected_patterns\":[{\"node_names\":[\"a.b\"],\"rejection_reason\":\"";
                let path = "a.".repeat(size / 2);
                let before =
                    format!("\"quantizers\":[{{{INFO},\"accepted_patterns\":[],{rejected}{path}");
                report(0, &before, |_| String::new(), "\"}]}]")
            }),
        ),
        (
            "fields of a newer format",
            Box::new(|size| {
                report(size, "\"quantizers\":[],", |it| format!("\"f{it}\":{{\"x\":[1]}}"), "")
            }),
        ),
    ]
}

#[test]
fn many_of_one_kind_are_shown() {
    for (what, make) in reports() {
        check(what, make, show);
    }
}

#[test]
fn many_of_one_kind_are_compared() {
    for (what, make) in reports() {
        check(what, make, compare);
    }
}

#[test]
fn many_of_one_kind_are_redacted() {
    for (what, make) in reports() {
        check(what, make, redact);
    }
}

#[test]
fn many_members_of_gzip() {
    for content in [&b""[..], b"a"] {
        let mut member = GzEncoder::new(Vec::new(), Compression::fast());
        member.write_all(content).expect("memory");
        let member = member.finish().expect("memory");
        check("members", |size| member.repeat(size / member.len()), read);
    }
}

/// As many as a zip archive has without zip64, and a fourth of it.
#[test]
fn many_entries_of_zip() {
    let most = usize::from(u16::MAX);
    let make = |size| {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for entry_no in 0..most * size / (FACTOR * SIZE) {
            let name = format!("{entry_no}.json");
            archive.start_file(name, SimpleFileOptions::default()).expect("memory");
            archive.write_all(b"{}").expect("memory");
        }
        archive.finish().expect("memory").into_inner()
    };
    check("entries", make, read);
}
