//! Attributes and rules that tables of several objects have. It describes no object.

use crate::schema::Kind::{Set, Str};
use crate::schema::{Attr, Link, Rule, computed, optional};

pub(super) const SOME_TEXT: &[Rule] = &[Rule::Length(1, usize::MAX)];

pub(super) const CREATED_AT: Attr = computed("created_at", Str, "Time of creation.").data_source_only();

pub(super) const UPDATED_AT: Attr = computed("updated_at", Str, "Time of the last change.").data_source_only();

/// The attributes of a rule, which are also set with this attribute of `hoop_attribute`.
pub(super) const fn rule_attributes(other_end: &'static str) -> Attr {
    optional(
        "attributes",
        Set(&Str),
        "Names of attributes. The rule also applies to the connections that have one of them.",
    )
    .or_computed()
    .linked(Link { table: "hoop_attribute", attribute: other_end, own: "name" })
    .echoed()
    .since("1.53.0")
}
