// struct Attributes {
//     #[serde(rename = "a\"b")]
//     renamed: u8,
//     #[serde(skip)]
//     skipped: Connection,
//     #[serde(skip_serializing_if = "Option::is_none")]
//     optional: Option<String>,
//     #[json(serialize_with = "hex::write")]
//     id: [u8; 16],
// }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Attributes {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"a\\\"b\":",
            "\"optional\":",
            "\"id\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields3::<Self, 0, _, _, _>(
                &self.renamed,
                ::record_runtime::__private::SkipIf(
                    Option::is_none(&self.optional),
                    &self.optional,
                ),
                ::record_runtime::__private::With(
                    &(),
                    |_: &(), __w: &mut ::record_runtime::JsonWriter<'_>| hex::write(
                        &self.id,
                        __w,
                    ),
                ),
            )
        }
    }
};
