//! An `OpenAPI` document, typed as published crates type it: ordered maps, untagged references, flattened extensions, and
//! fields of which most are absent.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the names are those of the specification")]

use indexmap::IndexMap;
use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const PATHS: usize = 40;
const SCHEMAS: usize = 40;

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct OpenApi {
    pub openapi: String,
    pub info: Info,
    pub paths: IndexMap<String, PathItem>,
    pub components: Components,
    #[serde(flatten)]
    pub extensions: IndexMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_of_service: Option<String>,
    pub version: String,
    #[serde(flatten)]
    pub extensions: IndexMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Components {
    pub schemas: IndexMap<String, ReferenceOr<Schema>>,
}

/// A reference, or what would stand there.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(untagged)]
pub enum ReferenceOr<T> {
    Reference {
        #[serde(rename = "$ref")]
        reference: String,
    },
    Item(T),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, ZeroAllocJson)]
pub struct PathItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub get: Option<Operation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put: Option<Operation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<Operation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<Operation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ReferenceOr<Parameter>>,
    #[serde(flatten)]
    pub extensions: IndexMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ReferenceOr<Parameter>>,
    pub responses: IndexMap<String, ReferenceOr<Response>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    #[serde(flatten)]
    pub extensions: IndexMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "in", rename_all = "camelCase")]
