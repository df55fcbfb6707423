//! The user's secrets, told to the client before it asks the system anything: whatever the system says of them
//! afterwards, in whichever request, they are struck from its words. What a user writes openly is told too: a password
//! that is an everyday word must not spoil every sentence with that word.

use super::correlate::objects;
use super::same::get;
use crate::api::Secrets;
use crate::schema::{Attr, Provider, Rule};
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

/// The same of a configuration, and what it says openly.
pub(super) fn keep_of_config(secrets: &Secrets, attrs: &'static [Attr], config: &Object) {
    keep(secrets, attrs, config);
    open(attrs, config, &|text| secrets.open(text));
}

/// The same of a state or a plan, parts of which a system has said.
pub(super) fn keep_of_state(secrets: &Secrets, attrs: &'static [Attr], state: &Object) {
    keep(secrets, attrs, state);
    open(attrs, state, &|text| secrets.open_word(text));
}

fn open(attrs: &'static [Attr], object: &Object, tell: &dyn Fn(&str)) {
    for attr in attrs.iter().filter(|attr| !attr.sensitive && attr.settable()) {
        let value = get(object, attr.name);
        match attr.kind.nested() {
            Some(nested) => objects(value, &Path::root()).for_each(|(object, _)| open(nested, object, tell)),
            None => each_text(value, &mut |text| tell(text)),
        }
    }
}

/// The words of the tables themselves: names of attributes, and those that a rule lists.
pub(super) fn open_words(secrets: &Secrets, provider: &'static Provider) {
    for resource in provider.resources {
        words(secrets, resource.attrs);
    }
}

fn words(secrets: &Secrets, attrs: &'static [Attr]) {
    for attr in attrs {
        secrets.open(attr.name);
        attr.wire_name().split('.').for_each(|name| secrets.open(name));
        attr.rules.iter().for_each(|rule| listed(secrets, rule));
        attr.kind.nested().into_iter().for_each(|nested| words(secrets, nested));
    }
}

fn listed(secrets: &Secrets, rule: &Rule) {
    match rule {
        Rule::OneOf(words) => words.iter().for_each(|word| secrets.open(word)),
        Rule::Each(rules) | Rule::Keys(rules) | Rule::UsefulKeys(rules) => {
            rules.iter().for_each(|rule| listed(secrets, rule));
        }
        _ => {}
    }
}

fn texts(value: &Value, secrets: &Secrets) {
    each_text(value, &mut |text| secrets.keep(text));
}

fn each_text(value: &Value, tell: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => tell(text),
        Value::Map(items) | Value::Object(items) => items.values().for_each(|item| each_text(item, tell)),
        value => value.items().into_iter().flatten().for_each(|item| each_text(item, tell)),
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

    #[test]
    fn an_everyday_word_is_left_where_it_stands_openly() {
        let secrets = Secrets::default();
        let config = thing(&[("note", text("orders")), ("secrets", map(&[("USER", "orders"), ("PASS", "hunter22")]))]);
        keep(&secrets, THING.attrs, &config);
        assert_eq!(secrets.hide("orders: hunter22"), "(secret): (secret)");
        keep_of_state(&secrets, THING.attrs, &config);
        assert_eq!(secrets.hide("orders: hunter22"), "orders: (secret)");
        // A long text in a state may be a secret that the system has put there.
        let long = "0123456789abcdef0123";
        let config = thing(&[("note", text(long)), ("secrets", map(&[("KEY", long)]))]);
        keep_of_state(&secrets, THING.attrs, &config);
        assert_eq!(secrets.hide(long), "(secret)");
        keep_of_config(&secrets, THING.attrs, &config);
        assert_eq!(secrets.hide(long), long);
    }
}
