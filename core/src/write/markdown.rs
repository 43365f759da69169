//! Text in GitHub's Markdown, for comments and job summaries.

use crate::text::escape::escape_hidden;

/// An empty element. GitHub looks for names, references and addresses within one piece of text,
/// after it has resolved escapes and entities (`html-pipeline` and the autolink extension of
/// `cmark-gfm`). So escapes and entities do not prevent links. An element between two characters
/// does, and it is invisible.
const BREAK: &str = "<i></i>";

/// The number of digits of the shortest commit hash that GitHub links.
const MIN_HASH: usize = 7;

/// A table cell. Its text cannot end the cell, start a tag or a Markdown link, mention a user, or
/// refer to an address, an issue or a commit.
pub(super) fn cell(text: &str) -> String {
    let text = escape_hidden(text);
    let mut out = String::new();
    // The rest of the hash at this position, as a range of digit indices.
    let mut hash = 0..0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        if hash.is_empty() && !last.is_some_and(is_word) {
            hash = 0..hash_len(rest);
        }
        if let Some(n_written) = hash.next()
            && n_written > 0
            && n_written % (MIN_HASH - 1) == 0
        {
            out.push_str(BREAK);
        }
        match c {
            '\n' => out.push(' '),
            '|' | '<' | '>' | '[' | ']' | '*' | '_' | '`' | '\\' | '&' | '#' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        let next = rest[c.len_utf8()..].chars().next();
        if is_broken_after(&text[..at], c, &rest[c.len_utf8()..], next) {
            out.push_str(BREAK);
        }
        last = Some(c);
    }
    out
}

/// Whether GitHub would link the text around `c`, so that a break must follow it.
fn is_broken_after(before: &str, c: char, behind: &str, next: Option<char>) -> bool {
    let ends_with = |end: &str| {
        let start = before.len().checked_sub(end.len());
        let own = start.and_then(|it| before.get(it..));
        own.is_some_and(|it| it.eq_ignore_ascii_case(end))
    };
    match c {
        // A user, a team, an e-mail address, a commit of another repository.
        '@' => next.is_some(),
        ':' => behind.starts_with("//"),
        'w' | 'W' => next == Some('.') && ends_with("ww"),
        // An issue or a pull request, also of another repository.
        '#' => next.is_some_and(|it| it.is_ascii_digit()),
        '-' => next.is_some_and(|it| it.is_ascii_digit()) && ends_with("GH"),
        _ => false,
    }
}

/// The length of the commit hash at the start; 0 if there is none.
fn hash_len(text: &str) -> usize {
    let n_digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    let is_whole = !text[n_digits..].chars().next().is_some_and(is_word);
    if n_digits >= MIN_HASH && is_whole { n_digits } else { 0 }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::cell;

    /// Input text and the expected Markdown.
    const CASES: [(&str, &str); 24] = [
        ("a|b", "a\\|b"),
        ("<b>", "\\<b\\>"),
        ("conv2d_1", "conv2d\\_1"),
        ("a\nb", "a b"),
        ("$x$", "\\$x\\$"),
        ("ask @octocat now", "ask @<i></i>octocat now"),
        ("@org/team", "@<i></i>org/team"),
        ("x@example.org", "x@<i></i>example.org"),
        ("at the end @", "at the end @"),
        ("https://example.org/", "https:<i></i>//example.org/"),
        ("HTTP://x FTP://y", "HTTP:<i></i>//x FTP:<i></i>//y"),
        ("www.example.org", "www<i></i>.example.org"),
        ("WWW.example.org", "WWW<i></i>.example.org"),
        ("aten::conv2d: see", "aten::conv2d: see"),
        ("#123", "\\#<i></i>123"),
        ("owner/repo#1", "owner/repo\\#<i></i>1"),
        ("# 1", "\\# 1"),
        ("GH-1, gh-20", "GH-<i></i>1, gh-<i></i>20"),
        ("int8-16", "int8-16"),
        ("deadbee", "deadbe<i></i>e"),
        ("0123456789abcdef", "012345<i></i>6789ab<i></i>cdef"),
        ("abcdef", "abcdef"),
        ("deadbeef_1 xdeadbeef", "deadbeef\\_1 xdeadbeef"),
        ("owner/repo@deadbeef", "owner/repo@<i></i>deadbe<i></i>ef"),
    ];

    #[test]
    fn nothing_links_or_mentions() {
        for (text, expected) in CASES {
            assert_eq!(cell(text), expected, "{text}");
        }
    }

    /// The time stays linear for any text.
    #[test]
    fn long_texts_end() {
        for part in ["a", "@", "w", "#1", "GH-", "://", "deadbeef "] {
            assert!(cell(&part.repeat(300_000)).len() >= 300_000);
        }
    }
}
