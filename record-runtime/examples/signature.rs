//! Signs a payment by its canonical form, and checks it after a proxy has reordered the text.
//!
//! `cargo run -p record-runtime --example signature`

use hmac::{Hmac, KeyInit, Mac};
use record_runtime::{Error, WriteOptions, ZeroAllocJson};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

#[derive(Debug, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
struct Payment {
    to: String,
    amount: f64,
    reference: Option<String>,
}

/// The code of a payment's canonical form.
fn code(payment: &Payment, key: &[u8]) -> Result<Hmac<Sha256>, Error> {
    let mut text = Vec::new();
    payment.try_write_json_with(&mut text, &WriteOptions::new().canonical())?;
    Ok(Hmac::<Sha256>::new_from_slice(key).expect("a key of any length").chain_update(&text))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = b"a shared secret";
    let payment = Payment { to: String::from("Ada"), amount: 250.0, reference: None };
    let signature = code(&payment, key)?.finalize().into_bytes();

    // It arrives with other whitespace, in another order, and with another text of the amount.
    let arrived = "{ \"reference\": null, \"amount\": 2.5e2, \"to\": \"\\u0041da\" }";
    let read: Payment = serde_json::from_str(arrived)?;
    code(&read, key)?.verify(&signature)?;
    println!("the signature is that of {arrived}");

    let forged = Payment { amount: 2500.0, ..read };
    assert!(code(&forged, key)?.verify(&signature).is_err());
    println!("and not that of a payment of {}", forged.amount);
    Ok(())
}
