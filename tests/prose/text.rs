//! Prose out of a file: the paragraphs of Markdown or of comments, their sentences, their words.

/// A paragraph, an item of a list, or a cell of a table.
#[derive(Debug, PartialEq)]
pub(crate) struct Passage {
    pub(crate) line: usize,
    pub(crate) text: String,
    /// Cells are lists rather than sentences.
    pub(crate) is_cell: bool,
}

/// The passages of a file of Rust (of its comments) or of Markdown, without blocks of code.
pub(crate) fn passages(text: &str, is_rust: bool) -> Vec<Passage> {
    let mut found = Vec::new();
    let mut open: Option<Passage> = None;
    let (mut mark, mut is_code) = ("", false);
    for (line, text) in (1..).zip(text.lines()) {
        let content = if is_rust {
            let Some((of_line, content)) = comment(text) else {
                found.extend(open.take());
                (mark, is_code) = ("", false);
                continue;
            };
            if of_line != mark {
                found.extend(open.take());
                mark = of_line;
            }
            content
        } else {
            text
        };
        let content = content.trim();
        if content.starts_with("```") {
            is_code = !is_code;
            found.extend(open.take());
        } else if is_code {
        } else if content.is_empty() || content.starts_with('#') || content.starts_with('<') {
            found.extend(open.take());
        } else if content.starts_with('|') {
            found.extend(open.take());
            let cells = content.split('|').map(str::trim).filter(|cell| !cell.is_empty());
            found.extend(cells.map(|cell| Passage { line, text: cell.to_owned(), is_cell: true }));
        } else if let Some(item) = item(content) {
            found.extend(open.replace(Passage { line, text: item.to_owned(), is_cell: false }));
        } else {
            match &mut open {
                Some(passage) => {
                    passage.text.push(' ');
                    passage.text.push_str(content);
                }
                None => open = Some(Passage { line, text: content.to_owned(), is_cell: false }),
            }
        }
    }
    found.extend(open);
    found
}

/// The kind of a line's comment, and its text.
fn comment(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    ["//!", "///", "//"].into_iter().find_map(|mark| Some((mark, line.strip_prefix(mark)?)))
}

/// The text of an item of a list.
fn item(content: &str) -> Option<&str> {
    let bullet = content.strip_prefix("- ").or_else(|| content.strip_prefix("* "));
    bullet.or_else(|| {
        let rest = content.trim_start_matches(|letter: char| letter.is_ascii_digit());
        if rest.len() == content.len() { None } else { rest.strip_prefix(". ") }
    })
}

/// The sentences of a passage: each ends behind a full stop, a question or an exclamation mark in front of a space.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut end, mut is_code) = (0, false, false);
    for (at, letter) in text.char_indices() {
        is_code ^= letter == '`';
        if is_code {
            continue;
        }
        match letter {
            '.' | '!' | '?' => end = true,
            '"' | '”' | ')' | '*' | '`' => {}
            _ if letter.is_whitespace() => {
                if end {
                    found.push(&text[start..at]);
                    start = at;
                }
                end = false;
            }
            _ => end = false,
        }
    }
    found.push(&text[start..]);
    found.into_iter().map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

/// The words of a sentence; code in backticks is one.
pub(crate) fn words(sentence: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    sentence
        .split(move |letter: char| {
            is_code ^= letter == '`';
            letter.is_whitespace() && !is_code
        })
        .filter(|word| word.contains(char::is_alphanumeric))
}

/// Whether three "of" follow each other, each up to three words behind the last, without a comma or the like between.
pub(crate) fn has_chain(sentence: &str) -> bool {
    let (mut links, mut since) = (0, 0);
    for word in words(sentence) {
        since += 1;
        if word == "of" {
            links = if since <= 4 { links + 1 } else { 1 };
            since = 0;
            if links == 3 {
                return true;
            }
        } else if word.ends_with([',', ';', ':', ')', '.']) || word.starts_with('(') {
            links = 0;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{has_chain, passages, sentences, words};

    #[test]
    fn chains_have_three_links() {
        assert!(has_chain("The sum of the slices of one piece of work."));
        assert!(!has_chain("The sum of the slices of work."));
        assert!(!has_chain("The sum of slices, of pieces, of work of theirs."));
        assert!(!has_chain("The sum of all that was ever made by any thread of the process, and of work of theirs."));
    }

    fn texts(text: &str, is_rust: bool) -> Vec<String> {
        passages(text, is_rust).into_iter().map(|passage| passage.text).collect()
    }

    #[test]
    fn comments_are_joined_and_code_is_left_out() {
        let rust = "//! A head\n//! of two lines.\n\n/// One.\n/// ```\n/// code\n/// ```\n/// - an item\n///   of two lines\n\
                    /// | a | b |\nfn f() { // no comment of its own line\n    // Inside.\n}\n";
        let expected = ["A head of two lines.", "One.", "an item of two lines", "a", "b", "Inside."];
        assert_eq!(texts(rust, true), expected);
        assert_eq!(texts("# Head\n\nText\nof two.\n\n1. First\n", false), ["Text of two.", "First"]);
    }

    #[test]
    fn full_stops_in_code_and_numbers_end_nothing() {
        let text = "It takes 1.5 s in `a. b`. Then (why?) \"it ends.\" Last";
        assert_eq!(sentences(text), ["It takes 1.5 s in `a. b`.", "Then (why?)", "\"it ends.\"", "Last"]);
        assert_eq!(words("it has `a b c` – and 3").collect::<Vec<_>>(), ["it", "has", "`a b c`", "and", "3"]);
    }
}
