//! Holds the emulator to recorded traces of the real gateway: every suite is replayed on a fresh emulator and each
//! answer compared. Recorded ids are bound as they appear, times and redacted values are not compared; a 4xx counts by
//! its status and by having a message, a 5xx by its status; lists without an order are sets; requests that raced, or
//! need a credential that the emulator does not have, are skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::emulator::{Emulator, wire};

/// Steps on routes that no table of the provider calls: part of the path, and why the emulator can do without.
const NOT_EMULATED: &[(&str, &str)] = &[
    ("/health", "a probe through an agent, and no agent ever connects"),
    ("/plan", "a proposal by an agent, not state"),
    ("/apply", "the same proposal carried out"),
    ("/files", "writes into a Git repository, and there is none"),
    ("/templates", "reads from a Git repository"),
    ("/runbooks/exec", "runs a file of a Git repository"),
    ("/localauth/", "a browser's login: no key comes of it"),
    ("/users/self/", "a person about themselves: a key is nobody"),
    ("/signup", "happens once, before there is a key"),
];

/// Suites that were recorded on a gateway with a masking provider.
const WITH_MASKING: &[&str] = &["datamasking-rules-provider"];

macro_rules! suites {
    ($($test:ident: $file:literal,)*) => {
        $(#[test]
        fn $test() {
            replay($file);
        })*

        /// A trace that no test replays would be a promise that nobody keeps.
        #[test]
        fn every_trace_is_replayed() {
            let files = fs::read_dir(traces()).expect("the folder of traces");
            let found: BTreeSet<String> =
                files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
            let replayed = [$(concat!($file, ".jsonl")),*].map(str::to_owned);
            assert_eq!(found, BTreeSet::from(replayed));
        }
    };
}

suites! {
    agents: "agents",
    connections_basics: "connections-basics",
    connections_defaults: "connections-defaults",
    connections_listing: "connections-listing",
    connections_patch: "connections-patch",
    connections_put: "connections-put",
    connections_refs: "connections-refs",
    connections_secrets: "connections-secrets",
    connections_validation: "connections-validation",
    datamasking_rules: "datamasking-rules",
    datamasking_rules_provider: "datamasking-rules-provider",
    plugins: "plugins",
    plugins_connections: "plugins-connections",
    resources: "resources",
    resources_roles: "resources-roles",
    runbooks: "runbooks",
    users: "users",
}

fn traces() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/traces"))
}

fn replay(suite: &str) {
    let text = fs::read_to_string(traces().join(suite).with_extension("jsonl")).expect("a trace");
    let emulator = Emulator::builder().masking(WITH_MASKING.contains(&suite)).start();
    let mut bindings = Bindings::default();
    let mut differing = Vec::new();
    for line in text.lines() {
        let step: Value = serde_json::from_str(line).expect("a line of a trace is JSON");
        let differences = replay_step(&emulator, &step, &mut bindings);
        if !differences.is_empty() {
            let (request, shown) = (&step["request"], differences.iter().take(4).cloned().collect::<Vec<_>>());
            differing.push(format!(
                "{}/{}: {} {}: {}",
                step["case"],
                step["step"],
                request["method"],
                request["path"],
                shown.join("; ")
            ));
        }
    }
    assert!(differing.is_empty(), "{suite} differs from the recorded gateway:\n{}", differing.join("\n"));
}

fn replay_step(emulator: &Emulator, step: &Value, bindings: &mut Bindings) -> Vec<String> {
    let request = &step["request"];
    let path = request["path"].as_str().unwrap_or_default();
    if NOT_EMULATED.iter().any(|(part, _)| path.contains(part)) {
        return Vec::new();
    }
    let Some(headers) = credential(emulator, request) else { return Vec::new() };
    let method = request["method"].as_str().unwrap_or_default();
    let (target, body) = (bindings.in_text(path), request_body(request, bindings));
    let reply = match wire::exchange(&emulator.api_url(), method, &target, &headers, body.as_deref()) {
        Ok(reply) => reply,
        Err(error) => return vec![format!("no answer: {error}")],
    };
    // Raced when recorded, or after steps that were skipped: acted out, but the answer is not determined.
    if step.get("parallel").is_some() || step.get("needs").is_some() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let found = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::from(text)) };
    judge(&step["response"], reply.status, &found, bindings)
}

