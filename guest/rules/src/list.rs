//! What const evaluation lacks: a growing list, `?` and `for`.

#![allow(
    clippy::result_large_err,
    reason = "a mistake is made at compile time, where there is no heap to box it in"
)]

use crate::Mistake;

/// A growing list of fixed capacity.
///
/// Of plain items and not of options: the compiler checks every option of a constant one by one.
#[derive(Clone, Copy)]
pub(crate) struct List<T: Copy, const N: usize> {
    pub(crate) items: [T; N],
    pub(crate) length: usize,
}

impl<T: Copy, const N: usize> List<T, N> {
    /// - `fill`: what stands where nothing has been pushed yet.
    pub(crate) const fn new(fill: T) -> Self {
        Self { items: [fill; N], length: 0 }
    }

    pub(crate) const fn push(&mut self, item: T, what: &str) -> Result<(), Mistake> {
        if self.length == N {
            return Err(Mistake::new(&["the policy has too many ", what]));
        }
        self.items[self.length] = item;
        self.length += 1;
        Ok(())
    }

    pub(crate) const fn get(&self, index: usize) -> T {
        self.items[index]
    }

    /// The first `M` items.
    pub(crate) const fn fit<const M: usize>(&self) -> [T; M] {
        let mut items = [self.items[0]; M];
        let mut i = 0;
        while i < M {
            items[i] = self.items[i];
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
