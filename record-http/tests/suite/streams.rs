//! Streamed bodies, polled by hand: one chunk in flight, and no more asked of the source than is taken.

use std::cell::Cell;
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use futures_core::Stream;
use record_http::{Attempt, CHUNK_BYTES, JsonArray, JsonLines};
use record_runtime::ZeroAllocJson;

use crate::values::{Broken, Order, numbers};

/// Takes every chunk and drops it at once.
fn drained<S>(body: record_http::StreamBody<S>) -> (Vec<u8>, Vec<usize>)
where
    S: Stream,
    S::Item: ZeroAllocJson,
{
    let (mut text, mut lengths) = (Vec::new(), Vec::new());
    let mut body = pin!(body);
    let mut cx = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(chunk)) = body.as_mut().poll_chunk(&mut cx) {
        let chunk = chunk.unwrap();
        lengths.push(chunk.len());
        text.extend_from_slice(&chunk);
    }
    assert!(matches!(body.as_mut().poll_chunk(&mut cx), Poll::Ready(None)), "the end stays the end");
    (text, lengths)
}

#[test]
fn the_text_is_that_of_the_values() {
    for count in [0, 1, 2, 3, 100, 2000] {
        let orders: Vec<_> = (0..count).map(|n| Order::example(n, (n % 90) as usize)).collect();
        let (array, lengths) = drained(JsonArray::new(orders.clone()).into_body());
        assert_eq!(array, serde_json::to_vec(&orders).unwrap());
        let longest = orders.iter().map(|order| record_runtime::to_vec(order).len()).max().unwrap_or(2);
        assert!(lengths.iter().all(|&len| len <= CHUNK_BYTES + longest + 2), "{lengths:?}");
        assert!(lengths.iter().rev().skip(1).all(|&len| len >= CHUNK_BYTES), "{lengths:?}");

        let (lines, _) = drained(JsonLines::new(orders.clone()).into_body());
        let parsed: Vec<&[u8]> = lines.split_inclusive(|&byte| byte == b'\n').collect();
        assert_eq!(parsed.len(), orders.len());
        for (line, order) in parsed.iter().zip(&orders) {
            assert_eq!(line.strip_suffix(b"\n").unwrap(), serde_json::to_vec(order).unwrap());
        }
    }
}

#[derive(Default)]
struct CountsWakes(AtomicUsize);

impl Wake for CountsWakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A client that takes nothing, behind a connection that queues as many buffers as hyper does.
#[test]
fn a_slow_client_holds_two_chunks() {
    let asked = Rc::new(Cell::new(0_usize));
    let counting = Rc::clone(&asked);
    // Nine bytes each.
    let values = (10_000_000..u64::MAX).inspect(move |_| counting.set(counting.get() + 1));
    let mut body = pin!(JsonLines::new(values).into_body());
    let counter = Arc::new(CountsWakes::default());
    let waker = Waker::from(Arc::clone(&counter));
    let mut cx = Context::from_waker(&waker);
    let mut queue = VecDeque::new();
    let (mut text, mut given_way) = (Vec::new(), 0);
    for round in 0..2000 {
        while queue.len() < 16 {
            match body.as_mut().poll_chunk(&mut cx) {
                Poll::Ready(Some(Ok(chunk))) => queue.push_back(chunk),
                Poll::Pending => {
                    given_way += 1;
                    assert_eq!(counter.0.load(Ordering::SeqCst), given_way, "it is woken again by itself");
                }
                other @ Poll::Ready(_) => panic!("{other:?}"),
            }
        }
        let ahead = asked.get() * 9 - text.len();
        assert!(ahead <= 2 * (CHUNK_BYTES + 9), "{ahead} bytes ahead of the client in round {round}");
        // The client takes some buffers: one, or a few, or all.
        for _ in 0..[1, 1, 3, 1, 7, 16][round % 6] {
            text.extend_from_slice(&queue.pop_front().unwrap());
        }
    }
    assert!(given_way > 0);
    let lines = text.chunks_exact(9).enumerate();
    assert!(lines.into_iter().all(|(n, line)| line == format!("{}\n", 10_000_000 + n).as_bytes()));
}

