//! Call stacks of allocations: addresses when they are taken, names when somebody looks.
//!
//! Its `unsafe` is the walk of the stack without a lock.

/// Where memory was allocated that is still alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Bytes that are alive and were allocated there. With sampling it is an estimate: the bytes of all sites add up to
    /// about all that is alive.
    pub bytes: u64,
    /// In how many blocks, by estimate.
    pub blocks: u64,
    /// The functions, innermost first, as `name at file:line` as far as known, without the allocator and the standard
    /// collections that asked it.
    pub frames: Vec<String>,
}

/// More are cut off at the outer end. None without the crate feature `backtrace`.
pub(crate) const MAX_FRAMES: usize = if cfg!(feature = "backtrace") { 48 } else { 0 };

/// The return addresses of a call stack.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Stack {
    frames: [usize; MAX_FRAMES],
    len: usize,
}

impl Stack {
    const EMPTY: Self = Self { frames: [0; MAX_FRAMES], len: 0 };

    /// Of at most [`MAX_FRAMES`].
    pub(crate) fn of(frames: impl Iterator<Item = usize>) -> Self {
        let mut stack = Self::EMPTY;
        for (place, frame) in stack.frames.iter_mut().zip(frames) {
            *place = frame;
            stack.len += 1;
        }
        stack
    }

    pub(crate) fn frames(&self) -> &[usize] {
        &self.frames[..self.len]
    }

    /// The caller's stack. Takes no lock and allocates nothing by itself.
    pub(crate) fn capture() -> Self {
        #[cfg_attr(not(feature = "backtrace"), expect(unused_mut, reason = "nothing walks"))]
        let mut stack = Self::EMPTY;
        #[cfg(feature = "backtrace")]
        walk(|frame| {
            stack.frames[stack.len] = frame;
            stack.len += 1;
            stack.len < MAX_FRAMES
        });
        stack
    }
}

/// Walks the caller's stack, as long as `more` says so.
#[cfg(all(feature = "backtrace", not(windows)))]
fn walk(mut more: impl FnMut(usize) -> bool) {
    // SAFETY: `trace_unsynchronized` asks for synchronization for the sake of Windows' debugging library. Elsewhere the walk
    // is that of the unwinder, which any number of threads may use at a time. The crate's own lock must not be taken here.
    // Looking up names under it allocates, and that allocator may be waiting for this walk.
    unsafe {
        backtrace::trace_unsynchronized(|frame| more(frame.ip().addr()));
    }
}

/// Walks the caller's stack, as long as `more` says so.
#[cfg(all(feature = "backtrace", windows))]
fn walk(mut more: impl FnMut(usize) -> bool) {
    backtrace::trace(|frame| more(frame.ip().addr()));
}

/// Living blocks that were allocated from one stack, by estimate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    pub(crate) bytes: f64,
    pub(crate) blocks: f64,
}

/// The stacks by name, most bytes first.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sums of sizes; `as` saturates")]
pub(crate) fn sites(stacks: &[(Stack, Sum)]) -> Vec<Site> {
    let mut sites: Vec<Site> = stacks
        .iter()
        .map(|(stack, sum)| Site {
            bytes: sum.bytes.round() as u64,
            blocks: sum.blocks.round() as u64,
            frames: names(stack.frames()),
        })
        .collect();
    sites.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.frames.cmp(&b.frames)));
    sites
}

/// A function on a call stack, by what debug information tells.
#[cfg(feature = "backtrace")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The file and the line of the call.
    pub(crate) place: Option<(String, u32)>,
}

#[cfg(feature = "backtrace")]
impl std::fmt::Display for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        self.place.as_ref().map_or(Ok(()), |(file, line)| write!(f, " at {file}:{line}"))
    }
}

#[cfg(feature = "backtrace")]
pub(crate) fn names(addresses: &[usize]) -> Vec<String> {
    let mut functions: Vec<Function> = addresses.iter().flat_map(|address| functions(*address)).collect();
    let asked = asked_for_memory(&functions);
    functions.drain(asked..).map(|function| function.to_string()).collect()
}

/// The functions at a return address: those that were inlined first.
#[cfg(feature = "backtrace")]
pub(crate) fn functions(address: usize) -> Vec<Function> {
    let mut functions = Vec::new();
    // A return address is behind its call.
    backtrace::resolve(std::ptr::without_provenance_mut(address.wrapping_sub(1)), |symbol| {
        let Some(name) = symbol.name() else { return };
        let file = symbol.filename().and_then(|file| file.to_str());
        let place = file.zip(symbol.lineno()).map(|(file, line)| (file.to_owned(), line));
        functions.push(Function { name: format!("{name:#}"), place });
    });
    functions
}

/// The first of a stack's functions that asked for the memory. The walk of the stack and the allocator come before, then
/// what asked on somebody's behalf.
#[cfg(feature = "backtrace")]
pub(crate) fn asked_for_memory(functions: &[Function]) -> usize {
    let is_entry =
        |function: &Function| function.name.contains("__rust_alloc") || function.name.contains("__rust_realloc");
    let of_allocator = functions.iter().position(is_entry).map_or(0, |entry| entry + 1);
    of_allocator + functions[of_allocator..].iter().take_while(|function| is_on_behalf(function)).count()
}

#[cfg(feature = "backtrace")]
fn is_on_behalf(function: &Function) -> bool {
    // Inlined functions have a short name; their file tells.
    if function.place.as_ref().is_some_and(|(file, _)| file.contains("/library/alloc/src/")) {
        return true;
    }
    ["backtrace::", "record_audit::", "std::thread::local::", "alloc::", "hashbrown::"]
        .iter()
        .any(|module| function.name.trim_start_matches(['<', '&']).starts_with(module))
}

#[cfg(not(feature = "backtrace"))]
fn names(_: &[usize]) -> Vec<String> {
    Vec::new()
}
