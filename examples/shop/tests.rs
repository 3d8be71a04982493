//! Drives the shop: its router alone, the servers over sockets, and the program.

mod client;
mod events;
mod export;
mod guide;
mod memory;
mod orders;
mod products;
mod program;
mod requests;
mod service;
mod shutdown;
