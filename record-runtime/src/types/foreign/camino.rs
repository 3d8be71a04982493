//! `camino`: paths that are UTF-8, as strings.

use camino::{Utf8Path, Utf8PathBuf};

as_str! {
    [] Utf8Path, path => path.as_str();
    [] Utf8PathBuf, path => path.as_str();
}
