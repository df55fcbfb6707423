//! Creates: never a second object, never one that nobody knows of.

use super::*;

/// The object is there and its answer is not: it is found, and not made again.
#[tokio::test]
async fn a_lost_answer_is_made_good_without_a_second_object() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    for (index, fault) in [Fault::lost_answer(), Fault::truncated()].into_iter().enumerate() {
        for (type_name, collection) in TYPES {
            let name = format!("lost-{index}");
            let config = minimal(&emulator, type_name, &name);
            let applied =
                create_under(&session, &emulator, type_name, &config, [fault.clone().on("POST", collection)]).await;
            assert!(!applied.diagnostics.has_errors(), "{type_name}: {}", applied.diagnostics);
            assert_eq!(applied.object.state["name"], json!(name));
            assert!(applied.object.state["id"].is_string());
            assert_eq!(asked(&emulator, "POST"), 1, "{type_name}: {:?}", emulator.requests());
            session.settled(&applied.object, &config).await;
        }
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_token_whose_answer_was_lost_is_warned_of() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let config = json!({"name": "token-lost"});
    let fault = Fault::lost_answer().on("POST", "/api/agents");
    let applied = create_under(&session, &emulator, "hoop_agent", &config, [fault]).await;
    assert!(applied.object.state["token"].is_null());
    let warned: Vec<_> = applied.diagnostics.warnings().map(|warning| &warning.detail).collect();
    assert!(warned.iter().any(|detail| detail.contains("`token`") && detail.contains("-replace")), "{warned:?}");
    session.shutdown().await;
}

/// The request never arrived: nothing was made, and it may be sent again.
#[tokio::test]
async fn a_request_that_was_not_acted_on_is_sent_again() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let faults = [
        ("reset", Fault::reset()),
        ("429", Fault::answer(429).header("Retry-After", "0")),
        ("503", Fault::answer(503)),
        ("502", Fault::html(502)),
    ];
    for (what, fault) in faults {
        for (type_name, collection) in TYPES {
            let config = minimal(&emulator, type_name, &format!("again-{what}"));
            let applied =
                create_under(&session, &emulator, type_name, &config, [fault.clone().on("POST", collection)]).await;
            assert!(applied.diagnostics.is_clean(), "{type_name} after {what}: {}", applied.diagnostics);
            assert_eq!(asked(&emulator, "POST"), 2, "{type_name} after {what}: {:?}", emulator.requests());
            session.settled(&applied.object, &config).await;
        }
    }
    session.shutdown().await;
}