fn judge(response: &Value, status: u16, found: &Value, bindings: &mut Bindings) -> Vec<String> {
    if response["status"] != status {
        return vec![format!("status {status}, want {}", response["status"])];
    }
    let wanted = response.get("body").or_else(|| response.get("body_raw")).map(repeated).unwrap_or_default();
    let mut differences = Vec::new();
    match status {
        ..400 => compare(&wanted, found, bindings, "", &mut differences),
        400..500 if wanted.is_object() && found["message"].as_str().is_none_or(str::is_empty) => {
            differences.push("no message".into());
        }
        _ => {}
    }
    differences
}

/// The headers of the request, or nothing if its credential is one that this emulator does not know.
fn credential(emulator: &Emulator, request: &Value) -> Option<Vec<(String, String)>> {
    let header = |name: &str, value: String| Some(vec![(name.to_owned(), value)]);
    match request["headers"]["auth"].as_str() {
        None | Some("" | "none") => Some(Vec::new()),
        Some("hpk") => header("Authorization", format!("Bearer {}", emulator.api_key())),
        Some("legacy") => header("Api-Key", emulator.legacy_api_key()),
        Some(other) => {
            let (name, value) = other.strip_prefix("raw:").filter(|raw| !raw.contains("redacted"))?.split_once('=')?;
            header(name, value.to_owned())
        }
    }
}

fn request_body(request: &Value, bindings: &Bindings) -> Option<Vec<u8>> {
    let text = match (request.get("body_raw"), request.get("body")) {
        (Some(raw), _) => bindings.in_text(repeated(raw).as_str()?),
        (None, Some(body)) => bindings.in_value(&repeated(body)).to_string(),
        (None, None) => return None,
    };
    Some(text.into_bytes())
}

/// Writes `{{repeat:X:N}}` out, which stands for X repeated N times.
fn repeated(value: &Value) -> Value {
    map_text(value, &|text| {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("{{repeat:") {
            let Some((unit, count, tail)) = after
                .split_once("}}")
                .and_then(|(inner, tail)| inner.rsplit_once(':').map(|(unit, count)| (unit, count, tail)))
            else {
                break;
            };
            out.push_str(before);
            out.push_str(&unit.repeat(count.parse().unwrap_or_default()));
            rest = tail;
        }
        out + rest
    })
}

/// Recorded ids and the ids that stand for them in this replay.
#[derive(Default)]
struct Bindings(BTreeMap<String, String>);

impl Bindings {
    fn in_text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (recorded, bound)| {
            // An id is also sent in upper case, to see what the gateway makes of it.
            text.replace(recorded, bound).replace(&recorded.to_uppercase(), &bound.to_uppercase())
        })
    }

    fn in_value(&self, value: &Value) -> Value {
        map_text(value, &|text| self.in_text(text))
    }
}

/// Changes every text of a tree, keys included.
fn map_text(value: &Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::from(change(text)),
        Value::Array(items) => items.iter().map(|item| map_text(item, change)).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (change(key), map_text(value, change))).collect(),
        other => other.clone(),
    }
}

