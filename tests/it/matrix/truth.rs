//! What must hold whatever happens: one readable error, an end in time, nothing made twice.

use std::collections::BTreeSet;
use std::time::Duration;

use terraform_provider_hoop::schema::{Create, Resource, WriteMethod};

use crate::emulator::Logged;
use crate::host::Diagnostics;

/// How long an operation may take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// Nobody accepts a connection.
    Refused,
    /// Somebody does, and gives no useful answer.
    Silent,
    /// Each answer takes five seconds.
    Slow,
    /// Somebody else is at work on the object, for as long as is waited.
    InUse,
}

#[track_caller]
pub(super) fn bounded(took: Duration, bound: Bound, requests: usize) {
    let most = match bound {
        Bound::Refused => 40,
        Bound::Silent => 90,
        Bound::Slow => 5 * requests as u64 + 1,
        Bound::InUse => 610,
    };
    assert!(took <= Duration::from_secs(most), "{bound:?}: it took {took:?}");
}

/// At most one error, which a person can read.
#[track_caller]
pub(crate) fn readable(found: &Diagnostics) {
    assert!(found.errors().count() <= 1, "more than one error:\n{found}");
    for diagnostic in &found.0 {
        let (summary, detail) = (&diagnostic.summary, &diagnostic.detail);
        assert!(!summary.contains('\n') && summary.len() < 200 && !summary.ends_with('.'), "{summary:?}");
        assert!(detail.len() < 2000, "{detail}");
        for strange in ["<html", "{\"", "Some(", "None", "Err(", "\\n", "  \n", "..", " ,", "()"] {
            assert!(!detail.contains(strange) && !summary.contains(strange), "{strange:?} in {summary}: {detail}");
        }
    }
}

/// A request that is not safe to repeat was carried out at most once. One that writes over what is there is safe.
#[track_caller]
pub(super) fn nothing_twice(resource: &Resource, asked: &[Logged]) {
    if resource.create == Create::Upsert(WriteMethod::Post) {
        return;
    }
    let done = |it: &&Logged| it.method == "POST" && it.acted.is_some_and(|status| (200..300).contains(&status));
    let made: Vec<String> = asked.iter().filter(done).map(|it| format!("{} {:?}", it.path, it.body)).collect();
    let once: BTreeSet<&String> = made.iter().collect();
    assert_eq!(made.len(), once.len(), "a POST was carried out twice: {made:?}");
}

/// The key in the import command that an error shows.
pub(super) fn import_key(type_name: &str, found: &Diagnostics) -> Option<String> {
    let command = format!("terraform import {type_name}.NAME '");
    found.errors().find_map(|error| Some(error.detail.split_once(&command)?.1.split_once('\'')?.0.to_owned()))
}
