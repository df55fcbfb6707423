//! What an attribute is, as questions with one answer each. How a table's answers are kept is `source`'s own.

use std::collections::BTreeMap;

use super::attr::Attr;
use super::kind::{Absent, Answers, Kind, Replaces, Verbs};
use super::rights::Rights;
use super::source::{Change, Children, Computed, Elements, Initial, Input, OrComputed, Presence, Secret, Sent, Source};
use crate::value::{Object, Value};

// Who gives the value. As in Terraform's schema, an attribute can be optional and computed.

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

    /// True when the system may give the value.
    pub fn is_computed(&self) -> bool {
        !self.settable() || self.absent() != Absent::Null
    }

    /// True when a configuration may give the value.
    pub const fn settable(&self) -> bool {
        !matches!(self.source, Source::Computed(_))
    }

    /// What it means that the configuration leaves out an attribute that it may give.
    pub const fn absent(&self) -> Absent {
        match &self.source {
            Source::Input(Input { presence: Presence::OrEmpty, .. }) => Absent::Empty,
            Source::Input(Input { presence: Presence::OrComputed(_) | Presence::Secret(_), .. }) => Absent::Computed,
            _ => Absent::Null,
        }
    }

    /// True when a change that is made outside Terraform is no difference where the configuration leaves it out.
    pub fn is_left_alone(&self) -> bool {
        self.absent() == Absent::Computed && !self.is_required_on_create()
    }

    /// True when a state that this provider has not written holds it only where it was configured.
    pub fn is_stored_if_configured(&self) -> bool {
        self.is_secret() || self.or_computed_terms().is_some_and(|terms| terms.stored_if_configured)
    }

    /// What a create sends when the configuration leaves it out, from the rest of the plan.
    pub fn initial(&self) -> Option<fn(&Object) -> Option<Value>> {
        match self.or_computed_terms()?.initial {
            Initial::Value(value) => Some(value),
            Initial::Nothing | Initial::Setting(_) => None,
        }
    }

    /// The setting of the provider that stands in for it on an object that has none.
    pub const fn default_setting(&self) -> Option<&'static str> {
        match self.or_computed_terms() {
            Some(OrComputed { initial: Initial::Setting(setting), .. }) => Some(setting),
            _ => None,
        }
    }
}

// Secrets.

impl Attr {
    /// True for a secret input, which has a write-only twin and a version.
    pub const fn is_secret(&self) -> bool {
        self.secret_terms().is_some()
    }

    /// True when Terraform hides the value.
    pub const fn is_sensitive(&self) -> bool {
        self.sensitive || self.is_secret()
    }

    /// The name of the write-only twin of a secret.
    pub fn write_only_name(&self) -> String {
        format!("{}_wo", self.name)
    }

    /// The name of the version that sends a write-only secret again.
    pub fn version_name(&self) -> String {
        format!("{}_wo_version", self.name)
    }

    /// True for a secret that a create must give, by whichever twin.
    pub fn is_required_on_create(&self) -> bool {
        self.secret_terms().is_some_and(|terms| terms.required_on_create)
    }

    /// The attribute that shows when the system's copy of this secret was last changed.
    pub const fn stamp(&self) -> Option<&'static str> {
        match self.secret_terms() {
            Some(terms) => terms.stamp,
            None => None,
        }
    }
}

// Changes.

impl Attr {
    /// True for a part of what identifies the object.
    pub const fn is_key(&self) -> bool {
        self.key
    }

    /// Which changes destroy the object and create another; none when every change is an update.
    pub const fn replaces_on(&self) -> Option<Replaces> {
        match self.input() {
            Some(Input { change: Change::Replaces(when), .. }) => Some(*when),
            _ => None,
        }
    }

    /// True when a change is refused at plan time.
    pub const fn is_fixed(&self) -> bool {
        self.instead_of_change().is_some()
    }

    /// What to use instead of changing what is fixed.
    pub const fn instead_of_change(&self) -> Option<&'static str> {
        match self.input() {
            Some(Input { change: Change::Fixed(instead), .. }) => Some(instead),
            _ => None,
        }
    }

    /// The attributes that it follows: a change of one makes it unknown where the configuration leaves it out.
    pub const fn followed(&self) -> &'static [&'static str] {
        match &self.source {
            Source::Input(Input { presence: Presence::OrComputed(terms), .. }) => terms.follows,
            Source::Computed(Computed::Follows(others)) => others,
            _ => &[],
        }
    }

    /// True when every write changes it.
    pub const fn is_volatile(&self) -> bool {
        matches!(self.source, Source::Computed(Computed::Volatile))
    }

    /// True when it names objects that the system must have.
    pub fn is_reference(&self) -> bool {
        self.input().is_some_and(|input| input.refers)
    }
}

