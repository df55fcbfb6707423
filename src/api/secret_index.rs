//! Texts that must not be seen, and where they stand in a text that was read from a server. What becomes of those places
//! is not decided here.
//!
//! How long a search takes does not depend on how many texts there are: a plan may hold a hundred thousand.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Bound, Range};

use percent_encoding::percent_decode_str;

use super::decodings::Decoding;
use super::text::{LONGEST_READ, clean};

/// Shorter ones are guessed as easily as read, and hiding a letter everywhere would spoil every message.
const SHORTEST: usize = 4;
/// Below this a word that goes on with a hyphen is another word: `prod` does not give itself away in `prod-eu`.
const SHORT: usize = 8;
/// So much of the beginning of a long secret gives it away: a server may have cut it.
pub(super) const TELLING: usize = 12;
/// No everyday word is as long: such a match is no coincidence, even inside another word.
pub(super) const LONG: usize = 16;
/// Public texts are remembered up to this length: longer ones are no everyday words.
const LONGEST_PUBLIC: usize = 64;

/// The secrets in lower case, in each form in which a decoded text may contain them. No form is longer than what is read
/// of a text: a secret may be a file of many megabytes.
#[derive(Default)]
pub(super) struct SecretIndex {
    /// Hashes of the secrets as they were added.
    added: BTreeSet<u64>,
    /// Hashes of public texts, in lower case.
    public: BTreeSet<u64>,
    /// Forms of which a beginning counts too. In order: the one that has most in common with a text stands beside it.
    long: BTreeSet<Box<[u8]>>,
    /// Forms that count only as a whole.
    short: BTreeSet<Box<[u8]>>,
    beginnings: Beginnings,
}

impl SecretIndex {
    pub(super) fn add(&mut self, text: &str) {
        if text.len() < SHORTEST || !self.added.insert(hash(text.as_bytes())) {
            return;
        }
        let beginning = &text[..text.ceil_char_boundary(LONGEST_READ)];
        self.add_form(beginning.to_owned());
        self.add_form(clean(text, LONGEST_READ));
        if beginning.contains(char::is_whitespace) {
            self.add_form(beginning.split_whitespace().collect());
        }
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
        if self.public.contains(&hash(&form)) {
            return;
        }
        self.beginnings.add(&form);
        let forms = if form.len() < LONG { &mut self.short } else { &mut self.long };
        forms.insert(form);
    }

    /// From now on this text is no secret, whether it was added or is added later.
    pub(super) fn allow(&mut self, text: &str) {
        if !(SHORTEST..=LONGEST_PUBLIC).contains(&text.len()) {
            return;
        }
        let text = text.to_ascii_lowercase();
        // A public text is never among the forms, so one that is known to be public is not searched for.
        if self.public.insert(hash(text.as_bytes())) {
            self.short.remove(text.as_bytes());
            self.long.remove(text.as_bytes());
        }
    }

    /// Where secrets stand in the text of which this is a decoding.
    pub(super) fn places(&self, decoding: &Decoding) -> Vec<Range<usize>> {
        let lower = decoding.bytes.to_ascii_lowercase();
        let begins = |at: &usize| lower[*at..].len() >= SHORTEST && self.beginnings.may_have(&lower[*at..]);
        let found = (0..lower.len())
            .filter(begins)
            .filter_map(|at| Some(at..at + self.length(&lower, at, decoding.is_joined)?));
        found.map(|range| decoding.place(range)).collect()
    }

    /// How much of a secret begins there.
    fn length(&self, text: &[u8], at: usize, is_joined: bool) -> Option<usize> {
        let rest = &text[at..];
        let before = self.long.range::<[u8], _>((Bound::Unbounded, Bound::Included(rest))).next_back();
        let after = self.long.range::<[u8], _>((Bound::Included(rest), Bound::Unbounded)).next();
        let common = |form: &[u8]| rest.iter().zip(form).take_while(|(one, other)| one == other).count();
        let long = before.into_iter().chain(after).map(|form| common(form)).max().filter(|length| *length >= TELLING);
        let is_apart = |length: usize| (is_joined && length >= SHORT) || is_word(text, at..at + length);
        let is_short =
            |length: &usize| rest.get(..*length).is_some_and(|form| self.short.contains(form)) && is_apart(*length);
        long.or_else(|| (SHORTEST..LONG).rev().find(is_short))
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether nothing before or after makes it a part of another word.
fn is_word(text: &[u8], range: Range<usize>) -> bool {
    let joins = |byte: &u8| matches!(byte, b'_' | b'-') && range.len() < SHORT;
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || joins(byte);
    !text[..range.start].last().is_some_and(goes_on) && !text[range.end..].first().is_some_and(goes_on)
}

/// How the forms begin: one bit for each hash of their first letters, so that most places need no search.
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

/// The parts of a composed text that are secret by themselves: the password in a URL, and what is too long for a word.
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
