//! The fault matrix: every resource of every table, every verb, every request that the verb makes, and what can happen to
//! that request, of which each has some. Nothing is listed by hand but the kinds of faults: the requests are those of a run without
//! any, the verbs and values are told from the tables. The service runs in this process and its clock stands still, so
//! that an hour of waiting costs nothing. What is demanded of each case is in `truth`.

mod case;
mod faults;
mod requests;
mod trial;
mod truth;
mod verbs;

use std::collections::BTreeSet;

use terraform_provider_hoop::schema::Provider;

use crate::draw;
use crate::figure::{at_least, figure};
use crate::subject::cases::{Make, alone, is_one_of_many, try_each};
use crate::subject::subjects;
use case::run;
pub(crate) use faults::{Lasting, MISERIES, Misery};
pub(crate) use trial::{Hit, Trial, shape};
pub(crate) use truth::{Bound, readable};
use verbs::Verb;
pub(crate) use verbs::{changed, updatable};

/// Whether the verb changes a secret: some of the way is its own then.
fn is_secret(provider: &'static Provider, type_name: &str, verb: &Verb) -> bool {
    let changed = |name: &str| provider.resource(type_name).and_then(|resource| resource.attr(name));
    matches!(verb, Verb::Update(name) if changed(name).is_some_and(|attr| attr.is_secret()))
}

/// About so many cases of these verbs, some of each request.
fn try_all(what: &str, budget: usize, wanted: impl Fn(&Verb) -> bool) {
    let (mut cases, mut ways) = (Vec::new(), BTreeSet::new());
    for make in subjects() {
        let (provider, verbs) = alone(async {
            let subject = make();
            (subject.provider(), verbs::all(subject.as_ref()))
        });
        for (type_name, verb) in verbs {
            if !wanted(&verb) {
                continue;
            }
            let requests = alone(run(make, type_name, &verb, None));
            assert!(!requests.is_empty(), "{type_name}: {verb:?} asks nothing, so nothing is tried");
            // A change that is carried out as another one was tries nothing new, unless it is of a secret.
            let is_update = matches!(verb, Verb::Update(_));
            let way = (type_name, requests.clone(), is_secret(provider, type_name, &verb));
            if is_update && !ways.insert(way) {
                continue;
            }
            for index in (0..requests.len()).filter(|index| !is_one_of_many(&requests, *index)) {
                for misery in MISERIES {
                    cases.extend(
                        [Lasting::Once, Lasting::On]
                            .map(|lasting| (make, type_name, verb.clone(), Hit { index, misery, lasting })),
                    );
                }
            }
        }
    }
    let name = |(_, type_name, verb, hit): &(Make, &str, Verb, Hit)| format!("{type_name} {verb:?} {hit}");
    at_least(500, &format!("possible faults under {what}"), cases.len());
    let request = |(_, type_name, verb, hit): &(Make, &str, Verb, Hit)| format!("{type_name} {verb:?} {}", hit.index);
    let cases = draw::some(what, cases, request, budget);
    try_each(&cases, name, |(make, type_name, verb, hit)| drop(alone(run(*make, type_name, verb, Some(hit)))));
    figure(&format!("faults under {what}"), cases.len());
}

#[test]
fn creates_lose_nothing_and_make_nothing_twice() {
    try_all("creates", 800, |verb| matches!(verb, Verb::Create));
}

#[test]
fn full_creates_lose_nothing_and_make_nothing_twice() {
    try_all("full creates", 800, |verb| matches!(verb, Verb::CreateFull));
}

#[test]
fn updates_leave_a_state_that_is_true() {
    try_all("updates", 1200, |verb| matches!(verb, Verb::Update(_)));
}

#[test]
fn deletes_end_with_the_object_gone_or_kept() {
    try_all("deletes", 600, |verb| matches!(verb, Verb::Delete));
}

#[test]
fn reads_change_nothing_that_is_not_so() {
    try_all("reads", 1000, |verb| matches!(verb, Verb::Read | Verb::Import | Verb::FirstPlan));
}

#[test]
fn data_sources_show_what_is_so_or_nothing() {
    try_all("data sources", 800, |verb| matches!(verb, Verb::Data | Verb::List));
}

#[test]
fn lists_of_managed_objects_show_what_is_so_or_say_what_is_missing() {
    try_all("lists of managed objects", 600, |verb| matches!(verb, Verb::Query));
}
