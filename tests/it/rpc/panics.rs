//! A provider that panics: one diagnostic, nothing of what it held, and everything else goes on. No table of ours does,
//! so that these tests bring one that does, over a service in this process.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::api::{Credential, ErrorKind, Refusal};
use terraform_provider_hoop::diagnostic::Diagnostics;
use terraform_provider_hoop::hooks::{Hooks, JsonObject};
use terraform_provider_hoop::schema::Kind::Str;
use terraform_provider_hoop::schema::{
    Action, Attr, Check, Credentials, Hints, Input, Listing, Provider, Request, Resource, System, Update, computed,
    optional, required,
};
use terraform_provider_hoop::value::{Object as Attributes, Value};

use crate::emulator::{Emulator, Fault};
use crate::host::{Object, Session};

/// Stands for a secret in the values that a panic prints.
const CANARY: &str = "c4nary";

/// What makes the table below panic.
const VALIDATE: &str = "panic in validate";
const READ: &str = "panic-in-read";

static TOY: Provider = Provider {
    name: "toy",
    title: "Toy",
    doc: "A provider that panics.",
    system: System {
        title: "toy system",
        url: Input { attribute: "url", variable: "TOY_URL" },
        credentials: Credentials {
            key: Input { attribute: "key", variable: "TOY_KEY" },
            scheme: None,
            header: |key, _| Credential { header: "api-key", value: key.clone() },
            exchange: None,
            demanded: true,
        },
        headers: &[],
        endpoint: str::to_owned,
        classify_error: |status, _| Refusal::new(ErrorKind::of_status(status), ""),
        check: Check { path: &["serverinfo"], query: &[], version_path: &[] },
        version: |_, _| None,
        roles: None,
        hints: Hints { wrong_address: "", unauthorized: "", forbidden: "", no_token: "" },
    },
    attrs: &[optional("url", Str, "The address."), optional("key", Str, "The key.")],
    resources: &[&RULE, &AGENT],
    data: &[],
    queries: &[],
    ephemerals: &[],
    actions: &[&SHOUT],
    functions: &[],
    defaults: &[],
}
.checked();

const HOOKS: Hooks = Hooks { validate: Some(validate), absent_when: Some(absent), ..Hooks::NONE };

static SHOUT: Action = Action::new(
    "toy_shout",
    "Panics when it is answered.",
    Request::get("agents/{name}"),
    &[required("name", Str, "Whom it shouts at.")],
    ("shout", "It was shouted."),
)
.work(|answer| panic!("a message with {CANARY} in it: {answer:?}"));

/// The system gives the key.
static RULE: Resource =
    Resource::new("toy_rule", "datamasking-rules", "A rule.", RULE_ATTRS).update(Update::MergePut).hooks(HOOKS);

static RULE_ATTRS: &[Attr] = &[
    computed("id", Str, "Its identifier.").key(),
    required("name", Str, "Its name."),
    optional("description", Str, "What it is for.").or_empty(),
];

/// The configuration gives the key.
static AGENT: Resource = Resource::new("toy_agent", "agents", "An agent.", AGENT_ATTRS)
    .list(Listing::new("toy_agents", "agents"))
    .hooks(HOOKS);

static AGENT_ATTRS: &[Attr] = &[
    computed("id", Str, "Its identifier."),
    required("name", Str, "Its name.").key().replaces(),
    computed("token", Str, "Shown once.").sensitive().once(),
];

fn validate(config: &Attributes) -> Diagnostics {
    match config.get("name").and_then(Value::as_str) {
        Some(VALIDATE) => panic!("a message with {CANARY} in it"),
        _ => Diagnostics::new(),
    }
}

fn absent(shown: &JsonObject) -> bool {
    let is = |field: &str| shown.get(field).and_then(Json::as_str).is_some_and(|text| text.starts_with(READ));
    match is("description") || is("name") {
        true => panic!("a message with {CANARY} in it: {shown:?}"),
        false => false,
    }
}

async fn session(emulator: &Emulator) -> Session {
    let session = Session::inside(&TOY).await;
    let configured = session.configure(json!({"url": emulator.api_url(), "key": emulator.legacy_api_key()})).await;
    assert!(configured.is_clean(), "{configured}");
    session
}

fn rule(name: &str, description: &str) -> Json {
    json!({"name": name, "description": description})
}

/// Nothing of what was in the panic's message is told.
fn assert_secret(session: &Session) {
    assert!(!session.said().contains(CANARY), "{}", session.said());
}

#[tokio::test]
async fn a_panic_is_one_diagnostic_and_the_next_call_works() {
    let emulator = Emulator::builder().masking(true).start();
    let session = session(&emulator).await;
    for _ in 0..2 {
        let found = session.validate("toy_rule", &rule(VALIDATE, "")).await;
        assert!(found.errors().count() == 1 && found.say("report") && found.say("toy_rule"), "{found}");
        assert!(session.validate("toy_rule", &rule("fine", "")).await.is_clean());
    }
    assert_secret(&session);
    session.create("toy_rule", &rule("fine", "as it should be")).await;
}

