// struct Rectangle<T> { left: T, top: T, right: T, bottom: T, name: String, depth: T }

const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Rectangle<T>
    where
        T: ::record_runtime::ZeroAllocJson,
    {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"left\":",
            "\"top\":",
            "\"right\":",
            "\"bottom\":",
            "\"name\":",
            "\"depth\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline(never)]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.gathering(self)
        }
        const __FLOATS: ::core::primitive::usize = if <T as ::record_runtime::ZeroAllocJson>::__FLOAT
            .is_some()
        {
            5
        } else {
            0
        };
        #[inline]
        fn __gather(&self, __floats: &mut ::record_runtime::__private::FloatsToConvert) {
            __floats
                .set(0, &self.left)
                .set(1, &self.top)
                .set(2, &self.right)
                .set(3, &self.bottom)
                .set(4, &self.depth);
        }
        fn __write_gathered<
            '__s,
            __D: ::record_runtime::Dispatch,
            __Texts: ::record_runtime::__private::Converted,
        >(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
            __texts: __Texts,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields6::<Self, 0, _, _, _, _, _, _>(
                ::record_runtime::__private::Gathered(__texts, 0, &self.left),
                ::record_runtime::__private::Gathered(__texts, 1, &self.top),
                ::record_runtime::__private::Gathered(__texts, 2, &self.right),
                ::record_runtime::__private::Gathered(__texts, 3, &self.bottom),
                &self.name,
                ::record_runtime::__private::Gathered(__texts, 4, &self.depth),
            )
        }
    }
};
