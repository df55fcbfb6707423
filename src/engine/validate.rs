//! The configuration against the table, without any request. Unknown values are not wrong: they are checked again
//! when they are known.

use super::correlate::objects;
use super::same::{element_key, get};
use crate::diagnostic::{Diagnostic, Diagnostics, cut, quoted};
use crate::schema::{Attr, Kind, Resource, Rule};
use crate::value::{Number, Object, Path, Step, Value};

/// Checks each configured value of an object against its rules; of an import, its keys.
pub(super) fn validate(attrs: &[&'static Attr], config: &Object, at: &Path) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_object(attrs.iter().copied(), config, at, false, &mut found);
    found
}

/// `hidden`: it is a part of something sensitive, so that no value in it is shown.
fn check_object(
    attrs: impl Iterator<Item = &'static Attr>,
    config: &Object,
    at: &Path,
    hidden: bool,
    found: &mut Diagnostics,
) {
    for attr in attrs.filter(|attr| attr.settable() || attr.key) {
        let hidden = hidden || attr.sensitive;
        check_value(attr, get(config, attr.name), &at.then(attr.name), hidden, found);
        if attr.secret {
            let write_only = attr.write_only_name();
            check_value(attr, get(config, &write_only), &at.then(&write_only), hidden, found);
            found.extend(check_twins(attr, config, at));
        }
    }
}

fn check_value(attr: &'static Attr, value: &Value, path: &Path, hidden: bool, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    for rule in attr.rules {
        check_rule(attr, rule, value, path, hidden, found);
    }
    if matches!(attr.kind, Kind::Int)
        && let Value::Number(number) = value
        && number.as_i64().is_none()
    {
        found.push(wrong(attr, "a whole number", value, path, hidden));
    }
    let Some(nested) = attr.kind.nested() else { return };
    let mut inner = |value: &Value, path: &Path| {
        if let Value::Object(object) = value {
            check_object(nested.iter(), object, path, hidden, found);
        }
    };
    match value {
        Value::List(items) => items.iter().enumerate().for_each(|(index, item)| inner(item, &path.index(index))),
        Value::Map(entries) => entries.iter().for_each(|(key, item)| inner(item, &path.key(key))),
        // Elements of a set have no address: the set itself is named.
        Value::Set(items) => {
            items.iter().for_each(|item| inner(item, path));
            found.extend(attr.partial.and_then(|_| named_twice(attr, items, path)));
        }
        value => inner(value, path),
    }
}

/// Two elements of a partial set with one key are one element to the system.
fn named_twice(attr: &Attr, items: &[Value], path: &Path) -> Option<Diagnostic> {
    let mut keys: Vec<&str> = items.iter().filter_map(|item| element_key(attr, item)?.as_str()).collect();
    keys.sort_unstable();
    let twice = keys.windows(2).find(|pair| pair[0] == pair[1])?[0];
    let detail = format!("Two elements of `{path}` are about {}. Make them one.", quoted(twice));
    Some(Diagnostic::error(format!("Two elements of `{}` are one", attr.name), detail).at(path.clone()))
}

fn check_rule(attr: &Attr, rule: &Rule, value: &Value, path: &Path, hidden: bool, found: &mut Diagnostics) {
    let fits = match (rule, value) {
        (_, Value::Unknown) => true,
        (Rule::Each(rules), value) => {
            let mut each = |value: &Value, path: &Path| match value {
                Value::Null => found.push(wrong(attr, "a value, not null", value, path, hidden)),
                value => rules.iter().for_each(|rule| check_rule(attr, rule, value, path, hidden, found)),
            };
            match value {
                Value::List(items) => items.iter().enumerate().for_each(|(i, item)| each(item, &path.index(i))),
                Value::Map(entries) => entries.iter().for_each(|(key, item)| each(item, &path.key(key))),
                Value::Set(items) => items.iter().for_each(|item| each(item, path)),
                _ => {}
            }
            true
        }
        (Rule::Keys(rules) | Rule::UsefulKeys(rules), Value::Map(entries)) => {
            let told = if matches!(rule, Rule::Keys(_)) { wrong_key } else { useless_key };
            for key in entries.keys() {
                let broken = rules.iter().find(|rule| !rule.accepts_text(key));
                found.extend(broken.map(|broken| told(attr, broken, key, path)));
            }
            true
        }
        (Rule::AtMost(count), Value::Map(entries)) => entries.len() <= *count,
        (Rule::AtMost(count), value) => value.items().is_none_or(|items| items.len() <= *count),
        (Rule::Range(min, max), Value::Number(number)) => {
            let low = Number::from(*min);
            let high = Number::from(*max);
            (low..=high).contains(number)
        }
        (rule, Value::String(text)) => rule.accepts_text(text),
        _ => true,
    };
    if !fits {
        found.push(wrong(attr, &rule.describe(), value, path, hidden));
    }
}

