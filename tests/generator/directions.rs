//! Types with every accepted sequence of the forms of an attribute that may be given for each direction alone. They are
//! in `directions.rs`, which the module of that name in the suite includes. The macro's crate tests the refused ones.

/// One form: its text, with `S` and `D` in place of the values, and whether it speaks of writing and of reading.
const FORMS: [(&str, bool, bool); 5] = [
    (" = S", true, true),
    ("(serialize = S)", true, false),
    ("(deserialize = D)", false, true),
    ("(serialize = S, deserialize = D)", true, true),
    ("(deserialize = D, serialize = S)", true, true),
];

/// How often an attribute may speak of reading.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    Once,
    /// The names of fields and variants: serde reads each of them.
    Often,
}

/// The attribute lists of all sequences of up to three forms that serde accepts, as `#[NAMESPACE(…)]`.
fn lists(attribute: &str, reading: Reading, values: impl Fn(usize) -> (String, String)) -> Vec<String> {
    let mut lists = Vec::new();
    let count = FORMS.len();
    // A sequence is a number in base `count + 1`, zero being the end.
    for sequence in 0..(count + 1).pow(3) {
        let digits = [sequence % (count + 1), sequence / (count + 1) % (count + 1), sequence / (count + 1).pow(2)];
        let forms: Vec<_> = digits.iter().take_while(|digit| **digit > 0).map(|digit| FORMS[digit - 1]).collect();
        let is_whole = digits.iter().skip(forms.len()).all(|digit| *digit == 0);
        let writes = forms.iter().filter(|form| form.1).count();
        let reads = forms.iter().filter(|form| form.2).count();
        if forms.is_empty() || !is_whole || writes > 1 || (reads > 1 && reading == Reading::Once) {
            continue;
        }
        for cuts in 0..1 << (forms.len() - 1) {
            let mut source = String::from("#[NAMESPACE(");
            for (index, (form, ..)) in forms.iter().enumerate() {
                if index > 0 {
                    source += if cuts >> (index - 1) & 1 == 0 { ", " } else { ")] #[NAMESPACE(" };
                }
                let (written, read) = values(index);
                source += attribute;
                source += &form.replace('S', &written).replace('D', &read);
            }
            lists.push(source + ")]");
        }
    }
    lists
}

/// A list of renames of which each has names of its own.
fn renames(prefix: &str, reading: Reading) -> Vec<String> {
    let lists = lists("rename", reading, |index| (format!("\"written{index}~\""), format!("\"read{index}~\"")));
    lists.iter().enumerate().map(|(at, list)| list.replace('~', &format!("_{prefix}{at}"))).collect()
}

fn rules(attribute: &str) -> Vec<String> {
    let rules = ["camelCase", "SCREAMING-KEBAB-CASE", "UPPERCASE"];
    lists(attribute, Reading::Once, |index| (format!("{:?}", rules[index]), String::from("\"kebab-case\"")))
}

/// The `bound` for writing, in the place of the inferred one.
const WRITTEN_BOUND: &str = "\"T: Copy\"";

fn bounds() -> Vec<String> {
    lists("bound", Reading::Once, |_| (String::from(WRITTEN_BOUND), String::from("\"T: Clone\"")))
}

/// The file: types in a module for each namespace, and a function that compares them.
pub(crate) fn file() -> String {
    let (types, values) = types();
    let mut source = String::new();
    // With serde's attributes both derives read the same; those in `json(…)` are compared with them.
    for (module, derives, namespace) in
        [("both", "Serialize, ZeroAllocJson", "serde"), ("ours", "ZeroAllocJson", "json")]
    {
        source += &format!("mod {module} {{\n    use super::*;\n");
        for definition in &types {
            let definition = definition.replace("NAMESPACE", namespace);
            source += &format!("    #[derive({derives})]\n    {definition}\n");
        }
        source += "}\n\n";
    }
    source += "pub(super) fn compare() -> usize {\n";
    for value in &values {
        let of = |module: &str| value.replace('@', module);
        source += &format!("    assert_same(&{});\n    assert_like(&{}, &{});\n", of("both"), of("ours"), of("both"));
    }
    source + &format!("    {}\n}}\n", values.len())
}

