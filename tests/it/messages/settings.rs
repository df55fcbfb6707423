//! Settings of the provider block that cannot be used: each is told by its attribute, and by its variable where it has
//! one, as early as it can be known. Names of our own code are nobody's business.

use terraform_provider_hoop::schema::{HTTP_ATTRIBUTES, Input, Provider};

use super::*;
use crate::host::{Diagnostics, Object};
use crate::subject::subjects_beside;

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

/// Values that no setting of this name can have, beside those that its rules refuse.
fn bad(provider: &'static Provider, name: &str) -> Vec<Json> {
    let system = &provider.system;
    let exchange = system.credentials.exchange.as_ref();
    let texts: &[&str] = match name {
        name if name == system.url.attribute => {
            &["canary.example", "ftp://canary", "https://u:canary@h", "https://c anary"]
        }
        name if exchange.is_some_and(|exchange| exchange.url.attribute == name) => &["canary", "https://u:canary@h"],
        name if name == system.credentials.key.attribute => &["can ary", "can\nary", "canäry", "Bearer can ary"],
        "proxy_url" => &["canary", "socks5://u:canary@h", "http://u:canary@h:99999"],
        "ca_cert_pem" => &["canary", CERTIFICATE],
        "ca_cert_file" => &["/nonexistent/canary.pem", "/dev/null"],
        "client_cert_pem" => &["canary", CERTIFICATE],
        "organization_id" => &["canary"],
        "product_name" => &["can ary", "Canary"],
        "auth_scheme" => &["canary"],
        "request_timeout" => return vec![json!(0), json!(601)],
        "max_retries" => return vec![json!(-1)],
        "max_concurrent_requests" | "requests_per_second" => return vec![json!(0), json!(100_000)],
        _ => &[],
    };
    texts.iter().map(|text| json!(text)).collect()
}

/// What is said from the validation to the first plan.
async fn said(subject: &dyn Subject, more: &Json) -> Diagnostics {
    let session = Session::inside(subject.provider()).await;
    let mut settings = subject.settings();
    settings.as_object_mut().expect("settings").extend(more.as_object().expect("settings").clone());
    let found = session.validate_provider(settings.clone()).await;
    if found.has_errors() {
        return found;
    }
    session.configure(settings).await;
    let resource = subject.provider().resources[0];
    let config = subject.minimal(resource.name, "asked");
    session.plan(&Object::absent(resource.name), &config).await.diagnostics
}

fn inputs(provider: &'static Provider) -> Vec<&'static Input> {
    let system = &provider.system;
    let exchange = system.credentials.exchange.iter().flat_map(|exchange| exchange.inputs());
    let headers = system.headers.iter().map(|(input, _)| input);
    [&system.url, &system.credentials.key].into_iter().chain(exchange).chain(headers).chain(provider.defaults).collect()
}

#[test]
fn a_setting_that_cannot_be_used_is_told_by_its_name() {
    let (mut tried, mut without) = (0, Vec::new());
    for make in subjects() {
        let provider = alone(async { make().provider() });
        for attr in provider.attributes() {
            let values = bad(provider, attr.name);
            if values.is_empty() {
                without.push(attr.name);
            }
            for value in values {
                alone(async {
                    let subject = make();
                    let mut more = json!({ attr.name: value });
                    if attr.name == "client_cert_pem" {
                        more["client_key_pem"] = json!("canary");
                    }
                    // A key and what one is got with do not go together.
                    if provider.system.credentials.exchange.as_ref().is_some_and(|it| it.url.attribute == attr.name) {
                        more[provider.system.credentials.key.attribute] = Json::Null;
                    }
                    let found = said(subject.as_ref(), &more).await;
                    assert_eq!(found.error_paths(), [attr.name], "{} {value}: {found}", attr.name);
                    let input = inputs(provider).into_iter().find(|input| input.attribute == attr.name);
                    let by_rule = attr.rules.iter().any(|rule| value.as_str().is_some_and(|it| !rule.accepts_text(it)));
                    let names_variable = input.is_none_or(|input| found.say(input.variable));
                    assert!(by_rule || names_variable, "{} {value}: {found}", attr.name);
                    assert!(by_rule || attr.name == "ca_cert_file" || !found.say("anary"), "{found}");
                });
                tried += 1;
            }
        }
    }
    assert!(tried >= 30, "{tried}");
    without.sort_unstable();
    without.dedup();
    // Whatever their value is, it can be used.
    let usable = [
        "client_id",
        "client_key_pem",
        "client_secret",
        "insecure_skip_verify",
        "refresh",
        "skip_credentials_validation",
    ];
    assert_eq!(without, usable);
    assert!(
        HTTP_ATTRIBUTES
            .iter()
            .all(|attr| !bad(subjects_provider(), attr.name).is_empty() || usable.contains(&attr.name))
    );
}

fn subjects_provider() -> &'static Provider {
    crate::subject::PROVIDERS[0]
}

