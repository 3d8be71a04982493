// #[serde(rename_all = "kebab-case")] enum Status { Active, OnHold, Closed }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Status {
        const __CONSTANTS: &'static [::record_runtime::__private::Constant] = &[
            ::record_runtime::__private::Constant::new("\"active\""),
            ::record_runtime::__private::Constant::new("\"on-hold\""),
            ::record_runtime::__private::Constant::new("\"closed\""),
        ];
        const __BOUND: ::record_runtime::__private::Bound<Self> = ::record_runtime::__private::Bound::constants();
        #[inline]
        fn __constant(&self) -> ::core::primitive::usize {
            match self {
                Self::Active => 0,
                Self::OnHold => 1,
                Self::Closed => 2,
            }
        }
        const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = ::core::option::Option::Some(
            9,
        );
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::ENUM;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.constant(self)
        }
    }
};
