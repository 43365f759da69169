//! Splits a text at its rules, and removes what loggers and terminals add to its lines.

use super::foreign_lines::Foreign;
use super::pattern_table;
use super::pattern_table::Line;
use super::prefix::{Rule, rule, strip_ansi, without_prefix};
use crate::text::python::is_word;

/// How the list of the nodes that are not transformed begins (`_log_nonquantized_nodes` in
/// `backends/arm/quantizer/arm_quantizer.py`).
pub(super) const PRE_TRANSFORM: &str = "The following nodes are not marked for quantization";

/// The label of a quantizer's qconfig.
pub(super) const QCONFIG: &str = "Annotating with ";

/// The label of the path of a quantizer's supported operators.
pub(super) const SUPPORTED: &str = "Supported operators and patterns defined by ";

/// The line that replaces the counts if there is nothing to count.
pub(super) const NO_PATTERNS: &str = "No patterns accepted or rejected.";

/// The labels of the counts, in order.
pub(super) const COUNTS: [&str; 3] =
    ["Accepted nodes:", "Rejected due to previous annotation:", "Rejected nodes:"];

/// The text after `label` in its line. If it is empty, the white space at the label's end may be
/// lost.
pub(super) fn after_label<'l>(line: &'l str, label: &str) -> Option<&'l str> {
    line.strip_prefix(label).or_else(|| (line == label.trim_end()).then_some(""))
}

/// A number as Python prints it.
pub(super) fn number(text: &str) -> Option<usize> {
    let is_plain = text == "0" || text.starts_with(|it: char| matches!(it, '1'..='9'));
    text.parse().ok().filter(|_| is_plain)
}

/// The index of a line's label in [`COUNTS`], and its count.
pub(super) fn count(line: &str) -> Option<(usize, usize)> {
    let line = line.trim();
    COUNTS.iter().enumerate().find_map(|(idx, label)| {
        let count = number(line.strip_prefix(label)?.strip_prefix(' ')?)?;
        Some((idx, count))
    })
}

/// Whether a line has one of a quantizer's counts, or replaces them, and is indented as ExecuTorch
/// prints it.
pub(super) fn is_indented_count(line: &str) -> bool {
    line.starts_with("   ") && (count(line).is_some() || line.trim() == NO_PATTERNS)
}

/// The text after `Non annotated nodes:` in the first line of the last section: empty at DEBUG
/// level, a number at INFO level.
pub(super) fn non_annotated(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Non annotated nodes:")?.trim_end();
    let count = rest.strip_prefix(' ').unwrap_or_default();
    (rest.is_empty() || number(count).is_some()).then_some(count)
}

/// `PatternQuantizer using GlobalNodeFinder targeting all nodes`, split in two. The white space
/// before an empty description may be lost.
pub(super) fn quantizer_name(line: &str) -> Option<(&str, &str)> {
    line.split_once(" using ").or_else(|| Some((line.strip_suffix(" using")?, "")))
}

/// Whether a line is `X using Y` and `X` is one word, as the name of a class is.
pub(super) fn is_quantizer_name(line: &str) -> bool {
    quantizer_name(line).is_some_and(|(name, _)| is_word(name))
}

/// How many lines below a quantizer's name its qconfig may be: lines of the log may come between.
const MAX_BETWEEN: usize = 8;

/// The lines between two rules.
pub(super) struct Block<'t> {
    pub(super) kind: Kind,
    pub(super) lines: Vec<Line<'t>>,
    /// The line number of the rule above, counted from 1.
    pub(super) line_no: usize,
    /// How many rules the line above has; 0 if the rule is lost.
    pub(super) n_rules: usize,
    /// Whether the rule above has the right length.
    pub(super) is_rule_whole: bool,
    /// Whether there is a rule below.
    pub(super) is_closed: bool,
    /// Whether the text ends in the middle of this block's last line.
    pub(super) is_cut: bool,
}

impl<'t> Block<'t> {
    fn of(kind: Kind, line_no: usize, n_rules: usize) -> Self {
        Self {
            kind,
            lines: Vec::new(),
            line_no,
            n_rules,
            is_rule_whole: true,
            is_closed: false,
            is_cut: false,
        }
    }

    /// Whether this is a section of a report, below its title.
    pub(super) fn is_section(&self) -> bool {
        matches!(self.kind, Kind::Quantizer | Kind::NonAnnotated)
    }

