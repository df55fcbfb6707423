//! Tests of values in JSON: conversions, leniency of stored states, refusals with their paths, properties.

use proptest::prelude::*;

use super::super::msgpack::strategies::{Form, any_type, damaged, show, typed_value};
use super::write::encode;
use super::*;

fn object_type(attributes: &[(&str, Type)]) -> Type {
    Type::Object(attributes.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).expect("a number"))
}

#[track_caller]
fn reads(json: &str, ty: &Type, expected: &Value) {
    for mode in [Mode::Stored, Mode::Strict] {
        match decode(json.as_bytes(), ty, mode) {
            Ok(value) => assert!(value == *expected, "{json} is {}, not {}", show(&value), show(expected)),
            Err(error) => panic!("{json}: {error}"),
        }
    }
}

#[track_caller]
fn golden(json: &str, ty: &Type, value: &Value) {
    reads(json, ty, value);
    assert_eq!(encode(value, ty).expect("encodes"), json.as_bytes(), "{}", show(value));
}

#[track_caller]
fn refused(json: &str, ty: &Type, mode: Mode, expected: &str) {
    match decode(json.as_bytes(), ty, mode) {
        Ok(value) => panic!("{json} was read as {}", show(&value)),
        Err(error) => assert_eq!(error.to_string(), format!("{expected}."), "{json}"),
    }
}

