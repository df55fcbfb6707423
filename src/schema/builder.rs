//! The methods with which a table describes an attribute. A contradiction that the types do not exclude fails to compile, at
//! the line of the table that contains it.
#![expect(clippy::panic, reason = "the tables are constants: a panic is a compile error")]

use super::attr::Attr;
use super::check::has;
use super::kind::{Absent, Answers, Codec, Kind, Replaces, Verbs};
use super::rights::Rights;
use super::rule::Rule;
use super::source::{Change, Children, Computed, Elements, Initial, Input, OrComputed, Presence, Secret, Sent, Source};
use crate::value::{Object, Value};

impl Attr {
    const fn input_mut(&mut self, otherwise: &'static str) -> &mut Input {
        match &mut self.source {
            Source::Input(input) => input,
            Source::ClientOnly | Source::Computed(_) => panic!("{}", otherwise),
        }
    }

    const fn presence(mut self, presence: Presence, otherwise: &'static str) -> Attr {
        let input = self.input_mut(otherwise);
        assert!(matches!(input.presence, Presence::Optional), "{}", otherwise);
        input.presence = presence;
        self
    }

    const fn or_computed_mut(&mut self, otherwise: &'static str) -> &mut OrComputed {
        match &mut self.source {
            Source::Input(Input { presence: Presence::OrComputed(terms), .. }) => terms,
            _ => panic!("{}", otherwise),
        }
    }

    const fn secret_mut(&mut self, otherwise: &'static str) -> &mut Secret {
        match &mut self.source {
            Source::Input(Input { presence: Presence::Secret(terms), .. }) => terms,
            _ => panic!("{}", otherwise),
        }
    }

    const fn computed(mut self, computed: Computed, otherwise: &'static str) -> Attr {
        assert!(matches!(self.source, Source::Computed(Computed::Follows(&[]))), "{}", otherwise);
        self.source = Source::Computed(computed);
        self
    }

    const fn change(mut self, change: Change) -> Attr {
        let input = self.input_mut("replaces() and fixed() are for attributes that a configuration can change");
        assert!(matches!(input.change, Change::InPlace), "replaces() and fixed() contradict each other");
        input.change = change;
        self
    }

    const fn answer(mut self, answers: Answers) -> Attr {
        let input = self.input_mut("echoed(), merged() and not_readable() are for attributes that are sent");
        assert!(
            matches!(input.answers, Answers::AsRead),
            "echoed(), merged() and not_readable() contradict each other"
        );
        input.answers = answers;
        self
    }
}

// Who sets the value.

impl Attr {
    /// If it is not configured, the value at the system is left alone.
    pub const fn or_computed(self) -> Attr {
        let terms = OrComputed { initial: Initial::Nothing, follows: &[], stored_if_configured: false };
        self.presence(Presence::OrComputed(terms), "or_computed() is for optional attributes")
    }

    /// If it is not configured, it is empty: another value at the system is removed.
    pub const fn or_empty(self) -> Attr {
        assert!(
            !matches!(self.kind, Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64),
            "a number or bool has no empty value"
        );
        self.presence(Presence::OrEmpty, "or_empty() is for optional attributes")
    }

    /// It is never sent and never read, such as the timeouts of operations.
    pub(super) const fn client_only(mut self) -> Attr {
        assert!(
            matches!(self.source, Source::Input(Input { presence: Presence::Optional, .. })),
            "client_only() is for optional attributes"
        );
        self.source = Source::ClientOnly;
        self
    }

    /// What is sent if it is not configured, because the system requires a value.
    pub const fn initially(mut self, value: fn(&Object) -> Option<Value>) -> Attr {
        self.or_computed_mut("initially() needs or_computed()").initial = Initial::Value(value);
        self
    }

    /// If it is not configured, an object without a value gets that of the provider block. An object needs one of them.
    pub const fn default_from(mut self, setting: &'static str) -> Attr {
        self.or_computed_mut("default_from() needs or_computed()").initial = Initial::Setting(setting);
        self
    }

