//! Streamed bodies, polled by hand: one chunk in flight, and no more asked of the source than is taken.

use std::cell::Cell;
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use actix_web::body::{BodySize, MessageBody};
use futures_core::Stream;
use record_http::{CHUNK_BYTES, JsonArray, JsonLines};
use record_runtime::ZeroAllocJson;

use crate::values::{Broken, Order};

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

#[test]
fn the_next_chunk_waits_until_the_last_one_is_gone() {
    let asked = Rc::new(Cell::new(0_usize));
    let counting = Rc::clone(&asked);
    let values = (0..u64::MAX).inspect(move |_| counting.set(counting.get() + 1));
    let mut body = pin!(JsonLines::new(values).into_body());
    let wakes = Arc::new(CountsWakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let mut cx = Context::from_waker(&waker);
    for round in 1..=10 {
        let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_chunk(&mut cx) else { panic!("no chunk") };
        let so_far = asked.get();
        for _ in 0..5 {
            assert!(body.as_mut().poll_chunk(&mut cx).is_pending());
        }
        assert_eq!(asked.get(), so_far, "the source was asked although the client took nothing");
        let clone = chunk.slice(10..20);
        drop(chunk);
        assert!(body.as_mut().poll_chunk(&mut cx).is_pending(), "a part of it is still in use");
        assert_eq!(wakes.0.load(Ordering::SeqCst), round - 1);
        drop(clone);
        assert_eq!(wakes.0.load(Ordering::SeqCst), round, "the body was waiting, and is woken once");
    }
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
fn as_a_body_of_actix_web() {
    let body = JsonLines::new(0..2).into_body();
    assert_eq!(MessageBody::size(&body), BodySize::Stream);
    let mut body = pin!(body);
    let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_next(&mut Context::from_waker(Waker::noop())) else {
        panic!("no chunk")
    };
    assert_eq!(chunk, "0\n1\n");
}
