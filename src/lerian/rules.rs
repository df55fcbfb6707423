//! The manager's rules for values, as tests on text. They mirror its validators and are not stricter, with one
//! exception: the manager removes whitespace around a value, and a state that differs from the configuration would show
//! a difference at every plan.

use std::net::IpAddr;

use crate::schema::Rule;

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

pub(super) const NAME: &[Rule] =
    &[Rule::Matches("3 to 100 characters long: letters, digits, underscores and hyphens", is_name)];

fn is_name(text: &str) -> bool {
    (3..=100).contains(&text.len()) && is_word(text)
}

/// The manager converts them to lowercase.
pub(super) const PRODUCT: &[Rule] =
    &[Rule::Matches("1 to 100 characters long: lowercase letters, digits, underscores and hyphens", is_product)];

fn is_product(text: &str) -> bool {
    text.len() <= 100 && is_word(text) && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

pub(super) const TRIMMED: &[Rule] =
    &[Rule::Matches("a non-empty text without leading or trailing whitespace", is_trimmed)];

fn is_trimmed(text: &str) -> bool {
    !text.is_empty() && text.trim() == text
}

pub(super) const HOST: &[Rule] = &[Rule::Matches(
    "a host name that begins with a letter, or an IP address, without scheme, port or brackets",
    is_host,
)];

/// An IP address, or labels of letters, digits and inner hyphens, the first of which begins with a letter.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = || text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.split('.').all(label);
    text.parse::<IpAddr>().is_ok() || (text.len() <= 253 && is_name())
}

/// The TLS modes that a type of database supports.
pub(super) fn modes(database: &str) -> Option<&'static [&'static str]> {
    Some(match database {
        "POSTGRESQL" => &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "MYSQL" => &["false", "true", "skip-verify", "preferred"],
        "ORACLE" => &["disable", "false", "true", "enable", "verify", "skip-verify"],
        "MONGODB" => &["disable", "false", "true", "enable", "insecure"],
        "SQL_SERVER" => &["disable", "false", "true", "strict"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_that_begin_with_a_letter_or_addresses() {
        for good in ["db", "a.example.com", "DB.EXAMPLE.COM", "xn--bcher-kva.example", "10.0.0.5", "::1", "a1-b.c2"] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "1db.example.com",
            "db_x.example.com",
            "db.example.com.",
            "[::1]",
            "https://db",
            "db:5432",
            "256.1.1.1",
            " db",
            "bücher.example",
            "-a",
            &"a".repeat(64),
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn names_and_products_have_no_separators_but_hyphens() {
        assert!(is_name("pg-full_1") && is_name(&"n".repeat(100)) && !is_name("ab") && !is_name(&"n".repeat(101)));
        assert!(!is_name("with blank") && !is_name("dot.ted") && !is_name("ünï"));
        assert!(is_product("reporter_x-1") && !is_product("Reporter") && !is_product("") && !is_product("my product"));
        assert!(is_trimmed("a b") && !is_trimmed(" a") && !is_trimmed("a\n") && !is_trimmed(""));
    }
}
