//! Every engine, bound to the documents of one corpus. Its output is verified and its allocations are counted at once;
//! timing it comes later.

#![forbid(unsafe_code)]

use std::hint::black_box;

use record_runtime::__private::Backend;
use record_runtime::__private::write_json_on;
use record_runtime::Serde;

use crate::allocations;
use crate::corpus::Document;
use crate::engine::Engine;
use crate::peers::Writable;
use crate::timing::Task;
use crate::verify::{self, Likeness};

/// The role of an engine in the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `write_json`, to which all are compared.
    Record,
    /// The same with the kernels of one backend.
    Backend,
    /// `write_json` by way of the types' `Serialize`.
    Bridge,
    /// `serde_json`, which says what is right.
    Reference,
    /// Another library that writes the same types.
    Peer,
    /// A tree of dynamic values, built for each document.
    Dynamic,
    /// The finished bytes, copied: no writer can be faster.
    Copy,
}

impl Kind {
    /// By the name of the engine.
    pub(super) fn of(engine: &str) -> Self {
        match engine {
            "record" => Self::Record,
            "record (serde bridge)" => Self::Bridge,
            _ if engine.starts_with("record (") => Self::Backend,
            "serde_json" => Self::Reference,
            "serde_json::Value" => Self::Dynamic,
            "memcpy" => Self::Copy,
            _ => Self::Peer,
        }
    }
}

/// Where the text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Buffer {
    /// One that the caller keeps, cleared before each document.
    Reused,
    /// A `Vec` for each document, in the way that the engine has for it; dropping it is in the time.
    Fresh,
}

impl Buffer {
    pub(super) const ALL: [Self; 2] = [Self::Reused, Self::Fresh];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Reused => "reused",
            Self::Fresh => "fresh",
        }
    }
}

/// The capacity of a kept buffer. An allocator gives so much memory pages of its own, and unused pages cost nothing.
/// Every engine's text then begins at the same place of a page. A store that reaches over the end of a page takes some
/// seven nanoseconds (Zen 4). Where a short text happens to lie there, such stores are timed: one of 27 bytes took 21
/// ns instead of 4.
const PAGES_OF_ITS_OWN: usize = 64 << 20;

/// An engine with the documents of a corpus.
pub(super) struct Contender<'a> {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The worst that it made of any document.
    pub(super) likeness: Likeness,
    /// The mistake in a document that is as bad as that.
    pub(super) difference: Option<String>,
    pub(super) reused: Way<'a>,
    pub(super) fresh: Way<'a>,
}

/// One way to have the documents written.
pub(super) struct Way<'a> {
    /// Of all documents together; `None` if nobody counts.
    pub(super) allocations: Option<u64>,
    /// One call writes all documents.
    pub(super) task: Task<'a>,
}

impl<'a> Contender<'a> {
    /// Compiles the two ways for this engine: the closures are part of the loops that are timed.
    pub(super) fn new<D>(
        (kind, name): (Kind, impl Into<String>),
        documents: &'a [D],
        reference: &[Vec<u8>],
        write: impl Fn(&D, &mut Vec<u8>) + 'a,
        to_vec: impl Fn(&D) -> Vec<u8> + 'a,
    ) -> Self {
        let (mut likeness, mut difference) = (Likeness::SameBytes, None);
        let mut check = |text: &[u8], reference: &[u8]| {
            let found = verify::likeness(text, reference);
            if found > likeness {
                let describe = match found {
                    Likeness::OtherValue => verify::describe_other_value,
                    _ => verify::describe_other_text,
                };
                (likeness, difference) = (found, Some(describe(text, reference)));
            }
        };
        let mut buffer = Vec::with_capacity(PAGES_OF_ITS_OWN);
        for (document, reference) in documents.iter().zip(reference) {
            buffer.clear();
            write(document, &mut buffer);
            check(&buffer, reference);
            check(&to_vec(document), reference);
        }
        let mut reuse = move |calls| {
            for _ in 0..calls {
                for document in documents {
                    buffer.clear();
                    write(black_box(document), &mut buffer);
                    black_box(&buffer);
                }
            }
        };
        let renew = move |calls| {
            for _ in 0..calls {
                for document in documents {
                    black_box(to_vec(black_box(document)));
                }
            }
        };
        let reused = allocations::count(|| reuse(1));
        let fresh = allocations::count(|| renew(1));
        Self {
            name: name.into(),
            kind,
            likeness,
            difference,
            reused: Way { allocations: reused, task: Box::new(reuse) },
            fresh: Way { allocations: fresh, task: Box::new(renew) },
        }
    }

