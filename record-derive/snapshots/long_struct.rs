// struct Long { f00: u8, f01: u8, f02: u8, f03: u8, f04: u8, f05: u8, f06: u8, f07: u8, f08: u8, f09: u8, f10: u8, f11: u8, f12: u8, f13: u8, f14: u8, f15: u8, f16: u8 }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Long {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"f00\":",
            "\"f01\":",
            "\"f02\":",
            "\"f03\":",
            "\"f04\":",
            "\"f05\":",
            "\"f06\":",
            "\"f07\":",
            "\"f08\":",
            "\"f09\":",
            "\"f10\":",
            "\"f11\":",
            "\"f12\":",
            "\"f13\":",
            "\"f14\":",
            "\"f15\":",
            "",
            ",",
            "\"f16\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline(never)]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields16::<Self, 0, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _>(
                    &self.f00,
                    &self.f01,
                    &self.f02,
                    &self.f03,
                    &self.f04,
                    &self.f05,
                    &self.f06,
                    &self.f07,
                    &self.f08,
                    &self.f09,
                    &self.f10,
                    &self.f11,
                    &self.f12,
                    &self.f13,
                    &self.f14,
                    &self.f15,
                )
                .fields1::<Self, 18, _>(&self.f16)
        }
    }
};