/// Somebody else's object of that name: not ours to take, not ours to overwrite.
#[tokio::test]
async fn an_object_that_is_another_one_is_named_with_its_import() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let config = minimal(&emulator, "hoop_connection", "theirs");
    let planned = session.plan(&Object::absent("hoop_connection"), &config).await;
    crate::subject::connection(&emulator, "theirs");
    let before = emulator.call("GET", "/api/connections/theirs", Json::Null).1;

    for fault in [Some(Fault::reset().on("POST", "/api/connections")), None] {
        let applied = under(&emulator, fault, session.apply(&Object::absent("hoop_connection"), &planned)).await;
        assert!(applied.diagnostics.say("terraform import hoop_connection.NAME 'theirs'"), "{}", applied.diagnostics);
        assert!(applied.object.state.is_null(), "it is not ours");
        assert_eq!(emulator.call("GET", "/api/connections/theirs", Json::Null).1, before);
        assert_eq!(asked(&emulator, "PUT") + asked(&emulator, "PATCH") + asked(&emulator, "DELETE"), 0);
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_refused_create_leaves_nothing_and_says_why() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let refusals = [
        (Fault::answer(422).body(r#"{"message":"the type is not allowed here"}"#), "the type is not allowed here"),
        (Fault::answer(400).body(r#"{"message":"nothing of the kind"}"#), "nothing of the kind"),
        (Fault::answer(401).body(r#"{"message":"access denied"}"#), "HOOP_APIKEY"),
        (Fault::answer(403).body(r#"{"message":"access denied"}"#), "`admin`"),
        (permanent(), "SQLSTATE 22P02"),
    ];
    for (fault, words) in refusals {
        for (type_name, collection) in TYPES {
            let config = minimal(&emulator, type_name, "refused");
            let applied =
                create_under(&session, &emulator, type_name, &config, [fault.clone().on("POST", collection)]).await;
            assert!(applied.diagnostics.say(words), "{type_name}, {words}: {}", applied.diagnostics);
            assert!(applied.diagnostics.say("refused"), "it names the object: {}", applied.diagnostics);
            assert!(!applied.diagnostics.say("<html"), "pages are not printed: {}", applied.diagnostics);
            assert!(applied.object.state.is_null());
            assert_eq!(asked(&emulator, "POST"), 1, "{words}: {:?}", emulator.requests());
            assert!(!exists(&emulator, collection, "refused"));
        }
    }
    session.shutdown().await;
}

/// A page instead of an answer may come from in front of the gateway, which then has not seen the request: looked up,
/// not printed, and not sent for ever.
#[tokio::test]
async fn a_page_is_no_answer() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    for (type_name, collection) in TYPES {
        let config = minimal(&emulator, type_name, "page");
        let faults = [Fault::html(200).on("POST", collection).forever()];
        let applied = create_under(&session, &emulator, type_name, &config, faults).await;
        assert!(applied.diagnostics.say("api_url"), "{type_name}: {}", applied.diagnostics);
        assert!(!applied.diagnostics.say("<html"), "pages are not printed: {}", applied.diagnostics);
        assert!(applied.object.state.is_null() && !exists(&emulator, collection, "page"));
        assert!(asked(&emulator, "POST") <= 3, "{:?}", emulator.requests());
    }
    session.shutdown().await;
}

/// The object is made and cannot be shown: an error would taint it, and the next apply destroy it.
#[tokio::test]
async fn an_object_that_cannot_be_read_back_is_kept_with_a_warning() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    for (type_name, collection) in TYPES {
        for (index, fault) in
            [permanent(), Fault::answer(401), Fault::html(200), Fault::answer(404)].into_iter().enumerate()
        {
            let name = format!("unread-{index}");
            let mut config = minimal(&emulator, type_name, &name);
            if type_name == "hoop_connection" {
                // What the answer of the write does not show, a read must.
                config["attributes"] = json!(["pci"]);
            }
            let fault = fault.on("GET", &format!("{collection}/{name}"));
            let applied = create_under(&session, &emulator, type_name, &config, [fault]).await;
            assert!(!applied.diagnostics.has_errors(), "{type_name}: {}", applied.diagnostics);
            assert_eq!(applied.diagnostics.warnings().count(), 1, "{}", applied.diagnostics);
            assert_eq!(applied.object.state["name"], json!(name));
            assert!(!applied.tainted && exists(&emulator, collection, &name));
            if type_name == "hoop_agent" {
                assert!(applied.object.state["token"].is_string(), "the answer showed it");
            }
            let repaired = session.settled(&applied.object, &config).await;
            assert!(repaired.state["id"].is_string(), "the refresh completes the state");
        }
    }
    session.shutdown().await;
}

/// The answer is lost and so is the look-up: the user is told what may have happened.
#[tokio::test]
async fn a_create_whose_end_cannot_be_found_out_says_so() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let config = minimal(&emulator, "hoop_connection", "open-end");
    let faults =
        [Fault::lost_answer().on("POST", "/api/connections"), permanent().on("GET", "/api/connections/open-end")];
    let applied = create_under(&session, &emulator, "hoop_connection", &config, faults).await;
    assert!(applied.diagnostics.say("terraform import hoop_connection.NAME 'open-end'"), "{}", applied.diagnostics);
    assert_eq!(asked(&emulator, "POST"), 1);
    session.shutdown().await;
}

/// Terraform applies ten at a time: names do not get in each other's way.
#[tokio::test]
async fn many_creates_at_once_are_as_many_objects() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    emulator.fault(Fault::lost_answer().on("POST", "/api/connections").skip(3));
    let one = async |index: usize| {
        let config = minimal(&emulator, "hoop_connection", &format!("many-{index}"));
        session.create("hoop_connection", &config).await.state["name"].clone()
    };
    let created = tokio::join!(one(0), one(1), one(2), one(3), one(4), one(5));
    let names = [created.0, created.1, created.2, created.3, created.4, created.5];
    assert_eq!(names, [0, 1, 2, 3, 4, 5].map(|index| json!(format!("many-{index}"))));
    assert_eq!(asked(&emulator, "POST"), 6);
    session.shutdown().await;
}
