//! The audit to look at: a page, its data, and the metrics, for any service to mount.
//!
//! [`answer`] knows these paths, all below one prefix: the page itself, `data.json`, `history.json` and `where.json` for the
//! page, and `metrics`. With the crate feature `pprof` also `pprof/heap` and `pprof/allocs`, which `go tool pprof` opens, and
//! the page `flame`, a flame graph by route, with its data `flame.json`. These say something once
//! [`sample_heap`](crate::sample_heap) was called. Each page is one file without outside resources; its policy forbids them.

#[cfg(feature = "pprof")]
use http::header::CONTENT_DISPOSITION;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, StatusCode};
use record_runtime::{ZeroAllocJson, to_vec};

use crate::ledger::{Ledger, MetricsFormat};
#[cfg(feature = "pprof")]
use crate::profile::{HeapValue, flame, heap_profile};

const PAGE: &str = include_str!("page/audit.html");
/// The flame graph.
#[cfg(feature = "pprof")]
const FLAME: &str = include_str!("page/flame.html");
/// The page's own script and style are in it; nothing else may load, and it may talk to its own origin alone.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(ZeroAllocJson)]
struct Site<'s> {
    bytes: u64,
    blocks: u64,
    frames: &'s [String],
}

#[derive(ZeroAllocJson)]
struct Where<'s> {
    route: &'s str,
    sites: Vec<Site<'s>>,
}

/// The answer to a `GET` for `rest`, what follows the prefix under which the service mounts the audit: `""` or `"/"` is
/// the page. `None` for anything else. `query` is the request's, `accept` its `Accept` header.
///
/// The page shows routes, sizes and ids of requests: mount it where only those may look who may know that.
///
/// `AuditPages` (feature `axum`) is a service of it, for a router of axum.
///
/// ```
/// use record_audit::{Ledger, page};
///
/// let ledger = Ledger::new();
/// let answer = page::answer(&ledger, "/data.json", None, None).expect("a path of the page");
/// assert_eq!(answer.headers()["content-type"], "application/json");
/// assert!(answer.body().starts_with(br#"{"uptime_secs":0,"allocator_installed":false,"#));
/// assert!(page::answer(&ledger, "/other", None, None).is_none());
/// ```
#[must_use]
pub fn answer(ledger: &Ledger, rest: &str, query: Option<&str>, accept: Option<&str>) -> Option<Response<Vec<u8>>> {
    match rest {
        "" | "/" => Some(html(PAGE)),
        "/data.json" => Some(response("application/json", to_vec(&ledger.report()))),
        "/history.json" => Some(response("application/json", to_vec(&ledger.history()))),
        "/where.json" => {
            let route = query.and_then(|query| query.strip_prefix("route="));
            let Some(route) = route.and_then(percent_decoded) else {
                let mut bad = response("text/plain", b"where.json?route=... is needed\n".to_vec());
                *bad.status_mut() = StatusCode::BAD_REQUEST;
                return Some(bad);
            };
            let sites = ledger.sites(&route);
            let sites =
                sites.iter().take(5).map(|site| Site { bytes: site.bytes, blocks: site.blocks, frames: &site.frames });
            let found = Where { route: &route, sites: sites.collect() };
            Some(response("application/json", to_vec(&found)))
        }
        #[cfg(feature = "pprof")]
        "/pprof/heap" => Some(profile(HeapValue::InUse)),
        #[cfg(feature = "pprof")]
        "/pprof/allocs" => Some(profile(HeapValue::Allocated)),
        #[cfg(feature = "pprof")]
        "/flame" => Some(html(FLAME)),
        #[cfg(feature = "pprof")]
        "/flame.json" => Some(response("application/json", to_vec(&flame::of(&heap_profile())))),
        "/metrics" => {
            let format = MetricsFormat::accepted(accept);
            let mut text = String::new();
            ledger.write_metrics(format, &mut text);
            Some(response(format.content_type(), text.into_bytes()))
        }
        _ => None,
    }
}

/// The heap profile for `go tool pprof`, which asks for it by its address.
#[cfg(feature = "pprof")]
fn profile(shown: HeapValue) -> Response<Vec<u8>> {
    let profile = heap_profile();
    if profile.interval_bytes == 0 && profile.samples.is_empty() {
        let mut none =
            response("text/plain", b"the heap is not sampled: call `sample_heap` when the service starts\n".to_vec());
        *none.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return none;
    }
    let mut file = response("application/octet-stream", profile.to_pprof(shown));
    let name = HeaderValue::from_static("attachment; filename=\"heap.pb.gz\"");
    file.headers_mut().insert(CONTENT_DISPOSITION, name);
    file
}

/// A page that loads nothing from elsewhere.
fn html(text: &'static str) -> Response<Vec<u8>> {
    let mut page = response("text/html; charset=utf-8", text.as_bytes().to_vec());
    page.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    page
}

fn response(content_type: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The text that `encodeURIComponent` made `text` of.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let (digits, tail) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::percent_decoded;

    #[test]
    fn percent_signs() {
        assert_eq!(percent_decoded("%2Fusers%2F%7Bid%7D").as_deref(), Some("/users/{id}"));
        assert_eq!(percent_decoded("/a"), Some("/a".to_owned()));
        for bad in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(percent_decoded(bad), None, "{bad}");
        }
    }
}
