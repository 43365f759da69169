//! No damaged report reads as a whole one. For each result of damaging a real report, the reader
//! gives the same model as for the whole text, or a report that is incomplete, or no report.
//!
//! Left out are the two kinds of damage that leave no trace in ExecuTorch's format: a name of the
//! last list that is lost and that no quantizer rejected, and the row of a node's further input that
//! is not the widest in its table.

use std::path::Path;

use crate::common::damages::{Random, each_line, wrapped};
use crate::common::{RealReport, files_below, real_reports};
use qspect_core::{Level, Report, parse, unpack, write};

/// What Qspect prints of a report at either level is whole, and every report in JSON is.
#[test]
fn texts_of_json_reports() {
    let mut n_reports = 0;
    let mut wrong = Vec::new();
    for path in files_below(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports")) {
        let name = path.display().to_string();
        if !name.contains(".json") {
            continue;
        }
        let packed = std::fs::read(&path).expect("a file");
        for unpacked in unpack(&name, &packed) {
            let bytes = unpacked.content.expect("a report");
            for report in parse(&name, &bytes).expect("reports").reports {
                n_reports += 1;
                if !report.completeness.is_whole() {
                    wrong.push(format!("{name}: {}", report.completeness));
                }
                for level in [Level::Info, Level::Debug] {
                    let text = write::text(&report, level).expect("a text");
                    let parsed = parse("run.log", text.as_bytes()).expect("a report");
                    for read in parsed.reports {
                        if !read.completeness.is_whole() {
                            wrong.push(format!("{name} {level:?}: {}", read.completeness));
                        }
                    }
                }
            }
        }
    }
    assert!(n_reports > 40, "{n_reports}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One real report, and which results of damaging it were wrong.
struct Checked<'r> {
    real: &'r RealReport,
    whole: Report,
    n_results: usize,
    wrong: Vec<String>,
}

impl<'r> Checked<'r> {
    fn of(real: &'r RealReport) -> Self {
        let whole = real.read();
        assert!(whole.completeness.is_whole(), "{}: {}", real.name, whole.completeness);
        Self { real, whole, n_results: 0, wrong: Vec::new() }
    }

    /// Whether a result is one of the three.
    fn is_right(&self, damaged: &[u8]) -> bool {
        let Ok(parsed) = parse("run.log", damaged) else { return true };
        parsed.reports.iter().all(|it| !it.completeness.is_whole() || *it == self.whole)
    }

    fn check(&mut self, damaged: impl AsRef<[u8]>, what: impl FnOnce() -> String) {
        self.n_results += 1;
        if !self.is_right(damaged.as_ref()) {
            self.wrong.push(what());
        }
    }

    /// What is wrong, in words.
    fn wrong(self) -> Option<String> {
        let Self { real, n_results, wrong, .. } = self;
        assert!(n_results > 0);
        let first = &wrong[..wrong.len().min(20)];
        let n_wrong = wrong.len();
        (n_wrong > 0).then(|| format!("{}: {n_wrong} of {n_results}: {first:#?}", real.name))
    }
}

/// Checks each real report, several at once.
#[track_caller]
fn check_each(damage: impl Fn(&mut Checked<'_>) + Sync) {
    const N_THREADS: usize = 4;
    let reports = real_reports();
    let (reports, damage) = (&reports, &damage);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..N_THREADS)
            .map(|thread_idx| {
                scope.spawn(move || {
                    let own = reports.iter().skip(thread_idx).step_by(N_THREADS);
                    let wrong = own.filter_map(|real| {
                        let mut checked = Checked::of(real);
                        damage(&mut checked);
                        checked.wrong()
                    });
                    wrong.collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|it| it.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "damaged reports that read as whole ones:\n{}", wrong.join("\n"));
}

/// Of how many results one is tried, so that a large report takes no minutes: each is a parse of
/// all of its text.
fn step(n_results: usize, real: &RealReport) -> usize {
    const MAX_BYTES: usize = 2_000_000;
    (n_results * real.text.len()).div_ceil(MAX_BYTES).max(1)
}

/// Reports of up to 12 kB are cut at each of their first 10,000 bytes. In larger ones the bytes are
/// of the same kinds, and each cut takes longer: there it is each of the first 1,000 bytes, each
/// eleventh of the next 9,000, and beyond that line ends and some 200 other bytes.
#[test]
fn cut_at_any_byte() {
    const N_BYTES: usize = 10_000;
    const N_BYTES_OF_LARGE: usize = 1_000;
    check_each(|checked| {
        let text = &checked.real.text;
        let is_large = text.len() > 12_000;
        let line_ends: Vec<usize> = text.match_indices('\n').map(|it| it.0).collect();
        let mut random = Random::of(text.len());
        let mut cuts: Vec<usize> = (0..text.len().min(N_BYTES)).collect();
        cuts.retain(|it| !is_large || *it < N_BYTES_OF_LARGE || it % 11 == 0);
        let step_of_ends = step(line_ends.len(), checked.real);
        cuts.extend(line_ends.into_iter().step_by(step_of_ends).flat_map(|it| [it, it + 1]));
        let n_random = 200 / step(200, checked.real);
        cuts.extend((0..n_random).map(|_| random.below(text.len())));
        for n_bytes in cuts {
            checked.check(&text.as_bytes()[..n_bytes], || format!("cut at byte {n_bytes}"));
        }
    });
}

/// Whether the loss of a line leaves no trace: a name of the last list beside others, or the row of
/// a further input.
fn is_traceless(lines: &[&str], line_idx: usize) -> bool {
    let line = lines[line_idx];
    let list_idx = lines.iter().rposition(|it| it.starts_with("Non annotated nodes:"));
    let n_names = list_idx.map_or(0, |it| lines.len() - it - 2);
    let is_name = list_idx.is_some_and(|it| line_idx > it) && line.starts_with("    ");
    let is_input = line.starts_with("   ") && line.contains(": ") && {
        let rest = line.trim_start_matches([' ', '|', '╘']);
        // The name's column is empty, and only the last row of a pattern has `╘`.
        rest.len() + 12 < line.len() && rest.contains(": ") && !line.contains('╘')
    };
    (is_name && n_names > 1 && !is_rejected(lines, line.trim())) || is_input
}

/// Whether a quantizer rejected a node and left it without an annotation. ExecuTorch marks a node
/// without float tensors.
fn is_rejected(lines: &[&str], name: &str) -> bool {
    let rejections = lines.iter().filter_map(|it| it.split_once(" Rejected: "));
    let mut of_node = rejections.filter(|(label, _)| {
        let is_of_name = |it: char| it.is_alphanumeric() || it == '_';
        label.split(|it| !is_of_name(it)).any(|it| it == name)
    });
    of_node.next().is_some_and(|(_, reason)| !reason.starts_with("No float inputs"))
}

#[test]
fn one_line_lost() {
    check_each(|checked| {
        let lines: Vec<&str> = checked.real.text.lines().collect();
        let step = step(lines.len(), checked.real);
        for line_idx in (0..lines.len()).filter(|it| it % step == 0 || *it < 40) {
            if is_traceless(&lines, line_idx) {
                continue;
            }
            let damaged = [&lines[..line_idx], &lines[line_idx + 1..]].concat().join("\n");
            checked.check(damaged, || format!("line {}: {}", line_idx + 1, lines[line_idx]));
        }
    });
}

/// A line of the log with its newline lost before a line of the report, or the other way round.
#[test]
fn lines_joined_with_the_log() {
    const OTHERS: [&str; 3] = [
        "INFO:worker: still alive",
        "2026-11-27 12:00:01,123 step 3",
        "run.py:3: UserWarning: old",
    ];
    check_each(|checked| {
        let lines: Vec<&str> = checked.real.text.lines().collect();
        let step = step(lines.len() * OTHERS.len() * 2, checked.real);
        for line_idx in (0..lines.len()).filter(|it| it % step == 0 || *it < 12) {
            for other in OTHERS {
                for joined in
                    [format!("{other}{}", lines[line_idx]), format!("{}{other}", lines[line_idx])]
                {
                    let before = lines[..line_idx].join("\n");
                    let damaged = [&before, &joined, &lines[line_idx + 1..].join("\n")]
                        .map(|it| it.as_str())
                        .join("\n");
                    checked.check(damaged, || format!("line {}: {joined}", line_idx + 1));
                }
            }
        }
    });
}

#[test]
fn white_space_lost() {
    check_each(|checked| {
        let text = &checked.real.text;
        checked.check(each_line(text, |_, it| it.trim().to_owned()), || "stripped".to_owned());
        checked
            .check(each_line(text, |_, it| it.trim_start().to_owned()), || "dedented".to_owned());
        for n_spaces in 1..=4 {
            let cut = |line: &str| {
                let n_before = line.len() - line.trim_start_matches(' ').len();
                line[n_before.min(n_spaces)..].to_owned()
            };
            checked.check(each_line(text, |_, it| cut(it)), || format!("{n_spaces} spaces lost"));
        }
        let tabs = |width: usize| {
            each_line(text, |_, line| {
                let n_before = line.len() - line.trim_start_matches(' ').len();
                "\t".repeat(n_before / width) + &line[n_before / width * width..]
            })
        };
        for width in [2, 3, 4, 8] {
            checked.check(tabs(width), || format!("tabs for {width} spaces"));
        }
        let single = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        checked.check(each_line(text, |_, it| single(it)), || "spaces joined".to_owned());
    });
}

#[test]
fn lines_wrapped() {
    check_each(|checked| {
        let text = &checked.real.text;
        for width in [80, 100, 101, 110, 119, 120, 132, 140, 160, 200] {
            for (indent, name) in [("", ""), ("    ", " with indentation"), ("  ", " by two")] {
                for at_words in [false, true] {
                    checked.check(wrapped(text, width, indent, at_words), || {
                        format!("wrapped at {width}{name}, at words: {at_words}")
                    });
                }
            }
        }
    });
}

/// The box characters as other encodings and escapes show them.
const BOXES: [(&str, [&str; 3]); 9] = [
    ("escaped", ["\\u2552", "\\u007c", "\\u2558"]),
    ("question marks", ["?", "?", "?"]),
    ("question marks, but for ASCII", ["?", "|", "?"]),
    ("UTF-8 as cp1252", ["â•’", "|", "â•˜"]),
    ("UTF-8 as cp437", ["Γòò", "|", "Γòÿ"]),
    ("UTF-8 as cp850", ["ÔòÆ", "|", "Ôòÿ"]),
    ("replaced", ["\u{fffd}", "\u{fffd}", "\u{fffd}"]),
    ("replaced, but for ASCII", ["\u{fffd}\u{fffd}\u{fffd}", "|", "\u{fffd}\u{fffd}\u{fffd}"]),
    ("lost", ["", "", ""]),
];

#[test]
fn boxes_damaged() {
    check_each(|checked| {
        checked.n_results += 1;
        for (name, boxes) in BOXES {
            for which in [1, 2, 4, 5, 7] {
                let mut damaged = checked.real.text.clone();
                for (idx, (from, to)) in ["╒", "|", "╘"].iter().zip(boxes).enumerate() {
                    if which & (1 << idx) != 0 {
                        damaged = damaged.replace(from, to);
                    }
                }
                checked.check(damaged, || format!("{name}, {which:03b}"));
            }
            // With a box that fits into its column, in one line alone.
            let lines: Vec<&str> = checked.real.text.lines().collect();
            for (line_idx, line) in lines.iter().enumerate() {
                let Some(at) = line.find(['╒', '|', '╘']) else { continue };
                if line_idx % step(lines.len() * BOXES.len(), checked.real) != 0 {
                    continue;
                }
                let mut damaged: Vec<String> = lines.iter().map(|it| it.to_string()).collect();
                let box_idx = ["╒", "|", "╘"].iter().position(|it| line[at..].starts_with(it));
                let from = ["╒", "|", "╘"][box_idx.unwrap_or_default()];
                let to = boxes[box_idx.unwrap_or_default()];
                damaged[line_idx] = line.replacen(from, to, 1);
                checked.check(damaged.join("\n"), || format!("{name} in line {}", line_idx + 1));
            }
        }
    });
}
