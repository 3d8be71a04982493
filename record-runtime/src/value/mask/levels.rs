//! From names to bits: the levels of a mask for a type.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::{MaskError, Problem};
use super::names::{Fields, Name, Place};
use super::text::Node;
use crate::cursor::mask::{Level, Levels, PART_FIELDS, Part, WHOLE};

/// The most fields, over all levels: as many as a mask has memory for, four bytes each.
const MAX_FIELDS: usize = 1 << 16;

/// The levels of a text for a type's fields. `None` where everything is selected.
pub(super) fn of(fields: Fields, nodes: &[Node<'_>], ignore_unknown: bool) -> Result<Option<Levels>, MaskError> {
    let mut maker = Maker {
        nodes,
        known: nodes.iter().map(|_| Known::No).collect(),
        parts: Vec::new(),
        nested: Vec::new(),
        made: BTreeMap::new(),
    };
    maker.select(fields, 0)?;
    if !ignore_unknown {
        maker.check()?;
    }
    let whole = nodes.first().is_some_and(|root| root.whole);
    Ok((!whole).then(|| Levels { parts: maker.parts.into(), nested: maker.nested.into() }))
}

struct Maker<'n, 't> {
    nodes: &'n [Node<'t>],
    /// Whether each node was found.
    known: Vec<Known>,
    parts: Vec<Part>,
    nested: Vec<Level>,
    /// The levels that are there or under way, by the place of their names and the node. A type may lead back to itself,
    /// also without a name in between; and the same type may stand in each of many variants.
    made: BTreeMap<(usize, usize), Level>,
}

/// Whether a type has a field of this name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    No,
    Field,
    /// A field that has fields itself.
    WithFields,
}

impl Maker<'_, '_> {
    /// The level of values with these fields, at a node.
    fn select(&mut self, fields: Fields, node: usize) -> Result<Level, MaskError> {
        let key = (address(fields), node);
        if let Some(level) = self.made.get(&key) {
            return Ok(*level);
        }
        let too_large = MaskError::new(self.nodes[node].at, Problem::TooLarge);
        let first = self.parts.len();
        let level = Level::try_from(first).map_err(|_| too_large.clone())?;
        self.made.insert(key, level);
        for part in fields.parts {
            let nested = u32::try_from(self.nested.len()).map_err(|_| too_large.clone())?;
            self.parts.push(Part { bits: 0, nested });
            self.nested.extend(part.iter().map(|_| WHOLE));
            if self.nested.len() > MAX_FIELDS {
                return Err(too_large);
            }
        }
        for (at, part) in fields.parts.iter().enumerate() {
            for (field, name) in part.iter().enumerate().take(PART_FIELDS) {
                let (is_written, level) = self.field(name, node)?;
                let part = &mut self.parts[first + at];
                part.bits |= u64::from(is_written) << field;
                self.nested[part.nested as usize + field] = level;
            }
        }
        Ok(level)
    }

    /// Whether a field is written, and the level of its value.
    fn field(&mut self, name: &Name, node: usize) -> Result<(bool, Level), MaskError> {
        if let Place::Key(key) = name.place {
            let Some(child) = self.child(node, key) else { return Ok((false, WHOLE)) };
            return Ok((true, self.below((name.fields)(), child)?));
        }
        let (inner, is_content) = ((name.fields)(), matches!(name.place, Place::Content));
        // Flattened entries whose keys are data are there with everything else, or not at all.
        if inner.is_none() || (inner.in_entries && !is_content) {
            return Ok((is_content, WHOLE));
        }
        let is_written = is_content || self.names_any(inner, node, &mut Vec::new());
        Ok((is_written, self.select(inner, node)?))
    }

    /// Whether one of the names at a node is a field's. `seen` has the fields that were looked through.
    fn names_any(&self, fields: Fields, node: usize, seen: &mut Vec<usize>) -> bool {
        if seen.contains(&address(fields)) {
            return false;
        }
        seen.push(address(fields));
        let mut names = fields.parts.iter().copied().flatten();
        names.any(|name| match name.place {
            Place::Key(key) => self.child(node, key).is_some(),
            Place::Flattened | Place::Content => {
                let inner = (name.fields)();
                let is_here = !inner.in_entries || matches!(name.place, Place::Content);
                is_here && self.names_any(inner, node, seen)
            }
        })
    }

    /// The level of a field's value.
    fn below(&mut self, fields: Fields, node: usize) -> Result<Level, MaskError> {
        let known = if fields.is_none() { Known::Field } else { Known::WithFields };
        self.known[node] = self.known[node].max(known);
        let Node { whole, children, .. } = &self.nodes[node];
        if fields.is_none() || children.is_empty() {
            return Ok(WHOLE);
        }
        // Also where everything is selected, since names are checked.
        let level = self.select(fields, node)?;
        Ok(if *whole { WHOLE } else { level })
    }

    fn child(&self, node: usize, name: &str) -> Option<usize> {
        self.nodes[node].children.iter().copied().find(|child| self.nodes[*child].name == name)
    }

    /// Reports the first name that means nothing.
    fn check(&self) -> Result<(), MaskError> {
        for (at, node) in self.nodes.iter().enumerate().skip(1) {
            let problem = match self.known[at] {
                Known::No => Problem::Unknown(self.path(at)),
                Known::Field if !node.children.is_empty() => Problem::NoFields(self.path(at)),
                Known::Field | Known::WithFields => continue,
            };
            return Err(MaskError::new(node.at, problem));
        }
        Ok(())
    }

    /// `user/name`
    fn path(&self, mut node: usize) -> String {
        let mut path = String::from(self.nodes[node].name);
        loop {
            node = self.nodes[node].parent;
            if node == 0 {
                return path;
            }
            path.insert(0, '/');
            path.insert_str(0, self.nodes[node].name);
        }
    }
}

/// Tells the fields of one type from those of another; the same ones may have several.
fn address(fields: Fields) -> usize {
    fields.parts.as_ptr().addr()
}
