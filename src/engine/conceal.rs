//! The user's secrets, told to the client before it asks the system anything: whatever the system says of them
//! afterwards, in whichever request, they are struck from its words.

use super::correlate::objects;
use super::same::get;
use crate::api::Secrets;
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

/// Keeps the sensitive values of a configuration, plan, state or answer.
pub(super) fn keep(secrets: &Secrets, attrs: impl IntoIterator<Item = &'static Attr>, object: &Object) {
    for attr in attrs {
        let value = get(object, attr.name);
        if attr.sensitive {
            texts(value, secrets);
            texts(get(object, &attr.write_only_name()), secrets);
        } else if let Some(nested) = attr.kind.nested() {
            objects(value, &Path::root()).for_each(|(object, _)| keep(secrets, nested, object));
        }
    }
}

fn texts(value: &Value, secrets: &Secrets) {
    match value {
        Value::String(text) => secrets.keep(text),
        Value::Map(items) | Value::Object(items) => items.values().for_each(|item| texts(item, secrets)),
        value => value.items().into_iter().flatten().for_each(|item| texts(item, secrets)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{THING, map, text, thing};

    #[test]
    fn sensitive_values_are_kept_whichever_twin_holds_them_and_no_others() {
        let secrets = Secrets::default();
        let config = thing(&[("note", text("a plain note")), ("secrets", map(&[("KEY", "secret one")]))]);
        let state = thing(&[("token", text("secret two")), ("secrets_wo", map(&[("KEY", "secret three")]))]);
        keep(&secrets, THING.attrs, &config);
        keep(&secrets, THING.attrs, &state);
        let said = secrets.hide("secret one, secret two, secret three, KEY and a plain note");
        assert_eq!(said, "(secret), (secret), (secret), KEY and a plain note");
    }
}
