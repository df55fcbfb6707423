//! The ways in which a server's text can be read: as it is, and with percent encoding, HTML entities, backslash escapes and
//! base64 decoded, alone or one inside another. Each byte knows its place in the text. What is looked for there is not
//! known here.

use std::iter;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 of anything worth hiding is not shorter.
const SHORTEST_RUN: usize = 6;

/// Base64 without padding, whatever the last bits are: it may have been cut.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The text, read in one way.
#[derive(Default)]
pub(super) struct Decoding {
    pub(super) bytes: Vec<u8>,
    /// Whether white space was removed: then nothing separates words.
    pub(super) is_joined: bool,
    /// Where each byte stands in the text.
    places: Vec<(usize, usize)>,
}

/// The text as it is, decoded once and decoded twice: a server quotes a body, and a value in that was encoded before.
pub(super) fn decodings(text: &str) -> impl Iterator<Item = Decoding> {
    let places = (0..text.len()).map(|at| (at, at + 1)).collect();
    decoded_twice(Decoding { bytes: text.as_bytes().to_vec(), is_joined: false, places })
}

/// The same without white space, and with hexadecimal digits decoded: programs wrap what they print.
pub(super) fn joined_decodings(text: &str) -> impl Iterator<Item = Decoding> {
    let mut joined = Decoding { is_joined: true, ..Decoding::default() };
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace()) {
        joined.put(&[byte], at..at + 1);
    }
    let digits = [0, 1].into_iter().filter_map(|skipped| joined.hexadecimal(skipped)).collect::<Vec<_>>();
    digits.into_iter().chain(decoded_twice(joined))
}

fn decoded_twice(plain: Decoding) -> impl Iterator<Item = Decoding> {
    let once = plain.decoded();
    let twice: Vec<Decoding> = once.iter().flat_map(Decoding::decoded).collect();
    iter::once(plain).chain(once).chain(twice)
}

