//! What a table says of an attribute in words: for the schema that Terraform shows and for the documentation page,
//! which must tell the same.

use super::attr::Attr;
use super::kind::{Kind, Role};
use super::resource::Resource;
use super::rule::{Rule, whole_range};
use super::schema_attribute::SchemaAttribute;

impl Attr {
    /// The documentation, the rules and the version that it takes, as one text.
    pub fn description(&self) -> String {
        let mut text = self.doc.to_owned();
        // What the wire carries and what the rules allow is one range.
        let range = whole_range(&self.kind, self.rules).filter(|range| *range != (i64::MIN, i64::MAX));
        let range = range.map(|(min, max)| Rule::Range(min, max));
        let others = self.rules.iter().filter(|rule| range.is_none() || rule.range().is_none());
        // The rule of a key that the system gives is for imports; nobody sets it.
        for rule in range.iter().chain(others).filter(|_| self.settable()) {
            let words = rule.describe();
            if !words.is_empty() {
                text.push_str(&format!(" Must be {words}."));
            }
        }
        if let Some(since) = self.since {
            text.push_str(&format!(" Needs version {since} or newer."));
        }
        text.push_str(match self.is_left_alone() {
            false => "",
            true if self.is_secret() => {
                " If it is not configured, what is set outside Terraform is left alone and not stored in the state."
            }
            true => " If it is not configured, a change made outside Terraform is left alone.",
        });
        text
    }
}

impl Resource {
    /// What a column's place in a path demands of its text, where no rule says it; to follow its description.
    pub fn path_note(&self, column: &SchemaAttribute) -> &'static str {
        let attr = column.attr;
        let in_path = column.role == Role::Plain && attr.settable() && self.stands_in_path(attr.name);
        match in_path && attr.rules.iter().all(|rule| rule.accepts_text("a/a")) {
            true => " Must not contain a slash, nor be `.` or `..`.",
            false => "",
        }
    }
}

impl SchemaAttribute {
    /// The text of this attribute; the twins of a secret refer to each other.
    pub fn description(&self) -> String {
        let attr = self.attr;
        match self.role {
            Role::Plain => attr.description(),
            Role::WriteOnly => {
                let both = match attr.kind {
                    Kind::Map(_) => {
                        let keys = match attr.stamp() {
                            Some(_) => "A key that is added or removed needs no new version, a changed value does.",
                            None => "Every change of it needs a new version.",
                        };
                        format!(" Both can be set, with different keys: those of `{}` are stored. {keys}", attr.name)
                    }
                    _ => String::new(),
                };
                format!("As `{}`, but never stored in the state. Requires `{}`.{both}", attr.name, attr.version_name())
            }
            Role::Version => {
                let unseen = match attr.stamp() {
                    Some(_) => "",
                    None => " A change made outside Terraform to a write-only value is not detected.",
                };
                format!(
                    "Version of `{}`: any text or number. A new version sends the value again.{unseen}",
                    attr.write_only_name()
                )
            }
        }
    }
}
