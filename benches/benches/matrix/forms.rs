//! The panel of forms: corpora by forms of output.

#![forbid(unsafe_code)]

use std::io::{self, BufWriter};

use record_benches::corpus::{self, Corpus, Document};
use record_benches::matrix::{Board, Contender, Engine, Panel, Place};
use record_runtime::{CHUNK_BYTES, WriteOptions, append_json_lines, stream_json_array, to_vec};
use serde_json::ser::Formatter;
use sonic_rs::writer::BufferedWriter;

use crate::engines::{WRITABLE, each, plain};

/// Shows the board all cells.
pub(crate) fn show(board: &mut Board<'_>) {
    forms(board, &corpus::message::corpus());
    forms(board, &corpus::log_record::corpus());
    forms(board, &corpus::api_response::corpus());
    forms(board, &corpus::article::corpus());
    forms(board, &corpus::list::corpus());
    forms(board, &corpus::chat::corpus());
    forms(board, &corpus::geojson::corpus());
}

/// Documents of a corpus that are written: more gain nothing but time.
const DOCUMENTS: usize = 64;

fn forms<T: Document>(board: &mut Board<'_>, corpus: &Corpus<T>) {
    let documents = &corpus.documents[..corpus.documents.len().min(DOCUMENTS)];
    let mut row = Row { board, row: corpus.name };
    row.show("plain", |board| plain(board, documents));
    row.show("fresh", |_| fresh(documents));
    row.show("indented", |_| indented(documents));
    row.show("JSON Lines", |_| lines(documents));
    row.show("slice", |_| slices(documents));
    row.show("stream", |_| streams(documents));
    row.show("html_safe", |_| escaped(documents, WriteOptions::new().html_safe(), Escapes::Html));
    row.show("ascii", |_| escaped(documents, WriteOptions::new().ascii(), Escapes::NonAscii));
}

/// A row of the panel.
struct Row<'b, 'o> {
    board: &'b mut Board<'o>,
    row: &'static str,
}

impl Row<'_, '_> {
    fn show<'a>(&mut self, column: &'static str, contenders: impl FnOnce(&Board<'_>) -> Vec<Contender<'a>>) {
        let place = Place { panel: Panel::Forms, row: self.row, column };
        if self.board.wants(place) {
            let contenders = contenders(self.board);
            self.board.take(place, contenders);
        }
    }
}

fn fresh<T: Document>(documents: &[T]) -> Vec<Contender<'_>> {
    vec![
        Contender::new(Engine::Record, documents, each(|d: &T, out| *out = to_vec(d))),
        Contender::new(Engine::SerdeJson, documents, each(|d: &T, out| *out = serde_json::to_vec(d).expect(WRITABLE))),
        Contender::new(Engine::SonicRs, documents, each(|d: &T, out| *out = sonic_rs::to_vec(d).expect(WRITABLE))),
    ]
}

fn indented<T: Document>(documents: &[T]) -> Vec<Contender<'_>> {
    let ours = |d: &T, out: &mut Vec<u8>| d.write_json_with(out, &WriteOptions::new().pretty());
    vec![
        Contender::new(Engine::Record, documents, each(ours)),
        Contender::new(
            Engine::SerdeJson,
            documents,
            each(|d: &T, out| serde_json::to_writer_pretty(out, d).expect(WRITABLE)),
        ),
        Contender::new(
            Engine::SonicRs,
            documents,
            each(|d: &T, out| sonic_rs::to_writer_pretty(out, d).expect(WRITABLE)),
        ),
    ]
}

/// All documents into one buffer.
fn lines<T: Document>(documents: &[T]) -> Vec<Contender<'_>> {
    let ours = |documents: &[T], out: &mut Vec<u8>| {
        out.clear();
        append_json_lines(documents, out).expect(WRITABLE);
    };
    vec![
        Contender::new(Engine::Record, documents, ours),
        Contender::new(
            Engine::SerdeJson,
            documents,
            joined(|d: &T, out| serde_json::to_writer(out, d).expect(WRITABLE)),
        ),
        Contender::new(Engine::SonicRs, documents, joined(|d: &T, out| sonic_rs::to_writer(out, d).expect(WRITABLE))),
    ]
}

