//! Secrets in the provider's own settings: good ones that are refused, bad ones that cannot be used, addresses with a
//! password in them. What is said of them names the setting and not the value.

use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Provider;

use super::cage::{Cage, fresh, fresh_word};
use super::life::{chatty, nothing_shows};
use crate::emulator::Fault;
use crate::host::Object;
use crate::subject::{Subject, subjects};

/// Settings beside those that reach the system, each with a canary in it.
fn tries(provider: &'static Provider, cage: &mut Cage, folder: &std::path::Path) -> Vec<Json> {
    let mut canary = |name: &str| {
        let text = fresh_word();
        cage.add(name, &text, true);
        text
    };
    let url = provider.system.url.attribute;
    let key = provider.system.credentials.key.attribute;
    let mut found = Vec::new();
    let addresses: [fn(&str) -> String; 8] = [
        |secret| format!("https://user:{secret}@h.example/api"),
        |secret| format!("https://{secret}@h.example/api"),
        |secret| format!("https://user:{secret}@h.example:99999/api"),
        |secret| format!("{secret}://user:{secret}@h.example"),
        |secret| format!("http://h.example/?token={secret}"),
        |secret| format!("http://h.example/#{secret}"),
        |secret| format!("http://user:{secret} x@h.example"),
        |secret| secret.to_owned(),
    ];
    found.extend(addresses.map(|address| json!({url: address(&canary("an address"))})));
    let proxies: [fn(&str) -> String; 4] = [
        |secret| format!("http://user:{secret}@127.0.0.1:9"),
        |secret| format!("socks5://user:{secret}@127.0.0.1:9"),
        |secret| format!("http://user:{secret}@127.0.0.1:99999"),
        |secret| format!("user:{secret}"),
    ];
    found.extend(proxies.map(|address| json!({"proxy_url": address(&canary("a proxy"))})));
    found.push(json!({key: format!("{}\n", canary("a key with a line break"))}));
    found.push(json!({key: canary("a wrong key")}));
    found.push(json!({"client_key_pem": canary("a key alone")}));
    found.push(json!({"client_key_pem": canary("no key"), "client_cert_pem": canary("no certificate")}));
    let (one, other) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    let certificate = CertificateParams::new(Vec::new()).expect("a name").self_signed(&one).expect("a certificate");
    let pem = other.serialize_pem();
    cage.add("a key of another certificate", &pem, true);
    found.push(json!({"client_key_pem": pem, "client_cert_pem": certificate.pem()}));
    let file = folder.join("authorities.pem");
    let text = fresh();
    cage.add("a file that holds no certificates", &text, true);
    std::fs::write(&file, text).expect("a file");
    found.push(json!({"ca_cert_file": file}));
    found.push(json!({"ca_cert_pem": fresh()}));
    if let Some(exchange) = &provider.system.credentials.exchange {
        let mut client = |address: fn(&str) -> String| {
            let (id, secret) = (fresh_word(), fresh());
            cage.add("a client's secret", &secret, true);
            cage.add("a client's address", &id, true);
            json!({
                exchange.url.attribute: address(&id), exchange.id.attribute: "report",
                exchange.secret.attribute: secret, key: null,
            })
        };
        found.push(client(|_| "http://127.0.0.1:9".to_owned()));
        found.push(client(|secret| format!("https://user:{secret}@h.example")));
    }
    found
}

/// Asks for something with these settings added.
async fn ask(subject: &dyn Subject, cage: &Cage, more: &Json) {
    let session = chatty(subject.provider()).await;
    let mut settings = subject.settings();
    settings["max_retries"] = json!(0);
    settings.as_object_mut().expect("settings").extend(more.as_object().expect("settings").clone());
    let found = session.validate_provider(settings.clone()).await;
    session.configure(settings).await;
    let resource = subject.provider().resources[0];
    let config = subject.minimal(resource.name, "asked");
    let planned = session.plan(&Object::absent(resource.name), &config).await;
    let list = resource.list.as_ref().map_or("", |list| list.name);
    let (state, read) = session.read_data(list, &json!({})).await;
    assert!(found.has_errors() || planned.diagnostics.has_errors() || read.has_errors() || state.is_object());
    let said = session.said();
    assert_eq!(cage.seen_in(&said), Vec::<String>::new(), "{said}");
    nothing_shows(session, cage).await;
}

#[tokio::test]
async fn no_setting_is_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    for make in subjects() {
        let subject = make();
        let mut cage = Cage::default();
        for settings in tries(subject.provider(), &mut cage, folder.path()) {
            // Whoever answers repeats the credentials.
            let words = cage.of(&settings).texts().join(" ");
            subject.fault(Fault::answer(401).body(&json!({"message": words}).to_string()).forever());
            ask(subject.as_ref(), &cage, &settings).await;
            subject.clear_faults();
        }
    }
}
