//! What a list leaves out, and what it says about that: objects that cannot be managed, rights and versions that do not
//! suffice.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Resource, Rights};

use crate::emulator::Emulator;
use crate::host::{Action, Listed, Session};
use crate::subject::cases::{alone, try_each};
use crate::subject::{HoopGateway, Subject, configured, types};

async fn gateway() -> (HoopGateway, Session) {
    let gateway = HoopGateway::here();
    let session = configured(&gateway).await;
    (gateway, session)
}

fn made(gateway: &HoopGateway, path: &str, body: Json) -> Json {
    let (status, made) = gateway.ask("POST", path, body);
    assert!(matches!(status, 200 | 201), "{path}: {made}");
    made
}

fn names(listed: &[Listed]) -> Vec<&str> {
    listed.iter().map(|it| it.display_name.as_str()).collect()
}

#[tokio::test]
async fn what_another_system_manages_is_named_and_not_listed() {
    let (gateway, session) = gateway().await;
    let profile = json!({"profile": "protection-permissive", "source": "settings"});
    assert_eq!(gateway.ask("PUT", "orgs/protection-profile", profile).0, 200);
    for (name, managed) in [("hoop_guardrail_rule", "Unsafe"), ("hoop_attribute", "hoop_protection_profile")] {
        let (listed, said) = session.list(name, &json!({}), 100, true).await.expect("a list");
        let [warning] = &said.0[..] else { panic!("{said}") };
        assert!(listed.is_empty() && warning.detail.contains(managed), "{said}");
    }
}

/// Whoever asks for them gets them.
#[tokio::test]
async fn connections_that_another_system_manages_are_listed_to_who_filters_by_it() {
    let emulator = Emulator::builder().start_here();
    let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
    session.configure(crate::host::settings(&emulator)).await;
    for name in ["own", "other"] {
        session.create("hoop_connection", &crate::subject::minimal(&emulator, "hoop_connection", name)).await;
    }
    assert!(emulator.set_managed_by("other", Some("operator")));
    let of = async |filters: Json| session.list("hoop_connection", &filters, 100, true).await.expect("a list");
    let (listed, said) = of(json!({})).await;
    assert!(names(&listed) == ["own"] && said.warnings().any(|it| it.detail.contains("other")), "{said}");
    let (listed, said) = of(json!({"managed_by": "operator"})).await;
    assert!(names(&listed) == ["other"] && said.is_clean(), "{said}");
}

#[tokio::test]
async fn what_does_not_count_as_existing_is_not_listed() {
    let (gateway, session) = gateway().await;
    let key = made(&gateway, "api-keys", json!({"name": "old", "groups": []}));
    made(&gateway, "api-keys", json!({"name": "new", "groups": []}));
    gateway.ask("DELETE", &format!("api-keys/{}", key["id"].as_str().expect("an id")), Json::Null);
    // The emulator has a key for the tests.
    let keys = session.list_all("hoop_api_key", true).await;
    assert!(names(&keys).contains(&"new") && !names(&keys).contains(&"old"), "{keys:?}");
    for name in ["hoop_org_protection_profile", "hoop_ai_session_analyzer_provider", "hoop_jira_integration"] {
        assert_eq!(session.list_all(name, true).await, [], "{name}");
    }
    assert_eq!(session.list_all("hoop_server_misc_config", true).await.len(), 1);
}

/// Terraform would ask for an object with another name.
#[tokio::test]
async fn a_name_that_terraform_normalizes_is_named_and_not_listed() {
    let (gateway, session) = gateway().await;
    for name in ["e\u{301}", "\u{e9}"] {
        made(&gateway, "users/groups", json!({"name": name}));
    }
    let (listed, said) = session.list("hoop_user_group", &json!({}), 100, true).await.expect("a list");
    assert_eq!(names(&listed).iter().filter(|name| name.contains('\u{e9}')).count(), 1, "{listed:?}");
    assert!(said.warnings().any(|it| it.detail.contains("NFC")), "{said}");
}

/// The gateway attaches each connection to three plugins.
#[tokio::test]
async fn links_that_nobody_has_made_are_not_listed() {
    let (gateway, session) = gateway().await;
    let link = gateway.minimal("hoop_plugin_connection", "orders");
    let orders = link["connection_id"].as_str().expect("an id");
    assert_eq!(session.list_all("hoop_plugin_connection", true).await, []);
    assert_eq!(gateway.ask("PUT", &format!("plugins/slack/conn/{orders}"), json!({"config": ["C1"]})).0, 200);
    let listed = session.list_all("hoop_plugin_connection", true).await;
    assert_eq!(names(&listed), ["slack/orders"]);
    let of =
        async |plugin: &str| session.list("hoop_plugin_connection", &json!({"plugin_name": plugin}), 9, true).await;
    assert_eq!(of("slack").await.expect("a list").0, listed);
    assert_eq!(of("audit").await.expect("a list").0, []);
    assert!(of("nothing").await.expect_err("no such plugin").say("nothing"));
}

