//! Canaries: texts that stand for secrets, one for each place, and the search for them in every spelling.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Resource, Role, Rule};

use crate::subject::gateway::license;
use crate::subject::places::{Place, places};

/// So much of a secret, from either end, is a leak.
const TELLING: usize = 12;

/// One of them.
#[derive(Clone)]
pub(super) struct Canary {
    /// Where it was planted.
    pub(super) name: String,
    pub(super) text: String,
    /// Write-only: it may stand in no state and no plan.
    pub(super) hidden: bool,
    /// What of it must not be seen, in lower case.
    traces: Vec<String>,
}

/// All that were let out.
#[derive(Default)]
pub(super) struct Cage(Vec<Canary>);

impl Cage {
    pub(super) fn add(&mut self, name: &str, text: &str, hidden: bool) {
        if self.0.iter().all(|known| known.text != text) {
            let traces = traces(text);
            self.0.push(Canary { name: name.to_owned(), text: text.to_owned(), hidden, traces });
        }
    }

    pub(super) fn texts(&self) -> Vec<String> {
        self.0.iter().map(|canary| canary.text.clone()).collect()
    }

    /// Those that stand in this state.
    pub(super) fn of(&self, state: &Json) -> Cage {
        fn holds(value: &Json, text: &str) -> bool {
            match value {
                Json::String(found) => found.contains(text),
                Json::Array(items) => items.iter().any(|item| holds(item, text)),
                Json::Object(entries) => entries.values().any(|item| holds(item, text)),
                _ => false,
            }
        }
        Cage(self.0.iter().filter(|canary| holds(state, &canary.text)).cloned().collect())
    }

    /// The canaries that the text shows, by name, each with what shows it.
    pub(super) fn seen_in(&self, text: &str) -> Vec<String> {
        self.search(text, |_| true)
    }

    /// The write-only ones among them.
    pub(super) fn hidden_seen_in(&self, text: &str) -> Vec<String> {
        self.search(text, |canary| canary.hidden)
    }

    fn search(&self, text: &str, wanted: impl Fn(&Canary) -> bool) -> Vec<String> {
        let text = text.to_lowercase();
        let shown = |canary: &Canary| canary.traces.iter().find(|trace| text.contains(*trace)).cloned();
        let found = self.0.iter().filter(|canary| wanted(canary));
        found.filter_map(|canary| Some(format!("{} as {:?}", canary.name, shown(canary)?))).collect()
    }

    /// The configuration with a canary in every secret text; `label` tells one configuration from another.
    pub(super) fn plant(&mut self, resource: &'static Resource, config: &Json, label: &str) -> Json {
        let mut planted = config.clone();
        for place in places(resource, config).iter().filter(|place| place.is_sensitive) {
            if place.value(config).is_some_and(Json::is_string) {
                let text = candidates().into_iter().find(|text| accepts(place, text));
                let text = text.unwrap_or_else(|| panic!("no canary fits {}.{place}: teach it here", resource.name));
                self.add(&format!("{label} {}.{place}", resource.name), &text, place.role == Role::WriteOnly);
                planted = place.with(&planted, json!(text));
            }
        }
        planted
    }
}

/// A text that nobody writes by chance, with everything that some spelling changes.
pub(super) fn fresh() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("k4n{number:04}qzx9w&\"<\u{e9}>/+ end{number:04}vjk3m8e")
}

