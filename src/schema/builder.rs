//! The words that a table describes an attribute with. They refuse contradictions while the table compiles, at the line
//! that holds them.

use super::attr::{Attr, Children};
use super::check::has;
use super::kind::{Absent, Codec, Kind, Presence, Replaces, Verbs, WriteAnswer};
use super::rights::Rights;
use super::rule::Rule;
use crate::value::{Object, Value};

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
        assert!(
            !matches!(self.kind, Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64),
            "a number or bool has no empty value"
        );
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

    const fn replacing(mut self, replaces: Replaces) -> Attr {
        self.must_be_settable("replacing is for attributes that a configuration can change");
        assert!(self.fixed.is_none(), "replaces() and fixed() contradict each other");
        self.replaces = replaces;
        self
    }

    /// A change destroys the object and creates another.
    pub const fn replaces(self) -> Attr {
        self.replacing(Replaces::Always)
    }

    /// The first value is a change like any other; another one destroys the object and creates another.
    pub const fn replaces_once_set(self) -> Attr {
        self.replacing(Replaces::OnceSet)
    }

    /// Taking it away destroys the object and creates another: the system can only change it.
    pub const fn replaces_on_removal(self) -> Attr {
        assert!(matches!(self.absent, Absent::Null), "what is absent must be null, or nothing is ever taken away");
        self.replacing(Replaces::OnRemoval)
    }

    /// A change is refused at plan time; `instead` says what to use for it.
    pub const fn fixed(mut self, instead: &'static str) -> Attr {
        self.must_be_settable("fixed() is for attributes that a configuration can change");
        assert!(matches!(self.replaces, Replaces::Never), "replaces() and fixed() contradict each other");
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

    /// It names objects that the system must have: one that does not exist is refused.
    pub const fn refers(mut self) -> Attr {
        self.must_be_settable("only what a user gives can name something that does not exist");
        self.refers = true;
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
        self.managed = false;
        self
    }

    /// The providers whose states this one takes over stored it only where it was configured. Of secrets that is so
    /// without this word.
    pub const fn stored_if_configured(mut self) -> Attr {
        assert!(matches!(self.absent, Absent::Computed), "of others it makes no difference");
        self.stored_if_configured = true;
        self
    }

    /// List answers do not show it, or not truly.
    pub const fn not_in_list(mut self) -> Attr {
        self.in_list = false;
        self
    }

    /// No answer shows it.
    pub const fn not_readable(mut self) -> Attr {
        self.must_be_settable("a computed attribute that nobody sees is none");
        self.readable = false;
        self
    }

    /// The answer of a write repeats what was sent of it: a write that carries a change of it is read back.
    pub const fn echoed(mut self) -> Attr {
        self.must_be_settable("nothing is sent of a computed attribute");
        self.write_answer = WriteAnswer::Echoed;
        self
    }

    /// Answers show it only to keys with these rights or more.
    pub const fn shown_to(mut self, rights: Rights) -> Attr {
        assert!(!matches!(self.presence, Presence::Required), "what every object is given is shown to all keys");
        self.shown_to = rights;
        self
    }

    /// The answer of a write shows it together with what a related object adds.
    pub const fn merged(mut self) -> Attr {
        self.must_be_settable("of a computed attribute nobody knows what was added");
        self.write_answer = WriteAnswer::Merged;
        self
    }

    /// A header carries it, and only when the object is created.
    pub const fn header(mut self, name: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Str), "a header carries text");
        self.header = Some(name);
        self.sent_by(Verbs::Create)
    }

    /// For Terraform's side of an object alone, such as how long its operations may take.
    pub const fn client_only(mut self) -> Attr {
        self.must_be_settable("what nobody sets and nobody sends is nothing");
        self.client_only = true;
        self
    }

    /// An object without one gets what the provider block says; that has a rule for it, and one of both must.
    pub const fn default_from(mut self, setting: &'static str) -> Attr {
        assert!(matches!(self.absent, Absent::Computed), "default_from() needs or_computed()");
        self.default_from = Some(setting);
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
    pub const fn server_defaults(mut self, extras: fn(&Object) -> Value) -> Attr {
        self.server_defaults = Some(extras);
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
    pub const fn required_on_create(mut self) -> Attr {
        assert!(self.secret, "required_on_create() is for secrets; other attributes are required()");
        self.required_on_create = true;
        self
    }

    /// The computed attribute that tells when the system's copy of this secret was changed.
    pub const fn stamped_by(mut self, stamp: &'static str) -> Attr {
        assert!(self.secret, "stamped_by() is for secrets");
        self.stamp = Some(stamp);
        self
    }
}
