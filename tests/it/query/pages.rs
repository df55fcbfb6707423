//! Long lists: how much is read of them, and what comes of a failure in the middle.

use std::fmt;
use std::time::Duration;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Paging, Resource};
use tokio::time::{Instant, sleep};

use crate::emulator::{Fault, Gate};
use crate::host::{Session, pb};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::{Subject, types};

/// A type whose list has pages.
struct Case {
    make: Make,
    resource: &'static Resource,
    most: usize,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.resource.name)
    }
}

fn paged() -> Vec<Case> {
    let most = |resource: &Resource| match resource.list.as_ref()?.paging {
        Paging::Pages { most, .. } => Some(most),
        Paging::Whole => None,
    };
    let case = |(make, resource): (Make, &'static Resource)| Some(Case { make, resource, most: most(resource)? });
    let cases: Vec<Case> = types().into_iter().filter_map(case).collect();
    assert!(cases.len() >= 3);
    cases
}

struct World {
    subject: Box<dyn Subject>,
    session: Session,
    resource: &'static Resource,
    /// The path of the list as the system sees it.
    path: String,
    /// What the list has, past its pages.
    total: usize,
}

impl World {
    /// This many objects, and a provider that may send many requests at once.
    async fn new(case: &Case, count: usize) -> World {
        let subject = (case.make)();
        let session = Session::inside(subject.provider()).await;
        let mut settings = subject.settings();
        settings["max_concurrent_requests"] = json!(100);
        assert!(session.configure(settings).await.is_clean());
        for index in 0..count {
            let config = subject.minimal(case.resource.name, &format!("entry-{index:03}"));
            session.create(case.resource.name, &config).await;
        }
        let path = format!("/{}", case.resource.collection);
        let path = if subject.provider().name == "hoop" { format!("/api{path}") } else { path };
        let mut world = World { subject, session, resource: case.resource, path, total: 0 };
        world.total = world.list(1_000, false).await.len();
        assert!(world.total >= count);
        world.subject.clear_requests();
        world
    }

    async fn list(&self, limit: usize, with_objects: bool) -> Vec<Json> {
        let listed = self.session.list(self.resource.name, &json!({}), limit, with_objects).await;
        let (listed, _) = listed.unwrap_or_else(|found| panic!("{found}"));
        listed.into_iter().map(|it| it.identity).collect()
    }

    /// Requests for pages, and for single objects.
    fn asked(&self) -> (usize, usize) {
        let requests = self.subject.requests();
        let is_page = |path: &str| path.split('?').next() == Some(&self.path);
        let pages = requests.iter().filter(|it| is_page(&it.path)).count();
        (pages, requests.iter().filter(|it| it.path.starts_with(&format!("{}/", self.path))).count())
    }
}

#[test]
fn a_limit_ends_the_reading() {
    try_each(&paged(), Case::to_string, |case| {
        alone(async {
            let world = World::new(case, case.most + 20).await;
            for (limit, pages) in [(5, 1), (case.most, 1), (case.most + 5, 2)] {
                for with_objects in [false, true] {
                    world.subject.clear_requests();
                    let listed = world.session.list(case.resource.name, &json!({}), limit, with_objects).await;
                    let (listed, said) = listed.unwrap_or_else(|found| panic!("{found}"));
                    assert_eq!(listed.len(), limit);
                    // That there are more is said, since a user who sets no limit has one too.
                    assert!(said.warnings().any(|it| it.detail.contains("`limit`")), "{said}");
                    let (asked, objects) = world.asked();
                    assert_eq!(asked, pages, "{limit} {with_objects}");
                    assert!(objects <= limit && (with_objects || objects == 0), "{objects} of {limit}");
                }
            }
            let (_, said) = world.session.list(case.resource.name, &json!({}), world.total, false).await.expect("all");
            assert!(said.is_clean(), "{said}");
        });
    });
}

#[test]
fn what_is_found_is_sent_before_the_next_page_is_there() {
    try_each(&paged(), Case::to_string, |case| {
        alone(async {
            let world = World::new(case, case.most + 3).await;
            let gate = Gate::default();
            world.subject.fault(Fault::held(&gate).on("GET", &format!("{}?", world.path)).skip(1));
            let request = pb::list_resource::Request {
                type_name: case.resource.name.to_owned(),
                limit: 1_000,
                ..Default::default()
            };
            let mut events = world.session.client().list_resource(request).await.expect("a stream").into_inner();
            for _ in 0..case.most {
                assert!(events.message().await.expect("no status").expect("an event").identity.is_some());
            }
            gate.open();
            let mut rest = 0;
            while events.message().await.expect("no status").is_some() {
                rest += 1;
            }
            assert_eq!(case.most + rest, world.total);
        });
    });
}

#[test]
fn a_failure_at_page_three_fails_the_list() {
    try_each(&paged(), Case::to_string, |case| {
        alone(async {
            let world = World::new(case, 2 * case.most + 3).await;
            for fault in [Fault::answer(500), Fault::answer(403), Fault::truncated(), Fault::reset(), Fault::hang()] {
                world.subject.fault(fault.on("GET", &format!("{}?", world.path)).skip(2).forever());
                let begun = Instant::now();
                let listed = world.session.list(case.resource.name, &json!({}), 1_000, false).await;
                let found = listed.expect_err("half a list is none");
                assert_eq!(found.errors().count(), 1, "{found}");
                assert!(found.say("Could not list the ") && begun.elapsed() < Duration::from_secs(90), "{found}");
                world.subject.clear_faults();
            }
            assert_eq!(world.list(1_000, false).await.len(), world.total);
        });
    });
}

/// Types whose list shows less than a read.
fn read_one_by_one() -> Vec<Case> {
    let mut cases = paged();
    cases.retain(|case| matches!(case.resource.name, "hoop_connection" | "hoop_resource"));
    assert_eq!(cases.len(), 2);
    cases
}

#[test]
fn ten_objects_are_read_at_the_same_time() {
    try_each(&read_one_by_one(), Case::to_string, |case| {
        alone(async {
            let world = World::new(case, 30).await;
            world.subject.fault(Fault::delay(Duration::from_secs(1)).on("GET", &format!("{}/", world.path)).forever());
            let (begun, inside) = (Instant::now(), 1 + case.resource.children().iter().count() as u64);
            let listed = world.list(1_000, true).await;
            let seconds = (world.total.div_ceil(10) as u64).max(3);
            let took = begun.elapsed().as_secs();
            assert!(took >= seconds && took <= inside * seconds + 1, "{took} seconds");
            assert_eq!(listed, world.list(1_000, false).await, "the order of the list");
        });
    });
}

#[test]
fn an_object_that_cannot_be_read_is_named_and_the_others_are_listed() {
    try_each(&read_one_by_one(), Case::to_string, |case| {
        alone(async {
            let world = World::new(case, 30).await;
            let one = format!("{}/entry-013", world.path);
            for fault in [Fault::answer(500), Fault::answer(422), Fault::garbled(|_| json!([]))] {
                world.subject.fault(fault.on("GET", &one).forever());
                let listed = world.session.list(case.resource.name, &json!({}), 1_000, true).await;
                let (listed, said) = listed.unwrap_or_else(|found| panic!("{found}"));
                assert_eq!(listed.len(), world.total - 1);
                let [warning] = &said.0[..] else { panic!("{said}") };
                assert!(warning.summary.contains("entry-013") && warning.detail.contains("missing"), "{said}");
                world.subject.clear_faults();
            }
            // What is gone by the time that it is read is no more.
            world.subject.fault(Fault::answer(404).on("GET", &one).forever());
            let (listed, said) = world.session.list(case.resource.name, &json!({}), 1_000, true).await.expect("a list");
            assert!(listed.len() == world.total - 1 && said.is_clean(), "{said}");
            // What no object could be read with is an error.
            world.subject.clear_faults();
            world.subject.fault(Fault::answer(401).on("GET", &one).forever());
            let found = world.session.list(case.resource.name, &json!({}), 1_000, true).await.expect_err("an error");
            assert_eq!(found.errors().count(), 1, "{found}");
        });
    });
}

#[test]
fn a_host_that_has_enough_ends_the_reading() {
    try_each(&read_one_by_one(), Case::to_string, |case| {
        alone(async {
            let world = World::new(case, 90).await;
            let request = pb::list_resource::Request {
                type_name: case.resource.name.to_owned(),
                include_resource_object: true,
                limit: 1_000,
                ..Default::default()
            };
            let mut events = world.session.client().list_resource(request).await.expect("a stream").into_inner();
            assert!(events.message().await.expect("no status").expect("an event").identity.is_some());
            drop(events);
            sleep(Duration::from_secs(60)).await;
            let (_, read) = world.asked();
            assert!(read < 60, "{read} objects were read");
            // The provider goes on.
            assert_eq!(world.list(1_000, true).await.len(), world.total);
        });
    });
}

#[test]
fn an_interrupt_ends_the_list_with_an_error() {
    try_each(&paged(), Case::to_string, |case| {
        alone(async {
            let world = World::new(case, case.most + 3).await;
            world.subject.fault(Fault::hang().on("GET", &format!("{}?", world.path)).skip(1));
            let filters = json!({});
            let listing = world.session.list(case.resource.name, &filters, 1_000, false);
            let stopping = async {
                while world.asked().0 < 2 {
                    sleep(Duration::from_millis(1)).await;
                }
                world.session.stop().await;
            };
            let begun = Instant::now();
            let (listed, ()) = tokio::join!(listing, stopping);
            let found = listed.expect_err("it is interrupted");
            assert!(found.say("interrupted") && begun.elapsed() < Duration::from_secs(5), "{found}");
        });
    });
}
