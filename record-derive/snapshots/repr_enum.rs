// #[repr(u8)] #[json(repr)] enum Level { Low, High = 10, #[json(skip)] Hidden }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Level {
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::KEY;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            ::record_runtime::ZeroAllocJson::write_value(
                &match self {
                    Self::Low => Self::Low as ::core::primitive::u8,
                    Self::High => Self::High as ::core::primitive::u8,
                    Self::Hidden => {
                        return __c
                            .fail(
                                ::record_runtime::__private::skipped_variant(
                                    "Level",
                                    "Hidden",
                                ),
                            );
                    }
                },
                __c,
            )
        }
    }
};
