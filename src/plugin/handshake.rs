//! What host and plugin exchange before gRPC: the cookie, the handshake line, the reattach configuration.
//!
//! Pure text; the socket is `listener`'s.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;
use serde_json::json;

use super::address::Address;
use super::environment::Environment;

/// The variable with the client certificate of a host that uses TLS. Not set only if its user set `TF_DISABLE_PLUGIN_TLS`.
pub(super) const CLIENT_CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";

/// That of Terraform and OpenTofu. It is no secret, and only shows that the binary was not started by hand.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// go-plugin's own protocol.
const CORE_PROTOCOL: u8 = 1;

/// tfplugin6. A go-plugin server chooses the highest version that `PLUGIN_PROTOCOL_VERSIONS` offers too, otherwise its own
/// lowest, and lets the host report the mismatch; with a single version both are the same, so the variable is not read.
pub(super) const PROTOCOL: u8 = 6;

/// Whether a host started this process.
pub(super) fn is_from_host(env: &Environment) -> bool {
    env.text(COOKIE.0).is_some_and(|value| value == COOKIE.1)
}

/// The line that the host waits for, with its line break. Without a certificate the last field is empty, which means no
/// TLS. A seventh field is for hosts that set `PLUGIN_MULTIPLEX_GRPC`; others would read it as part of the certificate.
pub(super) fn line(address: &Address, certificate: Option<&CertificateDer<'_>>) -> String {
    // go-plugin decodes with Go's RawStdEncoding, which refuses padding.
    let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
    format!("{CORE_PROTOCOL}|{PROTOCOL}|{}|{}|grpc|{certificate}\n", address.network(), address.text())
}

/// The value of `TF_REATTACH_PROVIDERS` with which a host uses a running provider. `Test` makes the host leave the process
/// running when it is done.
pub(super) fn reattach(provider: &str, address: &Address, pid: u32) -> String {
    json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL,
            "Pid": pid,
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.text() },
        }
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_cookie_is_a_host() {
        let right = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
        for (env, expected) in [
            (Environment::of([]), false),
            (Environment::of([(COOKIE.0, "")]), false),
            (Environment::of([(COOKIE.0, "d602")]), false),
            (Environment::of([("OTHER_COOKIE", right)]), false),
            (Environment::of([(COOKIE.0, right)]), true),
        ] {
            assert_eq!(is_from_host(&env), expected);
        }
    }

    #[test]
    fn lines() {
        let unix = Address::of_test("unix", "/tmp/plugin1");
        let tcp = Address::of_test("tcp", "127.0.0.1:10000");
        let certificate = CertificateDer::from(vec![0xfb, 0xff, 0xfe, 0x01]);
        for (address, certificate, expected) in [
            (&unix, None, "1|6|unix|/tmp/plugin1|grpc|\n"),
            (&tcp, None, "1|6|tcp|127.0.0.1:10000|grpc|\n"),
            // The standard alphabet (+ and /), and no padding.
            (&unix, Some(&certificate), "1|6|unix|/tmp/plugin1|grpc|+//+AQ\n"),
        ] {
            assert_eq!(line(address, certificate), expected);
        }
    }

    #[test]
    fn reattach_configuration() {
        let value = reattach("registry.example.com/acme/toy", &Address::of_test("unix", "/tmp/a\"b"), 7);
        let value: serde_json::Value = serde_json::from_str(&value).expect("JSON");
        let expected = json!({ "registry.example.com/acme/toy": {
            "Protocol": "grpc", "ProtocolVersion": 6, "Pid": 7, "Test": true,
            "Addr": { "Network": "unix", "String": "/tmp/a\"b" },
        }});
        assert_eq!(value, expected);
    }
}
