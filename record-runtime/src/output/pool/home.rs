//! Pools, as buffers and threads know them.

use alloc::sync::Arc;

use super::limits::PoolLimits;
use super::shared::Shared;

/// The pool that [`PooledBuffer::checkout`](super::PooledBuffer::checkout) uses.
pub(super) static GLOBAL: Shared = Shared::new(PoolLimits::DEFAULT);

/// Where a buffer goes back to. The global pool needs no counting of references, which would double the cost.
#[derive(Clone)]
pub(super) enum Home {
    Global,
    Own(Arc<Shared>),
}

impl Home {
    pub(super) fn shared(&self) -> &Shared {
        match self {
            Self::Global => &GLOBAL,
            Self::Own(shared) => shared,
        }
    }
}