/// The same without what would not be a word.
pub(super) fn fresh_word() -> String {
    fresh().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Every other one is a word, which can stand where others cannot. Both ends of each are its own.
fn candidates() -> Vec<String> {
    static WORD: AtomicBool = AtomicBool::new(false);
    let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n{}\n-----END PRIVATE KEY-----\n", fresh_word(), fresh_word());
    let (begin, end) = (fresh_word(), fresh_word().chars().rev().collect::<String>());
    let coded = STANDARD.encode(format!("{begin}-----BEGIN KEY-----{end}"));
    let mut license = license("canary");
    (license[&begin], license[format!("z{end}")]) = (json!(""), json!(end));
    let mut found = vec![fresh_word(), fresh(), key, coded, license.to_string(), json!(fresh()).to_string()];
    if !WORD.fetch_not(Ordering::Relaxed) {
        found.swap(0, 1);
    }
    found
}

/// Whether the rules of its attribute take this text there.
pub(super) fn accepts(place: &Place, text: &str) -> bool {
    let each =
        || place.attr.rules.iter().filter_map(|rule| if let Rule::Each(rules) = rule { Some(*rules) } else { None });
    match place.is_element {
        true => each().flatten().all(|rule| rule.accepts_text(text)),
        false => place.attr.rules.iter().all(|rule| rule.accepts_text(text)),
    }
}

/// Both ends of every spelling: plain, reversed, line by line; as JSON, a page and an address have it; all that in base64,
/// from any position on; and the base64 that is sent once more in base64.
fn traces(text: &str) -> Vec<String> {
    let mut plain: BTreeSet<String> = text.lines().filter(|line| line.len() > 16).map(str::to_owned).collect();
    // What every key begins and ends with gives nothing away.
    plain.retain(|line| !line.starts_with("-----"));
    let reversed: Vec<String> = plain.iter().map(|line| line.chars().rev().collect()).collect();
    plain.extend(reversed);
    let quoted = |text: &str| Json::from(text).to_string().trim_matches('"').to_owned();
    let in_page = |text: &str| {
        let marks = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&#34;")];
        marks.iter().fold(text.to_owned(), |text, (mark, name)| text.replace(mark, name))
    };
    let spelt = |form: &String| [form.clone(), quoted(form), in_page(form), in_address(form), form.replace(' ', "+")];
    let plain: BTreeSet<String> = plain.iter().flat_map(spelt).collect();
    let once: BTreeSet<String> =
        text.lines().map(|line| STANDARD.encode(line)).chain([STANDARD.encode(text)]).collect();
    let mut traces = ends(&plain, TELLING);
    // The same of the text takes more letters then.
    traces.extend(ends(&encoded(&plain), TELLING + 4));
    traces.extend(ends(&encoded(&once), TELLING + 12));
    traces.into_iter().collect()
}

/// Both ends, so long, in lower case, of those that are longer.
fn ends(forms: &BTreeSet<String>, length: usize) -> BTreeSet<String> {
    let letters = forms.iter().map(|form| form.to_lowercase().chars().collect::<Vec<char>>());
    let long = letters.filter(|letters| letters.len() >= length);
    long.flat_map(|it| [it[..length].iter().collect::<String>(), it[it.len() - length..].iter().collect()]).collect()
}

/// In base64 of both kinds, from whatever position on.
fn encoded(forms: &BTreeSet<String>) -> BTreeSet<String> {
    let each = forms.iter().flat_map(|form| (0..3).map(|remainder| inside_base64(form, remainder)));
    each.flat_map(|form| [form.replace('+', "-").replace('/', "_"), form]).collect()
}

fn in_address(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            byte => write!(encoded, "%{byte:02X}").expect("memory takes everything"),
        }
    }
    encoded
}

/// What is the same in the base64 of everything that holds the text at such a position.
fn inside_base64(text: &str, remainder: usize) -> String {
    let mut bytes = vec![b'x'; remainder];
    bytes.extend(text.as_bytes());
    let encoded = STANDARD_NO_PAD.encode(bytes);
    let end = encoded.len() - usize::from(!encoded.len().is_multiple_of(4));
    encoded[[0, 2, 3][remainder]..end].to_owned()
}

#[test]
fn a_canary_is_seen_in_every_spelling() {
    let mut cage = Cage::default();
    let (text, word) = (fresh(), fresh_word());
    cage.add("one", &text, true);
    cage.add("other", &format!("-----BEGIN KEY-----\n{word}\n"), false);
    for shown in [
        text.clone(),
        text.to_uppercase(),
        text[..TELLING].to_owned(),
        text.chars().rev().collect(),
        json!({"message": text}).to_string(),
        in_address(&text),
        STANDARD.encode(&text),
        STANDARD.encode(json!({"a": text, "b": 1}).to_string()),
        STANDARD.encode(json!({"a": STANDARD.encode(&text)}).to_string()),
    ] {
        assert_eq!(cage.seen_in(&format!("some words {shown} and more")).len(), 1, "{shown}");
        assert_eq!(cage.hidden_seen_in(&shown).len(), 1, "{shown}");
    }
    assert!(cage.seen_in(&format!("{word}!"))[0].starts_with("other") && cage.hidden_seen_in(&word).is_empty());
    assert!(cage.seen_in("-----BEGIN KEY----- and nothing else").is_empty());
}
