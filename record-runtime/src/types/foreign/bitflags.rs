//! Types made by the macro of the crate `bitflags`, in its form for serde: `"A | B | 0x40"`.
//!
//! Such a type is its user's, so nothing can be implemented for it here. A field names this module, or the type
//! implements the trait in one line.
//!
//! ```
//! use record_runtime::ZeroAllocJson;
//!
//! bitflags::bitflags! {
//!     struct Access: u8 {
//!         const READ = 1;
//!         const WRITE = 2;
//!     }
//! }
//!
//! #[derive(ZeroAllocJson)]
//! struct File {
//!     #[json(with = "record_runtime::bitflags")]
//!     access: Access,
//! }
//!
//! let file = File { access: Access::READ | Access::WRITE };
//! assert_eq!(record_runtime::to_string(&file), r#"{"access":"READ | WRITE"}"#);
//! ```

use core::fmt;

use bitflags::Flags;
use bitflags::parser::{WriteHex, to_writer};

use crate::JsonWriter;

/// Writes flags: the names of those that are set, and what bits have no name.
pub fn write_json<F: Flags<Bits: WriteHex>>(flags: &F, w: &mut JsonWriter<'_>) {
    w.fmt(format_args!("{}", Named(flags)));
}

struct Named<'a, F>(&'a F);

impl<F: Flags<Bits: WriteHex>> fmt::Display for Named<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        to_writer(self.0, f)
    }
}
