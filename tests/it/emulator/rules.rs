//! What the gateway refuses: its own rules (422) and its database's (500), facts §1 and §3. Pure checks of values;
//! nothing here looks at stored objects.

use std::collections::BTreeSet;

use serde_json::Value;

use super::http::{Answer, Request, refuse};

pub(super) const NAME_RULE: &str =
    "name: it must contain between 3 and 254 alphanumeric characters, it may include (-), (_) or (.) characters";
const TAGS_RULE: &str =
    "tags: values must contain between 1 and 128 alphanumeric characters, it may include (-), (_) or (.) characters";
const OPTION_RULE: &str =
    "option values must contain between 1 and 127 alphanumeric characters, it may include (-), (_) or (.) characters";
/// What the database says of a NUL character in a text.
pub(super) const NUL: &str = "ERROR: invalid byte sequence for encoding \"UTF8\": 0x00 (SQLSTATE 22021)";
const TAG_KEY_RULE: &str = "keys must contain between 1 and 64 alphanumeric characters, it may include (-), (_), (/), \
                            or (.) characters and it must not end with (-), (/) or (-)";
const TAG_VALUE_RULE: &str = "values must contain between 1 and 256 alphanumeric characters, it may include space, \
                              (-), (_), (/), (+), (@), (:), (=) or (.) characters";

const CONNECTION_TYPES: &[&str] =
    &["database", "application", "custom", "httpproxy", "command-line", "postgres", "mysql", "mssql", "tcp"];

/// `^\w+(?:[separators]?\w+){min-1,separators_max}$` for ASCII: word characters with single separators inside.
fn words(text: &str, separators: &str, min_word_characters: usize, max_separators: usize) -> bool {
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let separator = |character: char| separators.contains(character);
    let count = text.chars().filter(|character| word(*character)).count();
    let only_known = text.chars().all(|character| word(character) || separator(character));
    let single = !text.split(separator).any(str::is_empty);
    only_known && single && count >= min_word_characters && text.chars().count() - count <= max_separators
}

pub(super) fn name(text: &str) -> Result<(), Answer> {
    if words(text, "-.", 3, 253) { Ok(()) } else { Err(refuse(422, NAME_RULE)) }
}

pub(super) fn tags(tags: &[String]) -> Result<(), Answer> {
    if tags.iter().all(|tag| words(tag, "-.", 1, 128)) { Ok(()) } else { Err(refuse(422, TAGS_RULE)) }
}

/// A value of a list filter.
pub(super) fn option(text: &str) -> Result<(), Answer> {
    if words(text, "-.", 2, 127) { Ok(()) } else { Err(refuse(422, OPTION_RULE)) }
}

pub(super) fn connection_tags<'a>(tags: impl ExactSizeIterator<Item = (&'a String, &'a String)>) -> Result<(), Answer> {
    if tags.len() > 10 {
        return Err(refuse(422, "max tag association reached (10)"));
    }
    let value_character = |character: char| character.is_ascii_alphanumeric() || "-_+=@/: ".contains(character);
    for (key, value) in tags {
        if key.len() > 64 || !words(key, "-./", 1, 64) {
            return Err(refuse(422, format!("connection_tags ({key}), {TAG_KEY_RULE}")));
        }
        if value.is_empty() || value.len() > 256 || !value.chars().all(value_character) {
            return Err(refuse(422, format!("connection_tags ({key}), {TAG_VALUE_RULE}")));
        }
    }
    Ok(())
}

pub(super) fn min_review_approvals(count: Option<i64>) -> Result<(), Answer> {
    match count {
        Some(count) if count < 1 => Err(refuse(422, "min review approvals must be greater than 0 or null")),
        _ => Ok(()),
    }
}

/// What the gateway made for a protection profile changes with the profile alone.
pub(super) fn not_managed(object: &Value, noun: &str, done: &str) -> Result<(), Answer> {
    match &object["managed_by"] {
        Value::Null => Ok(()),
        _ => Err(refuse(400, format!("this {noun} is managed by Hoop and cannot be {done} directly"))),
    }
}

/// Without duplicates, in the order of their first appearance.
pub(super) fn distinct(mut names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// What the database says; the handler puts its own words before it and makes it a 500.
pub(super) type Refusal = Result<(), String>;

/// As the database keeps it, in small letters. It takes braces around, and a hyphen after each four digits or none.
pub(super) fn database_uuid(text: &str) -> Result<String, String> {
    let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let in_fours = bare.split('-').all(|group| !group.is_empty() && group.len().is_multiple_of(4));
    let digits = Some(bare.replace('-', "")).filter(|digits| in_fours && digits.len() == 32);
    let parsed = digits.and_then(|digits| uuid::Uuid::parse_str(&digits).ok());
    parsed
        .map(|id| id.to_string())
        .ok_or_else(|| format!("ERROR: invalid input syntax for type uuid: \"{text}\" (SQLSTATE 22P02)"))
}

/// An id in the path, which the database alone looks at.
pub(super) fn path_uuid(request: &Request, index: usize, doing: &str) -> Result<String, Answer> {
    database_uuid(request.param(index)).map_err(|text| refuse(500, format!("failed {doing}: {text}")))
}

pub(super) fn database_type(text: &str) -> Refusal {
    one_of(text, "enum_connection_type", CONNECTION_TYPES)
}

pub(super) fn database_access(text: &str) -> Refusal {
    one_of(text, "enum_access_status", &["enabled", "disabled"])
}

pub(super) fn one_of(text: &str, name: &str, values: &[&str]) -> Refusal {
    if values.contains(&text) {
        return Ok(());
    }
    Err(format!("ERROR: invalid input value for enum private.{name}: \"{text}\" (SQLSTATE 22P02)"))
}

pub(super) fn database_length(text: &str, limit: usize) -> Refusal {
    if text.contains('\0') {
        return Err(NUL.into());
    }
    if text.chars().count() <= limit {
        return Ok(());
    }
    Err(format!("ERROR: value too long for type character varying({limit}) (SQLSTATE 22001)"))
}

pub(super) fn database_int4(number: Option<i64>) -> Refusal {
    match number {
        Some(number) if i32::try_from(number).is_err() => {
            let beyond = if number > 0 { "greater than maximum" } else { "less than minimum" };
            Err(format!(
                "failed to encode args[17]: unable to encode (*int)(0xc000012345) into binary format for int4 (OID 23): \
                 {number} is {beyond} value for int4"
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_single_separators_inside() {
        let long = "x".repeat(256);
        for good in ["abc", "a.b-c_d", "ab-c", "a-bc", long.as_str()] {
            assert!(name(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", "a-b", "-abc", "abc-", "a--bc", "a.-bc", "a bc", "café", "a/bc"] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn uuids_are_normalised_as_the_database_does() {
        let id = "00000000-0000-4000-8000-00000000000a";
        for good in [&id.to_uppercase(), &id.replace('-', ""), &format!("{{{id}}}"), &id.replacen("0000", "0000-", 1)] {
            assert_eq!(database_uuid(good), Ok(id.into()), "{good}");
        }
        for bad in
            ["default", "", &format!("urn:uuid:{id}"), &format!("{{{id}"), &format!("{id} "), &id.replace('-', "--")]
        {
            assert!(database_uuid(bad).is_err(), "{bad}");
        }
    }
}
