//! The tables: providers, resources and attributes as data that is checked at compile time. What they do is implemented
//! in the engine, how Terraform sees them in the protocol; nothing here sends a request.

mod accessors;
mod accessors_wire;
mod action;
mod attr;
mod builder;
mod builder_wire;
mod check;
mod data;
mod description;
mod ephemeral;
mod function;
mod kind;
mod list;
mod provider;
mod query;
mod request;
mod requirement;
mod resource;
mod resource_parts;
mod rights;
mod rule;
mod schema_attribute;
mod source;
mod template;
mod timeouts;
mod verb;

pub use action::{Action, Goal};
pub use attr::{Attr, computed, fixed_id, optional, required, secret};
pub use data::{Mode, View, shown_type, visible};
pub use ephemeral::{Close, Ephemeral, Open, Response};
pub use function::{ArgumentError, Function, Parameter};
pub use kind::{Absent, Answers, Codec, Constant, Kind, Replaces, Role, Verbs};
pub use list::{Filter, Listing, Paging, Parent};
pub use provider::{Check, Credentials, Exchange, HTTP_ATTRIBUTES, Hints, Input, Provider, System};
pub use query::Query;
pub use request::{Request, RequestMethod};
pub use requirement::{Condition, Requirement};
pub use resource::Resource;
pub use rights::{Hiding, Rights, Roles};
pub use rule::{Rule, whole_range};
pub use schema_attribute::{SchemaAttribute, object_type, schema_attributes};
pub use source::{Children, Link, Target};
pub use template::names;
pub use timeouts::{INVOKE_TIMEOUT, TIMEOUTS, duration};
pub use verb::{Create, Destroy, Reads, Reset, Update, WriteMethod};