/// A client that is fast: whole chunks, one at a time.
#[test]
fn the_connection_is_given_way_before_a_chunk_is_cut() {
    let mut body = pin!(JsonLines::new(0..u64::MAX).into_body());
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..100 {
        let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_chunk(&mut cx) else { panic!("no chunk") };
        assert!(chunk.len() >= CHUNK_BYTES);
        assert!(body.as_mut().poll_chunk(&mut cx).is_pending());
    }
}

/// A collector that keeps every chunk gets all of them, and whole ones.
#[test]
fn a_body_can_be_collected() {
    let mut body = pin!(JsonLines::new(0..500_000).into_body());
    let mut cx = Context::from_waker(Waker::noop());
    let mut kept = Vec::new();
    loop {
        match body.as_mut().poll_chunk(&mut cx) {
            Poll::Ready(Some(chunk)) => kept.push(chunk.unwrap()),
            Poll::Ready(None) => break,
            Poll::Pending => {}
        }
    }
    let expected = numbers(0..500_000);
    assert!(kept.concat() == expected.as_bytes());
    assert!(kept.len() < 18 * (expected.len() / CHUNK_BYTES + 1), "{} pieces", kept.len());
}

#[test]
fn a_body_that_is_dropped_drops_its_source() {
    struct Told(Rc<Cell<bool>>);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let gone = Rc::new(Cell::new(false));
    let told = Told(Rc::clone(&gone));
    let mut body = Box::pin(JsonLines::new((0..).inspect(move |_| _ = &told)).into_body());
    let chunk = body.as_mut().poll_chunk(&mut Context::from_waker(Waker::noop()));
    assert!(!gone.get());
    drop(body);
    assert!(gone.get());
    let Poll::Ready(Some(Ok(chunk))) = chunk else { panic!("no chunk") };
    assert!(chunk.starts_with(b"0\n1\n2\n"), "what was handed out outlives the body");
}

/// Pending wherever there is a `None`.
struct Slow(VecDeque<Option<u32>>);

impl Stream for Slow {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        match self.0.pop_front() {
            Some(Some(value)) => Poll::Ready(Some(value)),
            Some(None) => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

#[test]
fn what_comes_slowly_is_sent_as_it_comes() {
    let source = Slow([Some(1), Some(2), None, None, Some(3), None].into());
    let mut body = pin!(JsonArray::from_stream(source).into_body());
    let mut next = || {
        body.as_mut()
            .poll_chunk(&mut Context::from_waker(Waker::noop()))
            .map(|chunk| chunk.map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap()))
    };
    assert_eq!(next(), Poll::Ready(Some("[1,2".to_owned())));
    assert_eq!(next(), Poll::Pending);
    assert_eq!(next(), Poll::Ready(Some(",3".to_owned())));
    assert_eq!(next(), Poll::Ready(Some("]".to_owned())));
    assert_eq!(next(), Poll::Ready(None));
}

#[test]
fn an_element_that_cannot_be_written_ends_the_body_with_an_error() {
    let mut body = pin!(JsonArray::new([Broken, Broken]).into_body());
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Some(Err(error))) = body.as_mut().poll_chunk(&mut cx) else { panic!("no error") };
    assert_eq!(error.to_string(), "broken on purpose");
    assert!(matches!(body.as_mut().poll_chunk(&mut cx), Poll::Ready(None)));
}

