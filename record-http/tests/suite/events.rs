//! Server-sent events, read by a parser of their grammar that knows nothing of how they are written.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use record_http::{CHUNK_BYTES, Event, JsonEvents, StreamBody};
use record_runtime::ZeroAllocJson;

use crate::values::{Broken, Order, Random};

/// An event as a browser hands it to a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) kind: String,
    pub(crate) data: String,
    pub(crate) last_id: String,
}

/// The parser of WHATWG's HTML, 9.2.5 and 9.2.6: bytes in pieces of any length, events out.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    is_begun: bool,
    was_cr: bool,
    line: Vec<u8>,
    data: String,
    kind: String,
    id: String,
    last_id: String,
    pub(crate) retry: Option<u64>,
    pub(crate) comments: usize,
    pub(crate) seen: Vec<Seen>,
}

impl Parser {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let ends_cr_lf = byte == b'\n' && std::mem::take(&mut self.was_cr);
            match byte {
                b'\n' if ends_cr_lf => {}
                b'\n' | b'\r' => {
                    self.was_cr = byte == b'\r';
                    let line = std::mem::take(&mut self.line);
                    let text = line.strip_prefix("\u{FEFF}".as_bytes()).filter(|_| !self.is_begun).unwrap_or(&line);
                    self.is_begun = true;
                    self.line(&String::from_utf8_lossy(text));
                }
                _ => {
                    self.was_cr = false;
                    self.line.push(byte);
                }
            }
        }
    }

    fn line(&mut self, line: &str) {
        if line.is_empty() {
            self.dispatch();
        } else if line.starts_with(':') {
            self.comments += 1;
        } else if let Some((name, value)) = line.split_once(':') {
            self.field(name, value.strip_prefix(' ').unwrap_or(value));
        } else {
            self.field(line, "");
        }
    }

    fn field(&mut self, name: &str, value: &str) {
        match name {
            "event" => value.clone_into(&mut self.kind),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => self.retry = value.parse().ok(),
            _ => {}
        }
    }

    fn dispatch(&mut self) {
        self.last_id.clone_from(&self.id);
        let (mut data, kind) = (std::mem::take(&mut self.data), std::mem::take(&mut self.kind));
        if data.is_empty() {
            return;
        }
        assert_eq!(data.pop(), Some('\n'));
        assert!(!data.contains('\n'), "one line of data for each event");
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        self.seen.push(Seen { kind, data, last_id: self.last_id.clone() });
    }
}

/// The grammar's own examples, so that the parser is no friend of the writer.
#[test]
fn the_parser_reads_the_examples_of_its_standard() {
    let seen = |kind: &str, data: &str, id: &str| Seen { kind: kind.into(), data: data.into(), last_id: id.into() };
    let text = "\u{FEFF}: test stream\n\ndata: first event\nid: 1\n\ndata:second event\r\nid\r\n\r\ndata:  third event\r\r\
                event: add\rdata\r\rdata: 7\nretry: 30\nretry: x1\n\nid: a\0b\ndata:x\n\ndata: cut off";
    for length in 1..text.len() {
        let mut parser = Parser::default();
        text.as_bytes().chunks(length).for_each(|piece| parser.feed(piece));
        let expected = [
            seen("message", "first event", "1"),
            seen("message", "second event", ""),
            seen("message", " third event", ""),
            seen("add", "", ""),
            seen("message", "7", ""),
            seen("message", "x", ""),
        ];
        assert_eq!((&parser.seen[..], parser.comments, parser.retry), (&expected[..], 1, Some(30)));
    }
}

/// Yields what it has, and now and then nothing at the moment.
struct NowAndThen<T> {
    events: VecDeque<Event<T>>,
    random: Random,
}

impl<T> Unpin for NowAndThen<T> {}

impl<T> Stream for NowAndThen<T> {
    type Item = Event<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event<T>>> {
        if self.random.below(3) == 0 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.events.pop_front())
    }
}

/// The received bytes, by a client that keeps some chunks for a while; and whether the body broke off.
fn received<S>(body: StreamBody<S>, random: &mut Random) -> (Vec<u8>, bool)
where
    S: Stream,
    S::Item: record_http::Element,
{
    let mut body = pin!(body);
    let mut cx = Context::from_waker(Waker::noop());
    let (mut text, mut kept) = (Vec::new(), VecDeque::new());
    loop {
        match body.as_mut().poll_chunk(&mut cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                text.extend_from_slice(&chunk);
                kept.push_back((chunk.clone(), chunk.to_vec()));
            }
            Poll::Ready(Some(Err(_))) => {
                assert!(matches!(body.as_mut().poll_chunk(&mut cx), Poll::Ready(None)));
                return (text, true);
            }
            Poll::Ready(None) => return (text, false),
            Poll::Pending => {}
        }
        // A chunk that is kept does not change when later ones are made.
        if random.below(20) < kept.len() {
            let (chunk, copy) = kept.pop_front().unwrap();
            assert_eq!(chunk, copy);
        }
    }
}

