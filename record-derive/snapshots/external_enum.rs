// enum Event {
//     Started,
//     Moved { x: f64, y: f64 },
//     Named(String),
//     Pair(u8, #[serde(skip)] u8, u8),
//     Empty {},
//     #[serde(skip)]
//     Internal(Connection),
//     #[serde(untagged)]
//     Other(Value),
// }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Event {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "\"Started\"",
            "{\"Moved\":{",
            "\"x\":",
            "\"y\":",
            "}}",
            "{\"Named\":",
            "",
            "}",
            "{\"Pair\":[",
            "",
            "",
            "]}",
            "{\"Empty\":{}}",
        ];
        #[inline(never)]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            match self {
                Self::Started => __c.unit::<Self, 0>(),
                Self::Moved { x: __f0, y: __f1 } => {
                    __c.fields2::<Self, 1, _, _>(__f0, __f1)
                }
                Self::Named(__f0) => __c.fields1::<Self, 5, _>(__f0),
                Self::Pair(__f0, _, __f2) => __c.fields2::<Self, 8, _, _>(__f0, __f2),
                Self::Empty { .. } => __c.text::<Self, 12>(),
                Self::Internal(_) => {
                    __c.fail(
                        ::record_runtime::__private::skipped_variant("Event", "Internal"),
                    )
                }
                Self::Other(__f0) => {
                    <Value as ::record_runtime::ZeroAllocJson>::write_value(__f0, __c)
                        .written::<Value>()
                }
            }
        }
    }
};
