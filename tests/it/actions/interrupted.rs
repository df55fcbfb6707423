//! An interruption ends the wait of every action soon, and says what is not known.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{actions, each_action, is_the_work, with};
use crate::emulator::Fault;
use crate::subject::cases::alone;
use crate::subject::configured;

#[test]
fn a_stop_ends_the_wait_for_a_response() {
    each_action(async |make, action| {
        // Which of its requests does the work.
        let (subject, other) = (make(), make());
        let session = configured(other.as_ref()).await;
        session.invoke(action.name, &other.invocation(action.name)).await;
        let index = other.requests().iter().position(|asked| is_the_work(action, asked)).expect("the work");
        let session = configured(subject.as_ref()).await;
        let config = subject.invocation(action.name);
        subject.clear_requests();
        subject.fault(Fault::acted_and_hung().skip(index).forever());
        let begun = Instant::now();
        let stop = async {
            sleep(Duration::from_secs(3)).await;
            session.stop().await;
        };
        let (invoked, ()) = tokio::join!(session.invoke(action.name, &config), stop);
        assert!(begun.elapsed() < Duration::from_secs(15), "it took {:?}", begun.elapsed());
        // Some versions of Terraform fail on an event after that.
        assert!(!invoked.progress.iter().any(|text| text.starts_with("Waiting")), "{:?}", invoked.progress);
        let found = invoked.diagnostics;
        let is_write = subject.requests().iter().any(|asked| asked.method != "GET");
        assert!(found.errors().count() == 1 && found.say("interrupted"), "{found}");
        assert!(!is_write || found.say("may have been done"), "{found}");
    });
}

/// The time is that of the action, also where each try of a request can take as long.
#[test]
fn an_action_ends_when_its_time_is_over() {
    for (make, action) in actions().into_iter().filter(|(_, action)| action.has_timeout()) {
        alone(async {
            let subject = make();
            let session = configured(subject.as_ref()).await;
            let config = with(&subject.invocation(action.name), "timeouts", json!({"invoke": "8s"}));
            // What comes before the work is not its time.
            let other = make();
            let before = configured(other.as_ref()).await;
            before.invoke(action.name, &other.invocation(action.name)).await;
            let index = other.requests().iter().position(|asked| is_the_work(action, asked)).expect("the work");
            subject.clear_requests();
            subject.fault(Fault::hang().skip(index).forever());
            let begun = Instant::now();
            let found = session.invoke(action.name, &config).await.diagnostics;
            assert!(begun.elapsed() < Duration::from_secs(10), "{} took {:?}", action.name, begun.elapsed());
            assert!(found.errors().count() == 1 && found.say("may"), "{found}");
        });
    }
}

/// Work that goes on at the system: the wait ends, and the error says how to find it.
#[test]
fn a_stop_ends_the_wait_for_work_that_goes_on() {
    for (make, action) in actions().into_iter().filter(|(_, action)| action.follow.is_some()) {
        alone(async {
            let subject = make();
            let session = configured(subject.as_ref()).await;
            let config = with(&subject.invocation(action.name), "timeouts", json!({"invoke": "1h"}));
            subject.fault(Fault::delay(Duration::from_secs(60)).on("GET", "/api/sessions").forever());
            let stop = async {
                sleep(Duration::from_secs(5)).await;
                session.stop().await;
            };
            let (invoked, ()) = tokio::join!(session.invoke(action.name, &config), stop);
            let found = invoked.diagnostics;
            assert!(found.errors().count() == 1 && found.say("may still be running"), "{found}");
            let name = action.response[0].name;
            assert!(found.say(&format!("`{name}` is")), "{found}");
        });
    }
}
