//! Having the processor fetch memory that will be read soon, while it goes on.

/// Bytes that memory moves in at a time.
const LINE_BYTES: usize = 64;

/// Has the lines of memory fetched on which the `bytes` bytes from `start` on stand. A hint: nothing is read, so that the
/// address may be any. Does nothing on processors whose instruction for it the compiler does not offer yet.
pub fn prefetch<T>(start: *const T, bytes: usize) {
    let into_line = start.addr() % LINE_BYTES;
    for offset in (0..into_line + bytes).step_by(LINE_BYTES) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the instruction does not access memory in a way that could fault, whatever the address.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(start.wrapping_byte_add(offset).cast());
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (start, offset);
    }
}
