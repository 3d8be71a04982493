use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(tag = "t", untagged)]
enum TaggedAndNot {
    A,
}

#[derive(ZeroAllocJson)]
#[serde(untagged, content = "c")]
enum ContentOfNothing {
    A,
}

#[derive(ZeroAllocJson)]
#[serde(content = "c")]
enum ContentAlone {
    A,
}

#[derive(ZeroAllocJson)]
#[serde(tag = "same", content = "same")]
enum SameName {
    A(u8),
}

fn main() {}
