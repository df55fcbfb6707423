//! The user's secrets in the system's words: a refusal may repeat what was sent. Only those words are searched, so that
//! a secret that is an everyday word leaves our own sentences alone.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::correlate::objects;
use super::same::get;
use crate::api::{Cause, Error};
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

/// Shorter ones are guessed as easily as read, and hiding a letter everywhere would spoil every message.
const SHORTEST: usize = 4;
const HIDDEN: &str = "(secret)";

/// Every form in which the secrets of a write may come back, the longest first.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// The sensitive values of these objects: configuration, plan, state.
    pub(super) fn of(attrs: &'static [Attr], among: &[&Object]) -> Secrets {
        let mut found = Vec::new();
        among.iter().for_each(|object| collect(attrs, object, &mut found));
        let mut forms: Vec<String> = found.iter().flat_map(|secret| forms(secret)).collect();
        forms.retain(|form| form.chars().count() >= SHORTEST);
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Secrets(forms)
    }

    /// The error with none of them in the system's words.
    pub(super) fn conceal(&self, mut error: Error) -> Error {
        if let Cause::Refused { message, .. } = &mut error.cause {
            *message = self.hide(message);
        }
        error
    }

    fn hide(&self, words: &str) -> String {
        let mut words = words.to_owned();
        for form in &self.0 {
            words = words.replace(form, HIDDEN);
        }
        // Long words arrive cut: what stands before the cut may be the beginning of a secret.
        if let Some(kept) = words.strip_suffix('…') {
            let cut = self.0.iter().filter_map(|form| beginning_at_end(kept, form)).max().unwrap_or(0);
            if cut > 0 {
                words = format!("{}{HIDDEN}…", &kept[..kept.len() - cut]);
            }
        }
        words
    }
}

/// How many bytes at the end of `words` are the beginning of `secret`, if they are enough to matter.
fn beginning_at_end(words: &str, secret: &str) -> Option<usize> {
    let ends = secret.char_indices().map(|(at, _)| at).skip(SHORTEST);
    ends.filter(|end| words.ends_with(&secret[..*end])).max()
}

/// As written, in the one line that messages are shown in, line by line, as JSON spells it, and as base64.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), secret.split_whitespace().collect::<Vec<_>>().join(" ")];
    forms.extend(secret.lines().map(|line| line.trim().to_owned()));
    forms.extend(serde_json::to_string(secret).ok().map(|quoted| quoted[1..quoted.len() - 1].to_owned()));
    forms.extend([STANDARD.encode(secret), STANDARD_NO_PAD.encode(secret)]);
    forms
}

fn collect(attrs: &'static [Attr], object: &Object, found: &mut Vec<String>) {
    for attr in attrs {
        let value = get(object, attr.name);
        if attr.sensitive {
            texts(value, found);
            texts(get(object, &attr.write_only_name()), found);
        } else if let Some(nested) = attr.kind.nested() {
            objects(value, &Path::root()).for_each(|(object, _)| collect(nested, object, found));
        }
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Map(items) | Value::Object(items) => items.values().for_each(|item| texts(item, found)),
        value => value.items().into_iter().flatten().for_each(|item| texts(item, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hide(secrets: &[&str], words: &str) -> String {
        let mut forms: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        forms.retain(|form| form.chars().count() >= SHORTEST);
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Secrets(forms).hide(words)
    }

    #[test]
    fn secrets_are_hidden_in_every_form_that_a_server_may_repeat() {
        assert_eq!(hide(&["hunter22"], "password hunter22 is weak"), "password (secret) is weak");
        assert_eq!(hide(&["hunter22"], "value aHVudGVyMjI= is weak"), "value (secret) is weak");
        assert_eq!(hide(&["one\ntwo lines"], "got one two lines here"), "got (secret) here");
        assert_eq!(hide(&["say \"friend\""], r#"got say \"friend\" here"#), "got (secret) here");
        assert_eq!(hide(&["abcdef", "abcdefgh"], "abcdefgh"), "(secret)");
        assert_eq!(hide(&["abcdefghij"], "it ends with abcdefg…"), "it ends with (secret)…");
    }

    #[test]
    fn short_values_and_other_words_stay() {
        assert_eq!(hide(&["abc"], "abc is bad"), "abc is bad");
        assert_eq!(hide(&["abcdefghij"], "it ends with abc…"), "it ends with abc…");
    }
}
