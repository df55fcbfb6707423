//! The tables: what a provider, a resource and an attribute are, as data that is checked while it compiles.
//! Nothing here runs: meaning is the engine's, words on the wire are the protocol's.

mod attr;
mod data;
mod kind;
mod provider;
mod query;
mod resource;
mod rule;
mod timeouts;
mod words;

pub use attr::{Attr, Children, computed, optional, required, secret};
pub use data::{Given, View, shown_type, visible};
pub use kind::{Absent, Codec, Kind, Presence, Replaces, Role, Verbs};
pub use provider::{Check, Credentials, Exchange, HTTP_ATTRIBUTES, Hints, Input, Provider, System};
pub use query::{Ask, Query};
pub use resource::{
    Column, Create, DataSource, Destroy, Filter, Paging, Parts, Reads, Resource, Update, columns, object_type,
};
pub use rule::Rule;
pub use timeouts::{TIMEOUTS, duration};
