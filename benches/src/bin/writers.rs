//! The writers of a few corpora, registered for the gate: see `benches/gate.toml`.
//!
//! Each backend is forced: callgrind plays a processor of its own, and the one that a machine has must not decide.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use record_benches::corpus::{self, Corpus, Document};
use record_gate::{CountingAllocator, Functions};
use record_runtime::__private::{Backend, write_json_on};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

fn main() -> ExitCode {
    let mut functions = Functions::new();
    for (name, backend) in [("portable", Backend::Swar), ("avx2", Backend::Avx2)] {
        functions = add(functions, name, backend, corpus::message::corpus());
        functions = add(functions, name, backend, corpus::log_record::corpus());
        functions = add(functions, name, backend, corpus::api_response::corpus());
        functions = add(functions, name, backend, corpus::article::corpus());
        functions = add(functions, name, backend, corpus::list::corpus());
    }
    functions.main()
}

/// Adds the writing of all documents into a buffer that is kept; nothing where this CPU does not have the backend.
fn add<'f, T: Document + 'f>(
    functions: Functions<'f>,
    backend_name: &str,
    backend: Backend,
    corpus: Corpus<T>,
) -> Functions<'f> {
    let name = format!("{}/{backend_name}", corpus.name);
    let documents = corpus.documents;
    let mut buffer = Vec::new();
    let Some(Ok(())) = write_json_on(backend, &documents[0], &mut buffer) else { return functions };
    functions.add(name, move || {
        buffer.clear();
        for document in &documents {
            let written = write_json_on(backend, document, &mut buffer);
            assert!(matches!(written, Some(Ok(()))), "documents of a corpus can be written");
        }
        buffer.len()
    })
}
