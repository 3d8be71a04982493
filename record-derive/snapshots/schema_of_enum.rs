// #[json(schema)] enum Event { Ping, Moved { x: i8 } }

const _: () = {
    #[automatically_derived]
    impl ::record_runtime::ZeroAllocJson for Event {
        const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[
            "\"Ping\"",
            "{\"Moved\":{",
            "\"x\":",
            "}}",
        ];
        const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::ENUM;
        #[inline]
        fn write_value<'__s, __D: ::record_runtime::Dispatch>(
            &self,
            __c: ::record_runtime::Cursor<'__s, __D>,
        ) -> ::record_runtime::Cursor<'__s, __D> {
            match self {
                Self::Ping => __c.text::<Self, 0>(),
                Self::Moved { x: __f0 } => __c.fields1::<Self, 1, _>(__f0),
            }
        }
    }
    #[automatically_derived]
    impl ::record_runtime::schema::JsonSchema for Event {
        fn name() -> ::record_runtime::schema::Name {
            ::record_runtime::schema::Name::new("Event")
        }
        fn schema(
            __g: &mut ::record_runtime::schema::Generator,
        ) -> ::record_runtime::schema::Schema {
            use ::record_runtime::__private::schema as __schema;
            {
                let mut __e = __schema::Variants::new();
                __e.constant("string", "Ping");
                __e.variant(
                    __schema::external(
                        "Moved",
                        {
                            let mut __o = __schema::Object::new();
                            __o.field("x", __schema::Presence::Always, __g.of::<i8>());
                            __o.finish()
                        },
                    ),
                );
                __e.one_of()
            }
        }
    }
};
