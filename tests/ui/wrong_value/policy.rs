use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Values {
    #[json(as_string = "yes")]
    a: u8,
    #[json(omit_empty = true)]
    b: u8,
    #[json(bytes = "base46")]
    c: Vec<u8>,
    #[json(bytes)]
    d: Vec<u8>,
    #[json(decimals = "2")]
    e: f64,
    #[json(decimals = 101)]
    f: f64,
    #[json(decimals)]
    g: f64,
    #[json(non_finite = "nan")]
    h: f64,
    #[json(raw = "checked")]
    i: String,
    #[json(html_safe = false)]
    j: String,
    #[json(as_string = true)]
    m: u8,
    #[json(time = "rfc2822")]
    n: std::time::SystemTime,
    #[json(view = "")]
    o: u8,
    #[json(view)]
    p: u8,
    #[json(view = "Admin Support")]
    q: u8,
    #[json(skip_default = true)]
    k: u8,
    #[json(skip_default = "1 +")]
    l: u8,
}

fn main() {}
