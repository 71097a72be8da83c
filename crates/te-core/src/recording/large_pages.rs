//! Large pages for memory that results are about to fill.
//!
//! Memory is handed out page by page as it is first written to, and with pages of four kilobytes that takes longer than
//! computing what is written. Linux hands out two megabytes at a time where it was asked to.

#![cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "advice on memory goes to the system; see below")
)]

/// Smaller memory is not worth a call.
const LEAST: usize = 1 << 18;

/// Asks for large pages where `memory` has room that was never written to. Changes nothing but how long that takes.
pub(crate) fn prefer<T>(memory: &Vec<T>) {
    let bytes = memory.capacity().saturating_mul(size_of::<T>());
    if bytes >= LEAST {
        advise(memory.as_ptr().cast(), bytes);
    }
}

#[cfg(target_os = "linux")]
fn advise(start: *const u8, bytes: usize) {
    /// The smallest page of every machine that Linux runs on; others refuse the advice.
    const PAGE: usize = 4096;
    // Whole pages: the first and the last are partly those of neighbours, which the advice does no harm.
    let before = start.addr() % PAGE;
    let (start, bytes) = (start.wrapping_sub(before), (bytes + before).next_multiple_of(PAGE));
    // SAFETY: every page of the range holds memory that is allocated, and this advice leaves contents and addresses of all
    // memory as they are. Where it is refused nothing happens, so that the answer does not matter.
    unsafe { libc::madvise(start.cast_mut().cast(), bytes, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: *const u8, _: usize) {}

#[cfg(test)]
mod tests {
    #[test]
    fn advice_changes_no_number() {
        let mut numbers: Vec<u64> = Vec::with_capacity(1 << 20);
        numbers.extend(0..1000);
        super::prefer(&numbers);
        numbers.extend(1000..1 << 20);
        assert!(numbers.iter().enumerate().all(|(at, x)| at as u64 == *x));
        super::prefer(&numbers);
        assert!(numbers.iter().enumerate().all(|(at, x)| at as u64 == *x));
        super::prefer(&Vec::<u64>::new());
    }
}