fn compare(wanted: &Value, found: &Value, bindings: &mut Bindings, path: &str, out: &mut Vec<String>) {
    match (wanted, found) {
        (Value::String(wanted), Value::String(found)) => compare_text(wanted, found, bindings, path, out),
        (Value::Object(wanted), Value::Object(found)) => {
            let wanted: BTreeMap<String, &Value> =
                wanted.iter().map(|(key, value)| (bindings.in_text(key), value)).collect();
            out.extend(found.keys().filter(|key| !wanted.contains_key(*key)).map(|key| format!("{path}.{key}: extra")));
            for (key, value) in wanted {
                match found.get(&key) {
                    Some(found) => compare(value, found, bindings, &format!("{path}.{key}"), out),
                    None => out.push(format!("{path}.{key}: missing")),
                }
            }
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            let (mut wanted, mut found): (Vec<_>, Vec<_>) = (wanted.iter().collect(), found.iter().collect());
            if is_unordered(path, &wanted) {
                wanted.sort_by_cached_key(|item| sort_key(item, bindings));
                found.sort_by_cached_key(|item| sort_key(item, bindings));
            }
            for (index, (wanted, found)) in wanted.into_iter().zip(found).enumerate() {
                compare(wanted, found, bindings, &format!("{path}[{index}]"), out);
            }
        }
        (Value::Number(wanted), Value::Number(found)) if wanted.as_f64() == found.as_f64() => {}
        _ if wanted == found => {}
        (Value::Array(wanted), Value::Array(found)) => {
            out.push(format!("{path}: {} items, want {}", found.len(), wanted.len()));
        }
        _ => out.push(format!("{path}: want {} got {}", short(wanted), short(found))),
    }
}

fn compare_text(wanted: &str, found: &str, bindings: &mut Bindings, path: &str, out: &mut Vec<String>) {
    if wanted.contains("redacted") || wanted.contains("****") {
        return;
    }
    let recorded = bindings.0.get(wanted);
    if is_time(wanted) {
        if !is_time(found) {
            out.push(format!("{path}: {found:?} is no time"));
        }
    } else if is_id(wanted) {
        match recorded {
            Some(bound) if bound != found => out.push(format!("{path}: {found} is not the bound {bound}")),
            Some(_) => {}
            None if is_id(found) => drop(bindings.0.insert(wanted.to_owned(), found.to_owned())),
            None => out.push(format!("{path}: {found:?} is no id")),
        }
    } else if bindings.in_text(wanted) != found && without_ids(wanted) != without_ids(found) {
        out.push(format!("{path}: want {wanted:?} got {found:?}"));
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

/// Lists that the gateway keeps in no order, by the name of their field; a bare list of texts too.
fn is_unordered(path: &str, items: &[&Value]) -> bool {
    ["attributes", "guardrail_rules", "connections", "groups", "repositories", "items"]
        .iter()
        .any(|name| path.ends_with(name))
        || (path.is_empty() && items.iter().all(|item| item.is_string()))
}

fn sort_key(item: &Value, bindings: &Bindings) -> String {
    let keys = ["name", "connection_id", "git_url", "key"];
    let named =
        keys.iter().filter_map(|key| item.get(key)).find(|value| value.as_str().is_some_and(|text| !text.is_empty()));
    bindings.in_value(named.unwrap_or(item)).to_string()
}

fn is_time(text: &str) -> bool {
    text.len() >= 19 && like_pattern(&text.as_bytes()[..19], b"0000-00-00T00:00:00", u8::is_ascii_digit)
}

fn is_id(text: &str) -> bool {
    like_pattern(text.as_bytes(), b"00000000-0000-0000-0000-000000000000", u8::is_ascii_hexdigit)
}

/// Whether each `0` of the pattern is matched by a digit and every other byte by itself.
fn like_pattern(text: &[u8], pattern: &[u8], digit: fn(&u8) -> bool) -> bool {
    let fits = |(byte, wanted): (&u8, &u8)| if *wanted == b'0' { digit(byte) } else { byte == wanted };
    text.len() == pattern.len() && text.iter().zip(pattern).all(fits)
}

fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..36).is_some_and(is_id);
        out.push(if id { '*' } else { first });
        rest = &rest[if id { 36 } else { first.len_utf8() }..];
    }
    out
}
