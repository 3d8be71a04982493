//! The engines, bound to the documents of one cell in the panel of leaves.

#![forbid(unsafe_code)]

use record_benches::corpus::Document;
use record_benches::matrix::{Board, Contender, Engine};
use record_runtime::__private::{Backend, write_json_on};

pub(crate) const WRITABLE: &str = "the documents can be written";

/// Each document into a buffer that is kept.
pub(crate) fn plain<'a, D: Document>(board: &Board<'_>, documents: &'a [D]) -> Vec<Contender<'a>> {
    let ours = match board.backend() {
        None => Contender::new(Engine::Record, documents, each(|document: &D, out| document.write_json(out))),
        Some(backend) => Contender::new(Engine::Record, documents, each(forced(backend))),
    };
    vec![
        ours,
        Contender::new(
            Engine::SerdeJson,
            documents,
            each(|document: &D, out| serde_json::to_writer(out, document).expect(WRITABLE)),
        ),
        Contender::new(
            Engine::SonicRs,
            documents,
            each(|document: &D, out| sonic_rs::to_writer(out, document).expect(WRITABLE)),
        ),
    ]
}

fn forced<D: Document>(backend: Backend) -> impl Fn(&D, &mut Vec<u8>) {
    move |document, out| write_json_on(backend, document, out).expect("the backend is available").expect(WRITABLE)
}

/// Writes each document into the emptied buffer.
pub(crate) fn each<D>(write: impl Fn(&D, &mut Vec<u8>)) -> impl Fn(&[D], &mut Vec<u8>) {
    move |documents, out| {
        for document in documents {
            out.clear();
            write(document, out);
        }
    }
}
