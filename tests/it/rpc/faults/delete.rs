//! Deletes: gone is what was wanted; everything else keeps the object in the state.

use super::*;

async fn delete_under(session: &Session, emulator: &Emulator, object: &Object, faults: Vec<Fault>) -> Applied {
    under(emulator, faults, session.destroy(object)).await
}

#[tokio::test]
async fn an_object_that_is_gone_already_is_deleted() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    for (type_name, collection) in TYPES {
        let object = session.create(type_name, &minimal(&emulator, type_name, "gone-already")).await;
        assert!(emulator.call("DELETE", &format!("{collection}/gone-already"), Json::Null).0 < 300);
        let applied = delete_under(&session, &emulator, &object, Vec::new()).await;
        assert!(applied.diagnostics.is_clean() && applied.object.state.is_null(), "{}", applied.diagnostics);
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_passing_fault_is_waited_out() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let faults = [
        ("lost", Fault::lost_answer()),
        ("reset", Fault::reset()),
        ("503", Fault::answer(503)),
        ("429", Fault::answer(429).header("Retry-After", "0")),
    ];
    for (what, fault) in faults {
        for (type_name, collection) in TYPES {
            let name = format!("passing-{what}");
            let object = session.create(type_name, &minimal(&emulator, type_name, &name)).await;
            let applied =
                delete_under(&session, &emulator, &object, vec![fault.clone().on("DELETE", collection)]).await;
            assert!(applied.diagnostics.is_clean(), "{type_name} after {what}: {}", applied.diagnostics);
            assert!(applied.object.state.is_null() && !exists(&emulator, collection, &name));
        }
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_refused_delete_keeps_the_object() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let faults = [
        (Fault::answer(422).body(r#"{"message":"it is in use"}"#), "it is in use"),
        (Fault::answer(403).body(r#"{"message":"access denied"}"#), "`admin`"),
        (Fault::html(200), "api_url"),
        (permanent(), "SQLSTATE"),
    ];
    for (type_name, collection) in TYPES {
        let object = session.create(type_name, &minimal(&emulator, type_name, "kept")).await;
        for (fault, words) in &faults {
            let faults = vec![fault.clone().on("DELETE", collection)];
            let applied = delete_under(&session, &emulator, &object, faults).await;
            assert!(applied.diagnostics.has_errors() && applied.diagnostics.say(words), "{}", applied.diagnostics);
            assert_eq!(applied.object, object);
            assert_eq!(asked(&emulator, "DELETE"), 1, "{:?}", emulator.requests());
            assert!(exists(&emulator, collection, "kept"));
        }
    }
    session.shutdown().await;
}
