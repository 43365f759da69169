//! Splits the JSON of a file into parts.

use serde::de::IgnoredAny;

/// A part of a file, and its position.
#[derive(Clone, Copy)]
pub(super) struct Part<'t> {
    pub(super) json: &'t str,
    pub(super) n_lines_before: usize,
    /// In the part's first line, in bytes.
    pub(super) n_columns_before: usize,
}

impl<'t> Part<'t> {
    /// The whole file.
    pub(super) fn whole(json: &'t str) -> Self {
        Self { json, n_lines_before: 0, n_columns_before: 0 }
    }

    /// The part after the first `n_bytes`.
    fn after(self, n_bytes: usize) -> Self {
        let (before, json) = self.json.split_at(n_bytes);
        match before.rfind('\n') {
            None => Self { json, n_columns_before: self.n_columns_before + n_bytes, ..self },
            Some(line_end) => Self {
                json,
                n_lines_before: self.n_lines_before + before.matches('\n').count(),
                n_columns_before: n_bytes - line_end - 1,
            },
        }
    }

    /// Whether this is one JSON document.
    pub(super) fn is_json(self) -> bool {
        serde_json::from_str::<IgnoredAny>(self.json).is_ok()
    }

    /// The document at the beginning, if there is one.
    fn first(self) -> Option<Self> {
        let mut values = serde_json::Deserializer::from_str(self.json).into_iter::<IgnoredAny>();
        let Some(Ok(_)) = values.next() else { return None };
        Some(Self { json: &self.json[..values.byte_offset()], ..self })
    }

    /// Without the characters at the beginning for which `is_left_out` is true.
    fn trimmed(self, is_left_out: impl Fn(char) -> bool) -> Self {
        let n_bytes = self.json.len() - self.json.trim_start_matches(is_left_out).len();
        self.after(n_bytes)
    }

    /// The consecutive documents, and the rest after the last one.
    pub(super) fn documents(self) -> (Vec<Self>, Option<Self>) {
        let mut documents = Vec::new();
        // Each file of `cat a.json b.json` may have a byte order mark.
        let is_between = |it: char| it.is_ascii_whitespace() || it == '\u{feff}';
        let mut rest = self.trimmed(is_between);
        while let Some(document) = rest.first() {
            documents.push(document);
            rest = rest.after(document.json.len()).trimmed(is_between);
        }
        (documents, Some(rest).filter(|it| !it.json.is_empty()))
    }

    /// The elements of an array, up to the first that is not JSON.
    pub(super) fn elements(self) -> Vec<Self> {
        let mut elements = Vec::new();
        let mut rest = self.after(self.json.find('[').map_or(0, |it| it + 1));
        loop {
            rest = rest.trimmed(|it| it == ',' || it.is_ascii_whitespace());
            // The array's end is not a value.
            let Some(element) = rest.first() else { return elements };
            elements.push(element);
            rest = rest.after(element.json.len());
        }
    }

    /// The lines that are not blank.
    pub(super) fn lines(self) -> Vec<Self> {
        let parts = self.json.lines().enumerate().map(|(line_idx, json)| Self {
            json: json.trim_start_matches('\u{feff}'),
            n_lines_before: self.n_lines_before + line_idx,
            n_columns_before: 0,
        });
        parts.filter(|it| !it.json.trim().is_empty()).collect()
    }
}
