//! Log records to stderr as go-plugin's hosts read them: hclog's JSON, one line each.
//!
//! Modules log with the `log` crate's macros, fields included. Each line that is written in the course of a request of the
//! host also has the fields of [`rpc`]. Nothing here can recognize a secret: callers must not log one.

use std::io::{self, Write};
use std::time::SystemTime;

use log::kv::{self, Key, Value, VisitSource};
use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;

use super::Environment;
use crate::rpc;

/// Hosts cut lines at 64 KiB, and a cut line is not JSON any more.
const LONGEST: usize = 60 << 10;

/// How much of the message of a record is kept that is too long: one character may become six in JSON.
const KEPT: usize = 8 << 10;

/// The level that the user sets, the most specific variable first. `JSON` means everything, and so does, as in Terraform, a
/// value that is not a level.
pub(super) fn level(provider: &str, env: &Environment) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", provider.to_uppercase().replace('-', "_"));
    let asked = [&own, "TF_LOG_PROVIDER", "TF_LOG"].into_iter().find_map(|name| env.text(name));
    match asked.map(|level| level.to_uppercase()).as_deref() {
        None | Some("OFF") => LevelFilter::Off,
        Some("ERROR") => LevelFilter::Error,
        Some("WARN") => LevelFilter::Warn,
        Some("INFO") => LevelFilter::Info,
        Some("DEBUG") => LevelFilter::Debug,
        Some(_) => LevelFilter::Trace,
    }
}

/// Writes the process' log records to stderr from now on.
pub(super) fn install(level: LevelFilter, provider: &'static str) {
    // Fails only if there is a logger already, which stays.
    if log::set_boxed_logger(Box::new(Hclog { provider })).is_ok() {
        log::set_max_level(level);
    }
}

struct Hclog {
    /// The provider's address in the registry.
    provider: &'static str,
}

impl Log for Hclog {
    /// Records of other crates below a warning may contain headers and bodies.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        crate_of(metadata.target()) == crate_of(module_path!()) || metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            // One write, so that lines do not mix. That the host is gone is no reason to fail.
            let _ = io::stderr().write_all(line(SystemTime::now(), record, self.provider).as_bytes());
        }
    }

    fn flush(&self) {}
}

fn crate_of(target: &str) -> &str {
    target.split("::").next().unwrap_or(target)
}

fn line(now: SystemTime, record: &Record<'_>, provider: &str) -> String {
    let message = record.args().to_string();
    let mut fields = Fields(Map::new());
    // The visitor never fails; if the source does, the fields before that are kept.
    let _ = record.key_values().visit(&mut fields);
    let whole = entry(now, record, provider, (&message, fields.0));
    if whole.len() <= LONGEST {
        return whole;
    }
    let cut = Map::from_iter([("cut".to_owned(), Json::from("true"))]);
    entry(now, record, provider, (&message[..message.floor_char_boundary(KEPT)], cut))
}

/// All values are strings: go-plugin asserts that type for its own keys, and a number there would crash Terraform.
fn entry(
    now: SystemTime,
    record: &Record<'_>,
    provider: &str,
    (message, mut fields): (&str, Map<String, Json>),
) -> String {
    let in_request = rpc::each_field(|name, value| drop(fields.insert(name.to_owned(), value.into())));
    if in_request {
        fields.insert("tf_provider_addr".to_owned(), provider.into());
    }
    fields.insert("@level".to_owned(), record.level().as_str().to_lowercase().into());
    fields.insert("@message".to_owned(), message.into());
    fields.insert("@module".to_owned(), record.target().replace("::", ".").into());
    fields.insert("@timestamp".to_owned(), timestamp(now).into());
    format!("{}\n", Json::Object(fields))
}

struct Fields(Map<String, Json>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        // Keys with this prefix are hclog's own.
        let key = key.as_str().trim_start_matches('@');
        self.0.insert(key.to_owned(), value.to_string().into());
        Ok(())
    }
}

/// `2006-01-02T15:04:05.000000Z`: go-plugin reads no other number of fraction digits, and logs the line raw otherwise.
fn timestamp(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    let (hour, minute, second, micros) = time.to_hms_micro();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