#[test]
fn golden_values() {
    golden("null", &Type::Bool, &Value::Null);
    golden("true", &Type::Bool, &Value::Bool(true));
    golden(r#""a\"\n""#, &Type::String, &Value::string("a\"\n"));
    golden("[1,null]", &Type::list(Type::Number), &Value::List(vec![Value::int(1), Value::Null]));
    golden(r#"{"k":false}"#, &Type::map(Type::Bool), &Value::Map([("k".to_owned(), Value::Bool(false))].into()));
    reads("[1,2,1.0]", &Type::set(Type::Number), &Value::Set(vec![Value::int(1), Value::int(2)]));
    reads(r#""e\u0301""#, &Type::String, &Value::String("é".to_owned()));
}

#[test]
fn numbers_keep_every_digit() {
    for text in ["0.1", "9223372036854775808", "-123456789012345678901234567890.123456789012345678901234567891"] {
        golden(text, &Type::Number, &number(text));
    }
    // The parser writes the exponent with a sign; the value is the same.
    reads("1e1000", &Type::Number, &number("1e1000"));
    assert_eq!(encode(&number("1e1000"), &Type::Number), Ok(b"1e+1000".to_vec()));
    let infinity = Value::Number(Number::from_f64(f64::INFINITY).expect("an infinity"));
    assert_eq!(encode(&infinity, &Type::Number).expect_err("is refused").what, "JSON has no infinite numbers");
}

#[test]
fn primitives_convert_as_the_host_converts_them() {
    reads(r#""5""#, &Type::Number, &Value::int(5));
    reads("5", &Type::String, &Value::string("5"));
    reads("5.50", &Type::String, &Value::string("5.50"));
    reads("true", &Type::String, &Value::string("true"));
    reads(r#""true""#, &Type::Bool, &Value::Bool(true));
    reads(r#""0""#, &Type::Bool, &Value::Bool(false));
    refused(r#""yes""#, &Type::Bool, Mode::Stored, "a bool is required");
    refused("1", &Type::Bool, Mode::Stored, "a bool is required");
    refused("true", &Type::Number, Mode::Stored, "a number is required");
    refused(r#""five""#, &Type::Number, Mode::Stored, "a decimal number is required");
    refused("[]", &Type::String, Mode::Stored, "a string is required");
}

#[test]
fn objects_fill_up_and_only_states_may_hold_more() {
    let ty = object_type(&[("a", Type::Number), ("b", Type::list(object_type(&[("c", Type::Bool)])))]);
    let all_null = Value::Object([("a".to_owned(), Value::Null), ("b".to_owned(), Value::Null)].into());
    reads("{}", &ty, &all_null);
    let state = decode(br#"{"gone":[{}]}"#, &ty, Mode::Stored).expect("decodes");
    assert!(state == all_null, "{}", show(&state));
    refused(r#"{"gone":[{}]}"#, &ty, Mode::Strict, "gone: the attribute is not expected here");
    refused(r#"{"b":[{},{"c":5}]}"#, &ty, Mode::Stored, "b[1].c: a bool is required");
    refused(r#"{"b":{}}"#, &ty, Mode::Stored, "b: a sequence is required");
    refused(r#"{"k":[]}"#, &Type::map(Type::Bool), Mode::Stored, "[\"k\"]: a bool is required");
    refused(r#"[{"c":[]}]"#, &Type::set(object_type(&[("c", Type::Bool)])), Mode::Stored, "a bool is required");
    let open = r#"{"value":"x","type":"string"}"#;
    refused(open, &Type::String, Mode::Stored, "a string is required");
    refused(open, &object_type(&[("a", Type::Bool)]), Mode::Strict, "type: the attribute is not expected here");
}

#[test]
fn unknowns_and_misfits_are_not_written() {
    let ty = object_type(&[("a", Type::list(Type::Bool))]);
    let value = |inner| Value::Object([("a".to_owned(), Value::List(vec![inner]))].into());
    let wrong = |value: &Value| encode(value, &ty).expect_err("is refused").to_string();
    assert_eq!(wrong(&value(Value::Unknown)), "a[0]: the value is not known.");
    assert_eq!(wrong(&value(Value::int(1))), "a[0]: the value does not have the type of its attribute.");
    assert_eq!(wrong(&Value::Object(Object::new())), "a: the attribute is missing.");
}

#[test]
fn hostile_text_ends_in_an_error_or_a_value() {
    for bomb in ["[".repeat(1_000_000), r#"{"a":"#.repeat(1_000_000), r#"{"value":"#.repeat(200_000)] {
        for ty in [Type::String, Type::list(Type::Bool), object_type(&[])] {
            assert!(decode(bomb.as_bytes(), &ty, Mode::Stored).is_err());
        }
    }
    let long = format!("\"{}\"", "x".repeat(10 << 20));
    let value = decode(long.as_bytes(), &Type::String, Mode::Stored).expect("decodes");
    assert_eq!(value.as_str().map(str::len), Some(10 << 20));
    assert!(decode(long.as_bytes(), &Type::Number, Mode::Stored).is_err());
    refused("1e9999999", &Type::Number, Mode::Stored, "the number has too many digits or too large an exponent");
    refused("{\"a\": \"canary", &object_type(&[]), Mode::Stored, "the JSON is not valid at line 1, column 13");
    refused("1 2", &Type::Number, Mode::Stored, "the JSON is not valid at line 1, column 3");
    assert!(decode(b"\"\xff\"", &Type::String, Mode::Stored).is_err());
    assert!(decode(b"", &Type::String, Mode::Stored).is_err());
}

/// Whatever was read can be written, and is read again as the same.
fn no_harm(bytes: &[u8], ty: &Type) -> Result<(), TestCaseError> {
    for mode in [Mode::Stored, Mode::Strict] {
        if let Ok(value) = decode(bytes, ty, mode) {
            let again = encode(&value, ty).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert!(decode(&again, ty, mode).as_ref() == Ok(&value), "{}", show(&value));
        }
    }
    Ok(())
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "true|1|-?[0-9]{1,30}|\\PC{0,4}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("type|value|[a-z]", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read_back((ty, value) in typed_value(Form::Json)) {
        let bytes = encode(&value, &ty).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for mode in [Mode::Stored, Mode::Strict] {
            match decode(&bytes, &ty, mode) {
                Ok(back) => prop_assert!(back == value, "{} became {}", show(&value), show(&back)),
                Err(error) => prop_assert!(false, "{}: {error}", show(&value)),
            }
        }
    }

    #[test]
    fn any_json_does_no_harm(json in any_json(), ty in any_type()) {
        no_harm(json.to_string().as_bytes(), &ty)?;
    }

    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..64), ty in any_type()) {
        no_harm(&bytes, &ty)?;
    }

    #[test]
    fn damaged_bytes_do_no_harm(
        (ty, bytes) in damaged(typed_value(Form::Json).prop_map(|(ty, value)| {
            let bytes = encode(&value, &ty).expect("encodes");
            (ty, bytes)
        })),
    ) {
        no_harm(&bytes, &ty)?;
    }
}