    pub(super) fn way_mut(&mut self, buffer: Buffer) -> &mut Way<'a> {
        match buffer {
            Buffer::Reused => &mut self.reused,
            Buffer::Fresh => &mut self.fresh,
        }
    }
}

/// The reference's text of every document.
pub(super) fn reference<T: Document>(documents: &[T]) -> Vec<Vec<u8>> {
    documents.iter().map(|document| written(|buffer| Engine::SerdeJson.write(document, buffer))).collect()
}

/// All engines that this program has: ours, `write_json` first, then the reference, the peers, and the copy last. Those
/// of [`deriving_peers`] are among them where the type has their traits.
pub(super) fn contenders<'a, T: Document>(
    documents: &'a [T],
    reference: &'a [Vec<u8>],
    deriving: Vec<Contender<'a>>,
) -> Vec<Contender<'a>> {
    let mut all = vec![Contender::new(
        (Kind::Record, "record"),
        documents,
        reference,
        |d, b| Engine::Record.write(d, b),
        record_runtime::to_vec,
    )];
    for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
        let write = move |d: &T, b: &mut Vec<u8>| {
            let written = write_json_on(backend, d, b).expect("the backend is available");
            written.expect("documents of a corpus can be written");
        };
        let to_vec = move |d: &T| {
            let mut buffer = Vec::with_capacity(d.json_capacity());
            write(d, &mut buffer);
            buffer
        };
        let name = format!("record ({})", format!("{backend:?}").to_lowercase());
        all.push(Contender::new((Kind::Backend, name), documents, reference, write, to_vec));
    }
    all.push(Contender::new(
        (Kind::Bridge, "record (serde bridge)"),
        documents,
        reference,
        |d, b| Engine::SerdeBridge.write(d, b),
        |d| record_runtime::to_vec(&Serde(d)),
    ));
    all.push(Contender::new(
        (Kind::Reference, "serde_json"),
        documents,
        reference,
        |d, b| Engine::SerdeJson.write(d, b),
        |d| serde_json::to_vec(d).expect("documents of a corpus can be written"),
    ));
    #[cfg(feature = "peers")]
    all.extend(peers(documents, reference));
    all.extend(deriving);
    all.push(Contender::new(
        (Kind::Dynamic, "serde_json::Value"),
        documents,
        reference,
        |d, b| Engine::SerdeJsonValue.write(d, b),
        |d| written(|buffer| Engine::SerdeJsonValue.write(d, buffer)),
    ));
    all.push(Contender::new(
        (Kind::Copy, "memcpy"),
        reference,
        reference,
        |bytes, b| b.extend_from_slice(bytes),
        Vec::clone,
    ));
    all
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut buffer = Vec::new();
    write(&mut buffer);
    buffer
}

#[cfg(feature = "peers")]
const WRITABLE: &str = "documents of a corpus can be written";

/// The peers that write by way of serde.
#[cfg(feature = "peers")]
fn peers<'a, T: Document>(documents: &'a [T], reference: &[Vec<u8>]) -> [Contender<'a>; 2] {
    [
        Contender::new(
            (Kind::Peer, "sonic-rs"),
            documents,
            reference,
            |d, b| sonic_rs::to_writer(b, d).expect(WRITABLE),
            |d| sonic_rs::to_vec(d).expect(WRITABLE),
        ),
        Contender::new(
            (Kind::Peer, "simd-json"),
            documents,
            reference,
            |d, b| simd_json::serde::to_writer(b, d).expect(WRITABLE),
            |d| simd_json::serde::to_vec(d).expect(WRITABLE),
        ),
    ]
}

/// The peers that derive a trait of their own; none without the feature `peers`.
#[cfg(not(feature = "peers"))]
pub(super) fn deriving_peers<'a, T: Document + Writable>(_: &'a [T], _: &[Vec<u8>]) -> Vec<Contender<'a>> {
    Vec::new()
}

