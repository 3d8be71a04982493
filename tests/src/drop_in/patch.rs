//! Insertions into the files of a scratch project, each of which can be taken back when it does not compile.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::build::{Diagnostic, Place};
use super::source::{self, Findings, MakeText, TypeAt};

/// The insertions for each kind of source. The lines that a user would write, as data: another interface is another
/// value.
#[derive(Clone, Copy, Debug)]
pub struct Strategy {
    /// In the list of derives.
    pub derive: &'static str,
    /// For a type that has a `Serialize` and no derive of ours; `{params}`, `{type}` and `{bounds}` are replaced.
    pub bridge: &'static str,
    /// On a type that has fields of other crates' types.
    pub container: Option<&'static str>,
    /// In front of a field whose type is another crate's.
    pub field: Option<&'static str>,
}

/// The derive alone, and the lines that bridge types without one.
pub const DERIVE_ALONE: Strategy = Strategy {
    derive: ", ::record_runtime::ZeroAllocJson",
    bridge: "::record_runtime::bridge!(impl<{params}> {type} where {bounds});",
    container: None,
    field: None,
};

/// All that a migration takes, the fewest lines first.
pub const MIGRATION: Strategy =
    Strategy { container: Some("#[json(serde = \"fallback\")]"), field: Some("#[json(serde)]"), ..DERIVE_ALONE };

impl Strategy {
    fn bridge(&self, cfg: &str, params: &str, of: &str, bounds: &str) -> String {
        let line = self.bridge.replace("{params}", params).replace("{type}", of).replace("{bounds}", bounds);
        format!("\n{cfg}{line}")
    }
}

/// The purpose of an insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The derive of a type.
    Derive(usize),
    /// A line that bridges a type instead.
    Bridge(usize),
    /// A line for a type whose `Serialize` is written by hand in the sources.
    HandWritten,
    /// A line that bridges a type of which only the name is known: a macro defines it, or another crate.
    Named,
    /// An attribute of a type.
    Container(usize),
    /// An attribute of a field of a type, and which field.
    Field(usize, usize),
    /// How random values are made.
    Make(usize),
    /// A comparison of values of a type.
    Values(usize),
    /// A comparison of a value of the sources.
    Compare,
    /// A bound of a function.
    Helper,
    /// The code that runs the comparisons.
    Runner,
}

#[derive(Debug)]
pub struct Edit {
    pub file: usize,
    pub role: Role,
    pub name: String,
    pub insertions: Vec<(usize, String)>,
    pub on: bool,
    /// Why it was put in, where that is after an error: the compiler's first line.
    pub reason: Option<String>,
    /// Why it was taken back: the compiler's first line.
    pub failure: Option<String>,
}

#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    text: String,
    /// Ranges of the file as written, and the edit that each is from.
    inserted: Vec<(Range<usize>, usize)>,
    written: String,
}

/// A type that was found, and its file.
#[derive(Debug)]
pub struct Typed {
    pub file: usize,
    pub at: TypeAt,
}

/// The files of a project, and everything that is inserted.
#[derive(Debug)]
pub struct Patch {
    strategy: Strategy,
    pub files: Vec<File>,
    pub types: Vec<Typed>,
    pub edits: Vec<Edit>,
}

/// Where an error is to be blamed on.
#[derive(Clone, Copy, Debug)]
enum Blame {
    Edit(usize),
    Type(usize),
}

impl Patch {
    #[must_use]
    pub fn new(strategy: Strategy) -> Self {
        Self { strategy, files: Vec::new(), types: Vec::new(), edits: Vec::new() }
    }

