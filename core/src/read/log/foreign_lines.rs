//! Decides whether an unexpected line belongs to the log, or is a damaged line of the report.

use super::damaged_words::is_node_name;
use super::pattern_table;
use super::sections::{COUNTS, NO_PATTERNS, count, is_quantizer_name};
use super::title::centred;

/// Finds the lines that certainly belong to the log, whatever their text: those with a logger's
/// prefix where the report's own lines have none or another one, and the source code that Python
/// prints in tracebacks and warnings.
#[derive(Default)]
pub(super) struct Foreign {
    previous: Python,
}

/// The kind of Python output in the previous line.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Python {
    #[default]
    Nothing,
    /// `  File "run.py", line 3, in main`
    Frame,
    /// A line of code below it.
    Code,
    /// `run.py:3: UserWarning: deprecated`
    Warning,
}

impl Foreign {
    /// Whether the next line of a text certainly belongs to the log. `prefix` is the prefix of the
    /// report's lines; it is already removed from `line`.
    pub(super) fn is_next(&mut self, line: &str, prefix: &str) -> bool {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_frame = line.starts_with("  File \"") && line.contains("\", line ");
        // A single word may be a name in the last list.
        let is_code = self.previous == Python::Frame
            && indent == 4
            && !is_node_name(line.trim())
            && count(line).is_none();
        let is_mark = self.previous == Python::Code
            && indent >= 4
            && line.trim().bytes().all(|it| matches!(it, b'^' | b'~' | b' '));
        let is_warned = self.previous == Python::Warning && indent == 2 && count(line).is_none();
        let is_warning = line.split_once("Warning: ").is_some_and(|(before, _)| {
            // `run.py:3: User`
            let place = before.rsplit_once(": ").and_then(|it| it.0.rsplit_once(':'));
            place.is_some_and(|it| it.1.parse::<usize>().is_ok())
        });
        self.previous = if is_frame {
            Python::Frame
        } else if is_code || (self.previous == Python::Frame && indent == 4) {
            Python::Code
        } else if is_warning {
            Python::Warning
        } else {
            Python::Nothing
        };
        let is_python = is_frame || is_code || is_mark || is_warned || (is_warning && indent == 0);
        // A row of the report may be joined with the line.
        let is_joined = line.trim_start().contains("   ") && !is_mark;
        !is_joined && (is_python || has_other_prefix(line, prefix))
    }
}

/// Whether a line has a logger's prefix that differs from the prefix of the report's own lines.
fn has_other_prefix(line: &str, prefix: &str) -> bool {
    // Damage may leave a part of the report's own prefix.
    let may_be_own = prefix.chars().next().is_some_and(|it| line.starts_with(it));
    !may_be_own && has_logger_prefix(line)
}

/// `INFO:root:`, `[WARNING] `, `2026-11-27 12:00:01,123 `, `[12:00:01] `, `I1127 12:00:01.123 `.
fn has_logger_prefix(line: &str) -> bool {
    const LEVELS: [&str; 8] =
        ["DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL", "FATAL", "TRACE"];
    let text = line.strip_prefix('[').unwrap_or(line);
    let word = text.split([':', ' ', ']', '|']).next().unwrap_or_default();
    let has_more = text.len() > word.len();
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    let is_date = digits(text) == 4
        && text[4..].starts_with(['-', '/'])
        && digits(&text[5..]) == 2
        && text[7..].starts_with(['-', '/']);
    let is_time = digits(text) == 2
        && text[2..].starts_with(':')
        && digits(&text[3..]) == 2
        && text[5..].starts_with(':');
    let is_glog = text.starts_with(['I', 'W', 'E', 'F'])
        && digits(&text[1..]) == 4
        && text[5..].starts_with(' ')
        && digits(&text[6..]) == 2;
    is_date || is_time || is_glog || (has_more && LEVELS.contains(&word))
}

/// Whether a line of the log follows a text that lost its newline: `None2026-11-27 12:00:01`.
pub(super) fn has_log_line(text: &str) -> bool {
    const LEVELS: [&str; 6] = ["DEBUG:", "INFO:", "WARNING:", "ERROR:", "CRITICAL:", "Warning: "];
    let is_date = |it: &[u8]| {
        let is_like = |(at, byte): (usize, &u8)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        it.iter().enumerate().all(is_like)
    };
    const N_DATE: usize = "2026-11-27".len();
    LEVELS.iter().any(|it| text.contains(it)) || text.as_bytes().windows(N_DATE).any(is_date)
}

