//! The fault matrix: every resource of every table, every verb, every request that the verb makes, everything that can
//! happen to that request. Nothing is listed by hand but the kinds of faults: the requests are those of a run without
//! any, the verbs and values are told from the tables. The service runs in this process and its clock stands still, so
//! that an hour of waiting costs nothing. What is demanded of each case is in `truth`.

mod case;
mod faults;
mod trial;
mod truth;
mod verbs;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use terraform_provider_hoop::schema::Provider;

use crate::subject::{Subject, subjects};
use case::run;
use faults::{Lasting, MISERIES};
use trial::Hit;
use verbs::Verb;

type Make = fn() -> Box<dyn Subject>;

/// One case, in a runtime of its own: whatever it leaves behind ends with it.
fn alone<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(work)
}

/// Between two requests that differ in their query only: the parts of a list, of which the first and the last are tried.
fn is_one_of_many(requests: &[String], index: usize) -> bool {
    let same = |other: Option<&String>| other == Some(&requests[index]);
    index > 0 && same(requests.get(index - 1)) && same(requests.get(index + 1))
}

/// Whether the verb changes a secret: some of the way is its own then.
fn is_secret(provider: &'static Provider, type_name: &str, verb: &Verb) -> bool {
    let changed = |name: &str| provider.resource(type_name).and_then(|resource| resource.attr(name));
    matches!(verb, Verb::Update(name) if changed(name).is_some_and(|attr| attr.secret))
}

/// Every case of these verbs, on two threads. Returns how many there were.
fn try_all(wanted: impl Fn(&Verb) -> bool) -> usize {
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
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((make, type_name, verb, hit)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let tried = catch_unwind(AssertUnwindSafe(|| alone(run(*make, type_name, verb, Some(hit)))));
                    if let Err(panic) = tried {
                        let said = panic.downcast_ref::<String>().cloned();
                        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                        let said = said.unwrap_or_default();
                        found.lock().expect("the list").push(format!("{type_name} {verb:?} {hit}: {said}"));
                    }
                }
            });
        }
    });
    let found = found.into_inner().expect("the list");
    assert!(found.is_empty(), "{} of {} cases:\n{}", found.len(), cases.len(), found.join("\n"));
    cases.len()
}

#[test]
fn creates_lose_nothing_and_make_nothing_twice() {
    assert!(try_all(|verb| matches!(verb, Verb::Create)) > 500);
}

#[test]
fn full_creates_lose_nothing_and_make_nothing_twice() {
    assert!(try_all(|verb| matches!(verb, Verb::CreateFull)) > 500);
}

#[test]
fn updates_leave_a_state_that_is_true() {
    assert!(try_all(|verb| matches!(verb, Verb::Update(_))) > 500);
}

#[test]
fn deletes_end_with_the_object_gone_or_kept() {
    assert!(try_all(|verb| matches!(verb, Verb::Delete)) > 500);
}

#[test]
fn reads_change_nothing_that_is_not_so() {
    assert!(try_all(|verb| matches!(verb, Verb::Read | Verb::Import | Verb::FirstPlan)) > 500);
}

#[test]
fn data_sources_show_what_is_so_or_nothing() {
    assert!(try_all(|verb| matches!(verb, Verb::Data | Verb::List)) > 500);
}
