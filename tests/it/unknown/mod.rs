//! Every unknown: places of each configuration of each table not known yet, alone and in pairs, through validate and
//! plan; then known, in every way that matters, and the plan that is made again completes the first. A host that hands
//! the first plan's private bytes over (Terraform from 1.16 on) never sees a contradiction; an older one sees the few
//! that no provider can avoid there, and `case` says which.

mod bases;
mod case;

use serde_json::Value as Json;

use crate::draw;
use crate::host::{Action, Object, unknown};
use crate::subject::cases::{alone, try_each};
use crate::subject::{configured, subjects, types};
use bases::Base;
use case::{Case, Tally};

/// How the object was configured before, if there is one, and how it is configured now.
type Change = (Option<Base>, Base);

/// Of fewer places nothing is learned about a change.
const LEAST: usize = 4;

const CHANGES: &[Change] = &[
    (None, Base::Minimal),
    (None, Base::Full),
    (None, Base::Hidden),
    (Some(Base::Minimal), Base::Minimal),
    (Some(Base::Minimal), Base::Full),
    (Some(Base::Full), Base::Minimal),
    (Some(Base::Full), Base::Full),
    (Some(Base::Full), Base::Turned),
    (Some(Base::Full), Base::Emptied),
    (Some(Base::Full), Base::Hidden),
    (Some(Base::Hidden), Base::Hidden),
    (Some(Base::Spelt), Base::Bare),
    (Some(Base::Bare), Base::Spelt),
];

/// Those that differ most: in the others two places say together what each says alone.
const CHANGES_OF_TWO: &[Change] = &[
    (None, Base::Full),
    (Some(Base::Minimal), Base::Full),
    (Some(Base::Full), Base::Minimal),
    (Some(Base::Full), Base::Turned),
    (Some(Base::Hidden), Base::Hidden),
    (Some(Base::Spelt), Base::Bare),
    (Some(Base::Bare), Base::Spelt),
];

/// About so many places, some of each change of each type.
fn try_all(what: &str, changes: &[Change], in_pairs: bool, budget: usize) -> Tally {
    let mut cases = Vec::new();
    for (make, resource) in types() {
        cases.extend(changes.iter().map(|(prior, config)| Case { make, resource, prior: *prior, config: *config }));
    }
    let mut tally = Tally::default();
    let budget = draw::share(budget, cases.len()).max(LEAST);
    try_each(&cases, Case::to_string, |case| alone(case.run(in_pairs, budget))).iter().for_each(|one| tally.add(one));
    tally.tell(what);
    tally
}

#[test]
fn each_place_may_be_unknown_and_become_anything() {
    let tally = try_all("one unknown place", CHANGES, false, 1200);
    assert!(tally.contradicted * 100 < tally.completed, "{tally:?}");
}

#[test]
fn any_two_places_may_be_unknown_together() {
    let tally = try_all("two unknown places", CHANGES_OF_TWO, true, 2000);
    assert!(tally.contradicted * 20 < tally.completed, "{tally:?}");
}

/// As a module sees it whose inputs all come from another.
#[test]
fn all_attributes_may_be_unknown_together() {
    for make in subjects() {
        alone(async {
            let subject = make();
            let session = configured(subject.as_ref()).await;
            for type_name in session.resource_types() {
                let names = session.shape(&type_name).settable().map(|(name, _)| (name.clone(), unknown()));
                let config: Json = names.collect();
                let found = session.validate(&type_name, &config).await;
                assert!(found.is_clean(), "{type_name}: {found}");
                let planned = session.plan(&Object::absent(&type_name), &config).await;
                assert!(planned.diagnostics.is_clean(), "{type_name}: {}", planned.diagnostics);
                assert_eq!(planned.action, Action::Create);
            }
        });
    }
}