fn wrong(attr: &Attr, rule: &str, value: &Value, path: &Path, hidden: bool) -> Diagnostic {
    let shown = match value {
        Value::String(text) if !hidden => format!(", not {}", quoted(text)),
        Value::Number(number) if !hidden => format!(", not {}", cut(&number.to_string())),
        _ => String::new(),
    };
    Diagnostic::error(format!("Invalid value for `{}`", named(path, attr)), format!("`{path}` must be {rule}{shown}."))
        .at(path.clone())
}

/// The attribute that the user wrote: of a secret it may be the write-only twin.
fn named<'a>(path: &'a Path, attr: &'a Attr) -> &'a str {
    let names = path.0.iter().rev().filter_map(|step| match step {
        Step::Attribute(name) => Some(name.as_str()),
        _ => None,
    });
    names.into_iter().next().unwrap_or(attr.name)
}

/// Keys are no secret, even of a sensitive map: the message would be useless without them.
fn wrong_key(attr: &Attr, rule: &Rule, key: &str, path: &Path) -> Diagnostic {
    let detail = format!("Each key of `{path}` must be {}, which {} is not.", rule.describe(), quoted(key));
    Diagnostic::error(format!("Invalid key in `{}`", named(path, attr)), detail).at(path.clone())
}

fn useless_key(attr: &Attr, rule: &Rule, key: &str, path: &Path) -> Diagnostic {
    let detail = format!(
        "A key of `{path}` is of use if it is {}. {} is stored, and nothing reads it.",
        rule.describe(),
        quoted(key)
    );
    Diagnostic::warning(format!("Useless key in `{}`", named(path, attr)), detail).at(path.clone())
}

fn check_twins(attr: &Attr, config: &Object, at: &Path) -> Option<Diagnostic> {
    let (twin, version) = (attr.write_only_name(), attr.version_name());
    let is_set = |name: &str| !get(config, name).is_null() && !get(config, name).is_unknown();
    let given = [attr.name, &twin].into_iter().find(|name| attr.needed && is_set(name) && get(config, name).is_empty());
    if let Some(name) = given {
        let detail = format!("Nothing in `{name}` would be no {} at all. Destroy the object instead.", attr.name);
        return Some(Diagnostic::error(format!("`{name}` is empty"), detail).at(at.then(name)));
    }
    if !is_set(&twin) {
        return None;
    }
    if is_set(attr.name) {
        let detail = format!("`{}` is kept in the state, `{twin}` is not. Configure one of them.", attr.name);
        return Some(
            Diagnostic::error(format!("Both `{}` and `{twin}` are set", attr.name), detail).at(at.then(&twin)),
        );
    }
    get(config, &version).is_null().then(|| {
        let detail = format!(
            "A change of `{twin}` cannot be seen, since Terraform stores no write-only value. Set `{version}` (start \
             with 1) and raise it whenever `{twin}` changes."
        );
        Diagnostic::error(format!("`{version}` is missing"), detail).at(at.then(&version))
    })
}

/// Everything that can be said of a resource's configuration without a request.
pub(super) fn resource(resource: &'static Resource, config: &Object) -> Diagnostics {
    let attrs: Vec<&'static Attr> = resource.managed().collect();
    let mut found = validate(&attrs, config, &Path::root());
    if let Some(hook) = resource.hooks.validate {
        found.extend(hook(config));
    }
    found
}

/// A host that does not know write-only attributes would store them: refused, since nothing else keeps them secret.
pub(super) fn write_only_refused(resource: &'static Resource, config: &Object) -> Diagnostics {
    let refusal = |path: Path| {
        let detail = format!("This version of Terraform would store `{path}`. It needs Terraform 1.11 or newer.");
        Diagnostic::error(format!("`{path}` needs a newer Terraform"), detail).at(path)
    };
    write_only(resource.attrs, config, &Path::root()).into_iter().map(refusal).collect()
}

/// Where a write-only value is given, at whatever depth.
fn write_only(attrs: &'static [Attr], config: &Object, at: &Path) -> Vec<Path> {
    let mut found = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.watched) {
        let twin = attr.write_only_name();
        if attr.secret && !get(config, &twin).is_null() {
            found.push(at.then(&twin));
        }
        let Some(nested) = attr.kind.nested() else { continue };
        for (object, at) in objects(get(config, attr.name), &at.then(attr.name)) {
            found.extend(write_only(nested, object, &at));
        }
    }
    found
}
