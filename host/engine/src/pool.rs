//! Things kept between calls, without a lock.

use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_utils::CachePadded;
use crossbeam_utils::atomic::AtomicCell;

/// Idle things, each thread's own first: a thread that calls again and again gets the one that its caches
/// know, and two threads rarely touch the same slot.
pub(crate) struct Pool<T> {
    slots: Box<[Slot<T>]>,
}

type Slot<T> = CachePadded<AtomicCell<Option<Box<T>>>>;

impl<T> Pool<T> {
    /// A pool that keeps at most `size` things.
    pub(crate) fn new(size: usize) -> Self {
        Self { slots: (0..size).map(|_| Slot::default()).collect() }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&self) -> Option<Box<T>> {
        self.slots_from_own().find_map(|slot| slot.take())
    }

    /// Keeps one; where every slot is full, drops one.
    pub(crate) fn put(&self, thing: Box<T>) {
        let mut homeless = Some(thing);
        for slot in self.slots_from_own() {
            homeless = slot.swap(homeless);
            if homeless.is_none() {
                return;
            }
        }
    }

    /// Drops all.
    pub(crate) fn clear(&self) {
        for slot in &self.slots {
            slot.take();
        }
    }

    /// Every slot once, from the calling thread's own on.
    fn slots_from_own(&self) -> impl Iterator<Item = &Slot<T>> {
        let (before, from) = self.slots.split_at(OWN.with(|own| *own) % self.slots.len().max(1));
        from.iter().chain(before)
    }
}

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// A number of its own for each thread.
    static OWN: usize = THREADS.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_last_is_taken_first() {
        let pool = Pool::new(2);
        pool.put(Box::new(1));
        pool.put(Box::new(2));
        assert_eq!(pool.take().as_deref(), Some(&2));
        assert_eq!(pool.take().as_deref(), Some(&1));
        assert!(pool.take().is_none());
    }

    #[test]
    fn a_full_pool_drops_one_and_keeps_its_size() {
        let pool = Pool::new(2);
        (0..5).for_each(|thing| pool.put(Box::new(thing)));
        assert_eq!(std::iter::from_fn(|| pool.take()).count(), 2);
    }

    #[test]
    fn a_pool_of_none_keeps_none() {
        let pool = Pool::new(0);
        pool.put(Box::new(1));
        assert!(pool.take().is_none());
    }

    #[test]
    fn threads_find_what_others_left() {
        let pool = Pool::new(4);
        std::thread::scope(|scope| {
            for thing in 0..4 {
                let pool = &pool;
                scope.spawn(move || pool.put(Box::new(thing)));
            }
        });
        assert_eq!(std::iter::from_fn(|| pool.take()).count(), 4);
    }
}
