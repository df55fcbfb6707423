//! The methods that a table describes an attribute with. What the types cannot rule out, they refuse while the table
//! compiles, at the line that holds the contradiction.
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
        let input = self.input_mut("how answers show what was sent is for attributes that are sent");
        assert!(
            matches!(input.answers, Answers::AsRead),
            "echoed(), merged() and not_readable() contradict each other"
        );
        input.answers = answers;
        self
    }
}

// Who gives the value.

impl Attr {
    /// Leave alone what the system has when the configuration does not name it.
    pub const fn or_computed(self) -> Attr {
        let terms = OrComputed { initial: Initial::Nothing, follows: &[], stored_if_configured: false };
        self.presence(Presence::OrComputed(terms), "or_computed() is for optional attributes")
    }

    /// Empty when the configuration does not name it: what somebody else puts there is removed.
    pub const fn or_empty(self) -> Attr {
        assert!(
            !matches!(self.kind, Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64),
            "a number or bool has no empty value"
        );
        self.presence(Presence::OrEmpty, "or_empty() is for optional attributes")
    }

    /// For Terraform's side of an object alone, such as how long its operations may take.
    pub const fn client_only(mut self) -> Attr {
        assert!(
            matches!(self.source, Source::Input(Input { presence: Presence::Optional, .. })),
            "client_only() is for optional attributes"
        );
        self.source = Source::ClientOnly;
        self
    }

    /// What to send when the configuration leaves it out: the system demands a value.
    pub const fn initially(mut self, value: fn(&Object) -> Option<Value>) -> Attr {
        self.or_computed_mut("initially() needs or_computed()").initial = Initial::Value(value);
        self
    }

    /// An object without one gets what the provider block says; that has a rule for it, and one of both must.
    pub const fn default_from(mut self, setting: &'static str) -> Attr {
        self.or_computed_mut("default_from() needs or_computed()").initial = Initial::Setting(setting);
        self
    }

    /// The providers whose states this one takes over stored it only where it was configured, as they did with secrets.
    pub const fn stored_if_configured(mut self) -> Attr {
        self.or_computed_mut("stored_if_configured() needs or_computed()").stored_if_configured = true;
        self
    }

    /// A create must give this secret, by whichever twin.
    pub const fn required_on_create(mut self) -> Attr {
        let terms = self.secret_mut("required_on_create() is for secrets; other attributes are required()");
        terms.required_on_create = true;
        self
    }

    /// The computed attribute that shows when the system's copy of this secret was changed.
    pub const fn stamped_by(mut self, stamp: &'static str) -> Attr {
        self.secret_mut("stamped_by() is for secrets").stamp = Some(stamp);
        self
    }

    pub const fn sensitive(mut self) -> Attr {
        self.sensitive = true;
        self
    }
}

// What may be configured.

impl Attr {
    /// Rules of a configured value; of a computed key, they hold for what an import or a lookup gives.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Attr {
        assert!(self.key || self.settable(), "rules are for values that a user gives");
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

    /// It names objects that the system must have: one that does not exist is refused.
    pub const fn refers(mut self) -> Attr {
        self.input_mut("only what a user gives can name something that does not exist").refers = true;
        self
    }
}

// What a change does.

impl Attr {
    /// The object's key: what its path and its import id are made of.
    pub const fn key(mut self) -> Attr {
        assert!(!self.is_optional(), "a key is required, or computed by the system");
        self.key = true;
        self
    }

    /// A change destroys the object and creates another.
    pub const fn replaces(self) -> Attr {
        self.change(Change::Replaces(Replaces::Always))
    }

    /// The first value is a change like any other; another one destroys the object and creates another.
    pub const fn replaces_once_set(self) -> Attr {
        self.change(Change::Replaces(Replaces::OnceSet))
    }

    /// Taking it away destroys the object and creates another: the system can only change it.
    pub const fn replaces_on_removal(self) -> Attr {
        assert!(matches!(self.absent(), Absent::Null), "what is absent must be null, or nothing is ever taken away");
        self.change(Change::Replaces(Replaces::OnRemoval))
    }

    /// A change is refused at plan time; `instead` says what to use for it.
    pub const fn fixed(self, instead: &'static str) -> Attr {
        self.change(Change::Fixed(instead))
    }

