//! Choices to draw from: bytes, so that a case that fails shrinks to the plainest one. Values, JSON and damage are drawn
//! here, with a liking for what is at the edge of something.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::value::{Number, Type, Value};

/// Stands in text for what no message may repeat.
pub(super) const CANARY: &str = "c4nary";

/// Headers of lists, maps, texts, binaries and extensions that claim as much as the four bytes after them say.
pub(super) const CLAIMS: [u8; 5] = [0xdd, 0xdf, 0xdb, 0xc6, 0xc9];

pub(super) struct Tape<'a>(std::slice::Iter<'a, u8>);

impl<'a> Tape<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    /// At its end a tape says zero for ever: the plainest choice stands first.
    pub(super) fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        let drawn = u16::from_be_bytes([self.byte(), self.byte()]);
        usize::from(drawn) % end.max(1)
    }

    /// True once in so many times.
    pub(super) fn once_in(&mut self, times: u8) -> bool {
        self.byte() % times == times - 1
    }

    pub(super) fn one_of<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }

    pub(super) fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.byte()).collect()
    }

    /// Text that is not always what a name should be.
    pub(super) fn text(&mut self) -> String {
        match self.below(24) {
            0 => "a".to_owned(),
            1 => String::new(),
            2..=5 => format!("{CANARY}-{}", self.byte()),
            6 => "e\u{301}\u{323}".to_owned(),
            7 => "\u{202e}evil\u{2066}\u{200b}".to_owned(),
            8 => "\0\u{1b}[2J\r\n".to_owned(),
            9 => "a/../b".to_owned(),
            10 => "..".to_owned(),
            11 => "%2e%2e%2f".to_owned(),
            12 => "?x=1#y;z&".to_owned(),
            13 => "\\..\\\"'`$(id)".to_owned(),
            14 => "x".repeat(5_000),
            15 => format!("00000000-0000-4000-8000-{:012x}", self.byte()),
            16 => "enabled".to_owned(),
            17 => "-1e400".to_owned(),
            18 => "\u{10ffff}\u{fffe}\u{d7ff}".to_owned(),
            19 => "null".to_owned(),
            20 => "ɐ".repeat(200),
            21 => "bm90IGJhc2U2NA==".to_owned(),
            _ => String::from_utf8_lossy(&self.bytes(12)).into_owned(),
        }
    }

    pub(super) fn number(&mut self) -> Number {
        let text = match self.below(8) {
            0 => "1",
            1 => "0",
            2 => "-9223372036854775808",
            3 => "9223372036854775808",
            4 => "0.1",
            5 => "1e400",
            6 => "-1e-999999",
            _ => {
                return Number::from_f64(if self.once_in(2) { f64::INFINITY } else { f64::MIN_POSITIVE })
                    .expect("a number");
            }
        };
        Number::parse(text).expect("a number")
    }

    /// A value of this type, absent parts at every depth; unknown ones too if `open`.
    pub(super) fn value(&mut self, ty: &Type, open: bool) -> Value {
        match self.byte() % 16 {
            1 | 2 => return Value::Null,
            3 if open => return Value::Unknown,
            _ => {}
        }
        match ty {
            Type::String => Value::string(self.text()),
            Type::Number => Value::Number(self.number()),
            Type::Bool => Value::Bool(self.once_in(2)),
            Type::List(of) => Value::List(self.values(of, open)),
            Type::Set(of) => Value::set(self.values(of, open)),
            Type::Map(of) => Value::Map(self.values(of, open).into_iter().map(|value| (self.key(), value)).collect()),
            Type::Object(types) => self.object(types, open),
        }
    }

    /// An object that is one, whatever its attributes are.
    pub(super) fn object(&mut self, types: &BTreeMap<String, Type>, open: bool) -> Value {
        Value::Object(types.iter().map(|(name, ty)| (name.clone(), self.value(ty, open))).collect())
    }

    fn values(&mut self, of: &Type, open: bool) -> Vec<Value> {
        (0..self.below(4)).map(|_| self.value(of, open)).collect()
    }

    fn key(&mut self) -> String {
        // Keys are told in messages, so they hold no canary.
        let key = self.text().replace(CANARY, "key");
        match Value::string(key) {
            Value::String(key) => key,
            _ => unreachable!("a string is one"),
        }
    }

    /// Any JSON.
    pub(super) fn json(&mut self, depth: usize) -> Json {
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => Json::Null,
            1 => json!(self.once_in(2)),
            2 => json!(self.byte()),
            3 => serde_json::from_str(self.one_of(&["1e400", "-0.0", "123456789012345678901234567890"]))
                .expect("a number"),
            4..=6 => json!(self.text()),
            7 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            8 => Json::Object((0..self.below(4)).map(|_| (self.key(), self.json(depth - 1))).collect()),
            _ => (0..self.below(3)).fold(self.json(0), |inner, _| json!([inner])),
        }
    }

    /// The same with some parts replaced, taken away or doubled.
    pub(super) fn damaged_json(&mut self, json: &Json) -> Json {
        if self.once_in(12) {
            return self.json(2);
        }
        match json {
            Json::Object(entries) => {
                let mut damaged = Map::new();
                for (name, entry) in entries {
                    match self.byte() % 24 {
                        1 => {}
                        2 => drop(damaged.insert(self.key(), entry.clone())),
                        _ => drop(damaged.insert(name.clone(), self.damaged_json(entry))),
                    }
                }
                Json::Object(damaged)
            }
            Json::Array(items) => {
                let mut damaged: Vec<Json> = items.iter().map(|item| self.damaged_json(item)).collect();
                if self.once_in(8) {
                    damaged.extend(items.first().cloned());
                }
                Json::Array(damaged)
            }
            leaf => leaf.clone(),
        }
    }

    /// The same bytes with some changed, put in or taken away, a length claimed, or the end cut off.
    pub(super) fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + self.below(5) {
            let at = self.below(bytes.len() + 1);
            match self.below(6) {
                0 => bytes.insert(at, self.byte()),
                1 => drop(bytes.splice(at..at, [self.one_of(&CLAIMS), 0xff, 0xff, 0xff, 0xff])),
                2 => {
                    let end = bytes.len().min(at + self.below(8));
                    drop(bytes.drain(at.min(end)..end));
                }
                3 => {
                    let part = bytes[at..bytes.len().min(at + 16)].to_vec();
                    drop(bytes.splice(at..at, part));
                }
                4 if self.once_in(3) => bytes.truncate(at),
                _ => {
                    let byte = self.byte();
                    if let Some(there) = bytes.get_mut(at) {
                        *there = byte;
                    }
                }
            }
        }
        bytes
    }
}
