//! A page of a chat: messages as people write them, with line breaks, quotes, code and emoji.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of any chat; their names say all there is")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const MESSAGES: u64 = 100;

/// The target of an answer, or an attachment of a message.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    Text { text: String },
    Code { language: String, text: String },
    ImageUrl { url: String, width: u32, height: u32 },
}

/// Who wrote.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    User,
    Assistant,
    System,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Message {
    pub id: String,
    pub role: Role,
    pub author: String,
    pub created_at: u64,
    pub content: Vec<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<(String, u32)>,
    pub edited: bool,
}

/// One page of 100 messages.
#[must_use]
pub fn corpus() -> Corpus<Vec<Message>> {
    let mut random = SplitMix64::new(0xC4A7);
    let messages = (0..MESSAGES).map(|index| message(&mut random, index)).collect();
    Corpus { name: "chat", about: "100 messages with line breaks, quotes, code, emoji", documents: vec![messages] }
}

fn message(random: &mut SplitMix64, index: u64) -> Message {
    let reactions = if random.one_in(3) { random.integer::<usize>(1..4) } else { 0 };
    Message {
        id: format!("msg_{:016x}", random.next_u64()),
        role: random.pick_copy(&[Role::User, Role::Assistant, Role::Assistant, Role::System]),
        author: random.pick(&["ada", "grace", "Jürgen", "美咲", "zoë"]).to_owned(),
        created_at: 1_790_000_000_000 + 31_000 * index,
        content: (0..random.integer::<usize>(1..4)).map(|_| part(random)).collect(),
        reply_to: random.one_in(4).then(|| format!("msg_{:016x}", random.next_u64())),
        reactions: (0..reactions)
            .map(|_| (random.pick(&["👍", "🎉", "❤️", "eyes"]).to_owned(), random.integer(1..30)))
            .collect(),
        edited: random.one_in(8),
    }
}

fn part(random: &mut SplitMix64) -> Part {
    match random.integer::<u8>(0..6) {
        0 => Part::ImageUrl {
            url: format!("https://cdn.example.com/uploads/{:016x}.webp?w=1200&q=80", random.next_u64()),
            width: random.integer(200..4_000),
            height: random.integer(200..4_000),
        },
        1 => Part::Code {
            language: "rust".to_owned(),
            text: (0..random.integer::<usize>(3..12))
                .map(|_| {
                    random.pick(&[
                        "fn main() {\n",
                        "    let name = \"world\";\n",
                        "    println!(\"hello, {name}\\n\");\n",
                        "\tassert_eq!(a, b, \"not \\\"equal\\\"\");\n",
                        "}\n",
                    ])
                })
                .collect(),
        },
        _ => Part::Text { text: prose(random) },
    }
}

fn prose(random: &mut SplitMix64) -> String {
    let sentences = random.integer::<usize>(1..9);
    (0..sentences)
        .map(|_| {
            random.pick(&[
                "Could you have a look at this when you find the time? ",
                "She said \"not before Tuesday\", and I think she meant it. ",
                "Works for me 🎉\n",
                "The first point:\n\n- it does not start\n- it does not say why\n",
                "Das wäre schön, aber es ist noch nicht ganz so weit. ",
                "これは素晴らしいですね。",
                "I would rather keep the old one until the new one has run for a week in production. ",
            ])
        })
        .collect()
}
