// struct Invoice<T> {
//     #[json(as_string)]
//     id: u64,
//     #[json(decimals = 2)]
//     total: Option<f64>,
//     #[json(display)]
//     state: Vec<T>,
//     #[json(html_safe, skip_none)]
//     note: Option<String>,
// }

const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Invoice<T>
    where
        Vec<
            T,
        >: ::record_runtime::__private::WriteAs<
            ::record_runtime::__private::Inside<::record_runtime::__private::Display>,
        >,
    {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"id\":",
            "\"total\":",
            "\"state\":",
            "\"note\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields4::<Self, 0, _, _, _, _>(
                &::record_runtime::__private::As::<::record_runtime::__private::AsString, _>::new(&self.id),
                &::record_runtime::__private::As::<::record_runtime::__private::Floats< ::record_runtime::__private::Decimals<2>, ::record_runtime::__private::NonFiniteAsNull>,
                    _,
                >::new(&self.total),
                &::record_runtime::__private::As::<::record_runtime::__private::Inside< ::record_runtime::__private::Display>,
                    _,
                >::new(&self.state),
                ::record_runtime::__private::SkipIf(
                    ::record_runtime::__private::is_none(&self.note),
                    &::record_runtime::__private::Escaped::<::record_runtime::__private::HtmlSafe, _>::new(&self.note),
                ),
            )
        }
    }
};
