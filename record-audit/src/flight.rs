//! The life of a request, from its call to its report, for the middlewares of all frameworks.

use std::num::NonZeroU16;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::StatusCode;

use crate::audit::{Audit, Shared};
use crate::counters::uncounted;
use crate::method::{Method, Scheme};
use crate::recorder::Recorder;
use crate::request::{Conclusion, Outcome, PoolUse, Request, RequestStart};
use crate::route::Route;
use crate::scope::Slice;
use crate::state::{self, PooledState, State};

impl<R: Recorder> Audit<R> {
    /// A request has come in; its time runs from here. `given_id` is what its client says its id is.
    #[inline(always)]
    pub(crate) fn begin<'p>(
        &self,
        given_id: Option<&[u8]>,
        method: Method,
        scheme: Option<Scheme>,
        path: impl FnOnce() -> &'p str,
    ) -> InFlight {
        let shared = &self.shared;
        let started = shared.clock.read();
        let owner = shared.owner_of_next();
        let route = shared.patterns.find(path);
        let scheme = scheme.unwrap_or(shared.scheme);
        self.recorder.began(&RequestStart { method, scheme });
        let mut state = state::idle();
        state.request.begin(started, given_id, method, scheme, route, owner);
        if !state.audit.as_ref().is_some_and(|last| Arc::ptr_eq(last, shared)) {
            adopt(&mut state, shared);
        }
        #[cfg(feature = "heap")]
        if crate::heap::names_requests() {
            state.label();
        }
        state.sign.begin(&state.request);
        InFlight(Some(state))
    }
}

/// See [`InFlight::note`].
#[cold]
#[inline(never)]
fn note<'h>(state: &mut State, content_length: impl FnOnce() -> Option<&'h [u8]>, target: impl FnOnce(&mut String)) {
    let noted = state.shared().noted;
    if noted.sizes {
        let announced = Left::announced(content_length());
        state.request.announced_bytes = announced.is_known().then_some(announced.0);
    }
    if noted.targets {
        uncounted(|| target(&mut state.request.target));
    }
}

#[cold]
#[inline(never)]
fn adopt(state: &mut State, shared: &Arc<Shared>) {
    state.audit = Some(Arc::clone(shared));
    state.sign.adopt(shared.number);
}

/// A request between its call and its report, which is made when this is dropped: on every path exactly once. Or none.
pub(crate) struct InFlight(Option<Box<State>>);

