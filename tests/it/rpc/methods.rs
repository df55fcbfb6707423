//! Every RPC of the protocol, answered or rejected as core tolerates it.

use serde_json::json;
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::Destroy;
use tonic::{Code, Status};

use super::{gateway, minimal};
use crate::emulator::{Emulator, Fault};
use crate::host::{Action, Object, Session, pb, settings, unknown};

/// State stores: core asks for them only by what the schema names.
#[tokio::test]
async fn a_family_that_is_not_offered_is_rejected_as_unimplemented() {
    let session = Session::start().await;
    assert!(session.schema.state_store_schemas.is_empty());
    macro_rules! rejected {
        ($($method:ident($request:expr)),* $(,)?) => {$(
            let status: Status = session.client().$method($request).await.map(drop).expect_err(stringify!($method));
            assert_eq!(status.code(), Code::Unimplemented, "{}: {status}", stringify!($method));
        )*};
    }
    rejected!(
        validate_state_store_config(pb::validate_state_store::Request::default()),
        configure_state_store(pb::configure_state_store::Request::default()),
        read_state_bytes(pb::read_state_bytes::Request::default()),
        write_state_bytes(tokio_stream::empty()),
        lock_state(pb::lock_state::Request::default()),
        unlock_state(pb::unlock_state::Request::default()),
        get_states(pb::get_states::Request::default()),
        delete_state(pb::delete_state::Request::default()),
    );
    let functions = session.client().get_functions(pb::get_functions::Request {}).await.expect("an answer");
    assert_eq!(functions.into_inner().functions, session.schema.functions);
    session.shutdown().await;
}

/// A host asks for what a newer provider of this name had: each answer says so, none is a status.
#[tokio::test]
async fn an_unknown_type_is_a_diagnostic() {
    let session = Session::start().await;
    macro_rules! said {
        ($($method:ident { $($field:ident: $value:expr),* }),* $(,)?) => {$(
            let request = pb::$method::Request { $($field: $value.into(),)* ..Default::default() };
            let answer = session.client().$method(request).await.expect(stringify!($method)).into_inner();
            let [said] = &answer.diagnostics[..] else { panic!("{}: {answer:?}", stringify!($method)) };
            assert_eq!(said.severity(), pb::diagnostic::Severity::Error);
            assert!(said.detail.contains("`hoop_nothing`"), "{}: {said:?}", stringify!($method));
        )*};
    }
    let name = "hoop_nothing";
    said!(
        validate_resource_config { type_name: name },
        upgrade_resource_state { type_name: name },
        upgrade_resource_identity { type_name: name },
        read_resource { type_name: name },
        plan_resource_change { type_name: name },
        apply_resource_change { type_name: name },
        import_resource_state { type_name: name, id: "x" },
        move_resource_state { target_type_name: name },
        generate_resource_config { type_name: name },
        validate_data_resource_config { type_name: name },
        read_data_source { type_name: name },
        validate_ephemeral_resource_config { type_name: name },
        open_ephemeral_resource { type_name: name },
        renew_ephemeral_resource { type_name: name },
        close_ephemeral_resource { type_name: name },
        validate_list_resource_config { type_name: name },
        validate_action_config { type_name: name },
        plan_action { action_type: name },
    );
    let is_unknown = |said: &[pb::Diagnostic]| matches!(said, [only] if only.detail.contains("`hoop_nothing`"));
    let request = pb::list_resource::Request { type_name: name.to_owned(), ..Default::default() };
    let mut results = session.client().list_resource(request).await.expect("a stream").into_inner();
    let only = results.message().await.expect("no status").expect("an event");
    assert!(is_unknown(&only.diagnostic) && results.message().await.expect("no status").is_none());
    let request = pb::invoke_action::Request { action_type: name.to_owned(), ..Default::default() };
    let mut events = session.client().invoke_action(request).await.expect("a stream").into_inner();
    let only = events.message().await.expect("no status").expect("an event").r#type;
    assert!(matches!(only, Some(pb::invoke_action::event::Type::Completed(done)) if is_unknown(&done.diagnostics)));
    assert!(events.message().await.expect("no status").is_none());
    let request = pb::call_function::Request { name: "nothing".to_owned(), arguments: Vec::new() };
    let answer = session.client().call_function(request).await.expect("an answer").into_inner();
    assert!(answer.result.is_none() && answer.error.is_some_and(|error| error.function_argument.is_none()));
    session.shutdown().await;
}

