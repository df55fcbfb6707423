//! What holds for every action: it is done once and reported, done again it is harmless or refused, and what is wrong with
//! its configuration is said before anything is sent.

use serde_json::json;
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::Rights;

use super::{each_action, is_the_work, with};
use crate::emulator::Emulator;
use crate::host::{Session, unknown};
use crate::subject::cases::alone;
use crate::subject::{HoopGateway, Subject, configured};

#[test]
fn an_action_is_done_once_and_reported() {
    each_action(async |make, action| {
        let subject = make();
        let session = configured(subject.as_ref()).await;
        let config = subject.invocation(action.name);
        let before = subject.effect(action.name, &config);
        for found in
            [session.validate_action(action.name, &config).await, session.plan_action(action.name, &config).await]
        {
            assert!(found.is_clean(), "{found}");
        }
        assert_eq!(subject.effect(action.name, &config), before, "a plan does nothing");
        let invoked = session.invoke(action.name, &config).await;
        assert!(invoked.diagnostics.is_clean(), "{}", invoked.diagnostics);
        assert!(invoked.progress.last().is_some_and(|last| last.ends_with('.')), "{:?}", invoked.progress);
        assert!(before.is_none() || subject.effect(action.name, &config) != before, "nothing was done");
        let work = subject.requests().into_iter().filter(|asked| is_the_work(action, asked)).count();
        assert_eq!(work, 1, "{:?}", subject.requests());
    });
}

/// A goal that is reached already is a success. Whatever else a second time is, it has words.
#[test]
fn a_second_time_leads_to_the_same_goal() {
    each_action(async |make, action| {
        let subject = make();
        let session = configured(subject.as_ref()).await;
        let config = subject.invocation(action.name);
        session.invoke(action.name, &config).await;
        let after = subject.effect(action.name, &config);
        let again = session.invoke(action.name, &config).await;
        if action.goal.is_some() {
            assert!(again.diagnostics.is_clean() && again.progress.len() == 1, "{}", again.diagnostics);
            assert_eq!(subject.effect(action.name, &config), after);
        }
    });
}

/// Each attribute in turn, and all together: core validates and plans actions whose configuration is not known yet.
#[test]
fn unknown_values_are_valid() {
    each_action(async |make, action| {
        let subject = make();
        let session = configured(subject.as_ref()).await;
        let config = subject.invocation(action.name);
        let all = action.attrs.iter().fold(config.clone(), |config, attr| with(&config, attr.name, unknown()));
        let each = action.attrs.iter().map(|attr| with(&config, attr.name, unknown()));
        for config in each.chain([all]) {
            let validated = session.validate_action(action.name, &config).await;
            let planned = session.plan_action(action.name, &config).await;
            assert!(validated.is_clean() && planned.is_clean(), "{config}: {validated}{planned}");
        }
        assert!(!subject.requests().iter().any(|asked| is_the_work(action, asked)));
    });
}

/// Texts that cannot be a part of a path, or that nothing can store.
#[test]
fn a_configuration_that_cannot_be_sent_is_refused_at_its_attribute() {
    let wrong =
        [json!(null), json!(""), json!("."), json!(".."), json!("a/b"), json!("a\u{0}b"), json!("x".repeat(70_000))];
    each_action(async |make, action| {
        let subject = make();
        let session = configured(subject.as_ref()).await;
        let config = subject.invocation(action.name);
        for attr in action.views().into_iter().filter(|view| view.in_path) {
            for value in &wrong {
                let config = with(&config, attr.attr.name, value.clone());
                let found = session.validate_action(action.name, &config).await;
                let planned = session.plan_action(action.name, &config).await;
                let invoked = session.invoke(action.name, &config).await;
                for found in [planned, invoked.diagnostics] {
                    assert_eq!(found.error_paths(), [attr.attr.name], "{value}: {found}");
                }
                assert!(found.has_errors() || value.as_str() == Some("a/b"), "{value}: {found}");
            }
        }
        assert!(!subject.requests().iter().any(|asked| is_the_work(action, asked)));
    });
}

#[test]
fn a_key_with_fewer_rights_starts_nothing() {
    each_action(async |make, action| {
        for rights in Rights::LIMITED {
            let subject = make();
            let Some(settings) = subject.settings_of(rights) else { return };
            let session = Session::inside(subject.provider()).await;
            assert!(session.configure(settings).await.is_clean());
            let config = subject.invocation(action.name);
            let before = subject.effect(action.name, &config);
            let planned = session.plan_action(action.name, &config).await;
            let invoked = session.invoke(action.name, &config).await.diagnostics;
            if action.rights <= rights {
                continue;
            }
            assert!(!planned.has_errors() && planned.warnings().count() == 1, "{planned}");
            assert!(
                invoked.errors().count() == 1 && invoked.say("requires") && invoked.say("Nothing was sent"),
                "{invoked}"
            );
            assert_eq!(subject.effect(action.name, &config), before);
            assert!(!subject.requests().iter().any(|asked| is_the_work(action, asked)));
        }
    });
}

/// A plan that cannot ask anything yet is deferred where the host allows that, and accepted where it does not.
#[test]
fn a_plan_without_known_settings_is_deferred() {
    each_action(async |make, action| {
        let subject = make();
        let config = subject.invocation(action.name);
        let session = Session::inside(subject.provider()).await;
        let key = subject.provider().system.credentials.key.attribute;
        let settings = with(&subject.settings(), key, unknown());
        assert!(session.configure(settings).await.is_clean());
        for allowed in [true, false] {
            let (deferred, found) = session.plan_action_as(action.name, &config, allowed).await;
            assert!(deferred == allowed && found.is_clean(), "{found}");
        }
        let invoked = session.invoke(action.name, &config).await.diagnostics;
        assert!(invoked.errors().count() == 1 && invoked.say("not known yet"), "{invoked}");
        assert!(subject.requests().is_empty());
    });
}

#[test]
fn a_gateway_that_lacks_an_action_says_since_when() {
    const OLD: &str = "1.49.10";
    for action in PROVIDER.actions.iter().filter(|action| action.since.is_some()) {
        alone(async {
            let new = Emulator::builder().start_here();
            let config = HoopGateway::here().invocation(action.name);
            new.set_version(OLD);
            let session = Session::inside(&PROVIDER).await;
            let settings = json!({"api_url": new.api_url(), "api_key": new.legacy_api_key()});
            assert!(session.configure(settings).await.is_clean());
            let planned = session.plan_action(action.name, &config).await;
            let invoked = session.invoke(action.name, &config).await.diagnostics;
            for found in [planned, invoked] {
                let since = action.since.unwrap_or_default();
                assert!(found.errors().count() == 1 && found.say(OLD) && found.say(since), "{found}");
            }
            assert!(!new.requests().iter().any(|asked| is_the_work(action, asked)));
        });
    }
}
