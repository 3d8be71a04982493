// struct Flattened {
//     #[serde(flatten)]
//     rest: Map<String, Value>,
//     #[json(flatten, with = "extension", skip_serializing_if = "Extension::is_empty")]
//     extension: Extension,
// }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Flattened {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "",
            "",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields2::<Self, 0, _, _>(
                ::record_runtime::__private::Flatten(&self.rest),
                ::record_runtime::__private::SkipIf(
                    Extension::is_empty(&self.extension),
                    ::record_runtime::__private::Flatten(
                        &::record_runtime::__private::With(
                            &(),
                            |_: &(), __w: &mut ::record_runtime::JsonWriter<'_>| extension::write_json(
                                &self.extension,
                                __w,
                            ),
                        ),
                    ),
                ),
            )
        }
    }
    const _: () = ::record_runtime::__private::assert_keys({
        use ::record_runtime::__private::Unknown as _;
        ::record_runtime::__private::Known::<Map<String, Value>>::KEYS_FIT
    });
    const _: () = ::record_runtime::__private::assert_object({
        use ::record_runtime::__private::Unknown as _;
        ::record_runtime::__private::Known::<Map<String, Value>>::MAY_BE_OBJECT
    });
};