// Requests.

impl Attr {
    /// The name in JSON, dotted for a nested place.
    pub fn wire_name(&self) -> &'static str {
        self.wire.unwrap_or(self.name)
    }

    /// True when only this side uses it: it is never sent and never read.
    pub const fn is_client_only(&self) -> bool {
        matches!(self.source, Source::ClientOnly)
    }

    /// The header that carries it, in place of a body; only a create does.
    pub const fn header_name(&self) -> Option<&'static str> {
        match self.input() {
            Some(Input { sent: Sent::Header(name), .. }) => Some(name),
            _ => None,
        }
    }

    /// True when an update of it takes a request that sends the whole object.
    pub const fn is_sent_with_whole(&self) -> bool {
        matches!(self.input(), Some(Input { sent: Sent::Body { by: Verbs::Whole, .. }, .. }))
    }

    /// True when every create sends it, empty when it is absent: the system demands it.
    pub const fn is_always_sent(&self) -> bool {
        matches!(self.input(), Some(Input { sent: Sent::Body { even_empty: true, .. }, .. }))
    }
}

// Answers.

impl Attr {
    /// True when the resource has it, not only the data source.
    pub const fn is_managed(&self) -> bool {
        !matches!(self.source, Source::Computed(Computed::DataSourceOnly))
    }

    /// True when the answer of the create alone shows it.
    pub const fn is_shown_once(&self) -> bool {
        matches!(self.source, Source::Computed(Computed::Once))
    }

    /// True when an entry of a list shows it truly.
    pub const fn is_in_list(&self) -> bool {
        self.shown.in_list
    }

    /// False for what no answer shows: it is taken to be as it was written.
    pub const fn is_readable(&self) -> bool {
        !matches!(self.input(), Some(Input { answers: Answers::Never, .. }))
    }

    /// How far answers show it.
    pub fn answers(&self) -> Answers {
        self.input().map_or(Answers::AsRead, |input| input.answers)
    }

    /// The least rights of a key that answers show it to.
    pub const fn readable_with(&self) -> Rights {
        self.shown.to
    }
}

// Collections and empty values.

impl Attr {
    /// True when the place of an element in a collection means something: then it is its address.
    pub const fn is_ordered(&self) -> bool {
        !(self.is_unordered_list() || matches!(self.kind, Kind::Set(_)))
    }

    /// True for a list whose order means nothing.
    pub const fn is_unordered_list(&self) -> bool {
        matches!(self.elements, Elements::Unordered)
    }

    /// The objects of another table that are configured here.
    pub const fn child_objects(&self) -> Option<&Children> {
        match &self.elements {
            Elements::Children(children) => Some(children),
            _ => None,
        }
    }

    /// The path of one element of a set of which only the configured elements are managed.
    pub const fn element_path(&self) -> Option<&'static str> {
        match self.elements {
            Elements::Partial(path) => Some(path),
            _ => None,
        }
    }

    /// True when the system may add elements or entries by itself.
    pub fn has_server_defaults(&self) -> bool {
        self.input().is_some_and(|input| input.server_defaults.is_some())
    }

    /// What the system adds by itself, for this object.
    pub fn added_by_server(&self, object: &Object) -> Option<Value> {
        self.input()?.server_defaults.map(|defaults| defaults(object))
    }

    /// True when the system does not distinguish null, `""`, `[]` and `{}` for this attribute.
    pub fn ignores_emptiness(&self) -> bool {
        self.is_computed()
    }

    /// How a state writes that there is nothing, where no plan of this provider has chosen a form. Terraform lets a plan
    /// keep a prior value beside a configured one only if neither is null: the empty value suits an absent configuration
    /// and an empty one alike. Null where no configuration can say the empty value, or no answer shows whether there is
    /// nothing.
    pub fn empty_value(&self) -> Value {
        let sayable = self.absent() != Absent::Null && self.is_readable() && !self.is_required_on_create();
        if !sayable || !self.rules.iter().all(|rule| rule.accepts_text("")) {
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

    /// True when an empty value asks for the system's default, which depends on other attributes: it means "absent".
    pub fn empty_is_default(&self) -> bool {
        self.or_computed_terms().is_some_and(|terms| !terms.follows.is_empty())
    }
}