/// Whether a line is a single word, which may be the rest of a line of the report. The second line
/// of Python's warnings, `  warnings.warn(`, never is.
pub(super) fn is_one_word(line: &str) -> bool {
    let text = line.trim();
    text.split_whitespace().nth(1).is_none() && !text.ends_with('(') && !is_separator(text)
}

/// Whether a line repeats one character that no line of a report repeats: `========`, and the dots
/// that count tests.
fn is_separator(text: &str) -> bool {
    const MIN: usize = 4;
    let first = text.chars().next();
    text.len() >= MIN
        && first.is_some_and(|it| "=.*#~+".contains(it) && text.chars().all(|other| other == it))
}

/// Whether a line that cannot be read in its place still belongs to a report, or is a part of such
/// a line.
pub(super) fn is_of_report(line: &str) -> bool {
    const LABELS: [&str; 4] =
        ["Annotating with", "Supported operators", NO_PATTERNS, "Non annotated nodes"];
    const PARTS: [&str; 12] = [
        "_quantization_config(",
        "Finder targeting ",
        "targeting module ",
        "targeting node ",
        " types: ",
        " targets: ",
        "patterns defined by",
        "previous annotation",
        "accepted or rejected",
        "annotated nodes:",
        "qparams for connected",
        "Rejected nodes:",
    ];
    let text = line.trim();
    if is_omission(text) {
        return true;
    }
    let begins_like = |label: &str| {
        label.get(..8.min(label.len())).is_some_and(|it| it.len() >= 8 && text.starts_with(it))
    };
    LABELS.iter().chain(&COUNTS).any(|it| begins_like(it))
        || PARTS.iter().any(|it| text.contains(it))
        || (is_quantizer_name(line) && !line.starts_with(' '))
        || (line.starts_with("  ") && centred(line).is_some())
        || is_list(text)
        || pattern_table::is_header(line)
        || is_of_table(line)
}

/// Whether a tool or a person left out lines here: `... 2000 lines omitted ...`,
/// `[output truncated]`, `<snip>`.
fn is_omission(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "omitted",
        "truncated",
        "skipped",
        "snip",
        "snipped",
        "elided",
        "clipped",
        "cut",
        "trimmed",
    ];
    const ENDS: [&str; 6] = ["...", "…", "[", "<", "(", "*"];
    let words = || text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    if words().next().is_none() {
        let dots = text.trim_matches(['[', ']', '<', '>', '(', ')', ' ']);
        return matches!(dots, ".." | "..." | "…");
    }
    // A sentence of a log may have such a word too.
    ENDS.iter().any(|it| text.starts_with(it))
        && words().any(|word| WORDS.iter().any(|it| word.eq_ignore_ascii_case(it)))
}

/// Whether a line is a part of a list of operators or classes: `h_, aten::clamp, aten::relu`.
fn is_list(text: &str) -> bool {
    text.contains(", ")
        && text.trim_start_matches(", ").split(", ").all(|it| {
            let it = it.trim_end_matches(',');
            let is_of_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | ':' | '.');
            !it.is_empty() && it.chars().all(is_of_name)
        })
}

/// Whether a line that cannot be read as a row of a table looks like a part of one.
pub(super) fn is_of_table(line: &str) -> bool {
    const CODE: [&str; 12] = [
        "QuantizationSpec",
        "_QSPEC",
        "QSPEC MAP",
        "NODE NAME",
        "Rejected:",
        "edge_or_node",
        "derived_from",
        "dtype=",
        "range=(",
        "), (",
        ", dtype",
        ", range",
    ];
    let text = line.trim();
    let words = || text.split_whitespace();
    let is_entry = words().next().is_some_and(|it| it.strip_suffix(':').is_some_and(is_node_name))
        && words().nth(1).is_some_and(|it| it.starts_with(|it: char| it.is_ascii_uppercase()))
        && words().nth(2).is_none();
    let has_box =
        text.starts_with(['╒', '╘', '|', '?', '\u{fffd}', 'â', '├']) || text.starts_with("\\u25");
    CODE.iter().any(|it| text.contains(it))
        || is_entry
        || has_box
        || words().any(|it| it == "None")
        || text.matches(')').count() > text.matches('(').count()
        || text.starts_with("---")
        || text.ends_with("---")
        || is_dashes(text)
        // A NUL byte replaces lost text.
        || text.contains('\0')
}

/// Whether a line is a part of a rule, or of the line below a table's titles.
pub(super) fn is_dashes(line: &str) -> bool {
    let dashes = line.trim();
    dashes.len() >= 2 && dashes.bytes().all(|it| matches!(it, b'-' | b' ' | b'\t'))
}
