//! What a configuration of a secret must keep, whose plain attribute is stored in the state and whose write-only argument is
//! not. No message contains a value.

use crate::diagnostic::Diagnostic;
use crate::engine::values::same::get;
use crate::schema::Attr;
use crate::value::{At, Object, Value};

/// Errors in the configuration of one secret.
pub(super) fn check(attr: &Attr, config: &Object, at: &At<'_>) -> Option<Diagnostic> {
    let (argument, version) = (attr.write_only_name(), attr.version_name());
    let (plain, write_only) = (get(config, attr.name), get(config, &argument));
    let is_set = |value: &Value| !value.is_null() && !value.is_unknown();
    let set = [(attr.name, plain), (&argument, write_only)].into_iter().filter(|(_, value)| is_set(value));
    if attr.is_required_on_create()
        && set.clone().all(|(_, value)| value.is_empty())
        && let Some((name, value)) = set.clone().next()
        // A rule of the attribute may have reported it already.
        && value.as_str().is_none_or(|text| attr.rules.iter().all(|rule| rule.accepts_text(text)))
    {
        let detail =
            format!("An empty `{name}` would leave the object without `{}`. Destroy the object instead.", attr.name);
        return Some(Diagnostic::error(format!("`{name}` is empty"), detail).at(at.then(name).path()));
    }
    if !is_set(write_only) {
        return None;
    }
    if is_set(plain)
        && let Some(found) = check_both(attr, plain, write_only, at)
    {
        return Some(found);
    }
    get(config, &version).is_null().then(|| {
        let detail = format!(
            "Terraform does not store `{argument}` and cannot detect its changes. Set `{version}`, and change it \
             whenever `{argument}` changes."
        );
        Diagnostic::error(format!("`{version}` is missing"), detail).at(at.then(&version).path())
    })
}

/// A map may be configured by both; a single value, or a key, only by one of them.
fn check_both(attr: &Attr, plain: &Value, write_only: &Value, at: &At<'_>) -> Option<Diagnostic> {
    let argument = attr.write_only_name();
    let (Value::Map(plain), Value::Map(write_only)) = (plain, write_only) else {
        let detail =
            format!("`{}` is stored in the state, `{argument}` is not. Configure only one of them.", attr.name);
        return Some(
            Diagnostic::error(format!("Both `{}` and `{argument}` are set", attr.name), detail)
                .at(at.then(&argument).path()),
        );
    };
    let key = plain.keys().find(|key| write_only.contains_key(*key))?;
    let argument_at = at.then(&argument);
    let path = argument_at.key(key);
    let detail = format!(
        "`{path}` is also a key of `{}`, which is stored in the state. Configure each key in only one of them.",
        at.then(attr.name)
    );
    Some(Diagnostic::error(format!("A key of `{argument}` is configured twice"), detail).at(path.path()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{THING, map, text, thing};
    use crate::schema::{Kind, secret};
    use crate::value::Path;

    #[test]
    fn a_map_is_divided_between_the_two_and_a_single_value_is_not() {
        let secrets = THING.attr("secrets").expect("it is in the table");
        let config = |plain, write_only| {
            thing(&[("secrets", plain), ("secrets_wo", write_only), ("secrets_wo_version", text("1"))])
        };
        let found = |plain, write_only| check(secrets, &config(plain, write_only), &At::Root);
        assert!(found(map(&[("A", "1")]), map(&[("B", "2")])).is_none());
        let twice = found(map(&[("A", "1"), ("B", "1")]), map(&[("B", "2")])).expect("an error");
        assert_eq!(twice.path, Some(Path::attribute("secrets_wo").key("B")));
        assert!(!twice.detail.contains('2'), "{}", twice.detail);

        static SINGLE: Attr = secret("word", Kind::Str, "doc");
        let one = |word: Value, write_only: Value| {
            [("word", word), ("word_wo", write_only), ("word_wo_version", text("1"))]
                .map(|(k, v)| (k.to_owned(), v))
                .into()
        };
        assert!(check(&SINGLE, &one(text("a"), text("b")), &At::Root).is_some());
        assert!(check(&SINGLE, &one(Value::Null, text("b")), &At::Root).is_none());
    }
}
