//! Reads the policies, which stand in `#[json(…)]` alone: other texts for known types of value, fields that are left
//! out, more escapes, the order of keys.

use super::list::Item;
use super::value::Setting;
use super::{At, Site, Slot, value};
use crate::errors::Errors;
use syn::Result;

/// The encodings of `bytes = "…"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Base64,
    Base64Url,
    Hex,
    Utf8,
}

/// What `non_finite = "…"` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonFinite {
    Null,
    String,
    Error,
}

/// `raw` or `raw = "trusted"`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    Checked,
    Trusted,
}

const ENCODINGS: &[(&str, Encoding)] = &[
    ("base64", Encoding::Base64),
    ("base64url", Encoding::Base64Url),
    ("hex", Encoding::Hex),
    ("utf8", Encoding::Utf8),
];

const NON_FINITES: &[(&str, NonFinite)] =
    &[("null", NonFinite::Null), ("string", NonFinite::String), ("error", NonFinite::Error)];

/// The most digits that `decimals` can ask for, as the runtime has it.
const MAX_PLACES: u8 = 100;

/// The policies of a container or a field. A value of `None` or `false` undoes that of the container.
pub(crate) struct PolicyAttrs {
    pub(crate) as_string: Option<At<bool>>,
    pub(crate) decimals: Option<At<Option<u8>>>,
    pub(crate) non_finite: Option<At<Option<NonFinite>>>,
    pub(crate) bytes: Option<At<Option<Encoding>>>,
    pub(crate) display: Option<At<()>>,
    pub(crate) raw: Option<At<Raw>>,
    pub(crate) skip_none: Option<At<bool>>,
    pub(crate) omit_empty: Option<At<bool>>,
    pub(crate) html_safe: Option<At<()>>,
    pub(crate) ascii: Option<At<()>>,
    pub(crate) sort_keys: Option<At<()>>,
    pub(crate) repr: Option<At<()>>,
}

/// [`PolicyAttrs`] while they are read.
pub(super) struct Reader {
    as_string: Slot<bool>,
    decimals: Slot<Option<u8>>,
    non_finite: Slot<Option<NonFinite>>,
    bytes: Slot<Option<Encoding>>,
    display: Slot<()>,
    raw: Slot<Raw>,
    skip_none: Slot<bool>,
    omit_empty: Slot<bool>,
    html_safe: Slot<()>,
    ascii: Slot<()>,
    sort_keys: Slot<()>,
    repr: Slot<()>,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            as_string: Slot::new(),
            decimals: Slot::new(),
            non_finite: Slot::new(),
            bytes: Slot::new(),
            display: Slot::new(),
            raw: Slot::new(),
            skip_none: Slot::new(),
            omit_empty: Slot::new(),
            html_safe: Slot::new(),
            ascii: Slot::new(),
            sort_keys: Slot::new(),
            repr: Slot::new(),
        }
    }

    /// Reads the attribute if it is a policy; whether it was.
    pub(super) fn read(&mut self, errors: &mut Errors, site: Site, name: &'static str, item: &Item) -> Result<bool> {
        match name {
            "as_string" => self.as_string.set(value::switch(errors, name, item)?, site, errors),
            "decimals" => {
                let places = value::number(errors, name, item, MAX_PLACES)?.map(Setting::value);
                self.decimals.set(places, site, errors);
            }
            "non_finite" => {
                let choice = value::choice(errors, name, item, NON_FINITES)?.map(Setting::value);
                self.non_finite.set(choice, site, errors);
            }
            "bytes" => {
                let encoding = value::choice(errors, name, item, ENCODINGS)?.map(Setting::value);
                self.bytes.set(encoding, site, errors);
            }
            "display" => self.display.set(value::flag(errors, name, item)?, site, errors),
            "raw" => {
                let raw = if value::has_value(item) {
                    value::choice(errors, name, item, &[("trusted", Raw::Trusted)])?.and_then(Setting::value)
                } else {
                    Some(Raw::Checked)
                };
                self.raw.set(raw, site, errors);
            }
            "skip_none" => self.skip_none.set(value::switch(errors, name, item)?, site, errors),
            "omit_empty" => self.omit_empty.set(value::switch(errors, name, item)?, site, errors),
            "html_safe" => self.html_safe.set(value::whole(errors, name, item)?, site, errors),
            "ascii" => self.ascii.set(value::whole(errors, name, item)?, site, errors),
            "sort_keys" => self.sort_keys.set(value::flag(errors, name, item)?, site, errors),
            "repr" => self.repr.set(value::flag(errors, name, item)?, site, errors),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn finish(self) -> PolicyAttrs {
        PolicyAttrs {
            as_string: self.as_string.get(),
            decimals: self.decimals.get(),
            non_finite: self.non_finite.get(),
            bytes: self.bytes.get(),
            display: self.display.get(),
            raw: self.raw.get(),
            skip_none: self.skip_none.get(),
            omit_empty: self.omit_empty.get(),
            html_safe: self.html_safe.get(),
            ascii: self.ascii.get(),
            sort_keys: self.sort_keys.get(),
            repr: self.repr.get(),
        }
    }
}
