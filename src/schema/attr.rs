//! One attribute, named once: its type, presence, meaning when absent, place on the wire and constraints. The
//! builder refuses contradictions while it compiles, at the line that holds them.

use super::resource::Resource;
use super::rule::Rule;
use crate::value::{Object, Type, Value};

/// The kind of an attribute's value.
#[derive(Clone, Copy)]
pub enum Kind {
    Str,
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Num,
    List(&'static Kind),
    Set(&'static Kind),
    Map(&'static Kind),
    /// Nested attributes, each planned by itself.
    Object(&'static [Attr]),
}

impl Kind {
    /// The Terraform type of a value of this kind.
    pub fn ty(&self) -> Type {
        match self {
            Kind::Str => Type::String,
            Kind::Bool => Type::Bool,
            Kind::Int | Kind::Num => Type::Number,
            Kind::List(of) => Type::list(of.ty()),
            Kind::Set(of) => Type::set(of.ty()),
            Kind::Map(of) => Type::map(of.ty()),
            Kind::Object(attrs) => super::object_type(attrs),
        }
    }

    /// The nested attributes, when the kind is an object or a collection of objects.
    pub fn nested(&self) -> Option<&'static [Attr]> {
        match self {
            Kind::Object(attrs) => Some(attrs),
            Kind::List(of) | Kind::Set(of) | Kind::Map(of) => match of {
                Kind::Object(attrs) => Some(attrs),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Who gives the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    Required,
    Optional,
    Computed,
}

/// What it means that the configuration does not name an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absent {
    /// It is null.
    Null,
    /// What the gateway has is left alone; taking the attribute out of the configuration returns it to the default.
    Computed,
    /// It is empty; what somebody puts there is drift, shown and removed.
    Empty,
}

/// How a value is spelt on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    Plain,
    /// Each string, or each value of a map, is base64 of what a person writes.
    Base64,
}

/// The requests that carry an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verbs {
    Every,
    /// Only a request that sends the whole object: an update of this attribute needs one.
    Whole,
    /// Only the request that creates the object.
    Create,
}

/// Which of the attributes that one entry yields: a `secret` yields three.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Plain,
    WriteOnly,
    Version,
}

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
    pub replaces: bool,
    pub fixed: Option<&'static str>,
    pub unordered: bool,
    pub volatile: bool,
    pub once: bool,
    /// Shown by the data source only: it changes without anybody's doing, or costs too much to watch.
    pub watched: bool,
    /// Whether an entry of a list answer shows it truly.
    pub listed: bool,
    /// Sent by every create, empty when it is absent: the system demands it.
    pub always: bool,
    /// A secret that a create must give, by whichever twin.
    pub needed: bool,
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
    pub tolerates: Option<fn(&Object) -> Value>,
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
        replaces: false,
        fixed: None,
        unordered: false,
        volatile: false,
        once: false,
        watched: true,
        listed: true,
        always: false,
        needed: false,
        children: None,
        partial: None,
        follows: &[],
        since: None,
        deprecated: None,
        initial: None,
        tolerates: None,
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

/// A secret input. Yields X (sensitive, in state), `X_wo` (write-only, never in state) and `X_wo_version` (whose
/// change sends `X_wo` again); at most one of X and `X_wo` may be configured. Never configured, it is left alone and
/// kept out of state.
pub const fn secret(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    let mut attr = attr(name, kind, Presence::Optional, doc);
    attr.absent = Absent::Computed;
    attr.sensitive = true;
    attr.secret = true;
    attr
}

impl Attr {
    const fn must_be_settable(&self, word: &'static str) {
        assert!(!matches!(self.presence, Presence::Computed), "{}", word);
    }

    /// Leave alone what the system has when the configuration does not name it.
    pub const fn or_computed(mut self) -> Attr {
        assert!(matches!(self.presence, Presence::Optional), "or_computed() is for optional attributes");
        self.absent = Absent::Computed;
        self
    }

    /// Empty when the configuration does not name it: what somebody else puts there is removed.
    pub const fn or_empty(mut self) -> Attr {
        assert!(matches!(self.presence, Presence::Optional), "or_empty() is for optional attributes");
        assert!(!matches!(self.kind, Kind::Bool | Kind::Int | Kind::Num), "a number or bool has no empty value");
        self.absent = Absent::Empty;
        self
    }

    /// The order of the elements means nothing: another order is no difference.
    pub const fn unordered(mut self) -> Attr {
        assert!(matches!(self.kind, Kind::List(_)), "unordered() is for lists; a set is unordered by itself");
        self.unordered = true;
        self
    }

    /// The object's key: what its path and its import id are made of.
    pub const fn key(mut self) -> Attr {
        assert!(!matches!(self.presence, Presence::Optional), "a key is required, or computed by the system");
        self.key = true;
        self
    }

    /// A change destroys the object and creates another.
    pub const fn replaces(mut self) -> Attr {
        self.must_be_settable("replaces() is for attributes that a configuration can change");
        assert!(self.fixed.is_none(), "replaces() and fixed() contradict each other");
        self.replaces = true;
        self
    }

    /// A change is refused at plan time; `instead` says what to use for it.
    pub const fn fixed(mut self, instead: &'static str) -> Attr {
        self.must_be_settable("fixed() is for attributes that a configuration can change");
        assert!(!self.replaces, "replaces() and fixed() contradict each other");
        self.fixed = Some(instead);
        self
    }

    /// Unset, it becomes unknown (and returns to its default) when one of these changes.
    pub const fn follows(mut self, others: &'static [&'static str]) -> Attr {
        assert!(!matches!(self.presence, Presence::Required), "a required attribute follows nothing");
        self.follows = others;
        self
    }

    /// Changes with every write.
    pub const fn volatile(mut self) -> Attr {
        assert!(matches!(self.presence, Presence::Computed), "volatile() is for computed attributes");
        self.volatile = true;
        self
    }

    /// Shown in the create's answer only; kept over refresh, null after import.
    pub const fn once(mut self) -> Attr {
        assert!(matches!(self.presence, Presence::Computed), "once() is for computed attributes");
        self.once = true;
        self
    }

    /// Only the data source shows it.
    pub const fn data_source_only(mut self) -> Attr {
        assert!(matches!(self.presence, Presence::Computed), "data_source_only() is for computed attributes");
        self.watched = false;
        self
    }

    /// List answers do not show it, or not truly.
    pub const fn unlisted(mut self) -> Attr {
        self.listed = false;
        self
    }

    /// The system demands it even when it is empty.
    pub const fn always_sent(mut self) -> Attr {
        self.must_be_settable("a computed attribute is not sent");
        self.always = true;
        self
    }

    pub const fn sensitive(mut self) -> Attr {
        self.sensitive = true;
        self
    }

    pub const fn codec(mut self, codec: Codec) -> Attr {
        self.codec = codec;
        self
    }

    pub const fn wire(mut self, name: &'static str) -> Attr {
        self.wire = Some(name);
        self
    }

    pub const fn sent_by(mut self, verbs: Verbs) -> Attr {
        self.must_be_settable("a computed attribute is not sent");
        self.sent_by = verbs;
        self
    }

    pub const fn since(mut self, version: &'static str) -> Attr {
        self.since = Some(version);
        self
    }

    /// Rules of a configured value; of a computed key, they hold for what an import or a look-up gives.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Attr {
        assert!(self.key || !matches!(self.presence, Presence::Computed), "rules are for values that a user gives");
        self.rules = rules;
        self
    }

