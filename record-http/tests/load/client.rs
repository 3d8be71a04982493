//! A client that can read slowly, or not at all: HTTP/1.1 on a plain socket.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

pub(crate) struct Connection {
    stream: TcpStream,
    /// Received, and not yet part of a head or body that was handed out.
    received: Vec<u8>,
    framing: Framing,
}

#[derive(Clone, Copy)]
enum Framing {
    Length(usize),
    Chunked,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(super::SOCKET_BUFFER_BYTES).unwrap();
        let stream = socket.connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, received: Vec::new(), framing: Framing::Length(0) }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Vec<u8> {
        self.send(path).await;
        self.read_head().await;
        self.read_body().await
    }

    pub(crate) async fn send(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\r\n");
        self.stream.write_all(request.as_bytes()).await.unwrap();
    }

    pub(crate) async fn post(&mut self, path: &str, body: &str) {
        let type_and_length = format!("content-type: text/plain\r\ncontent-length: {}", body.len());
        let request = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{type_and_length}\r\n\r\n{body}");
        self.stream.write_all(request.as_bytes()).await.unwrap();
    }

    /// Whether something came that no head or body was taken from yet.
    pub(crate) fn has_received(&self) -> bool {
        !self.received.is_empty()
    }

    /// Has the connection reset when it is dropped.
    pub(crate) fn reset(&self) {
        self.stream.set_zero_linger().unwrap();
    }

    /// Reads whatever is there.
    pub(crate) async fn read_some(&mut self) {
        let mut piece = [0; 256];
        let read = self.stream.read(&mut piece).await.unwrap();
        assert_ne!(read, 0, "the server closed the connection");
        self.received.extend_from_slice(&piece[..read]);
    }

    /// Reads no further than it must, by small pieces.
    pub(crate) async fn read_head(&mut self) {
        let end = self.find(b"\r\n\r\n").await;
        let head = String::from_utf8(self.take(end + 4)).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        self.framing = length.map_or(Framing::Chunked, |digits| Framing::Length(digits.parse().unwrap()));
    }

    pub(crate) async fn read_body(&mut self) -> Vec<u8> {
        match self.framing {
            Framing::Length(length) => {
                self.fill(length).await;
                self.take(length)
            }
            Framing::Chunked => self.read_chunks().await,
        }
    }

    async fn read_chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let end = self.find(b"\r\n").await;
            let digits = String::from_utf8(self.take(end + 2)).unwrap();
            let length = usize::from_str_radix(digits.trim_end(), 16).unwrap();
            self.fill(length + 2).await;
            body.extend_from_slice(&self.take(length + 2)[..length]);
            if length == 0 {
                return body;
            }
        }
    }

    async fn find(&mut self, what: &[u8]) -> usize {
        loop {
            if let Some(index) = self.received.windows(what.len()).position(|window| window == what) {
                return index;
            }
            self.read_some().await;
        }
    }

    async fn fill(&mut self, length: usize) {
        while self.received.len() < length {
            let missing = length - self.received.len();
            let read = (&mut self.stream).take(missing as u64).read_to_end(&mut self.received).await.unwrap();
            assert_ne!(read, 0, "the server closed the connection");
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        self.received.drain(..length).collect()
    }
}
