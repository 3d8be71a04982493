// #[json(field_mask)] struct Page<T>(Vec<T>);

const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Page<T>
    where
        T: ::record_runtime::ZeroAllocJson,
    {
        const __PLACES: ::record_runtime::__private::Places = <Vec<
            T,
        > as ::record_runtime::ZeroAllocJson>::__PLACES;
        #[inline]
        fn __write_key<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            <Vec<T> as ::record_runtime::ZeroAllocJson>::__write_key(&self.0, __c)
        }
        fn __fields() -> ::record_runtime::__private::Fields {
            <Vec<T> as ::record_runtime::ZeroAllocJson>::__fields()
        }
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            <Vec<T> as ::record_runtime::ZeroAllocJson>::write_value(&self.0, __c)
                .written::<Vec<T>>()
        }
    }
    #[automatically_derived]
    impl<T> ::record_runtime::Maskable for Page<T>
    where
        T: ::record_runtime::ZeroAllocJson,
        Vec<T>: ::record_runtime::Maskable,
    {
        type Fields = <Vec<T> as ::record_runtime::Maskable>::Fields;
    }
};
