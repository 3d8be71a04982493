// pub struct UserId(pub u64);

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for UserId {
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = {
            use ::record_runtime::__private::MaxLenUnknown as _;
            ::record_runtime::__private::MaxLen::<u64>::LEN
        };
        #[inline]
        fn write_value<'__s, __L: ::record_runtime::Level>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __L>,
        ) -> ::record_runtime::Cursor<'__s, __L> {
            <u64 as ::record_runtime::ZeroAllocJson>::write_value(&self.0, __c)
        }
    }
    #[automatically_derived]
    impl ::record_runtime::JsonKey for UserId
    where
        for<'__any> u64: ::record_runtime::JsonKey,
    {
        #[inline]
        fn write_key<'__s, __L: ::record_runtime::Level>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __L>,
        ) -> ::record_runtime::Cursor<'__s, __L> {
            ::record_runtime::JsonKey::write_key(&self.0, __c)
        }
    }
};
