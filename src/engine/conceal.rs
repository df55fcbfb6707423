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

/// The secrets of a write, as the user wrote them.
pub(super) struct Secrets<'a>(Vec<&'a str>);

impl<'a> Secrets<'a> {
    /// The sensitive values of these objects: configuration, plan, state.
    pub(super) fn of(attrs: &'static [Attr], among: &[&'a Object]) -> Secrets<'a> {
        let mut found = Vec::new();
        among.iter().for_each(|object| collect(attrs, object, &mut found));
        Secrets(found)
    }

    /// The error with none of them in the system's words.
    pub(super) fn conceal(&self, mut error: Error) -> Error {
        if let Cause::Refused { message, .. } = &mut error.cause {
            *message = self.hide(message);
        }
        error
    }

    fn hide(&self, words: &str) -> String {
        let mut hidden = words.to_owned();
        let mut repeated: Vec<String> = self.forms(words).filter(|form| words.contains(form)).collect();
        // Of two that overlap the longer one is the secret.
        repeated.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        repeated.dedup();
        for form in repeated {
            hidden = hidden.replace(&form, HIDDEN);
        }
        // Long words arrive cut: what stands before the cut may be the beginning of a secret.
        if let Some(kept) = hidden.strip_suffix('…') {
            let cut = self.forms(words).filter_map(|form| beginning_at_end(kept, &form)).max().unwrap_or(0);
            if cut > 0 {
                hidden = format!("{}{HIDDEN}…", &kept[..kept.len() - cut]);
            }
        }
        hidden
    }

    /// Every form in which they may come back in these words, as far as it may.
    fn forms(&self, words: &str) -> impl Iterator<Item = String> {
        let all = self.0.iter().flat_map(|secret| forms(secret, words.len()));
        all.filter(|form| form.chars().nth(SHORTEST - 1).is_some())
    }
}

/// How many bytes at the end of `words` are the beginning of `secret`, if they are enough to matter.
fn beginning_at_end(words: &str, secret: &str) -> Option<usize> {
    let ends = secret.char_indices().map(|(at, _)| at).skip(SHORTEST).take_while(|end| *end <= words.len());
    ends.filter(|end| words.ends_with(&secret[..*end])).max()
}

/// As written, in the one line that messages are shown in, line by line, as JSON spells it, and as base64. A secret may
/// be a file of many megabytes: of each form no more is made than `longest` bytes, or its beginning.
fn forms(secret: &str, longest: usize) -> impl Iterator<Item = String> {
    let beginning = &secret[..secret.floor_char_boundary(longest)];
    let quoted = serde_json::to_string(beginning).unwrap_or_default();
    let quoted = quoted.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"')).unwrap_or_default().to_owned();
    // Three bytes make four letters, and whole triples no padding.
    let bytes = &secret.as_bytes()[..secret.len().min(longest.next_multiple_of(3))];
    let base64 = [STANDARD.encode(bytes), STANDARD_NO_PAD.encode(bytes)];
    let lines = secret.lines().map(str::trim).map(move |line| line[..line.floor_char_boundary(longest)].to_owned());
    [beginning.to_owned(), one_line(secret, longest), quoted].into_iter().chain(base64).chain(lines)
}

fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        line.extend(if line.is_empty() { ["", word] } else { [" ", word] });
        if line.len() > longest {
            break;
        }
    }
    line.truncate(line.floor_char_boundary(longest));
    line
}

fn collect<'a>(attrs: &'static [Attr], object: &'a Object, found: &mut Vec<&'a str>) {
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

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Map(items) | Value::Object(items) => items.values().for_each(|item| texts(item, found)),
        value => value.items().into_iter().flatten().for_each(|item| texts(item, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hide(secrets: &[&str], words: &str) -> String {
        Secrets(secrets.to_vec()).hide(words)
    }

    #[test]
    fn secrets_are_hidden_in_every_form_that_a_server_may_repeat() {
        assert_eq!(hide(&["hunter22"], "password hunter22 is weak"), "password (secret) is weak");
        assert_eq!(hide(&["hunter22"], "value aHVudGVyMjI= is weak"), "value (secret) is weak");
        assert_eq!(hide(&["one\ntwo lines"], "got one two lines here"), "got (secret) here");
        assert_eq!(hide(&["say \"friend\""], r#"got say \"friend\" here"#), "got (secret) here");
        assert_eq!(hide(&["abcdef", "abcdefgh"], "abcdefgh"), "(secret)");
        assert_eq!(hide(&["secret", "secret"], "not so secret"), "not so (secret)");
        assert_eq!(hide(&["abcdefghij"], "it ends with abcdefg…"), "it ends with (secret)…");
    }

    #[test]
    fn short_values_and_other_words_stay() {
        assert_eq!(hide(&["abc"], "abc is bad"), "abc is bad");
        assert_eq!(hide(&["abcdefghij"], "it ends with abc…"), "it ends with abc…");
    }

    /// Each form as a copy of its own would take hundreds of megabytes, each line a search through all words.
    #[test]
    fn files_and_thousands_of_secrets_are_hidden_too() {
        let file: String = (0..500_000).map(|line| format!("secret line {line}\n")).collect();
        assert_eq!(hide(&[&file], "got secret line 499999 here"), "got (secret) here");
        assert_eq!(hide(&[&file], "begins secret line 0 secret l…"), "begins (secret) (secret)…");
        assert_eq!(hide(&[&file], &format!("got {}…", &STANDARD.encode(&file)[..400])), "got (secret)…");
        let many: Vec<String> = (0..2_000).map(|index| format!("value-{index}-é")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(
            hide(&many, "value-7-é is like value-1999-é, but value-7 is not"),
            "(secret) is like (secret), but value-7 is not"
        );
        assert_eq!(hide(&[&format!("a {} b", " ".repeat(1_000))], "got a b here"), "got a b here");
        assert_eq!(hide(&[&format!("aa {} bb", " ".repeat(1_000))], "got aa bb here"), "got (secret) here");
    }
}