    /// Unset, it becomes unknown (and returns to its default) when one of these changes.
    pub const fn follows(mut self, others: &'static [&'static str]) -> Attr {
        match &mut self.source {
            Source::Input(Input { presence: Presence::OrComputed(terms), .. }) => terms.follows = others,
            Source::Computed(Computed::Follows(follows)) => *follows = others,
            _ => panic!("follows() is for what the system gives and a state holds"),
        }
        self
    }

    /// Changes with every write.
    pub const fn volatile(self) -> Attr {
        self.computed(Computed::Volatile, "volatile() is for computed attributes that follow nothing else")
    }
}

// How requests carry it.

impl Attr {
    /// Its name in JSON, dotted for a nested place.
    pub const fn wire(mut self, name: &'static str) -> Attr {
        self.wire = Some(name);
        self
    }

    pub const fn codec(mut self, codec: Codec) -> Attr {
        self.codec = codec;
        self
    }

    /// A header carries it, and only when the object is created.
    pub const fn header(mut self, name: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Str), "a header carries text");
        let input = self.input_mut("a header carries what a configuration gives");
        let in_body = matches!(input.sent, Sent::Body { by: Verbs::Every, even_empty: false });
        assert!(in_body, "sent_by() and always_sent() are about bodies");
        input.sent = Sent::Header(name);
        self
    }

    pub const fn sent_by(mut self, verbs: Verbs) -> Attr {
        match &mut self.input_mut("only what a configuration gives is sent").sent {
            Sent::Body { by, .. } => *by = verbs,
            Sent::Header(_) => panic!("a header carries it"),
        }
        self
    }

    /// The system demands it even when it is empty.
    pub const fn always_sent(mut self) -> Attr {
        match &mut self.input_mut("only what a configuration gives is sent").sent {
            Sent::Body { even_empty, .. } => *even_empty = true,
            Sent::Header(_) => panic!("a header carries it"),
        }
        self
    }
}

// How answers show it.

impl Attr {
    /// Shown in the create's answer only; kept over refresh, null after import.
    pub const fn once(self) -> Attr {
        self.computed(Computed::Once, "once() is for computed attributes that follow nothing else")
    }

    /// Only the data source shows it.
    pub const fn data_source_only(self) -> Attr {
        let otherwise = "data_source_only() is for computed attributes that follow nothing else";
        self.computed(Computed::DataSourceOnly, otherwise)
    }

    /// List answers do not show it, or not truly.
    pub const fn not_in_list(mut self) -> Attr {
        self.shown.in_list = false;
        self
    }

    /// No answer shows it.
    pub const fn not_readable(self) -> Attr {
        self.answer(Answers::Never)
    }

    /// The answer of a write repeats what was sent of it: a write that carries a change of it is read back.
    pub const fn echoed(self) -> Attr {
        self.answer(Answers::Echoed)
    }

    /// The answer of a write shows it together with what a related object adds.
    pub const fn merged(self) -> Attr {
        self.answer(Answers::Merged)
    }

    /// Answers show it only to keys with these rights or more.
    pub const fn shown_to(mut self, rights: Rights) -> Attr {
        assert!(!self.is_required(), "what every object is given is shown to all keys");
        self.shown.to = rights;
        self
    }
}

// Collections.

impl Attr {
    /// The order of the elements means nothing: another order is no difference.
    pub const fn unordered(mut self) -> Attr {
        assert!(matches!(self.kind, Kind::List(_)), "unordered() is for lists; a set is unordered by itself");
        self.elements = Elements::Unordered;
        self
    }

    /// What the system adds by itself, derived from the object: no difference, and sent along.
    pub const fn server_defaults(mut self, defaults: fn(&Object) -> Value) -> Attr {
        self.input_mut("server_defaults() is for what a configuration gives").server_defaults = Some(defaults);
        self
    }

    /// Each entry of the map is an object of its own, with the map's key as its name.
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

    /// Manages the configured elements of a set only, each with a PUT or DELETE of its own. In the path `{name}` stands for
    /// the element's key, or for an attribute of the object.
    pub const fn partial(mut self, path: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Set(Kind::Object(_))), "partial() is for sets of nested attributes");
        assert!(matches!(self.absent(), Absent::Computed), "partial() needs or_computed(): the others are left alone");
        self.elements = Elements::Partial(path);
        self
    }
}