/// The definitions, and values of them in the module `@`.
fn types() -> (Vec<String>, Vec<String>) {
    let mut types = Vec::new();
    let mut values = Vec::new();

    // Fields and variants side by side, each with a sequence of its own.
    let renamed = |prefix| renames(prefix, Reading::Often);
    let fields = |prefix, visibility: &str| -> String {
        let fields = renamed(prefix).into_iter().enumerate();
        fields.map(|(at, list)| format!("{list} {visibility} field_{at}: u8, ")).collect()
    };
    let of_fields: String = renamed("f").iter().enumerate().map(|(at, _)| format!("field_{at}: {at}, ")).collect();
    types.push(format!("pub struct Fields {{ {} }}", fields("f", "pub")));
    values.push(format!("@::Fields {{ {of_fields} }}"));
    let variants: String =
        renamed("v").iter().enumerate().map(|(at, list)| format!("{list} Variant{at}(u8), ")).collect();
    types.push(format!("pub enum Variants {{ {variants} WithFields {{ {} }} }}", fields("w", "")));
    values.extend(renamed("v").iter().enumerate().map(|(at, _)| format!("@::Variants::Variant{at}({at})")));
    values.push(format!("@::Variants::WithFields {{ {of_fields} }}"));
    let variants: String = rules("rename_all")
        .iter()
        .enumerate()
        .map(|(at, list)| format!("{list} Variant{at} {{ first_field: u8 }}, "))
        .collect();
    types.push(format!("pub enum RenameAllOfVariants {{ {variants} }}"));
    let count = rules("rename_all").len();
    values.extend((0..count).map(|at| format!("@::RenameAllOfVariants::Variant{at} {{ first_field: 1 }}")));

    // A type for each sequence.
    for (at, list) in renames("c", Reading::Once).iter().enumerate() {
        types.push(format!("{list} #[NAMESPACE(tag = \"type\")] pub struct Name{at} {{ pub a: u8 }}"));
        values.push(format!("@::Name{at} {{ a: 1 }}"));
    }
    for (at, list) in rules("rename_all").iter().enumerate() {
        types.push(format!("{list} pub struct RenameAll{at} {{ pub first_field: u8 }}"));
        types.push(format!("{list} pub enum RenameAllOf{at} {{ FirstVariant {{ first_field: u8 }} }}"));
        values.push(format!("@::RenameAll{at} {{ first_field: 1 }}"));
        values.push(format!("@::RenameAllOf{at}::FirstVariant {{ first_field: 1 }}"));
    }
    for (at, list) in rules("rename_all_fields").iter().enumerate() {
        types.push(format!("{list} pub enum RenameAllFields{at} {{ FirstVariant {{ first_field: u8 }} }}"));
        values.push(format!("@::RenameAllFields{at}::FirstVariant {{ first_field: 1 }}"));
    }
    // Where a bound was lost, the inferred one asks of `Opaque` that it can be written.
    for (at, list) in bounds().iter().enumerate() {
        let argument = if list.contains(WRITTEN_BOUND) { "Opaque" } else { "u8" };
        types.push(format!("{list} pub struct Bound{at}<T> {{ pub a: Wrapped<T> }}"));
        types.push(format!("pub struct BoundOf{at}<T> {{ {list} pub a: Wrapped<T> }}"));
        types.push(format!("pub enum BoundOfVariant{at}<T> {{ {list} Variant(Wrapped<T>) }}"));
        values.push(format!("@::Bound{at} {{ a: Wrapped::<{argument}>::NEW }}"));
        values.push(format!("@::BoundOf{at} {{ a: Wrapped::<{argument}>::NEW }}"));
        values.push(format!("@::BoundOfVariant{at}::Variant(Wrapped::<{argument}>::NEW)"));
    }
    (types, values)
}
