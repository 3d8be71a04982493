// #[serde(transparent)] struct Tagged<T, U> { value: T, tag: PhantomData<U> }

const _: () = {
    #[automatically_derived]
    impl<T, U> ::record_runtime::ZeroAllocJson for Tagged<T, U>
    where
        T: ::record_runtime::ZeroAllocJson,
    {
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = {
            use ::record_runtime::__private::MaxLenUnknown as _;
            ::record_runtime::__private::MaxLen::<T>::LEN
        };
        #[inline]
        fn write_value<'__s, __L: ::record_runtime::Level>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __L>,
        ) -> ::record_runtime::Cursor<'__s, __L> {
            <T as ::record_runtime::ZeroAllocJson>::write_value(&self.value, __c)
        }
    }
    #[automatically_derived]
    impl<T, U> ::record_runtime::JsonObject for Tagged<T, U>
    where
        T: ::record_runtime::ZeroAllocJson,
        for<'__any> T: ::record_runtime::JsonObject,
    {}
    #[automatically_derived]
    impl<T, U> ::record_runtime::JsonKey for Tagged<T, U>
    where
        T: ::record_runtime::ZeroAllocJson,
        for<'__any> T: ::record_runtime::JsonKey,
    {
        #[inline]
        fn write_key<'__s, __L: ::record_runtime::Level>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __L>,
        ) -> ::record_runtime::Cursor<'__s, __L> {
            ::record_runtime::JsonKey::write_key(&self.value, __c)
        }
    }
};
