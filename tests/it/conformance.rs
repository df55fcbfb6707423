//! Holds the emulator of the gateway to recorded traces of the real one: every suite is replayed on a fresh emulator and
//! each answer compared. A 4xx counts by its status and by having a message, a 5xx by its status; requests that raced, or
//! need a credential that the emulator does not have, are skipped.

mod compare;
mod manager;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::emulator::{Emulator, wire};
use compare::Comparison;

/// Steps on routes that no table of the provider calls: part of the path, and why the emulator can do without.
const NOT_EMULATED: &[(&str, &str)] = &[
    ("/health", "a probe through an agent, and no agent ever connects"),
    ("/plan", "a proposal by an agent, not state"),
    ("/apply", "the same proposal carried out"),
    ("/files", "writes into a Git repository, and there is none"),
    ("/templates", "reads from a Git repository"),
    ("/localauth/register", "how a browser registers: no key comes of it"),
    ("/users/self/", "a person about themselves: a key is nobody"),
    ("/jira/assets/", "asks Jira, and there is none"),
    ("/proxymanager/", "what a client on a person's machine asks for"),
    ("/federation/test", "asks a cloud, and there is none"),
    ("/orgs/onboarding", "what an administrator has looked at"),
    ("/orgs/features", "a feature that the gateway is not configured for"),
    ("/features/", "a feature that the gateway is not configured for"),
    ("/license/sign", "makes licenses, which the vendor alone can"),
    ("/signup", "happens once, before there is a key"),
    ("/api/login", "a browser's login: no key comes of it"),
    ("/api/metrics/", "what people did, not what is set up"),
    ("/api/reports/", "what people did, not what is set up"),
    ("/api/reviews", "what people did, not what is set up"),
    ("PUT /api/rulepacks/", "rule packs are only read"),
    ("DELETE /api/rulepacks/", "rule packs are only read"),
];

/// Lists that the gateway keeps in no order.
const UNORDERED: &[&str] = &["attributes", "guardrail_rules", "connections", "groups", "repositories", "items"];

/// Suites whose lists come in the order of the table's rows, which an update moves.
const LISTS_UNORDERED: &[&str] = &["api-keys", "lists-show-all", "serviceaccounts"];

/// Fields whose text is the gateway's own, or belongs to the one that was recorded. Suites that show none are compared
/// whole.
const OWN_TEXTS: &[(&str, &[&str])] = &[
    ("serverconfig", OF_THE_SERVER),
    ("orgs", OF_THE_SERVER),
    ("settings", OF_THE_SETTINGS),
    ("audit-logs", &["error_message"]),
    ("connection-credentials", &["endpoint_url"]),
];
/// What the gateway masks depends on its masking provider.
const OF_THE_SETTINGS: &[&str] = &["description", "data_masking"];
const OF_THE_SERVER: &[&str] = &["description", "version", "api_url", "issued_at", "expire_at"];

/// Suites that were recorded on a gateway with a masking provider.
const WITH_MASKING: &[&str] =
    &["datamasking-rules-provider", "keys-of-every-role", "lists-show-all", "odd-values", "write-answers"];

macro_rules! suites {
    ($($test:ident: $file:literal,)*) => {
        $(#[test]
        fn $test() {
            replay($file);
        })*

        /// A trace that no test replays would be a promise that nobody keeps.
        #[test]
        fn every_trace_is_replayed() {
            let replayed = [$(concat!($file, ".jsonl")),*].map(str::to_owned);
            assert_eq!(files_in(traces()), BTreeSet::from(replayed));
        }
    };
}

suites! {
    access_requests: "access-requests",
    agents: "agents",
    connection_federation: "connection-federation",
    api_keys: "api-keys",
    ai_session_analyzer: "ai-session-analyzer",
    attributes: "attributes",
    audit_logs: "audit-logs",
    connection_credentials: "connection-credentials",
    connections_accesscontrol: "connections-accesscontrol",
    connections_basics: "connections-basics",
    connections_defaults: "connections-defaults",
    connections_hiderole: "connections-hiderole",
    connections_listing: "connections-listing",
    connections_patch: "connections-patch",
    connections_put: "connections-put",
    connections_refs: "connections-refs",
    connections_secrets: "connections-secrets",
    connections_types: "connections-types",
    connections_validation: "connections-validation",
    credentials_lifecycle: "credentials-lifecycle",
    datamasking_rules: "datamasking-rules",
    datamasking_rules_provider: "datamasking-rules-provider",
    event_routing: "event-routing",
    integrations: "integrations",
    jira: "jira",
    guardrails: "guardrails",
    keys_of_every_role: "keys-of-every-role",
    lists_show_all: "lists-show-all",
    machine_identities: "machineidentities",
    odd_values: "odd-values",
    orgs: "orgs",
    plugins: "plugins",
    plugins_connections: "plugins-connections",
    resources: "resources",
    resources_roles: "resources-roles",
    rulepacks: "rulepacks",
    runbooks: "runbooks",
    runs: "runs",
    serverconfig: "serverconfig",
    settings: "settings",
    service_accounts: "serviceaccounts",
    spiffe_mappings: "spiffe-mappings",
    users: "users",
    user_groups: "user-groups",
    write_answers: "write-answers",
}