/// A line for each document, as by hand.
fn joined<D>(write: impl Fn(&D, &mut Vec<u8>)) -> impl Fn(&[D], &mut Vec<u8>) {
    move |documents, out| {
        out.clear();
        for document in documents {
            write(document, out);
            out.push(b'\n');
        }
    }
}

/// A slice that is long enough.
fn slices<T: Document>(documents: &[T]) -> Vec<Contender<'_>> {
    vec![
        Contender::new(
            Engine::Record,
            documents,
            into_slice(|d: &T, slice| d.write_json_to_slice(slice).expect(WRITABLE)),
        ),
        Contender::new(
            Engine::SerdeJson,
            documents,
            into_slice(|d: &T, slice| {
                let room = slice.len();
                let mut rest = slice;
                serde_json::to_writer(&mut rest, d).expect(WRITABLE);
                room - rest.len()
            }),
        ),
        Contender::new(
            Engine::SonicRs,
            documents,
            into_slice(|d: &T, slice| {
                let room = slice.len();
                let mut rest = slice;
                sonic_rs::to_writer(BufferedWriter::new(&mut rest), d).expect(WRITABLE);
                room - rest.len()
            }),
        ),
    ]
}

fn into_slice<D>(write: impl Fn(&D, &mut [u8]) -> usize) -> impl FnMut(&[D], &mut Vec<u8>) {
    let mut slice = vec![0; 1 << 20];
    move |documents, out| {
        let mut len = 0;
        for document in documents {
            len = write(document, &mut slice);
        }
        out.clear();
        out.extend_from_slice(&slice[..len]);
    }
}

/// All documents as one array, in pieces to a writer that takes them.
fn streams<T: Document>(documents: &[T]) -> Vec<Contender<'_>> {
    let mut buffer = Vec::new();
    vec![
        Contender::new(Engine::Record, documents, move |documents: &[T], out: &mut Vec<u8>| {
            out.clear();
            stream_json_array(documents, out, &mut buffer).expect(WRITABLE);
        }),
        Contender::new(Engine::SerdeJson, documents, |documents: &[T], out: &mut Vec<u8>| {
            out.clear();
            let mut writer = BufWriter::with_capacity(CHUNK_BYTES, out);
            serde_json::to_writer(&mut writer, documents).expect(WRITABLE);
            io::Write::flush(&mut writer).expect(WRITABLE);
        }),
        Contender::new(Engine::SonicRs, documents, |documents: &[T], out: &mut Vec<u8>| {
            out.clear();
            let mut writer = BufWriter::with_capacity(CHUNK_BYTES, out);
            sonic_rs::to_writer(BufferedWriter::new(&mut writer), documents).expect(WRITABLE);
            io::Write::flush(&mut writer).expect(WRITABLE);
        }),
    ]
}

fn escaped<'a, T: Document>(
    documents: &'a [T],
    options: WriteOptions<'static>,
    escapes: Escapes,
) -> Vec<Contender<'a>> {
    vec![
        Contender::new(Engine::Record, documents, each(move |d: &T, out| d.write_json_with(out, &options))),
        Contender::new(
            Engine::SerdeJson,
            documents,
            each(move |d: &T, out| {
                let mut serializer = serde_json::Serializer::with_formatter(out, escapes);
                d.serialize(&mut serializer).expect(WRITABLE);
            }),
        ),
    ]
}

/// The formatter that services give to `serde_json` for this. It looks at each character that is clean for JSON.
#[derive(Clone, Copy)]
enum Escapes {
    Html,
    NonAscii,
}

impl Escapes {
    fn concerns(self, character: char) -> bool {
        match self {
            Self::Html => matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'),
            Self::NonAscii => !character.is_ascii(),
        }
    }
}

impl Formatter for Escapes {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut clean = 0;
        for (at, character) in fragment.char_indices().filter(|(_, character)| self.concerns(*character)) {
            writer.write_all(&fragment.as_bytes()[clean..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            clean = at + character.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[clean..])
    }
}
