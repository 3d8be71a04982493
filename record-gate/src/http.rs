//! HTTP/1.1 as a client. `https` is left to the program `curl`, so that no TLS is compiled in.

use std::fmt::Write as _;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// No answer that the gate asks for is longer.
const LONGEST_ANSWER: usize = 64 << 20;

/// A URL in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    is_https: bool,
    /// With the port, if it has one.
    authority: String,
    /// With the query; begins with `/`.
    pub(crate) path: String,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no URL: it begins with http:// or https://, and names a host");
        let (is_https, rest) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => return Err(wrong()),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let port_is_right =
            authority.rsplit_once(':').is_none_or(|(_, port)| port.ends_with(']') || port.parse::<u16>().is_ok());
        let is_graphic = text.bytes().all(|byte| byte.is_ascii_graphic());
        if authority.is_empty() || authority.starts_with(':') || !port_is_right || !is_graphic {
            return Err(wrong());
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { is_https, authority: authority.to_owned(), path })
    }

    /// The same host's `path`.
    pub(crate) fn with_path(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    fn address(&self) -> String {
        let has_port = self.authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if has_port { self.authority.clone() } else { format!("{}:80", self.authority) }
    }

    fn text(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority, self.path)
    }
}

/// A request to send.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question<'a> {
    pub(crate) method: &'a str,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Question<'_> {
    pub(crate) fn get() -> Self {
        Self { method: "GET", ..Self::default() }
    }

    /// JSON for `POST`.
    pub(crate) fn post(json: Vec<u8>) -> Self {
        let headers = vec![(CONTENT_TYPE.to_string(), "application/json".to_owned())];
        Self { method: "POST", headers, body: json }
    }
}

/// A connection that sends one request after the other.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    pub(crate) async fn open(url: &Url) -> Result<Self, String> {
        let address = url.address();
        let cannot = |error: &dyn std::fmt::Display| format!("{address} cannot be reached: {error}");
        let stream = TcpStream::connect(&address).await.map_err(|error| cannot(&error))?;
        stream.set_nodelay(true).map_err(|error| cannot(&error))?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| cannot(&error))?;
        // It ends with the sender; its errors are the sender's.
        tokio::spawn(connection);
        Ok(Self { sender, host: url.authority.clone() })
    }

    pub(crate) async fn send(&mut self, path: &str, question: &Question<'_>) -> Result<Response<Incoming>, String> {
        let mut request = Request::builder().method(question.method).uri(path).header(HOST, &self.host);
        for (name, value) in &question.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(question.body.clone()))).map_err(|error| error.to_string())?;
        self.sender.ready().await.map_err(|error| error.to_string())?;
        self.sender.send_request(request).await.map_err(|error| error.to_string())
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }
}

/// The status and the body of the answer to one request.
pub(crate) async fn ask(url: &Url, question: &Question<'_>, patience: Duration) -> Result<(u16, Vec<u8>), String> {
    if url.is_https {
        return ask_by_curl(url, question, patience).await;
    }
    let answer = async {
        let response = Connection::open(url).await?.send(&url.path, question).await?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
        Ok((status, body.map_err(|error| error.to_string())?.to_bytes().to_vec()))
    };
    match tokio::time::timeout(patience, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(format!("{} did not answer within {} s", url.authority, patience.as_secs_f64())),
    }
}

/// The same for code that does not wait in a runtime.
pub(crate) fn ask_now(url: &Url, question: &Question<'_>, patience: Duration) -> Result<(u16, Vec<u8>), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(ask(url, question, patience))
}

/// A thread waits for `curl`. The URL and the headers, which may hold secrets, are not on its command line.
async fn ask_by_curl(url: &Url, question: &Question<'_>, patience: Duration) -> Result<(u16, Vec<u8>), String> {
    let config = curl_config(url, question, patience);
    let body = question.body.clone();
    let answer = tokio::task::spawn_blocking(move || curl(&config, &body));
    answer.await.map_err(|error| error.to_string())?
}

fn curl_config(url: &Url, question: &Question<'_>, patience: Duration) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut config = format!("url = {}\nrequest = {}\n", quoted(&url.text()), quoted(question.method));
    for (name, value) in &question.headers {
        let _ = writeln!(config, "header = {}", quoted(&format!("{name}: {value}")));
    }
    let _ = writeln!(config, "max-time = {}\nsilent\nshow-error", patience.as_secs().max(1));
    config.push_str("write-out = \"\\n%{http_code}\"\n");
    config
}

fn curl(config: &str, body: &[u8]) -> Result<(u16, Vec<u8>), String> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let folder = crate::scratch::Folder::new("curl");
    let mut config = config.to_owned();
    if !body.is_empty() {
        let path = folder.path().join("body");
        std::fs::write(&path, body).map_err(|error| error.to_string())?;
        let _ = writeln!(config, "data-binary = \"@{}\"", path.display());
    }
    let mut command = Command::new("curl");
    command.args(["--config", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().map_err(|error| format!("https needs the program `curl`, which does not start: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(config.as_bytes()).map_err(|error| error.to_string())?;
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().replace('\n', ", "));
    }
    let end = output.stdout.iter().rposition(|byte| *byte == b'\n').ok_or("`curl` printed no status")?;
    let status = std::str::from_utf8(&output.stdout[end + 1..]).ok().and_then(|text| text.trim().parse().ok());
    Ok((status.ok_or("`curl` printed no status")?, output.stdout[..end].to_vec()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Question, Url, curl_config};

    #[test]
    fn urls_are_checked_where_they_are_written() {
        let url = Url::parse("http://localhost:3000/a?b=c").expect("a URL");
        assert_eq!((url.address().as_str(), url.path.as_str()), ("localhost:3000", "/a?b=c"));
        assert_eq!(Url::parse("http://host").expect("a URL").address(), "host:80");
        assert_eq!(Url::parse("http://[::1]").expect("a URL").address(), "[::1]:80");
        assert_eq!(Url::parse("http://host?x").expect("a URL").path, "/?x");
        for wrong in ["", "host", "ftp://host", "http://", "http://:80", "http://host:99999", "http://a b/"] {
            assert!(Url::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_are_in_curl_s_input_alone() {
        let url = Url::parse("https://host/key").expect("a URL");
        let mut question = Question::post(b"{}".to_vec());
        question.headers.push(("Authorization".to_owned(), "Bearer \"x\"".to_owned()));
        let config = curl_config(&url, &question, Duration::from_secs(3));
        assert!(config.contains("url = \"https://host/key\"\n"), "{config}");
        assert!(config.contains("header = \"Authorization: Bearer \\\"x\\\"\"\n"), "{config}");
    }
}
