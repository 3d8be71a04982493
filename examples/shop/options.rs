//! The command line.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;

pub(crate) const HELP: &str = "\
Serves a shop over SQLite.

Usage: cargo run --release --example shop -- [OPTION VALUE]…

  --host ADDRESS           the address to listen on, 127.0.0.1 if not given
  --port PORT              the port, 3000 if not given; 0 takes a free one
  --operators-host ADDRESS, --operators-port PORT
                           the same for /audit and /metrics, 127.0.0.1 and 3001 if not given
  --database FILE          the database, which is made if there is none; a temporary one if not given
  --products NUMBER        the products of a new database, 10,000 if not given
  --help                   this text

SHOP_STAFF_TOKEN in the environment is the token of staff; without it, one is made up and printed.
Stops at SIGINT (Ctrl-C) and SIGTERM, after the responses that are under way.
";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Help,
    Serve(Options),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) operators_host: IpAddr,
    pub(crate) operators_port: u16,
    pub(crate) database: Option<PathBuf>,
    pub(crate) products: u32,
}

impl Default for Options {
    fn default() -> Self {
        let localhost = Ipv4Addr::LOCALHOST.into();
        Self {
            host: localhost,
            port: 3000,
            operators_host: localhost,
            operators_port: 3001,
            database: None,
            products: 10_000,
        }
    }
}

pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let mut options = Options::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let argument = argument.to_string_lossy();
        if matches!(&*argument, "--help" | "-h") {
            return Ok(Request::Help);
        }
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match &*argument {
            "--host" => options.host = parsed(&argument, &value()?)?,
            "--port" => options.port = parsed(&argument, &value()?)?,
            "--operators-host" => options.operators_host = parsed(&argument, &value()?)?,
            "--operators-port" => options.operators_port = parsed(&argument, &value()?)?,
            "--database" => options.database = Some(value()?.into()),
            "--products" => options.products = parsed(&argument, &value()?)?,
            _ => return Err(format!("unknown argument {argument:?}; --help lists what there is")),
        }
    }
    Ok(Request::Serve(options))
}

fn parsed<T: FromStr>(argument: &str, value: &OsString) -> Result<T, String> {
    let found = value.to_str().and_then(|value| value.parse().ok());
    found.ok_or_else(|| format!("`{}` does not fit {argument}; --help says what does", value.display()))
}
