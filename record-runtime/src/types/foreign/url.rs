//! `url`: as a string.

use url::Url;

as_str! { [] Url, url => url.as_str(); }
