//! Reading a mask for a type.

use alloc::sync::Arc;
use core::marker::PhantomData;

use super::error::MaskError;
use super::options::MaskOptions;
use super::{FieldMask, Maskable, levels, text};
use crate::value::ZeroAllocJson;

impl<T: ?Sized> FieldMask<T> {
    /// Reads a mask, within the limits of [`MaskOptions::new`]; a field that the type does not have is an error.
    ///
    /// # Errors
    /// The text is none of a mask, too long, or names a field that is not there: see [`MaskError`].
    pub fn parse(text: &str) -> Result<Self, MaskError>
    where
        T: ZeroAllocJson + Maskable<Fields = T>,
    {
        Self::parse_with(text, &MaskOptions::new())
    }

    /// Reads a mask with other limits, or with unknown fields passed over.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), as far as the options say.
    pub fn parse_with(text: &str, options: &MaskOptions) -> Result<Self, MaskError>
    where
        T: ZeroAllocJson + Maskable<Fields = T>,
    {
        let nodes = text::parse(text, options)?;
        let levels = levels::of(T::__fields(), &nodes, options.ignore_unknown)?;
        Ok(Self { levels: levels.map(Arc::new), of: PhantomData })
    }
}
