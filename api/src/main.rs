//! Compares the public API of a crate with its committed listing: `record-api JSON LISTING`; `BLESS=1` rewrites it.

use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(json), Some(listing)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: record-api JSON LISTING");
        return ExitCode::FAILURE;
    };
    let api = match public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
    {
        Ok(api) => api,
        Err(error) => {
            eprintln!("{json}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut text = String::new();
    for item in api.items() {
        text.push_str(&item.to_string());
        text.push('\n');
    }
    if env::var_os("BLESS").is_some() {
        fs::write(&listing, text).unwrap_or_else(|error| panic!("{listing}: {error}"));
        return ExitCode::SUCCESS;
    }
    let committed = fs::read_to_string(&listing).unwrap_or_default();
    let (found, expected): (Vec<_>, Vec<_>) = (text.lines().collect(), committed.lines().collect());
    let mut same = true;
    for line in found.iter().filter(|line| !expected.contains(line)) {
        println!("+ {line}");
        same = false;
    }
    for line in expected.iter().filter(|line| !found.contains(line)) {
        println!("- {line}");
        same = false;
    }
    if same {
        return ExitCode::SUCCESS;
    }
    println!("the public API is not that of {listing}; `BLESS=1 api/check` if the change is meant");
    ExitCode::FAILURE
}
