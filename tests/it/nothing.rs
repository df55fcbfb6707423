//! How a state spells nothing where no plan of this provider chose it: after an import, and in a state that another
//! provider wrote. A configuration that leaves an attribute out and one that says the empty value plan no change there,
//! with a refresh and without one, over every table of both systems.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Kind, Resource, Role};

use crate::figure::at_least;
use crate::host::{Action, Object, Session};
use crate::subject::cases::{alone, try_each};
use crate::subject::places::{Place, places};
use crate::subject::samples::full;
use crate::subject::{Extent, Subject, configured, import_id};

/// A configuration without anything optional, the same with everything empty, and where the two differ.
struct Pair {
    absent: Json,
    empty: Json,
    places: Vec<Place>,
}

impl Pair {
    /// The same without what no answer shows; none where that is a part of something that one does.
    fn as_an_import_knows_it(&self, resource: &'static Resource) -> Option<Pair> {
        let (mut absent, mut empty) = (self.absent.clone(), self.empty.clone());
        for place in
            places(resource, &self.absent).iter().filter(|place| !place.attr.is_readable() && place.role == Role::Plain)
        {
            if place.path.len() > 1 {
                return None;
            }
            (absent, empty) = (place.with(&absent, Json::Null), place.with(&empty, Json::Null));
        }
        Some(Pair { absent, empty, places: self.places.clone() })
    }
}

fn nothing(place: &Place) -> Option<Json> {
    match place.attr.kind {
        Kind::Str => Some(json!("")),
        Kind::List(_) | Kind::Set(_) => Some(json!([])),
        Kind::Map(_) => Some(json!({})),
        Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64 | Kind::Object(_) => None,
    }
}

/// Of a type with everything, the empty values stand inside the elements.
async fn pair(session: &Session, subject: &dyn Subject, extent: &Extent) -> Pair {
    let resource = extent.resource;
    let minimal = subject.minimal(resource.name, "nothing");
    let base = if extent.full { full(subject, resource, &minimal) } else { minimal };
    let mut pair = Pair { absent: base.clone(), empty: base, places: Vec::new() };
    for place in places(resource, &pair.absent.clone()) {
        // Of what is empty there are no elements.
        if pair.places.iter().any(|outer: &Place| outer.overlaps(&place)) {
            continue;
        }
        let is_meant = place.may_be_null() && place.role == Role::Plain && (place.path.len() > 1) == extent.full;
        // What has a value already, the object needs.
        let is_open = extent.full || place.value(&pair.absent).is_none_or(Json::is_null);
        let Some(value) = nothing(&place).filter(|_| is_meant && is_open && place.attr.ignores_emptiness()) else {
            continue;
        };
        // What is inside something that is empty now is gone.
        if pair.places.iter().any(|outer| place.path.starts_with(&outer.path)) {
            continue;
        }
        let empty = place.with(&pair.empty, value);
        if session.validate(resource.name, &empty).await.has_errors() {
            continue;
        }
        if extent.full {
            pair.absent = place.with(&pair.absent, Json::Null);
        }
        pair.empty = empty;
        pair.places.push(place);
    }
    pair
}

/// What Terraform does between a stored state and a plan.
#[derive(Clone, Copy, Debug)]
enum Way {
    Refreshed,
    Unrefreshed,
}

#[derive(Clone, Copy)]
struct World<'a> {
    session: &'a Session,
    resource: &'static Resource,
    pair: &'a Pair,
}

impl World<'_> {
    /// Both configurations plan nothing for this object.
    async fn plans_nothing(&self, stored: &Object, from: &str) {
        for way in [Way::Unrefreshed, Way::Refreshed] {
            let object = match way {
                Way::Unrefreshed => stored.clone(),
                Way::Refreshed => self.session.read(stored).await.0,
            };
            for config in [&self.pair.absent, &self.pair.empty] {
                let planned = self.session.plan(&object, config).await;
                let is_empty = planned.action == Action::NoOp && !planned.diagnostics.has_errors();
                let (state, found) = (&planned.state, &planned.diagnostics);
                assert!(is_empty, "{from}, {way:?}: {config}\n{}\n{state}\n{found}", object.state);
            }
        }
    }

    /// The state as a provider wrote it that knows nothing but null in these places, and no private bytes.
    fn with_null(&self, state: &Json) -> Json {
        let there = self.pair.places.iter().filter(|place| place.value(state).is_some());
        let mut state = there.fold(state.clone(), |state, place| place.with(&state, Json::Null));
        for attr in self.resource.attrs.iter().filter(|attr| attr.is_secret()) {
            state[attr.version_name()] = Json::Null;
        }
        state
    }
}

/// The state as a provider wrote it that does not even know what is null.
fn without_null(mut state: Json) -> Json {
    state.as_object_mut().expect("a state").retain(|_, value| !value.is_null());
    state
}

/// Returns in how many places there was nothing.
async fn tried(extent: &Extent) -> usize {
    let subject = (extent.make)();
    let session = configured(subject.as_ref()).await;
    let pair = pair(&session, subject.as_ref(), extent).await;
    let (name, world) = (extent.resource.name, World { session: &session, resource: extent.resource, pair: &pair });
    let object = session.create(name, &pair.empty).await;

    let id = import_id(extent.resource, &object.state);
    let by_id = session.import(name, &id).await.unwrap_or_else(|found| panic!("{found}"));
    if let Some(pair) = pair.as_an_import_knows_it(extent.resource) {
        World { pair: &pair, ..world }.plans_nothing(&by_id, "imported").await;
    }
    let by_identity = session.import_identity(name, &object.identity).await;
    assert_eq!(by_identity.unwrap_or_else(|found| panic!("{found}")), by_id);

    let provider = subject.provider().name;
    let official = Object { private: Vec::new(), identity: Json::Null, ..object.clone() };
    let nulls = world.with_null(&object.state);
    for (from, state) in [("of nulls", nulls.clone()), ("without nulls", without_null(nulls))] {
        let foreign = Object { state, ..official.clone() };
        for address in [format!("registry.terraform.io/hoophq/{provider}"), format!("example.com/a/{provider}")] {
            let moved = session.move_from(&address, &foreign, name).await.unwrap_or_else(|found| panic!("{found}"));
            world.plans_nothing(&moved, &format!("moved {from}")).await;
        }
        let upgraded = session.upgrade(name, 0, &foreign.state).await.unwrap_or_else(|found| panic!("{found}"));
        let upgraded = Object { state: upgraded, ..foreign };
        match from {
            // That it is not this provider's own only its private bytes could tell, which an upgrade does not get.
            "of nulls" => {
                let (read, found) = session.read(&upgraded).await;
                assert!(found.is_clean(), "{found}");
                world.plans_nothing(&read, "upgraded, of nulls").await;
            }
            _ => world.plans_nothing(&upgraded, "upgraded").await,
        }
    }
    // In a state of its own the provider's spelling stays, whatever it is.
    for config in [&pair.absent, &pair.empty] {
        let own = session.converge(&object, config).await;
        assert_eq!(session.upgrade(name, 0, &own.state).await.expect("a state of today"), own.state);
    }
    let gone = session.destroy(&object).await;
    assert!(!gone.diagnostics.has_errors(), "{}", gone.diagnostics);
    pair.places.len()
}

#[test]
fn what_is_absent_and_what_is_empty_plan_nothing_after_an_import_and_after_a_move() {
    let places = try_each(&Extent::all(), Extent::to_string, |extent| alone(tried(extent))).into_iter().sum();
    at_least(40, "places where nothing has two spellings", places);
}
