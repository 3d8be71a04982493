// #[serde(into = "String")] struct Version { major: u8, minor: u8 }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Version {
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            let __v: String = ::core::convert::Into::into(
                ::core::clone::Clone::clone(self),
            );
            __c.value::<String>(&__v)
        }
    }
};
