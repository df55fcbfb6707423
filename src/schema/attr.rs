//! The attributes of a table: type, source of the value, constraints, and form in requests and responses. Tables describe
//! them with the methods in `builder`; all other code uses those in `accessors`.

use super::kind::{Codec, Kind};
use super::requirement::Requirement;
use super::rights::Rights;
use super::rule::Rule;
use super::source::{Computed, Elements, Input, Presence, Secret, Source, Target};

/// One entry of a table.
pub struct Attr {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
    /// For a configured value; for a computed key, they apply to an import or a lookup.
    pub rules: &'static [Rule],
    /// What the attributes of each nested object require of each other.
    pub requires: &'static [Requirement],
    /// The first version of the system that has it.
    pub since: Option<&'static str>,
    /// What to use instead.
    pub deprecated: Option<&'static str>,
    /// The form of its value in JSON.
    pub codec: Codec,
    /// Its name in JSON if that is another one.
    pub(super) wire: Option<&'static str>,
    pub(super) key: bool,
    pub(super) sensitive: bool,
    pub(super) source: Source,
    pub(super) elements: Elements,
    /// What its value names, or each element of it, unless a link says that.
    pub(super) target: Option<Target>,
    pub(super) shown: Shown,
}

/// Which responses show the attribute, in addition to what its source says.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// Whether lists show it correctly.
    pub(super) in_list: bool,
    /// The least rights of a key that it is shown to.
    pub(super) to: Rights,
}

const fn attr(name: &'static str, kind: Kind, source: Source, doc: &'static str) -> Attr {
    assert!(!doc.is_empty(), "an attribute needs a documentation");
    Attr {
        name,
        kind,
        doc,
        rules: &[],
        requires: &[],
        since: None,
        deprecated: None,
        codec: Codec::Plain,
        wire: None,
        key: false,
        sensitive: false,
        source,
        elements: Elements::AsKind,
        target: None,
        shown: Shown { in_list: true, to: Rights::Standard },
    }
}

/// An attribute that must be configured.
pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Source::Input(Input::new(Presence::Required)), doc)
}

/// An attribute that may be configured. If it is not, it is null, unless a builder method says otherwise.
pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Source::Input(Input::new(Presence::Optional)), doc)
}

/// An attribute whose value comes from the system.
pub const fn computed(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Source::Computed(Computed::Follows(&[])), doc)
}

/// The key of an object of which a system has only one: always this text, which is its import ID.
pub const fn fixed_id(id: &'static str) -> Attr {
    let source = Source::Computed(Computed::Constant(id));
    let mut attr = attr("id", Kind::Str, source, "Identifier of this object, of which there is only one.");
    attr.key = true;
    attr
}

/// A secret X that may be configured. It has three schema attributes: X (sensitive, in the state), `X_wo` (write-only, never
/// in the state) and `X_wo_version` (a string; a change of it sends `X_wo` again). For a single value, only one of X and
/// `X_wo` may be configured; for a map both, with different keys. If it is never configured, it is left alone and not
/// stored in the state.
pub const fn secret(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    let presence = Presence::Secret(Secret { required_on_create: false, stamp: None });
    attr(name, kind, Source::Input(Input::new(presence)), doc)
}
