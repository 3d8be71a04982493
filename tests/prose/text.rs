//! Prose out of a file: the paragraphs of Markdown or of comments, messages in string literals, their sentences, their
//! words.

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

/// The messages of a program: its string literals of several words, of Rust or JavaScript. A template's `${…}` counts as
/// one word, and its own literals are read, too.
pub(crate) fn messages(program: &str, first_line: usize) -> Vec<Passage> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (program, first_line);
    while let Some(at) = rest.find(['"', '`', '\n', '/', '\'']) {
        let (mark, after) = (&rest[at..=at], &rest[at + 1..]);
        rest = after;
        match mark {
            "\n" => line += 1,
            "/" if after.starts_with('/') => rest = &after[after.find('\n').unwrap_or(after.len())..],
            "'" if after.starts_with("\"'") => rest = &after[2..],
            "\"" | "`" => {
                let (text, end) = literal(after, mark, line, &mut found);
                if text.trim().contains(' ') {
                    found.push(Passage { line, text, is_cell: false });
                }
                line += after[..end].matches('\n').count();
                rest = &after[end..];
            }
            _ => {}
        }
    }
    found
}

/// The text of a literal behind its first mark, and where it ends.
fn literal(after: &str, mark: &str, line: usize, inner: &mut Vec<Passage>) -> (String, usize) {
    let (mut text, mut at) = (String::new(), 0);
    while let Some(letter) = after[at..].chars().next() {
        if after[at..].starts_with(mark) {
            return (text, at + 1);
        }
        at += letter.len_utf8();
        if letter == '\\' {
            let escaped = after[at..].chars().next().unwrap_or(' ');
            at += escaped.len_utf8();
            match escaped {
                '\n' => at += after[at..].len() - after[at..].trim_start().len(),
                'n' => text.push(' '),
                _ => text.push(escaped),
            }
        } else if mark == "`" && letter == '$' && after[at..].starts_with('{') {
            let end = at + closing(&after[at..]);
            inner.extend(messages(&after[at..end], line));
            text.push('N');
            at = end;
        } else {
            text.push(letter);
        }
    }
    panic!("line {line}: a literal without an end");
}

/// The length of what the brace at the beginning encloses, both included.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The texts of a page: of its elements, and the messages of its script.
pub(crate) fn texts_of_page(page: &str) -> Vec<Passage> {
    let line_of = |at: usize| 1 + page[..at].matches('\n').count();
    let (_, body) = page.split_once("</style>").expect("a style");
    let (elements, script) = body.split_once("<script>").expect("a script");
    let start = |part: &str| part.as_ptr() as usize - page.as_ptr() as usize;
    let mut found = messages(script, line_of(start(script)));
    let texts = elements.split('>').filter_map(|part| part.split('<').next()).filter(|text| text.trim().contains(' '));
    found.extend(texts.map(|text| Passage {
        line: line_of(start(text)),
        text: text.trim().to_owned(),
        is_cell: false,
    }));
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
    use super::{Passage, has_chain, messages, passages, sentences, texts_of_page, words};

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

    #[test]
    fn messages_are_literals_of_several_words() {
        let rust = "let a = \"one\"; // \"in a comment\"\nlet b = '\"'; f(\"two \\\"words\\\" \\\n    joined\");\ng(\"of line four\")";
        let expected = [(2, "two \"words\" joined"), (4, "of line four")];
        let passage = |(line, text): (usize, &str)| Passage { line, text: text.to_owned(), is_cell: false };
        assert_eq!(messages(rust, 1), expected.map(passage));
        let script = "x = `about ${n == 1 ? \"a single block\" : `${n} blocks`} here`;";
        let expected = [(1, "a single block"), (1, "N blocks"), (1, "about N here")];
        assert_eq!(messages(script, 1), expected.map(passage));
    }

    #[test]
    fn a_page_has_elements_and_a_script() {
        let page = "<style>a b</style>\n<p id=\"x\">Of this page.</p>\n<script>\nf(\"of the script\");\n</script>";
        let texts: Vec<_> = texts_of_page(page).into_iter().map(|passage| (passage.line, passage.text)).collect();
        assert_eq!(texts, [(4, String::from("of the script")), (2, String::from("Of this page."))]);
    }
}
