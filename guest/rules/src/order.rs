//! One small sort for everything: the library's would carry kilobytes into a component.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The items in the order that `compare` gives; equal items keep theirs.
pub(crate) fn sorted<T>(items: Vec<T>, compare: &dyn Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = positions(items.len(), &|a, b| compare(&items[a], &items[b]).then(a.cmp(&b)));
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let mut sorted = Vec::with_capacity(items.len());
    for position in order {
        sorted.extend(items[position].take());
    }
    sorted
}

/// The positions 0 to `count`, sorted by heap sort: in place, and never slower than n log n.
fn positions(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut heap: Vec<usize> = (0..count).collect();
    for root in (0..count / 2).rev() {
        sift(&mut heap, root, compare);
    }
    for end in (1..count).rev() {
        heap.swap(0, end);
        sift(&mut heap[..end], 0, compare);
    }
    heap
}

/// Lets the root sink until no child is greater.
fn sift(heap: &mut [usize], mut root: usize, compare: &dyn Fn(usize, usize) -> Ordering) {
    loop {
        let mut child = 2 * root + 1;
        if child >= heap.len() {
            return;
        }
        if child + 1 < heap.len() && compare(heap[child], heap[child + 1]) == Ordering::Less {
            child += 1;
        }
        if compare(heap[root], heap[child]) != Ordering::Less {
            return;
        }
        heap.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn sorts_as_the_library_does() {
        for length in 0..40u64 {
            let items: Vec<u64> = (0..length).map(|n| n * 2_654_435_761 % 17).collect();
            let mut wanted = items.clone();
            wanted.sort_unstable();
            assert_eq!(sorted(items, &Ord::cmp), wanted);
        }
    }

    #[test]
    fn equal_items_keep_their_order() {
        let items = vec![(1, 'a'), (0, 'b'), (1, 'c'), (0, 'd')];
        let wanted = vec![(0, 'b'), (0, 'd'), (1, 'a'), (1, 'c')];
        assert_eq!(sorted(items, &|a, b| a.0.cmp(&b.0)), wanted);
    }
}
