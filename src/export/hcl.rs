//! HCL as `terraform fmt` leaves it: blocks, attributes, values. It knows neither tables nor objects.

use crate::value::Value;

/// The longest line on which a list is written.
const WIDTH: usize = 100;

/// An expression.
pub(super) enum Expr {
    /// A number, a bool, or a reference: written as it is.
    Bare(String),
    Text(String),
    List(Vec<Expr>),
    /// An object or a map: names and values.
    Object(Vec<(String, Expr)>),
}

impl Expr {
    /// The value as a literal.
    pub(super) fn literal(value: &Value) -> Expr {
        match value {
            Value::Unknown | Value::Null => Expr::Bare("null".to_owned()),
            Value::Bool(flag) => Expr::Bare(flag.to_string()),
            Value::Number(number) => Expr::Bare(number.to_string()),
            Value::String(text) => Expr::Text(text.clone()),
            Value::List(items) | Value::Set(items) => Expr::List(items.iter().map(Expr::literal).collect()),
            Value::Map(entries) | Value::Object(entries) => {
                Expr::Object(entries.iter().map(|(name, value)| (name.clone(), Expr::literal(value))).collect())
            }
        }
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Expr::Bare(_) | Expr::Text(_))
    }

    /// The expression after `before` columns of its first line; further lines are indented from `depth`.
    fn render(&self, depth: usize, before: usize) -> String {
        match self {
            Expr::Bare(text) => text.clone(),
            Expr::Text(text) => quoted(text),
            Expr::List(items) if items.is_empty() => "[]".to_owned(),
            Expr::Object(entries) if entries.is_empty() => "{}".to_owned(),
            Expr::List(items) => {
                let in_line = |items: &[Expr]| {
                    let items: Vec<String> = items.iter().map(|item| item.render(depth, 0)).collect();
                    format!("[{}]", items.join(", "))
                };
                if items.iter().all(Expr::is_scalar) {
                    let line = in_line(items);
                    if items.len() == 1 || before + columns(&line) <= WIDTH {
                        return line;
                    }
                }
                let indent = indentation(depth + 1);
                let lines: String =
                    items.iter().map(|item| format!("{indent}{},\n", item.render(depth + 1, indent.len()))).collect();
                format!("[\n{lines}{}]", indentation(depth))
            }
            Expr::Object(entries) => {
                format!("{{\n{}{}}}", attributes(entries, depth + 1), indentation(depth))
            }
        }
    }
}

/// A block with attributes.
pub(super) fn block(header: &str, entries: &[(String, Expr)]) -> String {
    if entries.is_empty() { format!("{header} {{}}\n") } else { format!("{header} {{\n{}}}\n", attributes(entries, 1)) }
}

/// A header of a block: its type and its labels.
pub(super) fn header(kind: &str, labels: &[&str]) -> String {
    labels.iter().fold(kind.to_owned(), |header, label| format!("{header} {}", quoted(label)))
}

/// Lines of comments. A line break in a text would end the comment, so there is none.
pub(super) fn comment(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { "#\n".to_owned() } else { format!("# {}\n", line.replace('\r', " ")) };
    text.lines().map(line).collect()
}

/// Attributes, one below the other. The equals signs of neighbors on one line each are aligned.
fn attributes(entries: &[(String, Expr)], depth: usize) -> String {
    let indent = indentation(depth);
    let names: Vec<String> = entries.iter().map(|(name, _)| key(name)).collect();
    let alone = |at: usize, before: usize| {
        let value = entries[at].1.render(depth, before);
        format!("{} = {value}", names[at])
    };
    let is_line = |at: usize| !alone(at, indent.len() + columns(&names[at]) + 3).contains('\n');
    let mut text = String::new();
    let mut at = 0;
    while at < entries.len() {
        let run = (at..entries.len()).take_while(|at| is_line(*at)).count();
        if run == 0 {
            text.extend([&indent, &alone(at, indent.len() + columns(&names[at]) + 3), "\n"]);
            at += 1;
            continue;
        }
        let widest = names[at..at + run].iter().map(|name| columns(name)).max().unwrap_or_default();
        for (name, (_, value)) in names.iter().zip(entries).skip(at).take(run) {
            let padding = " ".repeat(widest - columns(name));
            // As it was measured, without the padding: a list that fits alone stays on its line.
            let value = value.render(depth, indent.len() + columns(name) + 3);
            text.extend([&indent, name, &padding, " = ", &value, "\n"]);
        }
        at += run;
    }
    text
}