/// A role may have no agent of its own; a connection must.
#[tokio::test]
async fn what_can_only_be_configured_inside_another_object_is_configured_there() {
    let (gateway, session) = gateway().await;
    let agent = gateway.get("agents/default")["id"].clone();
    let role = |name: &str, agent_id: &Json| json!({"name": name, "type": "custom", "subtype": "", "agent_id": agent_id, "secret": {}, "command": ["bash"]});
    let resource = |name: &str, agent_id: &Json| {
        let roles = [role(&format!("{name}-one"), &agent), role(&format!("{name}-two"), agent_id)];
        made(
            &gateway,
            "resources",
            json!({"name": name, "type": "custom", "subtype": "custom", "agent_id": agent, "env_vars": {}, "roles": roles}),
        );
    };
    resource("shared", &json!(""));
    resource("plain", &agent);
    let (connections, said) = session.list("hoop_connection", &json!({}), 100, true).await.expect("a list");
    assert!(!names(&connections).contains(&"shared-two") && names(&connections).contains(&"shared-one"));
    let [warning] = &said.0[..] else { panic!("{said}") };
    assert!(warning.summary.contains("shared-two") && warning.detail.contains("agent_id"), "{said}");
    assert!(names(&session.list_all("hoop_connection", false).await).contains(&"shared-two"));
    for listed in session.list_all("hoop_resource", true).await {
        let (config, _) = session.generate("hoop_resource", &listed.object).await;
        let needs_roles = listed.display_name == "shared";
        assert_eq!(config["roles"].is_object(), needs_roles, "{}", listed.display_name);
        let imported = session.import_identity("hoop_resource", &listed.identity).await.expect("an object");
        let planned = session.plan(&imported, &config).await;
        assert!(planned.diagnostics.is_clean() && planned.action == Action::NoOp, "{config} {}", planned.diagnostics);
    }
}

/// Each type that keys with fewer rights cannot read.
#[test]
fn a_key_without_the_rights_is_told_which_it_needs() {
    let cases: Vec<_> = types().into_iter().filter(|(_, it)| it.readable_by > Rights::Standard).collect();
    assert!(cases.len() > 10);
    try_each(
        &cases,
        |(_, resource)| resource.name.to_owned(),
        |(make, resource)| {
            alone(async {
                let subject = make();
                let session = Session::inside(subject.provider()).await;
                session.configure(subject.settings_of(Rights::Standard).expect("a key with fewer rights")).await;
                if let Some(parent) = resource.parent {
                    // Without one there is nothing to read.
                    let config = subject.minimal(parent.table.name, "parent");
                    let author = configured(subject.as_ref()).await;
                    author.create(parent.table.name, &config).await;
                }
                let listed = session.list(resource.name, &json!({}), 100, true).await;
                let found = listed.expect_err(resource.name);
                assert!(found.say("requires the group `admin`"), "{found}");
            });
        },
    );
}

/// Each type that an old gateway does not have.
#[test]
fn a_gateway_that_is_too_old_is_told() {
    let of_later = |(_, resource): &(_, &'static Resource)| resource.since.is_some();
    let cases: Vec<_> = types().into_iter().filter(of_later).collect();
    assert!(cases.len() > 5);
    try_each(
        &cases,
        |(_, resource)| resource.name.to_owned(),
        |(_, resource)| {
            alone(async {
                let emulator = Emulator::builder().version("1.49.10").start_here();
                let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
                session.configure(json!({"api_url": emulator.api_url(), "api_key": emulator.legacy_api_key()})).await;
                let listed = session.list(resource.name, &json!({}), 100, true).await;
                // What belongs to another object is asked for only if there is one.
                if let Err(found) = &listed {
                    assert!(found.say("requires version"), "{found}");
                }
                assert!(listed.is_err() || resource.parent.is_some(), "{}", resource.name);
            });
        },
    );
}

/// Each type that can be hidden: fewer objects are no reason to believe that there are no others.
#[test]
fn a_key_that_may_not_see_everything_is_told() {
    let cases: Vec<_> = types().into_iter().filter(|(_, it)| it.hidden_by.is_some() && it.is_listable()).collect();
    assert!(!cases.is_empty());
    let name = |(_, resource): &(_, &'static Resource)| resource.name.to_owned();
    try_each(&cases, name, |(make, resource)| {
        alone(async {
            let subject = make();
            subject.hide();
            let session = Session::inside(subject.provider()).await;
            session.configure(subject.settings_of(Rights::Standard).expect("a key with fewer rights")).await;
            let (_, said) = session.list(resource.name, &json!({}), 100, false).await.expect("a list");
            assert!(said.warnings().any(|it| it.summary.contains("may be incomplete")), "{said}");
        });
    });
}

#[tokio::test]
async fn a_filter_that_no_object_can_have_is_refused_where_it_stands() {
    let (_gateway, session) = gateway().await;
    for (name, filters, path) in [
        ("hoop_agent", json!({"status": "ASLEEP"}), "status"),
        ("hoop_plugin_connection", json!({"plugin_name": "a/../b"}), "plugin_name"),
        ("hoop_connection_federation", json!({"connection_name": "a/b"}), "connection_name"),
    ] {
        assert_eq!(session.validate_list(name, &filters).await.error_paths(), [path], "{name}");
        assert!(session.list(name, &filters, 100, false).await.is_err(), "{name}");
    }
    let open = json!({"status": crate::host::unknown()});
    assert!(session.validate_list("hoop_agent", &open).await.is_clean());
}
