//! The attribute `timeouts`: durations in the format of Go, as in other providers. The waiting itself is in the engine.

use std::time::Duration;

use super::attr::{Attr, optional};
use super::kind::Kind;
use super::rule::Rule;

/// For tables whose objects can be in use while Terraform wants to change them.
pub const TIMEOUTS: Attr = optional(
    "timeouts",
    Kind::Object(&[operation("create"), operation("update"), operation("delete")]),
    "How long operations wait for an object that is in use, as durations such as `90s`, `10m` or `1h30m`. Each \
     defaults to `10m`.",
)
.client_only();

/// For actions that wait for work of the system.
pub const INVOKE_TIMEOUT: Attr = optional(
    "timeouts",
    Kind::Object(&[operation("invoke")]),
    "How long the action waits for the result, as a duration such as `90s`, `10m` or `1h30m`. Defaults to `10m`.",
)
.client_only();

/// The timeout of an operation if it is not configured.
const DEFAULT: Duration = Duration::from_secs(600);

const fn operation(name: &'static str) -> Attr {
    optional(name, Kind::Str, "How long this operation waits.")
        .rules(&[Rule::Matches("a duration such as `90s`, `10m` or `1h30m`", is_duration)])
}

fn is_duration(text: &str) -> bool {
    parse(text).is_some()
}

/// The duration in the text; the default for `None`, and for a text that is not a duration, which the rule has refused.
pub fn duration(text: Option<&str>) -> Duration {
    text.and_then(parse).unwrap_or(DEFAULT)
}

/// Numbers with units in sequence, as in Go; not negative.
fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, after) = rest.split_at(digits);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" | "μs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        let number: f64 = number.parse().ok()?;
        total = total.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
        rest = after;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, seconds) in
            [("90s", 90.0), ("1h30m", 5400.0), ("1.5h", 5400.0), ("300ms", 0.3), ("0", 0.0), ("+2m0s", 120.0)]
        {
            assert_eq!(parse(text), Some(Duration::from_secs_f64(seconds)), "{text}");
        }
        for wrong in ["", "5", "-5s", "s", "1d", "1 h", "1h 30m", "..s", "1e3s", "9999999999999999999h"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_is_the_default() {
        assert_eq!(duration(None), DEFAULT);
    }
}
