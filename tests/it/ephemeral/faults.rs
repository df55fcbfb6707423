//! A fault at each request of an open, over every type: an answer that is lost once is asked for again where that does no
//! harm, one that never comes is an error that says what may exist, and no error shows a secret.

use serde_json::json;

use super::each;
use crate::emulator::Fault;
use crate::host::Session;
use crate::subject::Subject;
use crate::subject::cases::alone;

/// The last request of an open, which is that for the values.
async fn own_request(subject: &dyn Subject, session: &Session, name: &str) -> (String, String) {
    let config = subject.ephemeral(name);
    subject.clear_requests();
    let opened = session.open(name, &config).await;
    assert!(opened.diagnostics.is_clean(), "{}", opened.diagnostics);
    let last = subject.requests().pop().expect("a request");
    (last.method, last.path)
}

#[test]
fn an_answer_that_is_lost_once_is_asked_for_again() {
    each(async |subject, session, ephemeral| {
        let (method, path) = own_request(subject, &session, ephemeral.name).await;
        let config = subject.ephemeral(ephemeral.name);
        for fault in [Fault::lost_answer(), Fault::reset(), Fault::acted_and_hung(), Fault::answer(503)] {
            subject.fault(fault.on(&method, &path));
            let opened = session.open(ephemeral.name, &config).await;
            assert!(opened.diagnostics.is_clean(), "{}", opened.diagnostics);
        }
    });
}

#[test]
fn an_answer_that_never_comes_is_an_error_that_says_what_may_exist() {
    each(async |subject, session, ephemeral| {
        let (method, path) = own_request(subject, &session, ephemeral.name).await;
        let config = subject.ephemeral(ephemeral.name);
        let faults = [
            Fault::lost_answer(),
            Fault::acted_and_hung(),
            Fault::answer(500),
            Fault::answer(400),
            Fault::answer(404),
            Fault::html(200),
            Fault::truncated(),
            Fault::garbled(|_| json!([[]])),
            Fault::garbled(|_| json!({"has_review": "yes", "id": 7, "secret": [], "api_key": {}})),
        ];
        for (index, fault) in faults.into_iter().enumerate() {
            subject.clear_faults();
            subject.fault(fault.on(&method, &path).forever());
            let opened = session.open(ephemeral.name, &config).await;
            // The value of a header is not in the body.
            let is_sound = matches!(ephemeral.response, terraform_provider_hoop::schema::Response::Header { .. });
            if is_sound && index > 6 {
                continue;
            }
            assert!(opened.diagnostics.has_errors() && opened.private.is_empty(), "{index}: {}", opened.diagnostics);
            let acted = index < 3 && !ephemeral.lost.is_empty();
            assert_eq!(
                opened.diagnostics.say(ephemeral.lost) && !ephemeral.lost.is_empty(),
                acted || (index > 4 && !ephemeral.lost.is_empty()),
                "{index}: {}",
                opened.diagnostics
            );
        }
    });
}

/// A server that repeats what it was sent, or what it returned before.
#[test]
fn a_refusal_that_repeats_secrets_is_shown_without_them() {
    each(async |subject, session, ephemeral| {
        let (method, path) = own_request(subject, &session, ephemeral.name).await;
        let config = subject.ephemeral(ephemeral.name);
        let opened = session.open(ephemeral.name, &config).await;
        let mut found = std::collections::BTreeSet::new();
        super::secrets(ephemeral.attrs, &opened.result, &mut found);
        let known: Vec<String> = found.iter().cloned().collect();
        let words = move |body: &[u8]| format!("not {} with {}", known.join(" nor "), String::from_utf8_lossy(body));
        subject.fault(Fault::echo(400, words).on(&method, &path));
        let opened = session.open(ephemeral.name, &config).await;
        assert!(opened.diagnostics.say("(secret)"), "{}", opened.diagnostics);
        let said = session.said();
        assert!(found.iter().all(|secret| !said.contains(secret)), "{said}");
    });
}

/// StopProvider ends waits at once: an open that has not begun fails, and what was sent is answered.
#[test]
fn an_interruption_ends_the_waits_of_an_open() {
    each(async |subject, session, ephemeral| {
        let (method, path) = own_request(subject, &session, ephemeral.name).await;
        let config = subject.ephemeral(ephemeral.name);
        subject.fault(Fault::answer(503).header("retry-after", "20").on(&method, &path).forever());
        let begun = tokio::time::Instant::now();
        let (opened, ()) = tokio::join!(session.open(ephemeral.name, &config), async {
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
            session.stop().await;
        });
        let took = begun.elapsed();
        assert!(opened.diagnostics.has_errors() && took.as_secs() < 10, "{took:?}: {}", opened.diagnostics);
    });
}

#[test]
fn the_request_for_the_values_is_the_last_one() {
    alone(async {
        let subject = &crate::subject::HoopGateway::here();
        let session = crate::subject::configured(subject).await;
        let (method, path) = own_request(subject, &session, "hoop_org_agent_key").await;
        assert_eq!((method.as_str(), path.as_str()), ("GET", "/api/orgs/keys"));
    });
}