fn indentation(depth: usize) -> String {
    "  ".repeat(depth)
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

/// The name of an attribute, or the key of a map, in quotes where it could be something else.
fn key(name: &str) -> String {
    const WORDS: [&str; 6] = ["for", "if", "in", "null", "true", "false"];
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if starts && plain && !WORDS.contains(&name) { name.to_owned() } else { quoted(name) }
}

/// A text in quotes, in which nothing is a template.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([character, character]),
            other if other.is_control() || is_invisible(other) => {
                let code = u32::from(other);
                let escape = if code > 0xffff { format!("\\U{code:08x}") } else { format!("\\u{code:04x}") };
                quoted.push_str(&escape);
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Separators of lines, marks that change the direction of the text around them, and the byte order mark: a file must read
/// as it is meant.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Expr {
        Expr::Text(value.to_owned())
    }

    fn named(entries: Vec<(&str, Expr)>) -> Vec<(String, Expr)> {
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn nothing_in_a_text_is_a_template() {
        for (plain, written) in [
            ("${a}", r#""$${a}""#),
            ("$${a}", r#""$$${a}""#),
            ("%{ if x }", r#""%%{ if x }""#),
            ("5 $ and 5 %", r#""5 $ and 5 %""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("a\r\n\tb", r#""a\r\n\tb""#),
            ("\u{7}\u{2028}\u{202e}", r#""\u0007\u2028\u202e""#),
            ("é€😀", "\"é€😀\""),
        ] {
            assert_eq!(quoted(plain), written);
        }
    }

    #[test]
    fn names_that_are_words_of_the_language_are_quoted() {
        for (name, written) in [("team", "team"), ("for", "\"for\""), ("a.b", "\"a.b\""), ("1a", "\"1a\"")] {
            assert_eq!(key(name), written);
        }
    }

    #[test]
    fn neighbors_are_aligned_and_what_has_several_lines_is_not() {
        let rule = Expr::Object(named(vec![("type", text("a")), ("pattern", text("b"))]));
        let long = Expr::List((0..12).map(|number| text(&format!("group-{number}"))).collect());
        let entries = named(vec![
            ("name", text("x")),
            ("description", text("y")),
            ("rules", Expr::List(vec![rule])),
            ("groups", Expr::List(vec![text("a"), text("b")])),
            ("tags", Expr::Object(named(vec![("a b", text("1")), ("c", text("2"))]))),
            ("long", long),
            ("none", Expr::List(Vec::new())),
        ]);
        let expected = r#"resource "t" "l" {
  name        = "x"
  description = "y"
  rules = [
    {
      type    = "a"
      pattern = "b"
    },
  ]
  groups = ["a", "b"]
  tags = {
    "a b" = "1"
    c     = "2"
  }
  long = [
    "group-0",
    "group-1",
    "group-2",
    "group-3",
    "group-4",
    "group-5",
    "group-6",
    "group-7",
    "group-8",
    "group-9",
    "group-10",
    "group-11",
  ]
  none = []
}
"#;
        assert_eq!(block(&header("resource", &["t", "l"]), &entries), expected);
    }

    #[test]
    fn a_comment_stays_one() {
        assert_eq!(comment("a\nb\r\n\nc"), "# a\n# b\n#\n# c\n");
    }
}
