//! Ephemeral resources over every table of both systems: opened, renewed and closed by core's rules, with faults at each
//! request, keys of every role, settings that are not known, and secrets that must be seen nowhere.

mod credentials;
mod faults;
mod tokens;

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Ephemeral, Rights};

use crate::host::{Session, unknown};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::{Subject, configured, of_all};

/// Each type of each system, with what makes a fresh one.
fn types() -> Vec<(Make, &'static Ephemeral)> {
    of_all(|provider| provider.ephemerals)
}

fn each(test: impl AsyncFn(&dyn Subject, Session, &'static Ephemeral) + Sync) {
    try_each(
        &types(),
        |(_, ephemeral)| ephemeral.name.to_owned(),
        |(make, ephemeral)| {
            alone(async {
                let subject = make();
                let session = configured(subject.as_ref()).await;
                test(subject.as_ref(), session, ephemeral).await;
            });
        },
    );
}

/// The secret texts in a value of this type.
fn secrets(attrs: &'static [terraform_provider_hoop::schema::Attr], value: &Json, found: &mut BTreeSet<String>) {
    fn texts(value: &Json, found: &mut BTreeSet<String>) {
        match value {
            Json::String(text) if text.len() > 8 => drop(found.insert(text.clone())),
            Json::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Json::Object(entries) => entries.values().for_each(|item| texts(item, found)),
            _ => {}
        }
    }
    for attr in attrs {
        let value = &value[attr.name];
        if attr.is_sensitive() {
            texts(value, found);
        } else if let Some(nested) = attr.kind.nested() {
            for item in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
                secrets(nested, item, found);
            }
        }
    }
}

#[test]
fn every_type_is_opened_and_closed_and_keeps_no_secret() {
    each(async |subject, session, ephemeral| {
        let config = subject.ephemeral(ephemeral.name);
        let opened = session.open(ephemeral.name, &config).await;
        assert!(opened.diagnostics.is_clean(), "{}", opened.diagnostics);
        let mut found = BTreeSet::new();
        secrets(ephemeral.attrs, &opened.result, &mut found);
        assert!(!found.is_empty(), "a type without a secret can be a data source: {}", opened.result);
        let kept = String::from_utf8(opened.private.clone()).expect("text");
        assert!(found.iter().all(|secret| !kept.contains(secret)), "{kept}");
        assert_eq!(opened.renew_at.is_some(), ephemeral.renewable_until.is_some());
        let again = session.open(ephemeral.name, &config).await;
        assert!(again.diagnostics.is_clean(), "{}", again.diagnostics);
        for private in [&opened.private, &again.private] {
            let closed = session.close(ephemeral.name, private).await;
            assert!(closed.is_clean(), "{closed}");
        }
        let said = session.said();
        assert!(found.iter().all(|secret| !said.contains(secret)), "{said}");
    });
}

/// A request that asks for more than the key may is refused with what it needs: nothing is returned in place of a value.
#[test]
fn a_key_that_may_not_open_it_is_told_what_it_needs() {
    each(async |subject, _, ephemeral| {
        let config = subject.ephemeral(ephemeral.name);
        for rights in Rights::LIMITED {
            for skips_check in [false, true] {
                let Some(mut settings) = subject.settings_of(rights) else { return };
                settings["skip_credentials_validation"] = json!(skips_check);
                let session = Session::inside(subject.provider()).await;
                assert!(session.configure(settings).await.is_clean());
                let opened = session.open(ephemeral.name, &config).await;
                let refused = opened.diagnostics.has_errors();
                if rights < ephemeral.readable_by {
                    assert!(
                        refused && opened.diagnostics.say("the group `admin`"),
                        "{rights:?}: {}",
                        opened.diagnostics
                    );
                }
                // Auditors hold no credentials.
                let is_denied = rights == Rights::Auditor && ephemeral.close.is_some();
                assert_eq!(refused, rights < ephemeral.readable_by || is_denied, "{rights:?}: {}", opened.diagnostics);
            }
        }
    });
}

#[test]
fn an_open_with_settings_that_are_not_known_is_deferred_if_the_host_allows_it() {
    each(async |subject, _, ephemeral| {
        let config = subject.ephemeral(ephemeral.name);
        subject.clear_requests();
        let mut settings = subject.settings();
        settings[subject.provider().system.url.attribute] = unknown();
        let session = Session::inside(subject.provider()).await;
        assert!(session.configure(settings).await.is_clean());
        let (opened, deferred) = session.open_as(ephemeral.name, &config, true).await;
        assert!(deferred && opened.private.is_empty() && opened.diagnostics.is_clean(), "{}", opened.diagnostics);
        let (opened, deferred) = session.open_as(ephemeral.name, &config, false).await;
        assert!(!deferred && opened.diagnostics.say("not known yet"), "{}", opened.diagnostics);
        assert_eq!(subject.requests(), []);
        // Closing what another process opened needs the settings too.
        let closed = session.close(ephemeral.name, b"{}").await;
        assert!(!closed.has_errors(), "{closed}");
    });
}

/// Whatever an argument contains, it stays in its segment of the path or in the body.
#[test]
fn arguments_with_odd_texts_are_refused_or_sent_as_they_are() {
    each(async |subject, session, ephemeral| {
        let config = subject.ephemeral(ephemeral.name);
        subject.clear_requests();
        for name in session.ephemeral_arguments(ephemeral.name) {
            let Some(text) = config[&name].as_str() else { continue };
            for odd in ["", ".", "..", "a/../b", "a/b", "?x=1", "#", "%2e%2e", "a\u{0}b", "\u{202e}x", " "] {
                let mut wrong = config.clone();
                wrong[&name] = json!(odd);
                let before = subject.requests().len();
                let opened = session.open(ephemeral.name, &wrong).await;
                assert!(opened.diagnostics.has_errors() || odd.is_empty(), "{name} = {odd:?} in place of {text:?}");
                let paths: Vec<String> = subject.requests().drain(before..).map(|request| request.path).collect();
                assert!(paths.iter().all(|path| !path.contains("/..") && !path.contains("x=1")), "{odd:?}: {paths:?}");
            }
        }
    });
}

/// Private bytes come from Terraform: what this provider did not write is a diagnostic.
#[test]
fn strange_private_bytes_are_an_error_and_no_panic() {
    each(async |_, session, ephemeral| {
        for bytes in [&b""[..], b"null", b"[]", b"{", b"\xff", br#"{"id":{},"revoke_on_close":true,"expire_at":7}"#] {
            let renewed = session.renew(ephemeral.name, bytes).await;
            assert!(renewed.renew_at.is_none(), "{bytes:?}");
            assert!(renewed.diagnostics.has_errors() || ephemeral.renewable_until.is_none(), "{bytes:?}");
            let closed = session.close(ephemeral.name, bytes).await;
            assert_eq!(closed.has_errors(), ephemeral.close.is_some(), "{bytes:?}: {closed}");
        }
    });
}

/// Unknown arguments are no errors: core opens nothing before they are known.
#[test]
fn arguments_that_are_not_known_are_accepted() {
    each(async |subject, session, ephemeral| {
        let config = subject.ephemeral(ephemeral.name);
        for name in session.ephemeral_arguments(ephemeral.name) {
            let mut later = config.clone();
            later[&name] = unknown();
            let found = session.validate_ephemeral(ephemeral.name, &later).await;
            assert!(found.is_clean(), "{name}: {found}");
        }
    });
}
