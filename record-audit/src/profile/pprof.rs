//! A heap profile as pprof's `profile.proto`, in gzip.

use std::collections::HashMap;
use std::io::Write;
use std::time::UNIX_EPOCH;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::names::{Found, Names};
use super::protobuf::Message;
use super::{HeapProfile, HeapSample, HeapValue};
use crate::stack::Function;

/// The fields of the messages of `profile.proto`.
mod field {
    pub(super) mod profile {
        pub(crate) const SAMPLE_TYPE: u32 = 1;
        pub(crate) const SAMPLE: u32 = 2;
        pub(crate) const MAPPING: u32 = 3;
        pub(crate) const LOCATION: u32 = 4;
        pub(crate) const FUNCTION: u32 = 5;
        pub(crate) const STRING_TABLE: u32 = 6;
        pub(crate) const TIME_NANOS: u32 = 9;
        pub(crate) const PERIOD_TYPE: u32 = 11;
        pub(crate) const PERIOD: u32 = 12;
        pub(crate) const COMMENT: u32 = 13;
        pub(crate) const DEFAULT_SAMPLE_TYPE: u32 = 14;
    }
    pub(super) mod value_type {
        pub(crate) const TYPE: u32 = 1;
        pub(crate) const UNIT: u32 = 2;
    }
    pub(super) mod sample {
        pub(crate) const LOCATION_ID: u32 = 1;
        pub(crate) const VALUE: u32 = 2;
        pub(crate) const LABEL: u32 = 3;
    }
    pub(super) mod label {
        pub(crate) const KEY: u32 = 1;
        pub(crate) const STR: u32 = 2;
    }
    pub(super) mod mapping {
        pub(crate) const ID: u32 = 1;
        pub(crate) const MEMORY_START: u32 = 2;
        pub(crate) const MEMORY_LIMIT: u32 = 3;
        pub(crate) const FILENAME: u32 = 5;
        pub(crate) const HAS: [u32; 4] = [7, 8, 9, 10];
    }
    pub(super) mod location {
        pub(crate) const ID: u32 = 1;
        pub(crate) const MAPPING_ID: u32 = 2;
        pub(crate) const ADDRESS: u32 = 3;
        pub(crate) const LINE: u32 = 4;
    }
    pub(super) mod line {
        pub(crate) const FUNCTION_ID: u32 = 1;
        pub(crate) const LINE: u32 = 2;
    }
    pub(super) mod function {
        pub(crate) const ID: u32 = 1;
        pub(crate) const NAME: u32 = 2;
        pub(crate) const SYSTEM_NAME: u32 = 3;
        pub(crate) const FILENAME: u32 = 4;
    }
}
use field::{function, label, line, location, mapping, profile, sample, value_type};

/// The kinds of a sample's values, in the order of Go's own heap profiles.
const VALUES: [(&str, &str); 4] =
    [("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")];

/// The parts that samples refer to by number.
#[derive(Default)]
struct Parts {
    message: Message,
    texts: HashMap<String, u64>,
    /// The texts in the order of their numbers.
    table: Vec<String>,
    functions: HashMap<(String, String), u64>,
    /// By address, and how many of the functions there are left out.
    locations: HashMap<(usize, usize), u64>,
    names: Names,
    addresses: Option<(usize, usize)>,
}

pub(super) fn file(heap: &HeapProfile, shown: HeapValue) -> Vec<u8> {
    let mut parts = Parts::default();
    // The format wants the empty text first.
    parts.text("");
    for (name, unit) in VALUES {
        parts.value_type(profile::SAMPLE_TYPE, name, unit);
    }
    // Whole numbers, whose rounding errors do not add up: each is carried on to the next sample.
    let mut carried = [0.0; 4];
    for it in &heap.samples {
        let exact = [it.allocated.objects, it.allocated.bytes, it.in_use.objects, it.in_use.bytes];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "estimates; `as` saturates")]
        let values = std::array::from_fn(|place| {
            let value = exact[place] + carried[place];
            let rounded = value.round().max(0.0);
            carried[place] = value - rounded;
            rounded as u64
        });
        parts.sample(it, values);
    }
    parts.mapping();
    let nanos = heap.taken.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    parts.message.integer(profile::TIME_NANOS, u64::try_from(nanos).unwrap_or(0));
    parts.value_type(profile::PERIOD_TYPE, "space", "bytes");
    parts.message.integer(profile::PERIOD, heap.interval_bytes);
    if heap.unfollowed > 0 {
        let comment = parts.text(&format!("{} sampled blocks had no room and are missing", heap.unfollowed));
        parts.message.integer(profile::COMMENT, comment);
    }
    let shown = parts.text(match shown {
        HeapValue::InUse => "inuse_space",
        HeapValue::Allocated => "alloc_space",
    });
    parts.message.integer(profile::DEFAULT_SAMPLE_TYPE, shown);
    for text in std::mem::take(&mut parts.table) {
        parts.message.bytes(profile::STRING_TABLE, text.as_bytes());
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&parts.message.into_bytes()).and_then(|()| gzip.finish()).expect("a `Vec` takes everything")
}

