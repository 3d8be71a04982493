// pub struct Point { pub x: f64, pub y: f64 }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Point {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"x\":",
            "\"y\":",
            "}",
        ];
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = {
            use ::record_runtime::__private::Unknown as _;
            ::record_runtime::__private::max_len(
                Self::__FRAGMENTS,
                &[
                    ::record_runtime::__private::Known::<f64>::MAX_LEN,
                    ::record_runtime::__private::Known::<f64>::MAX_LEN,
                ],
            )
        };
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields2::<Self, 0, _, _>(&self.x, &self.y)
        }
    }
};
