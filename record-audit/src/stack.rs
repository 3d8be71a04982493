//! Call stacks of allocations: addresses when they are taken, names when somebody looks.

/// Where memory was allocated that is still alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Bytes of the sampled blocks that were allocated there.
    pub bytes: u64,
    /// How many such blocks.
    pub blocks: u64,
    /// The functions, innermost first, as `name at file:line` as far as known. Those of the allocator are left out.
    pub frames: Vec<String>,
}

#[cfg(feature = "backtrace")]
const MAX_FRAMES: usize = 48;

/// The return addresses of a call stack.
#[derive(Clone)]
#[cfg(feature = "backtrace")]
pub(crate) struct Stack {
    frames: [usize; MAX_FRAMES],
    len: usize,
}

#[cfg(feature = "backtrace")]
impl Stack {
    /// The caller's stack. Allocates nothing by itself.
    pub(crate) fn capture() -> Self {
        let mut stack = Self { frames: [0; MAX_FRAMES], len: 0 };
        backtrace::trace(|frame| {
            stack.frames[stack.len] = frame.ip().addr();
            stack.len += 1;
            stack.len < MAX_FRAMES
        });
        stack
    }
}

/// The sampled blocks by where they were allocated, most bytes first.
#[cfg(feature = "backtrace")]
pub(crate) fn sites(blocks: &[(usize, Stack)]) -> Vec<Site> {
    let mut sites: std::collections::HashMap<&[usize], (u64, u64)> = std::collections::HashMap::new();
    for (size, stack) in blocks {
        let site = sites.entry(&stack.frames[..stack.len]).or_default();
        site.0 += *size as u64;
        site.1 += 1;
    }
    let mut sites: Vec<Site> = sites
        .into_iter()
        .map(|(frames, (bytes, blocks))| Site { bytes, blocks, frames: names(frames) })
        .collect();
    sites.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.frames.cmp(&b.frames)));
    sites
}

#[cfg(feature = "backtrace")]
fn names(addresses: &[usize]) -> Vec<String> {
    let mut names = Vec::new();
    for &address in addresses {
        backtrace::resolve(std::ptr::without_provenance_mut(address.wrapping_sub(1)), |symbol| {
            let Some(name) = symbol.name() else { return };
            let name = format!("{name:#}");
            if is_allocator(&name) {
                names.clear();
                return;
            }
            let place = symbol
                .filename()
                .and_then(|file| file.to_str())
                .zip(symbol.lineno())
                .map(|(file, line)| format!(" at {file}:{line}"));
            names.push(name + &place.unwrap_or_default());
        });
    }
    names
}

/// Frames between the request for memory and the table: everything up to the last of them says nothing.
#[cfg(feature = "backtrace")]
fn is_allocator(name: &str) -> bool {
    ["record_audit::allocator::", "record_audit::tracking::", "record_audit::stack::", "record_audit::counters::"]
        .iter()
        .any(|module| name.contains(module))
        || ["__rust_alloc", "__rustc", "alloc::alloc::", "alloc::raw_vec::"].iter().any(|part| name.contains(part))
}

#[derive(Clone)]
#[cfg(not(feature = "backtrace"))]
pub(crate) struct Stack;

#[cfg(not(feature = "backtrace"))]
impl Stack {
    pub(crate) fn capture() -> Self {
        Self
    }
}

#[cfg(not(feature = "backtrace"))]
pub(crate) fn sites(_: &[(usize, Stack)]) -> Vec<Site> {
    Vec::new()
}
