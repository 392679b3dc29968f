use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr;

const PAGE: usize = 65536;

#[expect(
    unsafe_code,
    reason = "the linker's symbol for where static data ends; its address is used and nothing read"
)]
unsafe extern "C" {
    static __heap_base: u8;
}

/// An allocator for calls after which nothing is kept.
///
/// It hands memory out from bottom to top and starts over at the bottom when told to, which is after each call.
/// Only the last block can grow in place; none is taken back early, so that freeing costs nothing, neither time
/// nor code.
pub(crate) struct Arena {
    /// First address of the arena; 0 until the first allocation.
    bottom: Cell<usize>,
    /// First free address.
    top: Cell<usize>,
    /// First address beyond what the arena owns.
    end: Cell<usize>,
}

impl Arena {
    pub(crate) const fn new() -> Self {
        Self { bottom: Cell::new(0), top: Cell::new(0), end: Cell::new(0) }
    }

    /// Takes everything back. Nothing that was allocated may be used afterwards.
    pub(crate) fn reset(&self) {
        self.top.set(self.bottom.get());
    }

    /// Makes room up to `end`; false if the host grants no more memory.
    fn reach(&self, end: usize) -> bool {
        let missing = end.saturating_sub(self.end.get()).div_ceil(PAGE);
        if missing == 0 {
            return true;
        }
        // Half as much again, so that a large call asks the host a few times and not for every page.
        let owned = (self.end.get() - self.bottom.get()) / PAGE;
        for pages in [missing.max(owned / 2), missing] {
            let before = core::arch::wasm32::memory_grow(0, pages);
            if before != usize::MAX {
                // Nobody else grows this memory, so the new pages follow the old ones.
                self.end.set((before + pages) * PAGE);
                return true;
            }
        }
        false
    }
}

// A component has one thread: the cells are never shared.
#[expect(unsafe_code, reason = "wasm32-unknown-unknown without atomics has a single thread")]
unsafe impl Sync for Arena {}

#[expect(
    unsafe_code,
    reason = "what an allocator is; blocks never overlap, since `top` only passes what was handed out"
)]
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.bottom.get() == 0 {
            // What the linker left free of the first pages comes first: an instance that answers small questions
            // never has to ask its host for memory.
            let start = (&raw const __heap_base).addr();
            self.bottom.set(start);
            self.top.set(start);
            self.end.set(core::arch::wasm32::memory_size(0) * PAGE);
        }
        let Some(start) = self.top.get().checked_next_multiple_of(layout.align()) else {
            return ptr::null_mut();
        };
        let Some(end) = start.checked_add(layout.size()) else { return ptr::null_mut() };
        if !self.reach(end) {
            return ptr::null_mut();
        }
        self.top.set(end);
        ptr::with_exposed_provenance_mut(start)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let start = block.addr();
        if start + layout.size() == self.top.get() {
            let Some(end) = start.checked_add(size) else { return ptr::null_mut() };
            if !self.reach(end) {
                return ptr::null_mut();
            }
            self.top.set(end);
            return block;
        }
        if size <= layout.size() {
            return block;
        }
        // SAFETY: the caller's layout is valid, and so is one of its alignment and a size that the caller
        // vouches for; the two blocks do not overlap.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size());
            }
            moved
        }
    }
}
