//! Ways in which logs are damaged.

/// A sequence of numbers that is the same in each run (xorshift).
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn of(seed: usize) -> Self {
        Self(seed as u64 + 0x1234_5678_9ABC_DEF1)
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// The text with each line after `rewrite`, which gets the line's index.
pub fn each_line(text: &str, rewrite: impl Fn(usize, &str) -> String) -> String {
    let lines = text.lines().enumerate().map(|(line_idx, line)| rewrite(line_idx, line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The text with lines of at most `width` characters, as a terminal wraps it, or at words.
pub fn wrapped(text: &str, width: usize, indent: &str, at_words: bool) -> String {
    each_line(text, |_, line| {
        let mut rest: Vec<char> = line.chars().collect();
        let mut out = String::new();
        while rest.len() > width {
            let words_end = rest[..width].iter().rposition(|it| *it == ' ').map(|it| it + 1);
            let is_text = |it: &usize| rest[..*it].iter().any(|it| *it != ' ');
            let end = words_end.filter(|it| at_words && is_text(it)).unwrap_or(width);
            out.extend(rest.drain(..end));
            out.push('\n');
            rest.splice(0..0, indent.chars());
            if end <= indent.len() {
                break;
            }
        }
        out.extend(rest);
        out
    })
}
