//! Text of servers and libraries, made fit to be shown: one line, short, nothing that moves a terminal, no body. What is
//! secret in it is not known here.

/// More than this is not looked at.
pub(super) const LONGEST_READ: usize = 16 << 10;
const LONGEST_SHOWN: usize = 500;

/// A library's text about a connection.
pub(super) fn plain(text: &str) -> String {
    shortened(&clean(text, LONGEST_READ))
}

/// In one line, without control characters and marks that reorder or hide text. At most one character longer than
/// `longest` bytes, so that a caller that compares what was cut can tell that there was more.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let mut is_apart = false;
    for c in text.chars() {
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

/// What a program printed: its lines, without anything that moves a terminal or changes its colors.
pub(super) fn lines(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = rest.next() {
        match c {
            // The parameters of a control sequence, and the letter that ends it.
            '\u{1b}' if rest.as_str().starts_with('[') => {
                let _ = rest.by_ref().skip(1).find(|c| matches!(c, '\u{40}'..='\u{7e}'));
            }
            '\n' => kept.push(c),
            '\t' => kept.push(' '),
            c if c.is_control() || is_invisible(c) => {}
            c => kept.push(c),
        }
    }
    kept
}

pub(super) fn shortened(text: &str) -> String {
    if text.chars().nth(LONGEST_SHOWN).is_none() {
        return text.to_owned();
    }
    text.chars().take(LONGEST_SHOWN).chain("…".chars()).collect()
}

/// Marks that reorder or hide text on a terminal.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// With each JSON object replaced by `{…}`: some servers repeat the request's body, which is of no use in a message.
pub(super) fn without_bodies(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
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

/// Where the object that begins here ends; the end of the text if it was cut.
fn end_of_body(body: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in outside_strings(body.as_bytes()) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    body.len()
}

/// The bytes of JSON outside its strings, each with its offset.
pub(super) fn outside_strings(json: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    let (mut in_string, mut escaped) = (false, false);
    json.iter().copied().enumerate().filter(move |(_, byte)| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ => return !in_string,
        }
        false
    })
}
