// pub struct UserId(pub u64);

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for UserId {
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = {
            use ::record_runtime::__private::Unknown as _;
            ::record_runtime::__private::Known::<u64>::MAX_LEN
        };
        const __PLACES: ::record_runtime::__private::Places = <u64 as ::record_runtime::ZeroAllocJson>::__PLACES;
        #[inline]
        fn __write_key<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            <u64 as ::record_runtime::ZeroAllocJson>::__write_key(&self.0, __c)
        }
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            <u64 as ::record_runtime::ZeroAllocJson>::write_value(&self.0, __c)
                .written::<u64>()
        }
    }
};
