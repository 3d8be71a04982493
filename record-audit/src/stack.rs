//! Call stacks of allocations: addresses when they are taken, names when somebody looks.

/// Where memory was allocated that is still alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Bytes of the sampled blocks that were allocated there.
    pub bytes: u64,
    /// How many such blocks.
    pub blocks: u64,
    /// The functions, innermost first, as `name at file:line` as far as known, without the allocator and the standard
    /// collections that asked it.
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
    let mut sites: Vec<Site> =
        sites.into_iter().map(|(frames, (bytes, blocks))| Site { bytes, blocks, frames: names(frames) }).collect();
    sites.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.frames.cmp(&b.frames)));
    sites
}

#[cfg(feature = "backtrace")]
fn names(addresses: &[usize]) -> Vec<String> {
    let mut names = Vec::new();
    for &address in addresses {
        // A return address is behind its call.
        backtrace::resolve(std::ptr::without_provenance_mut(address.wrapping_sub(1)), |symbol| {
            let Some(name) = symbol.name() else { return };
            let place = symbol
                .filename()
                .and_then(|file| file.to_str())
                .zip(symbol.lineno())
                .map(|(file, line)| format!(" at {file}:{line}"));
            names.push(format!("{name:#}{}", place.unwrap_or_default()));
        });
    }
    // The walk of the stack and the allocator come first, then what asked for the memory on somebody's behalf.
    let entry = names.iter().position(|name| name.contains("__rust_alloc") || name.contains("__rust_realloc"));
    let of_allocator = entry.map_or(0, |entry| entry + 1);
    let on_behalf = names[of_allocator..].iter().take_while(|name| is_on_behalf(name)).count();
    names.split_off(of_allocator + on_behalf)
}

#[cfg(feature = "backtrace")]
fn is_on_behalf(name: &str) -> bool {
    // Inlined functions have a short name; their file tells.
    if name.contains("/library/alloc/src/") {
        return true;
    }
    let name = name.split(" at ").next().unwrap_or(name);
    ["backtrace::", "record_audit::", "std::thread::local::", "alloc::", "hashbrown::"]
        .iter()
        .any(|module| name.trim_start_matches(['<', '&']).starts_with(module))
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
