//! State files that somebody has edited by hand, under a real Terraform: what can be repaired the next plan repairs, what
//! cannot is told with a way out, and nothing that belongs to somebody else is written or destroyed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::emulator::Emulator;
use crate::terraform::{Config, Gateway, Terraform, control};

/// What is done to the instance of one object in the state file.
type Edit = fn(&mut Json);

/// A workspace with a connection for each edit, labelled by its name.
fn applied(gateway: &Gateway, edits: &[(&str, Edit)]) -> Terraform {
    let terraform = Terraform::new(gateway);
    let mut config = Config::default();
    for (label, _) in edits {
        config.set("hoop_connection", label, connection(gateway, label));
    }
    terraform.configure(&config);
    terraform.apply().ok();
    terraform
}

fn connection(gateway: &Gateway, label: &str) -> Json {
    json!({
        "name": named(label), "type": "custom", "agent_id": gateway.emulator().agent_id(),
        "secrets": { "envvar:A": "one" }, "tags": { "team": "a" }, "reviewers": ["dba", "sre"], "min_review_approvals": 2,
    })
}

fn named(label: &str) -> String {
    format!("tf-{}", label.replace('_', "-"))
}

/// Edits the instances of the state file whose label says so.
fn edit(terraform: &Terraform, edits: &[(&str, Edit)]) {
    let mut state: Json = serde_json::from_str(&terraform.state_text()).expect("the state is JSON");
    for (label, edit) in edits {
        let resources = state["resources"].as_array_mut().expect("resources");
        let resource = resources.iter_mut().find(|it| it["name"] == *label).unwrap_or_else(|| panic!("no {label}"));
        edit(&mut resource["instances"][0]);
    }
    terraform.set_state(&state);
}

/// Everything that the gateway stores, but for its times and for how it spells nothing: both change with any write.
fn everything(emulator: &Emulator) -> Vec<Json> {
    let get = |path: &str| emulator.call("GET", &format!("/api/{path}"), Json::Null).1;
    let connections = get("connections");
    let names = connections.as_array().into_iter().flatten().map(|it| it["name"].as_str().expect("a name").to_owned());
    let whole = names.map(|name| get(&format!("connections/{name}")));
    whole.chain(["resources", "runbooks/rules", "agents"].map(get)).map(lasting).collect()
}

fn lasting(json: Json) -> Json {
    match json {
        Json::Array(items) => items.into_iter().map(lasting).collect(),
        Json::Object(entries) => {
            let lasts = |name: &str, entry: &Json| {
                !name.ends_with("_at") && !matches!(entry, Json::Null) && *entry != json!([])
            };
            let kept = entries.into_iter().filter(|(name, entry)| lasts(name, entry));
            Json::Object(kept.map(|(name, entry)| (name, lasting(entry))).collect())
        }
        leaf => leaf,
    }
}

#[track_caller]
fn assert_untouched(emulator: &Emulator, before: &[Json]) {
    let lines = |all: &[Json]| -> Vec<String> { all.iter().map(|it| format!("{it:#}")).collect() };
    let (now, before) = (lines(&everything(emulator)).join("\n"), lines(before).join("\n"));
    let differs: Vec<_> = now.lines().zip(before.lines()).filter(|(now, before)| now != before).take(20).collect();
    assert!(now == before, "now and before: {differs:#?}");
}

/// A connection that Terraform does not know.
fn somebody_elses(emulator: &Emulator, name: &str) {
    let mut body = json!({ "name": name, "type": "custom", "agent_id": emulator.agent_id() });
    for mode in ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"] {
        body[mode] = json!("enabled");
    }
    assert_eq!(emulator.call("POST", "/api/connections", body).0, 201);
}

const REPAIRED: &[(&str, Edit)] = &[
    ("no_id", |it| it["attributes"]["id"] = Json::Null),
    ("other_id", |it| it["attributes"]["id"] = json!("00000000-0000-4000-8000-000000000000")),
    ("missing", |it| {
        let attributes = it["attributes"].as_object_mut().expect("attributes");
        attributes.retain(|name, _| name == "name");
    }),
    ("unknown", |it| it["attributes"]["colour"] = json!({"of": ["nothing"]})),
    ("blank_secret", |it| it["attributes"]["secrets"]["envvar:A"] = json!("")),
    ("null_secret", |it| it["attributes"]["secrets"] = Json::Null),
    ("other_secret", |it| it["attributes"]["secrets"] = json!({"envvar:B": "x"})),
    ("garbled_private", |it| it["private"] = json!(STANDARD.encode("{\"configured\":7, \u{1b}"))),
    ("no_private", |it| drop(it.as_object_mut().expect("an instance").remove("private"))),
    ("other_values", |it| {
        it["attributes"]["tags"] = json!({"team": "b", "more": "x"});
        it["attributes"]["reviewers"] = json!([]);
        it["attributes"]["secrets_updated_at"] = json!("yesterday");
    }),
    ("text_for_number", |it| it["attributes"]["min_review_approvals"] = json!("2")),
    ("garbled_identity", |it| {
        it["identity_schema_version"] = json!(0);
        it["identity"] = json!({"name": "tf-somebody"});
    }),
];

#[test]
fn the_next_apply_repairs_what_an_edit_took_away() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = applied(&gateway, REPAIRED);
    let before = everything(gateway.emulator());
    edit(&terraform, REPAIRED);
    gateway.take_writes();
    let plan = terraform.plan().ok();
    let loud: Vec<_> = plan.changes.iter().filter(|it| !it.is(&["no-op"]) && !it.is(&["update"])).collect();
    assert!(loud.is_empty(), "something is made anew: {loud:#?}");
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
    assert_untouched(gateway.emulator(), &before);
    for (label, _) in REPAIRED {
        let object = terraform.object(&format!("hoop_connection.{label}"));
        assert!(object["id"].is_string() && object["secrets"]["envvar:A"] == "one", "{label}: {object}");
    }
}

