//! The blocks of a text, with a lookahead of two.

use std::collections::VecDeque;

use super::sections::{Block, Blocks};

/// Blocks in order. The next two can be inspected.
pub(super) struct Lookahead<'t> {
    blocks: Blocks<'t>,
    next: VecDeque<Block<'t>>,
}

impl<'t> Lookahead<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { blocks: Blocks::of(text), next: VecDeque::new() }
    }

    /// The next block.
    pub(super) fn peek(&mut self) -> Option<&mut Block<'t>> {
        if self.next.is_empty() {
            self.next.extend(self.blocks.next());
        }
        self.next.front_mut()
    }

    /// The block after the next one.
    pub(super) fn peek_second(&mut self) -> Option<&Block<'t>> {
        self.peek()?;
        if self.next.len() == 1 {
            self.next.extend(self.blocks.next());
        }
        self.next.get(1)
    }

    /// Takes the next block if `is_of_kind` holds for it.
    pub(super) fn next_if(&mut self, is_of_kind: impl Fn(&Block<'t>) -> bool) -> Option<Block<'t>> {
        self.peek().filter(|it| is_of_kind(it))?;
        self.next.pop_front()
    }
}
