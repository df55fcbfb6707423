//! What the attributes of one object require of each other. What depends on an unknown value is accepted here; it is
//! checked again when the value is known. No message contains a value.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::values::same::get;
use crate::schema::{Attr, Condition, Requirement};
use crate::value::{At, Object, Value};

/// What is known of an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    No,
    /// Set, to an empty value.
    Empty,
    Yes,
    Unknown,
}

pub(super) fn check(
    attrs: &'static [Attr],
    requirements: &'static [Requirement],
    config: &Object,
    at: &At<'_>,
    found: &mut Diagnostics,
) {
    for requirement in requirements {
        if let Some(name) = broken(attrs, requirement, config) {
            let inside = if matches!(at, At::Root) { String::new() } else { format!(" In `{at}`.") };
            let detail = format!("{}.{inside}", requirement.describe());
            let summary = match requirement {
                Requirement::ExactlyOneOf(_) | Requirement::AtLeastOneOf(_) => {
                    "Invalid combination of attributes".to_owned()
                }
                Requirement::RequiredIf(name, _) => format!("`{name}` is missing"),
                Requirement::OnlyIf(name, _) => format!("`{name}` cannot be set"),
            };
            found.push(Diagnostic::error(summary, detail).at(at.then(name).path()));
        }
    }
}

/// The attribute to report, if the requirement is certainly not met.
fn broken(attrs: &'static [Attr], requirement: &Requirement, config: &Object) -> Option<&'static str> {
    let given = |name: &str| given(attrs, config, name);
    match *requirement {
        Requirement::ExactlyOneOf(names) => {
            let set = || names.iter().filter(|name| matches!(given(name), Given::Yes | Given::Empty));
            let none = names.iter().all(|name| given(name) == Given::No);
            (none || set().count() > 1).then(|| set().next_back().or(names.first()).copied()).flatten()
        }
        Requirement::AtLeastOneOf(names) => {
            let none = names.iter().all(|name| matches!(given(name), Given::No | Given::Empty));
            let set = names.iter().find(|name| given(name) == Given::Empty);
            none.then(|| set.or(names.first()).copied()).flatten()
        }
        Requirement::RequiredIf(name, condition) => {
            (given(name) == Given::No && holds(attrs, condition, config) == Some(true)).then_some(name)
        }
        Requirement::OnlyIf(name, condition) => {
            (given(name) == Given::Yes && holds(attrs, condition, config) == Some(false)).then_some(name)
        }
    }
}

/// Whether the condition holds; `None` while that is not known.
fn holds(attrs: &'static [Attr], condition: Condition, config: &Object) -> Option<bool> {
    let name = condition.attribute();
    let given = given(attrs, config, name);
    if given == Given::Unknown {
        return None;
    }
    let text = match get(config, name) {
        Value::Bool(flag) => Some(flag.to_string()),
        // A default is the value where none is configured.
        Value::Null => {
            attrs.iter().find(|attr| attr.name == name)?.default_value().map(|constant| constant.to_string())
        }
        value => value.as_str().map(str::to_owned),
    };
    let is = |values: &[&str]| text.is_some_and(|text| values.contains(&text.as_str()));
    Some(match condition {
        Condition::Is(_, values) => is(values),
        Condition::IsNot(_, values) => !is(values),
        Condition::IsSet(_) => given == Given::Yes,
        Condition::IsEmpty(_) => given != Given::Yes,
    })
}

fn given(attrs: &'static [Attr], config: &Object, name: &str) -> Given {
    let secret = attrs.iter().find(|attr| attr.name == name && attr.is_secret());
    // A version stands for the value that was sent with it.
    let others = secret.map(|attr| [attr.write_only_name(), attr.version_name()]);
    let others = others.iter().flatten().map(String::as_str);
    let values = [name].into_iter().chain(others).map(|name| get(config, name));
    let one = |value: &Value| match value {
        Value::Null => Given::No,
        Value::Unknown => Given::Unknown,
        value if value.is_empty() => Given::Empty,
        _ => Given::Yes,
    };
    let all: Vec<Given> = values.map(one).collect();
    [Given::Yes, Given::Unknown, Given::Empty].into_iter().find(|given| all.contains(given)).unwrap_or(Given::No)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{text, texts};
    use crate::schema::Kind::{Bool, List, Str};
    use crate::schema::{Constant, optional, secret};

    static ATTRS: &[Attr] = &[
        optional("a", Str, "doc"),
        optional("b", Str, "doc"),
        optional("items", List(&Str), "doc"),
        optional("all", Bool, "doc").default(Constant::Bool(false)),
        secret("key", Str, "doc"),
    ];

    fn breaks(requirement: Requirement, config: &[(&str, Value)]) -> Option<&'static str> {
        let config: Object = config.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        broken(ATTRS, &requirement, &config)
    }

    #[test]
    fn exactly_one_means_not_none_and_not_two() {
        let one = Requirement::ExactlyOneOf(&["a", "b"]);
        assert_eq!(breaks(one, &[]), Some("a"));
        assert_eq!(breaks(one, &[("a", text("1")), ("b", text("2"))]), Some("b"));
        assert_eq!(breaks(one, &[("b", text("2"))]), None);
        assert_eq!(breaks(one, &[("b", Value::Unknown)]), None);
        assert_eq!(breaks(one, &[("a", text("1")), ("b", Value::Unknown)]), None, "it may become null");
    }

    #[test]
    fn at_least_one_means_one_that_is_not_empty() {
        let some = Requirement::AtLeastOneOf(&["items", "a"]);
        assert_eq!(breaks(some, &[("items", texts(&[]))]), Some("items"));
        assert_eq!(breaks(some, &[("items", texts(&["x"]))]), None);
        assert_eq!(breaks(some, &[("items", Value::Unknown)]), None);
    }

    #[test]
    fn a_condition_counts_defaults_and_write_only_arguments() {
        let unless_all = Requirement::RequiredIf("a", Condition::IsNot("all", &["true"]));
        assert_eq!(breaks(unless_all, &[]), Some("a"));
        assert_eq!(breaks(unless_all, &[("all", Value::Bool(true))]), None);
        assert_eq!(breaks(unless_all, &[("all", Value::Unknown)]), None);
        let with_key = Requirement::OnlyIf("a", Condition::IsSet("key"));
        assert_eq!(breaks(with_key, &[("a", text("1"))]), Some("a"));
        assert_eq!(breaks(with_key, &[("a", text("1")), ("key_wo", text("k"))]), None);
        let without = Requirement::OnlyIf("items", Condition::IsEmpty("b"));
        assert_eq!(breaks(without, &[("items", texts(&["x"])), ("b", text("1"))]), Some("items"));
        assert_eq!(breaks(without, &[("items", texts(&[])), ("b", text("1"))]), None);
        assert_eq!(breaks(Requirement::RequiredIf("b", Condition::Is("a", &["x"])), &[("a", text("x"))]), Some("b"));
    }
}
