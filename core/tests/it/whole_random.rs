//! As `whole.rs`, with random damage of many kinds, the same in each run.
//!
//! Some damage makes the text of another model: of one without the section of a quantizer, or with
//! another number in a count that nothing else repeats. If a report prints as
//! exactly the text that is left, the reader is not at fault.

use std::collections::BTreeMap;

use crate::common::damages::{Random, each_line, wrapped};
use crate::common::{RealReport, real_reports};
use qspect_core::{Parsed, Report, parse, write};

/// The lines of a report that have content, without the white space around them, a logger's prefix
/// and the text above its first rule.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|it| it.strip_prefix(PREFIX).unwrap_or(it).trim());
    lines.filter(|it| !it.is_empty()).skip_while(|it| !it.starts_with("---")).collect()
}

/// Whether all of the text is what ExecuTorch prints for this model. A name of the last list that
/// does not look like one is left out with a warning.
fn is_of_other_model(parsed: &Parsed, report: &Report, damaged: &[u8]) -> bool {
    let Ok(damaged) = std::str::from_utf8(damaged) else { return false };
    let Ok(text) = write::text(report, report.level()) else { return false };
    let is_passed_over = |idx: usize| parsed.warnings.iter().any(|it| it.line == Some(idx + 1));
    let list_idx = damaged.lines().position(|it| it.contains("Non annotated nodes:"));
    let n_before_list = list_idx.unwrap_or(usize::MAX);
    let rest: Vec<&str> = damaged
        .lines()
        .enumerate()
        .filter(|(idx, _)| !(*idx >= n_before_list && is_passed_over(*idx)))
        .map(|it| it.1)
        .collect();
    // ExecuTorch has one line for three counts of 0.
    let rest = rest.join("\n").replace(
        "Accepted nodes: 0\n   Rejected due to previous annotation: 0\n   Rejected nodes: 0",
        "No patterns accepted or rejected.",
    );
    let text = lines(&text);
    lines(&rest).windows(text.len()).any(|it| it == text)
}

/// A logger's.
const PREFIX: &str = "INFO:root:";

/// One way to damage a text.
type Damage = fn(&str, &mut Random) -> Vec<u8>;

/// A range of at most `max` of `n` things, and at least one.
fn range(n: usize, max: usize, random: &mut Random) -> std::ops::Range<usize> {
    let start = random.below(n);
    start..(start + 1 + random.below(max)).min(n)
}

fn without_lines(text: &str, random: &mut Random) -> Vec<u8> {
    let mut lines: Vec<&str> = text.lines().collect();
    let range = range(lines.len(), 40, random);
    lines.drain(range);
    lines.join("\n").into_bytes()
}

fn without_bytes(text: &str, random: &mut Random) -> Vec<u8> {
    let max = [4, 40, 400, 4_000][random.below(4)];
    let range = range(text.len(), max, random);
    let mut bytes = text.as_bytes().to_vec();
    bytes.drain(range);
    bytes
}

fn with_lines_twice(text: &str, random: &mut Random) -> Vec<u8> {
    let mut lines: Vec<&str> = text.lines().collect();
    let part = lines[range(lines.len(), 30, random)].to_vec();
    let at = random.below(lines.len());
    lines.splice(at..at, part);
    lines.join("\n").into_bytes()
}

fn with_lines_repeated(text: &str, random: &mut Random) -> Vec<u8> {
    let mut lines: Vec<&str> = text.lines().collect();
    let range = range(lines.len(), [1, 3, 30][random.below(3)], random);
    let part = lines[range.clone()].to_vec();
    lines.splice(range.end..range.end, part);
    lines.join("\n").into_bytes()
}

fn with_bytes_twice(text: &str, random: &mut Random) -> Vec<u8> {
    let part = text.as_bytes()[range(text.len(), 2_000, random)].to_vec();
    let at = random.below(text.len());
    let mut bytes = text.as_bytes().to_vec();
    bytes.splice(at..at, part);
    bytes
}

