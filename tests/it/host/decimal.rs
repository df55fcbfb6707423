//! Decimal numbers of any length, as Terraform keeps them: compared by value, and sent as text where no float is exact.

use serde_json::Value as Json;

/// Sign, digits without zeros at either end, and the power of ten of the last one. Zero has no digits.
fn parts(text: &str) -> (bool, String, i64) {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, power) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let power: i64 = power.trim_start_matches('+').parse().expect("a power of ten");
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let trimmed = digits.trim_end_matches('0');
    if trimmed.is_empty() {
        return (false, String::new(), 0);
    }
    let power = power - fraction.len() as i64 + (digits.len() - trimmed.len()) as i64;
    (negative, trimmed.to_owned(), power)
}

/// The float that is exactly this number.
pub(super) fn exact_float(text: &str) -> Option<f64> {
    let float: f64 = text.parse().ok()?;
    // No float has more decimals.
    (float.is_finite() && parts(&format!("{float:.1100}")) == parts(text)).then_some(float)
}

/// The one way to write each number: a whole one, a float that is exact, else digits and a power of ten.
pub(super) fn normal(text: &str) -> Json {
    let whole = plain(text).parse::<i64>().ok();
    let float = || exact_float(text).map(Json::from);
    whole.map(Json::from).or_else(float).unwrap_or_else(|| {
        let (negative, digits, power) = parts(text);
        let sign = if negative { "-" } else { "" };
        serde_json::from_str(&format!("{sign}{digits}e{power}")).expect("a number")
    })
}

/// Without a power of ten, as Terraform writes a number that no float is.
pub(super) fn plain(text: &str) -> String {
    let (negative, digits, power) = parts(text);
    let sign = if negative { "-" } else { "" };
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    let point = digits.len() as i64 + power;
    match digits.as_str() {
        "" => "0".to_owned(),
        digits if power >= 0 => format!("{sign}{digits}{}", zeros(power)),
        digits if point > 0 => {
            let (whole, fraction) = digits.split_at(usize::try_from(point).expect("a place in the digits"));
            format!("{sign}{whole}.{fraction}")
        }
        digits => format!("{sign}0.{}{digits}", zeros(-point)),
    }
}

#[test]
fn a_number_is_written_one_way_and_loses_nothing() {
    for (text, written) in [
        ("1", "1"),
        ("1.0", "1"),
        ("10e-1", "1"),
        ("-0.0", "0"),
        ("1.50", "1.5"),
        ("0.1", "1e-1"),
        ("0.30000000000000000001", "30000000000000000001e-20"),
        ("9223372036854775808", "9.223372036854776e18"),
    ] {
        assert_eq!(normal(text), serde_json::from_str::<Json>(written).expect("a number"), "{text}");
    }
    for (text, plainly) in [("1e3", "1000"), ("12.5e-4", "0.00125"), ("-1.25", "-1.25"), ("1e-2", "0.01"), ("0", "0")] {
        assert_eq!(plain(text), plainly);
    }
    assert_eq!((exact_float("0.5"), exact_float("0.1"), exact_float("1e999")), (Some(0.5), None, None));
}
