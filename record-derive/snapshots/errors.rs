// #[serde(tag = "a")]
// struct Wrong<T> {
//     a: T,
//     #[serde(skip_if = "Option::is_none")]
//     b: Option<T>,
// }

::core::compile_error! {
    "unknown attribute `skip_if` on a field: did you mean `skip`?"
}
::core::compile_error! {
    "the key `a` is already the `tag`: rename the field or the tag"
}
const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Wrong<T> {
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c
        }
    }
};