/// Several at once, on one connection, beside one that does not panic.
#[tokio::test]
async fn a_panic_disturbs_no_other_call() {
    let emulator = Emulator::builder().masking(true).start();
    let session = session(&emulator).await;
    let stored = session.create("toy_rule", &rule("fine", "as it should be")).await;
    emulator.call("POST", "/api/agents", json!({"name": READ}));
    let (invalid, agent) = (rule(VALIDATE, ""), json!({"name": "fine"}));
    let (broken, (kept, found), invalid, fine) = tokio::join!(
        session.import("toy_agent", READ),
        session.read(&stored),
        session.validate("toy_rule", &invalid),
        session.create("toy_agent", &agent),
    );
    assert!(broken.is_err_and(|found| found.errors().count() == 1 && found.say("report")));
    assert!(found.is_clean() && kept == stored, "{found}");
    assert!(invalid.has_errors() && !fine.state.is_null());
    assert_secret(&session);
}

/// Each object of a list is looked at in a task of its own.
#[tokio::test]
async fn a_list_that_panics_is_one_error() {
    let emulator = Emulator::builder().start();
    let session = session(&emulator).await;
    assert_eq!(session.list_all("toy_agent", true).await.len(), 1);
    emulator.call("POST", "/api/agents", json!({"name": READ}));
    for with_objects in [false, true] {
        let found = session.list("toy_agent", &json!({}), 100, with_objects).await.expect_err("it panics");
        assert!(found.errors().count() == 1 && found.say("report"), "{found}");
    }
    assert_secret(&session);
}

/// The write was answered, and then it panicked: the object exists, and so it is in the state.
#[tokio::test]
async fn a_create_that_panics_after_its_write_is_in_the_state() {
    let emulator = Emulator::builder().masking(true).start();
    let session = session(&emulator).await;
    for (type_name, config, collection) in
        [("toy_rule", rule("made", READ), "datamasking-rules"), ("toy_agent", json!({"name": READ}), "agents")]
    {
        let absent = Object::absent(type_name);
        let planned = session.plan(&absent, &config).await;
        let made = session.apply(&absent, &planned).await;
        assert!(!made.tainted && made.diagnostics.warnings().count() == 1, "{}", made.diagnostics);
        assert!(made.diagnostics.say("report") && made.diagnostics.say("next plan or refresh"), "{}", made.diagnostics);
        let (_, shown) = emulator.call("GET", &format!("/api/{collection}"), Json::Null);
        let shown = shown.as_array().expect("a list").iter().find(|shown| shown["name"] == config["name"]);
        let (state, shown) = (&made.object.state, shown.expect("it was made"));
        assert_eq!((&state["name"], &state["description"]), (&config["name"], &config["description"]));
        match type_name {
            "toy_rule" => assert_eq!(state["id"], shown["id"]),
            // What only the answer to the create tells.
            _ => assert!(state["token"].as_str().is_some_and(|token| token.starts_with("grpc://")), "{state}"),
        }
        let destroyed = session.destroy(&made.object).await;
        assert!(destroyed.diagnostics.is_clean() && destroyed.object.state.is_null(), "{}", destroyed.diagnostics);
    }
    assert_secret(&session);
}

/// Whether the write was made is not known, and the panic came while that was looked up: the error tells how to go on.
#[tokio::test]
async fn a_create_that_panics_in_doubt_names_the_object() {
    let emulator = Emulator::builder().masking(true).start();
    let session = session(&emulator).await;
    emulator.fault(Fault::lost_answer().on("POST", "/api/agents"));
    let planned = session.plan(&Object::absent("toy_agent"), &json!({"name": READ})).await;
    let made = session.apply(&Object::absent("toy_agent"), &planned).await;
    assert!(made.object.state.is_null() && made.diagnostics.errors().count() == 1, "{}", made.diagnostics);
    let command = format!("terraform import toy_agent.NAME '{READ}'");
    assert!(made.diagnostics.say(&command) && made.diagnostics.say("report"), "{}", made.diagnostics);
    assert_secret(&session);
}

#[tokio::test]
async fn an_update_or_destroy_that_panics_keeps_the_state() {
    let emulator = Emulator::builder().masking(true).start();
    let session = session(&emulator).await;
    let before = session.create("toy_rule", &rule("fine", "as it should be")).await;
    let planned = session.plan(&before, &rule("fine", READ)).await;
    let changed = session.apply(&before, &planned).await;
    assert!(changed.diagnostics.errors().count() == 1 && changed.diagnostics.say("report"), "{}", changed.diagnostics);
    assert_eq!(changed.object, before);
    // The next one needs to read it first, which panics too. What is known of it stays.
    let planned = session.plan(&before, &rule("fine", "again")).await;
    let again = session.apply(&before, &planned).await;
    assert!(again.diagnostics.has_errors() && again.object == before, "{}", again.diagnostics);
    assert_secret(&session);
}

/// Its stream ends as every other does.
#[tokio::test]
async fn an_action_that_panics_has_one_result() {
    let emulator = Emulator::start();
    let session = session(&emulator).await;
    for _ in 0..2 {
        let invoked = session.invoke("toy_shout", &json!({"name": "default"})).await;
        assert!(invoked.progress.is_empty() && invoked.diagnostics.errors().count() == 1, "{}", invoked.diagnostics);
        assert!(invoked.diagnostics.say("report") && invoked.diagnostics.say("toy_shout"), "{}", invoked.diagnostics);
    }
    assert_secret(&session);
}
