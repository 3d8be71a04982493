// #[serde(default)]
// #[json(skip_default)]
// struct Settings<T> {
//     of_struct: u16,
//     #[serde(default)]
//     of_type: Vec<T>,
//     #[json(skip_default = "LIMIT")]
//     of_path: u64,
//     #[serde(default = "hosts")]
//     #[json(skip_default)]
//     of_serde: T,
// }

const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Settings<T>
    where
        T: ::record_runtime::ZeroAllocJson,
        T: ::core::cmp::PartialEq,
        Settings<T>: ::core::default::Default,
    {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"of_struct\":",
            "\"of_type\":",
            "\"of_path\":",
            "\"of_serde\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            use ::record_runtime::__private::AlwaysPresent as _;
            use ::record_runtime::__private::OrOmitted as _;
            use ::record_runtime::__private::OrConstant as _;
            let __default: Self = <Self as ::core::default::Default>::default();
            __c.fields4::<Self, 0, _, _, _, _>(
                ::record_runtime::__private::Same(&self.of_struct, &__default.of_struct)
                    .omitted(&self.of_struct),
                ::record_runtime::__private::Defaulted(&self.of_type)
                    .omitted(&self.of_type),
                ::record_runtime::__private::SkipIf(
                    ::record_runtime::__private::Versus(&self.of_path, &LIMIT).equals(),
                    &self.of_path,
                ),
                ::record_runtime::__private::SkipIf(
                    ::record_runtime::__private::is_equal(&self.of_serde, &hosts()),
                    &self.of_serde,
                ),
            )
        }
    }
};
