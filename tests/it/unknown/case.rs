//! One change of one type: what is unknown in its configuration at the plan, and what it turns out to be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Resource, Role};

use super::bases::Base;
use crate::draw;
use crate::figure::{at_least, figure};
use crate::host::{Action, Object, Planned, Session, unknown};
use crate::subject::cases::Make;
use crate::subject::places::{Place, places};
use crate::subject::samples::values;
use crate::subject::{Subject, configured, may_be_refused};

/// An object as one configuration made it, and another configuration for it.
pub(super) struct Case {
    pub(super) make: Make,
    pub(super) resource: &'static Resource,
    pub(super) prior: Option<Base>,
    pub(super) config: Base,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} to {:?}", self.resource.name, self.prior, self.config)
    }
}

/// How much was tried.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Plans with something unknown.
    pub(super) plans: usize,
    /// Plans that completed one.
    pub(super) completed: usize,
    /// Of those, carried out.
    pub(super) applied: usize,
    /// What an older host cannot be spared.
    pub(super) contradicted: usize,
    /// Configurations that are wrong once they are known, as validate or the plan says.
    pub(super) refused: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Tally) {
        self.plans += other.plans;
        self.completed += other.completed;
        self.applied += other.applied;
        self.contradicted += other.contradicted;
        self.refused += other.refused;
    }

    pub(super) fn tell(&self, what: &str) {
        at_least(500, &format!("plans with {what}"), self.plans);
        at_least(700, &format!("plans that complete {what}"), self.completed);
        figure(&format!("applies after {what}"), self.applied);
        figure(&format!("contradictions that older hosts see after {what}"), self.contradicted);
    }
}

/// What a place turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Becomes {
    AsConfigured,
    Null,
    Other,
    Prior,
    PriorTurned,
}

const ALONE: &[&[Becomes]] =
    &[&[Becomes::AsConfigured], &[Becomes::Null], &[Becomes::Other], &[Becomes::Prior], &[Becomes::PriorTurned]];

/// Of two places: what each becomes.
const TOGETHER: &[&[Becomes]] = &[
    &[Becomes::AsConfigured, Becomes::AsConfigured],
    &[Becomes::Null, Becomes::Null],
    &[Becomes::Other, Becomes::Other],
    &[Becomes::Prior, Becomes::Prior],
    &[Becomes::Null, Becomes::Other],
    &[Becomes::Other, Becomes::Null],
];

/// The places that are unknown, by their position among all, and what they become.
type Way = (Vec<usize>, &'static [Becomes]);

struct World<'a> {
    case: &'a Case,
    subject: Box<dyn Subject>,
    session: Session,
    tally: Tally,
    names: usize,
    /// Plans of what is known: they are told by configuration, note and what becomes of the object.
    plans: BTreeMap<(String, Vec<u8>, bool), Planned>,
}

impl Case {
    /// `budget`: of how many places or pairs of them.
    pub(super) async fn run(&self, in_pairs: bool, budget: usize) -> Tally {
        let subject = (self.make)();
        let session = configured(subject.as_ref()).await;
        let (tally, plans) = (Tally::default(), BTreeMap::new());
        let mut world = World { case: self, subject, session, tally, names: 0, plans };
        let new = world.plan_all(in_pairs, budget).await;
        // Of pairs there are too many.
        for way in new.iter().filter(|_| !in_pairs) {
            world.apply(way).await;
        }
        world.tally
    }
}

