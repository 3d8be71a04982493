// #[serde(transparent)] struct Tagged<T, U> { value: T, tag: PhantomData<U> }

const _: () = {
    #[automatically_derived]
    impl<T, U> ::record_runtime::ZeroAllocJson for Tagged<T, U>
    where
        T: ::record_runtime::ZeroAllocJson,
    {
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = {
            use ::record_runtime::__private::Unknown as _;
            ::record_runtime::__private::Known::<T>::MAX_LEN
        };
        const __PLACES: ::record_runtime::__private::Places = <T as ::record_runtime::ZeroAllocJson>::__PLACES;
        #[inline]
        fn __write_key<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            <T as ::record_runtime::ZeroAllocJson>::__write_key(&self.value, __c)
        }
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            <T as ::record_runtime::ZeroAllocJson>::write_value(&self.value, __c)
                .written::<T>()
        }
    }
};
