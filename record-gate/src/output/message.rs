//! A short message for a chat, in the shapes of incoming webhooks.

use std::fmt::Write;

use record_runtime::{ZeroAllocJson, to_vec};

use super::table;
use crate::check::Report;
use crate::config::Shape;

/// `WeCom` takes at most 4,096 bytes of Markdown, and other chats cut long messages too.
const LONGEST: usize = 3_800;

/// The failures of a check, the table, and the commits since the last pass.
pub(crate) fn failure(reports: &[Report], commit: &str) -> String {
    let mut text =
        format!("record-gate: the check of {} failed\n", if commit.is_empty() { "this tree" } else { commit });
    for line in reports.iter().flat_map(table::details) {
        let _ = writeln!(text, "{line}");
    }
    let _ = write!(text, "```\n{}```\n", table::table(reports));
    let mut commits: Vec<&String> = reports.iter().flat_map(|report| &report.commits).collect();
    commits.dedup();
    if !commits.is_empty() {
        text.push_str("commits since the last pass:\n");
        for commit in commits.iter().take(10) {
            let _ = writeln!(text, "- {commit}");
        }
        if commits.len() > 10 {
            let _ = writeln!(text, "- and {} more", commits.len() - 10);
        }
    }
    text
}

#[derive(ZeroAllocJson)]
struct Text<'t> {
    text: &'t str,
}

#[derive(ZeroAllocJson)]
struct Wecom<'t> {
    msgtype: &'static str,
    markdown: Content<'t>,
}

#[derive(ZeroAllocJson)]
struct Content<'t> {
    content: &'t str,
}

/// `text` as a chat takes it; cut where it is too long.
pub(crate) fn in_shape(shape: Shape, text: &str) -> Vec<u8> {
    let text = cut(text);
    match shape {
        Shape::Wecom => to_vec(&Wecom { msgtype: "markdown", markdown: Content { content: text } }),
        Shape::Plain | Shape::Slack | Shape::Jira => to_vec(&Text { text }),
    }
}

fn cut(text: &str) -> &str {
    if text.len() <= LONGEST { text } else { &text[..text.floor_char_boundary(LONGEST)] }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, in_shape};
    use crate::config::Shape;

    #[test]
    fn messages_have_the_shape_of_the_chat() {
        assert_eq!(in_shape(Shape::Slack, "a \"b\""), br#"{"text":"a \"b\""}"#);
        let wecom = in_shape(Shape::Wecom, "a");
        assert_eq!(wecom, br#"{"msgtype":"markdown","markdown":{"content":"a"}}"#);
        let long = "é".repeat(LONGEST);
        let sent: serde_json::Value = serde_json::from_slice(&in_shape(Shape::Slack, &long)).expect("JSON");
        assert!(sent["text"].as_str().is_some_and(|text| text.len() <= LONGEST && text.starts_with('é')));
    }
}
