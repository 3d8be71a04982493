// struct Page<'a, K: Ord, I, T: 'a = u8, const N: usize = 4>
// where
//     I: Iterator,
// {
//     items: &'a [T],
//     next: Option<I::Item>,
//     index: BTreeMap<K, Vec<T>>,
//     pad: [u8; N],
//     previous: Option<Box<Page<'a, K, I, T, N>>>,
// }

const _: () = {
    #[automatically_derived]
    impl<'a, K: Ord, I, T: 'a, const N: usize> ::record_runtime::ZeroAllocJson
    for Page<'a, K, I, T, N>
    where
        I: Iterator,
        T: ::record_runtime::ZeroAllocJson,
        I::Item: ::record_runtime::ZeroAllocJson,
        K: ::record_runtime::ZeroAllocJson,
    {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"items\":",
            "\"next\":",
            "\"index\":",
            "\"pad\":",
            "\"previous\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields5::<Self, 0, _, _, _, _, _>(&self.items, &self.next, &self.index, &self.pad, &self.previous)
        }
    }
};
