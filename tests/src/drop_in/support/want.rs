//! The ways to get a value of a type, in the order in which the compiler tries them.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use serde::Deserialize;

use super::make::Make;
use super::reader::Reader;
use super::source::{Source, TEXTS};

/// A type of which a value is wanted.
pub struct Want<T>(pub PhantomData<T>);

pub trait ByMake<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T: Make> ByMake<T> for &&&Want<T> {
    fn made(&self, source: &mut Source) -> Option<T> {
        T::make(source)
    }
}

pub trait ByReading<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T: Deserialize<'static>> ByReading<T> for &&Want<T> {
    fn made(&self, source: &mut Source) -> Option<T> {
        (0..TEXTS.len() * 4).find_map(|_| T::deserialize(Reader(source)).ok())
    }
}

pub trait ByDefault<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T: Default> ByDefault<T> for &Want<T> {
    fn made(&self, _: &mut Source) -> Option<T> {
        Some(T::default())
    }
}

pub trait ByNothing<T> {
    fn made(&self, source: &mut Source) -> Option<T>;
}

impl<T> ByNothing<T> for Want<T> {
    fn made(&self, _: &mut Source) -> Option<T> {
        None
    }
}

pub trait FixturesRead<T> {
    fn fixtures(&self, compare: &dyn Fn(&T));
}

impl<T: Deserialize<'static>> FixturesRead<T> for &Want<T> {
    fn fixtures(&self, compare: &dyn Fn(&T)) {
        for text in fixtures() {
            let read = catch_unwind(|| serde_json::from_str::<T>(text).ok().map(AssertUnwindSafe));
            if let Ok(Some(value)) = read {
                compare(&value);
            }
        }
    }
}

pub trait FixturesSkipped<T> {
    fn fixtures(&self, compare: &dyn Fn(&T));
}

impl<T> FixturesSkipped<T> for Want<T> {
    fn fixtures(&self, _: &dyn Fn(&T)) {}
}

/// The texts in the file that `RECORD_FIXTURES` names.
fn fixtures() -> &'static [String] {
    static TEXTS: OnceLock<Vec<String>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let Some(path) = std::env::var_os("RECORD_FIXTURES") else { return Vec::new() };
        let text = std::fs::read_to_string(path).expect("the fixtures can be read");
        serde_json::from_str(&text).expect("the fixtures are an array of strings")
    })
}