/// From a file or a clipboard, with what comes along.
#[test]
fn what_comes_along_with_a_setting_is_taken_off() {
    for make in subjects() {
        let provider = alone(async { make().provider() });
        let around: [fn(&str) -> String; 3] =
            [|text| format!("{text}\n"), |text| format!(" \t{text}\r\n"), |text| format!("\n{text}")];
        for input in [&provider.system.url, &provider.system.credentials.key] {
            for (index, around) in around.iter().enumerate() {
                alone(async {
                    let subject = make();
                    let Some(text) = subject.settings()[input.attribute].as_str().map(str::to_owned) else { return };
                    let found = said(subject.as_ref(), &json!({ input.attribute: around(&text) })).await;
                    assert!(!found.has_errors(), "{} {index}: {found}", input.attribute);
                });
            }
        }
        alone(async {
            let subject = make();
            let key = provider.system.credentials.key.attribute;
            let Some(text) = subject.settings()[key].as_str().map(str::to_owned) else { return };
            let found = said(subject.as_ref(), &json!({ key: format!("Bearer {text}\n") })).await;
            assert!(!found.has_errors(), "{found}");
        });
    }
}

/// Terraform shows nobody what the environment says, so that its rules are asked when it is read.
#[tokio::test]
async fn what_a_variable_says_is_held_to_the_same_rules() {
    for subject in subjects_beside() {
        let provider = subject.provider();
        let program = match provider.name {
            "lerian" => env!("CARGO_BIN_EXE_terraform-provider-lerian"),
            _ => env!("CARGO_BIN_EXE_terraform-provider-hoop"),
        };
        for input in inputs(provider) {
            let good = subject.settings()[input.attribute].as_str().map(|text| (format!(" {text}\n"), true));
            let wrong =
                bad(provider, input.attribute).into_iter().filter_map(|text| Some((text.as_str()?.to_owned(), false)));
            for (text, works) in wrong.take(1).chain(good) {
                let launch = |launch: crate::host::Launch| {
                    let launch = launch.program(std::path::Path::new(program)).env(input.variable, text.clone());
                    // What a token is got with is looked at when it is all there.
                    let rest = provider.system.credentials.exchange.iter().flat_map(|exchange| exchange.inputs());
                    let rest = rest.filter(|it| it.attribute != input.attribute && input.attribute == "auth_url");
                    rest.fold(launch, |launch, it| launch.env(it.variable, "something"))
                };
                let session = Session::start_with(launch).await;
                let mut settings = subject.settings();
                settings.as_object_mut().expect("settings").remove(input.attribute);
                session.configure(settings).await;
                let resource = provider.resources[0];
                let mut config = subject.minimal(resource.name, "asked");
                if resource.attrs.iter().any(|attr| attr.default_setting().is_some()) {
                    config.as_object_mut().expect("attributes").remove("product_name");
                }
                let found = session.plan(&Object::absent(resource.name), &config).await.diagnostics;
                let is_refused = found.say(input.variable) && found.error_paths() == [input.attribute];
                assert!(is_refused != works, "{} {text:?}: {found}", input.variable);
                // What its rules are about is no secret.
                let has_rules = provider.attributes().any(|it| it.name == input.attribute && !it.rules.is_empty());
                assert!(has_rules || !found.say("anary"), "{found}");
                session.shutdown().await;
            }
        }
    }
}
