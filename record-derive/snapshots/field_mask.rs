// #[json(field_mask)]
// struct Post {
//     #[json(view = "Admin")]
//     authors: Vec<User>,
// }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Post {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"authors\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        fn __fields() -> ::record_runtime::__private::Fields {
            ::record_runtime::__private::Fields::of(const {
                &[
                    &[
                        ::record_runtime::__private::Name::key(
                            "authors",
                            <Vec<User> as ::record_runtime::ZeroAllocJson>::__fields,
                        ),
                    ],
                ]
            })
        }
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            {
                let __selected0 = ::record_runtime::__private::selected(&__c, 0);
                if __selected0.is_all() {
                    let __shown0 = ::record_runtime::__private::shows::<Admin, _>(&__c);
                    __c.fields1::<Self, 0, _>(::record_runtime::__private::SkipIf(!__shown0, &self.authors))
                } else {
                    let __shown0 = __selected0.has(0)
                        && ::record_runtime::__private::shows::<Admin, _>(&__c);
                    __c.fields1::<Self, 0, _>(
                        ::record_runtime::__private::SkipIf(
                            !__shown0,
                            __selected0.within(0, &self.authors),
                        ),
                    )
                }
            }
        }
    }
    #[automatically_derived]
    impl ::record_runtime::Maskable for Post {
        type Fields = Self;
    }
};
