//! The kernel's figures of a request: page faults of its polls, and its connection's retransmits and round-trip time.
//!
//! Each is a system call, so nothing is asked for that nobody wants. Other systems than Linux answer nothing.

#[cfg(target_os = "linux")]
mod system;

#[cfg(unix)]
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

/// Page faults of a thread while it worked for a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageFaults {
    /// Served from memory: a page was mapped, zeroed or copied.
    pub minor: u64,
    /// Read from a disk.
    pub major: u64,
}

/// The state of a request's TCP connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpUse {
    /// Segments that were sent again between the request's call and its end. Those of an answer's last segments may come
    /// later: they are in no request's number, or in that of the connection's next one.
    pub retransmits: u32,
    /// The kernel's smoothed estimate of the round-trip time when the request ended.
    pub round_trip: Duration,
}

/// A connection's socket, which a service puts where [`AuditBuilder::note_tcp`](crate::AuditBuilder::note_tcp) finds it.
///
/// It is a descriptor of its own for the same socket, so that it is valid as long as it is asked. The peer sees the end of
/// the connection when this and its clones are dropped too. Frameworks drop them with the connection.
#[derive(Debug, Clone)]
pub struct TcpSocket {
    #[cfg(unix)]
    socket: Arc<OwnedFd>,
    #[cfg(not(unix))]
    socket: Arc<std::convert::Infallible>,
}

#[cfg(unix)]
impl TcpSocket {
    /// The socket of `stream`.
    ///
    /// # Errors
    /// If the process has no more descriptors.
    pub fn of(stream: &impl AsFd) -> std::io::Result<Self> {
        Ok(Self { socket: Arc::new(stream.as_fd().try_clone_to_owned()?) })
    }
}

impl TcpSocket {
    /// Retransmits since the connection began, and its round-trip time; `None` where the system does not tell.
    #[must_use]
    pub fn now(&self) -> Option<TcpUse> {
        #[cfg(target_os = "linux")]
        return system::tcp(self.socket.as_fd());
        #[cfg(not(target_os = "linux"))]
        None
    }
}

/// The page faults of this thread so far; `None` where the system does not tell.
pub(crate) fn page_faults() -> Option<PageFaults> {
    #[cfg(target_os = "linux")]
    return system::page_faults();
    #[cfg(not(target_os = "linux"))]
    None
}

/// The questions that an audit asks for each request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) faults: bool,
    pub(crate) tcp: bool,
}

/// The kernel's figures of one request.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    faults: Option<PageFaults>,
    socket: Option<TcpSocket>,
    /// Since the connection began while the request is under way; the request's own from its end on.
    tcp: Option<TcpUse>,
}

impl Figures {
    pub(crate) fn begin(&mut self, socket: Option<&TcpSocket>) {
        self.faults = None;
        self.tcp = socket.and_then(TcpSocket::now);
        self.socket = socket.filter(|_| self.tcp.is_some()).cloned();
    }

    /// A poll has ended, before which the thread had `before`.
    pub(crate) fn add(&mut self, before: PageFaults) {
        let Some(now) = page_faults() else { return };
        let sum = self.faults.get_or_insert_default();
        sum.minor += now.minor.saturating_sub(before.minor);
        sum.major += now.major.saturating_sub(before.major);
    }

    /// The request has ended.
    pub(crate) fn end(&mut self) {
        let now = self.socket.take().and_then(|socket| socket.now());
        self.tcp = self.tcp.zip(now).map(|(before, now)| TcpUse {
            retransmits: now.retransmits.saturating_sub(before.retransmits),
            round_trip: now.round_trip,
        });
    }

    pub(crate) fn faults(&self) -> Option<PageFaults> {
        self.faults
    }

    pub(crate) fn tcp(&self) -> Option<TcpUse> {
        self.tcp
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::{TcpSocket, page_faults};

    #[test]
    fn pages_that_are_touched_are_counted_on_their_thread_alone() {
        const PAGES: usize = 2000;
        let before = page_faults().expect("Linux");
        let other = std::thread::spawn(|| {
            let before = page_faults().expect("Linux");
            // Small blocks at a distance, so that no huge page serves them at once.
            let blocks: Vec<Box<[u8]>> = (0..PAGES).map(|_| vec![1; 4096].into()).collect();
            drop(std::hint::black_box(blocks));
            page_faults().expect("Linux").minor - before.minor
        });
        let there = other.join().expect("no panic");
        let here = page_faults().expect("Linux").minor - before.minor;
        assert!(there >= PAGES as u64 / 2 && here < there / 2, "{there} there, {here} here");
    }

    #[test]
    fn a_socket_tells_its_round_trip_time_and_others_tell_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("it listens");
        let (accepted, _) = listener.accept().expect("somebody connects");
        for stream in [&client, &accepted] {
            let now = TcpSocket::of(stream).expect("a descriptor").now().expect("it is TCP");
            assert_eq!(now.retransmits, 0);
            assert!(!now.round_trip.is_zero(), "{now:?}");
        }
        let (pair, _) = std::os::unix::net::UnixStream::pair().expect("sockets");
        assert_eq!(TcpSocket::of(&pair).expect("a descriptor").now(), None);
        let file = std::fs::File::open("/dev/null").expect("it is there");
        assert_eq!(TcpSocket::of(&file).expect("a descriptor").now(), None);
    }
}
