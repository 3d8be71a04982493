//! The two questions to Linux. Its `unsafe` is the two calls.
//!
//! Answers go into arrays of integers, which any bytes are valid for; fields are found by their offsets.

use std::mem::{offset_of, size_of, size_of_val};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

use libc::{IPPROTO_TCP, RUSAGE_THREAD, TCP_INFO, c_long, getrusage, getsockopt, rusage, socklen_t, tcp_info};

use super::{PageFaults, TcpUse};

const LONGS: usize = size_of::<rusage>() / size_of::<c_long>();
const WORDS: usize = size_of::<tcp_info>() / size_of::<u32>();
const _: () =
    assert!(size_of::<rusage>() == LONGS * size_of::<c_long>() && align_of::<rusage>() <= align_of::<c_long>());

pub(super) fn page_faults() -> Option<PageFaults> {
    let mut answer: [c_long; LONGS] = [0; LONGS];
    // SAFETY: the call writes one `rusage`, and the array has its size and alignment, as is asserted above.
    let result = unsafe { getrusage(RUSAGE_THREAD, answer.as_mut_ptr().cast()) };
    let field = |offset: usize| u64::try_from(answer[offset / size_of::<c_long>()]).ok();
    if result != 0 {
        return None;
    }
    Some(PageFaults { minor: field(offset_of!(rusage, ru_minflt))?, major: field(offset_of!(rusage, ru_majflt))? })
}

/// `None` for what is no TCP socket, and where the kernel is too old to tell.
pub(super) fn tcp(socket: BorrowedFd<'_>) -> Option<TcpUse> {
    let mut answer = [0_u32; WORDS];
    let mut length = socklen_t::try_from(size_of_val(&answer)).ok()?;
    // SAFETY: `getsockopt` writes at most `length` bytes, which are `size_of_val(&answer)`, and the length, which is borrowed
    // for it.
    let result =
        unsafe { getsockopt(socket.as_raw_fd(), IPPROTO_TCP, TCP_INFO, answer.as_mut_ptr().cast(), &raw mut length) };
    let last = offset_of!(tcp_info, tcpi_total_retrans) + size_of::<u32>();
    if result != 0 || (length as usize) < last {
        return None;
    }
    let field = |offset: usize| answer[offset / size_of::<u32>()];
    Some(TcpUse {
        retransmits: field(offset_of!(tcp_info, tcpi_total_retrans)),
        round_trip: Duration::from_micros(field(offset_of!(tcp_info, tcpi_rtt)).into()),
    })
}
