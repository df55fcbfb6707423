//! The secrets that a process knows, and their removal from texts of a server: an error message may repeat what was sent, in
//! any encoding. Only the text of servers and libraries is searched, so that a secret that is an everyday word
//! leaves our own sentences alone; and what is public elsewhere (a type, a name, a term of the tables) is no secret, even if
//! somebody's password is the same.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::decodings::{Decoding, decodings, joined_decodings};
use super::secret_index::{LONG, SecretIndex, TELLING};
use super::text::{LONGEST_READ, clean, lines, shortened, without_bodies};

const HIDDEN: &str = "(secret)";

/// Of the output of a program, at most this much is shown, in bytes.
const LONGEST_OUTPUT: usize = 4 << 10;

/// The texts that no message may contain. Clones share them.
#[derive(Clone, Default)]
pub struct Redactor(Arc<Mutex<SecretIndex>>);

impl Redactor {
    /// This text is a secret from now on.
    pub fn add(&self, text: &str) {
        self.index().add(text);
    }

    /// This text is public and not redacted, even where it was or is added as a secret.
    pub fn allow(&self, text: &str) {
        self.index().allow(text);
    }

    /// The same for a text that may come from a server: only if it is short enough for an everyday word, or a server could
    /// make a secret public by repeating it in another place.
    pub fn allow_word(&self, text: &str) {
        if text.len() < LONG {
            self.allow(text);
        }
    }

    /// The text without any of the secrets, complete or cut, plain or encoded. Of a text that is too long to be searched
    /// nothing is left.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.redacted_in(text, decodings(text))
    }

    fn redacted_in(&self, text: &str, decodings: impl Iterator<Item = Decoding>) -> String {
        if text.len() > 2 * LONGEST_READ {
            return HIDDEN.to_owned();
        }
        let index = self.index();
        replaced(text, decodings.flat_map(|decoding| index.places(&decoding)).collect())
    }

    /// A server's text as an error quotes it: redacted, in one short line, without bodies.
    pub(super) fn quote(&self, text: &str) -> String {
        let read = &text[..text.floor_char_boundary(LONGEST_READ)];
        // Redacted before anything is cut out: a part of a secret is one too.
        let mut shown = without_bodies(&self.redact(&clean(read, LONGEST_READ)));
        if read.len() < text.len() {
            // A secret of which too little was read to recognize it.
            shown.truncate(shown.floor_char_boundary(shown.len().saturating_sub(TELLING)));
            shown.push('…');
        }
        shortened(&shown)
    }

    /// The end of what a program printed: redacted, also where a secret is wrapped, and line by line.
    pub fn output(&self, text: &str) -> String {
        // More than is shown, so that a secret of which only the end is read is not in the part that is shown.
        let read = &text[text.ceil_char_boundary(text.len().saturating_sub(LONGEST_READ))..];
        let read_lines = lines(read);
        let redacted = self.redacted_in(&read_lines, decodings(&read_lines).chain(joined_decodings(&read_lines)));
        let redacted = redacted.trim_end();
        let start = redacted.ceil_char_boundary(redacted.len().saturating_sub(LONGEST_OUTPUT));
        match (start, read.len() < text.len()) {
            (0, false) => redacted.to_owned(),
            (0, true) => format!("…{redacted}"),
            (start, _) => format!("…{}", &redacted[start..]),
        }
    }

    fn index(&self) -> MutexGuard<'_, SecretIndex> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without what it holds.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

