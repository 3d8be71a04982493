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
        fn write_value<'__s, __L: my::json::Level>(
            &self,
            __c: my::json::Cursor<'__s, __L>,
        ) -> my::json::Cursor<'__s, __L> {
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
