//! Where the value of an attribute comes from, and what follows from that. Each variant contains only what it can have, so
//! that most contradictions cannot be represented. Tables use the methods in `builder`, all other code those in
//! `accessors`.

use super::kind::{Answers, Constant, Replaces, Verbs};
use crate::value::{Object, Value};

/// Where the value comes from.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// From the configuration, and requests send it.
    Input(Input),
    /// From the configuration, and it is never sent or read.
    ClientOnly,
    /// From the system.
    Computed(Computed),
}

/// A value that is configured and sent.
#[derive(Clone, Copy)]
pub(super) struct Input {
    pub(super) presence: Presence,
    pub(super) change: Change,
    pub(super) sent: Sent,
    /// Which responses show it.
    pub(super) answers: Answers,
    pub(super) refers: Refers,
    /// The attribute of another type with which the same links can be set.
    pub(super) link: Option<Link>,
    /// Elements or entries that the system adds; they are no difference, and updates keep them.
    pub(super) server_defaults: Option<fn(&Object) -> Value>,
}

impl Input {
    pub(super) const fn new(presence: Presence) -> Input {
        Input {
            presence,
            change: Change::InPlace,
            sent: Sent::Body { by: Verbs::Every, even_empty: false },
            answers: Answers::AsRead,
            refers: Refers::No,
            link: None,
            server_defaults: None,
        }
    }
}

/// Whether it must be configured, and its value if it is not.
#[derive(Clone, Copy)]
pub(super) enum Presence {
    Required,
    /// Null.
    Optional,
    /// Empty.
    OrEmpty,
    /// This constant.
    Default(Constant),
    /// What the system has.
    OrComputed(OrComputed),
    /// Like `OrComputed`, with a write-only argument.
    Secret(Secret),
}

/// The value of an `or_computed` attribute that is not configured.
#[derive(Clone, Copy)]
pub(super) struct OrComputed {
    pub(super) initial: Initial,
    /// A change of these attributes returns it to its default.
    pub(super) follows: &'static [&'static str],
    /// A state of another provider contains it only if it was configured.
    pub(super) stored_if_configured: bool,
    /// The system cannot clear it, so that removing it from the configuration changes nothing.
    pub(super) kept_when_removed: bool,
}

/// What a create sends if the attribute is not configured.
#[derive(Clone, Copy)]
pub(super) enum Initial {
    /// Nothing: the system chooses.
    Nothing,
    /// The result of this function, if the rest of the plan determines it.
    Value(fn(&Object) -> Option<Value>),
    /// The value of this attribute of the provider block, without which the create is refused.
    Setting(&'static str),
}

#[derive(Clone, Copy)]
pub(super) struct Secret {
    /// An object cannot be created without it.
    pub(super) required_on_create: bool,
    /// The attribute with the time at which the system last changed it.
    pub(super) stamp: Option<&'static str>,
}

/// Whether a value refers to objects of the system.
#[derive(Clone, Copy)]
pub(super) enum Refers {
    No,
    /// The system refuses unknown objects.
    Checked,
    /// The system does not refuse them, or not with an error that says so: each is looked up below this path.
    LookedUp(&'static str),
}

/// The effect of a change.
#[derive(Clone, Copy)]
pub(super) enum Change {
    /// It is an update.
    InPlace,
    Replaces(Replaces),
    /// It is refused at plan time. The text says what to use instead.
    Fixed(&'static str),
    /// It is an update of the object's key: the request goes to the old path, and the object has the new one afterwards.
    Renames,
}

/// How it is sent.
#[derive(Clone, Copy)]
pub(super) enum Sent {
    /// In the body of these requests. `even_empty`: a create sends it even if it is empty.
    Body { by: Verbs, even_empty: bool },
    /// As a header of the create.
    Header(&'static str),
}

/// When a value from the system changes, and where it is shown.
#[derive(Clone, Copy)]
pub(super) enum Computed {
    /// It changes only with one of these attributes.
    Follows(&'static [&'static str]),
    /// It changes with every write.
    Volatile,
    /// Only the response of the create shows it.
    Once,
    /// Never: it is this text, and neither a request nor a response contains it.
    Constant(&'static str),
    /// Only the data source has it: it changes without a write, or it is expensive to read.
    DataSourceOnly,
}

/// How the elements of a collection are managed.
#[derive(Clone, Copy)]
pub(super) enum Elements {
    /// Together; a list has an order, a set has none.
    AsKind,
    /// Together, as a list whose order has no meaning.
    Unordered,
    /// A map of objects of another table.
    Children(Children),
    /// Only the configured elements of a set, each by requests to this path. They are identified by their nested key.
    Partial(&'static str),
}

/// A link between two objects that each of them can set.
#[derive(Clone, Copy)]
pub struct Link {
    /// The type of the other object.
    pub table: &'static str,
    /// Its attribute that contains the same links.
    pub attribute: &'static str,
    /// The attribute of this object whose value that one contains.
    pub own: &'static str,
}

/// What a value names: an attribute of the objects of another type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    pub table: &'static str,
    pub attribute: &'static str,
}

/// Objects of another table that are configured inside an object, as a map by their key.
#[derive(Clone, Copy)]
pub struct Children {
    pub table: &'static super::Resource,
    /// The attribute of the child that contains the key of its parent.
    pub link: &'static str,
    /// An optional attribute that the create of a child requires nevertheless, and a placeholder for it: the create sends
    /// the placeholder, and an update removes it.
    pub stand_in: Option<(&'static str, &'static str)>,
}
