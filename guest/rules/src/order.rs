//! One small sort for everything: the library's would carry kilobytes into a component.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The positions 0 to `count` in the order that `compare` gives; equal ones in their own order.
///
/// By heap sort: in place, and never slower than n log n.
pub(crate) fn positions(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let compare = &|a: usize, b: usize| compare(a, b).then(a.cmp(&b));
    let mut heap = Vec::with_capacity(count);
    heap.extend(0..count);
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
            let mut wanted: Vec<usize> = (0..items.len()).collect();
            wanted.sort_by_key(|&position| items[position]);
            assert_eq!(positions(items.len(), &|a, b| items[a].cmp(&items[b])), wanted);
        }
    }

    #[test]
    fn equal_items_keep_their_order() {
        let items = [1, 0, 1, 0];
        assert_eq!(positions(4, &|a, b| items[a].cmp(&items[b])), vec![1, 3, 0, 2]);
    }
}
