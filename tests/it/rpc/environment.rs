//! The environment as hostile input, over the real binary: whatever a variable holds, the process serves as safely as
//! it was asked to, or says in one line why not. The pure parts have their own tests, beside the code.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::answers;
use crate::host::{HostCertificate, Launch, dial};

/// Above what anything here takes; a hang shall fail the test.
const LIMIT: Duration = Duration::from_secs(20);

const VARIABLES: [&str; 7] = [
    "PLUGIN_CLIENT_CERT",
    "PLUGIN_MIN_PORT",
    "PLUGIN_MAX_PORT",
    "TMPDIR",
    "TF_LOG",
    "TF_LOG_PROVIDER",
    "TF_LOG_PROVIDER_HOOP",
];

/// Text of a host's certificate, whole and broken, and values of any other kind. The kernel passes none with a zero
/// byte, and none of 128 KiB or more.
fn value(host: &HostCertificate) -> impl Strategy<Value = Vec<u8>> {
    let (pem, key, other) = (host.pem(), host.key_pem(), HostCertificate::new().pem());
    let pieces = vec![
        pem.clone(),
        pem[..pem.len() / 2].to_owned(),
        key,
        other,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(),
        "-----BEGIN ".to_owned(),
        "65535".to_owned(),
        "99999".to_owned(),
        "/nonexistent/folder".to_owned(),
        "trace".to_owned(),
        "|".to_owned(),
        "\n".to_owned(),
    ];
    let pieces = select(pieces).prop_map(String::into_bytes);
    let bytes = vec(1..=u8::MAX, 0..64);
    let huge = (1..=u8::MAX).prop_map(|byte| vec![byte; 100 << 10]);
    let broken = (pieces.clone(), bytes.clone(), any::<prop::sample::Index>()).prop_map(|(mut piece, bytes, at)| {
        let at = at.index(piece.len() + 1);
        piece.splice(at..at, bytes);
        piece
    });
    prop_oneof![3 => vec(pieces, 0..3).prop_map(|pieces| pieces.concat()), 2 => bytes, 1 => huge, 2 => broken]
}

/// Variables that are not as they should be, one or a few of them.
fn environment(host: &HostCertificate) -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    vec((select(&VARIABLES[..]), value(host)), 1..4)
}

#[tokio::test]
async fn it_serves_with_tls_or_ends_with_one_line() {
    let host = HostCertificate::new();
    let (mut served, mut refused) = (0, 0);
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    for _ in 0..60 {
        let variables = environment(&host).new_tree(&mut runner).expect("a case").current();
        let launch = variables
            .iter()
            .fold(Launch::by(&host), |launch, (name, value)| launch.env(name, OsString::from_vec(value.clone())));
        let asks_for_tls = |(name, value): &&(&str, Vec<u8>)| *name == VARIABLES[0] && value.is_empty();
        let plain = variables.iter().rfind(|(name, _)| *name == VARIABLES[0]).as_ref().is_some_and(asks_for_tls);
        let mut process = launch.start();
        let line = process.line().await;
        if line.is_empty() {
            refused += 1;
            let ended = process.end(LIMIT).await;
            assert_eq!((ended.status.code(), ended.left_behind), (Some(1), Vec::new()), "{variables:?}");
            let error = ended.stderr.strip_suffix('\n').unwrap_or_default();
            assert!(error.starts_with("[ERROR] cannot start the provider: "), "{error}\n{variables:?}");
            assert!(error.len() < 400 && !error.contains(char::is_control), "{error}\n{variables:?}");
            continue;
        }
        served += 1;
        let fields: Vec<&str> = line.trim_end().split('|').collect();
        assert!(fields.len() == 6 && fields[..3] == ["1", "6", "unix"], "{line}");
        assert_eq!(fields[5].is_empty(), plain, "{line}\n{variables:?}");
        super::signal("-TERM", process.id());
        let ended = process.end(LIMIT).await;
        assert!(ended.status.success() && !ended.stderr.contains("panic"), "{}\n{variables:?}", ended.stderr);
    }
    assert!(served >= 10 && refused >= 10, "{served} served, {refused} refused: the cases say little");
}

/// Whatever else is in the variable, the one certificate in it is the one that is let in.
#[tokio::test]
async fn the_certificate_counts_and_not_what_is_around_it() {
    let host = HostCertificate::new();
    let around = [b"\xff\xfewords\n".to_vec(), host.pem().into_bytes(), host.key_pem().into_bytes()].concat();
    let mut process = Launch::by(&host).env("PLUGIN_CLIENT_CERT", OsString::from_vec(around)).start();
    let handshake = process.handshake().await;
    let certificate = handshake.certificate.expect("TLS");
    let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the host is let in");
    assert!(answers(channel).await);
    let stranger = HostCertificate::new();
    let refused = match dial(&handshake.socket, &certificate, Some(&stranger)).await {
        Ok(channel) => !answers(channel).await,
        Err(_) => true,
    };
    assert!(refused, "a stranger is served");
}

#[tokio::test]
async fn a_cookie_or_an_argument_of_any_bytes_is_told_what_this_is() {
    for cookie in
        [&b"\xff\xfe"[..], &[b'd'; 100 << 10], b"D602BF8F470BC67CA7FAA0386276BBDD4330EFAF76D1A219CB4D6991CA9872B2"]
    {
        let cookie = OsString::from_vec(cookie.to_vec());
        let ended = Launch::by_hand().env("TF_PLUGIN_MAGIC_COOKIE", cookie).start().end(LIMIT).await;
        assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""));
        assert!(ended.stderr.contains("It is a plugin: Terraform or OpenTofu starts it"), "{}", ended.stderr);
    }
    let argument = OsString::from_vec(b"--ver\xffsion".to_vec());
    let ended = Launch::by_hand().argument(argument).start().end(LIMIT).await;
    assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.lines().count() == 1 && ended.stderr.contains("unknown argument"), "{}", ended.stderr);
}
