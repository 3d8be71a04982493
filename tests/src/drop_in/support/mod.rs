//! The crate that a scratch project links to. It makes values of the project's types, and compares the texts of both
//! derives.
//!
//! The tools write this folder into the scratch project as a crate of its own, `record_support`. It is a module of
//! `record-tests` only so that the checks of the workspace see it.
//!
//! The order in which the compiler tries methods tells which traits a type has. A method for `&&Probe<T>` comes before
//! one for `&Probe<T>`, and is left out where its bound does not hold.

mod make;
mod reader;
mod source;
mod want;

use std::any::type_name;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock};

use record_runtime::ZeroAllocJson;
use serde::Serialize;

pub use make::{Make, Object};
pub use reader::Misfit;
pub use source::{Source, each_seed};
pub use want::{ByDefault, ByMake, ByNothing, ByReading, FixturesRead, FixturesSkipped, Want};

/// Compares what both write of `$value`, if its type has both.
#[macro_export]
macro_rules! compare {
    ($value:expr, $site:expr) => {{
        #[allow(unused_imports)]
        use $crate::{AsBoth as _, AsNeither as _, AsSerialize as _};
        (&&&$crate::Probe($value)).compare_as($site)
    }};
}

/// The argument of a call, compared on the way.
#[macro_export]
macro_rules! through {
    ($value:expr, $site:expr) => {
        match $value {
            value => {
                $crate::compare!(&value, $site);
                value
            }
        }
    };
}

/// Some value of the type, by whatever way there is.
#[macro_export]
macro_rules! make {
    ($type:ty, $source:expr) => {{
        #[allow(unused_imports)]
        use $crate::{ByDefault as _, ByMake as _, ByNothing as _, ByReading as _};
        (&&&&$crate::Want::<$type>(::core::marker::PhantomData)).made($source)
    }};
}

/// Makes values of the type, reads it from the fixtures, and compares all of them.
#[macro_export]
macro_rules! values {
    ($type:ty, $site:expr) => {{
        $crate::each_seed(|source| match $crate::make!($type, source) {
            ::core::option::Option::Some(value) => {
                $crate::compare!(&value, $site);
                true
            }
            ::core::option::Option::None => false,
        });
        #[allow(unused_imports)]
        use $crate::{FixturesRead as _, FixturesSkipped as _};
        (&&$crate::Want::<$type>(::core::marker::PhantomData))
            .fixtures(&|value: &$type| $crate::compare!(value, $site));
    }};
}

/// Has values of the type compared by [`run_registered`].
#[macro_export]
macro_rules! register {
    ($type:ty, $site:expr) => {
        const _: () = {
            fn run() {
                $crate::values!($type, $site);
            }

            $crate::inventory::submit!($crate::Registered(run));
        };
    };
}

#[doc(hidden)]
pub use inventory;

/// A comparison that a type of this process registered.
pub struct Registered(pub fn());

inventory::collect!(Registered);

/// Compares values of all types that were registered.
pub fn run_registered() {
    std::panic::set_hook(Box::new(|_| {}));
    for registered in inventory::iter::<Registered> {
        // User code may panic on odd values; the outcome of each comparison is in the report.
        let _ = catch_unwind(registered.0);
    }
}

/// A reference to a value of which it is asked what it implements.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

pub trait AsBoth {
    fn compare_as(&self, site: &str);
}

impl<T: ZeroAllocJson + Serialize + ?Sized> AsBoth for &&Probe<'_, T> {
    fn compare_as(&self, site: &str) {
        compare_both(self.0, site);
    }
}

pub trait AsSerialize {
    fn compare_as(&self, site: &str);
}

impl<T: Serialize + ?Sized> AsSerialize for &Probe<'_, T> {
    fn compare_as(&self, site: &str) {
        let theirs = outcome(|| serde_json::to_vec(self.0).map_err(|error| error.to_string()));
        let verdict = if theirs.is_ok() { "only serde" } else { "only serde, refused" };
        report(site, type_name::<T>(), verdict, "not implemented", &shown(&theirs));
    }
}

pub trait AsNeither {
    fn compare_as(&self, site: &str);
}

impl<T: ?Sized> AsNeither for Probe<'_, T> {
    fn compare_as(&self, _: &str) {}
}

fn compare_both<T: ZeroAllocJson + Serialize + ?Sized>(value: &T, site: &str) {
    let ours = outcome(|| {
        let mut text = b"before".to_vec();
        let result = value.try_write_json(&mut text);
        assert!(text.starts_with(b"before"), "what stood in the buffer is gone");
        result.map(|()| text.split_off(6)).map_err(|error| error.to_string())
    });
    let theirs = outcome(|| serde_json::to_vec(value).map_err(|error| error.to_string()));
    let verdict = match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) if ours == theirs => "equal",
        (Err(ours), Err(theirs)) if ours == theirs => "equal error",
        (Err(_), Err(_)) => "other message",
        (Ok(ours), Ok(theirs)) if is_unsteady(value, ours, theirs) => "equal",
        _ => "different",
    };
    if verdict == "equal" {
        return report(site, type_name::<T>(), verdict, "", "");
    }
    report(site, type_name::<T>(), verdict, &shown(&ours), &shown(&theirs));
}

/// Whether the texts differ in the order of entries alone, and so do two of serde's. User code that collects into a
/// `HashMap` when it is called writes another order each time.
fn is_unsteady<T: Serialize + ?Sized>(value: &T, ours: &[u8], theirs: &[u8]) -> bool {
    let read = |text| serde_json::from_slice::<serde_json::Value>(text).ok();
    let again = || serde_json::to_vec(value).is_ok_and(|again| again != theirs);
    read(ours).is_some_and(|ours| Some(ours) == read(theirs)) && (0..20).any(|_| again())
}

/// The text, or the error's or panic's words.
fn outcome(write: impl FnOnce() -> Result<Vec<u8>, String>) -> Result<Vec<u8>, String> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| Err(String::from("a panic")))
}

fn shown(outcome: &Result<Vec<u8>, String>) -> String {
    match outcome {
        Ok(text) => String::from_utf8_lossy(text).chars().take(2000).collect(),
        Err(words) => format!("error: {words}"),
    }
}

/// Appends a line to the file that the tool reads.
fn report(site: &str, type_name: &str, verdict: &str, ours: &str, theirs: &str) {
    static FILE: OnceLock<Option<Mutex<std::fs::File>>> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let path = std::env::var_os("RECORD_RESULTS")?;
        std::fs::OpenOptions::new().create(true).append(true).open(path).ok().map(Mutex::new)
    });
    let Some(file) = file else { return };
    let line = serde_json::json!([site, type_name, verdict, ours, theirs]);
    let mut file = file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    writeln!(file, "{line}").expect("the file of results can be written");
}
