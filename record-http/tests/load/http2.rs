//! Just enough of HTTP/2 to be a client that announces large windows and reads nothing.

use std::net::SocketAddr;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

/// The windows that a client may announce for a stream, and for the connection.
const STREAM_WINDOW: u32 = 16 << 20;
const CONNECTION_WINDOW: u32 = 64 << 20;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const WINDOW_UPDATE: u8 = 8;

pub(crate) struct Silent {
    stream: TcpStream,
    next: u32,
}

impl Silent {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(super::SOCKET_BUFFER_BYTES).unwrap();
        let mut client = Self { stream: socket.connect(address).await.unwrap(), next: 1 };
        client.stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        // SETTINGS_INITIAL_WINDOW_SIZE.
        client.frame(SETTINGS, 0, 0, &[&[0, 4][..], &STREAM_WINDOW.to_be_bytes()].concat()).await;
        client.frame(WINDOW_UPDATE, 0, 0, &CONNECTION_WINDOW.to_be_bytes()).await;
        client
    }

    async fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend_from_slice(&[kind, flags]);
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(payload);
        self.stream.write_all(&frame).await.unwrap();
    }

    /// Asks for a path, on a stream of its own.
    pub(crate) async fn get(&mut self, path: &str) -> u32 {
        // From the static table: GET, http, a path and an authority as they are.
        let mut head = vec![0x82, 0x86, 0x04, u8::try_from(path.len()).unwrap()];
        head.extend_from_slice(path.as_bytes());
        head.extend_from_slice(&[0x01, 1, b'x']);
        let stream = self.next;
        self.next += 2;
        self.frame(HEADERS, 0x5, stream, &head).await;
        stream
    }

    /// Takes it back.
    pub(crate) async fn cancel(&mut self, stream: u32) {
        self.frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()).await;
    }

    /// Lets the server send more on a stream, or on the connection, which is 0.
    pub(crate) async fn widen(&mut self, stream: u32) {
        self.frame(WINDOW_UPDATE, 0, stream, &1_u32.to_be_bytes()).await;
    }
}
