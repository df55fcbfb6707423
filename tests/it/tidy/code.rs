//! Rust source without its comments and the content of its literals, so that a search finds code only. Lines stay
//! where they are.

/// The code alone: comments become nothing, literals become `""`.
pub(super) fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| literal(rest, code.chars().next_back()));
        match skipped {
            Some(length) => {
                let (skipped, after) = rest.split_at(length);
                if !skipped.starts_with('/') {
                    code.push_str("\"\"");
                }
                code.extend(skipped.chars().filter(|c| *c == '\n'));
                rest = after;
            }
            None => {
                code.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    code
}

fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    Some(text.find("*/").map_or(text.len(), |end| end + 2))
}

fn literal(text: &str, before: Option<char>) -> Option<usize> {
    if let Some(rest) = text.strip_prefix('"') {
        return Some(1 + string_end(rest));
    }
    if let Some(raw) = text.strip_prefix('r').filter(|_| before.is_none_or(|c| !c.is_alphanumeric() && c != '_')) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let opening = 1 + hashes + 1;
        if raw[hashes..].starts_with('"') {
            let closing = format!("\"{}", "#".repeat(hashes));
            let end = text[opening..].find(&closing).map_or(text.len(), |end| opening + end + closing.len());
            return Some(end);
        }
    }
    // A character, not a lifetime: it closes after one character or one escape.
    let quoted = text.strip_prefix('\'')?;
    if let Some(escape) = quoted.strip_prefix('\\') {
        let mut chars = escape.char_indices().skip(1);
        return chars.find(|(_, c)| *c == '\'').map(|(end, _)| end + 3);
    }
    let first = quoted.chars().next()?;
    quoted[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2)
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The code without the module of tests at its end, which may do what the code may not.
pub(super) fn code_without_tests(source: &str) -> String {
    let code = code(source);
    match code.find("#[cfg(test)]\nmod tests {") {
        Some(end) => code[..end].to_owned(),
        None => code,
    }
}

#[test]
fn only_code_is_left() {
    for (source, left) in [
        ("a // b\nc", "a \nc"),
        ("a /* b\n */ c", "a \n c"),
        ("f(\"x // \\\" y\", 'z')", "f(\"\", \"\")"),
        ("let q: &'static str = r#\"a \"quoted\" b\"#;", "let q: &'static str = \"\";"),
        ("['\\'', '\"', '\\u{1F600}'] // '", "[\"\", \"\", \"\"] "),
        ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
        ("\"a\nb\"c", "\"\"\nc"),
    ] {
        assert_eq!(code(source), left, "{source}");
    }
}
