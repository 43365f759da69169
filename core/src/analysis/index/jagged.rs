//! A compact list of lists of numbers.

/// Lists of numbers, one after the other (a CSR array). Half the memory of `usize`, and no
/// allocation per list, since there are millions.
#[derive(Debug, Default)]
pub(crate) struct Jagged {
    /// The end of each list in `items`.
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Jagged {
    /// Sorts pairs of a list and an item into lists; within a list, items keep their order.
    pub(crate) fn of(n_lists: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        // `ends[i]` starts as the start of list `i`. Each item advances it, so it finally is the
        // end.
        let mut ends = vec![0; n_lists];
        for (list, _) in pairs.clone() {
            ends[list] += 1;
        }
        let mut n_items = 0;
        for end in &mut ends {
            let n = std::mem::replace(end, n_items);
            n_items += n;
        }
        let mut items = vec![0; n_items as usize];
        for (list, item) in pairs {
            items[ends[list] as usize] = item as u32;
            ends[list] += 1;
        }
        Self { ends, items }
    }

    /// Adds an item to the last, unfinished list.
    pub(crate) fn push(&mut self, item: u32) {
        self.items.push(item);
    }

    /// Finishes the last list and starts the next one.
    pub(crate) fn end_list(&mut self) {
        self.ends.push(self.items.len() as u32);
    }

    /// The number of lists.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of items in the lists before this one.
    pub(crate) fn start(&self, list: usize) -> usize {
        match list {
            0 => 0,
            _ => self.ends.get(list - 1).map_or(self.items.len(), |it| *it as usize),
        }
    }

    /// The items of a list; empty if the list does not exist.
    pub(crate) fn get(
        &self,
        list: usize,
    ) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator + Clone + use<'_> {
        let range = match self.ends.get(list) {
            Some(end) => self.start(list)..*end as usize,
            None => 0..0,
        };
        self.items[range].iter().map(|it| *it as usize)
    }
}