impl World<'_> {
    /// A fresh object as it was before, and the configuration for it. None if the type has no such configuration.
    async fn start(&mut self) -> Option<(Object, Json)> {
        self.names += 1;
        let (case, name) = (self.case, format!("subject-{}", self.names));
        let mut config = case.config.of(self.subject.as_ref(), case.resource, &name)?;
        let absent = Object::absent(case.resource.name);
        let object = match case.prior {
            None => absent,
            Some(prior) => {
                let prior = prior.of(self.subject.as_ref(), case.resource, &name)?;
                // What cannot change is left out where it would.
                let fixed = case.resource.managed().filter(|attr| attr.is_fixed());
                for column in fixed.flat_map(|attr| [attr.name.to_owned(), attr.write_only_name(), attr.version_name()])
                {
                    if config.get(&column) != prior.get(&column) {
                        config[&column] = Json::Null;
                    }
                }
                let planned = self.session.plan(&absent, &prior).await;
                let made = self.session.apply(&absent, &planned).await;
                assert!(!made.diagnostics.has_errors(), "{}", made.diagnostics);
                made.object
            }
        };
        Some((object, config))
    }

    /// Plans every way. Returns those that end in a plan which no other has ended in.
    async fn plan_all(&mut self, in_pairs: bool, budget: usize) -> Vec<Way> {
        let Some((object, config)) = self.start().await else { return Vec::new() };
        let places = places(self.case.resource, &config);
        let alone = || (0..places.len()).map(|index| vec![index]).collect::<Vec<_>>();
        let apart = |one: usize, other: usize| !places[one].overlaps(&places[other]);
        let pairs = || {
            let all = (0..places.len()).flat_map(|one| (one + 1..places.len()).map(move |other| [one, other]));
            all.filter(|[one, other]| apart(*one, *other)).map(|pair| pair.to_vec()).collect()
        };
        let (unknown, ways) = if in_pairs { (pairs(), TOGETHER) } else { (alone(), ALONE) };
        let unknown = draw::some(&self.case.to_string(), unknown, |_| String::new(), budget);
        let (mut seen, mut new) = (BTreeSet::new(), Vec::new());
        for indices in unknown {
            let chosen: Vec<&Place> = indices.iter().map(|index| &places[*index]).collect();
            let first = self.first_plan(&chosen, &object, &config).await;
            for becomes in ways {
                let Some(known) = self.known(&chosen, &config, &object, becomes) else { continue };
                let what = described(&chosen, becomes);
                let Some(last) = self.complete(&object, &first, &known, &what).await else { continue };
                if seen.insert(format!("{known} {}", last.state)) {
                    new.push((indices.clone(), *becomes));
                }
            }
        }
        self.session.destroy(&object).await;
        new
    }

    /// Carries one way out, on an object of its own.
    async fn apply(&mut self, (indices, becomes): &Way) {
        let (object, config) = self.start().await.expect("there was one");
        let places = places(self.case.resource, &config);
        let chosen: Vec<&Place> = indices.iter().map(|index| &places[*index]).collect();
        let what = described(&chosen, becomes);
        let known = self.known(&chosen, &config, &object, becomes).expect("there was one");
        let first = self.first_plan(&chosen, &object, &config).await;
        let last = self.complete(&object, &first, &known, &what).await.expect("it was planned before");
        let applied = self.session.apply(&object, &last).await;
        assert!(!applied.diagnostics.has_errors(), "{what}: {}", applied.diagnostics);
        let read = if first.action == Action::NoOp && self.moves_keys("", &known) {
            // Nothing was planned, so nothing happened: the next apply does it.
            self.session.converge_quietly(&applied.object, &known).await
        } else {
            let read = self.session.settled(&applied.object, &known).await;
            assert_eq!(read.state, applied.object.state, "{what}: the first refresh finds a change");
            read
        };
        self.tally.applied += 1;
        let gone = self.session.destroy(&read).await;
        assert!(!gone.diagnostics.has_errors(), "{what}: {}", gone.diagnostics);
    }

    /// What the configuration turns out to be; none if that is nothing new.
    fn known(&self, places: &[&Place], config: &Json, prior: &Object, becomes: &[Becomes]) -> Option<Json> {
        let each = places.iter().zip(becomes);
        each.into_iter().try_fold(config.clone(), |config, (place, becomes)| {
            Some(place.with(&config, self.value(place, &config, prior, *becomes)?))
        })
    }

    fn value(&self, place: &Place, config: &Json, prior: &Object, becomes: Becomes) -> Option<Json> {
        let now = place.value(config).cloned().unwrap_or_default();
        let stored = place.value(&prior.state).filter(|value| !value.is_null());
        match becomes {
            Becomes::AsConfigured => Some(now),
            Becomes::Null => (place.may_be_null() && !now.is_null()).then_some(Json::Null),
            Becomes::Other if place.role == Role::Version => Some(json!(now.as_i64().unwrap_or(0) + 1)),
            Becomes::Other => {
                let all = self.case.config == Base::Minimal;
                values(self.subject.as_ref(), self.case.resource, place, config, all).into_iter().next()
            }
            Becomes::Prior => stored.filter(|value| **value != now).cloned(),
            Becomes::PriorTurned => {
                let items = stored?.as_array().filter(|_| place.attr.is_unordered_list() && !place.is_element)?;
                Some(items.iter().rev().cloned().collect())
            }
        }
    }

    /// The plan while these places are unknown.
    async fn first_plan(&mut self, places: &[&Place], prior: &Object, config: &Json) -> Planned {
        let what = || places.iter().map(|place| place.to_string()).collect::<Vec<_>>().join(" and ");
        let blurred = places.iter().fold(config.clone(), |config, place| place.with(&config, unknown()));
        let found = self.session.validate(self.case.resource.name, &blurred).await;
        assert!(!found.has_errors(), "{}: {found}", what());
        let first = self.session.plan(prior, &blurred).await;
        assert!(!first.diagnostics.has_errors(), "{}: {}", what(), first.diagnostics);
        self.tally.plans += 1;
        first
    }

    /// The plan when everything is known. None if it is wrong then.
    async fn complete(&mut self, prior: &Object, first: &Planned, known: &Json, what: &str) -> Option<Planned> {
        let last = self.last_plan(prior, first, known, &first.private).await;
        if last.diagnostics.has_errors() {
            let is_wrong = self.session.validate(self.case.resource.name, known).await.has_errors();
            let paths = last.diagnostics.error_paths();
            let refused = paths.iter().all(|path| may_be_refused(self.case.resource, path));
            assert!(is_wrong || refused, "{what}: {}", last.diagnostics);
            self.tally.refused += 1;
            return None;
        }
        let broken = self.session.contradictions(self.case.resource.name, first, &last);
        assert!(broken.is_empty(), "{what}: {broken:#?}");
        // A host up to 1.15 hands no note over.
        let older = self.last_plan(prior, first, known, &[]).await;
        for contradiction in self.session.contradictions(self.case.resource.name, first, &older) {
            let name = contradiction.trim_start_matches('.').split(['.', '[', ':']).next().unwrap_or_default();
            let moved = first.action == Action::NoOp && self.moves_keys(name, known);
            assert!(moved || self.is_unavoidable(name, prior, known, &older), "{what}: {contradiction}");
            self.tally.contradicted += 1;
        }
        self.tally.completed += 1;
        Some(last)
    }

    async fn last_plan(&mut self, prior: &Object, first: &Planned, known: &Json, note: &[u8]) -> Planned {
        let key = (format!("{} {known}", prior.state), note.to_vec(), first.action == Action::Replace);
        if let Some(planned) = self.plans.get(&key) {
            return planned.clone();
        }
        let planned = self.session.plan_again(prior, first, known, note).await;
        self.plans.insert(key, planned.clone());
        planned
    }

    /// A write-only map that was not known turned out to have other keys, and nothing else was planned: such an object is
    /// planned again only where it has conditions. The path of a change of the action itself is empty.
    fn moves_keys(&self, name: &str, known: &Json) -> bool {
        let is_given = |attr: &&'static Attr| known[attr.write_only_name()].is_object();
        let given = self.case.resource.managed().filter(|attr| attr.is_secret()).find(is_given);
        given.is_some_and(|attr| name.is_empty() || attr.stamp() == Some(name))
    }

    /// The one contradiction that a plan without notes cannot avoid: a value turned out to be another spelling of the
    /// prior one, which is kept then. The request for that plan is the same, byte for byte, as if the configuration had
    /// been known from the beginning.
    fn is_unavoidable(&self, name: &str, prior: &Object, known: &Json, last: &Planned) -> bool {
        fn has_spellings(attr: &Attr) -> bool {
            let nested = || attr.kind.nested().unwrap_or_default().iter();
            attr.is_unordered_list()
                || attr.has_server_defaults()
                || attr.empty_is_default()
                || nested().any(has_spellings)
        }
        let kept = last.state[name] == prior.state[name] && known[name] != prior.state[name];
        kept && self.case.resource.attr(name).is_some_and(has_spellings)
    }
}

fn described(places: &[&Place], becomes: &[Becomes]) -> String {
    let each = places.iter().zip(becomes).map(|(place, becomes)| format!("{place} {becomes:?}"));
    each.collect::<Vec<_>>().join(", ")
}
