//! What const evaluation lacks: a growing list, `?` and `for`.

use crate::Mistake;

/// A growing list of fixed capacity.
#[derive(Clone, Copy)]
pub(crate) struct List<T: Copy, const N: usize> {
    pub(crate) items: [Option<T>; N],
    pub(crate) length: usize,
}

impl<T: Copy, const N: usize> List<T, N> {
    pub(crate) const fn new() -> Self {
        Self { items: [None; N], length: 0 }
    }

    pub(crate) const fn push(&mut self, item: T, what: &str) -> Result<(), Mistake> {
        if self.length == N {
            return Err(Mistake::new(&["the policy has too many ", what]));
        }
        self.items[self.length] = Some(item);
        self.length += 1;
        Ok(())
    }

    #[allow(clippy::panic, reason = "stops compilation; every caller counts up to the length")]
    pub(crate) const fn get(&self, index: usize) -> T {
        match self.items[index] {
            Some(item) => item,
            None => panic!("an index beyond the list"),
        }
    }

    /// - `fill`: any item; an empty list has none of its own to start an array with.
    pub(crate) const fn fit<const M: usize>(&self, fill: T) -> [T; M] {
        let mut items = [fill; M];
        let mut i = 0;
        while i < M {
            items[i] = self.get(i);
            i += 1;
        }
        items
    }
}

impl<const N: usize> List<u8, N> {
    /// Whether two ranges hold the same.
    pub(crate) const fn repeats(&self, a: (u16, u16), b: (u16, u16)) -> bool {
        let mut i = 0;
        while i < a.1 - a.0 {
            if i == b.1 - b.0 || self.get((a.0 + i) as usize) != self.get((b.0 + i) as usize) {
                return false;
            }
            i += 1;
        }
        i == b.1 - b.0
    }
}

/// `?` for const evaluation.
macro_rules! check {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(mistake) => return Err(mistake),
        }
    };
}
pub(crate) use check;

/// `for` for const evaluation.
macro_rules! each {
    ($item:ident in $slice:expr => $body:block) => {{
        let slice = $slice;
        let mut index = 0;
        while index < slice.len() {
            let $item = slice[index];
            $body
            index += 1;
        }
    }};
}
pub(crate) use each;