#[derive(Clone, ZeroAllocJson)]
enum Data {
    Number(u32),
    Order(Order),
    Raw(#[json(raw)] &'static str),
    Broken(Broken),
}

const RAW: [&str; 6] = [
    "{\n \"a\" : [1,\r\n2]}",
    "\"\\n\\r\"",
    "\r\n1\r",
    "\"\u{2028}\u{85}\"",
    "[\"data: x\\n\\nid: 7\"]",
    "\n\n[\n\n]\n\n",
];

fn text_of(random: &mut Random) -> String {
    let pieces = ["", " ", ":", "a", "ü", "🦀", "data", ": ", "id: 5", "\u{FEFF}", "\t", "\u{2028}", "\"", "7"];
    (0..random.below(5)).map(|_| random.of(&pieces)).collect()
}

/// A random event, and what is to be seen of it.
fn event(random: &mut Random, last_id: &mut String, retry: &mut Option<u64>) -> (Event<Data>, Seen) {
    let data = match random.below(4) {
        0 => Data::Order(Order::example(7, random.of(&[0, 3, 50, 90, 700]))),
        1 => Data::Raw(random.of(&RAW)),
        n => Data::Number(u32::try_from(n * random.below(100_000)).unwrap()),
    };
    // A line break in a text that was JSON stands between tokens.
    let mut text = String::from_utf8(record_runtime::to_vec(&data)).unwrap();
    if text.contains(['\n', '\r']) {
        text = serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string();
    }
    let mut event = Event::new(data);
    let mut kind = String::new();
    if random.below(2) == 0 {
        kind = text_of(random);
        event = event.name(kind.clone());
    }
    match random.below(4) {
        0 => {
            let id = random.below(usize::MAX) as u64;
            *last_id = id.to_string();
            event = event.id(id);
        }
        1 => {
            *last_id = text_of(random);
            event = event.id(last_id.clone());
        }
        _ => {}
    }
    if random.below(5) == 0 {
        let millis = random.below(1_000_000) as u64;
        *retry = Some(millis);
        event = event.retry(Duration::from_micros(millis * 1000 + 999));
    }
    let kind = if kind.is_empty() { "message".to_owned() } else { kind };
    (event, Seen { kind, data: text, last_id: last_id.clone() })
}

fn parsed(text: &[u8], random: &mut Random) -> Parser {
    let mut parser = Parser::default();
    let mut rest = text;
    while !rest.is_empty() {
        let longest = random.of(&[1, 7, 500, 20_000]);
        let (piece, tail) = rest.split_at((1 + random.below(longest)).min(rest.len()));
        parser.feed(piece);
        rest = tail;
    }
    parser
}

#[test]
fn random_events_are_read_as_they_were_meant() {
    for round in 0..200 {
        let mut random = Random::seeded("RECORD_EVENTS_SEED", &round.to_string());
        let (mut last_id, mut retry) = (String::new(), None);
        let count = random.of(&[0, 1, 5, 40, 300]);
        let (events, expected): (VecDeque<_>, Vec<_>) =
            (0..count).map(|_| event(&mut random, &mut last_id, &mut retry)).unzip();
        let source_random = Random::seeded("RECORD_EVENTS_SEED", &format!("source {round}"));
        let body = JsonEvents::from_stream(NowAndThen { events, random: source_random }).into_body();
        let (text, is_broken) = received(body, &mut random);
        assert!(!is_broken);
        let parser = parsed(&text, &mut random);
        assert_eq!(parser.seen, expected);
        assert_eq!((parser.retry, parser.comments), (retry, 0));
        let blank_lines = text.windows(2).filter(|two| two == b"\n\n").count();
        assert_eq!(blank_lines, count, "there is no other line break in a frame");
        assert!(!text.contains(&b'\r'));
    }
}

/// Events that cannot be written: of each, nothing is sent, and whole frames before it.
#[test]
fn an_event_that_cannot_be_written_ends_the_stream() {
    let broken: [fn() -> Event<Data>; 8] = [
        || Event::new(Data::Broken(Broken)).id(7_u64).name("x"),
        || Event::new(Data::Number(1)).id("a\nb"),
        || Event::new(Data::Number(1)).id("a\rb"),
        || Event::new(Data::Number(1)).id("a\0b"),
        || Event::new(Data::Number(1)).id("\n"),
        || Event::new(Data::Number(1)).id(1_u64).name("a\nb"),
        || Event::new(Data::Number(1)).id(1_u64).name("\r"),
        || Event::new(Data::Number(1)).name("data\n\nid: 7".to_owned()),
    ];
    for (round, broken) in broken.into_iter().cycle().take(160).enumerate() {
        assert!(broken().to_vec().is_err());
        let mut random = Random::seeded("RECORD_EVENTS_SEED", &format!("broken {round}"));
        let (mut last_id, mut retry) = (String::new(), None);
        let (mut events, mut expected): (VecDeque<_>, Vec<_>) =
            (0..random.of(&[0, 1, 30, 200])).map(|_| event(&mut random, &mut last_id, &mut retry)).unzip();
        events.push_back(broken());
        events.extend((0..3).map(|_| event(&mut random, &mut last_id, &mut retry).0));
        let source_random = Random::seeded("RECORD_EVENTS_SEED", &format!("broken source {round}"));
        let body = JsonEvents::from_stream(NowAndThen { events, random: source_random }).into_body();
        let (text, is_broken) = received(body, &mut random);
        assert!(is_broken);
        assert!(text.is_empty() || text.ends_with(b"\n\n"), "no part of a frame");
        let parser = parsed(&text, &mut random);
        expected.truncate(parser.seen.len());
        assert_eq!(parser.seen, expected);
    }
}

/// Text that nobody checked, with a line break in a string, would be read as two lines.
#[test]
fn text_that_is_no_json_is_refused() {
    struct Unchecked(&'static str);
    impl ZeroAllocJson for Unchecked {
        fn write_value<'s, D: record_runtime::Dispatch>(
            &self,
            c: record_runtime::Cursor<'s, D>,
        ) -> record_runtime::Cursor<'s, D> {
            c.raw(self.0)
        }
    }
    assert!(Event::new(Unchecked("\"a\n\nid: 7\"")).to_vec().is_err());
    assert!(Event::new(Unchecked("\"a\rb\"")).to_vec().is_err());
    assert_eq!(Event::new(Unchecked("[\n1]\r")).to_vec().unwrap(), b"data: [1]\n\n");
}