impl InFlight {
    #[inline(always)]
    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// The request, which is no longer here.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> Self {
        Self(self.0.take())
    }

    #[inline(always)]
    fn state(&mut self) -> &mut State {
        self.0.as_deref_mut().expect("polled before its end alone")
    }

    #[inline(always)]
    pub(crate) fn request(&mut self) -> &mut Request {
        &mut self.state().request
    }

    /// Notes of the request what the audit was asked to note.
    #[inline(always)]
    pub(crate) fn note<'h>(
        &mut self,
        content_length: impl FnOnce() -> Option<&'h [u8]>,
        target: impl FnOnce(&mut String),
    ) {
        let state = self.state();
        if state.shared().noted.is_any() {
            note(state, content_length, target);
        }
    }

    /// Asks the kernel for the first time, if it is to be asked at all. `socket` is that of the request's connection.
    #[cfg(feature = "kernel")]
    #[inline(always)]
    pub(crate) fn note_kernel<'s>(&mut self, socket: impl FnOnce(&Shared) -> Option<&'s crate::TcpSocket>) {
        let state = self.state();
        let shared = state.audit.as_ref().expect("set when it began");
        if shared.noted.kernel.faults || shared.noted.kernel.tcp {
            let socket = if shared.noted.kernel.tcp { socket(shared) } else { None };
            state.request.kernel.begin(socket);
        }
    }

    /// The service is called while the slice is alive. [`called`](Self::called) follows.
    // Two functions instead of one that takes a closure: the closure would be a copy of the request.
    #[inline(always)]
    pub(crate) fn call(&mut self) -> Slice<'_> {
        let request = self.request();
        request.outcome = Outcome::Panicked;
        request.handler_slice()
    }

    /// The call has not panicked.
    #[inline(always)]
    pub(crate) fn called(&mut self) {
        self.request().outcome = Outcome::Dropped;
    }

    /// Polls the handler. When it is ready, it is dropped in the same slice.
    #[inline(always)]
    pub(crate) fn poll_handler<F: Future>(
        &mut self,
        mut future: Pin<&mut Option<F>>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        let state = self.state();
        let request = &mut state.request;
        let shared = state.audit.as_ref().expect("set when it began");
        let from = if request.is_polled { shared.clock.read() } else { request.started };
        request.is_polled = true;
        request.outcome = Outcome::Panicked;
        #[cfg(feature = "kernel")]
        let faults = shared.noted.kernel.faults.then(crate::kernel::page_faults).flatten();
        let slice = request.handler_slice();
        let polled = future.as_mut().as_pin_mut().expect("here until it is ready").poll(context);
        if polled.is_ready() {
            future.set(None);
        }
        drop(slice);
        let now = shared.clock.read();
        request.polled += from.until(now);
        request.handled = request.started.until(now);
        #[cfg(feature = "kernel")]
        if let Some(before) = faults {
            request.kernel.add(before);
        }
        request.outcome = Outcome::Dropped;
        if polled.is_pending() {
            show(state);
        }
        polled
    }

    /// The handler has answered. Whether the answer is to be refused.
    #[inline(always)]
    pub(crate) fn answered(&mut self, status: u16) -> bool {
        let state = self.state();
        state.request.status = NonZeroU16::new(status);
        state.request.outcome = Outcome::BodyDropped;
        #[cfg(feature = "heap")]
        if state.request.handler.has_more() {
            // It may have learned its route.
            state.request.body.set_context(state.request.handler.context());
        }
        let handler = &state.request.handler;
        state.shared().refuses(|| handler.counters())
    }

    /// The handler has failed; `status` is what the framework makes of it, if that is known.
    pub(crate) fn failed(&mut self, status: Option<u16>) {
        let request = self.request();
        request.status = status.and_then(NonZeroU16::new);
        request.outcome = if status.is_some() { Outcome::Completed } else { Outcome::Error };
        drop(self.take());
    }

    /// Drops a handler before its end.
    #[cold]
    #[inline(never)]
    pub(crate) fn abandon_handler<F>(&mut self, mut future: Pin<&mut Option<F>>) {
        if self.is_some() {
            let _slice = self.request().handler_slice();
            future.set(None);
        }
    }

    /// Drops what is not sent since the request is refused, as part of the handler.
    pub(crate) fn drop_refused<T>(&mut self, answer: T) {
        let request = self.request();
        request.outcome = Outcome::Panicked;
        {
            let _slice = request.handler_slice();
            drop(answer);
        }
        request.status = NonZeroU16::new(StatusCode::SERVICE_UNAVAILABLE.as_u16());
        request.outcome = Outcome::Completed;
    }

    /// Polls the body for its next part. When it is over, it is dropped in the same slice, and the request reported.
    /// `size`, `text` and `is_last` are asked of a part.
    #[inline(always)]
    pub(crate) fn poll_body<B, T, E>(
        &mut self,
        mut body: Pin<&mut Option<B>>,
        poll: impl FnOnce(Pin<&mut B>) -> Poll<Option<Result<T, E>>>,
        size: impl FnOnce(&T) -> u64,
        text: impl FnOnce(&T) -> &[u8],
        is_last: impl FnOnce(&T, Pin<&B>) -> bool,
    ) -> Poll<Option<Result<T, E>>> {
        let Some(state) = self.0.as_deref_mut() else { return Poll::Ready(None) };
        let Some(inner) = body.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let request = &mut state.request;
        let before = std::mem::replace(&mut request.outcome, Outcome::Panicked);
        #[cfg(feature = "kernel")]
        let faults = state.audit.as_ref().filter(|shared| shared.noted.kernel.faults);
        #[cfg(feature = "kernel")]
        let faults = faults.and_then(|_| crate::kernel::page_faults());
        let slice = request.body_slice();
        let polled = poll(inner);
        let is_over = match &polled {
            Poll::Ready(None) => true,
            Poll::Ready(Some(Ok(part))) => body.as_ref().as_pin_ref().is_some_and(|body| is_last(part, body)),
            Poll::Ready(Some(Err(_))) | Poll::Pending => false,
        };
        if is_over {
            body.set(None);
        }
        drop(slice);
        #[cfg(feature = "kernel")]
        if let Some(before) = faults {
            request.kernel.add(before);
        }
        if let Some(shared) = state.audit.as_ref().filter(|shared| shared.noted.is_of_bodies())
            && let Poll::Ready(Some(Ok(part))) = &polled
        {
            if shared.noted.sizes {
                request.response_bytes += size(part);
            }
            if shared.noted.escapes {
                request.escaped_bytes += escaped_bytes(text(part));
            }
        }
        request.outcome = match before {
            Outcome::BodyDropped if is_over => Outcome::Completed,
            _ if matches!(polled, Poll::Ready(Some(Err(_)))) => Outcome::Error,
            _ => before,
        };
        if is_over {
            drop(self.take());
        } else {
            show(state);
        }
        polled
    }

    /// Drops the body before it was polled to its end, which is no loss if `is_sent`, or if none can be sent.
    pub(crate) fn abandon_body<B>(&mut self, mut body: Pin<&mut Option<B>>, is_sent: bool) {
        if self.is_some() {
            let request = self.request();
            if request.outcome == Outcome::BodyDropped && (is_sent || request.has_no_body()) {
                request.outcome = Outcome::Completed;
            }
            let _slice = request.body_slice();
            body.set(None);
        }
    }

    /// A route that the framework knows.
    #[cfg(feature = "actix")]
    pub(crate) fn set_route(&mut self, route: Route) {
        let state = self.state();
        state.request.route = Some(route);
        #[cfg(feature = "heap")]
        for scope in [&mut state.request.handler, &mut state.request.body] {
            scope.set_context(crate::heap::Labels::with_route(scope.context(), route.number()));
        }
        state.sign.begin(&state.request);
    }
}

