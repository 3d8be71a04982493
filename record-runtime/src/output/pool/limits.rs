//! The limits of a pool.

/// The limits of a pool. All sizes are capacities in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// The retention cap of one buffer: one that is returned with more is freed.
    pub buffer_bytes: usize,
    /// The retention cap of the whole pool: idle buffers of all threads and of the overflow never hold more together.
    /// Buffers that are checked out do not count.
    pub total_bytes: usize,
    /// How many idle buffers a thread keeps. Zero makes every checkout go through the overflow and its lock.
    pub buffers_per_thread: usize,
    /// How many idle buffers the shared overflow holds.
    pub overflow_buffers: usize,
    /// A buffer that comes back with less than a quarter of its capacity filled more often than this in a row is freed.
    /// Buffers of at most [`PoolLimits::SMALL_BYTES`] are kept however little is in them.
    pub sparse_returns: u32,
}

impl PoolLimits {
    /// Buffers up to this capacity are too small for freeing them to gain anything.
    pub const SMALL_BYTES: usize = 4096;

    /// 4 MiB per buffer, 64 MiB in total, 8 buffers per thread, 64 in the overflow, freed after 64 sparse returns.
    pub const DEFAULT: Self = Self {
        buffer_bytes: 4 << 20,
        total_bytes: 64 << 20,
        buffers_per_thread: 8,
        overflow_buffers: 64,
        sparse_returns: 64,
    };
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
