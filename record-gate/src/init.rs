//! A first `gate.toml`.

/// The file that `record-gate init` writes.
pub(crate) const EXAMPLE: &str = r#"# What `record-gate check` measures. Paths are relative to this file.
rounds = 5
# build = "cargo build --release"            # in every tree, before it is measured

[service]
start = "target/release/my-service --port {port}"   # {port} becomes a free one
ready = "/health"                            # answers below 400 when the service is up
# metrics = "/metrics"                       # of record-audit: counts allocations, bytes, and what is left behind
# audit = "/audit"                           # its page: call stacks

[[scenario]]
name = "log in"
method = "POST"
path = "/login"
body = '{"user": "ada", "password": "x"}'
rate = 100                                   # requests per second, sent whether or not earlier ones were answered
seconds = 2

[[scenario]]
name = "list"
path = "/products?limit=20"
rate = 200

[[scenario]]
name = "detail"
path = "/products/7"
route = "/products/{id}"                     # the audit's name of it
rate = 200

[[scenario]]
name = "order"
method = "POST"
path = "/orders"
body = '{"product": 7, "count": 1}'
status = 201                                 # anything else is an error
rate = 50

# [[scenario]]
# name = "writers"
# command = "target/release/my-functions"    # a program that registers functions by record_gate::Functions
# instructions = true                        # counted by callgrind

# [limits]                                   # the defaults
# p99_percent = 15.0
# errors_points = 0.5
# allocations = 0.0                          # more per request
# allocated_bytes = 0.0
# instructions_percent = 0.5
# left_behind_bytes = 1.0                    # per request
# baseline_records = 3
# baseline_days = 7.0
"#;
