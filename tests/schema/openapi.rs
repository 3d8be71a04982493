//! Components of a document that utoipa makes.

use record_runtime::ZeroAllocJson;
use record_runtime::schema::Generator;
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::judge::{parse, validator};

/// Somebody.
#[derive(ZeroAllocJson)]
#[json(schema)]
#[serde(rename_all = "camelCase")]
struct User {
    since_year: u64,
    /// In no order.
    roles: Vec<Role>,
    #[json(skip_none)]
    manager: Option<Box<User>>,
}

#[derive(ZeroAllocJson)]
#[json(schema)]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
    /// May only read.
    Guest,
}

#[derive(ZeroAllocJson)]
#[json(schema)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
}

#[utoipa::path(
    get,
    path = "/users",
    responses((status = 200, body = ref("#/components/schemas/Page_User")))
)]
#[expect(dead_code, reason = "a path is described, and not served")]
fn users() {}

#[derive(OpenApi)]
#[openapi(paths(users))]
struct Api;

/// The document of utoipa with the components: references of the paths and of the components lead to one.
#[test]
fn components_of_a_document() {
    let mut generator = Generator::for_openapi();
    let reference = parse(&generator.of::<Page<User>>());
    assert_eq!(reference, json!({ "$ref": "#/components/schemas/Page_User" }));
    let components = parse(&generator.into_definitions());
    let names: Vec<&String> = components.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["Page_User", "Role", "User"]);

    let mut document = serde_json::to_value(Api::openapi()).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    document["components"]["schemas"] = components.clone();
    let of_path = &document["paths"]["/users"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(*of_path, reference);

    // Within the document the references are found.
    let mut in_document = document.clone();
    in_document["$ref"] = reference["$ref"].clone();
    let validator = validator(&in_document);
    let manager = || User { since_year: 1, roles: vec![Role::Guest, Role::Admin], manager: None };
    let user = User { manager: Some(Box::new(manager())), ..manager() };
    assert!(validator.is_valid(&parse(&Page { items: vec![user], total: 1 })));
    for wrong in [
        json!({ "items": [] }),
        json!({ "items": [{ "sinceYear": 1, "roles": ["owner"] }], "total": 1 }),
        json!({ "items": [{ "sinceYear": 1, "roles": [], "manager": null }], "total": 1 }),
        json!({ "items": [{ "sinceYear": 1, "roles": [], "manager": { "sinceYear": 1 } }], "total": 1 }),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }

    // utoipa reads them as its own types, with all that they have.
    let read: utoipa::openapi::OpenApi = serde_json::from_value(document.clone()).expect("a document");
    let again: Value = serde_json::to_value(read).expect("JSON");
    assert_eq!(again["components"]["schemas"], components);
}

/// The reason for JSON in between: utoipa's own types lose what they have no field for.
#[test]
fn utoipa_has_no_types_for_some_schemas() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Pair(Role, u8);
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Flattened {
        #[serde(flatten)]
        user: User,
        #[serde(flatten)]
        counts: std::collections::BTreeMap<String, u64>,
    }
    let survives = |schema: Value| {
        let read: Result<utoipa::openapi::schema::Schema, _> = serde_json::from_value(schema.clone());
        read.is_ok_and(|read| serde_json::to_value(read).expect("JSON") == schema)
    };
    let mut generator = Generator::for_openapi();
    generator.of::<(Pair, Flattened)>();
    let definitions = parse(&generator.into_definitions());
    assert!(survives(definitions["User"].clone()));
    assert!(!survives(definitions["Pair"].clone()));
    assert!(!survives(definitions["Flattened"].clone()));
}