/// One event, and then nothing for ever.
struct Once(Option<Event<u32>>);

impl Stream for Once {
    type Item = Event<u32>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Event<u32>>> {
        self.0.take().map_or(Poll::Pending, |event| Poll::Ready(Some(event)))
    }
}

/// A source that waits: comments, which are no events, and none as long as the client has not taken the one before.
#[test]
fn a_stream_that_waits_sends_comments() {
    const BEAT: Duration = Duration::from_millis(20);
    let mut cx = Context::from_waker(Waker::noop());
    let mut body = pin!(JsonEvents::from_stream(Once(Some(Event::new(1)))).heartbeat(BEAT).into_body());
    let mut parser = Parser::default();
    let Poll::Ready(Some(Ok(first))) = body.as_mut().poll_chunk(&mut cx) else { panic!("no event") };
    for _ in 0..5 {
        std::thread::sleep(BEAT);
        assert!(body.as_mut().poll_chunk(&mut cx).is_pending(), "the event is not taken");
    }
    parser.feed(&first);
    drop(first);
    while parser.comments < 5 {
        if let Poll::Ready(chunk) = body.as_mut().poll_chunk(&mut cx) {
            parser.feed(&chunk.unwrap().unwrap());
        }
        std::thread::sleep(BEAT / 4);
    }
    assert_eq!(parser.seen.len(), 1);
    let mut body = pin!(JsonEvents::from_stream(Once(None)).heartbeat(None).into_body());
    for _ in 0..5 {
        std::thread::sleep(BEAT);
        assert!(body.as_mut().poll_chunk(&mut cx).is_pending());
    }
}

/// A connection of HTTP/2 that never took a chunk: it holds two, and gets the rest when it takes them.
#[test]
fn a_client_that_reads_nothing_is_held_back() {
    let mut body = pin!(JsonEvents::new((1_000_000_u64..).map(|n| Event::new(n).id(n))).into_body());
    let mut cx = Context::from_waker(Waker::noop());
    // As hyper asks.
    assert!(!http_body::Body::is_end_stream(&*body));
    assert!(http_body::Body::size_hint(&*body).exact().is_none());
    let (mut kept, mut pending) = (VecDeque::new(), 0);
    // A body gives way a few times before it waits.
    while pending < 6 {
        if let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_chunk(&mut cx) {
            kept.push_back(chunk);
            pending = 0;
            assert!(!http_body::Body::is_end_stream(&*body));
        } else {
            pending += 1;
        }
    }
    let held: usize = kept.iter().map(bytes::Bytes::len).sum();
    assert!((CHUNK_BYTES..2 * CHUNK_BYTES + 100).contains(&held), "{held} bytes");
    let mut parser = Parser::default();
    while parser.seen.len() < 10_000 {
        if let Some(chunk) = kept.pop_front() {
            parser.feed(&chunk);
        }
        if let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_chunk(&mut cx) {
            kept.push_back(chunk);
            assert!(!http_body::Body::is_end_stream(&*body));
        }
    }
    assert!(parser.seen.iter().zip(1_000_000_u64..).all(|(seen, n)| seen.data == n.to_string()));
}
