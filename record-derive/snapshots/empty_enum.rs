// enum Never {}

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Never {
        #[inline]
        fn write_value<'__s, __L: ::record_runtime::Level>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __L>,
        ) -> ::record_runtime::Cursor<'__s, __L> {
            match *self {}
        }
    }
};