fn traces() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/traces"))
}

fn files_in(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).expect("the folder of traces").flatten();
    let files = files.filter(|file| file.path().is_file());
    files.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
}

fn replay(suite: &str) {
    let text = fs::read_to_string(traces().join(suite).with_extension("jsonl")).expect("a trace");
    let emulator = Emulator::builder().masking(WITH_MASKING.contains(&suite)).start();
    let unordered = [UNORDERED, if LISTS_UNORDERED.contains(&suite) { &[""] } else { &[] }].concat();
    let ignored = OWN_TEXTS.iter().find(|(of, _)| *of == suite).map_or(&[][..], |(_, fields)| fields);
    let mut comparison = Comparison::new(unordered, ignored);
    let mut differing = Vec::new();
    for line in text.lines() {
        let step: Value = serde_json::from_str(line).expect("a line of a trace is JSON");
        differing.extend(told(&step, &replay_step(&emulator, &step, &mut comparison)));
    }
    assert!(differing.is_empty(), "{suite} differs from the recorded gateway:\n{}", differing.join("\n"));
}

/// One line about a step whose answer differs.
fn told(step: &Value, differences: &[String]) -> Option<String> {
    let (request, shown) = (&step["request"], &differences[..differences.len().min(4)]);
    let about = format!("{}/{}: {} {}", step["case"], step["step"], request["method"], request["path"]);
    (!differences.is_empty()).then(|| format!("{about}: {}", shown.join("; ")))
}

fn replay_step(emulator: &Emulator, step: &Value, comparison: &mut Comparison) -> Vec<String> {
    let request = &step["request"];
    let path = request["path"].as_str().unwrap_or_default();
    let method = request["method"].as_str().unwrap_or_default();
    if NOT_EMULATED.iter().any(|(part, _)| format!("{method} {path}").contains(part)) {
        return Vec::new();
    }
    let Some(headers) = credential(emulator, step) else { return Vec::new() };
    let (target, body) = (comparison.in_text(path), comparison.request_body(request));
    let reply = match wire::exchange(&emulator.api_url(), method, &target, &headers, body.as_deref()) {
        Ok(reply) => reply,
        Err(error) => return vec![format!("no answer: {error}")],
    };
    // Raced when recorded, or after steps that were skipped: acted out, but the answer is not determined.
    if step.get("parallel").is_some() || step.get("needs").is_some() {
        return Vec::new();
    }
    judge(&step["response"], reply.status, &content(&reply.body), comparison)
}

/// A body as JSON, as text if it is none, as null if there is nothing.
fn content(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body).into_owned();
    if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::from(text)) }
}

fn judge(response: &Value, status: u16, found: &Value, comparison: &mut Comparison) -> Vec<String> {
    if response["status"] != status {
        return vec![format!("status {status}, want {}", response["status"])];
    }
    let wanted = response.get("body").or_else(|| response.get("body_raw")).unwrap_or(&Value::Null);
    match status {
        ..400 => comparison.differences(wanted, found),
        400..500 if wanted.is_object() && found["message"].as_str().is_none_or(str::is_empty) => {
            vec!["no message".into()]
        }
        _ => Vec::new(),
    }
}

/// The headers of the request, or nothing if its credential is one that this emulator does not know.
fn credential(emulator: &Emulator, step: &Value) -> Option<Vec<(String, String)>> {
    let header = |name: &str, value: String| Some(vec![(name.to_owned(), value)]);
    match step["request"]["headers"]["auth"].as_str() {
        None | Some("" | "none") => Some(Vec::new()),
        Some("hpk") => header("Authorization", format!("Bearer {}", emulator.api_key())),
        // Elsewhere a user does what only users can do about themselves.
        Some("jwt") if step["suite"] == "connections-hiderole" => {
            header("Authorization", format!("Bearer {}", emulator.user_token()))
        }
        Some("legacy") => header("Api-Key", emulator.legacy_api_key()),
        Some(other) => {
            // A key that an earlier step made.
            if let Some(key) = emulator.key_of(other) {
                return header("Authorization", format!("Bearer {key}"));
            }
            let (name, value) = other.strip_prefix("raw:").filter(|raw| !raw.contains("redacted"))?.split_once('=')?;
            header(name, value.to_owned())
        }
    }
}
