//! Registers the user's secrets with the redactor before any request: they are redacted from all messages of the
//! system. Values that the user configured in plain text are registered as allowed: a password that is a common word
//! must not make messages unreadable.

use crate::api::Redactor;
use crate::engine::values::same::get;
use crate::engine::values::walk::objects;
use crate::schema::{Attr, Provider, Rule};
use crate::value::{At, Object, Value};

/// Registers the sensitive values of a configuration, plan, state or response.
pub(crate) fn add_values(redactor: &Redactor, attrs: impl IntoIterator<Item = &'static Attr>, object: &Object) {
    add(redactor, attrs, object, None);
}

/// The same for a configuration, and allows its values that are not sensitive.
pub(crate) fn add_from_config(redactor: &Redactor, attrs: &'static [Attr], config: &Object) {
    add(redactor, attrs, config, Some(&|text| redactor.allow(text)));
}

/// The same for a state or a plan, which can contain values of the system; of these only single words are allowed.
pub(crate) fn add_from_state(redactor: &Redactor, attrs: &'static [Attr], state: &Object) {
    add(redactor, attrs, state, Some(&|text| redactor.allow_word(text)));
}

/// What is not sensitive goes to `allow` where a configuration can give it.
fn add(
    redactor: &Redactor,
    attrs: impl IntoIterator<Item = &'static Attr>,
    object: &Object,
    allow: Option<&dyn Fn(&str)>,
) {
    for attr in attrs {
        let value = get(object, attr.name);
        let allow = allow.filter(|_| attr.settable());
        if attr.is_sensitive() {
            texts(value, redactor);
            if attr.is_secret() {
                texts(get(object, &attr.write_only_name()), redactor);
            }
        } else if let Some(nested) = attr.kind.nested() {
            objects(value, &At::Root, &mut |object, _| add(redactor, nested, object, allow));
        } else if let Some(allow) = allow {
            each_text(value, &mut |text| allow(text));
        }
    }
}

/// Allows the terms of the tables: names of attributes, and the values that a rule lists.
pub(crate) fn allow_table_terms(redactor: &Redactor, provider: &'static Provider) {
    // Some systems use their own name as a dummy password.
    redactor.allow(provider.name);
    for resource in provider.readable() {
        allow_terms(redactor, resource.attrs);
    }
    provider.actions.iter().for_each(|action| allow_terms(redactor, action.attrs));
}

fn allow_terms(redactor: &Redactor, attrs: &'static [Attr]) {
    for attr in attrs {
        redactor.allow(attr.name);
        attr.wire_name().split('.').for_each(|name| redactor.allow(name));
        attr.rules.iter().for_each(|rule| allow_listed(redactor, rule));
        attr.kind.nested().into_iter().for_each(|nested| allow_terms(redactor, nested));
    }
}

fn allow_listed(redactor: &Redactor, rule: &Rule) {
    match rule {
        Rule::OneOf(texts) => texts.iter().for_each(|text| redactor.allow(text)),
        Rule::Each(rules) | Rule::Keys(rules) | Rule::UsefulKeys(rules) => {
            rules.iter().for_each(|rule| allow_listed(redactor, rule));
        }
        _ => {}
    }
}

fn texts(value: &Value, redactor: &Redactor) {
    each_text(value, &mut |text| redactor.add(text));
}

fn each_text(value: &Value, action: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => action(text),
        Value::Map(items) | Value::Object(items) => items.values().for_each(|item| each_text(item, action)),
        value => value.items().into_iter().flatten().for_each(|item| each_text(item, action)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{THING, map, text, thing};

    #[test]
    fn sensitive_values_are_kept_whichever_argument_holds_them_and_no_others() {
        let redactor = Redactor::default();
        let config = thing(&[("note", text("a plain note")), ("secrets", map(&[("KEY", "secret one")]))]);
        let state = thing(&[("token", text("secret two")), ("secrets_wo", map(&[("KEY", "secret three")]))]);
        add_values(&redactor, THING.attrs, &config);
        add_values(&redactor, THING.attrs, &state);
        let text = redactor.redact("secret one, secret two, secret three, KEY and a plain note");
        assert_eq!(text, "(secret), (secret), (secret), KEY and a plain note");
    }

    #[test]
    fn an_everyday_word_is_left_where_it_stands_openly() {
        let redactor = Redactor::default();
        let config = thing(&[("note", text("orders")), ("secrets", map(&[("USER", "orders"), ("PASS", "hunter22")]))]);
        add_values(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact("orders: hunter22"), "(secret): (secret)");
        add_from_state(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact("orders: hunter22"), "orders: (secret)");
        // A long text in a state may be a secret from the system.
        let long = "0123456789abcdef0123";
        let config = thing(&[("note", text(long)), ("secrets", map(&[("KEY", long)]))]);
        add_from_state(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact(long), "(secret)");
        add_from_config(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact(long), long);
    }
}
