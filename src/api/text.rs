//! A server's words, fit to be shown: one line, short, nothing that moves a terminal, no body and no secret.

use super::Redactor;
use super::redactor::TELLING;

/// More than this is not looked at.
pub(super) const LONGEST_READ: usize = 16 << 10;
const LONGEST_SHOWN: usize = 500;

/// The words of a refusal.
pub(super) fn presentable(words: &str, redactor: &Redactor) -> String {
    let read = &words[..words.floor_char_boundary(LONGEST_READ)];
    // Hidden before anything is cut out of them: a part of a secret is one too.
    let mut shown = without_bodies(&redactor.redact(&clean(read, LONGEST_READ)));
    if read.len() < words.len() {
        // A secret of which less was read than gives it away.
        shown.truncate(shown.floor_char_boundary(shown.len().saturating_sub(TELLING)));
        shown.push('…');
    }
    short(&shown)
}

/// The words of a library about a connection.
pub(super) fn plain(words: &str) -> String {
    short(&clean(words, LONGEST_READ))
}

/// In one line, without control characters and marks that reorder or hide text; as much of it as `longest` bytes and a
/// letter, so that whoever compares what was cut sees that there was more.
pub(super) fn clean(words: &str, longest: usize) -> String {
    let mut line = String::new();
    let mut is_apart = false;
    for c in words.chars() {
        if c.is_whitespace() && (!c.is_control() || matches!(c, '\n' | '\r' | '\t')) {
            is_apart = !line.is_empty();
        } else if !c.is_control() && !is_invisible(c) {
            line.extend(is_apart.then_some(' '));
            is_apart = false;
            line.push(c);
            if line.len() > longest {
                break;
            }
        }
    }
    line
}

fn short(words: &str) -> String {
    if words.chars().nth(LONGEST_SHOWN).is_none() {
        return words.to_owned();
    }
    words.chars().take(LONGEST_SHOWN).chain("…".chars()).collect()
}

/// Marks that reorder or hide text on a terminal.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Some servers repeat the body that they refuse, which says more than anybody needs.
fn without_bodies(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = rest.find('{') {
        let (before, body) = rest.split_at(start);
        kept.push_str(before);
        let names_follow = body[1..].trim_start().starts_with(['"', '\\']);
        let end = if names_follow { end_of_body(body) } else { 1 };
        kept.push_str(if names_follow { "{…}" } else { "{" });
        rest = &body[end..];
    }
    kept.push_str(rest);
    kept
}

/// Where the body that begins here ends; one that is cut ends nowhere.
fn end_of_body(body: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in outside_texts(body.as_bytes()) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    body.len()
}

/// The bytes of JSON that belong to no text, each with its place.
pub(super) fn outside_texts(json: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    let (mut in_text, mut escaped) = (false, false);
    json.iter().copied().enumerate().filter(move |(_, byte)| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            _ => return !in_text,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &str) -> String {
        presentable(words, &Redactor::default())
    }

    #[test]
    fn words_are_one_short_line_and_no_body() {
        assert_eq!(shown(" a\n\tb\u{1b}[31m\u{202e} c "), "a b[31m c");
        assert_eq!(shown(r#"bad body {"a": {"b": "}\""}} here"#), "bad body {…} here");
        assert_eq!(shown(r#"bad body {\"a\": 1"#), "bad body {…}");
        assert_eq!(shown("use {name}"), "use {name}");
        let long = shown(&"ö".repeat(20_000));
        assert!(long.chars().count() == 501 && long.ends_with('…'));
    }

    #[test]
    fn a_secret_is_hidden_before_the_words_are_cut() {
        let redactor = Redactor::default();
        redactor.add("a long enough secret");
        let words = format!("{} a long enough secret", "x".repeat(490));
        assert!(presentable(&words, &redactor).ends_with("(secret)"), "{}", presentable(&words, &redactor));
        redactor.add("pa{\"ss}word-long-rest");
        let repeated = serde_json::json!({"password": "pa{\"ss}word-long-rest"});
        for words in [format!("bad {repeated} here"), "bad {\"password\": pa{\"ss}word-long-rest} here".to_owned()] {
            let shown = presentable(&words, &redactor);
            assert!(!shown.contains("long-rest"), "{shown}");
        }
    }
    #[test]
    fn of_endless_words_the_beginning_is_looked_at_and_no_half_secret_is_left() {
        let words = shown(&"x ".repeat(5 << 20));
        assert!(words.starts_with("x x ") && words.chars().count() == 501 && words.ends_with('…'));
        let key = "k".repeat(2_000);
        let redactor = Redactor::default();
        redactor.add(&key);
        for before in 0..TELLING {
            let words = format!("{}{}", "y".repeat(before), format!("{key} ").repeat(100));
            let shown = presentable(&words, &redactor);
            assert!(shown.contains("(secret)") && !shown.contains("kkk"), "{shown}");
        }
    }
}
