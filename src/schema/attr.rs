//! One attribute, named once: its type, presence, meaning when absent, place on the wire and constraints. The words that
//! a table says them in are `builder`'s.

use std::collections::BTreeMap;

use super::kind::{Absent, Codec, Kind, Presence, Replaces, Verbs, WriteAnswer};
use super::resource::Resource;
use super::rights::Rights;
use super::rule::Rule;
use crate::value::{Object, Value};

/// Objects of another table that are configured inside this one, a map by their key.
#[derive(Clone, Copy)]
pub struct Children {
    pub table: &'static Resource,
    /// The child's attribute that names its parent.
    pub link: &'static str,
    /// An attribute that the child's own create demands although it may be absent, and a value that means nothing: it
    /// is sent by the create and taken back by an update.
    pub stand_in: Option<(&'static str, &'static str)>,
}

/// One entry of a table.
pub struct Attr {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
    pub presence: Presence,
    pub absent: Absent,
    pub codec: Codec,
    pub rules: &'static [Rule],
    pub sent_by: Verbs,
    /// Name on the wire, dotted for a nested place; the attribute's own name when `None`.
    pub wire: Option<&'static str>,
    pub sensitive: bool,
    pub secret: bool,
    pub key: bool,
    pub replaces: Replaces,
    pub fixed: Option<&'static str>,
    pub unordered: bool,
    pub volatile: bool,
    /// It names objects that the system must have.
    pub refers: bool,
    pub once: bool,
    /// Shown by the data source only: it changes without anybody's doing, or costs too much to watch.
    pub managed: bool,
    /// A state that this provider has not written holds it only where it was configured.
    pub stored_if_configured: bool,
    /// Whether an entry of a list answer shows it truly.
    pub in_list: bool,
    /// Whether any answer shows it: one that none shows is believed to be as it was written.
    pub readable: bool,
    /// How far the answer of a write shows it, where the table says that it shows the object.
    pub write_answer: WriteAnswer,
    /// The least rights of a key that answers show it to; to others they show nothing in its place.
    pub shown_to: Rights,
    /// The header that carries it, in place of the body.
    pub header: Option<&'static str>,
    /// Kept by the host alone: never sent, never read.
    pub client_only: bool,
    /// The setting of the provider that stands in for it on an object that has none.
    pub default_from: Option<&'static str>,
    /// Sent by every create, empty when it is absent: the system demands it.
    pub always: bool,
    /// A secret that a create must give, by whichever twin.
    pub required_on_create: bool,
    pub children: Option<Children>,
    /// Only the elements that the configuration names are managed, each written at this path; others in the same set
    /// are left alone. An element is known by its nested key.
    pub partial: Option<&'static str>,
    pub follows: &'static [&'static str],
    /// First version of the system that knows it.
    pub since: Option<&'static str>,
    pub deprecated: Option<&'static str>,
    /// What is sent when the configuration leaves it out, as far as the rest of the plan tells.
    pub initial: Option<fn(&Object) -> Option<Value>>,
    /// Elements or entries that the system adds by itself; they are no difference and are sent along.
    pub server_defaults: Option<fn(&Object) -> Value>,
    /// The attribute that tells when the system's copy of this secret was last changed.
    pub stamp: Option<&'static str>,
}

const fn attr(name: &'static str, kind: Kind, presence: Presence, doc: &'static str) -> Attr {
    assert!(!doc.is_empty(), "an attribute needs a documentation");
    Attr {
        name,
        kind,
        doc,
        presence,
        absent: Absent::Null,
        codec: Codec::Plain,
        rules: &[],
        sent_by: Verbs::Every,
        wire: None,
        sensitive: false,
        secret: false,
        key: false,
        replaces: Replaces::Never,
        fixed: None,
        unordered: false,
        volatile: false,
        refers: false,
        once: false,
        managed: true,
        stored_if_configured: false,
        in_list: true,
        readable: true,
        write_answer: WriteAnswer::AsRead,
        shown_to: Rights::Standard,
        header: None,
        client_only: false,
        default_from: None,
        always: false,
        required_on_create: false,
        children: None,
        partial: None,
        follows: &[],
        since: None,
        deprecated: None,
        initial: None,
        server_defaults: None,
        stamp: None,
    }
}

/// An attribute that every configuration gives.
pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Presence::Required, doc)
}

/// An attribute that a configuration may give; absent means null unless a word says otherwise.
pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Presence::Optional, doc)
}

/// An attribute that only the system gives.
pub const fn computed(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Presence::Computed, doc)
}

/// A secret input. Yields X (sensitive, in state), `X_wo` (write-only, never in state) and `X_wo_version` (text, whose
/// change sends `X_wo` again). Of a single value one of the two may be configured; a map may be divided between them by its
/// keys. Never configured, it is left alone and kept out of state.
pub const fn secret(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    let mut attr = attr(name, kind, Presence::Optional, doc);
    attr.absent = Absent::Computed;
    attr.sensitive = true;
    attr.secret = true;
    attr
}

impl Attr {
    /// The name on the wire, dotted for a nested place.
    pub fn wire_name(&self) -> &'static str {
        self.wire.unwrap_or(self.name)
    }

    pub fn settable(&self) -> bool {
        self.presence != Presence::Computed
    }

    /// The name of the write-only twin of a secret.
    pub fn write_only_name(&self) -> String {
        format!("{}_wo", self.name)
    }

    /// The name of the version that sends a write-only secret again.
    pub fn version_name(&self) -> String {
        format!("{}_wo_version", self.name)
    }

    /// True when a change that somebody else makes of it is no difference where the configuration does not name it.
    pub fn is_left_alone(&self) -> bool {
        self.absent == Absent::Computed && !self.required_on_create
    }

    /// True when the place of an element in a collection means something: then it is its address.
    pub fn is_ordered(&self) -> bool {
        !(self.unordered || matches!(self.kind, Kind::Set(_)))
    }

    /// True when the system keeps null, `""`, `[]` and `{}` not apart for this attribute.
    pub fn ignores_emptiness(&self) -> bool {
        self.absent != Absent::Null || !self.settable()
    }

    /// How a state spells that there is nothing, where no plan of this provider has chosen a spelling. Terraform lets a
    /// plan keep a prior value beside a configured one only if neither is null: the empty value suits an absent
    /// configuration and an empty one alike. Null where no configuration can say the empty value, or no answer shows
    /// whether there is nothing.
    pub fn empty_value(&self) -> Value {
        let sayable = self.settable() && self.absent != Absent::Null && self.readable && !self.required_on_create;
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
        self.absent == Absent::Computed && !self.follows.is_empty()
    }
}
