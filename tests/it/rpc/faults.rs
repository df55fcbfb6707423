//! A gateway that misbehaves: what every fault leaves in the gateway and in the state. Waits are kept short by the
//! faults themselves: few of them, and no long `Retry-After`.

mod create;
mod delete;
mod elements;
mod read;
mod update;

use serde_json::{Value as Json, json};

use super::minimal;
use crate::emulator::{Emulator, Fault};
use crate::host::{Applied, Object, Session};

/// Resource types and where the gateway keeps their objects.
const TYPES: [(&str, &str); 2] = [("hoop_connection", "/api/connections"), ("hoop_agent", "/api/agents")];

/// A refusal of the gateway's database: for good, whatever its status says.
fn permanent() -> Fault {
    Fault::answer(500).body(r#"{"message":"invalid input value for enum (SQLSTATE 22P02)"}"#)
}

/// A session that tries `retries` times again.
async fn patient(emulator: &Emulator, retries: u32) -> Session {
    let session = Session::start().await;
    let mut settings = crate::host::settings(emulator);
    settings["max_retries"] = json!(retries);
    // Many reads in a row would be served by lists, whose faults are the subject of tests/it/bulk.
    settings["refresh"] = json!("each");
    assert!(session.configure(settings).await.is_clean());
    session
}

/// Plans a new object, forgets what that asked, and applies it with these faults.
async fn create_under(
    session: &Session,
    emulator: &Emulator,
    type_name: &str,
    config: &Json,
    faults: impl IntoIterator<Item = Fault>,
) -> Applied {
    let absent = Object::absent(type_name);
    let planned = session.plan(&absent, config).await;
    assert!(planned.diagnostics.is_clean(), "{}", planned.diagnostics);
    under(emulator, faults, session.apply(&absent, &planned)).await
}

/// The same for a change of an object.
async fn update_under(
    session: &Session,
    emulator: &Emulator,
    object: &Object,
    config: &Json,
    faults: impl IntoIterator<Item = Fault>,
) -> Applied {
    let planned = session.plan(object, config).await;
    assert!(planned.diagnostics.is_clean(), "{}", planned.diagnostics);
    under(emulator, faults, session.apply(object, &planned)).await
}

async fn under(
    emulator: &Emulator,
    faults: impl IntoIterator<Item = Fault>,
    work: impl Future<Output = Applied>,
) -> Applied {
    emulator.clear_requests();
    faults.into_iter().for_each(|fault| emulator.fault(fault));
    let applied = work.await;
    emulator.clear_faults();
    applied
}

/// How often this was asked.
fn asked(emulator: &Emulator, method: &str) -> usize {
    emulator.requests().iter().filter(|request| request.method == method).count()
}

fn exists(emulator: &Emulator, collection: &str, name: &str) -> bool {
    emulator.call("GET", &format!("{collection}/{name}"), Json::Null).0 == 200
}
