//! Streams of values in a view, or with the fields of a mask.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;
use record_runtime::{FieldMask, InView, Maskable, Masked, View};

pin_project! {
    /// The values of a stream, each in the view `V`: see [`JsonLines::view`](crate::JsonLines::view).
    #[derive(Debug)]
    pub struct EachInView<V, S> {
        #[pin]
        source: S,
        view: PhantomData<fn(V)>,
    }
}

impl<V, S> EachInView<V, S> {
    pub(crate) fn new(source: S) -> Self {
        Self { source, view: PhantomData }
    }
}

impl<V: View, S: Stream> Stream for EachInView<V, S> {
    type Item = InView<V, S::Item>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().source.poll_next(cx).map(|value| value.map(InView::new))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.source.size_hint()
    }
}

pin_project! {
    /// The values of a stream, each with the fields of a mask: see [`JsonLines::fields`](crate::JsonLines::fields).
    #[derive(Debug)]
    pub struct EachMasked<S, F>
    where
        F: ?Sized,
    {
        #[pin]
        source: S,
        mask: FieldMask<F>,
    }
}

impl<S, F: ?Sized> EachMasked<S, F> {
    pub(crate) fn new(source: S, mask: FieldMask<F>) -> Self {
        Self { source, mask }
    }
}

impl<S, F> Stream for EachMasked<S, F>
where
    S: Stream,
    S::Item: Maskable<Fields = F>,
    F: ?Sized,
{
    type Item = Masked<S::Item>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        // A clone of a mask shares it.
        this.source.poll_next(cx).map(|value| value.map(|value| Masked::new(value, this.mask.clone())))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.source.size_hint()
    }
}
