//! The environment as hostile input: whatever the variables contain, the result is a server or an error in one short line.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use rcgen::{KeyPair, PKCS_ECDSA_P521_SHA512};

use super::environment::Environment;
use super::tls::Tls;
use super::tls::tests::Client;
use super::{handshake, listener, log};

/// What a host may pass: any bytes, text, and values that are nearly valid.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let huge = (any::<u8>(), select(vec![1usize, 3, 1 << 10]))
        .prop_map(|(byte, step)| (0..1usize << 20).map(|index| if index % step == 0 { byte } else { b'/' }).collect());
    let texts = select(vec![
        "",
        " ",
        "0",
        "1",
        "-1",
        "+7",
        "65535",
        "65536",
        "4294967295",
        "99999999999999999999",
        "10000",
        "root",
        "|",
        "/tmp",
        "/",
        ".",
        "..",
        "/dev/null",
        "/nonexistent/x",
        "trace",
        "JSON",
        "off",
        "é",
        "d602bf8f\n",
        "\r\n",
        "\u{0}",
    ]);
    prop_oneof![
        4 => vec(any::<u8>(), 0..64),
        4 => texts.prop_map(|text| text.as_bytes().to_vec()),
        2 => "\\PC{0,200}".prop_map(String::into_bytes),
        1 => huge,
    ]
}

static CERTIFICATES: LazyLock<[String; 2]> = LazyLock::new(|| [Client::new().pem(), Client::new().pem()]);

/// Whether there is a whole certificate, whatever is around it.
fn has_certificate(pem: &[u8]) -> bool {
    CERTIFICATES.iter().any(|whole| pem.windows(whole.len()).any(|window| window == whole.as_bytes()))
}

/// Pieces of PEM in any order, whole and broken.
fn nearly_pem() -> impl Strategy<Value = Vec<u8>> {
    let [pem, another] = &*CERTIFICATES;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key").serialize_pem();
    let pieces = vec![
        pem.as_bytes().to_vec(),
        another.as_bytes().to_vec(),
        pem.as_bytes()[..pem.len() / 2].to_vec(),
        pem.as_bytes()[pem.len() / 2..].to_vec(),
        pem.replace('M', "N").into_bytes(),
        key.into_bytes(),
        b"-----BEGIN CERTIFICATE-----\n".to_vec(),
        b"-----END CERTIFICATE-----\n".to_vec(),
        b"-----BEGIN ".to_vec(),
        b"MIIB\xff\xfe\n".to_vec(),
        b"\n".to_vec(),
    ];
    vec(prop_oneof![3 => select(pieces), 1 => anything()], 0..5).prop_map(|pieces| pieces.concat())
}

fn environment(variables: &[(&'static str, Vec<u8>)]) -> Environment {
    let variables = variables.to_vec();
    Environment::from_fn(move |name| {
        let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
        Some(OsString::from_vec(value.clone()))
    })
}

/// Readable for a person, and a single entry of a host's log.
fn is_one_short_line(error: &std::io::Error) -> bool {
    let text = error.to_string();
    !text.is_empty() && text.len() < 400 && !text.contains(char::is_control)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(9), ..ProptestConfig::default()
    })]

    #[test]
    fn only_a_certificate_makes_a_server(pem in prop_oneof![3 => nearly_pem(), 1 => anything()]) {
        match Tls::for_client(&pem) {
            Ok(_) => prop_assert!(has_certificate(&pem)),
            Err(error) => prop_assert!(is_one_short_line(&error), "{error}"),
        }
    }

    #[test]
    fn no_other_value_is_the_cookie_and_every_value_is_a_level(value in anything()) {
        let env = environment(&[("TF_PLUGIN_MAGIC_COOKIE", value.clone()), ("TF_LOG", value.clone())]);
        prop_assert!(!handshake::is_from_host(&env));
        prop_assert_eq!(log::level("toy", &env) == ::log::LevelFilter::Off, value.is_empty() || value == b"off");
    }

    #[test]
    fn a_socket_is_for_its_owner_alone(
        temporary in anything(),
    ) {
        use std::os::unix::fs::PermissionsExt;
        let env = environment(&[("TMPDIR", temporary)]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let _inside = runtime.enter();
        match listener::bind(&env) {
            Ok(listener) => {
                let path = listener.address().text().to_owned();
                let mode = std::fs::metadata(&path).expect("the socket").permissions().mode() & 0o777;
                prop_assert_eq!(mode, 0o600);
                prop_assert!(path.len() < 108 && !path.contains(['|', '\n']));
                drop(listener);
                prop_assert!(!Path::new(&path).exists());
            }
            Err(error) => prop_assert!(is_one_short_line(&error), "{error}"),
        }
    }

    #[test]
    fn ports_are_numbers_or_errors(min in anything(), max in anything()) {
        let env = environment(&[("PLUGIN_MIN_PORT", min.clone()), ("PLUGIN_MAX_PORT", max.clone())]);
        let number = |value: &[u8]| value.is_empty() || String::from_utf8_lossy(value).parse::<u16>().is_ok();
        match listener::ports(&env) {
            Ok(_) => prop_assert!(number(&min) && number(&max)),
            Err(error) => prop_assert!(!(number(&min) && number(&max)) && is_one_short_line(&error), "{error}"),
        }
    }
}