#[test]
fn a_source_that_fails_breaks_the_body_off_behind_what_was_sent() {
    let whole: Vec<_> = (0..500).map(|n| Order::example(n, 40)).collect();
    let (lines, _) = drained(JsonLines::new(whole.clone()).into_body());
    let attempts = whole.clone().into_iter().map(|order| Attempt(Ok::<_, std::io::Error>(order)));
    assert_eq!(drained(JsonLines::new(attempts).into_body()).0, lines);

    for failing in [0, 1, 250, 499, 500] {
        let failed = Attempt(Err(std::io::Error::other("the cable was pulled")));
        let attempts = whole[..failing].iter().map(|order| Attempt(Ok(order))).chain([failed, Attempt(Ok(&whole[0]))]);
        let mut body = pin!(JsonLines::new(attempts).into_body());
        let (mut sent, mut cx) = (Vec::new(), Context::from_waker(Waker::noop()));
        let error = loop {
            match body.as_mut().poll_chunk(&mut cx) {
                Poll::Ready(Some(Ok(chunk))) => sent.extend_from_slice(&chunk),
                Poll::Ready(Some(Err(error))) => break error,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(error.to_string(), "the cable was pulled");
        assert!(lines.starts_with(&sent) && sent.len() + 2 * CHUNK_BYTES > failing * (lines.len() / 500), "{failing}");
        assert!(matches!(body.as_mut().poll_chunk(&mut cx), Poll::Ready(None)), "nothing of later rows");
    }
}

#[test]
fn as_a_body_of_actix_web() {
    let body = JsonLines::new(0..2).into_body();
    assert_eq!(MessageBody::size(&body), BodySize::Stream);
    let mut body = pin!(body);
    let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_next(&mut Context::from_waker(Waker::noop())) else {
        panic!("no chunk")
    };
    assert_eq!(chunk, "0\n1\n");
}

/// A source that ended by a panic is not taken for one that ended.
#[test]
fn a_panic_breaks_the_body_for_good() {
    #[derive(Clone, Copy, Debug)]
    struct Panics(bool);
    impl ZeroAllocJson for Panics {
        fn write_value<'s, D: record_runtime::Dispatch>(
            &self,
            c: record_runtime::Cursor<'s, D>,
        ) -> record_runtime::Cursor<'s, D> {
            assert!(!self.0, "a value that panics");
            c.null()
        }
    }

    fn broken<S: Stream>(body: record_http::StreamBody<S>, whole: &[u8])
    where
        S::Item: ZeroAllocJson,
    {
        let mut body = Box::pin(body);
        let mut cx = Context::from_waker(Waker::noop());
        let mut text = Vec::new();
        let mut panics = 0;
        let mut errors = 0;
        for _ in 0..1000 {
            assert!(errors > 0 || !http_body::Body::is_end_stream(&*body), "not before the client was told");
            let poll = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body.as_mut().poll_chunk(&mut cx)));
            match poll {
                Err(_) => panics += 1,
                Ok(Poll::Ready(Some(Ok(chunk)))) => {
                    assert_eq!((panics, errors), (0, 0), "nothing comes behind it");
                    text.extend_from_slice(&chunk);
                }
                Ok(Poll::Ready(Some(Err(_)))) => errors += 1,
                Ok(Poll::Ready(None)) => break,
                Ok(Poll::Pending) => {}
            }
        }
        assert_eq!((panics, errors), (1, 1));
        assert!(whole.starts_with(&text) && text.len() < whole.len());
    }

    for before in [0, 1, 100, 20_000] {
        let values = || (0..before).map(|_| Panics(false));
        let lines = "null\n".repeat(before + 1);
        let array = format!("[{}]", vec!["null"; before + 1].join(","));
        let value = || values().chain([Panics(true)]);
        broken(JsonLines::new(value()).into_body(), lines.as_bytes());
        broken(JsonArray::new(value()).into_body(), array.as_bytes());
        let source = || values().chain(std::iter::from_fn(|| panic!("a source that panics")));
        broken(JsonLines::new(source()).into_body(), lines.as_bytes());
        broken(JsonArray::new(source()).into_body(), array.as_bytes());
    }
}