    /// Whether only one line may belong to a section, and that line may occur in any log:
    /// `Accepted nodes: 3`.
    pub(super) fn has_one_line(&self) -> bool {
        let is_own = |line: &&Line<'_>| {
            let text = line.text.as_ref();
            let name = text.strip_prefix("    ");
            evidence(text)
                || after_label(text, QCONFIG).is_some()
                || is_quantizer_name(text)
                || non_annotated(text).is_some()
                || name.is_some_and(|it| is_word(it.trim_end()))
        };
        let mut own = self.lines.iter().filter(is_own);
        let is_one = own
            .next()
            .is_some_and(|it| count(&it.text).is_some() || non_annotated(&it.text).is_some());
        is_one && own.next().is_none()
    }

    /// Splits the block where a rule between two sections is lost. Usually it is one section.
    pub(super) fn sections(self) -> Vec<Block<'t>> {
        if self.kind != Kind::Quantizer {
            return vec![self];
        }
        let (is_closed, is_cut) = (self.is_closed, self.is_cut);
        let mut section = Block::of(self.kind, self.line_no, self.n_rules);
        section.is_rule_whole = self.is_rule_whole;
        let mut sections = Vec::new();
        let mut has_qconfig = false;
        let mut lines = self.lines.into_iter().peekable();
        // If the last list follows without a rule, none of its lines begins another section.
        while let Some(line) = lines.next() {
            let next = if non_annotated(&line.text).is_some() {
                Some(Kind::NonAnnotated)
            } else {
                // Skip blank lines below the quantizer's name.
                while lines.next_if(|it| it.is_blank() && is_quantizer_name(&line.text)).is_some() {
                }
                let is_next = has_qconfig
                    && is_quantizer_name(&line.text)
                    && lines.peek().is_some_and(|it| after_label(&it.text, QCONFIG).is_some());
                is_next.then_some(Kind::Quantizer)
            };
            has_qconfig |= evidence(&line.text) || after_label(&line.text, QCONFIG).is_some();
            if let Some(kind) = next.filter(|_| section.kind == Kind::Quantizer) {
                let next = Block::of(kind, line.line_no, 0);
                sections.push(std::mem::replace(&mut section, next));
                has_qconfig = false;
            }
            section.lines.push(line);
        }
        sections.push(Block { is_closed, is_cut, ..section });
        sections
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Quantizer,
    NonAnnotated,
    PreTransform,
    /// A title, or other lines of the log.
    Other,
}

/// Whether a line occurs only in quantizers' sections. `Annotating with care` may be in any log.
fn evidence(line: &str) -> bool {
    after_label(line, SUPPORTED).is_some()
        || count(line).is_some()
        || line.trim() == NO_PATTERNS
        || pattern_table::is_header(line)
}

/// How many lines are kept of a block that is not a section: its last ones, a title and the lines
/// of the log around it.
const MAX_OTHER_LINES: usize = 64;

/// Splits a text at its rules. Lines before the first rule are left out. Of a block that is not a
/// section only the last lines are kept: a log may have any number of them.
pub(super) struct Blocks<'t> {
    lines: std::iter::Enumerate<std::str::Lines<'t>>,
    /// The last rule, and its line number.
    rule: Option<(Rule<'t>, usize)>,
    ends_in_line: bool,
    foreign: Foreign,
}

impl<'t> Blocks<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let ends_in_line = !text.ends_with('\n');
        let lines = text.lines().enumerate();
        Self { lines, rule: None, ends_in_line, foreign: Foreign::default() }
    }
}

impl<'t> Iterator for Blocks<'t> {
    type Item = Block<'t>;

    fn next(&mut self) -> Option<Block<'t>> {
        let (Rule { before: prefix, n_rules, is_whole }, line_no) = loop {
            if let Some(rule) = self.rule.take() {
                break rule;
            }
            let (line_idx, line) = self.lines.next()?;
            self.rule = rule(line).map(|it| (it, line_idx + 1));
        };
        let mut block = Block::of(Kind::Other, line_no, n_rules);
        block.is_rule_whole = is_whole;
        let mut quantizer_name_no = None;
        for (line_idx, line) in self.lines.by_ref() {
            let line_no = line_idx + 1;
            let rule = rule(line);
            let text = match &rule {
                // A line that lost its newline is in the same line as the next rule, before it.
                Some(rule) => without_prefix(rule.before.clone(), &prefix),
                None => without_prefix(strip_ansi(line), &prefix),
            };
            let is_foreign = self.foreign.is_next(&text, &prefix) && rule.is_none();
            if rule.is_none() || (!text.trim().is_empty() && block.is_section()) {
                if is_quantizer_name(&text) && !is_foreign {
                    quantizer_name_no = Some(line_no);
                }
                let has_name = quantizer_name_no.is_some_and(|it| line_no - it <= MAX_BETWEEN);
                block.kind = match block.kind {
                    kind if is_foreign => kind,
                    Kind::Other if evidence(&text) => Kind::Quantizer,
                    Kind::Other if has_name && after_label(&text, QCONFIG).is_some() => {
                        Kind::Quantizer
                    }
                    Kind::Other if non_annotated(&text).is_some() => Kind::NonAnnotated,
                    Kind::Other if text.starts_with(PRE_TRANSFORM) => Kind::PreTransform,
                    kind => kind,
                };
                // Lines of the log between two reports belong to neither; a title is near its
                // second rule.
                if block.kind == Kind::Other && block.lines.len() == MAX_OTHER_LINES {
                    block.lines.remove(0);
                }
                // Blank lines matter only in a table, where a reason may have several lines.
                let follows_blank = block.lines.last().is_some_and(|it| it.text.trim().is_empty());
                if block.kind == Kind::Quantizer || !text.trim().is_empty() || !follows_blank {
                    block.lines.push(Line { line_no, text, is_foreign });
                }
            }
            if let Some(rule) = rule {
                self.rule = Some((rule, line_no));
                block.is_closed = true;
                break;
            }
        }
        block.is_cut = !block.is_closed && self.ends_in_line;
        Some(block)
    }
}
