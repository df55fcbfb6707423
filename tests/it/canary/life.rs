//! The life of every object with secrets, in a process of its own that logs all it can: configured well and badly, made,
//! read, rotated, hidden, found again, refused and destroyed. No line of the log and no diagnostic shows a canary, and no
//! state a write-only one.

use std::path::Path;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Provider;

use super::cage::{Cage, accepts, fresh, fresh_word};
use super::deeds::{DEEDS, Deed, Stage, has_secrets};
use crate::emulator::Fault;
use crate::host::{Launch, Object, Session};
use crate::subject::places::{Place, places};
use crate::subject::subjects;

/// A process of this provider that logs everything, however it is asked to.
pub(super) async fn chatty(provider: &'static Provider) -> Session {
    let name = format!("terraform-provider-{}", provider.name);
    let program = Path::new(env!("CARGO_BIN_EXE_terraform-provider-hoop")).with_file_name(name);
    let own = format!("TF_LOG_PROVIDER_{}", provider.name.to_uppercase());
    let variables = ["TF_LOG", "TF_LOG_PROVIDER", &own];
    let asked = |launch: Launch| variables.iter().fold(launch, |launch, name| launch.env(name, "TRACE"));
    Session::start_with(|launch| asked(launch.program(&program))).await
}

/// Everything that the process said, and that it can be read.
pub(super) async fn nothing_shows(session: Session, cage: &Cage) {
    let said = session.said();
    let logged = session.shutdown().await.stderr;
    assert!(!said.is_empty() && !logged.is_empty(), "there is something to look at");
    for text in [said, logged] {
        let shown = text.lines().filter(|line| !cage.seen_in(line).is_empty());
        let shown: Vec<String> = shown.map(|line| format!("{:?} in {line}", cage.seen_in(line))).collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
        assert_eq!(cage.seen_in(&text), Vec::<String>::new(), "over several lines");
    }
}

/// Values that the rules refuse, and twins that exclude each other.
async fn configured_badly(stage: &Stage<'_>, cage: &mut Cage, config: &Json, hidden: &Json) {
    let (session, type_name) = (stage.session, stage.resource.name);
    let refused = |place: &Place| {
        let long = format!("{}{}", fresh_word(), "x".repeat(120_000));
        [fresh(), fresh_word(), long].into_iter().find(|text| !accepts(place, text))
    };
    for place in places(stage.resource, config).iter().filter(|place| place.is_sensitive) {
        if let Some(text) = refused(place).filter(|_| place.value(config).is_some_and(Json::is_string)) {
            cage.add(&format!("refused {place}"), &text[..text.len().min(60)], true);
            let found = session.validate(type_name, &place.with(config, json!(text))).await;
            assert!(found.has_errors(), "{type_name}.{place}: it is refused");
        }
    }
    let mut both = config.clone();
    let twins = hidden
        .as_object()
        .expect("attributes")
        .iter()
        .filter(|(name, value)| name.ends_with("_wo") && !value.is_null());
    twins.for_each(|(name, value)| both[name] = value.clone());
    session.validate(type_name, &both).await;
    let mut unversioned = hidden.clone();
    let versions = hidden.as_object().expect("attributes").keys().filter(|name| name.ends_with("_wo_version"));
    versions.for_each(|name| unversioned[name] = Json::Null);
    session.validate(type_name, &unversioned).await;
    session.validate_as(type_name, hidden, None).await;
}

async fn live(stage: &Stage<'_>, cage: &mut Cage) {
    let absent = Object::absent(stage.resource.name);
    // Of some types something stays, and others would find it.
    let name = format!("a-{}", stage.resource.noun().replace(' ', "-"));
    let config = stage.config(cage, &name, "plain", None);
    let hidden = stage.config(cage, &name, "hidden", Some(1));
    configured_badly(stage, cage, &config, &hidden).await;
    let mut object = stage.apply(cage, &absent, &config).await;
    assert!(!object.state.is_null(), "{}: it is made", stage.resource.name);
    for deed in
        DEEDS.iter().filter(|deed| matches!(deed, Deed::Read | Deed::Import | Deed::Data | Deed::List | Deed::Query))
    {
        stage.act(cage, *deed, &object, &config).await;
    }
    let rotated = stage.config(cage, &name, "rotated", None);
    for config in [&rotated, &hidden, &stage.config(cage, &name, "hidden again", Some(2)), &rotated, &hidden] {
        object = stage.apply(cage, &object, config).await;
        // What has its name is there already.
        stage.apply(cage, &absent, config).await;
    }
    let last = stage.config(cage, &name, "last", Some(3));
    let words = cage.texts().into_iter().rev().take(6).collect::<Vec<_>>().join(" ");
    // One that can stand in a host's name.
    let is_word = |text: &String| text.chars().all(|c| c.is_ascii_alphanumeric());
    let word = cage.texts().into_iter().rev().find(is_word).expect("every other one is a word");
    for skipped in 0..3 {
        for fault in [
            Fault::echo(422, |body| String::from_utf8_lossy(body).into_owned()),
            Fault::answer(422).body(&json!({"message": words}).to_string()),
            Fault::html(200).body(&format!("<html>{words}</html>")),
            Fault::answer(302).header("Location", &format!("http://{word}.example/{word}")),
            Fault::truncated(),
        ] {
            stage.subject.fault(fault.skip(skipped).forever());
            let hit = Stage { lies: true, ..*stage };
            for deed in [Deed::Read, Deed::Rotate { hidden: true }] {
                hit.act(cage, deed, &object, &last).await;
            }
            stage.subject.clear_faults();
        }
    }
    assert!(!stage.session.destroy(&object).await.diagnostics.has_errors(), "{}", stage.resource.name);
}

#[tokio::test]
async fn no_log_no_diagnostic_and_no_state_shows_a_canary() {
    for make in subjects() {
        let subject = make();
        let session = chatty(subject.provider()).await;
        let mut cage = Cage::default();
        let mut settings = subject.settings();
        settings["max_retries"] = json!(0);
        let key = subject.provider().system.credentials.key.attribute;
        if settings[key].is_null() {
            settings[key] = json!(fresh_word());
        }
        cage.add("the key", settings[key].as_str().expect("a key"), true);
        assert!(session.configure(settings).await.is_clean());
        for resource in subject.provider().resources.iter().filter(|resource| has_secrets(resource)) {
            let stage = Stage { subject: subject.as_ref(), session: &session, resource, lies: false };
            live(&stage, &mut cage).await;
        }
        assert!(cage.texts().len() > 8, "canaries were planted");
        nothing_shows(session, &cage).await;
    }
}
