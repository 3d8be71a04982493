//! `unsafe`, as the sources have it. The table of the page `docs/unsafe.md` is theirs; `BLESS=1` rewrites it. The argument
//! of each block stands at the block.

#![forbid(unsafe_code)]

mod argument;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use self::argument::Grounds;

/// Of a `String`.
const WRITES: &str = "strings take everything";

const CRATES: [&str; 5] = ["record-audit", "record-derive", "record-http", "record-runtime", "record-tracing"];

/// The tools that watch the files below a path; the first that fits. A file that none fits is an error.
const WATCHES: [(&str, &str); 15] = [
    ("record-audit/src/allocator.rs", "fuzz `audit`; the audit's own allocators as seconds; its test under valgrind"),
    ("record-audit/src/kernel/system.rs", "the audit's suite, `kernel`; segments that are lost on purpose"),
    ("record-audit/src/stack.rs", "the audit's suite; its test under valgrind"),
    ("record-runtime/src/kernels/tests.rs", "test code: texts at the edges of pages that cannot be read"),
    ("record-runtime/src/kernels/string/tests.rs", "test code: texts at the edges of pages that cannot be read"),
    ("record-runtime/src/kernels/string/neon.rs", "the kernels' tests under emulation, by `.ci/cross`"),
    ("record-runtime/src/kernels/string/simd128.rs", "the kernels' tests in Node.js, by `.ci/cross`"),
    ("record-runtime/src/kernels/string", "fuzz `escape` on each backend; unreadable pages; AddressSanitizer"),
    ("record-runtime/src/kernels/integer", "fuzz `numbers` on each backend; suite `properties`; AddressSanitizer"),
    ("record-runtime/src/kernels/float", "fuzz `numbers` on each backend; suite `properties`; AddressSanitizer"),
    ("record-runtime/src/kernels", "fuzz `numbers` on each backend; AddressSanitizer"),
    (
        "record-runtime/src/sink",
        "fuzz `program`, `forms`; suite `foul_play`, `growth`; `hostile`; `alloc_error` under AddressSanitizer",
    ),
    (
        "record-runtime/src/cursor",
        "fuzz `program`, `forms`, `bridge`; suite `foul_play`, `interruptions`; `hostile`; AddressSanitizer",
    ),
    (
        "record-runtime/src/value",
        "fuzz `program`, `policies`; suite `growth` into every capacity; `hostile` `bounds`; AddressSanitizer",
    ),
    (
        "record-runtime/src/types",
        "fuzz `policies`, `numbers`; suite `growth` into every capacity; `hostile` `bounds`; AddressSanitizer",
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The blocks, and the functions, traits and implementations, that a source has.
fn count(source: &str) -> (usize, usize) {
    let code = || source.lines().map(|line| line.split("//").next().unwrap_or_default());
    let blocks = code().map(|line| line.matches("unsafe {").count()).sum();
    let others = ["unsafe fn ", "unsafe impl", "unsafe trait"];
    let contracts = code().map(|line| others.iter().map(|other| line.matches(other).count()).sum::<usize>()).sum();
    (blocks, contracts)
}

/// Whether a source takes, returns or holds positions: raw pointers to where a text goes on.
fn has_positions(source: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|next: char| next == '(' || next == '_' || next.is_alphanumeric());
    let code = || source.lines().map(|line| line.split("//").next().unwrap_or_default());
    code().any(|line| line.contains("*mut u8") || line.split(".position").skip(1).any(|rest| !goes_on(rest)))
}

/// The files without `unsafe` that move positions, a line each.
fn movers() -> String {
    let root = root();
    let mut files = Vec::new();
    sources(&root.join("record-runtime/src"), &mut files);
    files.sort();
    let mut text = String::new();
    for file in files {
        let source = fs::read_to_string(&file).expect("a source");
        if count(&source) == (0, 0) && has_positions(&source) {
            let path = file.strip_prefix(&root).expect("below the root").to_str().expect("UTF-8");
            assert!(
                path.starts_with("record-runtime/src/kernels/"),
                "{path}: lend a cursor instead (`Cursor::advance`)"
            );
            writeln!(text, "- `{path}`").expect(WRITES);
        }
    }
    text
}

fn table() -> String {
    let root = root();
    let mut text =
        String::from("| file | blocks | functions and implementations | watched by |\n| --- | --- | --- | --- |\n");
    let (mut all_blocks, mut all_contracts) = (0, 0);
    for name in CRATES {
        let mut files = Vec::new();
        sources(&root.join(name).join("src"), &mut files);
        files.sort();
        for file in files {
            let (blocks, contracts) = count(&fs::read_to_string(&file).expect("a source"));
            if blocks + contracts == 0 {
                continue;
            }
            let path = file.strip_prefix(&root).expect("below the root").to_str().expect("UTF-8").to_owned();
            let (_, watch) = WATCHES
                .iter()
                .find(|(prefix, _)| path.starts_with(prefix))
                .unwrap_or_else(|| panic!("nothing is said to watch {path}"));
            let watch = if path.ends_with("avx512.rs") {
                format!("{watch}; only where the CPU has AVX-512")
            } else {
                (*watch).to_owned()
            };
            writeln!(text, "| `{path}` | {blocks} | {contracts} | {watch} |").expect(WRITES);
            all_blocks += blocks;
            all_contracts += contracts;
        }
    }
    writeln!(text, "| all | {all_blocks} | {all_contracts} | |").expect(WRITES);
    text
}

#[test]
fn the_page_is_that_of_the_sources() {
    const END: &str = "<!-- end -->";
    let page = root().join("docs/unsafe.md");
    for (begin, part) in [("<!-- blocks -->\n", table()), ("<!-- positions -->\n", movers())] {
        let text = fs::read_to_string(&page).expect("the page");
        let (before, rest) = text.split_once(begin).expect("where the part begins");
        let (committed, after) = rest.split_once(END).expect("where it ends");
        if env::var_os("BLESS").is_some() {
            fs::write(&page, format!("{before}{begin}{part}{END}{after}")).expect("the page can be written");
            continue;
        }
        assert!(
            committed == part,
            "docs/unsafe.md is out of date: `BLESS=1 cargo test -p record-tests --test safety`\n{part}"
        );
    }
}

/// The numbered invariants of each crate.
const HEADS: [(&str, &str); 2] =
    [("record-audit", "record-audit/src/allocator.rs"), ("record-runtime", "record-runtime/src/sink/mod.rs")];

#[test]
fn each_block_has_its_argument() {
    let root = root();
    let mut files = Vec::new();
    for name in CRATES {
        sources(&root.join(name).join("src"), &mut files);
    }
    files.sort();
    let read = |path: &Path| fs::read_to_string(path).expect("a source");
    let mut grounds = Grounds::default();
    for file in &files {
        grounds.add(&read(file));
    }
    let (mut found, mut wrong) = (0, String::new());
    for file in files {
        let source = read(&file);
        let path = file.strip_prefix(&root).expect("below the root").to_str().expect("UTF-8");
        let head = HEADS.iter().find(|(name, _)| path.starts_with(name));
        let mut numbers = argument::invariants(&source);
        numbers.extend(head.into_iter().flat_map(|(_, head)| argument::invariants(&read(&root.join(head)))));
        let arguments = argument::arguments(&source, &numbers);
        found += arguments.len();
        for argument in arguments.into_iter().filter(|argument| !grounds.has(argument)) {
            writeln!(wrong, "{path}:{}: {}", argument.line, argument.text).expect(WRITES);
        }
    }
    assert!(found > 100, "the sources have more arguments than {found}");
    assert!(
        wrong.is_empty(),
        "name the invariant, the contract, the feature or the check (see `argument.rs`):\n{wrong}"
    );
}
