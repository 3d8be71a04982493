//! The sign in front of a float.

use crate::kernels::SLACK;
use crate::kernels::lanes::{Room, Slack, UpTo};

/// The room behind a sign.
pub(super) type Signed<'r> = Room<'r, { SLACK - 1 }>;

/// Writes a sign where there is one.
#[inline(always)]
pub(super) fn write_sign(mut room: Slack<'_>, negative: bool) -> Signed<'_> {
    // Overwritten by the first digit where there is no sign.
    room.store(*b"-");
    room.after(UpTo::<0>::MOST.plus::<1>(negative))
}
