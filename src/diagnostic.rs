//! Diagnostics: errors and warnings as values. They are collected, never thrown, and never contain a secret.

use std::fmt;

use crate::value::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One diagnostic. The summary says what could not be done; the detail says why and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub summary: String,
    pub detail: String,
    /// The attribute that it is about; `None` for the whole resource.
    pub path: Option<Path>,
}

impl Diagnostic {
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Error, summary: summary.into(), detail: detail.into(), path: None }
    }

    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(summary, detail) }
    }

    #[must_use]
    pub fn at(self, path: Path) -> Diagnostic {
        Diagnostic { path: Some(path), ..self }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What the user can do about a bug of this provider.
pub const BUG: &str = concat!(
    "This is a bug in the provider. Please report it at ",
    env!("CARGO_PKG_REPOSITORY"),
    "/issues with the lines after `panic:` in the log, and with the output of the provider's option `--version`."
);

/// Longer than names that people use, in characters.
const LONGEST: usize = 256;

/// The number of list items that are shown.
const MOST: usize = 20;

/// A user's text in a message: in quotes, and truncated if it is too long.
pub fn quoted(text: &str) -> String {
    let (shown, note) = beginning(text);
    format!("{shown:?}{note}")
}

/// The same without quotes, for a number.
pub fn cut(text: &str) -> String {
    let (shown, note) = beginning(text);
    format!("{shown}{note}")
}

fn beginning(text: &str) -> (&str, String) {
    match text.char_indices().nth(LONGEST) {
        None => (text, String::new()),
        Some((end, _)) => (&text[..end], format!("… ({} characters)", text.chars().count())),
    }
}

/// The text without the user and the password of the URLs in it: some systems accept a token there, and no schema says that
/// such an attribute is sensitive. The user of an SSH URL without a password is kept. What is hidden goes to the last `@`
/// before a space or a quote, because a URL that is reported may be malformed.
pub fn without_userinfo(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = after.find(|c: char| c.is_whitespace() || "\"'`<>".contains(c)).unwrap_or(after.len());
        let at = after[..end].rfind('@').filter(|at| !before.ends_with("ssh") || after[..*at].contains(':'));
        rest = match at {
            Some(at) => {
                shown.push_str("***");
                &after[at..]
            }
            None => after,
        };
    }
    shown + rest
}

/// As Terraform shows paths, with long keys truncated.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(quoted))
    }
}

/// A list of names, each in quotes.
pub fn listed<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> String {
    few(names.map(|name| quoted(name)))
}

/// A list of the first texts, and the number of the others.
pub fn few(texts: impl ExactSizeIterator<Item = String>) -> String {
    let more = texts.len().saturating_sub(MOST);
    let shown = texts.take(MOST).collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// A noun with its article: `a connection`, `an agent`, `a set of rules`.
pub fn with_article(noun: &str) -> String {
    let article = match noun.chars().next().map(|first| first.to_ascii_lowercase()) {
        _ if is_plural(noun) => "a set of",
        Some('a' | 'e' | 'i' | 'o') => "an",
        _ => "a",
    };
    format!("{article} {noun}")
}

/// A number and the noun: `1 connection`, `2 connections`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {}", plural(count, noun))
}

/// The noun in singular or plural, without the number.
pub fn plural(count: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 || is_plural(noun) => noun.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

fn is_plural(noun: &str) -> bool {
    noun.ends_with('s') && !noun.ends_with("ss")
}

/// A list of names of attributes, or of texts to type, in backticks: "`a`, `b` and `c`".
pub fn attributes(names: &[&str]) -> String {
    enumerated(names, "and")
}

/// The same, of which one is meant: "`a`, `b` or `c`".
pub fn alternatives(names: &[&str]) -> String {
    enumerated(names, "or")
}

fn enumerated(names: &[&str], conjunction: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// The diagnostics of one operation, in the order in which they occurred.
pub type Diagnostics = Vec<Diagnostic>;

/// True if at least one of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_shown_without_their_credentials() {
        for (text, shown) in [
            ("not \"https://oauth2:pw%zz@h.example/r\" or x@y", "not \"https://***@h.example/r\" or x@y"),
            ("`ftp://token@h`, 'http://u:a/b#c?d@h/r'", "`ftp://***@h`, 'http://***@h/r'"),
            ("ssh://git@h/r ssh://git:pw@h/r", "ssh://git@h/r ssh://***@h/r"),
            ("git@h:r, ada@h.example, https://h/r, ://", "git@h:r, ada@h.example, https://h/r, ://"),
        ] {
            assert_eq!(without_userinfo(text), shown);
        }
    }

    #[test]
    fn things_are_named_as_one_would_say_it() {
        for (noun, one, two) in [
            ("connection", "a connection", "2 connections"),
            ("agent", "an agent", "2 agents"),
            ("ORACLE", "an ORACLE", "2 ORACLEs"),
            ("user", "a user", "2 users"),
            ("datamasking rules", "a set of datamasking rules", "2 datamasking rules"),
        ] {
            assert_eq!((with_article(noun).as_str(), counted(2, noun).as_str()), (one, two));
            assert_eq!(counted(1, noun), format!("1 {noun}"));
        }
        assert_eq!(attributes(&["a"]), "`a`");
        assert_eq!(attributes(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
