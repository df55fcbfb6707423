//! What the user is told: errors and warnings as values. They are collected, never thrown, and never hold a secret.

use crate::value::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One message. The summary says what could not be done, the detail why and what to do next.
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

/// Longer than every name that a person would give.
const LONGEST: usize = 256;

/// How many of a row are worth reading.
const MOST: usize = 20;

/// A user's text in a message: in quotes, and cut where nobody would read on.
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

/// Names in a row, each in quotes.
pub fn listed<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> String {
    few(names.map(|name| quoted(name)))
}

/// The first of many texts in a row, and how many there are beside.
pub fn few(texts: impl ExactSizeIterator<Item = String>) -> String {
    let more = texts.len().saturating_sub(MOST);
    let shown = texts.take(MOST).collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// The messages of one operation, in the order in which they arose.
pub type Diagnostics = Vec<Diagnostic>;

/// True when at least one of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
