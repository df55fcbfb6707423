//! Secrets of actions: what their configuration contains and what systems answer them is in no progress and no diagnostic,
//! whatever the system repeats.

use std::time::Duration;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Action, Attr, Kind};

use super::cage::{Cage, fresh_word};
use super::echoes::MISERIES;
use super::life::{chatty, nothing_shows};
use crate::emulator::Fault;
use crate::figure::at_least;
use crate::host::Invoked;
use crate::subject::cases::{Make, alone, is_one_of_many, try_each};
use crate::subject::{Subject, configured, of_all, subjects};

fn actions(wanted: fn(&Action) -> bool) -> Vec<(Make, &'static Action)> {
    of_all(|provider| provider.actions).into_iter().filter(|(_, action)| wanted(action)).collect()
}

fn is_told_secrets(action: &Action) -> bool {
    action.attrs.iter().any(Attr::is_sensitive)
}

/// The configuration with a canary in every secret.
fn plant(cage: &mut Cage, action: &'static Action, config: &Json, label: &str) -> Json {
    let mut planted = config.clone();
    for attr in action.attrs.iter().filter(|attr| attr.is_sensitive()) {
        let text = fresh_word();
        cage.add(&format!("{label} {}.{}", action.name, attr.name), &text, true);
        planted[attr.name] = match attr.kind {
            Kind::Map(_) => json!({ "envvar:KEY": text }),
            Kind::Str => json!(text),
            _ => panic!("teach {}.{} here", action.name, attr.name),
        };
    }
    planted
}

fn said(invoked: &Invoked) -> String {
    format!("{}\n{}", invoked.progress.join("\n"), invoked.diagnostics)
}

/// The texts that a system made up to be secrets.
fn made_up(shown: &Json, found: &mut Vec<String>) {
    match shown {
        Json::String(text) if text.ends_with("-emulator") => found.push(text.clone()),
        Json::Array(items) => items.iter().for_each(|item| made_up(item, found)),
        Json::Object(entries) => entries.values().for_each(|item| made_up(item, found)),
        _ => {}
    }
}

#[test]
fn what_an_action_is_answered_stays_secret() {
    let count = try_each(
        &actions(|_| true),
        |(_, action)| action.name.to_owned(),
        |(make, action)| {
            alone(async {
                let subject = make();
                let session = configured(subject.as_ref()).await;
                let config = subject.invocation(action.name);
                let invoked = session.invoke(action.name, &config).await;
                let (mut secrets, shown) = (Vec::new(), subject.effect(action.name, &config));
                made_up(&shown.unwrap_or_default(), &mut secrets);
                assert!(!said(&invoked).contains("-emulator"), "{}", said(&invoked));
                secrets.len()
            })
        },
    );
    at_least(1, "secrets that actions are answered", count.into_iter().sum());
}

#[test]
fn what_an_action_is_told_stays_secret_whatever_the_system_repeats() {
    let count = try_each(
        &actions(is_told_secrets),
        |(_, action)| action.name.to_owned(),
        |(make, action)| {
            alone(async {
                let requests = requests(make().as_ref(), action).await;
                let told_apart = (0..requests.len()).filter(|index| !is_one_of_many(&requests, *index));
                let mut cage = Cage::default();
                let mut tried = 0;
                for index in told_apart {
                    for misery in MISERIES {
                        let subject = make();
                        let session = configured(subject.as_ref()).await;
                        let config = subject.invocation(action.name);
                        let config = plant(&mut cage, action, &config, misery.name);
                        let latest: Vec<String> = cage.texts().into_iter().rev().take(1).collect();
                        subject.fault((misery.fault)(&latest).skip(index).forever());
                        let invoked = session.invoke(action.name, &config).await;
                        let seen = cage.seen_in(&said(&invoked));
                        assert!(seen.is_empty(), "request {index}, {}: {seen:?} in {}", misery.name, said(&invoked));
                        tried += 1;
                    }
                }
                tried
            })
        },
    );
    at_least(40, "answers to actions that give secrets away", count.into_iter().sum());
}

/// Those of an invocation when all is well.
async fn requests(subject: &dyn Subject, action: &'static Action) -> Vec<String> {
    let session = configured(subject).await;
    let config = subject.invocation(action.name);
    tokio::time::sleep(Duration::from_secs(60)).await;
    subject.clear_requests();
    session.invoke(action.name, &config).await;
    let path = |path: &str| path.split('?').next().unwrap_or_default().to_owned();
    subject.requests().iter().map(|asked| format!("{} {}", asked.method, path(&asked.path))).collect()
}

/// Nor in the log of the binary at its highest level.
#[tokio::test]
async fn what_an_action_is_told_and_answered_is_in_no_log() {
    for make in subjects() {
        for action in make().provider().actions {
            let (subject, mut cage) = (make(), Cage::default());
            let session = chatty(subject.provider()).await;
            assert!(session.configure(subject.settings()).await.is_clean());
            let config = plant(&mut cage, action, &subject.invocation(action.name), "a log");
            let invoked = session.invoke(action.name, &config).await;
            assert!(invoked.diagnostics.is_clean(), "{}", invoked.diagnostics);
            let mut secrets = Vec::new();
            made_up(&subject.effect(action.name, &config).unwrap_or_default(), &mut secrets);
            secrets.iter().for_each(|secret| cage.add("an answer", secret, true));
            // Once more, so that there is something to say.
            subject.fault(Fault::answer(422).forever());
            assert!(session.invoke(action.name, &config).await.diagnostics.has_errors());
            nothing_shows(session, &cage).await;
        }
    }
}
