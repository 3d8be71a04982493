// #[json(remote = "time::Span")]
// pub(crate) struct SpanDef {
//     secs: u64,
//     #[json(getter = "time::Span::nanos")]
//     nanos: u32,
// }

const _: () = {
    #[automatically_derived]
    impl SpanDef {
        /// Writes a value of the type that this one stands for.
        pub(crate) fn write_json(
            __this: &time::Span,
            __w: &mut ::record_runtime::JsonWriter<'_>,
        ) {
            struct __Remote<'__a>(&'__a time::Span);
            #[automatically_derived]
            impl<'__a> ::record_runtime::ZeroAllocJson for __Remote<'__a> {
                const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
                    "{",
                    "\"secs\":",
                    "\"nanos\":",
                    "}",
                ];
                const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
                #[inline]
                fn write_value<'__s, __D: ::record_runtime::Dispatch>(
                    &self,
                    __c: ::record_runtime::Cursor<'__s, __D>,
                ) -> ::record_runtime::Cursor<'__s, __D> {
                    __c.fields2::<Self, 0, _, _>(
                        match &(*self.0).secs {
                            __r => {
                                let __r: &u64 = &*__r;
                                __r
                            }
                        },
                        match &time::Span::nanos(&*self.0) {
                            __r => {
                                let __r: &u32 = &*__r;
                                __r
                            }
                        },
                    )
                }
            }
            let _ = |__d: &Self| match __d {
                Self { secs: __f0, nanos: __f1 } => {}
            };
            let _ = |__f0: u64, __f1: u32| Self { secs: __f0, nanos: __f1 };
            __w.value(&__Remote(__this));
        }
    }
};
