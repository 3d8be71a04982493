//! How much stack a value may take: recursive types go as deep as their values do, and a process whose stack has ended is
//! dead.
//!
//! The stack pointer is compared with a limit that the sink keeps. That is done where types can lead back to
//! themselves: behind a pointer, in a sequence, a map or a trait object. It is left out where the bound of the type's
//! text is trusted, which no recursive type has. So a struct of numbers, strings and such structs pays nothing.

/// The stack that one call may take, in bytes: half of what Rust gives a thread.
///
/// A level takes from some 40 bytes (a list in a list) to some 500 of it, and about ten times as much without optimisation.
/// Without debug assertions, too, all that is inlined keeps its own slots. Forty fields then took 64 KB a level, and 170 KB
/// with `field_mask`; in release they take 61 and 121 bytes.
pub(crate) const STACK_BYTES: usize = 1 << 20;

/// The error of a value that would take more.
pub(crate) const TOO_DEEP: &str = "the value is nested too deeply: it takes more than 1 MiB of stack";

/// The stack pointer. Read from the register: the address of a variable would be one on the heap under an address sanitizer.
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
#[inline(always)]
pub(super) fn pointer() -> usize {
    let pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: copies a register, and touches neither memory, flags nor the stack: `options(nomem, nostack, preserves_flags)`.
    unsafe {
        core::arch::asm!("mov {}, rsp", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: copies a register, and touches neither memory, flags nor the stack: `options(nomem, nostack, preserves_flags)`.
    unsafe {
        core::arch::asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    pointer
}

/// Some address in the frame.
#[cfg(not(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri))))]
#[inline(always)]
pub(super) fn pointer() -> usize {
    let here = 0_u8;
    (&raw const here).addr()
}

/// The lowest stack pointer of a call that begins here.
#[inline(always)]
pub(super) fn limit() -> usize {
    pointer().saturating_sub(STACK_BYTES)
}
