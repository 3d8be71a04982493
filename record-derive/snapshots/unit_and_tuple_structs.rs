// struct Pair(u8, #[serde(skip)] u16, String);

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Pair {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "[",
            "",
            "",
            "]",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::ARRAY;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields2::<Self, 0, _, _>(&self.0, &self.2)
        }
    }
};
