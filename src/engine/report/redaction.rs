//! The user's redactor, told to the client before it asks the system anything: whatever the system says of them
//! afterwards, in whichever request, they are struck from its words. What a user writes openly is told too: a password
//! that is an everyday word must not spoil every sentence with that word.

use crate::api::Redactor;
use crate::engine::values::same::get;
use crate::engine::values::walk::objects;
use crate::schema::{Attr, Provider, Rule};
use crate::value::{At, Object, Value};

/// Keeps the sensitive values of a configuration, plan, state or answer.
pub(crate) fn add_values(redactor: &Redactor, attrs: impl IntoIterator<Item = &'static Attr>, object: &Object) {
    for attr in attrs {
        let value = get(object, attr.name);
        if attr.is_sensitive() {
            texts(value, redactor);
            texts(get(object, &attr.write_only_name()), redactor);
        } else if let Some(nested) = attr.kind.nested() {
            objects(value, &At::Root, &mut |object, _| add_values(redactor, nested, object));
        }
    }
}

/// The same of a configuration, and what it says openly.
pub(crate) fn add_from_config(redactor: &Redactor, attrs: &'static [Attr], config: &Object) {
    add_values(redactor, attrs, config);
    open(attrs, config, &|text| redactor.allow(text));
}

/// The same of a state or a plan, parts of which a system has said.
pub(crate) fn add_from_state(redactor: &Redactor, attrs: &'static [Attr], state: &Object) {
    add_values(redactor, attrs, state);
    open(attrs, state, &|text| redactor.allow_word(text));
}

fn open(attrs: &'static [Attr], object: &Object, tell: &dyn Fn(&str)) {
    for attr in attrs.iter().filter(|attr| !attr.is_sensitive() && attr.settable()) {
        let value = get(object, attr.name);
        match attr.kind.nested() {
            Some(nested) => objects(value, &At::Root, &mut |object, _| open(nested, object, tell)),
            None => each_text(value, &mut |text| tell(text)),
        }
    }
}

/// The words of the tables themselves: names of attributes, and those that a rule lists.
pub(crate) fn allow_table_terms(redactor: &Redactor, provider: &'static Provider) {
    for resource in provider.resources {
        words(redactor, resource.attrs);
    }
}

fn words(redactor: &Redactor, attrs: &'static [Attr]) {
    for attr in attrs {
        redactor.allow(attr.name);
        attr.wire_name().split('.').for_each(|name| redactor.allow(name));
        attr.rules.iter().for_each(|rule| listed(redactor, rule));
        attr.kind.nested().into_iter().for_each(|nested| words(redactor, nested));
    }
}

fn listed(redactor: &Redactor, rule: &Rule) {
    match rule {
        Rule::OneOf(words) => words.iter().for_each(|word| redactor.allow(word)),
        Rule::Each(rules) | Rule::Keys(rules) | Rule::UsefulKeys(rules) => {
            rules.iter().for_each(|rule| listed(redactor, rule));
        }
        _ => {}
    }
}

fn texts(value: &Value, redactor: &Redactor) {
    each_text(value, &mut |text| redactor.add(text));
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
        let redactor = Redactor::default();
        let config = thing(&[("note", text("a plain note")), ("secrets", map(&[("KEY", "secret one")]))]);
        let state = thing(&[("token", text("secret two")), ("secrets_wo", map(&[("KEY", "secret three")]))]);
        add_values(&redactor, THING.attrs, &config);
        add_values(&redactor, THING.attrs, &state);
        let said = redactor.redact("secret one, secret two, secret three, KEY and a plain note");
        assert_eq!(said, "(secret), (secret), (secret), KEY and a plain note");
    }

    #[test]
    fn an_everyday_word_is_left_where_it_stands_openly() {
        let redactor = Redactor::default();
        let config = thing(&[("note", text("orders")), ("secrets", map(&[("USER", "orders"), ("PASS", "hunter22")]))]);
        add_values(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact("orders: hunter22"), "(secret): (secret)");
        add_from_state(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact("orders: hunter22"), "orders: (secret)");
        // A long text in a state may be a secret that the system has put there.
        let long = "0123456789abcdef0123";
        let config = thing(&[("note", text(long)), ("secrets", map(&[("KEY", long)]))]);
        add_from_state(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact(long), "(secret)");
        add_from_config(&redactor, THING.attrs, &config);
        assert_eq!(redactor.redact(long), long);
    }
}