impl Drop for InFlight {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(state) = self.0.take() {
            report(PooledState::new(state));
        }
    }
}

/// Shows what a request that goes on holds, and whose it is by what code inside told.
#[inline(never)]
fn show(state: &State) {
    let request = &state.request;
    state.sign.holds(request.held_bytes());
    if request.handler.has_more()
        && let Some(route) = request.handler.notes().route.and_then(Route::numbered)
    {
        state.sign.change_route(route);
    }
}

#[inline(never)]
#[cfg_attr(not(feature = "kernel"), expect(unused_mut, reason = "the kernel is not asked"))]
fn report(mut state: PooledState) {
    let ended = state.shared().clock.read();
    state.sign.end();
    #[cfg(feature = "kernel")]
    if state.shared().noted.kernel.tcp {
        state.request.kernel.end();
    }
    if state.request.handler.has_more() || state.request.body.has_more() {
        return report_with_more(state, ended);
    }
    let route = state.request.route.unwrap_or(Route::UNMATCHED);
    state.shared().report(
        &state.request,
        ended,
        Conclusion { route, pool: PoolUse::default(), followed: None, notes: state.shared().noted },
    );
}

#[cold]
#[inline(never)]
fn report_with_more(mut state: PooledState, ended: crate::clock::Ticks) {
    let shared = Arc::clone(state.shared());
    let conclusion = shared.conclude(&mut state.request);
    shared.report(&state.request, ended, conclusion);
}

/// Of a part of a JSON text, the bytes of escape sequences. One that the part's end cuts through counts as far as it goes.
#[cold]
#[inline(never)]
fn escaped_bytes(text: &[u8]) -> u64 {
    // Counting is fast, and most parts have none.
    if text.iter().map(|byte| usize::from(*byte == b'\\')).sum::<usize>() == 0 {
        return 0;
    }
    let (mut escaped, mut rest) = (0, text);
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let length = if rest.get(at + 1) == Some(&b'u') { 6 } else { 2 };
        let end = rest.len().min(at + length);
        escaped += (end - at) as u64;
        rest = &rest[end..];
    }
    escaped
}

/// How many bytes of a body are to come, where its length was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left(u64);

impl Left {
    pub(crate) const UNKNOWN: Self = Self(u64::MAX);

    #[cfg(feature = "actix")]
    #[inline]
    pub(crate) fn bytes(announced: u64) -> Self {
        Self(announced)
    }

    /// By a head's `content-length`.
    #[inline(never)]
    pub(crate) fn announced(content_length: Option<&[u8]>) -> Self {
        let digits = content_length.and_then(|digits| str::from_utf8(digits).ok());
        digits.and_then(|digits| digits.trim().parse().ok()).map_or(Self::UNKNOWN, Self)
    }

    #[inline]
    pub(crate) fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }

    #[inline]
    pub(crate) fn take(&mut self, sent: u64) {
        if self.is_known() {
            self.0 = self.0.saturating_sub(sent);
        }
    }

    #[inline]
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }
}
