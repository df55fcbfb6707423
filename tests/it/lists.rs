//! Lists over every table of both systems: each value that a plural data source shows is the one that the singular data
//! source shows, and a list is read to its end, whatever is said of its length and whatever changes meanwhile.

use std::fmt;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Listing, Paging, Resource};

use crate::emulator::{Fault, Gate};
use crate::figure::figure;
use crate::host::{Object, Session};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::samples::full;
use crate::subject::{Subject, configured, lookup, types};

struct Case {
    make: Make,
    resource: &'static Resource,
    list: &'static Listing,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.list.name)
    }
}

/// Every table with a list.
fn lists() -> Vec<Case> {
    let mut cases = Vec::new();
    for (make, resource) in types() {
        cases.extend(resource.list.as_ref().map(|list| Case { make, resource, list }));
    }
    cases
}

struct World {
    subject: Box<dyn Subject>,
    session: Session,
    resource: &'static Resource,
    list: &'static Listing,
}

impl Case {
    async fn world(&self) -> World {
        let subject = (self.make)();
        let session = configured(subject.as_ref()).await;
        World { subject, session, resource: self.resource, list: self.list }
    }
}

impl World {
    /// The entries of the whole list.
    async fn entries(&self, of: &Json) -> Vec<Json> {
        let needed = self.list.required().map(|name| (name.to_owned(), of[name].clone())).collect();
        let (state, found) = self.session.read_data(self.list.name, &Json::Object(needed)).await;
        assert!(found.is_clean(), "{found}");
        state[self.list.items].as_array().expect("a list").clone()
    }

    fn is_of(&self, entry: &Json, object: &Object) -> bool {
        self.resource.keys().all(|key| entry[key.name] == object.state[key.name])
    }

    /// Objects that fill a page and a part of the next one.
    async fn many(&self, most: usize) -> Vec<Object> {
        let mut made = Vec::new();
        for index in 0..most + 3 {
            let config = self.subject.minimal(self.resource.name, &format!("entry-{index:03}"));
            made.push(self.session.create(self.resource.name, &config).await);
        }
        made
    }

    /// How many of the objects the list shows.
    async fn shown(&self, objects: &[Object]) -> usize {
        let entries = self.entries(&objects[0].state).await;
        objects.iter().filter(|object| entries.iter().any(|entry| self.is_of(entry, object))).count()
    }
}

/// The value with what has no order in one order.
fn sorted(attr: &Attr, value: &Json) -> Json {
    let mut value = value.clone();
    if let (true, Json::Array(items)) = (!attr.is_ordered(), &mut value) {
        items.sort_by_key(Json::to_string);
    }
    value
}

#[test]
fn each_value_of_a_list_is_the_one_that_the_object_itself_shows() {
    let cases = lists();
    let compared = try_each(&cases, Case::to_string, |case| {
        alone(async {
            let world = case.world().await;
            let minimal = world.subject.minimal(case.resource.name, "listed");
            let object =
                world.session.create(case.resource.name, &full(world.subject.as_ref(), case.resource, &minimal)).await;
            world.subject.add_its_own(case.resource.name, &object.state);
            let entries = world.entries(&object.state).await;
            let entry = entries.iter().find(|entry| world.is_of(entry, &object)).expect("it is in the list");
            let (one, found) =
                world.session.read_data(case.resource.name, &lookup(case.resource, &object.identity)).await;
            assert!(found.is_clean(), "{found}");
            let differs = |attr: &&Attr| sorted(attr, &entry[attr.name]) != sorted(attr, &one[attr.name]);
            let wrong: Vec<_> = case.resource.shown_in_list().filter(differs).map(|attr| attr.name).collect();
            assert!(wrong.is_empty(), "{wrong:?}\n{entry}\n{one}");
            case.resource.shown_in_list().count()
        })
    });
    figure("values of lists compared with those of the objects", compared.into_iter().sum());
}

/// What the answer with this number says of the list's length, in the place of what is so.
fn saying(place: &'static str, total: fn(u64) -> Json) -> Fault {
    Fault::garbled(move |mut body| {
        let pointer = format!("/{}", place.replace('.', "/"));
        if let Some(there) = body.pointer_mut(&pointer) {
            *there = total(there.as_u64().unwrap_or_default());
        }
        body
    })
}

/// Lies of the count, each told by every page.
const LIES: [fn(u64) -> Json; 4] = [|_| Json::Null, |_| json!(0), |_| json!(1), |total| json!(total + 50)];

#[test]
fn a_list_is_read_to_its_end_whatever_its_count_says() {
    let cases: Vec<Case> =
        lists().into_iter().filter(|case| matches!(case.list.paging, Paging::Pages { .. })).collect();
    assert!(cases.len() >= 3);
    try_each(&cases, Case::to_string, |case| {
        alone(async {
            let Paging::Pages { most, total, .. } = case.list.paging else { unreachable!("these have pages") };
            let world = case.world().await;
            let objects = world.many(most).await;
            for (index, lie) in LIES.into_iter().enumerate() {
                world.subject.fault(saying(total, lie).forever());
                assert_eq!(world.shown(&objects).await, objects.len(), "lie {index}");
                world.subject.clear_faults();
            }
            // One that was counted when the first page was read, and one that was not.
            for (index, lie) in [|total: u64| json!(total - 3), |total| json!(total + 1)].into_iter().enumerate() {
                world.subject.fault(saying(total, lie));
                assert_eq!(world.shown(&objects).await, objects.len(), "first page, lie {index}");
                world.subject.clear_faults();
            }
        });
    });
}

/// An entry of the first page goes while the second is on its way: another one moves from there to the first.
#[test]
fn a_list_that_changes_while_it_is_read_is_read_again() {
    let cases: Vec<Case> =
        lists().into_iter().filter(|case| matches!(case.list.paging, Paging::Pages { .. })).collect();
    try_each(&cases, Case::to_string, |case| {
        alone(async {
            let Paging::Pages { most, .. } = case.list.paging else { unreachable!("these have pages") };
            let world = case.world().await;
            let mut objects = world.many(most).await;
            let (first, last) = (objects.remove(0), objects.pop().expect("many"));
            let path = format!("{}/", case.resource.collection);
            let gate = Gate::default();
            let prefix = if path.starts_with("v1") {
                format!("/{}", case.resource.collection)
            } else {
                format!("/api/{}", case.resource.collection)
            };
            world.subject.fault(Fault::held(&gate).on("GET", &prefix).skip(1));
            let reading = world.shown(&objects);
            let changing = async {
                while !gate.is_reached() {
                    tokio::task::yield_now().await;
                }
                for object in [&first, &last] {
                    let key = case
                        .resource
                        .keys()
                        .map(|key| object.state[key.name].as_str().expect("a key"))
                        .collect::<Vec<_>>();
                    let (status, _) = world.subject.ask("DELETE", &format!("{path}{}", key.join("/")), Json::Null);
                    assert_eq!(status, 204);
                }
                gate.open();
            };
            let (shown, ()) = tokio::join!(reading, changing);
            assert_eq!(shown, objects.len());
        });
    });
}