fn some_lines(text: &str, random: &mut Random, rewrite: impl Fn(&str, usize) -> String) -> Vec<u8> {
    let share = [1, 4, 30][random.below(3)];
    let n_lines = text.lines().count();
    let range = match share {
        1 => range(n_lines, 20, random),
        _ => 0..n_lines,
    };
    let mut numbers = Random::of(random.below(1 << 30));
    let choices: Vec<(bool, usize)> =
        (0..n_lines).map(|_| (numbers.below(share) == 0, numbers.below(1 << 20))).collect();
    let damaged = each_line(text, |line_idx, line| {
        let (is_chosen, number) = choices[line_idx];
        if is_chosen && range.contains(&line_idx) { rewrite(line, number) } else { line.to_owned() }
    });
    damaged.into_bytes()
}

fn dedented(text: &str, random: &mut Random) -> Vec<u8> {
    some_lines(text, random, |line, _| line.trim_start().to_owned())
}

fn indented(text: &str, random: &mut Random) -> Vec<u8> {
    some_lines(text, random, |line, number| " ".repeat(1 + number % 5) + line)
}

fn without_line_ends(text: &str, random: &mut Random) -> Vec<u8> {
    some_lines(text, random, |line, number| {
        let n_chars = line.chars().count();
        line.chars().take(number % (n_chars + 1)).collect()
    })
}

fn without_line_starts(text: &str, random: &mut Random) -> Vec<u8> {
    some_lines(text, random, |line, number| {
        let n_chars = line.chars().count();
        line.chars().skip(number % (n_chars + 1)).collect()
    })
}

fn without_a_newline(text: &str, random: &mut Random) -> Vec<u8> {
    let newlines: Vec<usize> = text.match_indices('\n').map(|it| it.0).collect();
    let at = newlines[random.below(newlines.len())];
    [&text.as_bytes()[..at], &text.as_bytes()[at + 1..]].concat()
}

fn with_a_newline(text: &str, random: &mut Random) -> Vec<u8> {
    let at = random.below(text.len());
    [&text.as_bytes()[..at], b"\n", &text.as_bytes()[at..]].concat()
}

fn lines_swapped(text: &str, random: &mut Random) -> Vec<u8> {
    let mut lines: Vec<&str> = text.lines().collect();
    let (a, b) = (random.below(lines.len()), random.below(lines.len()));
    lines.swap(a, b);
    lines.join("\n").into_bytes()
}

fn stripped_and_cut(text: &str, random: &mut Random) -> Vec<u8> {
    let stripped = each_line(text, |_, line| line.trim().to_owned()).into_bytes();
    let n_bytes = random.below(stripped.len());
    stripped[..n_bytes].to_vec()
}

fn stripped_without_lines(text: &str, random: &mut Random) -> Vec<u8> {
    without_lines(&each_line(text, |_, line| line.trim().to_owned()), random)
}

fn wrapped_and_cut(text: &str, random: &mut Random) -> Vec<u8> {
    let wrapped = wrapped(text, [100, 120][random.below(2)], "", false).into_bytes();
    let n_bytes = random.below(wrapped.len());
    wrapped[..n_bytes].to_vec()
}

fn zeroed(text: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let range = range(bytes.len(), 500, random);
    bytes[range].fill(0);
    bytes
}

fn overwritten(text: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.below(bytes.len());
    bytes[at] = b"\x00\xff?# \t\r"[random.below(7)];
    bytes
}

fn prefixed_without_bytes(text: &str, random: &mut Random) -> Vec<u8> {
    let prefixed = each_line(text, |_, line| format!("{PREFIX}{line}"));
    without_bytes(&prefixed, random)
}

const DAMAGES: [(&str, Damage); 20] = [
    ("lines lost", without_lines),
    ("bytes lost", without_bytes),
    ("lines written twice", with_lines_twice),
    ("lines repeated", with_lines_repeated),
    ("bytes written twice", with_bytes_twice),
    ("dedented", dedented),
    ("indented", indented),
    ("ends of lines lost", without_line_ends),
    ("starts of lines lost", without_line_starts),
    ("newline lost", without_a_newline),
    ("newline added", with_a_newline),
    ("lines swapped", lines_swapped),
    ("stripped and cut", stripped_and_cut),
    ("stripped, lines lost", stripped_without_lines),
    ("wrapped and cut", wrapped_and_cut),
    ("zeroed", zeroed),
    ("overwritten", overwritten),
    ("prefixed, bytes lost", prefixed_without_bytes),
    ("cut", |text, random| text.as_bytes()[..random.below(text.len())].to_vec()),
    ("beginning lost", |text, random| text.as_bytes()[random.below(text.len())..].to_vec()),
];