/// The peers that derive a trait of their own; none without the feature `peers`.
#[cfg(feature = "peers")]
pub(super) fn deriving_peers<'a, T: Document + Writable>(
    documents: &'a [T],
    reference: &[Vec<u8>],
) -> Vec<Contender<'a>> {
    vec![
        Contender::new(
            (Kind::Peer, "simd-json-derive"),
            documents,
            reference,
            |d, b| d.json_write(b).expect(WRITABLE),
            |d| d.json_vec().expect(WRITABLE),
        ),
        Contender::new(
            (Kind::Peer, "jsony"),
            documents,
            reference,
            |d, b| {
                jsony::to_json_into(d, b);
            },
            |d| jsony::to_json(d).into_bytes(),
        ),
        Contender::new(
            (Kind::Peer, "musli"),
            documents,
            reference,
            |d, b| {
                musli::json::encode(b, d).expect(WRITABLE);
            },
            |d| musli::json::to_vec(d).expect(WRITABLE),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Contender, Kind, contenders, deriving_peers, reference};
    use crate::corpus::message;
    use crate::verify::Likeness;

    fn verified(write: impl Fn(&u8, &mut Vec<u8>), to_vec: impl Fn(&u8) -> Vec<u8>) -> (Likeness, bool) {
        let documents = [1, 2];
        let contender = Contender::new((Kind::Peer, "x"), &documents, &[b"1".to_vec(), b"2".to_vec()], write, to_vec);
        (contender.likeness, contender.difference.is_some())
    }

    #[test]
    fn every_document_is_verified_in_both_ways() {
        let right = |d: &u8| d.to_string().into_bytes();
        let append = |text: Vec<u8>, b: &mut Vec<u8>| b.extend(text);
        assert_eq!(verified(|d, b| append(right(d), b), right), (Likeness::SameBytes, false));
        // The second document alone is wrong, in one way alone.
        let wrong = |d: &u8| if *d == 2 { b"3".to_vec() } else { right(d) };
        assert_eq!(verified(|d, b| append(wrong(d), b), right), (Likeness::OtherValue, true));
        assert_eq!(verified(|d, b| append(right(d), b), wrong), (Likeness::OtherValue, true));
        // The worst counts, not the last.
        let worst_first = |d: &u8| if *d == 1 { b"9".to_vec() } else { b"2.0".to_vec() };
        assert_eq!(verified(|d, b| append(right(d), b), worst_first), (Likeness::OtherValue, true));
        let other_text = |d: &u8| [right(d), b".0".to_vec()].concat();
        assert_eq!(verified(|d, b| append(right(d), b), other_text), (Likeness::SameValue, true));
    }

    #[test]
    fn an_engine_that_replaces_the_buffers_contents_is_found_out_by_its_text() {
        assert_eq!(verified(|_, b| b.clear(), |_| b"1".to_vec()), (Likeness::OtherValue, true));
    }

    #[test]
    fn tasks_write_all_documents_as_often_as_they_are_told() {
        let documents = [1_u8, 2];
        let (writes, vecs) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
        let mut contender = Contender::new(
            (Kind::Peer, "x"),
            &documents,
            &[Vec::new(), Vec::new()],
            |_, _| writes.set(writes.get() + 1),
            |_| {
                vecs.set(vecs.get() + 1);
                Vec::new()
            },
        );
        writes.set(0);
        vecs.set(0);
        (contender.reused.task)(3);
        (contender.fresh.task)(4);
        assert_eq!((writes.get(), vecs.get()), (6, 8));
    }

    #[test]
    fn the_counting_allocator_sees_both_ways() {
        let corpus = message::corpus();
        let reference = reference(&corpus.documents);
        let deriving = deriving_peers(&corpus.documents, &reference);
        for contender in contenders(&corpus.documents, &reference, deriving) {
            assert_eq!(contender.likeness, Likeness::SameBytes, "{}", contender.name);
            assert!(contender.fresh.allocations >= Some(1), "{}", contender.name);
            if matches!(contender.kind, Kind::Record | Kind::Backend | Kind::Bridge | Kind::Copy) {
                assert_eq!((contender.reused.allocations, contender.fresh.allocations), (Some(0), Some(1)));
            }
        }
    }
}
