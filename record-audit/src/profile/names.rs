//! The functions of call stacks, each address looked up once.

use std::collections::HashMap;

use crate::stack::{self, Function};

#[derive(Default)]
pub(super) struct Names {
    known: HashMap<usize, Vec<Function>>,
}

/// The functions at an address of a stack.
pub(super) struct Found {
    pub(super) address: usize,
    /// How many of the functions there are left out: they did not ask for the memory but on behalf of others.
    pub(super) left_out: usize,
    /// Those that were inlined first. None where no debug information tells.
    pub(super) functions: Vec<Function>,
}

impl Names {
    /// The stack from the function on that asked for the memory.
    pub(super) fn of(&mut self, addresses: &[usize]) -> Vec<Found> {
        let at = |address: &usize| {
            let functions = self.known.entry(*address).or_insert_with(|| stack::functions(*address));
            (*address, functions.clone())
        };
        let all: Vec<(usize, Vec<Function>)> = addresses.iter().map(at).collect();
        let functions: Vec<Function> = all.iter().flat_map(|(_, functions)| functions).cloned().collect();
        let mut to_leave_out = stack::asked_for_memory(&functions);
        let mut found = Vec::new();
        for (address, mut functions) in all {
            let left_out = to_leave_out.min(functions.len());
            to_leave_out -= left_out;
            let is_known = !functions.is_empty();
            functions.drain(..left_out);
            if !functions.is_empty() || (!is_known && to_leave_out == 0) {
                found.push(Found { address, left_out, functions });
            }
        }
        found
    }
}
