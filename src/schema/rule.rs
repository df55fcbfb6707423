//! Constraints on a configured value. They are data, so that validation and documentation are consistent.

use super::kind::Kind;

/// What a configured value must satisfy. Nothing here needs a request.
#[derive(Clone, Copy)]
pub enum Rule {
    /// One of these texts, exactly.
    OneOf(&'static [&'static str]),
    /// Number of characters of a string, both limits included.
    Length(usize, usize),
    /// A whole number between these, both limits included.
    Range(i64, i64),
    /// A UUID in its canonical form with lowercase letters.
    Uuid,
    /// The same, or the empty string, which refers to nothing.
    UuidOrEmpty,
    /// A text that the function accepts; the first text completes "must be …".
    Matches(&'static str, fn(&str) -> bool),
    /// At most this many elements or entries.
    AtMost(usize),
    /// Holds for each element of a list or set, and for each value of a map.
    Each(&'static [Rule]),
    /// Holds for each key of a map.
    Keys(&'static [Rule]),
    /// This text requires this version of the system or a later one. The plan checks it, when the version is known.
    ValueSince(&'static str, &'static str),
    /// Holds for each key of a map that has an effect. Another key is a warning, since the system accepts it.
    UsefulKeys(&'static [Rule]),
}

impl Rule {
    /// The constraint as a predicate, for messages and documentation: "must be at most 64 characters long".
    pub fn describe(&self) -> String {
        match self {
            Rule::AtMost(count) => format!("must have at most {count} elements"),
            Rule::Each(rules) => format!("each element must be {}", complements(rules)),
            Rule::Keys(rules) => format!("each key must be {}", complements(rules)),
            Rule::UsefulKeys(rules) => format!("each key must be {} to have an effect", complements(rules)),
            Rule::ValueSince(text, version) => format!("`{text}` requires server version {version} or later"),
            rule => format!("must be {}", rule.complement()),
        }
    }

    /// What follows "must be".
    fn complement(&self) -> String {
        match self {
            Rule::OneOf(texts) => {
                format!("one of {}", texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", "))
            }
            Rule::Length(0, max) => format!("at most {max} characters long"),
            Rule::Length(1, usize::MAX) => "at least 1 character long".to_owned(),
            Rule::Length(min, usize::MAX) => format!("at least {min} characters long"),
            Rule::Length(min, max) => format!("{min} to {max} characters long"),
            Rule::Range(i64::MIN, i64::MAX) => "a whole number".to_owned(),
            Rule::Range(min, i64::MAX) => format!("at least {min}"),
            Rule::Range(min, max) => format!("between {min} and {max}"),
            Rule::Uuid => "a lowercase UUID".to_owned(),
            Rule::UuidOrEmpty => "a lowercase UUID or empty".to_owned(),
            Rule::Matches(what, _) => (*what).to_owned(),
            Rule::AtMost(_) | Rule::Each(_) | Rule::Keys(_) | Rule::UsefulKeys(_) | Rule::ValueSince(..) => {
                self.describe()
            }
        }
    }

    /// The numbers that it allows, for a rule about numbers or about each number of a collection.
    pub fn range(&self) -> Option<(i64, i64)> {
        match self {
            Rule::Range(min, max) => Some((*min, *max)),
            Rule::Each(rules) => rules.iter().find_map(Rule::range),
            _ => None,
        }
    }

    /// Whether a string can be what `terraform test` and `tofu test` invent where the rule requires an identifier: mocked
    /// providers return a few letters and digits for every text.
    pub fn accepts_invented(&self, text: &str) -> bool {
        let is_invented = (4..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        matches!(self, Rule::Uuid | Rule::UuidOrEmpty) && is_invented
    }

    /// Whether a string satisfies the rule; rules about other kinds of value accept every string.
    pub fn accepts_text(&self, text: &str) -> bool {
        match self {
            Rule::OneOf(texts) => texts.contains(&text),
            Rule::Length(min, max) => (*min..=*max).contains(&text.chars().count()),
            Rule::Uuid => is_uuid(text),
            Rule::UuidOrEmpty => text.is_empty() || is_uuid(text),
            Rule::Matches(_, test) => test(text),
            Rule::Range(..)
            | Rule::AtMost(_)
            | Rule::Each(_)
            | Rule::Keys(_)
            | Rule::UsefulKeys(_)
            | Rule::ValueSince(..) => true,
        }
    }
}

/// The whole numbers that a value of this kind may be: those of its type on the wire that the rules allow. `None` for
/// other kinds.
pub fn whole_range(kind: &Kind, rules: &[Rule]) -> Option<(i64, i64)> {
    let narrower = |(low, high): (i64, i64), (min, max): (i64, i64)| (low.max(min), high.min(max));
    Some(rules.iter().filter_map(Rule::range).fold(kind.whole_numbers()?, narrower))
}

fn complements(rules: &[Rule]) -> String {
    rules.iter().map(Rule::complement).collect::<Vec<_>>().join(" and ")
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(position, byte)| match position {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_canonical_and_lower_case() {
        assert!(is_uuid("8ffafd2a-bee0-586d-bac6-ae01a534e23a"));
        for wrong in ["", "8FFAFD2A-bee0-586d-bac6-ae01a534e23a", "8ffafd2abee0586dbac6ae01a534e23a", "not-a-uuid"] {
            assert!(!is_uuid(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_rule_is_described_as_a_predicate() {
        assert_eq!(Rule::OneOf(&["a", "b"]).describe(), "must be one of `a`, `b`");
        assert_eq!(Rule::Range(1, i64::MAX).describe(), "must be at least 1");
        assert_eq!(Rule::Length(0, 64).describe(), "must be at most 64 characters long");
        assert_eq!(Rule::Length(1, usize::MAX).describe(), "must be at least 1 character long");
        assert_eq!(Rule::Each(&[Rule::Uuid]).describe(), "each element must be a lowercase UUID");
        assert_eq!(Rule::UuidOrEmpty.describe(), "must be a lowercase UUID or empty");
        assert!(Rule::UuidOrEmpty.accepts_text("") && !Rule::UuidOrEmpty.accepts_text("none"));
        assert!(Rule::Uuid.accepts_invented("b8dawbsf") && !Rule::Uuid.accepts_invented("not-a-uuid"));
        assert!(!Rule::OneOf(&["enabled"]).accepts_invented("b8dawbsf"));
        assert_eq!(Rule::AtMost(10).describe(), "must have at most 10 elements");
    }
}
