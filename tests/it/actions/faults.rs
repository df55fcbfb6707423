//! Every request of every action, and what can happen to it. Whatever does: the work is done at most once unless the table
//! allows more, a success was done, and what was done and is not reported as done is reported as possibly done.

use serde_json::Value as Json;
use terraform_provider_hoop::schema::Action;

use super::{actions, is_the_work};
use crate::draw;
use crate::emulator::Logged;
use crate::figure::{at_least, figure};
use crate::host::Invoked;
use crate::matrix::{Bound, Hit, Lasting, MISERIES, Trial, readable, shape};
use crate::subject::cases::{Make, alone, is_one_of_many, try_each};

/// What says that the end is not known.
const DOUBT: [&str; 3] = ["may have been done", "may still be running", "It is unknown"];

struct Tried {
    invoked: Invoked,
    requests: Vec<Logged>,
    before: Option<Json>,
    after: Option<Json>,
}

async fn run(make: Make, action: &'static Action, hit: Option<&Hit>) -> Tried {
    let trial = Trial::new(make, hit).await;
    let config = trial.subject.invocation(action.name);
    let before = trial.subject.effect(action.name, &config);
    // The user says how long it may take; that is ten minutes if nothing is said.
    let bound = if action.has_timeout() { Bound::InUse } else { trial.bound() };
    let (invoked, requests) = trial.within(bound, trial.session.invoke(action.name, &config)).await;
    let after = trial.subject.effect(action.name, &config);
    Tried { invoked, requests, before, after }
}

fn judge(action: &Action, tried: &Tried) {
    let Tried { invoked, requests, before, after } = tried;
    readable(&invoked.diagnostics);
    let is_done = before != after;
    let found = &invoked.diagnostics;
    if found.has_errors() {
        assert_eq!(found.errors().count(), 1, "{found}");
        assert!(!is_done || DOUBT.iter().any(|words| found.say(words)), "it was done, which is not said: {found}");
    } else {
        assert!(before.is_none() || is_done, "it was not done: {:?}", invoked.progress);
    }
    let acted = |asked: &&Logged| is_the_work(action, asked) && asked.acted.is_some_and(|status| status < 300);
    let times = requests.iter().filter(acted).count();
    assert!(action.request.repeatable || times <= 1, "done {times} times: {found}");
}

#[test]
fn what_happens_to_a_request_is_said() {
    let mut cases = Vec::new();
    for (make, action) in actions() {
        let tried = alone(run(make, action, None));
        judge(action, &tried);
        assert!(tried.invoked.diagnostics.is_clean(), "{}: {}", action.name, tried.invoked.diagnostics);
        let requests = shape(&tried.requests);
        for index in (0..requests.len()).filter(|index| !is_one_of_many(&requests, *index)) {
            for misery in MISERIES {
                cases
                    .extend([Lasting::Once, Lasting::On].map(|lasting| (make, action, Hit { index, misery, lasting })));
            }
        }
    }
    let name = |(_, action, hit): &(Make, &Action, Hit)| format!("{} {hit}", action.name);
    at_least(500, "possible faults under actions", cases.len());
    let request = |(_, action, hit): &(Make, &Action, Hit)| format!("{} {}", action.name, hit.index);
    let cases = draw::some("actions", cases, request, 900);
    try_each(&cases, name, |(make, action, hit)| judge(action, &alone(run(*make, action, Some(hit)))));
    figure("faults under actions", cases.len());
}