impl Decoding {
    /// Where these bytes stand in the text.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        self.places[range.start].0..self.places[range.end - 1].1
    }

    fn decoded(&self) -> Vec<Decoding> {
        let ways = [
            self.replaced(percent),
            self.replaced(form),
            self.replaced(entity),
            self.replaced(backslash),
            self.base64(),
        ];
        ways.into_iter().flatten().collect()
    }

    fn put(&mut self, bytes: &[u8], place: Range<usize>) {
        for byte in bytes {
            self.bytes.push(*byte);
            self.places.push((place.start, place.end));
        }
    }

    /// With each escape sequence replaced by what it stands for; none if there is none. `decode` gives that and the length
    /// of the sequence that its argument begins with.
    fn replaced(&self, decode: fn(&[u8]) -> Option<Decoded>) -> Option<Decoding> {
        let mut read = Decoding { is_joined: self.is_joined, ..Decoding::default() };
        let (mut at, mut differs) = (0, false);
        while at < self.bytes.len() {
            let (bytes, length) = match decode(&self.bytes[at..]) {
                Some(sequence) => {
                    differs = true;
                    sequence
                }
                None => (vec![self.bytes[at]], 1),
            };
            read.put(&bytes, self.place(at..at + length));
            at += length;
        }
        differs.then_some(read)
    }

    /// What is base64 of either alphabet, and what may be: every run of its letters, begun at each of the first four.
    fn base64(&self) -> Option<Decoding> {
        let standard = |byte: &u8| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        };
        let letters: Vec<u8> = self.bytes.iter().map(standard).collect();
        let mut read = Decoding { is_joined: self.is_joined, ..Decoding::default() };
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

    /// What pairs of hexadecimal digits stand for, begun at each run of digits after so many; other bytes stay.
    fn hexadecimal(&self, skipped: usize) -> Option<Decoding> {
        let mut read = Decoding { is_joined: self.is_joined, ..Decoding::default() };
        let (mut at, mut differs) = (0, false);
        while at < self.bytes.len() {
            let run = self.bytes[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let begin = at + skipped.min(run);
            for pair in (begin..at + run).step_by(2).filter(|pair| pair + 2 <= at + run) {
                let byte = hex(&self.bytes[pair..pair + 2]).and_then(|byte| u8::try_from(byte).ok());
                read.put(&[byte.unwrap_or_default()], self.place(pair..pair + 2));
                differs = true;
            }
            at += run;
            if let Some(other) = self.bytes.get(at) {
                read.put(&[*other], self.place(at..at + 1));
                at += 1;
            }
        }
        differs.then_some(read)
    }

    /// What one run decodes to, and a byte that sets it apart from the next.
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

/// What the escape sequence at the beginning stands for, and the length of the sequence.
type Decoded = (Vec<u8>, usize);

fn percent(rest: &[u8]) -> Option<Decoded> {
    let digits = rest.strip_prefix(b"%")?.get(..2)?;
    Some((vec![u8::try_from(hex(digits)?).ok()?], 3))
}

/// As a query or a form has it.
fn form(rest: &[u8]) -> Option<Decoded> {
    if rest.starts_with(b"+") { Some((b" ".to_vec(), 1)) } else { percent(rest) }
}

fn entity(rest: &[u8]) -> Option<Decoded> {
    const LONGEST: usize = 10;
    let name = rest.strip_prefix(b"&")?;
    let end = name.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let decoded = match &name[..end] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((decoded.to_string().into_bytes(), end + 2))
}

/// As JSON and most languages have it.
fn backslash(rest: &[u8]) -> Option<Decoded> {
    let unit = |at: usize| u16::try_from(hex(rest.get(at + 2..at + 6)?)?).ok();
    let decoded = match rest.strip_prefix(b"\\")?.first()? {
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
    Some((vec![decoded], 2))
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

    /// The places in the text at which some decoding contains the constant.
    fn found(text: &str) -> Vec<&str> {
        let places = decodings(text).filter_map(|decoding| {
            let at = decoding.bytes.windows(TEXT.len()).position(|bytes| bytes == TEXT.as_bytes())?;
            Some(&text[decoding.place(at..at + TEXT.len())])
        });
        places.collect()
    }

    #[test]
    fn each_encoding_is_decoded_in_its_place() {
        let ascii = r#"a \"b\" <\u00e9> & \ud83d\ude00 c\/d"#;
        let page = "a &quot;b&#34; &lt;&#xe9;&gt; &amp; \u{1f600} c/d";
        let address = "a%20%22b%22%20%3C%C3%A9%3E%20%26%20%F0%9F%98%80%20c%2Fd";
        let encoded = general_purpose::STANDARD.encode(TEXT);
        let safe = general_purpose::URL_SAFE_NO_PAD.encode(TEXT);
        for text in [TEXT, ascii, page, address, &address.replace("%20", "+"), encoded.trim_end_matches('='), &safe] {
            assert_eq!(found(&format!("so {text} so")).first(), Some(&text));
        }
    }

    #[test]
    fn an_encoding_inside_another_is_decoded() {
        let json = serde_json::json!({"key": TEXT}).to_string();
        let twice = serde_json::json!({"body": json}).to_string();
        assert!(!found(&twice).is_empty(), "{twice}");
        for before in ["", "a", "ab"] {
            let encoded = general_purpose::STANDARD.encode(format!("{before}{json}"));
            assert!(!found(&encoded).is_empty(), "{encoded}");
            let encoded = general_purpose::STANDARD.encode(format!("{before}{TEXT}"));
            let address = encoded.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
            assert!(!found(&address).is_empty(), "{address}");
        }
    }

    #[test]
    fn incomplete_sequences_are_left_as_they_are() {
        for text in ["100 %", "%zz and %4", "&; &#; &#x110000; &nothing;", r"\", r"\u12", r"\ud83d alone", "a+b", ""] {
            assert!(decodings(text).next().expect("the text itself").bytes == text.as_bytes());
        }
    }
}
