//! Several workspaces, each a process of its own, do this and that to their objects at the same time, while requests
//! fail in passing and others change things by hand. After each round the gateway holds what is configured, and
//! nothing else. There is no end of rounds: `HOOP_TEST_ALL=75` plays three hundred.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::model::{BY_PARTS, BY_ROWS, Slot, differences, held, wanted};
use super::*;
use crate::draw::{self, Lots};
use crate::emulator::Fault;
use crate::host::{Object, Session, settings};

/// Enough to see each operation meet each other one.
const ROUNDS: u32 = 4;
const WORKSPACES: [&str; 3] = ["left", "right", "middle"];

/// A fault that a patient client waits out, at some request that is yet to come.
fn passing_fault(lots: &mut Lots) -> Fault {
    let faults = [
        Fault::answer(503),
        Fault::answer(502),
        Fault::answer(429).header("Retry-After", "0"),
        Fault::reset(),
        Fault::lost_answer(),
        Fault::truncated(),
        Fault::html(502),
    ];
    lots.pick(&faults).clone().skip(lots.below(150))
}

/// Refresh, plan and apply of one object, as one run of Terraform does it; then a refresh and a plan without a change.
async fn run(session: Arc<Session>, mut slot: Slot, config: Json) -> Slot {
    if slot.exists() {
        let (read, found) = session.read(&slot.object).await;
        assert!(!found.has_errors(), "{} {}: {found}", slot.type_name, slot.name);
        slot.object = if read.state.is_null() { Object::absent(slot.type_name) } else { read };
    }
    if config.is_null() {
        if !slot.object.state.is_null() {
            let gone = session.destroy(&slot.object).await;
            assert!(!gone.diagnostics.has_errors(), "{} {}: {}", slot.type_name, slot.name, gone.diagnostics);
        }
        slot.object = Object::absent(slot.type_name);
    } else {
        if slot.object.state.is_null() && slot.is_nameless() {
            slot.object = created(&session, &slot, &config).await;
        }
        slot.object = session.converge(&slot.object, &config).await;
    }
    slot.config = config;
    slot
}

/// A create of an object whose name is not its own alone: it is sent once, and where no trace of it is found it is an
/// error that names the import, and says to look before the next apply. So this looks.
async fn created(session: &Session, slot: &Slot, config: &Json) -> Object {
    let planned = session.plan(&slot.object, config).await;
    let applied = session.apply(&slot.object, &planned).await;
    if applied.diagnostics.has_errors() {
        assert!(applied.diagnostics.say("terraform import"), "{}: {}", slot.name, applied.diagnostics);
        assert!(applied.object.state.is_null() && !applied.tainted);
        let (list, found) = session.read_data("hoop_runbook_rules", &json!({})).await;
        assert!(!found.has_errors() && !list.to_string().contains(&slot.name), "{}: {list}", slot.name);
    }
    applied.object
}

/// What becomes of each object of a workspace in this round.
fn choose(slots: &[Slot], emulator: &Emulator, lots: &mut Lots) -> Vec<Json> {
    let choice = |slot: &Slot| match (slot.exists(), lots.below(10)) {
        (false, 0..3) => Json::Null,
        (true, 0..2) => Json::Null,
        // Refreshed and planned, without a change.
        (true, 2..5) => slot.config.clone(),
        _ => slot.some_config(emulator, lots),
    };
    slots.iter().map(choice).collect()
}

/// Others, who know nothing of Terraform, write rows of the shared plugins all the time. Returns what they wrote last.
async fn meddle(emulator: &Emulator, theirs: &[String], lots: &mut Lots) -> BTreeMap<String, Json> {
    let mut last = BTreeMap::new();
    for turn in 0..40 {
        let (plugin, id) = (*lots.pick(&[BY_ROWS, BY_PARTS]), lots.pick(theirs));
        let word = json!(format!("theirs-{turn}"));
        let path = format!("/api/plugins/{plugin}/conn/{id}");
        assert_eq!(emulator.call("PUT", &path, json!({ "config": [word] })).0, 200);
        last.insert(format!("row {plugin} {id}"), word);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    last
}

#[tokio::test]
async fn whatever_happens_at_once_the_gateway_holds_what_is_configured() {
    let emulator = racing();
    for plugin in [BY_ROWS, BY_PARTS] {
        assert_eq!(emulator.call("POST", "/api/plugins", json!({ "name": plugin, "connections": [] })).0, 201);
    }
    let made_by_others = |name: String| {
        let body = json!({ "name": name, "type": "custom", "agent_id": emulator.agent_id(),
            "access_mode_runbooks": "enabled", "access_mode_exec": "enabled", "access_mode_connect": "enabled",
            "access_schema": "disabled" });
        let (status, made) = emulator.call("POST", "/api/connections", body);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    };
    let some = |whose: &str| (0..4).map(|index| made_by_others(format!("base-{whose}-{index}"))).collect::<Vec<_>>();
    let theirs = some("others");
    let mut workspaces = WORKSPACES.map(|name| Slot::of(name, &some(name)));
    // What was there before and must stay.
    let mut standing = held(&emulator);

    for round in 1..=draw::endless(ROUNDS) {
        let mut lots = draw::lots(&format!("round {round}"));
        for slot in workspaces.iter().flatten().filter(|slot| slot.exists()) {
            if lots.below(8) == 0 {
                slot.disturb(&emulator, &mut lots);
            }
        }
        if round == 1 {
            emulator.fault(Fault::answer(503).on("POST", "/api/runbooks/rules"));
        }
        // Two at most: three in a row are no passing fault to a create.
        (0..lots.below(3)).for_each(|_| emulator.fault(passing_fault(&mut lots)));
        let mut running = Vec::new();
        for slots in &workspaces {
            let session = Session::start().await;
            let mut settings = settings(&emulator);
            settings["max_concurrent_requests"] = json!(lots.pick(&[1, 10, 50]));
            assert!(session.configure(settings).await.is_clean());
            let session = Arc::new(session);
            let begin = |(slot, config): (&Slot, Json)| tokio::spawn(run(session.clone(), slot.clone(), config));
            let choices = choose(slots, &emulator, &mut lots);
            running.push((slots.iter().zip(choices).map(begin).collect::<Vec<_>>(), session.clone()));
        }
        let ended = async {
            let mut ended = Vec::new();
            for (slots, session) in running {
                let mut done = Vec::new();
                for slot in slots {
                    done.push(slot.await.unwrap_or_else(|_| panic!("in round {round} of {}", draw::settings())));
                }
                Arc::into_inner(session).expect("all is done").shutdown().await;
                ended.push(done);
            }
            ended
        };
        let (ended, written) = tokio::join!(timeout(FOR_EVER, ended), meddle(&emulator, &theirs, &mut lots));
        let ended = ended.unwrap_or_else(|_| panic!("round {round} of {} does not end", draw::settings()));
        workspaces = ended.try_into().unwrap_or_else(|_| unreachable!("as many as began"));
        emulator.clear_faults();
        emulator.clear_requests();
        standing.extend(written);

        let mut wanted = wanted(workspaces.iter().flatten());
        wanted.extend(standing.clone());
        let found = differences(&held(&emulator), &wanted);
        assert!(found.is_empty(), "after round {round} of {}:\n{}", draw::settings(), found.join("\n"));
    }
}
