//! The second half of the properties of an attribute: its form in requests and responses, and the elements of collections.
//! It depends on `source`, so that other modules do not.

use std::collections::BTreeMap;

use super::attr::Attr;
use super::kind::{Absent, Answers, Kind, Verbs};
use super::rights::Rights;
use super::source::{Children, Computed, Elements, Input, Sent, Source};
use crate::value::{Object, Value};

// Requests.

impl Attr {
    /// The name in JSON, with dots for a nested one.
    pub fn wire_name(&self) -> &'static str {
        self.wire.unwrap_or(self.name)
    }

    /// True if it is never sent and never read.
    pub const fn is_client_only(&self) -> bool {
        matches!(self.source, Source::ClientOnly)
    }

    /// The header of the create that contains it, if no body does.
    pub const fn header_name(&self) -> Option<&'static str> {
        match self.input() {
            Some(Input { sent: Sent::Header(name), .. }) => Some(name),
            _ => None,
        }
    }

    /// True if an update of it needs a request with the whole object.
    pub const fn is_sent_with_whole(&self) -> bool {
        matches!(self.input(), Some(Input { sent: Sent::Body { by: Verbs::Whole, .. }, .. }))
    }

    /// True if every create sends it, even if it is empty.
    pub const fn is_always_sent(&self) -> bool {
        matches!(self.input(), Some(Input { sent: Sent::Body { even_empty: true, .. }, .. }))
    }
}

// Responses.

impl Attr {
    /// True if the resource has it, not only the data source.
    pub const fn is_managed(&self) -> bool {
        !matches!(self.source, Source::Computed(Computed::DataSourceOnly))
    }

    /// True if only the response of the create shows it.
    pub const fn is_shown_once(&self) -> bool {
        matches!(self.source, Source::Computed(Computed::Once))
    }

    /// True if lists show it correctly.
    pub const fn is_in_list(&self) -> bool {
        self.shown.in_list
    }

    /// False if no response shows it. Then it is assumed to be what was sent.
    pub const fn is_readable(&self) -> bool {
        !matches!(self.input(), Some(Input { answers: Answers::Never, .. }))
    }

    /// Which responses show it.
    pub fn answers(&self) -> Answers {
        self.input().map_or(Answers::AsRead, |input| input.answers)
    }

    /// The least rights of a key that it is shown to.
    pub const fn least_rights(&self) -> Rights {
        self.shown.to
    }
}

// Collections and empty values.

impl Attr {
    /// True if an element of the collection is identified by its position.
    pub const fn is_ordered(&self) -> bool {
        !(self.is_unordered_list() || matches!(self.kind, Kind::Set(_)))
    }

    /// True for a list whose order has no meaning.
    pub const fn is_unordered_list(&self) -> bool {
        matches!(self.elements, Elements::Unordered)
    }

    /// The objects of another table that are configured in it.
    pub const fn child_objects(&self) -> Option<&Children> {
        match &self.elements {
            Elements::Children(children) => Some(children),
            _ => None,
        }
    }

    /// The path template of an element, for a set whose elements are managed one by one.
    pub const fn element_path(&self) -> Option<&'static str> {
        match self.elements {
            Elements::Partial(path) => Some(path),
            _ => None,
        }
    }

    /// True if the system may add elements or entries.
    pub fn has_server_defaults(&self) -> bool {
        self.input().is_some_and(|input| input.server_defaults.is_some())
    }

    /// What the system adds for this object.
    pub fn added_by_server(&self, object: &Object) -> Option<Value> {
        self.input()?.server_defaults.map(|defaults| defaults(object))
    }

    /// True if null, `""`, `[]` and `{}` mean the same.
    pub fn ignores_emptiness(&self) -> bool {
        self.is_computed() && self.default_value().is_none()
    }

    /// The value that a state has if the system has none and no plan of this provider has set one. Terraform allows a plan
    /// to keep the prior value of a configured attribute only if neither is null, so this is the empty value, which also
    /// suits an attribute that is not configured. It is null if the empty value cannot be configured, or if no response
    /// shows whether the system has a value.
    pub fn empty_value(&self) -> Value {
        let configurable = self.absent() != Absent::Null && self.is_readable() && !self.is_required_on_create();
        if let Some(constant) = self.default_value() {
            return constant.value();
        }
        if !configurable || !self.rules.iter().all(|rule| rule.accepts_text("")) {
            return Value::Null;
        }
        self.unread_value()
    }

    /// The value that a state has if the system's was never read. A plan must be able to keep it beside any configured
    /// value, so it is empty whatever the rules say.
    pub fn unread_value(&self) -> Value {
        if self.absent() == Absent::Null {
            return Value::Null;
        }
        match self.kind {
            Kind::Str => Value::String(String::new()),
            Kind::List(_) => Value::List(Vec::new()),
            Kind::Set(_) => Value::Set(Vec::new()),
            Kind::Map(_) => Value::Map(BTreeMap::new()),
            Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64 | Kind::Object(_) => Value::Null,
        }
    }

    /// True if an empty value means the system's default, because that depends on other attributes.
    pub fn empty_is_default(&self) -> bool {
        self.or_computed_terms().is_some_and(|terms| !terms.follows.is_empty())
    }
}