    /// Providers whose states this one takes over stored it only if it was configured, like secrets.
    pub const fn stored_if_configured(mut self) -> Attr {
        self.or_computed_mut("stored_if_configured() needs or_computed()").stored_if_configured = true;
        self
    }

    /// An object cannot be created without this secret, whether it is write-only or not.
    pub const fn required_on_create(mut self) -> Attr {
        let terms = self.secret_mut("required_on_create() is for secrets; other attributes are required()");
        terms.required_on_create = true;
        self
    }

    /// The computed attribute with the time at which the system last changed this secret.
    pub const fn stamped_by(mut self, stamp: &'static str) -> Attr {
        self.secret_mut("stamped_by() is for secrets").stamp = Some(stamp);
        self
    }

    pub const fn sensitive(mut self) -> Attr {
        self.sensitive = true;
        self
    }
}

// Constraints.

impl Attr {
    /// Rules for a configured value; for a computed key, they apply to an import or a lookup.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Attr {
        assert!(self.key || self.settable(), "rules are for values that a user sets");
        self.rules = rules;
        self
    }

    pub const fn since(mut self, version: &'static str) -> Attr {
        self.since = Some(version);
        self
    }

    pub const fn deprecated(mut self, instead: &'static str) -> Attr {
        self.deprecated = Some(instead);
        self
    }

    /// It refers to objects of the system, which refuses unknown ones.
    pub const fn refers(mut self) -> Attr {
        self.input_mut("only a configured value can refer to an unknown object").refers = true;
        self
    }
}

// Changes.

impl Attr {
    /// A part of the object's key, and so of its path and its import ID.
    pub const fn key(mut self) -> Attr {
        assert!(!self.is_optional(), "a key is required, or computed by the system");
        self.key = true;
        self
    }

    /// A change replaces the object.
    pub const fn replaces(self) -> Attr {
        self.change(Change::Replaces(Replaces::Always))
    }

    /// A change of an existing value replaces the object.
    pub const fn replaces_once_set(self) -> Attr {
        self.change(Change::Replaces(Replaces::OnceSet))
    }

    /// Removing the value replaces the object, since the system can only change it.
    pub const fn replaces_on_removal(self) -> Attr {
        assert!(
            matches!(self.absent(), Absent::Null),
            "replaces_on_removal() is for attributes that are null when they are not configured"
        );
        self.change(Change::Replaces(Replaces::OnRemoval))
    }

    /// A change is refused at plan time; `instead` says what to use for that.
    pub const fn fixed(self, instead: &'static str) -> Attr {
        self.change(Change::Fixed(instead))
    }

    /// If it is not configured, it becomes unknown, or returns to its default, when one of these changes.
    pub const fn follows(mut self, others: &'static [&'static str]) -> Attr {
        match &mut self.source {
            Source::Input(Input { presence: Presence::OrComputed(terms), .. }) => terms.follows = others,
            Source::Computed(Computed::Follows(follows)) => *follows = others,
            _ => panic!("follows() is for computed() and or_computed() attributes of the state"),
        }
        self
    }

    /// Every write changes it.
    pub const fn volatile(self) -> Attr {
        self.computed(Computed::Volatile, "volatile() is for computed attributes that follow nothing else")
    }
}

// Requests.

impl Attr {
    /// Its name in JSON, with dots for a nested one.
    pub const fn wire(mut self, name: &'static str) -> Attr {
        self.wire = Some(name);
        self
    }

    pub const fn codec(mut self, codec: Codec) -> Attr {
        self.codec = codec;
        self
    }