    /// Adds a file, with everything that is to be inserted into it.
    pub fn add(&mut self, path: PathBuf, shown: &str, text: String, found: Findings) {
        let file = self.files.len();
        for helper in found.helpers {
            let bound = String::from(" + ::record_runtime::ZeroAllocJson");
            let insertions = helper.bounds.iter().map(|at| (*at, bound.clone())).collect();
            self.edit(file, Role::Helper, helper.name, insertions);
        }
        for value in found.values {
            let site = format!("{shown}:{}", line_of(&text, value.start));
            let around =
                vec![(value.start, String::from("::record_support::through!(")), (value.end, format!(", {site:?})"))];
            self.edit(file, Role::Compare, site, around);
        }
        for hand_written in found.hand_written {
            let generics = &hand_written.generics;
            let line =
                self.strategy.bridge(&hand_written.cfg, &generics.params(""), &hand_written.of, &generics.bounds);
            self.edit(file, Role::HandWritten, hand_written.name, vec![(hand_written.at, line)]);
        }
        for at in found.types {
            self.add_type(file, shown, &text, at);
        }
        self.files.push(File { path, written: text.clone(), text, inserted: Vec::new() });
    }

    fn add_type(&mut self, file: usize, shown: &str, text: &str, at: TypeAt) {
        let id = self.types.len();
        let name = format!("{} ({shown}:{})", at.name, line_of(text, at.range.start));
        let derive = String::from(self.strategy.derive);
        if !at.derives.is_empty() {
            let insertions = at.derives.iter().map(|end| (*end, derive.clone())).collect();
            self.edit(file, Role::Derive(id), name.clone(), insertions);
        }
        if let Some(make) = &at.make {
            let (args, end) = (at.generics.args(), at.range.end);
            let of = format!("{}{args}", at.name);
            let bridge = self.strategy.bridge(&at.cfg, &at.generics.params(""), &of, &at.generics.bounds);
            self.edit(file, Role::Bridge(id), name.clone(), vec![(end, bridge)]);
            self.edits.last_mut().expect("just added").on = false;
            if let Some(attribute) = self.strategy.container {
                let insertion = vec![(at.attributes_end, format!("\n{attribute}"))];
                self.edit(file, Role::Container(id), name.clone(), insertion);
                self.edits.last_mut().expect("just added").on = false;
            }
            if let Some(attribute) = self.strategy.field {
                for (index, field) in at.fields.iter().enumerate() {
                    let insertion = vec![(field.start, format!("{attribute} "))];
                    self.edit(file, Role::Field(id, index), name.clone(), insertion);
                    self.edits.last_mut().expect("just added").on = false;
                }
            }
            if !at.derives.is_empty() && !at.remote {
                let made = format!("\n{}{}", at.cfg, make_impl(&at, make));
                self.edit(file, Role::Make(id), name.clone(), vec![(end, made)]);
                let arguments: &[&str] =
                    if at.generics.has_types() { &["i32", "String", "::record_support::Object"] } else { &[""] };
                for argument in arguments {
                    let applied = format!("{}{}", at.name, at.generics.applied(argument));
                    let register = format!("\n{}::record_support::register!({applied}, {name:?});", at.cfg);
                    self.edit(file, Role::Values(id), name.clone(), vec![(end, register)]);
                }
            }
        }
        self.types.push(Typed { file, at });
    }

    /// Adds text to the end of a file.
    pub fn append(&mut self, file: usize, text: String) {
        let end = self.files[file].text.len();
        self.edit(file, Role::Runner, String::from("the runner"), vec![(end, text)]);
    }

    fn edit(&mut self, file: usize, role: Role, name: String, insertions: Vec<(usize, String)>) {
        self.edits.push(Edit { file, role, name, insertions, on: true, reason: None, failure: None });
    }

