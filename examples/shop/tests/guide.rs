//! The requests that the program prints: each is sent, and answered with the status that its comment begins with.

use std::net::SocketAddr;
use std::process::Command;

use super::client::Client;
use super::service::Service;
use crate::guide::guide;

/// The words of a command line, as a shell finds them. Nothing here needs double quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut is_word) = (Vec::new(), String::new(), false, false);
    for character in line.chars() {
        match character {
            '\'' => (is_quoted, is_word) = (!is_quoted, true),
            ' ' if !is_quoted => {
                words.extend(std::mem::take(&mut is_word).then(|| std::mem::take(&mut word)));
            }
            _ => {
                word.push(character);
                is_word = true;
            }
        }
    }
    assert!(!is_quoted, "{line}");
    words.extend(is_word.then_some(word));
    words
}

/// A request as curl would send it.
#[derive(Default)]
struct Request {
    method: Option<String>,
    fields: Vec<(String, String)>,
    body: String,
    address: Option<SocketAddr>,
    path: String,
}

impl Request {
    fn parse(line: &str) -> Self {
        let (mut request, words) = (Self::default(), words(line));
        let mut words = words.into_iter();
        assert_eq!(words.next().as_deref(), Some("curl"));
        while let Some(word) = words.next() {
            match &*word {
                "-i" | "-N" => {}
                "--compressed" => request.fields.push(("accept-encoding".into(), "gzip".into())),
                "-X" => request.method = words.next(),
                "-H" => {
                    let field = words.next().unwrap();
                    let (name, value) = field.split_once(": ").unwrap();
                    request.fields.push((name.to_owned(), value.to_owned()));
                }
                "-d" => {
                    request.body = words.next().unwrap();
                    request.method.get_or_insert_with(|| "POST".to_owned());
                }
                url => {
                    let (address, path) = url.strip_prefix("http://").expect("an address").split_once('/').unwrap();
                    request.address = Some(address.parse().unwrap());
                    request.path = format!("/{path}");
                }
            }
        }
        request
    }

    /// The status; of a body that never ends, nothing more is waited for.
    fn send(&self) -> u16 {
        let mut client = Client::connect(self.address.expect("an address"));
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let method = self.method.as_deref().unwrap_or("GET");
        client.send(method, &self.path, &fields, &self.body).unwrap();
        if self.path == "/events" { client.head().unwrap().0 } else { client.receive(method).unwrap().status }
    }
}

fn lines(service: &Service) -> Vec<(u16, String)> {
    let text = service.runtime.block_on(guide(&service.shop, service.public, service.operators)).unwrap();
    let lines: Vec<_> = text.lines().map(|line| line.strip_prefix("  ").expect("indented")).collect();
    let pairs = lines.chunks(2).map(|pair| {
        let status = pair[0].strip_prefix("# ").and_then(|says| says.split_once(": ")).unwrap().0;
        (status.parse().unwrap(), pair[1].to_owned())
    });
    pairs.collect()
}

#[test]
fn each_printed_request_is_answered_as_announced() {
    let service = Service::start(10_000);
    let lines = lines(&service);
    assert!(lines.len() >= 14);
    for (status, line) in lines {
        assert_eq!(Request::parse(&line).send(), status, "{line}");
    }
}

#[test]
fn curl_understands_them() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("SKIPPED: curl is missing");
        return;
    }
    let service = Service::start(10_000);
    for (status, line) in lines(&service) {
        // The last option wins.
        let line = format!("{line} -s -o /dev/null -w '%{{http_code}}' --max-time 2");
        let output = Command::new("sh").args(["-c", &line]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), status.to_string(), "{line}");
    }
}
