//! Names of objects as labels in a configuration: valid, readable, and different from each other.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// The longest label that is made of a name.
const LONGEST: usize = 64;

/// The label for a name: its letters and digits in lower case, without accents, and `_` for everything else. `otherwise` if
/// nothing is left.
pub(super) fn label(name: &str, otherwise: &str) -> String {
    let mut label = String::new();
    for character in name.nfd().filter(|character| !is_accent(*character)) {
        if label.len() >= LONGEST {
            break;
        }
        match character {
            plain if plain.is_ascii_alphanumeric() => label.push(plain.to_ascii_lowercase()),
            _ if label.ends_with('_') => {}
            _ => label.push('_'),
        }
    }
    let label = label.trim_matches('_');
    match label.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{label}"),
        Some(_) => label.to_owned(),
    }
}

fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// Labels that are taken.
#[derive(Default)]
pub(super) struct Labels(BTreeSet<String>);

impl Labels {
    /// This label, or with a number if it is taken.
    pub(super) fn take(&mut self, wanted: String) -> String {
        let numbered = (2..).map(|number: usize| format!("{wanted}_{number}"));
        let free = std::iter::once(wanted.clone()).chain(numbered).find(|label| !self.0.contains(label));
        let label = free.unwrap_or(wanted);
        self.0.insert(label.clone());
        label
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_valid_and_reads_like_the_name() {
        for (name, expected) in [
            ("orders-db", "orders_db"),
            ("ada@example.com", "ada_example_com"),
            ("spiffe://example.com/x", "spiffe_example_com_x"),
            ("2fa", "_2fa"),
            ("Zoë Müller", "zoe_muller"),
            ("--", "agent"),
            ("数据库", "agent"),
            ("", "agent"),
        ] {
            assert_eq!(label(name, "agent"), expected);
        }
        assert!(label(&"x".repeat(5000), "agent").len() <= LONGEST);
    }

    #[test]
    fn labels_differ() {
        let mut labels = Labels::default();
        let mut take = |wanted: &str| labels.take(wanted.to_owned());
        assert_eq!([take("a"), take("a_2"), take("a"), take("a")], ["a", "a_2", "a_3", "a_4"]);
    }
}
