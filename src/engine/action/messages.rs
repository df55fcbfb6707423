//! The texts of an action's table with the values of one invocation. Pure.

use crate::diagnostic::{cut, quoted};
use crate::engine::values::same::get;
use crate::schema::Action;
use crate::value::{Object, Value};

/// Completes "Could not …".
pub(super) fn doing(action: &Action, config: &Object) -> String {
    filled(action.doing, &[config])
}

/// The template with the values of the last object that has them: a text in quotes, as in all messages, and a number.
pub(super) fn filled(template: &str, objects: &[&Object]) -> String {
    parts(template, objects, |value| match value {
        Value::String(text) => quoted(text),
        Value::Number(number) => cut(&number.to_string()),
        _ => "(unknown)".to_owned(),
    })
}

/// The same with plain texts.
pub(super) fn plain(template: &str, objects: &[&Object]) -> String {
    parts(template, objects, |value| value.as_str().unwrap_or_default().to_owned())
}

fn parts(template: &str, objects: &[&Object], shown: impl Fn(&Value) -> String) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, inner)| Some((before, inner.split_once('}')?)))
    {
        text.push_str(before);
        let values = objects.iter().rev().map(|object| get(object, name));
        text.push_str(&shown(values.into_iter().find(|value| !value.is_null()).unwrap_or(&Value::Null)));
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_values_of_the_response_and_the_configuration() {
        let object = |name: &str, text: &str| Object::from([(name.to_owned(), Value::string(text))]);
        let (config, response) = (object("name", "a\"b"), object("id", "42"));
        assert_eq!(
            filled("run {name} as {id}, not {other}", &[&config, &response]),
            r#"run "a\"b" as "42", not (unknown)"#
        );
        assert_eq!(plain("{name}-{id}", &[&config, &response]), "a\"b-42");
        assert_eq!(filled("an open { brace", &[]), "an open { brace");
    }
}
