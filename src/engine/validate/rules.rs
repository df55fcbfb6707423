//! Checks one configured value by the rules of a table, and creates the messages. Whether an attribute can be
//! configured is not checked here.

use super::{Checks, Identifiers};
use crate::diagnostic::{Diagnostic, Diagnostics, cut, quoted};
use crate::engine::values::same::element_key;
use crate::engine::values::walk::elements;
use crate::schema::{Attr, Kind, Rule, whole_range};
use crate::value::{At, Number, Value};

/// Two elements of a partial set with the same key are one element to the system.
pub(crate) fn not_twice(attr: &Attr, items: &[Value], at: &At<'_>) -> Option<Diagnostic> {
    let mut keys: Vec<&str> = items.iter().filter_map(|item| element_key(attr, item)?.as_str()).collect();
    keys.sort_unstable();
    let twice = keys.windows(2).find(|pair| pair[0] == pair[1])?[0];
    let detail = format!("Two elements of `{at}` have the key {}. Merge them into one.", quoted(twice));
    Some(Diagnostic::error(format!("Duplicate element in `{}`", attr.name), detail).at(at.path()))
}

pub(super) fn check_rule(rule: &Rule, value: &Value, at: &At<'_>, checks: Checks, found: &mut Diagnostics) {
    let fits = match (rule, value) {
        (_, Value::Unknown | Value::Null) => true,
        (Rule::Each(rules), value) => {
            elements(value, at, &mut |element, at| {
                rules.iter().for_each(|rule| check_rule(rule, element, at, checks, found));
            });
            true
        }
        (Rule::Keys(rules) | Rule::UsefulKeys(rules), Value::Map(entries)) => {
            let report = if matches!(rule, Rule::Keys(_)) { wrong_key } else { useless_key };
            for key in entries.keys() {
                let broken = rules.iter().find(|rule| !rule.accepts_text(key));
                found.extend(broken.map(|broken| report(broken, key, at)));
            }
            true
        }
        (Rule::AtMost(count), Value::Map(entries)) => entries.len() <= *count,
        (Rule::AtMost(count), value) => value.items().is_none_or(|items| items.len() <= *count),
        (rule, Value::String(text)) => {
            rule.accepts_text(text) || (checks.identifiers == Identifiers::Mocked && rule.accepts_invented(text))
        }
        _ => true,
    };
    if !fits {
        found.push(wrong(&rule.describe(), value, at, checks.hidden));
    }
}

/// The constraint that a number violates, if any: that of its type on the wire, or that of a rule.
pub(crate) fn wrong_number(kind: &Kind, rules: &[Rule], number: &Number) -> Option<String> {
    if matches!(kind, Kind::Float64) {
        // The number is sent as a float: `1 - 1e-400` is 1.
        let float = number.as_float();
        // The limits of i64 mean that there is no limit.
        let within = |(min, max): (i64, i64)| {
            (min == i64::MIN || Number::from(min) <= float) && (max == i64::MAX || float <= Number::from(max))
        };
        let broken = rules.iter().find(|rule| rule.range().is_some_and(|range| !within(range)));
        let too_large = (!float.is_finite()).then(|| "must be a number that fits a 64-bit float".to_owned());
        return too_large.or_else(|| broken.and_then(Rule::range).map(|(min, max)| Rule::Range(min, max).describe()));
    }
    let (min, max) = whole_range(kind, rules)?;
    match number.as_i64() {
        Some(number) => (!(min..=max).contains(&number)).then(|| Rule::Range(min, max).describe()),
        None if number.is_whole() => Some(format!("must be between {min} and {max}")),
        None => Some("must be a whole number".to_owned()),
    }
}

pub(crate) fn wrong(rule: &str, value: &Value, at: &At<'_>, hidden: bool) -> Diagnostic {
    let shown = match value {
        Value::String(text) if !hidden => format!(", not {}", quoted(text)),
        Value::Number(number) if !hidden => format!(", not {}", cut(&number.to_string())),
        _ => String::new(),
    };
    Diagnostic::error(format!("Invalid value for `{}`", at.name()), format!("`{at}` {rule}{shown}.")).at(at.path())
}

/// Keys are shown even for a sensitive map: they are not secret, and the message would be useless without them.
fn wrong_key(rule: &Rule, key: &str, at: &At<'_>) -> Diagnostic {
    let detail = format!("Each key of `{at}` {}, not {}.", rule.describe(), quoted(key));
    Diagnostic::error(format!("Invalid key in `{}`", at.name()), detail).at(at.path())
}

fn useless_key(rule: &Rule, key: &str, at: &At<'_>) -> Diagnostic {
    let detail =
        format!("Each key of `{at}` {} to have an effect. {} is stored but not used.", rule.describe(), quoted(key));
    Diagnostic::warning(format!("Key without effect in `{}`", at.name()), detail).at(at.path())
}
