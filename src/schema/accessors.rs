//! The properties of an attribute, one method each, so that other modules do not depend on how `source` groups them.

use super::attr::Attr;
use super::kind::{Absent, Constant, Replaces};
use super::source::{Change, Computed, Initial, Input, Link, OrComputed, Presence, Refers, Secret, Source, Target};
use crate::value::{Object, Value};

// Who sets the value. As in Terraform's schema, an attribute can be optional and computed.

impl Attr {
    pub(super) const fn input(&self) -> Option<&Input> {
        match &self.source {
            Source::Input(input) => Some(input),
            Source::ClientOnly | Source::Computed(_) => None,
        }
    }

    pub(super) const fn or_computed_terms(&self) -> Option<&OrComputed> {
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

    /// The attribute of another type with which the same links can be set.
    pub fn link(&self) -> Option<Link> {
        self.input()?.link
    }

    /// What its value names, or each element of it, as far as its own table says it: see [`super::Provider::target`].
    pub(super) const fn own_target(&self) -> Option<Target> {
        self.target
    }

    /// The path below which the objects that it refers to are looked up before a write, if they are.
    pub fn looked_up_at(&self) -> Option<&'static str> {
        match self.input()?.refers {
            Refers::LookedUp(path) => Some(path),
            Refers::No | Refers::Checked => None,
        }
    }
}
