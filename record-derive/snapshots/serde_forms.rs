// struct Forms<T> {
//     #[serde(with = "time::serde::rfc3339")]
//     at: OffsetDateTime,
//     #[json(serde)]
//     extra: Vec<T>,
// }

const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Forms<T>
    where
        T: ::record_runtime::__private::Serialize,
    {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"at\":",
            "\"extra\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields2::<Self, 0, _, _>(
                &::record_runtime::__private::serde_function!(
                    "with", | __s | time::serde::rfc3339::serialize(& self.at, __s)
                ),
                &::record_runtime::__private::serde_value!(& self.extra),
            )
        }
    }
};
