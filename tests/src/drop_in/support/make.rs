//! Values of the standard library's types, from a source.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

use record_runtime::ZeroAllocJson;
use serde::{Deserialize, Serialize};

use super::source::Source;

/// A type of which values can be made from a source.
pub trait Make: Sized {
    fn make(source: &mut Source) -> Option<Self>;
}

macro_rules! make_integers {
    ($($type:ty)*) => {$(
        impl Make for $type {
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::cast_lossless, reason = "any bits will do, of types wide and narrow")]
            fn make(source: &mut Source) -> Option<Self> {
                Some(match source.below(6) {
                    0 => 0,
                    1 => <$type>::MAX,
                    2 => <$type>::MIN,
                    3 => (source.bits() % 100) as $type,
                    _ => source.bits() as $type,
                })
            }
        }
    )*};
}

make_integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl Make for f64 {
    fn make(source: &mut Source) -> Option<Self> {
        Some(match source.below(8) {
            0 => 0.0,
            1 => -1.5,
            2 => f64::MAX,
            3 => f64::NAN,
            4 => f64::from(u16::make(source)?) / 100.0,
            _ => f64::from_bits(source.bits()),
        })
    }
}

impl Make for f32 {
    fn make(source: &mut Source) -> Option<Self> {
        Some(match source.below(5) {
            0 => 0.0,
            1 => f32::INFINITY,
            2 => f32::from(u16::make(source)?) / 100.0,
            _ => f32::from_bits(u32::make(source)?),
        })
    }
}

impl Make for bool {
    fn make(source: &mut Source) -> Option<Self> {
        Some(source.below(2) == 0)
    }
}

impl Make for char {
    fn make(source: &mut Source) -> Option<Self> {
        Some(['a', '"', '\\', '\n', 'é', '🦀'][source.below(6)])
    }
}

impl Make for () {
    fn make(_: &mut Source) -> Option<Self> {
        Some(())
    }
}

impl<T: ?Sized> Make for PhantomData<T> {
    fn make(_: &mut Source) -> Option<Self> {
        Some(PhantomData)
    }
}

impl Make for String {
    fn make(source: &mut Source) -> Option<Self> {
        Some(source.text().to_owned())
    }
}

impl Make for &str {
    fn make(source: &mut Source) -> Option<Self> {
        Some(source.text())
    }
}

impl<T: Make> Make for &T {
    fn make(source: &mut Source) -> Option<Self> {
        source.nested(T::make).map(|value| &*Box::leak(Box::new(value)))
    }
}

impl<T: Make> Make for &[T] {
    fn make(source: &mut Source) -> Option<Self> {
        Vec::make(source).map(|values| &*values.leak())
    }
}

impl<T: Make> Make for Option<T> {
    fn make(source: &mut Source) -> Option<Self> {
        if source.len() == 0 {
            return Some(None);
        }
        Some(source.nested(T::make))
    }
}

impl<B: ToOwned<Owned: Make> + ?Sized> Make for Cow<'_, B> {
    fn make(source: &mut Source) -> Option<Self> {
        B::Owned::make(source).map(Cow::Owned)
    }
}

macro_rules! make_pointers {
    ($($pointer:ident)*) => {$(
        impl<T: Make> Make for $pointer<T> {
            fn make(source: &mut Source) -> Option<Self> {
                source.nested(T::make).map($pointer::new)
            }
        }
    )*};
}

make_pointers!(Box Rc Arc Cell RefCell Mutex RwLock);

macro_rules! make_unsized {
    ($($pointer:ident)*) => {$(
        impl Make for $pointer<str> {
            fn make(source: &mut Source) -> Option<Self> {
                Some(source.text().into())
            }
        }

        impl<T: Make> Make for $pointer<[T]> {
            fn make(source: &mut Source) -> Option<Self> {
                Vec::make(source).map(Into::into)
            }
        }
    )*};
}

make_unsized!(Box Rc Arc);

/// As many elements as could be made of those wanted; an element that cannot be made leaves the collection empty.
fn collected<T, C: FromIterator<T>>(source: &mut Source, mut make: impl FnMut(&mut Source) -> Option<T>) -> C {
    let len = source.len();
    (0..len).map_while(|_| source.nested(&mut make)).collect()
}

impl<T: Make> Make for Vec<T> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<T: Make> Make for VecDeque<T> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<T: Make + Ord> Make for BTreeSet<T> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<T: Make + Eq + Hash, S: BuildHasher + Default> Make for HashSet<T, S> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, T::make))
    }
}

impl<K: Make + Ord, V: Make> Make for BTreeMap<K, V> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, <(K, V)>::make))
    }
}

impl<K: Make + Eq + Hash, V: Make, S: BuildHasher + Default> Make for HashMap<K, V, S> {
    fn make(source: &mut Source) -> Option<Self> {
        Some(collected(source, <(K, V)>::make))
    }
}

impl<T: Make, const N: usize> Make for [T; N] {
    fn make(source: &mut Source) -> Option<Self> {
        let elements: Option<Vec<T>> = (0..N).map(|_| T::make(source)).collect();
        elements?.try_into().ok()
    }
}

macro_rules! make_tuples {
    ($(($($part:ident)*))*) => {$(
        impl<$($part: Make),*> Make for ($($part,)*) {
            fn make(source: &mut Source) -> Option<Self> {
                Some(($($part::make(source)?,)*))
            }
        }
    )*};
}

make_tuples!((A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F));

/// An argument for parameters that have to be objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ZeroAllocJson)]
pub struct Object {
    object_number: u32,
    object_text: String,
}

impl Make for Object {
    fn make(source: &mut Source) -> Option<Self> {
        Some(Self { object_number: u32::make(source)?, object_text: String::make(source)? })
    }
}
