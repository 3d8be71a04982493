// #[json(schema, skip_none)] struct Id { id: Option<u64> }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Id {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "{",
            "\"id\":",
            "}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            use ::record_runtime::__private::AlwaysPresent as _;
            __c.fields1::<Self, 0, _>(::record_runtime::__private::OmitIf(&self.id).none(&self.id))
        }
    }
    #[automatically_derived]
    impl ::record_runtime::schema::JsonSchema for Id {
        fn name() -> ::record_runtime::schema::Name {
            ::record_runtime::schema::Name::new("Id")
        }
        fn schema(
            __g: &mut ::record_runtime::schema::Generator,
        ) -> ::record_runtime::schema::Schema {
            use ::record_runtime::__private::schema as __schema;
            use ::record_runtime::__private::AlwaysPresent as _;
            {
                let mut __o = __schema::Object::new();
                __o.field(
                    "id",
                    __schema::Presence::of::<Option<u64>, _>(|__v| __schema::OmitIf(__v).none(())),
                    __schema::some_of::<Option<u64>>(
                        __g,
                        !__schema::Presence::of::<Option<u64>, _>(|__v| __schema::OmitIf(__v).none(()))
                            .is_certain(),
                    ),
                );
                __o.finish()
            }
        }
    }
};