/// Text that was JSON before, with line breaks and other white space, strings with what looks like tokens.
#[test]
fn each_value_is_one_line() {
    #[derive(ZeroAllocJson)]
    struct Cached {
        id: u32,
        #[json(raw)]
        text: &'static str,
    }
    let texts = [
        "{\n  \"a\": [1,\r\n 2],\t\"b\" : \" x \\\" \\\\\" }",
        "\"no break \\n \\\" [ 1 , 2 ]\"",
        " [ 1 , 2 ] ",
        "\n\n1\r\n",
        "\"\\\\\\\\\"",
        "[\n\"\\\\\", \"\\\\\\\" a\" ]",
        "{}",
    ];
    for first in texts {
        for second in texts {
            let values =
                || [Cached { id: 1, text: first }, Cached { id: 2, text: second }, Cached { id: 3, text: first }];
            let mut expected = Vec::new();
            record_runtime::append_json_lines(values(), &mut expected).unwrap();
            assert_eq!(drained(JsonLines::new(values()).into_body()).0, expected);
            assert_eq!(expected.split_inclusive(|&byte| byte == b'\n').count(), 3);
        }
    }
}

/// A connection of HTTP/2, which takes frames as long as the client's windows allow, whether they can be sent or not.
#[test]
fn a_connection_that_takes_everything_is_held_back() {
    for keeps_first in [1, 2, 5] {
        let mut body = pin!(JsonLines::new(10_000_000..u64::MAX).into_body());
        let counter = Arc::new(CountsWakes::default());
        let waker = Waker::from(Arc::clone(&counter));
        let mut cx = Context::from_waker(&waker);
        let (mut queue, mut text) = (VecDeque::new(), Vec::new());
        // Something was sent in the beginning.
        while queue.len() < keeps_first {
            if let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_chunk(&mut cx) {
                queue.push_back(chunk);
                assert!(!http_body::Body::is_end_stream(&*body));
            }
        }
        text.extend_from_slice(&queue.pop_front().unwrap());
        for _ in 0..500 {
            let mut pending = 0;
            while pending < 5 {
                let seen = counter.0.load(Ordering::SeqCst);
                match body.as_mut().poll_chunk(&mut cx) {
                    Poll::Ready(Some(Ok(chunk))) => {
                        queue.push_back(chunk);
                        assert!(!http_body::Body::is_end_stream(&*body));
                        pending = 0;
                    }
                    Poll::Pending if counter.0.load(Ordering::SeqCst) > seen => {}
                    Poll::Pending => pending += 1,
                    other @ Poll::Ready(_) => panic!("{other:?}"),
                }
            }
            let held: usize = queue.iter().map(Bytes::len).sum();
            assert!(held <= 2 * (CHUNK_BYTES + 9) && held > 0, "{held} bytes");
            // The first is sent, and whoever waits is told.
            let seen = counter.0.load(Ordering::SeqCst);
            let (first, mut last) = (queue.pop_front().unwrap(), seen);
            text.extend_from_slice(&first);
            drop(first);
            while counter.0.load(Ordering::SeqCst) == last {
                // A piece of a chunk whose rest is not sent.
                let piece = queue.pop_front().expect("a wake when a chunk is gone");
                text.extend_from_slice(&piece);
                drop(piece);
                last = seen;
            }
        }
        for chunk in queue {
            text.extend_from_slice(&chunk);
        }
        let lines = text.chunks_exact(9).enumerate();
        assert!(lines.into_iter().all(|(n, line)| line == format!("{}\n", 10_000_000 + n).as_bytes()));
    }
}

/// A collector is not held back, though it asks as a connection does.
#[test]
fn a_body_can_be_collected_by_whoever_asks_for_its_end() {
    let mut body = pin!(JsonLines::new(0..200_000).into_body());
    let mut cx = Context::from_waker(Waker::noop());
    let mut kept = Vec::new();
    let mut polls = 0;
    while !http_body::Body::is_end_stream(&*body) {
        polls += 1;
        assert!(polls < 10_000, "it ends");
        if let Poll::Ready(Some(chunk)) = body.as_mut().poll_chunk(&mut cx) {
            kept.push(chunk.unwrap());
        }
    }
    assert!(kept.concat() == numbers(0..200_000).as_bytes());
}

