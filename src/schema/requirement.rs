//! What the attributes of one object require of each other. They are data, so that validation and documentation are
//! consistent.

use super::attr::Attr;
use super::check::has;
use crate::diagnostic::alternatives;

/// What must hold between the attributes of an object. A secret counts as set if it or its write-only argument is. What
/// depends on a value that is not known yet is checked when it is.
#[derive(Clone, Copy)]
pub enum Requirement {
    /// Exactly one of these is set.
    ExactlyOneOf(&'static [&'static str]),
    /// At least one of these is set and not empty.
    AtLeastOneOf(&'static [&'static str]),
    /// This attribute must be set under this condition.
    RequiredIf(&'static str, Condition),
    /// This attribute may be set, to something that is not empty, under this condition only.
    OnlyIf(&'static str, Condition),
}

/// A condition on another attribute of the same object.
#[derive(Clone, Copy)]
pub enum Condition {
    /// It has one of these values; a bool is `true` or `false`.
    Is(&'static str, &'static [&'static str]),
    /// It is not set, or has none of these values.
    IsNot(&'static str, &'static [&'static str]),
    /// It is set and not empty.
    IsSet(&'static str),
    /// It is not set, or empty.
    IsEmpty(&'static str),
}

impl Requirement {
    /// The requirement as a sentence, for messages and documentation.
    pub fn describe(&self) -> String {
        match self {
            Requirement::ExactlyOneOf(names) => format!("Exactly one of {} must be set", alternatives(names)),
            Requirement::AtLeastOneOf([name]) => format!("`{name}` must not be empty"),
            Requirement::AtLeastOneOf(names) => format!("At least one of {} must not be empty", alternatives(names)),
            Requirement::RequiredIf(name, condition) => format!("`{name}` must be set if {}", condition.describe()),
            Requirement::OnlyIf(name, condition) => format!("`{name}` can only be set if {}", condition.describe()),
        }
    }

    /// True if it is a constraint on this attribute.
    pub fn concerns(&self, attribute: &str) -> bool {
        match self {
            Requirement::ExactlyOneOf(names) | Requirement::AtLeastOneOf(names) => names.contains(&attribute),
            Requirement::RequiredIf(name, _) | Requirement::OnlyIf(name, _) => *name == attribute,
        }
    }
}

impl Condition {
    pub const fn attribute(&self) -> &'static str {
        match self {
            Condition::Is(name, _) | Condition::IsNot(name, _) | Condition::IsSet(name) | Condition::IsEmpty(name) => {
                name
            }
        }
    }

    /// What follows "if".
    pub fn describe(&self) -> String {
        match self {
            Condition::Is(name, values) => format!("`{name}` is {}", alternatives(values)),
            Condition::IsNot(name, values) => format!("`{name}` is not {}", alternatives(values)),
            Condition::IsSet(name) => format!("`{name}` is set"),
            Condition::IsEmpty(name) => format!("`{name}` is empty"),
        }
    }
}

/// True when these are attributes of the object.
pub(super) const fn names_all(requirements: &[Requirement], attrs: &[Attr]) -> bool {
    let mut i = 0;
    while i < requirements.len() {
        let all = match requirements[i] {
            Requirement::ExactlyOneOf(names) | Requirement::AtLeastOneOf(names) => has_all(attrs, names),
            Requirement::RequiredIf(name, condition) | Requirement::OnlyIf(name, condition) => {
                has(attrs, name) && has(attrs, condition.attribute())
            }
        };
        if !all {
            return false;
        }
        i += 1;
    }
    true
}

const fn has_all(attrs: &[Attr], names: &[&str]) -> bool {
    let mut i = 0;
    while i < names.len() {
        if !has(attrs, names[i]) {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_described_as_a_sentence() {
        let described = |requirement: Requirement| requirement.describe();
        assert_eq!(described(Requirement::AtLeastOneOf(&["a"])), "`a` must not be empty");
        assert_eq!(described(Requirement::ExactlyOneOf(&["a", "b"])), "Exactly one of `a` or `b` must be set");
        assert_eq!(
            described(Requirement::RequiredIf("a", Condition::Is("b", &["x", "y"]))),
            "`a` must be set if `b` is `x` or `y`"
        );
        assert_eq!(described(Requirement::OnlyIf("a", Condition::IsEmpty("b"))), "`a` can only be set if `b` is empty");
    }
}
