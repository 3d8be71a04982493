// #[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
// enum Shape<T> {
//     Circle { outer_radius: f64 },
//     Custom(T),
//     None,
// }

const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Shape<T>
    where
        T: ::record_runtime::ZeroAllocJson,
    {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{\"type\":\"circle\"",
            "\"outerRadius\":",
            "}",
            "{\"type\":\"custom\"",
            "",
            "}",
            "{\"type\":\"none\"}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            match self {
                Self::Circle { outer_radius: __f0 } => __c.fields1::<Self, 0, _>(__f0),
                Self::Custom(__f0) => {
                    __c.fields1::<Self, 3, _>(::record_runtime::__private::Flatten(__f0))
                }
                Self::None => __c.text::<Self, 6>(),
            }
        }
    }
};