#[tokio::test]
async fn values_that_cannot_be_read_are_a_diagnostic() {
    let session = Session::start().await;
    for msgpack in [b"\xc1".to_vec(), b"\x81".to_vec(), b"\xa1x".to_vec(), vec![0x80]] {
        let config = Some(pb::DynamicValue { msgpack, json: Vec::new() });
        let request = pb::validate_resource_config::Request {
            type_name: "hoop_agent".to_owned(),
            config,
            client_capabilities: None,
        };
        let answer = session.client().validate_resource_config(request).await.expect("an answer").into_inner();
        assert_eq!(answer.diagnostics.len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn the_provider_block_is_checked_without_a_request() {
    let session = Session::start().await;
    let found = session.validate_provider(json!({"api_url": "ftp://gateway", "max_retries": 99})).await;
    let mut paths = found.error_paths();
    paths.sort();
    assert_eq!(paths, ["api_url", "max_retries"], "{found}");
    assert!(session.validate_provider(json!({"api_url": unknown()})).await.is_clean());
    assert!(session.validate_provider(json!({})).await.is_clean());
}

#[tokio::test]
async fn a_data_source_is_checked_without_a_request() {
    let session = Session::start().await;
    let sources: Vec<String> = session.schema.data_source_schemas.keys().cloned().collect();
    for name in sources {
        // One object is looked up by what identifies it, a list by any filter.
        let identity = session.identities.get(&name).map(|schema| &schema.identity_attributes);
        // What is only read has no identity.
        let only_read = PROVIDER.data.iter().find(|table| table.name == name);
        let is_key = |name: &str| match only_read {
            Some(table) => table.keys().any(|key| key.name == name),
            None => identity.is_none_or(|parts| parts.iter().any(|part| part.name == name)),
        };
        let shape = session.data_shape(&name);
        let open = shape.settable().filter(|(name, _)| is_key(name)).map(|(name, _)| (name.clone(), unknown()));
        let open = open.collect();
        let found = session.validate_data(&name, &open).await;
        assert!(!found.has_errors(), "{name}: {found}");
    }
    let found = session.validate_data("hoop_connection", &json!({})).await;
    assert_eq!(found.error_paths(), ["name"], "{found}");
    let found = session.validate_data("hoop_connection", &json!({"name": "abc", "id": "def"})).await;
    assert!(found.has_errors());
}

#[tokio::test]
async fn a_host_that_would_store_a_write_only_value_is_told() {
    let emulator = Emulator::start();
    let session = Session::start().await;
    let mut config = minimal(&emulator, "hoop_connection", "writeonly");
    config["secrets_wo"] = json!({"envvar:PASS": "x"});
    config["secrets_wo_version"] = json!(1);
    let older = pb::ClientCapabilities::default();
    for capabilities in [None, Some(older)] {
        let found = session.validate_as("hoop_connection", &config, capabilities).await;
        assert_eq!(found.error_paths(), ["secrets_wo"], "{found}");
    }
    assert!(session.validate("hoop_connection", &config).await.is_clean());
    config["secrets_wo"] = json!(null);
    config["secrets_wo_version"] = json!(null);
    assert!(session.validate_as("hoop_connection", &config, None).await.is_clean());
    let role = json!({"type": "custom", "secrets_wo": {"envvar:PASS": "x"}, "secrets_wo_version": 1});
    let config = json!({"name": "host", "type": "custom", "roles": {"one": role}});
    let found = session.validate_as("hoop_resource", &config, None).await;
    assert_eq!(found.error_paths(), [r#"roles["one"].secrets_wo"#], "{found}");
}

/// tonic decodes 4 MiB unless it is told otherwise; a state may hold more.
#[tokio::test]
async fn large_messages_go_both_ways() {
    let emulator = Emulator::start();
    let session = Session::with(&emulator).await;
    let mut config = minimal(&emulator, "hoop_connection", "large");
    config["command"] = json!(["x".repeat(10 << 20)]);
    assert!(session.validate("hoop_connection", &config).await.is_clean());
    let planned = session.plan(&Object::absent("hoop_connection"), &config).await;
    assert_eq!(planned.state["command"], config["command"]);
    session.shutdown().await;
}

#[tokio::test]
async fn each_type_is_created_imported_moved_and_described() {
    let session = Session::start().await;
    for name in session.resource_types() {
        let emulator = gateway();
        session.configure(settings(&emulator)).await;
        let config = minimal(&emulator, &name, "whole-life");
        let object = session.create(&name, &config).await;
        let parts = &session.identities[&name].identity_attributes;
        let parts = parts.iter().map(|part| object.identity[&part.name].as_str().expect("a text"));
        let id = parts.collect::<Vec<_>>().join("/");

        let imported = session.import(&name, &id).await.unwrap_or_else(|found| panic!("{name}: {found}"));
        // What no response shows is sent again after an import.
        let table = PROVIDER.resource(&name).expect("a table");
        if table.managed().any(|attr| !attr.is_readable() && !config[attr.name].is_null()) {
            session.converge(&imported, &config).await;
        } else {
            session.settled(&imported, &config).await;
        }
        let by_identity = session.import_identity(&name, &object.identity).await;
        assert_eq!(by_identity.expect("the identity names it"), imported);
        let strange = session.import(&name, "no-such-object").await.expect_err("nothing to import");
        assert!(strange.say("no-such-object") || strange.say("must have the form"), "{strange}");

        let (generated, missing) = session.generate(&name, &imported.state).await;
        assert!(missing.is_clean(), "{missing}");
        assert!(!session.validate(&name, &generated).await.has_errors());
        session.settled(&imported, &generated).await;

        let upgraded = session.upgrade(&name, 0, &object.state).await.expect("a state of today");
        assert_eq!(upgraded, object.state);
        let address = "registry.terraform.io/somebody/hoop";
        let moved = session.move_from(address, &object, &name).await.expect("the same type");
        session.settled(&moved, &config).await;
        let address = "registry.terraform.io/somebody/other";
        let other = Object { type_name: "other_thing".to_owned(), ..object.clone() };
        let refused = session.move_from(address, &other, &name).await.expect_err("another type");
        assert!(refused.say("other_thing"), "{refused}");

        let applied = session.destroy(&object).await;
        assert!(!applied.diagnostics.has_errors(), "{name}: {}", applied.diagnostics);
        let (read, found) = session.read(&object).await;
        // What the gateway cannot destroy is let go of with a warning.
        let is_reset = matches!(PROVIDER.resource(&name).map(|resource| &resource.destroy), Some(Destroy::Reset(_)));
        let stays = !applied.diagnostics.is_clean() || is_reset;
        assert!((read.state.is_null() || stays) && found.is_clean(), "{name}: a destroyed object is gone: {found}");
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_a_diagnostic() {
    let session = Session::start().await;
    let ask = |raw_state| pb::upgrade_resource_state::Request {
        type_name: "hoop_agent".to_owned(),
        version: 0,
        raw_state: Some(raw_state),
    };
    let flat = pb::RawState { flatmap: [("id".to_owned(), "1".to_owned())].into(), json: Vec::new() };
    let strange = pb::RawState { json: br#"{"name": {"a": 1}}"#.to_vec(), ..Default::default() };
    for raw_state in [flat, strange] {
        let answer = session.client().upgrade_resource_state(ask(raw_state)).await.expect("an answer").into_inner();
        assert!(answer.upgraded_state.is_none() && answer.diagnostics.len() == 1, "{answer:?}");
    }
    let newer = json!({"name": "abc", "id": "1", "mode": "standard", "of_a_newer_release": [1, {"x": null}]});
    let upgraded = session.upgrade("hoop_agent", 0, &newer).await.expect("unknown attributes are dropped");
    assert_eq!(upgraded["name"], "abc");
    // Versions of write-only values were numbers once.
    let older = json!({"name": "abc", "secrets_wo_version": 3});
    let upgraded = session.upgrade("hoop_connection", 0, &older).await.expect("a number becomes text");
    assert_eq!(upgraded["secrets_wo_version"], "3");
}

#[tokio::test]
async fn an_identity_is_upgraded_even_when_there_was_none() {
    let session = Session::start().await;
    for name in session.resource_types() {
        for raw in [Vec::new(), br#"{"name":"abc"}"#.to_vec()] {
            let request = pb::upgrade_resource_identity::Request {
                type_name: name.clone(),
                version: 0,
                raw_identity: Some(pb::RawState { json: raw, ..Default::default() }),
            };
            let answer = session.client().upgrade_resource_identity(request).await.expect("an answer").into_inner();
            assert!(answer.diagnostics.is_empty() && answer.upgraded_identity.is_some(), "{name}: {answer:?}");
        }
    }
}

/// Ctrl-C: what runs is answered with its state, what comes later is answered too.
#[tokio::test]
async fn a_stopped_provider_keeps_serving() {
    let emulator = Emulator::start();
    let session = Session::with(&emulator).await;
    let config = minimal(&emulator, "hoop_connection", "stopped");
    let planned = session.plan(&Object::absent("hoop_connection"), &config).await;
    emulator.clear_requests();
    emulator.fault(Fault::delay(std::time::Duration::from_millis(300)).on("POST", "/api/connections"));
    let prior = Object::absent("hoop_connection");
    let applying = session.apply(&prior, &planned);
    let stopping = async {
        while !emulator.requests().iter().any(|request| request.method == "POST") {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        session.stop().await;
    };
    let (applied, ()) = tokio::join!(applying, stopping);
    assert_eq!(applied.object.state["name"], "stopped", "{}", applied.diagnostics);
    assert!(applied.object.state["id"].is_string(), "it was read back");

    emulator.fault(Fault::hang().on("GET", "/api/connections"));
    let begun = std::time::Instant::now();
    let (read, found) = session.read(&applied.object).await;
    assert!(read == applied.object && found.say("interrupted"), "{found}");
    assert!(begun.elapsed().as_secs() < 5, "a stopped provider waits for nobody");
    emulator.clear_faults();

    let later = session.plan(&applied.object, &config).await;
    assert!(later.action == Action::NoOp || later.diagnostics.has_errors());
    assert!(session.validate("hoop_connection", &config).await.is_clean());
    let destroyed = session.destroy(&applied.object).await;
    assert!(destroyed.diagnostics.say("interrupted"), "nothing is begun any more: {}", destroyed.diagnostics);
    assert_eq!(destroyed.object, applied.object);

    // A process that outlives one run of Terraform serves the next.
    assert!(session.configure(settings(&emulator)).await.is_clean());
    assert!(session.destroy(&applied.object).await.diagnostics.is_clean());
    session.shutdown().await;
}
