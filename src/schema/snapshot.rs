//! How many objects are read at once whose own list does not show everything: two lists that together show all but the
//! secrets, and a log that shows which objects were changed.

use super::list::Paging;
use super::rights::Rights;
use crate::hooks::{ChangeOf, CompleteEntry, NeedsOwnRead};

/// Lists whose entries together show an object as a read of it does, except its secrets. Whether these changed follows from
/// their stamp and, where a change leaves the stamp as it is, from the log.
pub struct Snapshot {
    /// The first version of the system for which this holds.
    pub since: &'static str,
    /// The least rights that the log requires.
    pub readable_by: Rights,
    /// From how many reads on this costs less than they do.
    pub least_reads: usize,
    /// Path of the list of the objects, which one request returns.
    pub objects: &'static str,
    /// The attribute that differs between two objects that had the same key one after the other.
    pub id: &'static str,
    pub rest: Rest,
    pub log: ChangeLog,
    /// Adds to an entry what follows from it and is different in a read of the object.
    pub complete: CompleteEntry,
    /// Whether the object has to be read by itself nevertheless.
    pub alone: NeedsOwnRead,
}

/// The list whose entries contain the rest of the objects.
pub struct Rest {
    pub path: &'static str,
    /// Where the entries are in a response.
    pub at: &'static str,
    pub paging: Paging,
    /// The property of an entry that contains the objects.
    pub inside: &'static str,
    /// The properties that are taken from here.
    pub shows: &'static [&'static str],
    /// The properties that both lists show: if they differ, the object was changed in between.
    pub both: &'static [&'static str],
}

/// A log of all writes, in which an entry may appear some time after its write.
pub struct ChangeLog {
    pub path: &'static str,
    pub at: &'static str,
    pub paging: Paging,
    /// The parameters for the earliest and the latest time of an entry.
    pub from: &'static str,
    pub until: &'static str,
    /// The property with the time of an entry.
    pub time: &'static str,
    /// The parameters of each request that is needed to find all changes.
    pub queries: &'static [&'static [(&'static str, &'static str)]],
    /// A write is not logged if its URL contains one of these.
    pub unlogged: &'static [&'static str],
    pub change: ChangeOf,
}
