//! The redactor that a process has seen, and how they are struck from what a server says: a refusal may repeat what was
//! sent, in whatever spelling. Only the words of servers are searched, so that a secret that is an everyday word leaves
//! our own sentences alone; and what stands openly elsewhere (a type, a name, a word of the tables) is no secret, even if
//! somebody's password is the same.
//!
//! How long that takes does not depend on how many redactor there are: a plan may hold a hundred thousand.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Bound, Range};
use std::sync::{Arc, Mutex, PoisonError};

use percent_encoding::percent_decode_str;

use super::decodings::{Decoding, decodings};
use super::text::{LONGEST_READ, clean};

/// Shorter ones are guessed as easily as read, and hiding a letter everywhere would spoil every message.
const SHORTEST: usize = 4;
/// Below this a word that goes on with a hyphen is another one: `prod` says nothing of itself in `prod-eu`.
const SHORT: usize = 8;
/// So much of the beginning of a long secret gives it away: a server may have cut it.
pub(super) const TELLING: usize = 12;
/// No word of any language that a server speaks is so long: what is as long is no chance match, even inside another.
const LONG: usize = 16;
/// What stands openly is remembered up to here: longer texts are no everyday words.
const LONGEST_OPEN: usize = 64;
const HIDDEN: &str = "(secret)";

/// Texts that nobody may read in a message. Clones share them.
#[derive(Clone, Default)]
pub struct Redactor(Arc<Mutex<Known>>);

impl Redactor {
    /// From now on this text is struck.
    pub fn add(&self, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(text);
    }

    /// This text is not struck, whoever keeps it: it stands where everybody may read it.
    pub fn allow(&self, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).open(text);
    }

    /// The same of a text that may come from a server: only of what is short enough for an everyday word, or a server could
    /// make a secret public by repeating it in another place.
    pub fn allow_word(&self, text: &str) {
        if text.len() < LONG {
            self.allow(text);
        }
    }

    /// The words without any of the texts, whole or cut, as they are or as another program would spell them.
    #[must_use]
    pub fn redact(&self, words: &str) -> String {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match decodings(words) {
            Some(all) => strike(words, all.iter().flat_map(|decoding| known.places(decoding)).collect()),
            None => HIDDEN.to_owned(),
        }
    }
}

/// Without what it holds.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

fn strike(words: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_by_key(|place| place.start);
    let (mut struck, mut end) = (String::with_capacity(words.len()), 0);
    for place in places {
        let place = words.floor_char_boundary(place.start)..words.ceil_char_boundary(place.end);
        if place.start >= end {
            struck.push_str(&words[end..place.start]);
            struck.push_str(HIDDEN);
        }
        end = end.max(place.end);
    }
    struck.push_str(&words[end..]);
    struck
}

/// The texts in lower case, in the forms that a decoding of some words may have them in. None is longer than words are
/// read: a text may be a file of many megabytes.
#[derive(Default)]
struct Known {
    /// Hashes of the texts.
    texts: BTreeSet<u64>,
    /// Hashes of what stands openly, in lower case.
    open: BTreeSet<u64>,
    /// Those of which a beginning is found, in order: what a text has most in common with stands beside it.
    long: BTreeSet<Box<[u8]>>,
    /// Those which are found whole only.
    short: BTreeSet<Box<[u8]>>,
    begins: Beginnings,
}

impl Known {
    fn add(&mut self, text: &str) {
        if text.len() < SHORTEST || !self.texts.insert(hash(text.as_bytes())) {
            return;
        }
        let beginning = &text[..text.ceil_char_boundary(LONGEST_READ)];
        self.add_form(beginning.to_owned());
        self.add_form(clean(text, LONGEST_READ));
        parts(beginning).into_iter().for_each(|part| self.add_form(part));
        if text.contains('\n') {
            text.lines().for_each(|line| self.add_form(clean(line, LONGEST_READ)));
        }
    }

    fn add_form(&mut self, mut form: String) {
        if form.chars().nth(SHORTEST - 1).is_none() {
            return;
        }
        form.make_ascii_lowercase();
        let form = form.into_bytes().into_boxed_slice();
        if self.open.contains(&hash(&form)) {
            return;
        }
        self.begins.add(&form);
        let forms = if form.len() < LONG { &mut self.short } else { &mut self.long };
        forms.insert(form);
    }

    fn open(&mut self, text: &str) {
        if (SHORTEST..=LONGEST_OPEN).contains(&text.len()) {
            let text = text.to_ascii_lowercase();
            self.open.insert(hash(text.as_bytes()));
            self.short.remove(text.as_bytes());
            self.long.remove(text.as_bytes());
        }
    }

    /// Where the decoding has one of them.
    fn places(&self, decoding: &Decoding) -> Vec<Range<usize>> {
        let lower = decoding.bytes.to_ascii_lowercase();
        let begins = |at: &usize| lower[*at..].len() >= SHORTEST && self.begins.may_have(&lower[*at..]);
        let found = (0..lower.len()).filter(begins).filter_map(|at| Some(at..at + self.length(&lower, at)?));
        found.map(|range| decoding.place(range)).collect()
    }

