//! The descriptions of attributes: one text from a table's documentation, rules and versions, for the schema that
//! Terraform shows and for the documentation page.

use super::attr::Attr;
use super::kind::{Kind, Role};
use super::resource::Resource;
use super::rule::{Rule, whole_range};
use super::schema_attribute::SchemaAttribute;

/// What most attributes that are left alone have in common.
pub const LEFT_ALONE: &str = " If it is not configured, changes made outside Terraform are left alone. Removing it from the \
                              configuration clears it, or returns it to its default.";

impl Attr {
    /// The documentation, the rules and the required version as one text.
    pub fn description(&self) -> String {
        let mut text = self.argument_description();
        text.push_str(match self.is_left_alone() {
            false => "",
            true if self.is_secret() => {
                " If it is not configured, values that are set outside Terraform are left alone, and only an import stores them \
                 in the state."
            }
            true if self.is_kept_when_removed() => {
                " If it is not configured, changes made outside Terraform are left alone."
            }
            true => LEFT_ALONE,
        });
        text
    }

    /// The same for an argument of something that has no state.
    pub fn argument_description(&self) -> String {
        let mut text = self.doc.to_owned();
        // The range of the type on the wire and that of the rules are described as one.
        let range = whole_range(&self.kind, self.rules).filter(|range| *range != (i64::MIN, i64::MAX));
        let range = range.map(|(min, max)| Rule::Range(min, max));
        let others = self.rules.iter().filter(|rule| range.is_none() || rule.range().is_none());
        // A rule for a computed key is for imports only, and not described.
        for rule in range.iter().chain(others).filter(|_| self.settable()) {
            text.push_str(&format!(" {}.", capitalized(&rule.describe())));
        }
        for requirement in self.requires {
            text.push_str(&format!(" {}.", requirement.describe()));
        }
        if let Some(constant) = self.default_value() {
            text.push_str(&format!(" Defaults to `{constant}`."));
        }
        if let Some(id) = self.fixed_text() {
            text.push_str(&format!(" Always `{id}`."));
        }
        if let Some(since) = self.since {
            text.push_str(&format!(" Requires server version {since} or later."));
        }
        if let Some(link) = self.link() {
            text.push_str(&format!(
                " The same link can be set with `{}` of `{}`: set it on one side only. If both sides set it and differ, each \
                 apply restores the side that it changes last, and a plan warns.",
                link.attribute, link.table
            ));
        }
        text
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

impl Resource {
    /// The constraint on an attribute that is part of a path, unless a rule implies it; to follow its description.
    pub fn path_note(&self, attribute: &SchemaAttribute) -> &'static str {
        let attr = attribute.attr;
        let in_path = attribute.role == Role::Plain && attr.settable() && self.is_in_path(attr.name);
        match in_path && attr.rules.iter().all(|rule| rule.accepts_text("a/a")) {
            true => " Must not contain a slash and must not be `.` or `..`.",
            false => "",
        }
    }
}

impl SchemaAttribute {
    /// The description of this attribute. The write-only argument of a secret and its version refer to each other.
    pub fn description(&self) -> String {
        let attr = self.attr;
        match self.role {
            Role::Plain => attr.description(),
            Role::WriteOnly => {
                let both = match attr.kind {
                    Kind::Map(_) => {
                        let keys = match attr.stamp() {
                            Some(_) => "Adding or removing a key requires no new version; changing a value does.",
                            None => "Every change requires a new version.",
                        };
                        format!(
                            " Both can be set, with different keys; only those of `{}` are stored. {keys}",
                            attr.name
                        )
                    }
                    _ => String::new(),
                };
                format!(
                    "Like `{}`, but never stored in the state. Requires `{}`.{both}",
                    attr.name,
                    attr.version_name()
                )
            }
            Role::Version => {
                let unseen = match attr.stamp() {
                    Some(_) => "",
                    None => " Changes of write-only values made outside Terraform are not detected.",
                };
                format!(
                    "Version of `{}`, any string or number. Changing the version sends the value again.{unseen}",
                    attr.write_only_name()
                )
            }
        }
    }
}
