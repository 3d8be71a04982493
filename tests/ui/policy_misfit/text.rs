use record_runtime::ZeroAllocJson;

struct Opaque;

#[derive(ZeroAllocJson)]
struct Texts {
    #[json(bytes = "base64")]
    text: String,
    #[json(bytes = "hex")]
    words: Vec<u16>,
    #[json(raw)]
    number: u8,
    #[json(display)]
    opaque: Opaque,
    #[json(truncate = 80)]
    count: u64,
    #[json(redact)]
    flag: bool,
    #[json(redact = "last_four")]
    digits: Vec<u8>,
    #[json(time = "unix")]
    not_a_time: u64,
    #[json(time = "unix")]
    duration: std::time::Duration,
    #[json(time = "seconds")]
    instant: std::time::SystemTime,
}

fn main() {}
