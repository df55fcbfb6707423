//! One object followed through the log: each line of a request of the host has its number, what it is about and what it
//! does, also where several run at once and where they share what one of them reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::minimal;
use crate::emulator::Emulator;
use crate::host::{Object, Session, settings};

/// A line of the log.
struct Line(Map<String, Json>);

impl Line {
    fn field(&self, name: &str) -> &str {
        self.0.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// `POST /api/agents` of a line about a request of the provider.
    fn http(&self) -> Option<&str> {
        let message = self.field("@message");
        let methods = ["GET ", "POST ", "PUT ", "PATCH ", "DELETE "];
        methods.iter().any(|method| message.starts_with(method)).then(|| message.split(": ").next().unwrap_or(message))
    }
}

async fn session(emulator: &Emulator, level: &'static str) -> Arc<Session> {
    let session = Session::start_with(|launch| launch.env("TF_LOG", level)).await;
    assert!(session.configure(settings(emulator)).await.is_clean());
    Arc::new(session)
}

async fn lines(session: Arc<Session>) -> Vec<Line> {
    let session = Arc::into_inner(session).expect("nobody uses it any more");
    let lines = session.shutdown().await.stderr;
    lines.lines().map(|line| Line(serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))).collect()
}

#[tokio::test]
async fn each_http_line_of_an_apply_has_the_number_of_its_request() {
    let emulator = Emulator::start();
    let session = session(&emulator, "debug").await;
    let absent = Object::absent("hoop_connection");
    let mut config = minimal(&emulator, "hoop_connection", "followed");
    let planned = session.plan(&absent, &config).await;
    let created = session.apply(&absent, &planned).await.object;
    config["tags"] = json!({"a": "b"});
    let planned = session.plan(&created, &config).await;
    let updated = session.apply(&created, &planned).await.object;
    session.destroy(&updated).await;
    let lines = lines(session).await;
    let mut numbers = BTreeSet::new();
    for (operation, method) in [("create", "POST "), ("update", "PATCH "), ("delete", "DELETE ")] {
        let of_operation: Vec<&Line> = lines.iter().filter(|line| line.field("operation") == operation).collect();
        let fields = |line: &&Line| {
            ["tf_req_id", "tf_rpc", "tf_resource_type", "object", "tf_provider_addr"]
                .map(|name| line.field(name).to_owned())
        };
        let found: BTreeSet<[String; 5]> = of_operation.iter().map(fields).collect();
        assert_eq!(found.len(), 1, "{operation}: {found:?}");
        let [number, rest @ ..] = found.into_iter().next().expect("one");
        let address = "registry.terraform.io/hoophq/hoop";
        assert_eq!(rest, ["ApplyResourceChange", "hoop_connection", "followed", address]);
        assert!(
            of_operation.iter().any(|line| line.http().is_some_and(|http| http.starts_with(method))),
            "{operation}"
        );
        assert!(of_operation.iter().any(|line| !line.field("tf_req_duration_ms").is_empty()), "{operation}");
        assert!(numbers.insert(number), "{operation} has a number of its own");
    }
    // Nothing is sent for no request, and whatever is written in the course of one has its number.
    for line in &lines {
        assert!(line.http().is_none() || !line.field("tf_req_id").is_empty(), "{:?}", line.0);
        assert_eq!(line.field("tf_rpc").is_empty(), line.field("tf_req_id").is_empty(), "{:?}", line.0);
    }
    assert!(lines.iter().any(|line| line.field("@message").contains("protocol: 6, target: ")));
    let planned = lines.iter().filter(|line| line.field("tf_rpc") == "PlanResourceChange");
    assert!(planned.filter(|line| line.field("object") == "followed").count() >= 3);
}

const MANY: usize = 12;

#[tokio::test]
async fn requests_that_run_at_once_are_not_mixed_up() {
    let emulator = Emulator::start();
    let session = session(&emulator, "debug").await;
    let name = |number: usize| format!("at-once-{number}");
    let create = async |number: usize| {
        let absent = Object::absent("hoop_connection");
        let planned = session.plan(&absent, &minimal(&emulator, "hoop_connection", &name(number))).await;
        let created = session.apply(&absent, &planned).await.object;
        session.destroy(&created).await;
    };
    tokio::join!(create(0), create(1), create(2), create(3), create(4), create(5));
    let mut posts = BTreeMap::new();
    let mut paths = 0;
    for line in lines(session).await {
        let Some(http) = line.http() else { continue };
        if http.starts_with("POST ") {
            assert!(posts.insert(line.field("object").to_owned(), line.field("tf_req_id").to_owned()).is_none());
        }
        if let Some((_, named)) = http.split_once("/connections/") {
            assert_eq!(line.field("object"), named);
            paths += 1;
        }
    }
    assert_eq!(posts.keys().cloned().collect::<Vec<_>>(), (0..6).map(name).collect::<Vec<_>>());
    assert_eq!(posts.values().collect::<BTreeSet<_>>().len(), 6);
    assert!(paths >= 6, "{paths}");
}