    /// Writes all files.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&mut self) -> std::io::Result<()> {
        for (index, file) in self.files.iter_mut().enumerate() {
            let mut insertions: Vec<(usize, usize, &str)> = self
                .edits
                .iter()
                .enumerate()
                .filter(|(_, edit)| edit.on && edit.file == index)
                .flat_map(|(id, edit)| edit.insertions.iter().map(move |(at, text)| (*at, id, text.as_str())))
                .collect();
            insertions.sort_by_key(|(at, id, _)| (*at, *id));
            let (mut written, mut from) = (String::new(), 0);
            file.inserted.clear();
            for (at, id, text) in insertions {
                written.push_str(&file.text[from..at]);
                file.inserted.push((written.len()..written.len() + text.len(), id));
                written.push_str(text);
                from = at;
            }
            written.push_str(&file.text[from..]);
            if written != file.written || !file.path.exists() {
                std::fs::write(&file.path, &written)?;
                file.written = written;
            }
        }
        Ok(())
    }

    /// Changes what the errors are about, and says whether anything was changed.
    ///
    /// Errors of a macro are handled alone, since what is behind them is missing for everything else; so is a type that
    /// others miss.
    pub fn settle(&mut self, errors: &[Diagnostic]) -> bool {
        let of_macros: Vec<&Diagnostic> = errors.iter().filter(|error| error.code.is_empty()).collect();
        for class in [of_macros, errors.iter().collect()] {
            let mut settled = BTreeSet::new();
            for error in class {
                self.settle_one(error, &mut settled);
            }
            if !settled.is_empty() {
                return true;
            }
        }
        false
    }

    fn settle_one(&mut self, error: &Diagnostic, settled: &mut BTreeSet<usize>) {
        let Some(blame) = self.blame(error) else { return };
        let words = format!(
            "{}{}",
            if error.code.is_empty() { String::new() } else { format!("{}: ", error.code) },
            error.message
        );
        match blame {
            Blame::Edit(id) => match self.edits[id].role {
                Role::Derive(of) | Role::Container(of) | Role::Field(of, _) => {
                    self.settle_type(of, error, &words, settled);
                }
                _ => {
                    self.take_back(id, &words);
                    settled.insert(id);
                }
            },
            Blame::Type(of) => self.settle_type(of, error, &words, settled),
        }
    }

    /// The smallest line that may help a type whose derive does not compile.
    fn settle_type(&mut self, of: usize, error: &Diagnostic, words: &str, settled: &mut BTreeSet<usize>) {
        let Some(derive) = self.find(Role::Derive(of)) else { return };
        if !self.edits[derive].on || settled.contains(&derive) {
            return;
        }
        if self.strategy.field.is_some() && error.code == "E0277" {
            let field = self.field(error, of);
            let name = missing_name(error);
            let bridge =
                name.and_then(|name| self.bridge_of(name, of)).or_else(|| self.bridge_by_name(name?, of, field?));
            let container = self.find(Role::Container(of));
            let attribute = field.and_then(|field| self.find(Role::Field(of, field)));
            for line in [bridge, container, attribute].into_iter().flatten() {
                // An insertion for another error of this round may help here, too.
                if settled.contains(&line) {
                    return;
                }
                if !self.edits[line].on && self.edits[line].failure.is_none() {
                    self.edits[line].on = true;
                    self.edits[line].reason = Some(error.message.clone());
                    settled.insert(line);
                    return;
                }
            }
        }
        self.take_back(derive, words);
        settled.insert(derive);
        for edit in &mut self.edits {
            match edit.role {
                Role::Container(other) | Role::Field(other, _) if other == of => edit.on = false,
                Role::Bridge(other) if other == of => edit.on = true,
                _ => {}
            }
        }
    }

    fn take_back(&mut self, id: usize, words: &str) {
        let edit = &mut self.edits[id];
        edit.on = false;
        edit.failure.get_or_insert_with(|| words.to_owned());
    }

    fn find(&self, role: Role) -> Option<usize> {
        self.edits.iter().position(|edit| edit.role == role)
    }

    /// The bridge of another type of the project, which has no derive of ours.
    fn bridge_of(&self, name: &str, of: usize) -> Option<usize> {
        let (missing, _) = self.types.iter().enumerate().find(|(id, typed)| {
            let has_derive = self.find(Role::Derive(*id)).is_some_and(|derive| self.edits[derive].on);
            *id != of && typed.at.name == name && !has_derive
        })?;
        self.find(Role::Bridge(missing))
    }

    /// A bridge of the type of this name that a field has, behind the field's own type: one for all fields.
    fn bridge_by_name(&mut self, name: &str, of: usize, field: usize) -> Option<usize> {
        let typed = &self.types[of];
        let named = source::part_named(&typed.at.field_types[field], name)?;
        // By whatever path, but with the arguments.
        let args = named.find('<').map_or("", |at| &named[at..]);
        let bare = format!("{name}{args}");
        let known = self.edits.iter().position(|edit| edit.role == Role::Named && edit.name == bare);
        if known.is_some() || self.types.iter().any(|typed| typed.at.name == name) {
            return known;
        }
        let line = self.strategy.bridge(&typed.at.cfg, "", &named, "");
        self.edit(typed.file, Role::Named, bare, vec![(typed.at.range.end, line)]);
        let added = self.edits.len() - 1;
        self.edits[added].on = false;
        Some(added)
    }

    /// The field that the error is about.
    fn field(&self, error: &Diagnostic, of: usize) -> Option<usize> {
        error.places.iter().filter_map(|place| self.original(place)).find_map(|(file, offset)| {
            let typed = &self.types[of];
            typed.at.fields.iter().position(|field| typed.file == file && field.contains(&offset))
        })
    }

    fn blame(&self, error: &Diagnostic) -> Option<Blame> {
        let inserted = |place: &Place| self.inserted(place).map(Blame::Edit);
        let typed = |place: &Place| self.typed(place).map(Blame::Type);
        let primary = || error.places.iter().filter(|place| place.is_primary);
        primary()
            .find_map(inserted)
            .or_else(|| primary().find_map(typed))
            .or_else(|| error.places.iter().find_map(inserted))
            .or_else(|| error.places.iter().find_map(typed))
    }

    /// The edit that wrote this place.
    fn inserted(&self, place: &Place) -> Option<usize> {
        let file = self.file(&place.file)?;
        let overlaps = |range: &Range<usize>| place.range.start < range.end && range.start < place.range.end;
        // An error of a long stretch of code is not the insertion's within.
        let is_within = |range: &Range<usize>| range.start <= place.range.start && place.range.end <= range.end;
        let inserted = &self.files[file].inserted;
        let within = inserted.iter().find(|(range, _)| is_within(range));
        within.or_else(|| inserted.iter().find(|(range, _)| overlaps(range) && place.is_primary)).map(|(_, id)| *id)
    }

    /// The innermost type with a derive around this place.
    fn typed(&self, place: &Place) -> Option<usize> {
        let (file, offset) = self.original(place)?;
        let around = self.types.iter().enumerate().filter(|(id, typed)| {
            typed.file == file && typed.at.range.contains(&offset) && self.find(Role::Derive(*id)).is_some()
        });
        around.min_by_key(|(_, typed)| typed.at.range.len()).map(|(id, _)| id)
    }

    /// The file, and the offset in its text before the insertions.
    fn original(&self, place: &Place) -> Option<(usize, usize)> {
        let file = self.file(&place.file)?;
        let before: usize = self.files[file]
            .inserted
            .iter()
            .take_while(|(range, _)| range.start < place.range.start)
            .map(|(range, _)| range.end.min(place.range.start) - range.start)
            .sum();
        Some((file, place.range.start - before))
    }

    fn file(&self, path: &Path) -> Option<usize> {
        self.files.iter().position(|file| file.path == path)
    }
}