/// Values that come when they are sent.
struct Channel(std::sync::mpsc::Receiver<u32>, Arc<std::sync::Mutex<Option<Waker>>>);

impl Stream for Channel {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        *self.1.lock().unwrap() = Some(cx.waker().clone());
        match self.0.try_recv() {
            Ok(value) => Poll::Ready(Some(value)),
            Err(std::sync::mpsc::TryRecvError::Empty) => Poll::Pending,
            Err(std::sync::mpsc::TryRecvError::Disconnected) => Poll::Ready(None),
        }
    }
}

/// A body that waits sends spaces: between values, not to clients that do not take them, and none if told not to.
#[test]
fn a_body_that_waits_has_a_heartbeat() {
    const BEAT: std::time::Duration = std::time::Duration::from_millis(30);
    let body_of = |receiver, beat| {
        let source = Channel(receiver, Arc::default());
        JsonArray::from_stream(source).heartbeat(beat).into_body()
    };
    let counter = Arc::new(CountsWakes::default());
    let waker = Waker::from(Arc::clone(&counter));
    let mut cx = Context::from_waker(&waker);
    let mut next = |body: Pin<&mut record_http::StreamBody<Channel>>| {
        let mut body = body;
        let start = std::time::Instant::now();
        loop {
            let seen = counter.0.load(Ordering::SeqCst);
            if let Poll::Ready(Some(chunk)) = body.as_mut().poll_chunk(&mut cx) {
                return (chunk.unwrap(), start.elapsed());
            }
            while counter.0.load(Ordering::SeqCst) == seen {
                assert!(start.elapsed() < std::time::Duration::from_secs(10), "it is not woken");
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        }
    };

    let (send, receive) = std::sync::mpsc::channel();
    let mut body = Box::pin(body_of(receive, Some(BEAT)));
    let mut text = Vec::new();
    for _ in 0..3 {
        for _ in 0..2 {
            let (beat, after) = next(body.as_mut());
            assert_eq!(beat, " ");
            assert!(after >= BEAT / 2, "a beat after {after:?}");
            text.extend_from_slice(&beat);
        }
        send.send(7).unwrap();
        let (value, _) = next(body.as_mut());
        text.extend_from_slice(&value);
        // As long as that is not sent, there is no beat.
        for _ in 0..3 {
            std::thread::sleep(BEAT);
            assert!(body.as_mut().poll_chunk(&mut Context::from_waker(&waker)).is_pending());
        }
    }
    drop(send);
    text.extend_from_slice(&next(body.as_mut()).0);
    assert_eq!(text, b"  [7  ,7  ,7]");
    assert_eq!(serde_json::from_slice::<Vec<u32>>(&text).unwrap(), [7, 7, 7]);

    let mut cx = Context::from_waker(&waker);
    let (send, receive) = std::sync::mpsc::channel();
    let mut body = pin!(body_of(receive, None));
    for _ in 0..5 {
        assert!(body.as_mut().poll_chunk(&mut cx).is_pending());
        std::thread::sleep(BEAT);
    }
    drop(send);
    assert!(matches!(body.as_mut().poll_chunk(&mut cx), Poll::Ready(Some(Ok(end))) if end == "[]"));
}

/// One thread keeps the time of all bodies. It ended when a waker panicked, and no other body was woken any more.
#[test]
fn wakers_that_panic_leave_the_heartbeat_of_others() {
    const BEAT: std::time::Duration = std::time::Duration::from_millis(20);
    struct Panics {
        when_woken: bool,
    }
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            assert!(!self.when_woken, "a waker that panics when it wakes");
        }
    }
    impl Drop for Panics {
        fn drop(&mut self) {
            assert!(self.when_woken, "a waker that panics when it is dropped");
        }
    }
    struct Silent;
    impl Stream for Silent {
        type Item = u32;
        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
            Poll::Pending
        }
    }
    let silent = || Box::pin(JsonLines::from_stream(Silent).heartbeat(BEAT).into_body());
    for when_woken in [true, false] {
        let mut panicking = silent();
        let waker = Waker::from(Arc::new(Panics { when_woken }));
        assert!(panicking.as_mut().poll_chunk(&mut Context::from_waker(&waker)).is_pending());
        // The alarm has the last one.
        drop(waker);
        std::thread::sleep(3 * BEAT);

        let counter = Arc::new(CountsWakes::default());
        let waker = Waker::from(Arc::clone(&counter));
        let mut body = silent();
        assert!(body.as_mut().poll_chunk(&mut Context::from_waker(&waker)).is_pending());
        let start = std::time::Instant::now();
        while counter.0.load(Ordering::SeqCst) == 0 {
            assert!(start.elapsed() < std::time::Duration::from_secs(10), "it is not woken");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
}

/// hyper's questions before the first frame.
fn asked_as_by_hyper<S>(body: &record_http::StreamBody<S>)
where
    S: Stream,
    S::Item: ZeroAllocJson,
{
    assert!(!http_body::Body::is_end_stream(body));
    assert_eq!(http_body::Body::size_hint(body).exact(), None);
}

/// A stream of HTTP/2 on a connection that was jammed before: none of its chunks is ever taken.
#[test]
fn a_connection_that_never_took_a_chunk_is_held_back() {
    let mut body = pin!(JsonLines::new(10_000_000..u64::MAX).into_body());
    asked_as_by_hyper(&body);
    let counter = Arc::new(CountsWakes::default());
    let waker = Waker::from(Arc::clone(&counter));
    let mut cx = Context::from_waker(&waker);
    let mut queue = Vec::new();
    loop {
        let seen = counter.0.load(Ordering::SeqCst);
        match body.as_mut().poll_chunk(&mut cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                queue.push(chunk);
                assert!(!http_body::Body::is_end_stream(&*body));
                let held: usize = queue.iter().map(Bytes::len).sum();
                assert!(held <= 2 * (CHUNK_BYTES + 9), "{held} bytes");
            }
            // A server polls again when it is woken, and not before.
            Poll::Pending if counter.0.load(Ordering::SeqCst) > seen => {}
            Poll::Pending => break,
            other @ Poll::Ready(_) => panic!("{other:?}"),
        }
    }
    let held: usize = queue.iter().map(Bytes::len).sum();
    assert!(held > CHUNK_BYTES, "{held} bytes");
    // The first chunk is taken: there is room for another one.
    let seen = counter.0.load(Ordering::SeqCst);
    drop(queue.remove(0));
    assert!(counter.0.load(Ordering::SeqCst) > seen, "it is told");
    assert!(matches!(body.as_mut().poll_chunk(&mut cx), Poll::Ready(Some(Ok(_)))));
}

