//! Tests of exact numbers: canonical form, order, text, floats, bounds.

use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn float(float: f64) -> Number {
    Number::from_f64(float).expect("no NaN")
}

#[test]
fn one_value_has_one_form_and_one_text() {
    for (texts, shown) in [
        (&["0", "-0", "+0", "0.000", ".0", "0e9", "-0e-9"][..], "0"),
        (&["1", "+1", "1.0", "1.", "001", "10e-1", "0.1E+1"], "1"),
        (&["-12.5", "-0012.50", "-125e-1", "-.125e2"], "-12.5"),
        (&["0.001", "1e-3", "1E-03"], "0.001"),
        (&["1200", "1.2e3", "12e+2"], "1200"),
        (&["9223372036854775808"], "9223372036854775808"),
        (&["1e40"], "10000000000000000000000000000000000000000"),
        (&["1e41", "10e40"], "1e41"),
        (&["1e-41"], "0.00000000000000000000000000000000000000001"),
        (&["1e-42", "0.1e-41"], "1e-42"),
        (&["-1.25e-60"], "-1.25e-60"),
    ] {
        for text in texts {
            assert!(number(text) == number(shown), "{text}");
            assert_eq!(number(text).to_string(), shown, "{text}");
        }
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "", "-", "+", ".", "e", "e5", "1e", "1e+", "1e5.0", "1.2.3", "--1", "1_000", "0x10", "1 ", " 1", "٣", "NaN",
        "Infinity", "inf", "1e1e1", "1e--1",
    ] {
        assert!(Number::parse(text) == Err(NumberError::Malformed), "{text}");
    }
}

#[test]
fn size_is_bounded_and_what_fits_can_be_written_and_read_again() {
    for text in ["1e1000001", "1e-1000001", "10e1000000", "0.1e-1000000", "1e99999999999999999999", "0e-2000000"] {
        assert!(Number::parse(text) == Err(NumberError::TooLarge), "{text}");
    }
    assert!(Number::parse(&"7".repeat(MAX_DIGITS + 1)) == Err(NumberError::TooLarge));
    assert!(Number::parse(&"0".repeat(MAX_TEXT + 1)) == Err(NumberError::TooLarge));

    let most = "7".repeat(MAX_DIGITS);
    for text in ["1e1000000".to_owned(), "-1e-1000000".to_owned(), most.clone(), format!("-{most}e-65449")] {
        assert!(number(&number(&text).to_string()) == number(&text), "{text:.20}");
    }
    let long_zeros = format!("0.{}1", "0".repeat(MAX_TEXT - 3));
    assert!(number(&long_zeros) == number("1e-65534"));
}

#[test]
fn the_order_is_that_of_the_values() {
    let rising = [
        float(f64::NEG_INFINITY),
        number("-1e50"),
        number("-123"),
        number("-12.5"),
        number("-12"),
        number("-0.01"),
        number("0"),
        number("1e-900000"),
        number("0.5"),
        number("0.9"),
        number("9"),
        number("10"),
        number("10.000000000000000000000000000001"),
        number("1e50"),
        float(f64::INFINITY),
    ];
    for (at, low) in rising.iter().enumerate() {
        for (position, high) in rising.iter().enumerate() {
            assert_eq!(low.cmp(high), at.cmp(&position), "{low} and {high}");
        }
    }
}

#[test]
fn floats_keep_their_exact_value() {
    assert_eq!(float(0.5).to_string(), "0.5");
    assert_eq!(float(0.1).to_string(), "0.1000000000000000055511151231257827021181583404541015625");
    assert!(float(-0.0) == Number::from(0_i64));
    assert!(float(9_223_372_036_854_775_808.0) == number("9223372036854775808"));
    assert!(Number::from_f64(f64::NAN) == Err(NumberError::NotANumber));
    assert!(number("0.1").as_f64_exact().is_none());
    assert!(number("1e400").as_f64_exact().is_none());
    assert!(number("1e-400").as_f64_exact().is_none());
    assert!(number("18014398509481985").as_f64_exact().is_none());
    for value in [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 1.0 - f64::EPSILON, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(float(value).as_f64_exact(), Some(value));
    }
}

#[test]
fn whole_numbers_are_told_apart() {
    for number in [i64::MIN, -1, 0, 1, 10, i64::MAX] {
        assert_eq!(Number::from(number).as_i64(), Some(number));
        assert_eq!(Number::from(number).to_string(), number.to_string());
    }
    for text in ["9223372036854775808", "-9223372036854775809", "0.5", "1e19", "1e1000000"] {
        assert_eq!(number(text).as_i64(), None, "{text}");
    }
    assert!(number("1e19").is_whole() && !number("0.5").is_whole());
    assert!(number("1e19").is_finite() && !float(f64::INFINITY).is_finite());
    assert!(!float(f64::INFINITY).is_whole());
    assert!(Number::from(u64::MAX) == number("18446744073709551615"));
}

#[test]
fn debug_shows_no_content() {
    assert_eq!(format!("{:?}", number("1234")), "Number");
}

proptest! {
    #[test]
    fn any_float_survives(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        match Number::from_f64(float) {
            Ok(number) => {
                prop_assert_eq!(number.as_f64_exact(), Some(float));
                prop_assert!(!number.is_finite() || Number::parse(&number.to_string()) == Ok(number));
            }
            Err(error) => prop_assert!(float.is_nan() && error == NumberError::NotANumber),
        }
    }

    #[test]
    fn a_number_as_a_float_is_the_shortest_that_reads_back_as_it(float in any::<f64>(), tail in "[0-9]{0,30}") {
        prop_assume!(float.is_finite());
        let exact = Number::from_f64(float).expect("a number");
        prop_assert_eq!(&exact.as_float(), &number(&float.to_string()));
        prop_assert_eq!(exact.as_float().to_string().parse::<f64>(), Ok(float));
        let longer = number(&format!("{}{tail}", "0.1234567890123456789"));
        prop_assert_eq!(longer.as_float(), number("0.12345678901234568"));
        prop_assert_eq!(longer.as_float().as_float(), longer.as_float());
    }

    #[test]
    fn order_agrees_with_integers(a in any::<i64>(), b in any::<i64>()) {
        prop_assert_eq!(Number::from(a).cmp(&Number::from(b)), a.cmp(&b));
    }

    #[test]
    fn order_agrees_with_floats(a in any::<f64>(), b in any::<f64>()) {
        let order = float(a).cmp(&float(b));
        prop_assert_eq!(Some(order), a.partial_cmp(&b));
    }

    #[test]
    fn text_reads_back(text in "[+-]?[0-9]{1,60}(\\.[0-9]{0,60})?([eE][+-]?[0-9]{1,4})?") {
        let number = number(&text);
        prop_assert!(Number::parse(&number.to_string()) == Ok(number));
    }

    #[test]
    fn no_text_panics(text in "[-+.eE0-9a\u{301}]{0,12}|\\PC{0,12}") {
        let _ = Number::parse(&text);
    }
}
