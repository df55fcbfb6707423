//! Reads: absence is absence, and every other fault leaves the state as it was.

use super::*;

#[tokio::test]
async fn only_absence_takes_an_object_out_of_the_state() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let faults = [
        ("401", Fault::answer(401)),
        ("403", Fault::answer(403)),
        ("422", Fault::answer(422)),
        ("500", permanent()),
        ("503", Fault::answer(503)),
        ("429", Fault::answer(429).header("Retry-After", "0")),
        ("html", Fault::html(200)),
        ("html 404", Fault::html(404)),
        ("truncated", Fault::truncated()),
        ("reset", Fault::reset()),
        ("lost", Fault::lost_answer()),
        ("no object", Fault::answer(200).body("[]")),
        ("another shape", Fault::answer(200).body(r#"{"name":["kept"]}"#)),
    ];
    for (type_name, collection) in TYPES {
        let object = session.create(type_name, &minimal(&emulator, type_name, "kept")).await;
        for (what, fault) in &faults {
            emulator.fault(fault.clone().on("GET", collection));
            let (read, found) = session.read(&object).await;
            assert!(found.has_errors(), "{type_name}: {what} is no error");
            assert!(found.say("kept"), "the object is named: {found}");
            assert!(!found.say("<html"), "{found}");
            assert_eq!(read, object, "{type_name} after {what}");
            emulator.clear_faults();
        }
        assert!(emulator.call("DELETE", &format!("{collection}/kept"), Json::Null).0 < 300);
        let (read, found) = session.read(&object).await;
        assert!(read.state.is_null() && found.is_clean(), "{found}");
    }
    session.shutdown().await;
}

#[tokio::test]
async fn passing_faults_are_waited_out() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let faults = [
        Fault::answer(429).header("Retry-After", "0"),
        Fault::answer(500),
        Fault::answer(503),
        Fault::html(502),
        Fault::truncated(),
        Fault::reset(),
        Fault::lost_answer(),
    ];
    let object = session.create("hoop_agent", &minimal(&emulator, "hoop_agent", "waiting")).await;
    for fault in faults {
        emulator.clear_requests();
        emulator.fault(fault.on("GET", "/api/agents"));
        let (read, found) = session.read(&object).await;
        assert!(read == object && found.is_clean(), "{found}");
        assert_eq!(asked(&emulator, "GET"), 2, "{:?}", emulator.requests());
    }
    session.shutdown().await;
}

/// The server says how long it wants to be left alone.
#[tokio::test]
async fn a_server_that_asks_for_time_gets_it() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 1).await;
    let object = session.create("hoop_agent", &minimal(&emulator, "hoop_agent", "busy")).await;
    emulator.fault(Fault::answer(429).header("Retry-After", "1").on("GET", "/api/agents"));
    let begun = std::time::Instant::now();
    let (read, found) = session.read(&object).await;
    assert!(read == object && found.is_clean(), "{found}");
    assert!(begun.elapsed().as_millis() >= 1000, "{:?}", begun.elapsed());
    session.shutdown().await;
}

#[tokio::test]
async fn a_data_source_fails_with_words_and_no_state() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    session.create("hoop_connection", &minimal(&emulator, "hoop_connection", "shown")).await;
    for fault in [permanent(), Fault::html(200), Fault::truncated(), Fault::answer(401)] {
        for (name, config) in [("hoop_connection", json!({"name": "shown"})), ("hoop_connections", json!({}))] {
            emulator.fault(fault.clone().on("GET", "/api/connections"));
            let (_, found) = session.read_data(name, &config).await;
            assert!(found.has_errors(), "{name}");
            emulator.clear_faults();
            let (state, found) = session.read_data(name, &config).await;
            assert!(found.is_clean() && state.is_object(), "{found}");
        }
    }
    session.shutdown().await;
}