impl Parts {
    fn text(&mut self, text: &str) -> u64 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = self.table.len() as u64;
        self.table.push(text.to_owned());
        self.texts.insert(text.to_owned(), number);
        number
    }

    fn value_type(&mut self, field: u32, name: &str, unit: &str) {
        let (name, unit) = (self.text(name), self.text(unit));
        self.message.message(field, |message| {
            message.integer(value_type::TYPE, name).integer(value_type::UNIT, unit);
        });
    }

    fn sample(&mut self, it: &HeapSample, values: [u64; VALUES.len()]) {
        let locations = self.locations(it.stack.frames());
        let id = it.request_id.map(|id| id.to_string());
        let labels = [("route", it.route), ("method", it.method), ("request_id", id.as_deref())];
        let labels: Vec<(u64, u64)> =
            labels.into_iter().filter_map(|(key, text)| Some((self.text(key), self.text(text?)))).collect();
        self.message.message(profile::SAMPLE, |message| {
            message.integers(sample::LOCATION_ID, locations).integers(sample::VALUE, values);
            for (key, text) in labels {
                message.message(sample::LABEL, |message| {
                    message.integer(label::KEY, key).integer(label::STR, text);
                });
            }
        });
    }

    /// The locations of a stack, from the function that asked for the memory on.
    fn locations(&mut self, addresses: &[usize]) -> Vec<u64> {
        let found = self.names.of(addresses);
        found.iter().map(|found| self.location(found)).collect()
    }

    fn location(&mut self, Found { address, left_out, functions }: &Found) -> u64 {
        let (address, left_out) = (*address, *left_out);
        if let Some(number) = self.locations.get(&(address, left_out)) {
            return *number;
        }
        let number = self.locations.len() as u64 + 1;
        self.locations.insert((address, left_out), number);
        let (least, most) = self.addresses.unwrap_or((address, address));
        self.addresses = Some((least.min(address), most.max(address)));
        let lines: Vec<(u64, u64)> = functions.iter().map(|function| self.line(function)).collect();
        self.message.message(profile::LOCATION, |message| {
            message.integer(location::ID, number).integer(location::MAPPING_ID, 1);
            message.integer(location::ADDRESS, address as u64);
            for (function, at) in lines {
                message.message(location::LINE, |message| {
                    message.integer(line::FUNCTION_ID, function).integer(line::LINE, at);
                });
            }
        });
        number
    }

    /// A function's number, and the line in it.
    fn line(&mut self, Function { name, place }: &Function) -> (u64, u64) {
        let (file, line) = place.as_ref().map_or(("", 0), |(file, line)| (file, *line));
        let key = (name.clone(), file.to_owned());
        if let Some(number) = self.functions.get(&key) {
            return (*number, line.into());
        }
        let number = self.functions.len() as u64 + 1;
        self.functions.insert(key, number);
        let (name, file) = (self.text(name), self.text(file));
        self.message.message(profile::FUNCTION, |message| {
            message.integer(function::ID, number).integer(function::NAME, name);
            message.integer(function::SYSTEM_NAME, name).integer(function::FILENAME, file);
        });
        (number, line.into())
    }

    /// The one that all locations are in. It says that names are known, so that nobody looks for them.
    fn mapping(&mut self) {
        let program = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
        let program = self.text(&program);
        let (least, most) = self.addresses.unwrap_or_default();
        self.message.message(profile::MAPPING, |message| {
            message.integer(mapping::ID, 1).integer(mapping::MEMORY_START, least as u64);
            message.integer(mapping::MEMORY_LIMIT, most as u64 + 1).integer(mapping::FILENAME, program);
            for has in mapping::HAS {
                message.integer(has, 1);
            }
        });
    }
}