    /// How much of one of them stands there.
    fn length(&self, words: &[u8], at: usize) -> Option<usize> {
        let rest = &words[at..];
        let before = self.long.range::<[u8], _>((Bound::Unbounded, Bound::Included(rest))).next_back();
        let after = self.long.range::<[u8], _>((Bound::Included(rest), Bound::Unbounded)).next();
        let common = |form: &[u8]| rest.iter().zip(form).take_while(|(word, letter)| word == letter).count();
        let long = before.into_iter().chain(after).map(|form| common(form)).max().filter(|length| *length >= TELLING);
        let is_short = |length: &usize| {
            rest.get(..*length).is_some_and(|form| self.short.contains(form)) && is_word(words, at..at + length)
        };
        long.or_else(|| (SHORTEST..LONG).rev().find(is_short))
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether nothing before or after makes it a part of another word.
fn is_word(words: &[u8], range: Range<usize>) -> bool {
    let joins = |byte: &u8| matches!(byte, b'_' | b'-') && range.len() < SHORT;
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || joins(byte);
    !words[..range.start].last().is_some_and(goes_on) && !words[range.end..].first().is_some_and(goes_on)
}

/// How the forms begin: one bit for each hash of so many letters, so that most places need no search.
#[derive(Default)]
struct Beginnings(Vec<u64>);

impl Beginnings {
    const BITS: usize = 1 << 16;

    fn add(&mut self, form: &[u8]) {
        self.0.resize(Self::BITS / 64, 0);
        let bit = Self::bit(form);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn may_have(&self, rest: &[u8]) -> bool {
        let bit = Self::bit(rest);
        self.0.get(bit / 64).is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
    }

    fn bit(text: &[u8]) -> usize {
        // Fibonacci hashing of the first four.
        let letters = text.iter().take(SHORTEST).fold(0_u32, |letters, letter| letters << 8 | u32::from(*letter));
        letters.wrapping_mul(0x9e37_79b1) as usize >> 16 & (Self::BITS - 1)
    }
}

/// What is a secret by itself of a text that is made up: the password of an address, and what is too long for a word.
fn parts(text: &str) -> Vec<String> {
    let long = text.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() >= LONG);
    let mut parts: Vec<String> = long.map(str::to_owned).collect();
    let authority = text.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(rest));
    let user = authority.and_then(|authority| authority.rsplit_once('@'));
    if let Some((_, password)) = user.and_then(|(user, _)| user.split_once(':')) {
        parts.extend([password.to_owned(), percent_decode_str(password).decode_utf8_lossy().into_owned()]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    const TEXT: &str = "Hu&nter\"22<é>/+ x";

    fn hide(redactor: &[&str], words: &str) -> String {
        let kept = Redactor::default();
        redactor.iter().for_each(|secret| kept.add(secret));
        kept.redact(words)
    }

    #[test]
    fn a_secret_is_hidden_in_every_spelling() {
        let json = serde_json::json!({"a": TEXT}).to_string();
        let address = utf8_percent_encode(TEXT, NON_ALPHANUMERIC).to_string();
        for (words, shown) in [
            (format!("the password {TEXT} is weak"), "the password (secret) is weak".to_owned()),
            (format!("not {} either", TEXT.to_ascii_uppercase()), "not (secret) either".to_owned()),
            (format!("got {} here", STANDARD.encode(TEXT)), "got (secret) here".to_owned()),
            (json, r#"{"a":"(secret)"}"#.to_owned()),
            (r#"Hu\u0026nter\"22\u003c\u00e9\u003e/+ x"#.to_owned(), HIDDEN.to_owned()),
            (format!("/a?b={address}"), format!("/a?b={HIDDEN}")),
            (format!("/a?b={}", address.replace("%20", "+")), format!("/a?b={HIDDEN}")),
            ("Hu&amp;nter&#34;22&lt;é&gt;/+ x".to_owned(), HIDDEN.to_owned()),
        ] {
            assert_eq!(hide(&[TEXT], &words), shown, "{words}");
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
    fn a_password_inside_an_address_is_hidden_alone_too() {
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
    fn what_stands_openly_is_left_alone_whichever_comes_first() {
        let words = "subtype postgres of \"The-Long-Name-Of-A-Resource\"";
        for is_first in [true, false] {
            let redactor = Redactor::default();
            let open = || ["Postgres", "the-long-name-of-a-resource"].iter().for_each(|text| redactor.allow(text));
            is_first.then(open);
            ["postgres", "the-long-name-of-a-resource", "another one"].iter().for_each(|text| redactor.add(text));
            (!is_first).then(open);
            assert_eq!(redactor.redact(words), words);
            assert_eq!(redactor.redact("postgres2 and another one"), "postgres2 and (secret)");
        }
    }

    /// Each spelling of a file would take hundreds of megabytes, each of all its lines many seconds.
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
}
