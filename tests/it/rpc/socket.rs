//! The socket file: who can reach the plugin, and until when. docs/decisions/0009 says why.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::net::UnixStream;
use tonic::Streaming;
use tonic::transport::Channel;

use super::{answers, signal};
use crate::host::plugin::StdioData;
use crate::host::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::host::{HostCertificate, Launch, Process, Session, dial, dial_plaintext};

/// Above what anything here takes; a hang shall fail the test.
const LIMIT: Duration = Duration::from_secs(10);

async fn open_stdio(channel: &Channel) -> Streaming<StdioData> {
    GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.expect("stdio").into_inner()
}

async fn goes(socket: &str) {
    let begun = Instant::now();
    while Path::new(socket).exists() {
        assert!(begun.elapsed() < LIMIT, "the socket stays");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Names of what is in the folder for temporary files.
fn left_behind(process: &Process) -> Vec<String> {
    let files = std::fs::read_dir(process.folder()).expect("the folder").flatten();
    files.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn it_goes_when_the_host_is_in_and_nobody_else_can_connect() {
    let host = HostCertificate::new();
    let mut process = Launch::by(&host).start();
    let handshake = process.handshake().await;
    let certificate = handshake.certificate.expect("a certificate");
    // A host that has not connected for good may dial as often as it likes.
    for _ in 0..2 {
        let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the host is accepted");
        assert!(answers(channel).await && Path::new(&handshake.socket).exists());
    }
    let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the host is accepted");
    let stdio = open_stdio(&channel).await;
    goes(&handshake.socket).await;
    assert!(UnixStream::connect(&handshake.socket).await.is_err());
    assert!(answers(channel).await, "the host is not served any more");

    // Nothing is left for it to clean up, so that it may end in any way.
    signal("-KILL", process.id());
    let ended = process.end(LIMIT).await;
    drop(stdio);
    assert!(!ended.status.success());
    assert_eq!(ended.left_behind, Vec::<String>::new());
}

/// Only a certificate says that it is the host who is in.
#[tokio::test]
async fn without_a_certificate_it_stays_until_the_end() {
    let mut process = Launch::plaintext().start();
    let handshake = process.handshake().await;
    let channel = dial_plaintext(&handshake.socket).await.expect("a connection");
    let _stdio = open_stdio(&channel).await;
    for _ in 0..2 {
        assert!(answers(channel.clone()).await);
        assert!(answers(dial_plaintext(&handshake.socket).await.expect("another connection")).await);
    }
    assert_eq!(left_behind(&process).len(), 1);
    signal("-TERM", process.id());
    assert_eq!(process.end(LIMIT).await.left_behind, Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_goes_with_the_host_who_never_settled_in() {
    let host = HostCertificate::new();
    let mut process = Launch::by(&host).start();
    let handshake = process.handshake().await;
    let certificate = handshake.certificate.expect("a certificate");
    let _channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the host is let in");
    process.drop_stdout();
    let ended = process.end(LIMIT).await;
    assert!(ended.status.success());
    assert_eq!(ended.left_behind, Vec::<String>::new());
}

#[tokio::test]
async fn a_session_like_terraforms_has_none() {
    let mut session = Session::start().await;
    goes(session.socket()).await;
    assert_eq!(left_behind(session.process()), Vec::<String>::new());
    session.shutdown().await;
}
