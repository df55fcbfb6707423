//! The tables: what a provider, a resource and an attribute are, as data that is checked while it compiles.
//! Nothing here runs: meaning is the engine's, words on the wire are the protocol's.

mod attr;
mod data;
mod provider;
mod resource;
mod rule;
mod words;

pub use attr::{Absent, Attr, Children, Codec, Kind, Presence, Role, Verbs, computed, optional, required, secret};
pub use data::{Given, View, shown_type};
pub use provider::{HTTP_ATTRIBUTES, Hints, Input, Provider, System};
pub use resource::{
    Column, Create, DataSource, Destroy, Filter, Paging, Parts, Reads, Resource, Update, columns, object_type,
};
pub use rule::Rule;
