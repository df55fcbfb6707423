//! The properties of an attribute, one method each, so that other modules do not depend on how `source` groups them.

use std::collections::BTreeMap;

use super::attr::Attr;
use super::kind::{Absent, Answers, Constant, Kind, Replaces, Verbs};
use super::rights::Rights;
use super::source::{
    Change, Children, Computed, Elements, Initial, Input, OrComputed, Presence, Refers, Secret, Sent, Source,
};
use crate::value::{Object, Value};

// Who sets the value. As in Terraform's schema, an attribute can be optional and computed.

impl Attr {
    const fn input(&self) -> Option<&Input> {
        match &self.source {
            Source::Input(input) => Some(input),
            Source::ClientOnly | Source::Computed(_) => None,
        }
    }

    const fn or_computed_terms(&self) -> Option<&OrComputed> {
        match &self.source {
            Source::Input(Input { presence: Presence::OrComputed(terms), .. }) => Some(terms),
            _ => None,
        }
    }

    const fn secret_terms(&self) -> Option<&Secret> {
        match &self.source {
            Source::Input(Input { presence: Presence::Secret(terms), .. }) => Some(terms),
            _ => None,
        }
    }

    pub const fn is_required(&self) -> bool {
        matches!(self.source, Source::Input(Input { presence: Presence::Required, .. }))
    }

    pub const fn is_optional(&self) -> bool {
        self.settable() && !self.is_required()
    }

    /// True if its value can come from the system.
    pub fn is_computed(&self) -> bool {
        !self.settable() || self.absent() != Absent::Null
    }

    /// True if it may be configured.
    pub const fn settable(&self) -> bool {
        !matches!(self.source, Source::Computed(_))
    }

    /// Its value if it is not configured.
    pub const fn absent(&self) -> Absent {
        match &self.source {
            Source::Input(Input { presence: Presence::OrEmpty, .. }) => Absent::Empty,
            Source::Input(Input { presence: Presence::Default(_), .. }) => Absent::Constant,
            Source::Input(Input { presence: Presence::OrComputed(_) | Presence::Secret(_), .. }) => Absent::Computed,
            _ => Absent::Null,
        }
    }

    /// True if changes made outside Terraform are no difference when it is not configured.
    pub fn is_left_alone(&self) -> bool {
        self.absent() == Absent::Computed && !self.is_required_on_create()
    }

    /// Its value if it is not configured, where that is a constant.
    pub const fn default_value(&self) -> Option<Constant> {
        match &self.source {
            Source::Input(Input { presence: Presence::Default(constant), .. }) => Some(*constant),
            _ => None,
        }
    }

    /// True if it keeps its value when it is removed from the configuration.
    pub fn is_kept_when_removed(&self) -> bool {
        self.is_fixed() || self.or_computed_terms().is_some_and(|terms| terms.kept_when_removed)
    }

    /// The text that it always is, which no request and no response contains.
    pub const fn fixed_text(&self) -> Option<&'static str> {
        match self.source {
            Source::Computed(Computed::Constant(text)) => Some(text),
            _ => None,
        }
    }

    /// True if a state of another provider contains it only if it was configured.
    pub fn is_stored_if_configured(&self) -> bool {
        self.is_secret() || self.or_computed_terms().is_some_and(|terms| terms.stored_if_configured)
    }

    /// What a create sends if it is not configured, as a function of the plan.
    pub fn initial(&self) -> Option<fn(&Object) -> Option<Value>> {
        match self.or_computed_terms()?.initial {
            Initial::Value(value) => Some(value),
            Initial::Nothing | Initial::Setting(_) => None,
        }
    }

    /// The attribute of the provider block that is its default.
    pub const fn default_setting(&self) -> Option<&'static str> {
        match self.or_computed_terms() {
            Some(OrComputed { initial: Initial::Setting(setting), .. }) => Some(setting),
            _ => None,
        }
    }
}

// Secrets.

impl Attr {
    /// True if it has a write-only argument and a version.
    pub const fn is_secret(&self) -> bool {
        self.secret_terms().is_some()
    }

    /// True if Terraform hides the value.
    pub const fn is_sensitive(&self) -> bool {
        self.sensitive || self.is_secret()
    }

    /// The name of the write-only argument of a secret.
    pub fn write_only_name(&self) -> String {
        [self.name, "_wo"].concat()
    }

    /// The name of the version of a write-only argument.
    pub fn version_name(&self) -> String {
        [self.name, "_wo_version"].concat()
    }

    /// True for a secret that an object cannot be created without.
    pub fn is_required_on_create(&self) -> bool {
        self.secret_terms().is_some_and(|terms| terms.required_on_create)
    }

    /// The attribute with the time at which the system last changed this secret.
    pub const fn stamp(&self) -> Option<&'static str> {
        match self.secret_terms() {
            Some(terms) => terms.stamp,
            None => None,
        }
    }
}

// Changes.

impl Attr {
    /// True for a part of the object's key.
    pub const fn is_key(&self) -> bool {
        self.key
    }

    /// Which changes replace the object; `None` if every change is an update.
    pub const fn replaces_on(&self) -> Option<Replaces> {
        match self.input() {
            Some(Input { change: Change::Replaces(when), .. }) => Some(*when),
            _ => None,
        }
    }

    /// True for a key whose change renames the object.
    pub const fn renames_object(&self) -> bool {
        matches!(self.input(), Some(Input { change: Change::Renames, .. }))
    }

    /// True if a change is refused at plan time.
    pub const fn is_fixed(&self) -> bool {
        self.instead_of_change().is_some()
    }

    /// What to use instead of a change that is refused.
    pub const fn instead_of_change(&self) -> Option<&'static str> {
        match self.input() {
            Some(Input { change: Change::Fixed(instead), .. }) => Some(instead),
            _ => None,
        }
    }

    /// The attributes that it follows: if it is not configured, a change of one of them makes it unknown.
    pub const fn followed(&self) -> &'static [&'static str] {
        match &self.source {
            Source::Input(Input { presence: Presence::OrComputed(terms), .. }) => terms.follows,
            Source::Computed(Computed::Follows(others)) => others,
            _ => &[],
        }
    }

    /// True if every write changes it.
    pub const fn is_volatile(&self) -> bool {
        matches!(self.source, Source::Computed(Computed::Volatile))
    }

    /// True if it refers to objects of the system.
    pub fn is_reference(&self) -> bool {
        self.input().is_some_and(|input| !matches!(input.refers, Refers::No))
    }

    /// The path below which the objects that it refers to are looked up before a write, if they are.
    pub fn looked_up_at(&self) -> Option<&'static str> {
        match self.input()?.refers {
            Refers::LookedUp(path) => Some(path),
            Refers::No | Refers::Checked => None,
        }
    }
}

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
