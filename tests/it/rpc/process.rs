//! The process: how it is started and spoken to, what ends it, what a person is told.

use std::time::Duration;

use serde_json::Value as Json;

use super::answers;
#[cfg(unix)]
use super::signal;
use crate::host::health::HealthCheckRequest;
use crate::host::health::health_check_response::ServingStatus;
use crate::host::health::health_client::HealthClient;
use crate::host::plugin::Empty;
use crate::host::plugin::grpc_broker_client::GrpcBrokerClient;
use crate::host::plugin::grpc_controller_client::GrpcControllerClient;
use crate::host::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::host::{HostCertificate, Launch, NETWORK, Session, dial, dial_plaintext};

/// Above what anything here takes; a hang shall fail the test.
const LIMIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_host_of_either_order_of_versions_is_served_and_can_end_it() {
    for versions in ["5,6", "6,5", "6"] {
        let session = Session::start_with(|launch| launch.env("PLUGIN_PROTOCOL_VERSIONS", versions)).await;
        let ended = session.shutdown().await;
        assert_eq!((ended.stderr.as_str(), ended.left_behind), ("", Vec::new()));
    }
}

#[tokio::test]
async fn without_a_certificate_it_speaks_plaintext() {
    let mut process = Launch::plaintext().start();
    let handshake = process.handshake().await;
    assert!(handshake.certificate.is_none());
    let channel = dial_plaintext(&handshake.socket).await.expect("a connection");
    assert!(answers(channel.clone()).await);
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.expect("an answer");
    assert!(process.end(LIMIT).await.status.success());
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_is_no_plaintext() {
    let ended = Launch::plaintext().env("PLUGIN_CLIENT_CERT", "no certificate").start().end(LIMIT).await;
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.starts_with("[ERROR] "), "{}", ended.stderr);
}

#[tokio::test]
async fn its_companion_services_are_there() {
    let session = Session::start().await;
    let mut health = HealthClient::new(session.channel());
    let answer = health.check(HealthCheckRequest { service: "plugin".to_owned() }).await.expect("health");
    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    let stdio = GrpcStdioClient::new(session.channel()).stream_stdio(()).await.expect("stdio").into_inner();
    let broker = GrpcBrokerClient::new(session.channel());
    let broker = broker.clone().start_stream(tokio_stream::pending()).await.expect("a broker").into_inner();
    // Both are open for life, and must not keep the process from ending.
    session.shutdown().await;
    drop((stdio, broker));
}

/// What every system shows of a host that is killed: its connection is closed.
#[tokio::test]
async fn it_ends_with_the_connection_of_a_host_that_was_in() {
    let host = HostCertificate::new();
    let mut process = Launch::by(&host).start();
    let handshake = process.handshake().await;
    let certificate = handshake.certificate.expect("a certificate");
    // One that has not connected for good may dial again.
    let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the host is let in");
    assert!(answers(channel).await);
    let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the host is let in again");
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.expect("stdio").into_inner();
    assert!(answers(channel.clone()).await && process.is_running());
    drop((stdio, channel));
    let ended = process.end(LIMIT).await;
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}: {}", ended.status, ended.stderr);
    assert_eq!(ended.left_behind, Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_ends_with_its_host() {
    let mut session = Session::start().await;
    let id = session.process().id();
    session.process().drop_stdout();
    let begun = std::time::Instant::now();
    while session.process().is_running() {
        assert!(begun.elapsed() < LIMIT, "process {id} outlives its host");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A Ctrl-C reaches the whole foreground group: what it means is for the host to say.
#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_is_the_hosts_and_a_termination_is_its_own() {
    let host = HostCertificate::new();
    let mut process = Launch::by(&host).start();
    let handshake = process.handshake().await;
    let certificate = handshake.certificate.expect("a certificate");
    let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the host is let in");
    signal("-INT", process.id());
    assert!(answers(channel.clone()).await && process.is_running());
    signal("-TERM", process.id());
    let ended = process.end(LIMIT).await;
    assert!(ended.status.success(), "{}", ended.status);
    assert_eq!(ended.left_behind, Vec::<String>::new());
}

#[tokio::test]
async fn started_by_hand_it_says_what_it_is() {
    for launch in [Launch::by_hand(), Launch::by_hand().env("TF_PLUGIN_MAGIC_COOKIE", "another")] {
        let ended = launch.start().end(LIMIT).await;
        assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""));
        assert!(ended.stderr.contains("It is a plugin: Terraform or OpenTofu starts it"), "{}", ended.stderr);
        assert_eq!(ended.left_behind, Vec::<String>::new());
    }
}

#[tokio::test]
async fn it_tells_its_version_and_its_options() {
    let version = Launch::by_hand().argument("--version").start().end(LIMIT).await;
    assert!(version.status.success());
    let lines: Vec<&str> = version.stdout.lines().collect();
    assert_eq!(lines[0], format!("terraform-provider-hoop v{}", env!("CARGO_PKG_VERSION")));
    let commit = option_env!("PROVIDER_COMMIT").filter(|commit| !commit.is_empty()).unwrap_or("not recorded");
    assert_eq!(lines[1..3], [format!("commit: {commit}").as_str(), "protocol: 6"]);
    assert!(lines.len() == 4 && lines[3].starts_with("target: ") && lines[3].contains(std::env::consts::ARCH));
    let help = Launch::by_hand().argument("--help").start().end(LIMIT).await;
    assert!(help.status.success() && help.stdout.contains("--debug") && help.stdout.contains("dev_overrides"));
    let strange = Launch::by_hand().argument("plan").start().end(LIMIT).await;
    assert_eq!((strange.status.code(), strange.stdout.as_str()), (Some(1), ""));
    assert!(strange.stderr.contains("\"plan\""), "{}", strange.stderr);
}

#[tokio::test]
async fn a_debugged_provider_tells_how_to_attach() {
    let mut process = Launch::by_hand().argument("--debug").start();
    let told = loop {
        let line = process.line().await;
        assert_ne!(line, "", "it ended");
        if let Some(told) = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='") {
            break told.trim_end_matches('\'').to_owned();
        }
    };
    let told: Json = serde_json::from_str(&told).expect("JSON");
    let reattach = &told["registry.terraform.io/hoophq/hoop"];
    assert_eq!(reattach["Protocol"], "grpc");
    assert_eq!(reattach["ProtocolVersion"], 6);
    assert_eq!(reattach["Pid"], process.id());
    assert_eq!(reattach["Test"], true);
    assert_eq!(reattach["Addr"]["Network"], NETWORK);
    let socket = reattach["Addr"]["String"].as_str().expect("a path");
    let channel = dial_plaintext(socket).await.expect("a connection");
    assert!(answers(channel).await);
    assert!(process.is_running());
}