pub enum Parameter {
    Query {
        #[serde(flatten)]
        data: ParameterData,
        #[serde(skip_serializing_if = "Option::is_none", rename = "allowEmptyValue")]
        allow_empty_value: Option<bool>,
    },
    Path {
        #[serde(flatten)]
        data: ParameterData,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct ParameterData {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
    pub schema: ReferenceOr<Schema>,
    #[serde(flatten)]
    pub extensions: IndexMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Response {
    pub description: String,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub content: IndexMap<String, MediaType>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct MediaType {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<ReferenceOr<Schema>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, ZeroAllocJson)]
pub struct SchemaData {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
    #[serde(rename = "readOnly", skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    #[serde(flatten)]
    pub extensions: IndexMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Schema {
    #[serde(flatten)]
    pub data: SchemaData,
    #[serde(flatten)]
    pub kind: SchemaKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(untagged)]
pub enum SchemaKind {
    Type(Type),
    OneOf {
        #[serde(rename = "oneOf")]
        one_of: Vec<ReferenceOr<Schema>>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Type {
    String {
        #[serde(skip_serializing_if = "Option::is_none")]
        format: Option<String>,
        #[serde(rename = "maxLength", skip_serializing_if = "Option::is_none")]
        max_length: Option<usize>,
        #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
        enumeration: Vec<Option<String>>,
    },
    Integer {
        #[serde(skip_serializing_if = "Option::is_none")]
        format: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        minimum: Option<i64>,
    },
    Object {
        #[serde(skip_serializing_if = "IndexMap::is_empty")]
        properties: IndexMap<String, ReferenceOr<Box<Schema>>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        required: Vec<String>,
    },
    Array {
        items: ReferenceOr<Box<Schema>>,
    },
}

/// One document of 40 paths and 40 schemas.
#[must_use]
pub fn corpus() -> Corpus<OpenApi> {
    let mut random = SplitMix64::new(0x09E2A);
    let random = &mut random;
    let document = OpenApi {
        openapi: "3.0.3".to_owned(),
        info: Info {
            title: "Orders".to_owned(),
            description: Some("Orders, their lines, and who placed them.\n\nSee \"Getting started\".".to_owned()),
            terms_of_service: None,
            version: "2026-11-28".to_owned(),
            extensions: extensions(random),
        },
        paths: (0..PATHS).map(|number| (format!("/v2/{}/{number}/{{id}}", noun(random)), path_item(random))).collect(),
        components: Components {
            schemas: (0..SCHEMAS).map(|number| (format!("{}{number}", noun(random)), object(random))).collect(),
        },
        extensions: extensions(random),
    };
    Corpus { name: "openapi", about: "an OpenAPI document of 40 paths", documents: vec![document] }
}

fn noun(random: &mut SplitMix64) -> &'static str {
    random.pick(&["orders", "customers", "invoices", "shipments", "products"])
}

fn extensions(random: &mut SplitMix64) -> IndexMap<String, String> {
    random.one_in(5).then(|| ("x-owner".to_owned(), noun(random).to_owned())).into_iter().collect()
}

fn reference<T>(random: &mut SplitMix64) -> ReferenceOr<T> {
    ReferenceOr::Reference {
        reference: format!("#/components/schemas/{}{}", noun(random), random.integer::<u8>(0..40)),
    }
}

fn path_item(random: &mut SplitMix64) -> PathItem {
    PathItem {
        get: Some(operation(random)),
        put: random.one_in(3).then(|| operation(random)),
        post: random.one_in(2).then(|| operation(random)),
        delete: random.one_in(4).then(|| operation(random)),
        parameters: vec![if random.one_in(2) { reference(random) } else { parameter(random) }],
        ..PathItem::default()
    }
}

fn parameter(random: &mut SplitMix64) -> ReferenceOr<Parameter> {
    let data = ParameterData {
        name: random.pick(&["id", "limit", "cursor", "sort"]).to_owned(),
        description: random.one_in(2).then(|| "How many to return at most.".to_owned()),
        required: random.one_in(2),
        deprecated: None,
        schema: scalar(random),
        extensions: IndexMap::new(),
    };
    ReferenceOr::Item(if random.one_in(2) {
        Parameter::Path { data }
    } else {
        Parameter::Query { data, allow_empty_value: None }
    })
}

fn operation(random: &mut SplitMix64) -> Operation {
    let content = |random: &mut SplitMix64| MediaType { schema: Some(reference(random)), example: None };
    let response = |random: &mut SplitMix64| {
        ReferenceOr::Item(Response {
            description: "Successful response".to_owned(),
            content: [("application/json".to_owned(), content(random))].into_iter().collect(),
        })
    };
    Operation {
        tags: vec![noun(random).to_owned()],
        summary: Some("Lists what there is".to_owned()),
        description: random.one_in(3).then(|| "In pages.\nThe cursor of the next is in the answer.".to_owned()),
        operation_id: Some(format!("{}_{}", noun(random), random.integer::<u16>(0..1000))),
        parameters: (0..random.integer::<usize>(0..4)).map(|_| parameter(random)).collect(),
        responses: [("200".to_owned(), response(random)), ("default".to_owned(), reference(random))]
            .into_iter()
            .collect(),
        deprecated: random.one_in(10),
        extensions: extensions(random),
    }
}

fn scalar(random: &mut SplitMix64) -> ReferenceOr<Schema> {
    let kind = match random.integer::<u8>(0..3) {
        0 => Type::Integer { format: Some("int64".to_owned()), minimum: random.one_in(2).then_some(0) },
        1 => Type::String {
            format: random.one_in(2).then(|| "uuid".to_owned()),
            max_length: random.one_in(3).then_some(255),
            enumeration: Vec::new(),
        },
        _ => Type::String {
            format: None,
            max_length: None,
            enumeration: ["open", "paid", "sent"].map(|text| Some(text.to_owned())).into(),
        },
    };
    ReferenceOr::Item(Schema { data: data(random), kind: SchemaKind::Type(kind) })
}

fn data(random: &mut SplitMix64) -> SchemaData {
    SchemaData {
        nullable: random.one_in(6),
        description: random.one_in(2).then(|| format!("One of the {}.", noun(random))),
        extensions: extensions(random),
        ..SchemaData::default()
    }
}

fn boxed(schema: ReferenceOr<Schema>) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
    }
}

fn object(random: &mut SplitMix64) -> ReferenceOr<Schema> {
    let property = |random: &mut SplitMix64, number: usize| {
        let schema = match random.integer::<u8>(0..4) {
            0 => reference(random),
            1 => {
                let items = boxed(scalar(random));
                ReferenceOr::Item(Schema { data: data(random), kind: SchemaKind::Type(Type::Array { items }) })
            }
            2 if random.one_in(3) => {
                let one_of = vec![reference(random), scalar(random)];
                ReferenceOr::Item(Schema { data: data(random), kind: SchemaKind::OneOf { one_of } })
            }
            _ => scalar(random),
        };
        (format!("{}_{number}", noun(random)), boxed(schema))
    };
    let properties: IndexMap<_, _> =
        (0..random.integer::<usize>(2..12)).map(|number| property(random, number)).collect();
    let required = properties.keys().take(2).cloned().collect();
    let kind = SchemaKind::Type(Type::Object { properties, required });
    ReferenceOr::Item(Schema { data: data(random), kind })
}
