//! From the start of the process to the handshake line and to the first schema, as a host lives it. Provider and floor
//! take turns, so that both meet the same neighbours on the machine.

use std::path::Path;
use std::time::{Duration, Instant};

use super::build;
use super::figures::{Report, Unit, peak_memory};
use super::host::pb::provider_client::ProviderClient;
use super::host::plugin::grpc_controller_client::GrpcControllerClient;
use super::host::{HostCertificate, Launch, dial, pb, plugin};

const STARTS: usize = 41;
const LINE: f64 = 3.0;

struct Start {
    line: Duration,
    schema: Duration,
    /// Once the schema is served.
    memory: Option<f64>,
}

pub(crate) async fn measure(report: &mut Report, floor: &Path) {
    let host = HostCertificate::new();
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        ours.push(start(build::provider(), &host).await);
        floors.push(start(floor, &host).await);
    }
    let line = report.times("handshake line", Unit::Milliseconds, &lines(&ours), Some(LINE));
    let lowest = report.times("handshake line of the floor", Unit::Milliseconds, &lines(&floors), None);
    report.ratio("handshake line against the floor", line / lowest, 1.5);
    report.watch_line(line, LINE);
    report.times("first schema", Unit::Milliseconds, &schemas(&ours), Some(8.0));
    report.times("first schema of the floor", Unit::Milliseconds, &schemas(&floors), None);
    if let Some(memory) = most(&ours) {
        report.one("peak memory, schema served", Unit::Megabytes, memory, Some(8.0));
    }
    if let Some(memory) = most(&floors) {
        report.one("peak memory of the floor, schema served", Unit::Megabytes, memory, None);
    }
}

fn lines(starts: &[Start]) -> Vec<Duration> {
    starts.iter().map(|start| start.line).collect()
}

fn schemas(starts: &[Start]) -> Vec<Duration> {
    starts.iter().map(|start| start.schema).collect()
}

fn most(starts: &[Start]) -> Option<f64> {
    starts.iter().filter_map(|start| start.memory).max_by(f64::total_cmp)
}

async fn start(program: &Path, host: &HostCertificate) -> Start {
    let launch = Launch::by(host).program(program);
    let begun = Instant::now();
    let mut process = launch.start();
    let handshake = process.handshake().await;
    let line = begun.elapsed();
    let certificate = handshake.certificate.expect("a host with a certificate gets one");
    let channel = dial(&handshake.socket, &certificate, Some(host)).await.expect("the plugin lets its host in");
    let mut client = ProviderClient::new(channel.clone()).max_decoding_message_size(1 << 30);
    let answer = client.get_provider_schema(pb::get_provider_schema::Request {}).await.expect("an answer");
    let schema = begun.elapsed();
    assert!(answer.into_inner().provider.is_some(), "a schema");
    let memory = peak_memory(process.id());
    GrpcControllerClient::new(channel).shutdown(plugin::Empty {}).await.expect("an answer");
    assert!(process.end(Duration::from_secs(10)).await.status.success());
    Start { line, schema, memory }
}
