//! An exact number: a decimal of any size, or an infinity. Terraform's numbers exceed every machine type, and a number
//! that changes in the provider would be a difference in every plan. There is no arithmetic: values are passed on and
//! compared. Input is limited in length and magnitude, so that no text needs more memory than its own size.

use std::cmp::Ordering;
use std::fmt;

/// The maximum length of a text that is read as a number.
const MAX_TEXT: usize = 64 * 1024;
/// The maximum number of significant digits: less than [`MAX_TEXT`] by the maximum that [`fmt::Display`] adds, so that
/// everything that was read can be written and read again.
const MAX_DIGITS: usize = MAX_TEXT - 128;
/// The largest power of ten of the first digit, and the largest that may be written, either way.
const MAX_MAGNITUDE: i64 = 1_000_000;
/// The most zeros that `Display` writes to keep a number plain; beyond it is scientific.
const MAX_PADDING: i64 = 40;
/// No finite double has more significant decimal digits.
const MAX_F64_DIGITS: usize = 767;

/// An exact decimal number, or an infinity. Equal when the value is: `1`, `1.0` and `10e-1` are one number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Form);

/// The canonical form of each value, so that the derived equality and hash are those of the value.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    /// `digits × 10^exponent`. The digits neither begin nor end with a zero; zero has none, exponent 0 and no sign.
    Finite {
        negative: bool,
        digits: String,
        exponent: i64,
    },
    Infinite {
        negative: bool,
    },
}

/// Why something is not a number. It does not contain the content, which may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// The text is not a decimal number.
    Malformed,
    /// The number has too many digits or too large an exponent.
    TooLarge,
    /// The float is not a number.
    NotANumber,
}

