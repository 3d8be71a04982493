// #[serde(tag = "t", content = "c")]
// enum Message {
//     Ping,
//     Text(String),
//     Both(u8, u8),
//     #[json(serialize_with = "write_point")]
//     Point { x: f64, y: f64 },
// }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Message {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{\"t\":\"Ping\"}",
            "{\"t\":\"Text\",\"c\":",
            "",
            "}",
            "{\"t\":\"Both\",\"c\":[",
            "",
            "",
            "]}",
            "{\"t\":\"Point\",\"c\":",
            "",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            match self {
                Self::Ping => __c.text::<Self, 0>(),
                Self::Text(__f0) => __c.fields1::<Self, 1, _>(__f0),
                Self::Both(__f0, __f1) => __c.fields2::<Self, 4, _, _>(__f0, __f1),
                Self::Point { x: __f0, y: __f1 } => {
                    __c.fields1::<Self, 8, _>(
                        ::record_runtime::__private::With(
                            &(),
                            |_: &(), __w: &mut ::record_runtime::JsonWriter<'_>| write_point(
                                __f0,
                                __f1,
                                __w,
                            ),
                        ),
                    )
                }
            }
        }
    }
};
