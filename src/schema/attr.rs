//! One attribute, named once: its type, where its value comes from, how it is sent and shown, and its constraints. A table
//! describes it with the methods of `builder`, everybody else asks those of `accessors`.

use super::kind::{Codec, Kind};
use super::rights::Rights;
use super::rule::Rule;
use super::source::{Computed, Elements, Input, Presence, Secret, Source};

/// One entry of a table.
pub struct Attr {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
    /// What a configured value must satisfy; for a computed key, what an import or a lookup gives.
    pub rules: &'static [Rule],
    /// First version of the system that has it.
    pub since: Option<&'static str>,
    /// What to use instead.
    pub deprecated: Option<&'static str>,
    /// How its value is written in JSON.
    pub codec: Codec,
    /// Its name in JSON where that is not its own.
    pub(super) wire: Option<&'static str>,
    pub(super) key: bool,
    pub(super) sensitive: bool,
    pub(super) source: Source,
    pub(super) elements: Elements,
    pub(super) shown: Shown,
}

/// Which answers show the attribute, of those that its source leaves.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// Whether an entry of a list shows it truly.
    pub(super) in_list: bool,
    /// The least rights of a key that it is shown to; others see nothing in its place.
    pub(super) to: Rights,
}

const fn attr(name: &'static str, kind: Kind, source: Source, doc: &'static str) -> Attr {
    assert!(!doc.is_empty(), "an attribute needs a documentation");
    Attr {
        name,
        kind,
        doc,
        rules: &[],
        since: None,
        deprecated: None,
        codec: Codec::Plain,
        wire: None,
        key: false,
        sensitive: false,
        source,
        elements: Elements::AsKind,
        shown: Shown { in_list: true, to: Rights::Standard },
    }
}

/// An attribute that every configuration gives.
pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Source::Input(Input::new(Presence::Required)), doc)
}

/// An attribute that a configuration may give; absent means null unless a method of the builder says otherwise.
pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Source::Input(Input::new(Presence::Optional)), doc)
}

/// An attribute that only the system gives.
pub const fn computed(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    attr(name, kind, Source::Computed(Computed::Follows(&[])), doc)
}

/// A secret input. Yields X (sensitive, in state), `X_wo` (write-only, never in state) and `X_wo_version` (text, whose
/// change sends `X_wo` again). Of a single value one of the two may be configured; a map may be divided between them by its
/// keys. Never configured, it is left alone and kept out of state.
pub const fn secret(name: &'static str, kind: Kind, doc: &'static str) -> Attr {
    let presence = Presence::Secret(Secret { required_on_create: false, stamp: None });
    attr(name, kind, Source::Input(Input::new(presence)), doc)
}
