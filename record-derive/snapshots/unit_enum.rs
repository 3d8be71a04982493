// #[serde(rename_all = "kebab-case")] enum Status { Active, OnHold, Closed }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Status {
        const CONSTANTS: &'static [::record_runtime::__private::Constant] = &[
            ::record_runtime::__private::Constant::new("\"active\""),
            ::record_runtime::__private::Constant::new("\"on-hold\""),
            ::record_runtime::__private::Constant::new("\"closed\""),
        ];
        const BOUND: ::record_runtime::__private::Bound<Self> = ::record_runtime::__private::Bound::constants();
        #[inline]
        fn constant(&self) -> ::core::primitive::usize {
            match self {
                Self::Active => 0,
                Self::OnHold => 1,
                Self::Closed => 2,
            }
        }
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(
            9,
        );
        #[inline]
        fn write_value<'__s, __L: ::record_runtime::Level>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __L>,
        ) -> ::record_runtime::Cursor<'__s, __L> {
            __c.constant(self)
        }
    }
    #[automatically_derived]
    impl ::record_runtime::JsonObject for Status {}
    #[automatically_derived]
    impl ::record_runtime::JsonKey for Status {
        #[inline]
        fn write_key<'__s, __L: ::record_runtime::Level>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __L>,
        ) -> ::record_runtime::Cursor<'__s, __L> {
            ::record_runtime::ZeroAllocJson::write_value(self, __c)
        }
    }
};
