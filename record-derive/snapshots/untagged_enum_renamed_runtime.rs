// #[serde(untagged)]
// #[json(crate = "my::json")]
// enum Id {
//     Number(u64),
//     Text(String),
// }

const _: () = {
    #[automatically_derived]
    impl my::json::ZeroAllocJson for Id {
        #[inline]
        fn write_value<'__s, __D: my::json::Dispatch>(
            &self,
            __c: my::json::Cursor<'__s, __D>,
        ) -> my::json::Cursor<'__s, __D> {
            match self {
                Self::Number(__f0) => {
                    <u64 as my::json::ZeroAllocJson>::write_value(__f0, __c)
                        .written::<u64>()
                }
                Self::Text(__f0) => {
                    <String as my::json::ZeroAllocJson>::write_value(__f0, __c)
                        .written::<String>()
                }
            }
        }
    }
};
