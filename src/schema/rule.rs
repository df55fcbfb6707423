//! Constraints on a configured value. They are data, so that validation and the documentation page tell the same.

use super::kind::Kind;

/// What a configured value must satisfy. Nothing here needs a request.
#[derive(Clone, Copy)]
pub enum Rule {
    /// One of these words, exactly as spelt.
    OneOf(&'static [&'static str]),
    /// Number of characters of a string, both ends included.
    Length(usize, usize),
    /// A whole number between these, both ends included.
    Range(i64, i64),
    /// A UUID in its canonical form with lowercase letters.
    Uuid,
    /// Whatever the test accepts; the text completes "must be …".
    Matches(&'static str, fn(&str) -> bool),
    /// At most this many elements or entries.
    AtMost(usize),
    /// Holds for each element of a list or set, and for each value of a map.
    Each(&'static [Rule]),
    /// Holds for each key of a map.
    Keys(&'static [Rule]),
    /// Holds for each key of a map that does anything: another one is a warning, since the system takes it.
    UsefulKeys(&'static [Rule]),
}

impl Rule {
    /// The rule in words, to follow "must be" or to stand on a documentation page.
    pub fn describe(&self) -> String {
        let all = |rules: &[Rule]| rules.iter().map(Rule::describe).collect::<Vec<_>>().join(" and ");
        match self {
            Rule::OneOf(words) => {
                format!("one of {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
            }
            Rule::Length(0, max) => format!("at most {max} characters long"),
            Rule::Length(min, usize::MAX) => format!("{min} or more characters long"),
            Rule::Length(min, max) => format!("{min} to {max} characters long"),
            Rule::Range(i64::MIN, i64::MAX) => "a whole number".to_owned(),
            Rule::Range(min, i64::MAX) => format!("{min} or more"),
            Rule::Range(min, max) => format!("between {min} and {max}"),
            Rule::Uuid => "a UUID with lowercase letters".to_owned(),
            Rule::Matches(what, _) => (*what).to_owned(),
            Rule::AtMost(count) => format!("a collection of at most {count}"),
            Rule::Each(rules) => format!("a collection with each value {}", all(rules)),
            Rule::Keys(rules) => format!("a map with each key {}", all(rules)),
            Rule::UsefulKeys(rules) => format!("a map with each key {} to be of use", all(rules)),
        }
    }

    /// The numbers that it allows, of a rule about numbers or about each number of a collection.
    pub fn range(&self) -> Option<(i64, i64)> {
        match self {
            Rule::Range(min, max) => Some((*min, *max)),
            Rule::Each(rules) => rules.iter().find_map(Rule::range),
            _ => None,
        }
    }

    /// Whether a string satisfies the rule; rules about other kinds of value accept every string.
    pub fn accepts_text(&self, text: &str) -> bool {
        match self {
            Rule::OneOf(words) => words.contains(&text),
            Rule::Length(min, max) => (*min..=*max).contains(&text.chars().count()),
            Rule::Uuid => is_uuid(text),
            Rule::Matches(_, test) => test(text),
            Rule::Range(..) | Rule::AtMost(_) | Rule::Each(_) | Rule::Keys(_) | Rule::UsefulKeys(_) => true,
        }
    }
}

/// The whole numbers that a value of this kind may be: what its wire carries, as far as the rules allow it. None for other
/// kinds.
pub fn whole_range(kind: &Kind, rules: &[Rule]) -> Option<(i64, i64)> {
    let narrower = |(low, high): (i64, i64), (min, max): (i64, i64)| (low.max(min), high.min(max));
    Some(rules.iter().filter_map(Rule::range).fold(kind.whole_numbers()?, narrower))
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
    fn a_rule_says_itself_in_words() {
        assert_eq!(Rule::OneOf(&["a", "b"]).describe(), "one of `a`, `b`");
        assert_eq!(Rule::Range(1, i64::MAX).describe(), "1 or more");
        assert_eq!(Rule::Length(0, 64).describe(), "at most 64 characters long");
        assert_eq!(Rule::Length(1, usize::MAX).describe(), "1 or more characters long");
    }
}
