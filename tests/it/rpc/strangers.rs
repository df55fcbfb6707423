//! Others than the host that reach the socket: refused, whatever they do, at no cost to the host.

use std::time::Duration;

use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::answers;
use super::logs::is_hclog;
use crate::host::plugin::Empty;
use crate::host::plugin::grpc_controller_client::GrpcControllerClient;
use crate::host::{HostCertificate, Launch, Process, Stream, connect, dial, shake_hands};

/// Above what anything here takes, and what a host waits for its plugin to start; a hang shall fail the test.
const LIMIT: Duration = Duration::from_secs(60);

/// How HTTP/2 begins, and an empty SETTINGS frame.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A plugin that waits for its host.
struct Plugin {
    process: Process,
    socket: String,
    certificate: CertificateDer<'static>,
    host: HostCertificate,
}

impl Plugin {
    async fn start(change: impl FnOnce(Launch) -> Launch) -> Plugin {
        let host = HostCertificate::new();
        let mut process = change(Launch::by(&host)).start();
        let handshake = process.handshake().await;
        let certificate = handshake.certificate.expect("a server with TLS");
        Plugin { process, socket: handshake.socket, certificate, host }
    }

    async fn connect(&self) -> Stream {
        connect(&self.socket).await.expect("a connection")
    }

    /// A host dials, and asks what every host asks first.
    async fn serves_its_host(&self) {
        let asked = async {
            let channel = dial(&self.socket, &self.certificate, Some(&self.host)).await;
            answers(channel.expect("the host is accepted")).await
        };
        assert!(timeout(LIMIT, asked).await.expect("in time"), "the host is not served");
    }

    /// Open files and resident memory in KiB.
    #[cfg(target_os = "linux")]
    fn costs(&self) -> (usize, u64) {
        let of = |what: &str| format!("/proc/{}/{what}", self.process.id());
        let status = std::fs::read_to_string(of("status")).expect("its status");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let resident = resident.trim().trim_end_matches(" kB").parse().expect("a number");
        (std::fs::read_dir(of("fd")).expect("its files").count(), resident)
    }

    /// Ends it, and looks at what it said meanwhile: no crash, and little of whatever was tried.
    async fn end(self) -> Vec<String> {
        let channel = dial(&self.socket, &self.certificate, Some(&self.host)).await.expect("the host is accepted");
        GrpcControllerClient::new(channel).shutdown(Empty {}).await.expect("an answer");
        let ended = self.process.end(LIMIT).await;
        assert!(ended.status.success(), "{}: {}", ended.status, ended.stderr);
        assert_eq!((ended.stdout.as_str(), ended.left_behind), ("", Vec::new()));
        ended.stderr.lines().map(str::to_owned).collect()
    }
}

/// True when a stream ends, with an alert or a reset or without a word, and nothing is said that HTTP/2 would say.
async fn is_sent_away(mut stream: impl AsyncRead + Unpin) -> bool {
    let mut said = Vec::new();
    // An error is an end too.
    let _ = timeout(LIMIT, stream.read_to_end(&mut said)).await.expect("an end");
    // A SETTINGS frame's length, type and flags.
    !said.windows(5).any(|frame| frame[0] == 0 && frame[1] == 0 && frame[3] == 4 && frame[4] == 0)
}

async fn is_refused(plugin: &Plugin, presents: Option<&HostCertificate>, protocols: &[&str]) -> bool {
    let Ok(mut stream) = shake_hands(&plugin.socket, &plugin.certificate, presents, protocols).await else {
        return true;
    };
    let _ = stream.write_all(HTTP2).await;
    is_sent_away(stream).await
}

#[tokio::test]
async fn only_the_hosts_certificate_with_its_key_is_let_in() {
    let plugin = Plugin::start(|launch| launch).await;
    let strangers = [
        (Some(HostCertificate::of("somebody")), ["h2"].as_slice()),
        (Some(HostCertificate::new()), &["h2"]),
        (Some(plugin.host.with_key_of(HostCertificate::new())), &["h2"]),
        (None, &["h2"]),
        (Some(HostCertificate::new()), &[]),
        (None, &[]),
    ];
    for (stranger, protocols) in &strangers {
        assert!(is_refused(&plugin, stranger.as_ref(), protocols).await, "a stranger is let in");
        plugin.serves_its_host().await;
    }
    // Not even the host, when it wants to speak something else. To offer nothing is to want what there is.
    assert!(is_refused(&plugin, Some(&plugin.host), &["http/1.1"]).await);
    let mut host = shake_hands(&plugin.socket, &plugin.certificate, Some(&plugin.host), &[]).await.expect("let in");
    host.write_all(HTTP2).await.expect("sent");
    let mut frame = [0; 9];
    timeout(LIMIT, host.read_exact(&mut frame)).await.expect("in time").expect("HTTP/2");
    assert_eq!(frame[3], 4, "SETTINGS");
    plugin.end().await;
}

