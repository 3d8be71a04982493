// #[json(as_string, omit_empty, html_safe, sort_keys)]
// struct Sorted {
//     #[json(rename = "<z>")]
//     last: u64,
//     first: String,
//     #[json(as_string = false, omit_empty = false)]
//     bare: u64,
// }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Sorted {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"\\u003cz\\u003e\":",
            "\"bare\":",
            "\"first\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            use ::record_runtime::__private::OrElse as _;
            use ::record_runtime::__private::AlwaysPresent as _;
            ::record_runtime::__private::escaped::<::record_runtime::__private::HtmlSafe, _>(
                __c,
                |__c| {
                    __c.fields3::<Self, 0, _, _, _>(
                        ::record_runtime::__private::OmitIf(&self.last)
                            .empty(
                                &::record_runtime::__private::IfFits::<::record_runtime::__private::AsString, _>::new(&self.last)
                                    .or(&self.last),
                            ),
                        &self.bare,
                        ::record_runtime::__private::OmitIf(&self.first)
                            .empty(
                                &::record_runtime::__private::IfFits::<::record_runtime::__private::AsString, _>::new(&self.first)
                                    .or(&self.first),
                            ),
                    )
                },
            )
        }
    }
};
