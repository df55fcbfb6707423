//! The methods with which a table describes an attribute. A contradiction that the types do not exclude fails to compile, at
//! the line of the table that contains it.
#![expect(clippy::panic, reason = "the tables are constants: a panic is a compile error")]

use super::attr::Attr;
use super::kind::{Absent, Answers, Constant, Kind, Replaces};
use super::requirement::{Requirement, names_all};
use super::rule::Rule;
use super::source::{Change, Computed, Initial, Input, Link, OrComputed, Presence, Refers, Secret, Source, Target};
use crate::value::{Object, Value};

impl Attr {
    pub(super) const fn input_mut(&mut self, otherwise: &'static str) -> &mut Input {
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

    pub(super) const fn computed(mut self, computed: Computed, otherwise: &'static str) -> Attr {
        assert!(matches!(self.source, Source::Computed(Computed::Follows(&[]))), "{}", otherwise);
        self.source = Source::Computed(computed);
        self
    }

    const fn change(mut self, change: Change) -> Attr {
        let input =
            self.input_mut("replaces(), renames() and fixed() are for attributes that a configuration can change");
        assert!(matches!(input.change, Change::InPlace), "replaces(), renames() and fixed() contradict each other");
        input.change = change;
        self
    }

    pub(super) const fn answer(mut self, answers: Answers) -> Attr {
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
        let terms = OrComputed {
            initial: Initial::Nothing,
            follows: &[],
            stored_if_configured: false,
            kept_when_removed: false,
        };
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

    /// If it is not configured, it is this constant: another value at the system is drift. The system may not show it if
    /// it has this value.
    pub const fn default(self, constant: Constant) -> Attr {
        let fits = matches!(
            (self.kind, constant),
            (Kind::Str, Constant::Str(_))
                | (Kind::Bool, Constant::Bool(_))
                | (Kind::Int32 | Kind::Int64, Constant::Int(_))
        );
        assert!(fits, "the default() is of another kind than the attribute");
        self.presence(Presence::Default(constant), "default() is for optional attributes")
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

    /// The system cannot clear it: it keeps its value when it is removed from the configuration.
    pub const fn kept_when_removed(mut self) -> Attr {
        self.or_computed_mut("kept_when_removed() needs or_computed()").kept_when_removed = true;
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
        self.input_mut("only a configured value can refer to an unknown object").refers = Refers::Checked;
        self
    }

    /// It refers to objects of the system, which does not refuse unknown ones with a clear error: before the first write,
    /// each new value is looked up with a GET of its path below `path`.
    pub const fn looked_up(mut self, path: &'static str) -> Attr {
        self.input_mut("only a configured value can refer to an unknown object").refers = Refers::LookedUp(path);
        self
    }

    /// Its value, or each element of it, is that of this attribute of an object of this type. An object of which it is the key
    /// can also be named by the alternatives of the key. A configuration that contains both objects refers to the one.
    pub const fn points_to(mut self, table: &'static str, attribute: &'static str) -> Attr {
        assert!(self.settable(), "points_to() is for values that a user sets");
        self.target = Some(Target { table, attribute });
        self
    }

    /// The links in it can also be set with an attribute of the objects that it names. Both ends are `or_computed()`: a link
    /// that is set on one end only is no difference on the other.
    pub const fn linked(mut self, link: Link) -> Attr {
        assert!(matches!(self.absent(), Absent::Computed), "linked() needs or_computed(): the other end may set it");
        self.input_mut("linked() is for attributes that are sent").link = Some(link);
        self
    }

    /// What the attributes of each nested object require of each other.
    pub const fn requires(mut self, requirements: &'static [Requirement]) -> Attr {
        let Some(nested) = self.kind.nested() else { panic!("requires() is for nested attributes") };
        assert!(names_all(requirements, nested), "requires() names an attribute that the object lacks");
        self.requires = requirements;
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
            matches!(self.absent(), Absent::Null) || self.is_secret(),
            "replaces_on_removal() is for secrets and for attributes that are null when they are not configured"
        );
        self.change(Change::Replaces(Replaces::OnRemoval))
    }

    /// A change of this key renames the object: it is an update.
    pub const fn renames(self) -> Attr {
        assert!(self.key, "renames() is for a key()");
        self.change(Change::Renames)
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
