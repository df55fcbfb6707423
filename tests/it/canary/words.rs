//! Secrets that are everyday words: what a system says stays readable where it uses the same word openly, and the secrets
//! beside them stay hidden.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Kind, Resource, Rule};

use super::cage::fresh_word;
use super::deeds::has_secrets;
use crate::emulator::Fault;
use crate::host::{Object, Session};
use crate::subject::cases::alone;
use crate::subject::{configured, subjects};

/// The words that the rules of a table list.
fn listed(attrs: &'static [Attr]) -> Vec<&'static str> {
    let words = |rule: &Rule| if let Rule::OneOf(words) = rule { words.to_vec() } else { Vec::new() };
    attrs.iter().flat_map(|attr| attr.rules.iter().flat_map(words)).collect()
}

/// The secrets of a type that can be set in its least configuration, with these texts in them.
fn with_secrets(resource: &'static Resource, config: &Json, texts: &[&str]) -> Vec<Json> {
    let map = || texts.iter().enumerate().map(|(index, text)| (format!("envvar:KEY_{index}"), json!(text)));
    let secret = |attr: &&Attr| attr.is_secret() && attr.rules.iter().all(|rule| rule.accepts_text(texts[0]));
    let each = resource.managed().filter(secret).flat_map(|attr| match attr.kind {
        Kind::Map(_) => vec![(attr.name, Json::Object(map().collect()))],
        _ => texts.iter().map(|text| (attr.name, json!(text))).collect(),
    });
    let config = |(name, value): (&str, Json)| {
        let mut config = config.clone();
        config[name] = value;
        config
    };
    each.map(config).collect()
}

/// An object of this configuration is refused in words that hold all of these, and a secret.
async fn said(
    session: &Session,
    resource: &'static Resource,
    config: &Json,
    fault: Fault,
    fault_of: &dyn Fn(Fault),
) -> String {
    let absent = Object::absent(resource.name);
    let planned = session.plan(&absent, config).await;
    assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
    fault_of(fault);
    session.apply(&absent, &planned).await.diagnostics.to_string()
}

#[test]
fn a_secret_that_is_an_everyday_word_spoils_no_sentence() {
    let mut tried = 0;
    for make in subjects() {
        let resources = alone(async { make().provider().resources });
        for resource in resources.iter().filter(|resource| has_secrets(resource)) {
            alone(async {
                let subject = make();
                let minimal = subject.minimal(resource.name, "everyday");
                let open = minimal.as_object().expect("attributes").iter().filter(|(name, value)| {
                    let is_open = resource.attr(name).is_some_and(|attr| !attr.is_sensitive());
                    is_open && value.as_str().is_some_and(|text| (4..64).contains(&text.len()) && !text.contains('/'))
                });
                let mut words: Vec<String> = open.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect();
                words.extend(listed(resource.attrs).into_iter().filter(|word| word.len() >= 4).map(str::to_owned));
                words.push(resource.attrs[0].name.to_owned());
                words.retain(|word| word.len() >= 4);
                for word in words {
                    let hidden = fresh_word();
                    for config in with_secrets(resource, &minimal, &[&word, &hidden]) {
                        let session = configured(subject.as_ref()).await;
                        let words = format!("the value {word} and {hidden} are no good");
                        let body = json!({"message": words}).to_string();
                        let fault = Fault::answer(422).body(&body).forever();
                        let said = said(&session, resource, &config, fault, &|fault| {
                            // Reads before the write are answered as ever.
                            subject.fault(fault.on("POST", ""));
                            subject.fault(Fault::answer(422).body(&body).on("PUT", "").forever());
                        })
                        .await;
                        subject.clear_faults();
                        assert!(said.contains(&format!("the value {word} and ")), "{}: {said}", resource.name);
                        let is_secret = config.to_string().contains(&hidden);
                        assert!(!is_secret || !said.contains(&hidden), "{}: {said}", resource.name);
                        tried += 1;
                    }
                }
            });
        }
    }
    assert!(tried >= 20, "{tried}");
}