/// Refreshes of many objects read one list: its lines are those of one refresh, and the others name that.
#[tokio::test]
async fn who_uses_what_another_request_has_read_names_it() {
    let emulator = Emulator::start();
    let session = session(&emulator, "debug").await;
    let mut objects = Vec::new();
    for number in 0..MANY {
        let absent = Object::absent("hoop_agent");
        let planned = session.plan(&absent, &json!({"name": format!("shared-{number}")})).await;
        objects.push(session.apply(&absent, &planned).await.object);
    }
    session.read_together(objects, MANY).await;
    let lines = lines(session).await;
    let reads = || lines.iter().filter(|line| line.field("tf_rpc") == "ReadResource");
    let sent: BTreeSet<&str> =
        reads().filter(|line| line.http().is_some()).map(|line| line.field("tf_req_id")).collect();
    let users: BTreeMap<&str, &str> = reads()
        .filter(|line| !line.field("shared_with").is_empty())
        .map(|line| (line.field("object"), line.field("shared_with")))
        .collect();
    assert!(users.len() >= MANY - 2, "{users:?}");
    assert!(users.values().all(|number| sent.contains(number)), "{users:?} of {sent:?}");
    let objects: BTreeSet<&str> = reads().map(|line| line.field("object")).collect();
    assert_eq!(objects.len(), MANY, "each of them is found by its name: {objects:?}");
}

/// Each object of a list is read in a task of its own.
#[tokio::test]
async fn a_list_and_its_reads_have_one_number() {
    let emulator = Emulator::start();
    let session = session(&emulator, "trace").await;
    for number in 0..3 {
        session.create("hoop_connection", &minimal(&emulator, "hoop_connection", &format!("listed-{number}"))).await;
    }
    assert_eq!(session.list_all("hoop_connection", true).await.len(), 3);
    let lines = lines(session).await;
    let of_list = lines.iter().filter(|line| line.field("tf_list_resource_type") == "hoop_connection");
    let numbers: BTreeSet<&str> = of_list.clone().map(|line| line.field("tf_req_id")).collect();
    assert_eq!(numbers.len(), 2, "one to validate it, one to read it: {numbers:?}");
    let http: BTreeSet<&str> = of_list.clone().filter_map(Line::http).collect();
    assert!(http.len() >= 4, "the list and each object: {http:?}");
    assert!(of_list.clone().any(|line| line.field("@message") == "ListResource has ended"));
}

/// Some Git servers take a token as the password of the URL, which is an ordinary attribute.
#[tokio::test]
async fn credentials_in_the_url_of_a_repository_are_in_no_line_and_no_message() {
    let emulator = Emulator::start();
    let session = session(&emulator, "trace").await;
    let config = |url: &str| json!({"git_url": url});
    let absent = Object::absent("hoop_runbook_configuration");
    let planned = session.plan(&absent, &config("https://oauth2:canary-1@git.example.com/r")).await;
    let created = session.apply(&absent, &planned).await;
    assert!(created.diagnostics.is_clean(), "{:?}", created.diagnostics);
    let again = session.plan(&absent, &config("https://oauth2:canary-1@git.example.com/r")).await;
    let refused = session.apply(&absent, &again).await;
    let invalid = session.validate("hoop_runbook_configuration", &config("https://oauth2:canary-2%zz@h/r")).await;
    let messages = format!("{:?} {invalid:?}", refused.diagnostics);
    assert!(messages.contains("https://***@git.example.com/r") && messages.contains("https://***@h/r"), "{messages}");
    assert!(!messages.contains("canary"), "{messages}");
    let lines = lines(session).await;
    assert!(lines.iter().any(|line| line.field("object") == "https://***@git.example.com/r"));
    assert!(lines.iter().all(|line| !format!("{:?}", line.0).contains("canary")));
}
