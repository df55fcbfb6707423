//! The ways in which a server's words can be read: as they are, and with what percent signs, entities, backslashes and
//! base64 stand for, in any order and depth. Each byte knows its place in the words. What is looked for there is not
//! known here.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Who writes deeper wants to hide something.
const DEEPEST: usize = 4;
/// No honest words come near that.
const MOST_BYTES: usize = 1 << 20;
/// Base64 of anything worth hiding is not shorter.
const SHORTEST_RUN: usize = 6;

/// Base64 without padding, whatever the last bits are: it may have been cut.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The words, read one way.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Decoding {
    pub(super) bytes: Vec<u8>,
    /// Of each byte: where it stands in the words.
    places: Vec<(usize, usize)>,
}

/// Every decoding of the words, the plain one first. None if there is no end to them.
pub(super) fn decodings(words: &str) -> Option<Vec<Decoding>> {
    let places = (0..words.len()).map(|at| (at, at + 1)).collect();
    let mut all = vec![Decoding { bytes: words.as_bytes().to_vec(), places }];
    let (mut begin, mut size) = (0, words.len());
    for _ in 0..DEEPEST {
        let end = all.len();
        for index in begin..end {
            for decoding in all[index].deeper() {
                size += decoding.bytes.len();
                if size > MOST_BYTES {
                    return None;
                }
                if !all.contains(&decoding) {
                    all.push(decoding);
                }
            }
        }
        begin = end;
    }
    Some(all)
}

impl Decoding {
    /// Where these bytes stand in the words.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        self.places[range.start].0..self.places[range.end - 1].1
    }

    fn deeper(&self) -> Vec<Decoding> {
        let rewritten = [
            self.rewritten(b'%', percent),
            self.rewritten(b'+', |_| Some((vec![b' '], 1))),
            self.rewritten(b'&', entity),
            self.rewritten(b'\\', escape),
            self.base64(),
        ];
        rewritten.into_iter().flatten().collect()
    }

    fn put(&mut self, bytes: &[u8], place: Range<usize>) {
        for byte in bytes {
            self.bytes.push(*byte);
            self.places.push((place.start, place.end));
        }
    }

    /// With what stands at each mark replaced by what it stands for; `meaning` tells that, and how long it is.
    fn rewritten(&self, mark: u8, meaning: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>) -> Option<Decoding> {
        let mut read = Decoding::default();
        let (mut at, mut is_other) = (0, false);
        while let Some(byte) = self.bytes.get(at) {
            let meant = Some(&self.bytes[at..]).filter(|_| *byte == mark).and_then(&meaning);
            is_other |= meant.is_some();
            let (bytes, length) = meant.unwrap_or((vec![*byte], 1));
            read.put(&bytes, self.place(at..at + length));
            at += length;
        }
        is_other.then_some(read)
    }

    /// What is base64 of either alphabet, and what may be: every run of its letters, begun at each of the first four.
    fn base64(&self) -> Option<Decoding> {
        let standard = |byte: &u8| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        };
        let letters: Vec<u8> = self.bytes.iter().map(standard).collect();
        let mut read = Decoding::default();
        let mut begin = 0;
        while begin < letters.len() {
            let run = letters[begin..].iter().take_while(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/'));
            let end = begin + run.count();
            if end - begin >= SHORTEST_RUN {
                (0..4).for_each(|skipped| self.run(&letters, begin + skipped..end, &mut read));
            }
            begin = end + 1;
        }
        (!read.bytes.is_empty()).then_some(read)
    }

    /// What one run says, and a byte that sets it apart from the next.
    fn run(&self, letters: &[u8], run: Range<usize>, read: &mut Decoding) {
        // A single last letter holds no byte.
        let length = run.len() - usize::from(run.len() % 4 == 1);
        let decoded = BASE64.decode(&letters[run.start..run.start + length]).unwrap_or_default();
        for (index, byte) in decoded.iter().enumerate() {
            // Three bytes are four letters, and each lies in two of them.
            let letter = run.start + index / 3 * 4 + index % 3;
            read.put(&[*byte], self.place(letter..letter + 2));
        }
        read.put(&[0], self.place(run.start..run.start + 1));
    }
}

fn percent(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    Some((vec![u8::try_from(hex(rest.get(1..3)?)?).ok()?], 3))
}

fn entity(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    const LONGEST: usize = 10;
    let end = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let meant = match &rest[1..end] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((meant.to_string().into_bytes(), end + 1))
}

/// As JSON and most languages have it.
fn escape(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let unit = |at: usize| u16::try_from(hex(rest.get(at + 2..at + 6)?)?).ok();
    let meant = match rest.get(1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => {
            let pair = || rest.get(6..8).filter(|it| *it == br"\u").and_then(|_| unit(6));
            let units = [Some(unit(0)?), pair()].map(Option::unwrap_or_default);
            let first = char::decode_utf16(units).next()?.ok()?;
            return Some((first.to_string().into_bytes(), 6 * first.len_utf16()));
        }
        other if other.is_ascii_punctuation() => *other,
        _ => return None,
    };
    Some((vec![meant], 2))
}

fn hex(digits: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u32::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose;

    const TEXT: &str = "a \"b\" <\u{e9}> & \u{1f600} c/d";

    /// The places in the words at which some decoding says the text.
    fn found(words: &str) -> Vec<&str> {
        let all = decodings(words).expect("there is an end");
        let places = all.iter().filter_map(|decoding| {
            let at = decoding.bytes.windows(TEXT.len()).position(|bytes| bytes == TEXT.as_bytes())?;
            Some(&words[decoding.place(at..at + TEXT.len())])
        });
        places.collect()
    }

    #[test]
    fn each_spelling_is_read_in_its_place() {
        let ascii = r#"a \"b\" <\u00e9> & \ud83d\ude00 c\/d"#;
        let page = "a &quot;b&#34; &lt;&#xe9;&gt; &amp; \u{1f600} c/d";
        let address = "a%20%22b%22%20%3C%C3%A9%3E%20%26%20%F0%9F%98%80%20c%2Fd";
        let encoded = general_purpose::STANDARD.encode(TEXT);
        let safe = general_purpose::URL_SAFE_NO_PAD.encode(TEXT);
        for spelt in [TEXT, ascii, page, address, &address.replace("%20", "+"), encoded.trim_end_matches('='), &safe] {
            assert_eq!(found(&format!("so {spelt} so")).first(), Some(&spelt));
        }
    }

    #[test]
    fn spellings_of_spellings_are_read() {
        let inner = serde_json::json!({"key": TEXT}).to_string();
        let inner = serde_json::json!({"body": inner}).to_string();
        assert!(!found(&inner).is_empty(), "{inner}");
        for before in ["", "a", "ab"] {
            let inner = general_purpose::STANDARD.encode(format!("{before}{inner}"));
            assert!(!found(&inner).is_empty(), "{inner}");
            let address = inner.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
            assert!(!found(&address).is_empty(), "{address}");
        }
    }

    #[test]
    fn strange_marks_are_read_as_they_are() {
        for words in ["100 %", "%zz and %4", "&; &#; &#x110000; &nothing;", r"\", r"\u12", r"\ud83d alone", "a+b", ""] {
            assert!(decodings(words).expect("there is an end")[0].bytes == words.as_bytes());
        }
    }

    #[test]
    fn words_without_an_end_are_not_read() {
        let mut words = "%25".repeat(5_000);
        words.push_str(&r"\\&amp;+".repeat(5_000));
        assert!(decodings(&words.repeat(20)).is_none());
    }
}
