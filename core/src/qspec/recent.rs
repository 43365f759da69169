//! The last few different values, to find an equal one again.

/// How many values are kept. A report repeats a few qspecs hundreds of thousands of times, so a short
/// list finds nearly all of them.
const N_KEPT: usize = 8;

/// The last few different values, newest last.
#[derive(Debug)]
pub(crate) struct Recent<T>(Vec<T>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Recent<T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The newest value that this holds for.
    pub(crate) fn find(&self, is_equal: impl Fn(&T) -> bool) -> Option<&T> {
        self.0.iter().rev().find(|it| is_equal(it))
    }

    /// Adds a new value, and drops the oldest if there are too many.
    pub(crate) fn push(&mut self, value: T) {
        if self.0.len() == N_KEPT {
            self.0.remove(0);
        }
        self.0.push(value);
    }
}