/// How many results are tried: `QSPECT_DAMAGES` may ask for more.
fn n_results() -> usize {
    std::env::var("QSPECT_DAMAGES").ok().and_then(|it| it.parse().ok()).unwrap_or(6_000)
}

/// Reports in turn, small ones more often: each kind of damage meets each kind of line there.
fn pick<'r>(reports: &'r [RealReport], random: &mut Random) -> &'r RealReport {
    loop {
        let real = &reports[random.below(reports.len())];
        if random.below(real.text.len()) < 6_000 {
            return real;
        }
    }
}

/// Whether two reports differ only in the descriptions of their quantizers. These are free texts: a
/// reader cannot know whether they are whole.
fn has_same_figures(report: &Report, whole: &Report) -> bool {
    let [report, whole] = [report, whole].map(|it| {
        let mut report = it.clone();
        for quantizer in &mut report.quantizers {
            let info = &mut quantizer.quantizer_info;
            info.targeted_nodes_description.clear();
            info.support_config_path = None;
            if info.qconfig_label != "NO_QCONFIG" {
                info.qconfig_label.clear();
            }
        }
        report
    });
    report == whole
}

/// The damage that is wrong, by kind; and how often it made the text of another model.
fn wrong_results(seed: usize, n_results: usize) -> (BTreeMap<&'static str, Vec<String>>, usize) {
    let reports = real_reports();
    let wholes: BTreeMap<&str, Report> =
        reports.iter().map(|it| (it.name.as_str(), it.read())).collect();
    let mut random = Random::of(seed);
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut n_excused = 0;
    for _ in 0..n_results {
        let real = pick(&reports, &mut random);
        let whole = &wholes[real.name.as_str()];
        let (name, damage) = DAMAGES[random.below(DAMAGES.len())];
        let damaged = damage(&real.text, &mut random);
        let Ok(parsed) = parse("run.log", &damaged) else { continue };
        for report in &parsed.reports {
            if !report.completeness.is_whole() || has_same_figures(report, whole) {
                continue;
            }
            if is_of_other_model(&parsed, report, &damaged) {
                n_excused += 1;
                if std::env::var_os("QSPECT_SHOW").is_some() {
                    println!("excused {name}: {}", difference(&real.text, &damaged));
                }
                continue;
            }
            let file = real.name.rsplit_once('/').map_or("", |it| it.1);
            let what = difference(&real.text, &damaged);
            wrong.entry(name).or_default().push(format!("{file}: {what}\n{:?}", parsed.warnings));
        }
    }
    (wrong, n_excused)
}

/// The first lines that differ.
fn difference(text: &str, damaged: &[u8]) -> String {
    let damaged = String::from_utf8_lossy(damaged);
    let (a, b): (Vec<&str>, Vec<&str>) = (text.lines().collect(), damaged.lines().collect());
    let n_same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let ends = a[n_same..].iter().rev().zip(b[n_same.min(b.len())..].iter().rev());
    let n_same_at_end = ends.take_while(|(a, b)| a == b).count();
    let of = |lines: &[&str]| {
        let lines = &lines[n_same..lines.len() - n_same_at_end];
        let n_lines = lines.len();
        format!("{n_lines} lines {:#?}", &lines[..n_lines.min(4)])
    };
    let more = if std::env::var_os("QSPECT_FULL").is_some() { damaged.as_ref() } else { "" };
    format!("line {}: {} became {}{more}", n_same + 1, of(&a), of(&b))
}

#[test]
fn random_damage() {
    let n_results = n_results() / 2;
    let threads = [1, 2].map(|seed| std::thread::spawn(move || wrong_results(seed, n_results)));
    for thread in threads {
        let (wrong, n_excused) = thread.join().expect("no panic");
        for (name, wrong) in &wrong {
            println!("{name}: {} wrong", wrong.len());
            for what in wrong.iter().take(6) {
                println!("  {what}");
            }
        }
        assert!(wrong.is_empty(), "damaged reports read as whole ones");
        assert!(n_excused * 20 <= n_results, "{n_excused} of {n_results} read as other models");
    }
}
