// enum Never {}

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Never {
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            match *self {}
        }
    }
};
