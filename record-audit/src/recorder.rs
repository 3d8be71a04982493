//! Where records go.

use std::sync::Arc;

use crate::request::{LateRecord, RequestRecord, RequestStart};
use crate::under_way::UnderWay;

/// Receives what the middleware finds. Several are combined as a tuple; `Option` and `Arc` of one are one.
///
/// Called on the thread that served the request, after its numbers were taken: what a recorder allocates is in no
/// request's numbers. It must not panic, for it may run while a panic unwinds, and should not block.
pub trait Recorder: Send + Sync + 'static {
    /// A request came in. Exactly one [`ended`](Self::ended) follows, whatever happens to the request.
    fn started(&self) {}

    /// The same, with what is known of it then. This is what is called; by default it calls [`started`](Self::started).
    fn began(&self, _start: &RequestStart) {
        self.started();
    }

    /// An audit was built that will report here. `under_way` tells, at any time, which of its requests have begun and not
    /// ended.
    fn attached(&self, _under_way: &UnderWay) {}

    /// A request has ended.
    fn ended(&self, record: &RequestRecord<'_>);

    /// Spawned work of a request did something after the request had ended.
    fn late(&self, _record: &LateRecord<'_>) {}
}

impl<R: Recorder> Recorder for Arc<R> {
    fn started(&self) {
        R::started(self);
    }

    fn began(&self, start: &RequestStart) {
        R::began(self, start);
    }

    fn attached(&self, under_way: &UnderWay) {
        R::attached(self, under_way);
    }

    fn ended(&self, record: &RequestRecord<'_>) {
        R::ended(self, record);
    }

    fn late(&self, record: &LateRecord<'_>) {
        R::late(self, record);
    }
}

impl<R: Recorder> Recorder for Option<R> {
    fn started(&self) {
        if let Some(recorder) = self {
            recorder.started();
        }
    }

    fn began(&self, start: &RequestStart) {
        if let Some(recorder) = self {
            recorder.began(start);
        }
    }

    fn attached(&self, under_way: &UnderWay) {
        if let Some(recorder) = self {
            recorder.attached(under_way);
        }
    }

    fn ended(&self, record: &RequestRecord<'_>) {
        if let Some(recorder) = self {
            recorder.ended(record);
        }
    }

    fn late(&self, record: &LateRecord<'_>) {
        if let Some(recorder) = self {
            recorder.late(record);
        }
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Recorder),*> Recorder for ($($name,)*) {
            #[expect(non_snake_case, reason = "each name is a type and its value")]
            fn started(&self) {
                let ($($name,)*) = self;
                $($name.started();)*
            }

            #[expect(non_snake_case, reason = "each name is a type and its value")]
            fn began(&self, start: &RequestStart) {
                let ($($name,)*) = self;
                $($name.began(start);)*
            }

            #[expect(non_snake_case, reason = "each name is a type and its value")]
            fn attached(&self, under_way: &UnderWay) {
                let ($($name,)*) = self;
                $($name.attached(under_way);)*
            }

            #[expect(non_snake_case, reason = "each name is a type and its value")]
            fn ended(&self, record: &RequestRecord<'_>) {
                let ($($name,)*) = self;
                $($name.ended(record);)*
            }

            #[expect(non_snake_case, reason = "each name is a type and its value")]
            fn late(&self, record: &LateRecord<'_>) {
                let ($($name,)*) = self;
                $($name.late(record);)*
            }
        }
    };
}

tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