    /// It is sent as a header, not in a body, and only by a create.
    pub const fn header(mut self, name: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Str), "a header is a string");
        let input = self.input_mut("only what is configured is sent");
        let in_body = matches!(input.sent, Sent::Body { by: Verbs::Every, even_empty: false });
        assert!(in_body, "header() contradicts sent_by() and always_sent()");
        input.sent = Sent::Header(name);
        self
    }

    pub const fn sent_by(mut self, verbs: Verbs) -> Attr {
        match &mut self.input_mut("only what is configured is sent").sent {
            Sent::Body { by, .. } => *by = verbs,
            Sent::Header(_) => panic!("sent_by() and always_sent() contradict header()"),
        }
        self
    }

    /// Every create sends it, even if it is empty, because the system requires it.
    pub const fn always_sent(mut self) -> Attr {
        match &mut self.input_mut("only what is configured is sent").sent {
            Sent::Body { even_empty, .. } => *even_empty = true,
            Sent::Header(_) => panic!("sent_by() and always_sent() contradict header()"),
        }
        self
    }
}

// Responses.

impl Attr {
    /// Only the response of the create shows it. A refresh keeps it; after an import it is null.
    pub const fn once(self) -> Attr {
        self.computed(Computed::Once, "once() is for computed attributes that follow nothing else")
    }

    /// Only the data source has it.
    pub const fn data_source_only(self) -> Attr {
        let otherwise = "data_source_only() is for computed attributes that follow nothing else";
        self.computed(Computed::DataSourceOnly, otherwise)
    }

    /// Lists do not show it, or not correctly.
    pub const fn not_in_list(mut self) -> Attr {
        self.shown.in_list = false;
        self
    }

    /// No response shows it.
    pub const fn not_readable(self) -> Attr {
        self.answer(Answers::Never)
    }

    /// The response of a write repeats what was sent, so a write that changes it is followed by a read.
    pub const fn echoed(self) -> Attr {
        self.answer(Answers::Echoed)
    }

    /// The response of a write shows it together with what a related object adds.
    pub const fn merged(self) -> Attr {
        self.answer(Answers::Merged)
    }

    /// Responses show it only to keys with these rights or more.
    pub const fn readable_by(mut self, rights: Rights) -> Attr {
        assert!(!self.is_required(), "required attributes are shown to all keys");
        self.shown.to = rights;
        self
    }
}

// Collections.

impl Attr {
    /// The order of the elements has no meaning: another order is no difference.
    pub const fn unordered(mut self) -> Attr {
        assert!(matches!(self.kind, Kind::List(_)), "unordered() is for lists; a set is unordered by itself");
        self.elements = Elements::Unordered;
        self
    }

    /// Elements or entries that the system adds: they are no difference, and updates keep them.
    pub const fn server_defaults(mut self, defaults: fn(&Object) -> Value) -> Attr {
        self.input_mut("server_defaults() is for attributes that are sent").server_defaults = Some(defaults);
        self
    }

    /// Each entry of the map is an object of another table, with the map key as its key.
    pub const fn children(mut self, children: Children) -> Attr {
        let Kind::Map(Kind::Object(nested)) = self.kind else { panic!("children() is for maps of nested attributes") };
        let of = children.table.attrs;
        assert!(has(of, children.link), "children() links by an attribute that the table of the children lacks");
        if let Some((stand_in, _)) = children.stand_in {
            assert!(has(of, stand_in), "the stand-in of children() is no attribute of their table");
        }
        let mut i = 0;
        while i < nested.len() {
            assert!(has(of, nested[i].name), "a nested attribute of children() is none of their table");
            i += 1;
        }
        self.elements = Elements::Children(children);
        self
    }

    /// Only the configured elements of the set are managed, each with its own PUT or DELETE. In the path, `{name}` is the
    /// key of the element or an attribute of the object.
    pub const fn partial(mut self, path: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Set(Kind::Object(_))), "partial() is for sets of nested attributes");
        assert!(matches!(self.absent(), Absent::Computed), "partial() needs or_computed(): the others are left alone");
        self.elements = Elements::Partial(path);
        self
    }
}
