//! Bodies that are written and compressed once, for values that rarely change.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use record_runtime::{Error, ZeroAllocJson};
use twox_hash::XxHash3_128;

use crate::conditional::{Conditional, Conditions, opaque};
use crate::encodings::{AcceptEncoding, Coding};

/// A value's text, kept with its `ETag`, and compressed by the features `gzip` and `zstd`.
///
/// Clones share the text: all of them respond with the new one after [`replace`](Self::replace).
///
/// ```
/// use axum::{Router, extract::State, routing::get};
/// use record_http::{AcceptEncoding, CachedJson, Conditional, Conditions};
///
/// async fn countries(
///     State(cached): State<CachedJson>,
///     conditions: Conditions,
///     encodings: AcceptEncoding,
/// ) -> Conditional {
///     cached.answer(conditions, encodings)
/// }
///
/// let cached = CachedJson::new(&["Andorra", "Austria"])?;
/// let app: Router = Router::new().route("/countries", get(countries)).with_state(cached.clone());
/// cached.replace(&["Andorra", "Austria", "Belgium"])?;
/// # Ok::<(), record_runtime::Error>(())
/// ```
///
/// In actix-web it is a responder, too, which sees the request itself.
///
/// A compressed text is kept only if it is shorter. The client is sent the shortest form of those that it likes best. If
/// it excludes all of them, it gets the text as it is.
///
/// Each form has a tag of its own. That of a compressed form is strong, since middlewares leave such a body as it is. That
/// of the text itself is weak: see [`Versioned::etag`](crate::Versioned::etag).
#[derive(Debug, Clone)]
pub struct CachedJson(Arc<RwLock<Arc<Version>>>);

#[derive(Debug)]
struct Version {
    hash: u128,
    /// The text itself comes first.
    forms: Vec<Form>,
}

#[derive(Debug)]
struct Form {
    coding: Coding,
    body: Bytes,
    etag: Bytes,
}

impl CachedJson {
    /// Writes and compresses a value. Both codings together take some 60 ms for a mebibyte, in which the thread is blocked.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn new<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<Self, Error> {
        let text = record_runtime::try_to_vec(value)?;
        let hash = XxHash3_128::oneshot(&text);
        Ok(Self(Arc::new(RwLock::new(Arc::new(Version::new(text, hash))))))
    }

    /// Puts another value in the place of this one, and says whether its text is another one.
    ///
    /// Each response is that of the old value or that of the new one. Nobody waits while the new one is written and
    /// compressed. Where several threads replace, the last one to end remains.
    ///
    /// # Errors
    /// The value cannot be written; the old one stays.
    pub fn replace<T: ZeroAllocJson + ?Sized>(&self, value: &T) -> Result<bool, Error> {
        let text = record_runtime::try_to_vec(value)?;
        let hash = XxHash3_128::oneshot(&text);
        let current = self.current();
        if current.hash == hash && current.forms[0].body == text {
            return Ok(false);
        }
        let version = Arc::new(Version::new(text, hash));
        let old = std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), version);
        // Without the lock.
        drop(old);
        Ok(true)
    }

    /// The text, uncompressed.
    #[must_use]
    pub fn text(&self) -> Bytes {
        self.current().forms[0].body.clone()
    }

    /// The response: 200 in the best form for the client, or 304 for one that has that form.
    pub fn answer(&self, conditions: Conditions, encodings: AcceptEncoding) -> Conditional {
        let version = self.current();
        let weight = |form: &Form| encodings.weight(form.coding);
        let best = version.forms.iter().max_by_key(|form| (weight(form), std::cmp::Reverse(form.body.len())));
        let form = best.filter(|form| weight(form).is_some()).unwrap_or(&version.forms[0]);
        let etag = Some(form.etag.clone());
        let vary = cfg!(any(feature = "gzip", feature = "zstd")).then_some("accept-encoding");
        if conditions.are_met_by(Some(opaque(&form.etag)), None) {
            return Conditional { vary, ..Conditional::new(304, Bytes::new(), etag) };
        }
        let content_encoding = form.coding.name();
        Conditional { content_encoding, vary, ..Conditional::new(200, form.body.clone(), etag) }
    }

    fn current(&self) -> Arc<Version> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Coding {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            #[cfg(feature = "gzip")]
            Self::Gzip => Some("gzip"),
            #[cfg(feature = "zstd")]
            Self::Zstd => Some("zstd"),
        }
    }
}

impl Version {
    fn new(text: Vec<u8>, hash: u128) -> Self {
        let mut forms = Vec::new();
        #[cfg(feature = "gzip")]
        forms.extend(gzip(&text).map(|body| (Coding::Gzip, body)));
        #[cfg(feature = "zstd")]
        forms.extend(zstd::bulk::compress(&text, ZSTD_LEVEL).map(|body| (Coding::Zstd, body)));
        forms.retain(|(_, body): &(Coding, Vec<u8>)| body.len() < text.len());
        forms.insert(0, (Coding::Identity, text));
        let forms = forms.into_iter().map(|(coding, body)| {
            let etag = match coding.name() {
                None => format!("W/\"{hash:032x}\""),
                Some(name) => format!("\"{hash:032x}-{name}\""),
            };
            Form { coding, body: body.into_boxed_slice().into(), etag: etag.into() }
        });
        Self { hash, forms: forms.collect() }
    }
}

/// Beyond it, each hundredth less takes twice the time; and so it is beyond gzip's usual level.
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 9;

#[cfg(feature = "gzip")]
fn gzip(text: &[u8]) -> std::io::Result<Vec<u8>> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text)?;
    encoder.finish()
}
