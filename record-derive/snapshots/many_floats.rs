// struct Quintic(f64, f64, f64, f64, f64);

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Quintic {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "[",
            "",
            "",
            "",
            "",
            "",
            "]",
        ];
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = {
            use ::record_runtime::__private::Unknown as _;
            ::record_runtime::__private::max_len(
                Self::__FRAGMENTS,
                &[
                    ::record_runtime::__private::Known::<f64>::MAX_LEN,
                    ::record_runtime::__private::Known::<f64>::MAX_LEN,
                    ::record_runtime::__private::Known::<f64>::MAX_LEN,
                    ::record_runtime::__private::Known::<f64>::MAX_LEN,
                    ::record_runtime::__private::Known::<f64>::MAX_LEN,
                ],
            )
        };
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::ARRAY;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.gathering(self)
        }
        const __FLOATS: ::core::primitive::usize = 5;
        #[inline]
        fn __gather(&self, __floats: &mut ::record_runtime::__private::FloatsToConvert) {
            __floats
                .set(0, &self.0)
                .set(1, &self.1)
                .set(2, &self.2)
                .set(3, &self.3)
                .set(4, &self.4);
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
            __c.fields5::<Self, 0, _, _, _, _, _>(
                ::record_runtime::__private::Gathered(__texts, 0, &self.0),
                ::record_runtime::__private::Gathered(__texts, 1, &self.1),
                ::record_runtime::__private::Gathered(__texts, 2, &self.2),
                ::record_runtime::__private::Gathered(__texts, 3, &self.3),
                ::record_runtime::__private::Gathered(__texts, 4, &self.4),
            )
        }
    }
};
