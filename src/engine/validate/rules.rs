//! The rules of a table on one configured value, each with its message. Who may give a value is not asked here.

use super::elements;
use crate::diagnostic::{Diagnostic, Diagnostics, cut, quoted};
use crate::engine::values::same::element_key;
use crate::schema::{Attr, Kind, Rule, whole_range};
use crate::value::{Number, Path, Step, Value};

/// Two elements of a partial set with one key are one element to the system.
pub(crate) fn not_twice(attr: &Attr, items: &[Value], path: &Path) -> Option<Diagnostic> {
    let mut keys: Vec<&str> = items.iter().filter_map(|item| element_key(attr, item)?.as_str()).collect();
    keys.sort_unstable();
    let twice = keys.windows(2).find(|pair| pair[0] == pair[1])?[0];
    let detail = format!("Two elements of `{path}` are about {}. Make them one.", quoted(twice));
    Some(Diagnostic::error(format!("Two elements of `{}` are one", attr.name), detail).at(path.clone()))
}

pub(crate) fn check_rule(rule: &Rule, value: &Value, path: &Path, hidden: bool, found: &mut Diagnostics) {
    let fits = match (rule, value) {
        (_, Value::Unknown | Value::Null) => true,
        (Rule::Each(rules), value) => {
            for (element, path) in elements(value, path) {
                rules.iter().for_each(|rule| check_rule(rule, element, &path, hidden, found));
            }
            true
        }
        (Rule::Keys(rules) | Rule::UsefulKeys(rules), Value::Map(entries)) => {
            let told = if matches!(rule, Rule::Keys(_)) { wrong_key } else { useless_key };
            for key in entries.keys() {
                let broken = rules.iter().find(|rule| !rule.accepts_text(key));
                found.extend(broken.map(|broken| told(broken, key, path)));
            }
            true
        }
        (Rule::AtMost(count), Value::Map(entries)) => entries.len() <= *count,
        (Rule::AtMost(count), value) => value.items().is_none_or(|items| items.len() <= *count),
        (rule, Value::String(text)) => rule.accepts_text(text),
        _ => true,
    };
    if !fits {
        found.push(wrong(&rule.describe(), value, path, hidden));
    }
}

/// What a number must be that the wire does not carry or a rule does not allow.
pub(crate) fn wrong_number(kind: &Kind, rules: &[Rule], number: &Number) -> Option<String> {
    if matches!(kind, Kind::Float64) {
        // It means its float: `1 - 1e-400` is 1.
        let float = number.as_float();
        // The widest range is none: no rule means the edge of a whole number here.
        let within = |(min, max): (i64, i64)| {
            (min == i64::MIN || Number::from(min) <= float) && (max == i64::MAX || float <= Number::from(max))
        };
        let broken = rules.iter().find(|rule| rule.range().is_some_and(|range| !within(range)));
        let too_large = (!float.is_finite()).then(|| "a number that a 64-bit float holds".to_owned());
        return too_large.or_else(|| broken.and_then(Rule::range).map(|(min, max)| Rule::Range(min, max).describe()));
    }
    let (min, max) = whole_range(kind, rules)?;
    match number.as_i64() {
        Some(number) => (!(min..=max).contains(&number)).then(|| Rule::Range(min, max).describe()),
        None if number.is_whole() => Some(format!("between {min} and {max}")),
        None => Some("a whole number".to_owned()),
    }
}

pub(crate) fn wrong(rule: &str, value: &Value, path: &Path, hidden: bool) -> Diagnostic {
    let shown = match value {
        Value::String(text) if !hidden => format!(", not {}", quoted(text)),
        Value::Number(number) if !hidden => format!(", not {}", cut(&number.to_string())),
        _ => String::new(),
    };
    Diagnostic::error(format!("Invalid value for `{}`", named(path)), format!("`{path}` must be {rule}{shown}."))
        .at(path.clone())
}

/// The attribute that the user wrote: of a secret it may be the write-only twin.
pub(crate) fn named(path: &Path) -> &str {
    let name = path.0.iter().rev().find_map(|step| match step {
        Step::Attribute(name) => Some(name.as_str()),
        Step::Index(_) | Step::Key(_) => None,
    });
    name.unwrap_or_default()
}

/// Keys are no secret, even of a sensitive map: the message would be useless without them.
fn wrong_key(rule: &Rule, key: &str, path: &Path) -> Diagnostic {
    let detail = format!("Each key of `{path}` must be {}, which {} is not.", rule.describe(), quoted(key));
    Diagnostic::error(format!("Invalid key in `{}`", named(path)), detail).at(path.clone())
}

fn useless_key(rule: &Rule, key: &str, path: &Path) -> Diagnostic {
    let detail = format!(
        "A key of `{path}` is of use if it is {}. {} is stored, and nothing reads it.",
        rule.describe(),
        quoted(key)
    );
    Diagnostic::warning(format!("Useless key in `{}`", named(path)), detail).at(path.clone())
}
