//! What a decision allocates. A process of its own, since its allocator counts.
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use interlock::Engine;
use interlock::model::{Outcome, Situation};
use interlock_policies::BACKUP;
use interlock_tests::memory::mixed_requests;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

#[allow(unsafe_code, reason = "what an allocator is; this one hands everything on to the system's")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller's; the system gave the block.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller's; the system gave the block.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// How often this thread allocates meanwhile.
fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

/// Some of every mode, kind, state and action, in and out of range.
fn situations() -> Vec<Situation> {
    let bits = |seed: u32| seed.wrapping_mul(0x9e37_79b9);
    (0..100_000u32)
        .map(|seed| Situation {
            mode: (seed % 3) as u8,
            kind: (seed / 3 % 15) as u8,
            state: (seed / 45 % 12) as u8,
            action: (seed / 540 % 95) as u8,
            holds: bits(seed),
            known: bits(seed ^ 0xffff),
        })
        .collect()
}

#[test]
fn a_decision_out_of_the_table_allocates_nothing_alone_or_among_a_hundred_thousand() {
    let policy = Engine::new().unwrap().load(BACKUP).unwrap();
    let situations = situations();
    let mut outcomes: Vec<Outcome> = vec![policy.decide(situations[0]).unwrap(); situations.len()];
    let alone = allocations(|| {
        for &situation in &situations {
            policy.decide(situation).unwrap();
        }
    });
    let together = allocations(|| policy.decide_into(&situations, &mut outcomes).unwrap());
    assert_eq!((alone, together), (0, 0));
    assert_eq!(
        outcomes,
        policy
            .decide_all(&situations[..65_536])
            .unwrap()
            .into_iter()
            .chain(situations[65_536..].iter().map(|&situation| policy.decide(situation).unwrap()))
            .collect::<Vec<_>>()
    );
}

#[test]
fn an_instance_that_is_kept_decides_without_an_allocation_too() {
    let policy = Engine::builder().table_bytes(0).build().unwrap().load(BACKUP).unwrap();
    let situations = &situations()[..1_000];
    policy.decide(situations[0]).unwrap();
    let count = allocations(|| {
        for &situation in situations {
            policy.decide(situation).unwrap();
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn what_a_request_allocates_does_not_grow_with_the_resources_that_are_related() {
    let policy = Engine::new().unwrap().load(BACKUP).unwrap();
    let counts: Vec<_> = mixed_requests()
        .unwrap()
        .iter()
        .filter(|(_, verdict)| *verdict == "allow")
        .map(|(request, _)| {
            policy.evaluate(request).unwrap();
            (request.related.len(), allocations(|| drop(policy.evaluate(request).unwrap())))
        })
        .collect();
    let least = counts.iter().map(|&(_, count)| count).min().unwrap();
    assert!(counts.iter().all(|&(_, count)| count <= least + 8 && count <= 16), "{counts:?}");
}
