//! PlanResourceChange over the socket, one at a time and ten at a time, and what many of them do to the provider's
//! memory. The session is configured for an emulated gateway, so the HTTP client and the one check of credentials are
//! in the memory, as they are in a real run.

use std::path::Path;
use std::time::{Duration, Instant};

use terraform_provider_hoop::protocol::codec;
use terraform_provider_hoop::value::Value;

use super::emulator::Emulator;
use super::figures::{Report, Unit, peak_memory};
use super::host::pb::provider_client::ProviderClient;
use super::host::{AT_ONCE, Client, HostCertificate, Launch, Session, dial, pb};
use super::objects::{CONNECTION, connection, table};

const PLANS: usize = 2_000;
const ROUNDS: usize = 200;

pub(crate) async fn measure(report: &mut Report, floor: &Path) {
    let emulator = Emulator::start();
    let session = Session::with(&emulator).await;
    let client = session.client();
    let (one, ten) = round_trips(&client, &create(1)).await;
    report.times("plan of a create, 1 at a time", Unit::Microseconds, &one, Some(150.0));
    report.times("plans of creates, 10 at a time", Unit::Microseconds, &ten, None);
    let (one, ten) = round_trips(&client, &unchanged(&client).await).await;
    report.times("plan without a change, 1 at a time", Unit::Microseconds, &one, Some(150.0));
    report.times("plans without a change, 10 at a time", Unit::Microseconds, &ten, None);
    on_the_floor(report, floor).await;
    session.shutdown().await;
    memory(report, &emulator).await;
}

/// The transport's share of it.
async fn on_the_floor(report: &mut Report, floor: &Path) {
    let host = HostCertificate::new();
    let mut process = Launch::by(&host).program(floor).start();
    let handshake = process.handshake().await;
    let certificate = handshake.certificate.expect("a host with a certificate gets one");
    let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the plugin lets its host in");
    let (one, ten) = round_trips(&ProviderClient::new(channel), &create(1)).await;
    report.times("plan of the floor, 1 at a time", Unit::Microseconds, &one, None);
    report.times("plans of the floor, 10 at a time", Unit::Microseconds, &ten, None);
}

/// Whether many plans leave anything behind: every object is another one.
async fn memory(report: &mut Report, emulator: &Emulator) {
    let mut session = Session::with(emulator).await;
    let client = session.client();
    let process = session.process().id();
    let mut done = 0;
    for (after, target) in [(1_000, None), (5_000, None), (10_000, Some(14.0))] {
        for number in done..after {
            plan(&client, create(number)).await;
        }
        done = after;
        if let Some(peak) = peak_memory(process) {
            report.one(&format!("peak memory after {after} plans"), Unit::Megabytes, peak, target);
        }
    }
    session.shutdown().await;
}

/// How long each of many plans takes alone, and each of ten that are under way together.
async fn round_trips(client: &Client, request: &pb::plan_resource_change::Request) -> (Vec<Duration>, Vec<Duration>) {
    let mut one = Vec::with_capacity(PLANS);
    for _ in 0..PLANS {
        one.push(timed(client.clone(), request.clone()).await);
    }
    let mut ten = Vec::with_capacity(ROUNDS * AT_ONCE);
    for _ in 0..ROUNDS {
        let plans: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(timed(client.clone(), request.clone()))).collect();
        for plan in plans {
            ten.push(plan.await.expect("no panic"));
        }
    }
    (one, ten)
}

async fn timed(client: Client, request: pb::plan_resource_change::Request) -> Duration {
    let begun = Instant::now();
    plan(&client, request).await;
    begun.elapsed()
}

async fn plan(client: &Client, request: pb::plan_resource_change::Request) -> pb::plan_resource_change::Response {
    let answer = client.clone().plan_resource_change(request).await.expect("an answer").into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    assert!(answer.planned_state.is_some());
    answer
}

fn dynamic(value: &Value) -> Option<pb::DynamicValue> {
    let msgpack = codec::encode(value, &table().ty()).expect("it has its table's type");
    Some(pb::DynamicValue { msgpack, json: Vec::new() })
}

fn create(number: usize) -> pb::plan_resource_change::Request {
    let config = connection(number);
    pb::plan_resource_change::Request {
        type_name: CONNECTION.to_owned(),
        prior_state: dynamic(&Value::Null),
        proposed_new_state: dynamic(&config),
        config: dynamic(&config),
        ..Default::default()
    }
}

/// The next plan of what the first one planned.
async fn unchanged(client: &Client) -> pb::plan_resource_change::Request {
    let first = plan(client, create(1)).await;
    let planned = first.planned_state.expect("a plan").msgpack;
    let stored = codec::decode(&planned, &table().ty()).expect("a state").unknown_to_null();
    let state = dynamic(&stored);
    let request = pb::plan_resource_change::Request {
        prior_state: state.clone(),
        proposed_new_state: state.clone(),
        prior_private: first.planned_private,
        prior_identity: first.planned_identity,
        ..create(1)
    };
    let second = plan(client, request.clone()).await;
    assert_eq!(second.planned_state, state, "nothing is to be done");
    request
}
