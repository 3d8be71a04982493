//! The database: SQLite in a file, and who may use it when.
//!
//! Calls of SQLite block, so they run on tokio's threads for that. Each takes a connection from a *lane*. The lane for
//! reading has several, that for writing has one, since SQLite has one writer at a time. Who finds no connection waits
//! without a thread. Nothing holds a connection while a client is waited for.

mod changes;
mod orders;
mod products;
mod seed;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use record_audit::Scope;
use rusqlite::{Connection, OpenFlags, Result};
use tokio::sync::{Semaphore, watch};

pub(crate) use self::orders::Refusal;
pub(crate) use self::products::{Listing, Sort};

/// Reading scales with the processor's cores, not with clients.
const READERS: usize = 4;

/// How long a connection waits for another process that has the file locked.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The database. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    readers: Lane,
    writer: Lane,
    /// The number of the newest change.
    newest_change: watch::Sender<i64>,
}

impl Store {
    /// Opens the file, and fills it with so many products if it is new.
    pub(crate) fn open(file: &Path, products: u32) -> Result<Self> {
        let readers = Lane::new(file, READERS, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let writer = Lane::new(file, 1, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE);
        let mut connection = writer.open()?;
        // Readers see the last committed state while somebody writes.
        connection.pragma_update(None, "journal_mode", "wal")?;
        seed::fill(&mut connection, products)?;
        let newest = changes::newest(&connection)?;
        Ok(Self { readers, writer, newest_change: watch::Sender::new(newest) })
    }

    /// A text that cannot be guessed: SQLite's random numbers begin with the system's.
    pub(crate) async fn random_token(&self) -> Result<String> {
        self.readers
            .run(|connection| connection.query_row("select lower(hex(randomblob(16)))", [], |row| row.get(0)))
            .await
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<()> {
        self.readers.run(|connection| connection.query_row("select 1", [], |_| Ok(()))).await
    }
}

#[cfg(test)]
impl Store {
    /// Every later query fails.
    pub(crate) async fn break_for_a_test(&self) {
        let broken = self.writer.run(|connection| {
            connection.execute_batch("drop table order_lines; drop table orders; drop table products")
        });
        broken.await.expect("the tables are there");
    }
}

/// Connections of one kind.
#[derive(Debug, Clone)]
struct Lane {
    file: Arc<PathBuf>,
    flags: OpenFlags,
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Lane {
    fn new(file: &Path, connections: usize, flags: OpenFlags) -> Self {
        let permits = Arc::new(Semaphore::new(connections));
        Self { file: Arc::new(file.to_owned()), flags, permits, idle: Arc::default() }
    }

    fn open(&self) -> Result<Connection> {
        // A lane hands each connection to one thread at a time.
        let connection = Connection::open_with_flags(&*self.file, self.flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(connection)
    }

    /// Runs `work` with a connection. It runs to its end even if the request is given up.
    async fn run<T, E>(&self, work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.expect("nobody closes it");
        let lane = self.clone();
        let work = move || {
            // Given back after the connection.
            let _permit = permit;
            let idle = lane.idle().pop();
            let mut connection = idle.map_or_else(|| lane.open(), Ok)?;
            let result = work(&mut connection);
            // Where `work` panics, the connection is closed instead.
            lane.idle().push(connection);
            result
        };
        // The audit counts it as the request's.
        let task = match Scope::current() {
            Some(scope) => scope.spawn_blocking(work),
            None => tokio::task::spawn_blocking(work),
        };
        task.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now() -> i64 {
    milliseconds(SystemTime::now())
}

fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn time(milliseconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
}
