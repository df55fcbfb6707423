//! Where an attribute's value comes from, and what follows from that. Each variant holds only what makes sense for it, so
//! that most contradictions in a table cannot be written down. Tables use the builder methods in `builder`; everybody
//! else asks the methods in `accessors`.

use super::kind::{Answers, Replaces, Verbs};
use crate::value::{Object, Value};

/// Where the value comes from.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// The configuration may give it, and requests carry it to the system.
    Input(Input),
    /// The configuration may give it, and it is for this side alone: never sent, never read.
    ClientOnly,
    /// Only the system gives it.
    Computed(Computed),
}

/// What a configuration gives and a request carries.
#[derive(Clone, Copy)]
pub(super) struct Input {
    pub(super) presence: Presence,
    pub(super) change: Change,
    pub(super) sent: Sent,
    /// How far answers show what was sent.
    pub(super) answers: Answers,
    /// It names objects that the system must have.
    pub(super) refers: bool,
    /// Elements or entries that the system adds by itself; they are no difference and are sent along.
    pub(super) server_defaults: Option<fn(&Object) -> Value>,
}

impl Input {
    pub(super) const fn new(presence: Presence) -> Input {
        Input {
            presence,
            change: Change::InPlace,
            sent: Sent::Body { by: Verbs::Every, even_empty: false },
            answers: Answers::AsRead,
            refers: false,
            server_defaults: None,
        }
    }
}

/// Whether a configuration must give it, and what it means when it does not.
#[derive(Clone, Copy)]
pub(super) enum Presence {
    Required,
    /// Left out, it is null.
    Optional,
    /// Left out, it is empty.
    OrEmpty,
    /// Left out, it is what the system has.
    OrComputed(OrComputed),
    /// As `OrComputed`, and with a write-only twin.
    Secret(Secret),
}

/// What an `or_computed` attribute becomes when the configuration leaves it out.
#[derive(Clone, Copy)]
pub(super) struct OrComputed {
    pub(super) initial: Initial,
    /// The attributes whose change sets it back to its default.
    pub(super) follows: &'static [&'static str],
    /// A state that this provider has not written holds it only where it was configured.
    pub(super) stored_if_configured: bool,
}

/// What a create sends for an attribute that the configuration leaves out.
#[derive(Clone, Copy)]
pub(super) enum Initial {
    /// Nothing: the system chooses.
    Nothing,
    /// What this table chooses, as far as the rest of the plan determines it.
    Value(fn(&Object) -> Option<Value>),
    /// What this setting of the provider says; an object without either is refused.
    Setting(&'static str),
}

#[derive(Clone, Copy)]
pub(super) struct Secret {
    /// A create must give it, by whichever twin.
    pub(super) required_on_create: bool,
    /// The attribute that shows when the system's copy was last changed.
    pub(super) stamp: Option<&'static str>,
}

/// What a change does to the object.
#[derive(Clone, Copy)]
pub(super) enum Change {
    /// It is an update.
    InPlace,
    Replaces(Replaces),
    /// It is refused at plan time; the text says what to use instead.
    Fixed(&'static str),
}

/// How a request carries it.
#[derive(Clone, Copy)]
pub(super) enum Sent {
    /// In the body of these requests, by a create even when it is empty if the system demands that.
    Body { by: Verbs, even_empty: bool },
    /// In a header of the create.
    Header(&'static str),
}

/// What is known of a value that only the system gives.
#[derive(Clone, Copy)]
pub(super) enum Computed {
    /// It changes only together with one of these attributes.
    Follows(&'static [&'static str]),
    /// It changes with every write.
    Volatile,
    /// The create's answer alone shows it.
    Once,
    /// The data source alone shows it: it changes by itself, or costs too much to keep up to date.
    DataSourceOnly,
}

/// How the elements of a collection belong together.
#[derive(Clone, Copy)]
pub(super) enum Elements {
    /// As the kind says: a list has an order, a set has none.
    AsKind,
    /// A list whose order means nothing.
    Unordered,
    /// A map of objects of another table, by their key.
    Children(Children),
    /// A set of which only the configured elements are managed, each written at this path and known by its nested key.
    Partial(&'static str),
}

/// Objects of another table that are configured inside this one, a map by their key.
#[derive(Clone, Copy)]
pub struct Children {
    pub table: &'static super::Resource,
    /// The child's attribute that names its parent.
    pub link: &'static str,
    /// An attribute that the child's own create demands although it may be absent, and a value that means nothing: it
    /// is sent by the create and taken back by an update.
    pub stand_in: Option<(&'static str, &'static str)>,
}