/// The name, without path, of the type of which the error says that it cannot be written.
fn missing_name(error: &Diagnostic) -> Option<&str> {
    let of = error.message.split('`').nth(1)?;
    of.trim_start_matches(['&', '[']).split(['<', ';', ']', ' ']).next()?.rsplit("::").next()
}

/// The 1-based line of an offset.
fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// `impl Make for Type`, on one line.
fn make_impl(at: &TypeAt, make: &MakeText) -> String {
    let (params, args, bounds) =
        (at.generics.params("::record_support::Make"), at.generics.args(), &at.generics.bounds);
    let body = match make {
        MakeText::Struct(fields) => {
            format!("source.nested(|source| ::core::option::Option::Some({} {fields}))", at.name)
        }
        MakeText::Enum(variants) => {
            let arms = variants.iter().enumerate().map(|(index, (cfg, made))| {
                format!("{cfg}{index} => ::core::option::Option::Some({}::{made}), ", at.name)
            });
            format!(
                "source.variant({}, |index, source| match index {{ {}_ => ::core::option::Option::None }})",
                variants.len(),
                arms.collect::<String>()
            )
        }
    };
    format!(
        "#[allow(warnings)] impl<{params}> ::record_support::Make for {}{args} where {bounds} {{ \
         fn make(source: &mut ::record_support::Source) -> ::core::option::Option<Self> {{ {body} }} }}",
        at.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "#[derive(Serialize)]\nstruct A { a: Other }\n#[derive(Serialize)]\nstruct B { b: A }\n";

    /// A patch of `TEXT`, written to a file.
    fn patch(strategy: Strategy) -> Patch {
        let mut patched = Patch::new(strategy);
        let name = format!("record-patch-{}-{}", std::process::id(), strategy.field.is_some());
        patched.add(std::env::temp_dir().join(name), "a.rs", String::from(TEXT), source::read(TEXT).unwrap());
        patched.write().unwrap();
        patched
    }

    /// An error at the first `what` in the file as written.
    fn error(patch: &Patch, code: &str, message: &str, what: &str) -> Diagnostic {
        let file = &patch.files[0];
        let start = file.written.find(what).unwrap();
        let range = start..start + what.len();
        let place = Place { file: file.path.clone(), range, line: 1, is_primary: true };
        let (message, words) = (String::from(message), String::new());
        Diagnostic { code: String::from(code), message, words, places: vec![place], target: String::new() }
    }

    fn on(patch: &Patch) -> Vec<Role> {
        let lines = |role: &Role| !matches!(role, Role::Make(_) | Role::Values(_));
        patch.edits.iter().filter(|edit| edit.on).map(|edit| edit.role).filter(lines).collect()
    }

    #[test]
    fn an_error_takes_back_its_own_type_alone() {
        let mut patch = patch(DERIVE_ALONE);
        assert_eq!(on(&patch), [Role::Derive(0), Role::Derive(1)]);
        let at_field = error(&patch, "E0277", "`Other` cannot be written as JSON", "Other }");
        assert!(patch.settle(&[at_field]));
        assert_eq!(on(&patch), [Role::Bridge(0), Role::Derive(1)]);
        patch.write().unwrap();
        assert!(patch.files[0].written.contains("struct A { a: Other }\n::record_runtime::bridge!(impl<> A where );"));
        std::fs::remove_file(&patch.files[0].path).unwrap();
    }

    #[test]
    fn the_fewest_lines_are_tried_first() {
        let mut patch = patch(MIGRATION);
        let mut tried = Vec::new();
        for _ in 0..4 {
            let at_field =
                error(&patch, "E0277", "a field of the type `&x::Other` cannot be written as JSON", "Other }");
            assert!(patch.settle(&[at_field.clone(), at_field]));
            tried.push(on(&patch).into_iter().find(|role| !matches!(role, Role::Derive(_))).unwrap());
            patch.write().unwrap();
            // A bridge of another crate's type.
            if let Some(id) = patch.edits.iter().position(|edit| edit.on && edit.role == Role::Named) {
                patch.take_back(id, "E0117");
                patch.write().unwrap();
            }
        }
        assert_eq!(tried, [Role::Named, Role::Container(0), Role::Container(0), Role::Bridge(0)]);
        assert_eq!(on(&patch), [Role::Bridge(0), Role::Derive(1)]);
        std::fs::remove_file(&patch.files[0].path).unwrap();
    }
}