    pub const fn deprecated(mut self, instead: &'static str) -> Attr {
        self.deprecated = Some(instead);
        self
    }

    /// What to send when the configuration leaves it out: the system demands a value.
    pub const fn initially(mut self, value: fn(&Object) -> Option<Value>) -> Attr {
        assert!(matches!(self.absent, Absent::Computed), "initially() needs or_computed()");
        self.initial = Some(value);
        self
    }

    /// What the system adds by itself, told from the object: no difference, and sent along.
    pub const fn tolerates(mut self, extras: fn(&Object) -> Value) -> Attr {
        self.tolerates = Some(extras);
        self
    }

    /// Each entry of the map is an object of its own, with the map's key as its name.
    pub const fn children(mut self, children: Children) -> Attr {
        assert!(matches!(self.kind, Kind::Map(_)), "children() is for maps of nested attributes");
        self.children = Some(children);
        self
    }

    /// Manages the named elements of a set only, each with a PUT or DELETE of its own. In the path `{name}` stands for
    /// the element's key, or for an attribute of the object.
    pub const fn partial(mut self, path: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Set(Kind::Object(_))), "partial() is for sets of nested attributes");
        assert!(matches!(self.absent, Absent::Computed), "partial() needs or_computed(): unnamed is left alone");
        self.partial = Some(path);
        self
    }

    /// A create must give this secret, by whichever twin.
    pub const fn needed(mut self) -> Attr {
        assert!(self.secret, "needed() is for secrets; other attributes are required()");
        self.needed = true;
        self
    }

    /// The computed attribute that tells when the system's copy of this secret was changed.
    pub const fn stamped_by(mut self, stamp: &'static str) -> Attr {
        assert!(self.secret, "stamped_by() is for secrets");
        self.stamp = Some(stamp);
        self
    }

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

    /// True when the system keeps null, `""`, `[]` and `{}` not apart for this attribute.
    pub fn ignores_emptiness(&self) -> bool {
        self.absent != Absent::Null || !self.settable()
    }

    /// True when an empty value asks for the system's default, which depends on other attributes: it means "absent".
    pub fn empty_is_default(&self) -> bool {
        self.absent == Absent::Computed && !self.follows.is_empty()
    }
}