fn replaced(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_by_key(|place| place.start);
    let (mut kept, mut end) = (String::with_capacity(text.len()), 0);
    for place in places {
        let place = text.floor_char_boundary(place.start)..text.ceil_char_boundary(place.end);
        if place.start >= end {
            kept.push_str(&text[end..place.start]);
            kept.push_str(HIDDEN);
        }
        end = end.max(place.end);
    }
    kept.push_str(&text[end..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    const TEXT: &str = "Hu&nter\"22<é>/+ x";

    fn hide(secrets: &[&str], text: &str) -> String {
        let redactor = Redactor::default();
        secrets.iter().for_each(|secret| redactor.add(secret));
        redactor.redact(text)
    }

    #[test]
    fn a_secret_that_a_program_wraps_is_hidden_in_its_output() {
        let long: String = (0..60).map(|number| format!("{number:03}")).collect();
        let short = "CANARY-c0nn";
        let redactor = Redactor::default();
        for secret in [&long, short, "-----BEGIN KEY-----\nMIIBVwIBADANBgkq\nhkiG9w0BAQEFAASC\n"] {
            redactor.add(secret);
        }
        let wrapped = |text: &str, width: usize| {
            let lines = text.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line).into_owned());
            lines.collect::<Vec<_>>().join("\n")
        };
        let hex: String = long.bytes().map(|byte| format!("{byte:02x}")).collect();
        let spaced: Vec<String> = short.bytes().map(|byte| format!("{byte:02x}")).collect();
        for output in [
            wrapped(&STANDARD.encode(&long), 76),
            wrapped(&STANDARD.encode(format!("ab{long}")), 60),
            wrapped(&long, 60),
            wrapped(short, 6),
            wrapped(&hex, 60),
            wrapped(&hex, 61),
            spaced.join(" "),
            "MIIBVwIBADANBgkqhk iG9w0BAQEFAASC".to_owned(),
        ] {
            let shown = redactor.output(&format!("begin:\n{output}\n:end, and more words that stay"));
            let left: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
            let left = left.replace("begin:", "").replace(":end,andmorewordsthatstay", "").replace(HIDDEN, "");
            assert!(shown.contains(HIDDEN) && left.len() <= 8, "{output}\n\n{shown}");
        }
        assert_eq!(redactor.output("words that are wrapped\nas they should"), "words that are wrapped\nas they should");
    }

    #[test]
    fn a_secret_is_hidden_in_every_encoding() {
        let json = serde_json::json!({"a": TEXT}).to_string();
        let address = utf8_percent_encode(TEXT, NON_ALPHANUMERIC).to_string();
        for (text, shown) in [
            (format!("the password {TEXT} is weak"), "the password (secret) is weak".to_owned()),
            (format!("not {} either", TEXT.to_ascii_uppercase()), "not (secret) either".to_owned()),
            (format!("got {} here", STANDARD.encode(TEXT)), "got (secret) here".to_owned()),
            (json, r#"{"a":"(secret)"}"#.to_owned()),
            (r#"Hu\u0026nter\"22\u003c\u00e9\u003e/+ x"#.to_owned(), HIDDEN.to_owned()),
            (format!("/a?b={address}"), format!("/a?b={HIDDEN}")),
            (format!("/a?b={}", address.replace("%20", "+")), format!("/a?b={HIDDEN}")),
            ("Hu&amp;nter&#34;22&lt;é&gt;/+ x".to_owned(), HIDDEN.to_owned()),
        ] {
            assert_eq!(hide(&[TEXT], &text), shown, "{text}");
        }
    }

    #[test]
    fn a_secret_inside_something_encoded_is_hidden_wherever_it_begins() {
        for before in ["", "a", "ab", "{\"password\":\""] {
            let encoded = STANDARD.encode(format!("{before}{TEXT} and more"));
            let shown = hide(&[TEXT], &encoded);
            // At most a letter before and one after hold bits of the secret's neighbours.
            let (first, last) = (before.len() / 3 * 4, (before.len() + TEXT.len()).div_ceil(3) * 4);
            let (left, right) = shown.split_once(HIDDEN).expect("it is hidden");
            assert!(left.len() <= first + 2 && encoded.starts_with(left), "{before:?}: {shown}");
            assert!(right.len() <= encoded.len() - last + 2 && encoded.ends_with(right), "{before:?}: {shown}");
            let twice = STANDARD.encode(format!("{before}{} and more", STANDARD.encode(TEXT)));
            assert!(hide(&[TEXT], &twice).contains(HIDDEN), "{before:?}: {twice}");
        }
    }

    #[test]
    fn lines_are_hidden_alone_and_in_one() {
        let key = "-----BEGIN KEY-----\nline number one\nline number two\n-----END KEY-----\n";
        assert_eq!(hide(&[key], "not line number two, but x"), "not (secret), but x");
        assert_eq!(hide(&[key], &clean(key, usize::MAX)), HIDDEN);
    }

    #[test]
    fn the_beginning_of_a_long_secret_is_hidden_too() {
        assert_eq!(hide(&["abcdefghijklmnopq"], "it was abcdefghijklm…"), "it was (secret)…");
        assert_eq!(hide(&["abcdefghijklmnopq"], "it was abcdefgh"), "it was abcdefgh");
        assert_eq!(hide(&["abcdefghijklmnopq", "abcdefghijklmnopqr"], "abcdefghijklmnopqr"), HIDDEN);
    }

    #[test]
    fn a_password_inside_a_url_is_hidden_alone_too() {
        let address = "postgres://report:hunt%65r22@db.example.com/app?key=0123456789abcdef0123";
        assert_eq!(hide(&[address], "not hunter22 at db.example.com"), "not (secret) at db.example.com");
        assert_eq!(hide(&[address], "no key 0123456789abcdef0123"), "no key (secret)");
    }

    #[test]
    fn short_secrets_are_hidden_as_words_and_shorter_ones_not_at_all() {
        assert_eq!(hide(&["prod"], "prod is not prod-eu nor product"), "(secret) is not prod-eu nor product");
        assert_eq!(hide(&["abc"], "abc is bad"), "abc is bad");
        // A chance match is plausible up to the longest words of a language.
        for word in ["postgres", "application", "administrator"] {
            assert_eq!(hide(&[word], &format!("{word} is no {word}s")), format!("(secret) is no {word}s"));
            assert_eq!(hide(&[word], &format!("x_{word}-1")), "x_(secret)-1");
        }
        assert_eq!(hide(&["0123456789abcdef"], "x0123456789abcdefy"), "x(secret)y");
    }

    #[test]
    fn public_texts_are_left_alone_whichever_comes_first() {
        let text = "subtype postgres of \"The-Long-Name-Of-A-Resource\"";
        for is_first in [true, false] {
            let redactor = Redactor::default();
            let allow = || ["Postgres", "the-long-name-of-a-resource"].iter().for_each(|text| redactor.allow(text));
            is_first.then(allow);
            ["postgres", "the-long-name-of-a-resource", "another one"].iter().for_each(|text| redactor.add(text));
            (!is_first).then(allow);
            assert_eq!(redactor.redact(text), text);
            assert_eq!(redactor.redact("postgres2 and another one"), "postgres2 and (secret)");
        }
    }

    /// Forms of a whole file would take hundreds of megabytes, a search line by line many seconds.
    #[test]
    fn files_and_thousands_of_secrets_are_hidden_too() {
        let file: String = (0..500_000).map(|line| format!("secret line {line}\n")).collect();
        assert_eq!(hide(&[&file], "got secret line 499999 here"), "got (secret) here");
        assert_eq!(hide(&[&file], "begins secret line 0 secret l…"), "begins (secret)…");
        assert_eq!(hide(&[&file], &format!("got {}…", &STANDARD.encode(&file)[..400])), "got (secret)…");
        let many: Vec<String> = (0..2_000).map(|index| format!("value-{index}-é")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(
            hide(&many, "value-7-é is like value-1999-é, but value-7 is not"),
            "(secret) is like (secret), but value-7 is not"
        );
        assert_eq!(hide(&[&format!("aa {} bb", " ".repeat(100_000))], "got aa bb here"), "got (secret) here");
    }

    fn quoted(text: &str) -> String {
        Redactor::default().quote(text)
    }

    #[test]
    fn a_quote_is_one_short_line_without_bodies() {
        assert_eq!(quoted(" a\n\tb\u{1b}[31m\u{202e} c "), "a b[31m c");
        assert_eq!(quoted(r#"bad body {"a": {"b": "}\""}} here"#), "bad body {…} here");
        assert_eq!(quoted(r#"bad body {\"a\": 1"#), "bad body {…}");
        assert_eq!(quoted("use {name}"), "use {name}");
        let long = quoted(&"ö".repeat(20_000));
        assert!(long.chars().count() == 501 && long.ends_with('…'));
    }

    #[test]
    fn a_secret_is_hidden_before_the_text_is_cut() {
        let redactor = Redactor::default();
        redactor.add("a long enough secret");
        let shown = redactor.quote(&format!("{} a long enough secret", "x".repeat(490)));
        assert!(shown.ends_with(HIDDEN), "{shown}");
        redactor.add("pa{\"ss}word-long-rest");
        let repeated = serde_json::json!({"password": "pa{\"ss}word-long-rest"});
        for text in [format!("bad {repeated} here"), "bad {\"password\": pa{\"ss}word-long-rest} here".to_owned()] {
            let shown = redactor.quote(&text);
            assert!(!shown.contains("long-rest"), "{shown}");
        }
    }

    #[test]
    fn of_an_output_the_end_is_shown_without_secrets_and_colors() {
        let redactor = Redactor::default();
        redactor.add("a long enough secret");
        let shown = redactor.output("one\n\u{1b}[31mtwo: a long\u{1b}[0m enough secret\r\n\tthree\u{202e}\n\n");
        assert_eq!(shown, "one\ntwo: (secret)\n three");
        let long = format!("{}{}", "a long enough secret\n".repeat(1_000), "é".repeat(2_040));
        for before in 0..64 {
            let shown = redactor.output(&format!("{}{long}", "x".repeat(before)));
            assert!(shown.len() <= LONGEST_OUTPUT + '…'.len_utf8() && shown.starts_with('…'), "{}", shown.len());
            assert!(!shown.contains("enough"), "{before}: {}", &shown[..40]);
        }
        assert_eq!(redactor.output("\u{1b}["), "");
    }

    #[test]
    fn of_a_huge_text_the_beginning_is_quoted_and_no_half_secret_is_left() {
        let text = quoted(&"x ".repeat(5 << 20));
        assert!(text.starts_with("x x ") && text.chars().count() == 501 && text.ends_with('…'));
        let key = "k".repeat(2_000);
        let redactor = Redactor::default();
        redactor.add(&key);
        for before in 0..TELLING {
            let shown = redactor.quote(&format!("{}{}", "y".repeat(before), format!("{key} ").repeat(100)));
            assert!(shown.contains(HIDDEN) && !shown.contains("kkk"), "{shown}");
        }
        assert_eq!(redactor.redact(&"x".repeat(100_000)), HIDDEN, "too long to be searched");
    }
}