/// Each with what Terraform says of it.
const REFUSED: &[(&str, Edit, &str)] = &[
    ("no_name", |it| it["attributes"]["name"] = Json::Null, "is missing, but the state was stored for \"tf-no-name\""),
    ("empty_name", |it| it["attributes"]["name"] = json!(""), "but the state was stored for \"tf-empty-name\""),
    (
        "others_name",
        |it| it["attributes"]["name"] = json!("tf-theirs"),
        "but the state was stored for \"tf-others-name\"",
    ),
    (
        "nobodys_name",
        |it| it["attributes"]["name"] = json!("tf-nobody"),
        "but the state was stored for \"tf-nobodys-name\"",
    ),
    ("text_for_map", |it| it["attributes"]["tags"] = json!("x"), "edited by hand"),
    ("map_for_list", |it| it["attributes"]["reviewers"] = json!({"a": 1}), "edited by hand"),
    ("text_for_count", |it| it["attributes"]["min_review_approvals"] = json!("two"), "edited by hand"),
    ("list_for_all", |it| it["attributes"] = json!([1]), ""),
    ("newer_schema", |it| it["schema_version"] = json!(7), "newer provider version"),
];

#[test]
fn what_an_edit_made_of_it_is_told_and_nothing_is_touched() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let edits: Vec<(&str, Edit)> = REFUSED.iter().map(|(label, edit, _)| (*label, *edit)).collect();
    let terraform = applied(&gateway, &edits);
    somebody_elses(emulator, "tf-theirs");
    let before = everything(emulator);
    edit(&terraform, &edits);
    gateway.take_writes();
    let options = ["-json", "-input=false", "-lock=false"];
    for command in [&["plan"][..], &["apply", "-auto-approve"], &["destroy", "-auto-approve"]] {
        for more in [&[][..], &["-refresh=false"]] {
            let outcome = terraform.run(&[command, more, &options].concat());
            assert_eq!(outcome.code, 1, "{command:?} {more:?}: {outcome:#?}");
            for (label, _, says) in REFUSED {
                let address = format!("hoop_connection.{label}");
                let of = |error: &&crate::terraform::Diagnostic| {
                    error.address.as_ref() == Some(&address) || error.says(&address)
                };
                let told = outcome.errors().filter(of).any(|error| error.says(says));
                assert!(told, "{command:?} {more:?} {label}: {outcome:#?}");
            }
            assert_eq!(gateway.take_writes(), Vec::<String>::new(), "{command:?} {more:?}");
        }
    }
    assert_untouched(emulator, &before);
}

/// A role that is another resource's, written into the state; an id that is another rule's.
#[test]
fn what_is_anothers_stays_so_whatever_the_state_says() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let agent = emulator.agent_id();
    let host = |name: &str, role: &str| {
        let role_of =
            json!({ "type": "database", "subtype": "postgres", "agent_id": agent, "secrets": { "envvar:U": role } });
        json!({ "name": name, "type": "database", "subtype": "postgres", "agent_id": agent, "env_vars": {},
            "roles": { role: role_of } })
    };
    let rule = |name: &str| json!({ "name": name, "connections": [], "user_groups": [], "runbooks": [] });
    let theirs = Terraform::new(&gateway);
    let mut config = Config::default();
    config.set("hoop_resource", "it", host("tf-theirs", "tf-their-role"));
    config.set("hoop_runbook_rule", "it", rule("tf-their-rule"));
    theirs.configure(&config);
    theirs.apply().ok();

    let ours = Terraform::new(&gateway);
    let mut config = Config::default();
    config.set("hoop_resource", "it", host("tf-ours", "tf-our-role"));
    config.set("hoop_runbook_rule", "it", rule("tf-our-rule"));
    ours.configure(&config);
    ours.apply().ok();
    let id = theirs.object("hoop_runbook_rule.it")["id"].clone();
    let foreign = theirs.object("hoop_resource.it")["roles"]["tf-their-role"].clone();
    let before = everything(emulator);

    let whole: Json = serde_json::from_str(&ours.state_text()).expect("the state is JSON");
    let edited = |kind: &str, edit: &dyn Fn(&mut Json)| {
        let mut state = whole.clone();
        let resources = state["resources"].as_array_mut().expect("resources");
        let resource = resources.iter_mut().find(|it| it["type"] == kind).expect("the type");
        edit(&mut resource["instances"][0]["attributes"]);
        ours.set_state(&state);
    };
    for more in [&[][..], &["-refresh=false"]] {
        let run = |command: &[&str]| {
            ours.run(&[command, more, &["-json", "-input=false", "-lock=false", "-auto-approve"]].concat())
        };
        edited("hoop_runbook_rule", &|it| it["id"] = id.clone());
        for command in [["apply"], ["destroy"]] {
            let outcome = run(&command);
            assert!(outcome.errors().any(|error| error.says("but the state was stored for")), "{more:?}: {outcome:#?}");
        }
        edited("hoop_resource", &|it| it["roles"]["tf-their-role"] = foreign.clone());
        run(&["apply"]).ok();
        assert_untouched(emulator, &before);
        ours.second_plan_is_empty();
    }
    edited("hoop_resource", &|it| it["roles"]["tf-their-role"] = foreign.clone());
    let outcome =
        ours.run(&["destroy", "-refresh=false", "-json", "-input=false", "-lock=false", "-auto-approve"]).ok();
    assert_eq!(outcome.errors().count(), 0);
    theirs.second_plan_is_empty();
}