/// Keeps every chunk, and asks as hyper does; polls again when it is woken, or without as hyper over HTTP/1 does when
/// all was sent.
fn kept<S>(mut body: Pin<&mut record_http::StreamBody<S>>, polls_unwoken: bool) -> Vec<u8>
where
    S: Stream,
    S::Item: ZeroAllocJson,
{
    asked_as_by_hyper(&body);
    let counter = Arc::new(CountsWakes::default());
    let waker = Waker::from(Arc::clone(&counter));
    let mut cx = Context::from_waker(&waker);
    let (mut chunks, mut polls) = (Vec::new(), 0);
    loop {
        polls += 1;
        assert!(polls < 100_000, "it comes to an end");
        let seen = counter.0.load(Ordering::SeqCst);
        match body.as_mut().poll_chunk(&mut cx) {
            Poll::Ready(Some(chunk)) => {
                chunks.push(chunk.unwrap());
                _ = http_body::Body::is_end_stream(&*body);
            }
            Poll::Ready(None) => return chunks.concat(),
            Poll::Pending => {
                let start = std::time::Instant::now();
                while !polls_unwoken && counter.0.load(Ordering::SeqCst) == seen {
                    assert!(start.elapsed() < std::time::Duration::from_secs(60), "it is woken");
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
            }
        }
    }
}

/// A collector of all chunks of a body that a server sends is served: at once where that shows, else slowly.
#[test]
fn a_body_can_be_kept_by_whoever_asks_as_a_server() {
    let text = numbers(0..500_000);
    assert!(kept(pin!(JsonLines::new(0..500_000).into_body()), true) == text.as_bytes());
    let text = numbers(0..16_000);
    assert!((5..7).contains(&(text.len() / CHUNK_BYTES)));
    assert!(kept(pin!(JsonLines::new(0..16_000).into_body()), false) == text.as_bytes());
}

/// Beyond what hyper buffers for a stream, it is plain that chunks are kept, and the rest comes at once.
#[test]
#[ignore = "ten seconds: cargo test -p record-http --test suite large_body -- --ignored"]
fn a_large_body_can_be_kept_by_whoever_asks_as_a_server() {
    let text = numbers(0..2_000_000);
    assert!(kept(pin!(JsonLines::new(0..2_000_000).into_body()), false) == text.as_bytes());
}

#[test]
fn values_have_the_fields_of_a_view_and_of_a_mask() {
    use record_runtime::{FieldMask, View};
    struct Admin;
    impl View for Admin {}
    #[derive(Debug, Clone, ZeroAllocJson)]
    #[json(field_mask)]
    struct User {
        id: u64,
        name: &'static str,
        #[json(view = "Admin")]
        email: &'static str,
    }
    fn users() -> impl Iterator<Item = User> {
        (0..3).map(|id| User { id, name: "n", email: "e" })
    }
    fn attempts() -> impl Iterator<Item = Attempt<User, std::io::Error>> {
        users().map(|user| Attempt(Ok(user)))
    }
    fn text_of<S>(body: record_http::StreamBody<S>) -> String
    where
        S: Stream,
        S::Item: ZeroAllocJson,
    {
        String::from_utf8(drained(body).0).unwrap()
    }
    let mask = |text| FieldMask::<User>::parse(text).unwrap();
    let lines = |line: fn(u64) -> String| (0..3).map(|id| line(id) + "\n").collect::<String>();
    let array = |line: fn(u64) -> String| format!("[{}]", (0..3).map(line).collect::<Vec<_>>().join(","));

    let all = |id| format!(r#"{{"id":{id},"name":"n","email":"e"}}"#);
    assert_eq!(text_of(JsonLines::new(users()).view::<Admin>().into_body()), lines(all));
    assert_eq!(text_of(JsonLines::new(attempts()).view::<Admin>().into_body()), lines(all));
    assert_eq!(text_of(JsonArray::new(users()).view::<Admin>().into_body()), array(all));
    let shown = |id| format!(r#"{{"id":{id},"name":"n"}}"#);
    assert_eq!(text_of(JsonLines::new(users()).into_body()), lines(shown));

    let selected = |id| format!(r#"{{"id":{id}}}"#);
    assert_eq!(text_of(JsonLines::new(users()).fields(mask("email,id")).into_body()), lines(selected));
    assert_eq!(text_of(JsonLines::new(attempts()).fields(mask("email,id")).into_body()), lines(selected));
    assert_eq!(text_of(JsonArray::new(users()).fields(mask("id")).into_body()), array(selected));
    assert_eq!(text_of(JsonLines::new(users()).fields(FieldMask::all()).into_body()), lines(shown));
    // Both, in either order.
    let both = |id| format!(r#"{{"id":{id},"email":"e"}}"#);
    let body = JsonLines::new(attempts()).view::<Admin>().fields(mask("email,id")).into_body();
    assert_eq!(text_of(body), lines(both));
    let body = JsonArray::new(attempts()).fields(mask("email,id")).view::<Admin>().into_body();
    assert_eq!(text_of(body), array(both));
}
