// #[json(schema)]
// struct Page<T> {
//     /// In their order.
//     items: Vec<T>,
//     #[serde(flatten)]
//     totals: T,
// }

const _: () = {
    #[automatically_derived]
    impl<T> ::record_runtime::ZeroAllocJson for Page<T>
    where
        T: ::record_runtime::ZeroAllocJson,
    {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"items\":",
            "",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            __c.fields2::<Self, 0, _, _>(&self.items, ::record_runtime::__private::Flatten(&self.totals))
        }
    }
    #[automatically_derived]
    impl<T> ::record_runtime::schema::JsonSchema for Page<T>
    where
        T: ::record_runtime::ZeroAllocJson,
        T: ::record_runtime::schema::JsonSchema,
    {
        fn name() -> ::record_runtime::schema::Name {
            ::record_runtime::schema::Name::new("Page")
                .argument(<T as ::record_runtime::schema::JsonSchema>::name())
        }
        fn schema(
            __g: &mut ::record_runtime::schema::Generator,
        ) -> ::record_runtime::schema::Schema {
            use ::record_runtime::__private::schema as __schema;
            {
                let mut __o = __schema::Object::new();
                __o.field(
                    "items",
                    __schema::Presence::Always,
                    __g.of::<Vec<T>>().described("In their order."),
                );
                {
                    let __s = __g.of::<T>();
                    __o.flatten(__schema::Presence::Always, &__s, __g);
                }
                __o.finish()
            }
        }
    }
};
