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
        const __FLOATS: ::core::primitive::usize = 2;
        #[inline]
        fn __gather(&self, __floats: &mut ::record_runtime::__private::FloatsToConvert) {
            __floats.set(0, &self.x).set(1, &self.y);
        }
        fn __write_gathered<
            '__s,
            __D: ::record_runtime::Dispatch,
            __Texts: ::record_runtime::__private::Converted,
        >(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
            __texts: __Texts,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields2::<Self, 0, _, _>(
                ::record_runtime::__private::Gathered(__texts, 0, &self.x),
                ::record_runtime::__private::Gathered(__texts, 1, &self.y),
            )
        }
    }
};