#[tokio::test]
async fn whoever_speaks_something_else_is_sent_away() {
    let garbage: Vec<u8> = (0..1u32 << 20).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let long_hello = [&b"\x16\x03\x01\x40\x00\x01\xff\xff\xff"[..], &vec![0; 1 << 20]].concat();
    let plugin = Plugin::start(|launch| launch.env("TF_LOG", "DEBUG")).await;
    let said = [HTTP2, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\r\n\r\n\r\n\r\n", &[0; 64], &garbage, &long_hello];
    for said in said {
        let mut stream = plugin.connect().await;
        // It may be cut off before all is sent.
        let _ = stream.write_all(said).await;
        assert!(is_sent_away(stream).await, "{:?}", &said[..said.len().min(32)]);
        plugin.serves_its_host().await;
    }
    let lines = plugin.end().await;
    assert!(lines.iter().all(|line| is_hclog(line) && line.len() < 400), "{lines:#?}");
    let refusals = lines.iter().filter(|line| line.contains("refused a connection: "));
    assert_eq!(refusals.count(), said.len(), "one refusal, one line: {lines:#?}");
}

/// The first bytes of a client that means it.
async fn client_hello(plugin: &Plugin) -> Vec<u8> {
    let ear = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = ear.local_addr().expect("an address").to_string();
    let shaking = shake_hands(&address, &plugin.certificate, Some(&plugin.host), &["h2"]);
    let heard = async {
        let (mut stream, _) = ear.accept().await.expect("a connection");
        let mut said = vec![0; 1 << 14];
        let length = stream.read(&mut said).await.expect("a hello");
        said.truncate(length);
        said
    };
    let (_, heard) = tokio::join!(shaking, heard);
    assert!(heard.len() > 100 && heard[0] == 0x16, "{heard:?}");
    heard
}

#[tokio::test]
async fn who_stops_half_way_keeps_nobody_waiting() {
    let plugin = Plugin::start(|launch| launch).await;
    let hello = client_hello(&plugin).await;
    let silent = plugin.connect().await;
    let mut half = plugin.connect().await;
    half.write_all(&hello[..hello.len() / 2]).await.expect("sent");
    let mut whole = plugin.connect().await;
    whole.write_all(&hello).await.expect("sent");
    whole.read_u8().await.expect("the server's half of the handshake");
    // The handshake done, and nothing after it.
    let done = shake_hands(&plugin.socket, &plugin.certificate, Some(&plugin.host), &["h2"]).await.expect("let in");
    plugin.serves_its_host().await;
    for said in [&hello[..1], &hello[..hello.len() / 2], &hello] {
        let mut gone = plugin.connect().await;
        gone.write_all(said).await.expect("sent");
        drop(gone);
    }
    plugin.serves_its_host().await;
    drop((silent, half, whole, done));
    plugin.serves_its_host().await;
    plugin.end().await;
}

/// More connections than the process may have files, each of them open until it is sent away. Windows has no such limit.
#[cfg(unix)]
#[tokio::test]
async fn a_thousand_silent_strangers_starve_nobody() {
    const STRANGERS: usize = 1000;
    /// What the tests' own process can spare.
    const HELD: usize = 100;
    let plugin = Plugin::start(|launch| launch.env("TF_LOG", "WARN").descriptors(128)).await;
    plugin.serves_its_host().await;
    #[cfg(target_os = "linux")]
    let before = plugin.costs();
    let mut strangers = std::collections::VecDeque::new();
    for index in 0..STRANGERS {
        strangers.push_back(plugin.connect().await);
        if strangers.len() > HELD {
            assert!(is_sent_away(strangers.pop_front().expect("the oldest")).await);
        }
        if index % 250 == 249 {
            plugin.serves_its_host().await;
        }
    }
    plugin.serves_its_host().await;
    #[cfg(target_os = "linux")]
    {
        let after = plugin.costs();
        assert!(after.0 < before.0 + 70 && after.1 < before.1 + 20_000, "{before:?} became {after:?}");
    }
    drop(strangers);
    plugin.serves_its_host().await;
    assert_eq!(plugin.end().await, Vec::<String>::new(), "nobody but a debugging user reads about them");
}
