// #[serde(rename_all = "camelCase")]
// struct User<'a> {
//     user_id: u64,
//     name: &'a str,
//     tags: Vec<String>,
//     r#type: Kind,
//     score: Option<f64>,
//     age: u8,
//     e_mail: String,
//     active: bool,
//     friends: Vec<u64>,
//     created: u64,
// }

const _: () = {
    #[automatically_derived]
    impl<'a> ::record_runtime::ZeroAllocJson for User<'a> {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"userId\":",
            "\"name\":",
            "\"tags\":",
            "\"type\":",
            "\"score\":",
            "\"age\":",
            "\"eMail\":",
            "\"active\":",
            "\"friends\":",
            "\"created\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline(never)]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields10::<Self, 0, _, _, _, _, _, _, _, _, _, _>(
                &self.user_id,
                &self.name,
                &self.tags,
                &self.r#type,
                &self.score,
                &self.age,
                &self.e_mail,
                &self.active,
                &self.friends,
                &self.created,
            )
        }
    }
};