impl Number {
    /// Reads decimal or scientific text. Infinities have no text: they are floats on every wire.
    ///
    /// # Errors
    ///
    /// If the text is not a number, or has too many digits or too large an exponent.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        if text.len() > MAX_TEXT {
            return Err(NumberError::TooLarge);
        }
        let (negative, unsigned) = split_sign(text);
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, parse_power(power)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::Malformed);
        }
        let number = Number::finite(negative, &digits, power - signed(fraction.len()));
        match &number.0 {
            Form::Finite { digits, exponent, .. }
                if digits.len() > MAX_DIGITS || magnitude(digits, *exponent).abs() > MAX_MAGNITUDE =>
            {
                Err(NumberError::TooLarge)
            }
            _ => Ok(number),
        }
    }

    /// The exact value of a float, infinities included.
    ///
    /// # Errors
    ///
    /// If the float is not a number (NaN).
    pub fn from_f64(float: f64) -> Result<Number, NumberError> {
        if float.is_nan() {
            return Err(NumberError::NotANumber);
        }
        if float.is_infinite() {
            return Ok(Number(Form::Infinite { negative: float < 0.0 }));
        }
        // A float is m × 2^(e − 1075) for its exponent bits e (subnormals count as 1), and m ÷ 2^k has k decimals.
        let exponent_bits = ((float.to_bits() >> 52) & 0x7ff).max(1);
        let decimals = usize::try_from(1075_u64.saturating_sub(exponent_bits)).unwrap_or(0);
        Number::parse(&format!("{float:.decimals$}"))
    }

    /// The number as an `i64`, if it is a whole one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            // The limit prevents a long text for a large exponent; 19 digits are enough for every i64.
            Form::Finite { negative, digits, exponent } if *exponent >= 0 && magnitude(digits, *exponent) < 19 => {
                let sign = if *negative { "-" } else { "" };
                let zeros = "0".repeat(usize::try_from(*exponent).ok()?);
                // Zero has no digits: the leading zero represents it and changes nothing else.
                format!("{sign}0{digits}{zeros}").parse().ok()
            }
            _ => None,
        }
    }

    /// The float that has exactly this value, if there is one.
    pub fn as_f64_exact(&self) -> Option<f64> {
        match &self.0 {
            Form::Infinite { negative: false } => Some(f64::INFINITY),
            Form::Infinite { negative: true } => Some(f64::NEG_INFINITY),
            Form::Finite { digits, .. } if digits.len() > MAX_F64_DIGITS => None,
            // The nearest float is the only candidate.
            Form::Finite { .. } => {
                let nearest: f64 = self.to_string().parse().ok()?;
                (Number::from_f64(nearest).as_ref() == Ok(self)).then_some(nearest)
            }
        }
    }

    /// The number after conversion to a 64-bit float: the shortest decimal of the nearest float, or an infinity beyond
    /// the largest. Numbers for which this is equal are the same number to a system that stores floats.
    #[must_use]
    pub fn as_float(&self) -> Number {
        let nearest: f64 = self.to_string().parse().unwrap_or(f64::NAN);
        // `{:e}` of a float is the shortest text that reads back as it.
        let shortest =
            if nearest.is_finite() { Number::parse(&format!("{nearest:e}")) } else { Number::from_f64(nearest) };
        shortest.unwrap_or_else(|_| self.clone())
    }

    pub fn is_finite(&self) -> bool {
        matches!(self.0, Form::Finite { .. })
    }

    /// True when the number has no fraction. Infinities are not whole.
    pub fn is_whole(&self) -> bool {
        matches!(self.0, Form::Finite { exponent, .. } if exponent >= 0)
    }

    /// `digits × 10^exponent` in its canonical form. The digits must be ASCII digits.
    fn finite(negative: bool, digits: &str, exponent: i64) -> Number {
        let significant = digits.trim_start_matches('0');
        let trimmed = significant.trim_end_matches('0');
        if trimmed.is_empty() {
            return Number(Form::Finite { negative: false, digits: String::new(), exponent: 0 });
        }
        let exponent = exponent + signed(significant.len() - trimmed.len());
        Number(Form::Finite { negative, digits: trimmed.to_owned(), exponent })
    }

    /// The parts that order numbers: sign, then size, then digits.
    fn sign(&self) -> i8 {
        match &self.0 {
            Form::Finite { digits, .. } if digits.is_empty() => 0,
            Form::Finite { negative, .. } | Form::Infinite { negative } => 1 - 2 * i8::from(*negative),
        }
    }

    fn compare_size(&self, other: &Number) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Finite { digits: a, exponent: power_a, .. }, Form::Finite { digits: b, exponent: power_b, .. }) => {
                // Of two numbers with the same first place the digits decide, as text: `123` is above `12`.
                magnitude(a, *power_a).cmp(&magnitude(b, *power_b)).then_with(|| a.cmp(b))
            }
            (a, b) => matches!(a, Form::Infinite { .. }).cmp(&matches!(b, Form::Infinite { .. })),
        }
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Number {
        Number::finite(number < 0, &number.unsigned_abs().to_string(), 0)
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Number {
        Number::finite(false, &number.to_string(), 0)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        self.sign().cmp(&other.sign()).then_with(|| match self.sign() {
            1 => self.compare_size(other),
            -1 => other.compare_size(self),
            _ => Ordering::Equal,
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Text that reads back as the same number, and is a JSON number too, except that JSON has no infinities.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, digits, exponent) = match &self.0 {
            Form::Infinite { negative: false } => return f.write_str("Infinity"),
            Form::Infinite { negative: true } => return f.write_str("-Infinity"),
            Form::Finite { digits, .. } if digits.is_empty() => return f.write_str("0"),
            Form::Finite { negative, digits, exponent } => (*negative, digits.as_str(), *exponent),
        };
        if negative {
            f.write_str("-")?;
        }
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
        // How many digits stand before the point; negative: how many zeros follow it.
        let point = magnitude(digits, exponent) + 1;
        if (0..=MAX_PADDING).contains(&exponent) {
            write!(f, "{digits}{}", zeros(exponent))
        } else if exponent < 0 && point > 0 {
            let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(digits.len()));
            write!(f, "{whole}.{fraction}")
        } else if exponent < 0 && -point <= MAX_PADDING {
            write!(f, "0.{}{digits}", zeros(-point))
        } else {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            write!(f, "{first}{dot}{rest}e{}", point - 1)
        }
    }
}

/// Hides the content: a number may be secret, like every value.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number")
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NumberError::Malformed => "a decimal number is required",
            NumberError::TooLarge => "the number has too many digits or too large an exponent",
            NumberError::NotANumber => "NaN is not a number",
        })
    }
}

impl std::error::Error for NumberError {}

/// The power of ten of the first digit; −1 for zero, which has none.
fn magnitude(digits: &str, exponent: i64) -> i64 {
    signed(digits.len()) + exponent - 1
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// The exponent of scientific text, within bounds that keep every later sum far from an overflow.
fn parse_power(text: &str) -> Result<i64, NumberError> {
    let (negative, digits) = split_sign(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    // Only too many digits can fail here.
    match digits.parse::<i64>() {
        Ok(power) if power <= MAX_MAGNITUDE => Ok(if negative { -power } else { power }),
        _ => Err(NumberError::TooLarge),
    }
}

/// A length as an `i64`, which can represent the length of every text in memory.
fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
