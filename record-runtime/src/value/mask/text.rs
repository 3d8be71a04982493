//! The text of a mask: `id,user(name,address/city)`, as Google's partial responses have it.
//!
//! ```text
//! list = item *( "," item )
//! item = "*" / name [ "/" item / "(" list ")" ]
//! ```
//!
//! A name ends at the next comma, parenthesis or slash, and has no spaces around it. Names that are repeated are one:
//! `a(b),a/c` is `a(b,c)`.

use alloc::vec::Vec;

use super::error::{Expected, MaskError, Problem};
use super::options::MaskOptions;

/// A name, and what the mask says of the fields below it. The first one is the value itself.
#[derive(Debug, Default)]
pub(super) struct Node<'t> {
    pub(super) name: &'t str,
    /// Its place in the text, in bytes.
    pub(super) at: usize,
    /// Everything below it is selected.
    pub(super) whole: bool,
    pub(super) parent: usize,
    pub(super) children: Vec<usize>,
}

/// Reads a text.
pub(super) fn parse<'t>(text: &'t str, options: &MaskOptions) -> Result<Vec<Node<'t>>, MaskError> {
    if text.len() > options.max_len {
        // A place between characters, as all others.
        let at = (0..=options.max_len).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        return Err(MaskError::new(at, Problem::TooLong(options.max_len)));
    }
    let mut parser = Parser { text, at: 0, names: 0, options, nodes: Vec::from([Node::default()]) };
    parser.list(0, 0)?;
    match parser.next() {
        None => Ok(parser.nodes),
        Some(_) => Err(parser.expected(Expected::Comma)),
    }
}

struct Parser<'t, 'o> {
    text: &'t str,
    at: usize,
    names: usize,
    options: &'o MaskOptions,
    nodes: Vec<Node<'t>>,
}

impl<'t> Parser<'t, '_> {
    /// The names between two parentheses, or of the whole text.
    fn list(&mut self, parent: usize, depth: usize) -> Result<(), MaskError> {
        self.item(parent, depth)?;
        while self.next() == Some(b',') {
            self.at += 1;
            self.item(parent, depth)?;
        }
        Ok(())
    }

    fn item(&mut self, parent: usize, depth: usize) -> Result<(), MaskError> {
        let (name, at) = self.name();
        if name.is_empty() {
            return Err(MaskError::new(at, Problem::Expected(Expected::Name)));
        }
        if name == "*" {
            self.nodes[parent].whole = true;
            // Nothing may follow it but another item.
            return if matches!(self.next(), Some(b'/' | b'(')) { Err(self.expected(Expected::Comma)) } else { Ok(()) };
        }
        self.names += 1;
        if self.names > self.options.max_names {
            return Err(MaskError::new(at, Problem::TooMany(self.options.max_names)));
        }
        if depth >= self.options.max_depth {
            return Err(MaskError::new(at, Problem::TooDeep(self.options.max_depth)));
        }
        let child = self.child(parent, name, at);
        match self.next() {
            Some(b'/') => {
                self.at += 1;
                self.item(child, depth + 1)
            }
            Some(b'(') => {
                self.at += 1;
                self.list(child, depth + 1)?;
                if self.next() != Some(b')') {
                    return Err(self.expected(Expected::CommaOrEnd));
                }
                self.at += 1;
                match self.next() {
                    None | Some(b',' | b')') => Ok(()),
                    Some(_) => Err(self.expected(Expected::Comma)),
                }
            }
            _ => {
                self.nodes[child].whole = true;
                Ok(())
            }
        }
    }

    /// The text up to the next comma, parenthesis or slash, without the spaces around it.
    fn name(&mut self) -> (&'t str, usize) {
        self.next();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let len = rest.find([',', '(', ')', '/']).unwrap_or(rest.len());
        let (name, at) = (rest.get(..len).unwrap_or_default().trim_end_matches(' '), self.at);
        self.at += len;
        (name, at)
    }

    /// The name below another one, which may have stood there before.
    fn child(&mut self, parent: usize, name: &'t str, at: usize) -> usize {
        let same = |child: &&usize| self.nodes[**child].name == name;
        if let Some(child) = self.nodes[parent].children.iter().find(same) {
            return *child;
        }
        let child = self.nodes.len();
        self.nodes.push(Node { name, at, parent, ..Node::default() });
        self.nodes[parent].children.push(child);
        child
    }

    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
        self.at += spaces;
        rest.get(spaces).copied()
    }

    fn expected(&self, expected: Expected) -> MaskError {
        MaskError::new(self.at, Problem::Expected(expected))
    }
}
