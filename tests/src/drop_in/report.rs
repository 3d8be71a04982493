//! The outcome of a scratch project's comparisons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::patch::{Patch, Role};

/// A comparison that was not equal.
#[derive(Debug)]
pub struct Difference {
    pub site: String,
    pub type_name: String,
    pub ours: String,
    pub theirs: String,
}

/// All comparisons of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    pub equal: usize,
    /// Both refuse the value, with the same words.
    pub equal_errors: usize,
    /// Both refuse the value.
    pub other_messages: Vec<Difference>,
    pub different: Vec<Difference>,
    /// Values of types without `ZeroAllocJson`, or of which nothing is known where they are written.
    pub only_serde: Vec<Difference>,
    /// Likewise, and `serde_json` refuses them when it runs.
    pub only_serde_refused: usize,
    pub sites: BTreeSet<String>,
}

impl Outcome {
    /// Reads the lines that the comparisons appended to a file.
    ///
    /// # Errors
    /// The file cannot be read, or a line in it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut outcome = Self::default();
        for line in text.lines() {
            let (site, type_name, verdict, ours, theirs): (String, String, String, String, String) =
                serde_json::from_str(line).map_err(|error| format!("{}: {error}: {line}", path.display()))?;
            let difference = || Difference { site: site.clone(), type_name: type_name.clone(), ours, theirs };
            match verdict.as_str() {
                "equal" => outcome.equal += 1,
                "equal error" => outcome.equal_errors += 1,
                "other message" => outcome.other_messages.push(difference()),
                "different" => outcome.different.push(difference()),
                "only serde" => outcome.only_serde.push(difference()),
                _ => outcome.only_serde_refused += 1,
            }
            outcome.sites.insert(site);
        }
        Ok(outcome)
    }

    /// Prints the numbers, and each kind of difference once, with its shortest example.
    pub fn print(&self) {
        println!("values equal           {}", self.equal);
        println!("both refuse, same words {}", self.equal_errors);
        println!("both refuse, other words {}", self.other_messages.len());
        println!("values different       {}", self.different.len());
        println!("only serde has a writer {}", self.only_serde.len());
        println!("likewise, and refuses   {}", self.only_serde_refused);
        print_shortest("different", &self.different);
        print_shortest("other words", &self.other_messages);
        print_shortest("only serde", &self.only_serde);
    }
}

fn print_shortest(title: &str, differences: &[Difference]) {
    let mut by_type: BTreeMap<&str, (usize, &Difference)> = BTreeMap::new();
    for difference in differences {
        let base = difference.type_name.trim_start_matches('&').split('<').next().unwrap_or_default();
        let entry = by_type.entry(base).or_insert((0, difference));
        entry.0 += 1;
        if difference.ours.len() + difference.theirs.len() < entry.1.ours.len() + entry.1.theirs.len() {
            entry.1 = difference;
        }
    }
    for (type_name, (count, shortest)) in by_type {
        println!("\n{title}: {type_name}, {count} values, at {}", shortest.site);
        println!("  ours   {}", shortest.ours);
        println!("  theirs {}", shortest.theirs);
    }
}

/// The outcome for each type that derives `Serialize`.
#[derive(Debug, Default)]
pub struct Types<'a> {
    pub all: usize,
    pub in_macros: usize,
    pub as_they_are: usize,
    /// With the compiler's first line.
    pub failed: Vec<(&'a str, &'a str)>,
    pub without_values: Vec<&'a str>,
}

impl<'a> Types<'a> {
    #[must_use]
    pub fn new(patch: &'a Patch) -> Self {
        let mut types = Self::default();
        for edit in &patch.edits {
            let Role::Derive(of) = edit.role else { continue };
            types.all += 1;
            types.in_macros += usize::from(patch.types[of].at.in_macro);
            match &edit.failure {
                Some(failure) => types.failed.push((&edit.name, failure)),
                None => types.as_they_are += 1,
            }
        }
        types
    }

    pub fn print(&self) {
        println!("types                  {} ({} definitions in macros)", self.all, self.in_macros);
        println!("compiling              {}", self.as_they_are);
        println!("not compiling          {}", self.failed.len());
        for (name, failure) in &self.failed {
            println!("  {name}: {failure}");
        }
    }
}

/// Lists all that was taken back, and why.
#[must_use]
pub fn taken_back(patch: &Patch) -> String {
    let lines = patch.edits.iter().filter_map(|edit| {
        let failure = edit.failure.as_ref()?;
        Some(format!("{} of {}: {failure}\n", words_of(edit.role), edit.name))
    });
    lines.collect()
}

#[must_use]
pub fn words_of(role: Role) -> &'static str {
    match role {
        Role::Derive(_) => "the derive",
        Role::Bridge(_) | Role::HandWritten | Role::Named => "the bridge",
        Role::Container(_) => "the type's attribute",
        Role::Field(..) => "the field's attribute",
        Role::Make(_) => "the maker of values",
        Role::Values(_) => "the comparison of values",
        Role::Compare => "a comparison",
        Role::Helper => "the bound",
        Role::Runner => "the runner",
    }
}
