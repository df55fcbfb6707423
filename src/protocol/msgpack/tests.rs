//! Tests of MessagePack: golden bytes of the protocol, refusals with their paths, hostile bytes, and properties.

use proptest::prelude::*;

use super::strategies::{Form, any_type, damaged, show, typed_value};
use super::*;
use crate::value::{Number, Type, Value};

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).expect("a number"))
}

fn object_type(attributes: &[(&str, Type)]) -> Type {
    Type::Object(attributes.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
}

fn object(attributes: &[(&str, Value)]) -> Value {
    Value::Object(attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

/// MessagePack text of up to 255 bytes.
fn text(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xd9, u8::try_from(text.len()).expect("a short text")];
    bytes.extend(text.as_bytes());
    bytes
}

#[track_caller]
fn reads(bytes: &[u8], ty: &Type, expected: &Value) {
    match decode(bytes, ty) {
        Ok(value) => assert!(value == *expected, "{bytes:02x?} is {}, not {}", show(&value), show(expected)),
        Err(error) => panic!("{bytes:02x?}: {error}"),
    }
}

#[track_caller]
fn golden(bytes: &[u8], ty: &Type, value: &Value) {
    reads(bytes, ty, value);
    assert_eq!(encode(value, ty).expect("encodes"), bytes, "{}", show(value));
}

#[track_caller]
fn refused(bytes: &[u8], ty: &Type, expected: &str) {
    match decode(bytes, ty) {
        Ok(value) => panic!("{bytes:02x?} was read as {}", show(&value)),
        Err(error) => assert_eq!(error.to_string(), format!("{expected}."), "{bytes:02x?}"),
    }
}

#[test]
fn golden_leaves() {
    for ty in [Type::String, Type::list(Type::Bool), object_type(&[("a", Type::Bool)])] {
        golden(&[0xc0], &ty, &Value::Null);
        golden(&[0xd4, 0, 0], &ty, &Value::Unknown);
    }
    golden(&[0xc3], &Type::Bool, &Value::Bool(true));
    golden(&[0xc2], &Type::Bool, &Value::Bool(false));
    golden(b"\xa5hello", &Type::String, &Value::string("hello"));
    golden(&[0xa0], &Type::String, &Value::string(""));
}

#[test]
fn golden_numbers() {
    let power = [&[0xb3][..], b"9223372036854775808"].concat();
    let float = |value: f64| [&[0xcb][..], &value.to_be_bytes()].concat();
    let infinity = |value: f64| Value::Number(Number::from_f64(value).expect("an infinity"));
    for (bytes, value) in [
        (&[0x00][..], number("0")),
        (&[0x7f], number("127")),
        (&[0xcc, 0x80], number("128")),
        (&[0xff], number("-1")),
        (&[0xd0, 0xdf], number("-33")),
        (&[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], number("-9223372036854775808")),
        (&[0xcf, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], number("9223372036854775807")),
        (&[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], number("0.5")),
        (b"\xa30.1", number("0.1")),
        (&power, number("9223372036854775808")),
        (b"\xa51e100", number("1e100")),
        (&float(f64::INFINITY), infinity(f64::INFINITY)),
        (&float(f64::NEG_INFINITY), infinity(f64::NEG_INFINITY)),
    ] {
        golden(bytes, &Type::Number, &value);
    }
}

#[test]
fn numbers_of_every_width_and_spelling_are_read() {
    for (bytes, value) in [
        (&[0xcd, 0x00, 0x05][..], number("5")),
        (&[0xce, 0x00, 0x00, 0x00, 0x05], number("5")),
        (&[0xcf, 0, 0, 0, 0, 0, 0, 0, 5], number("5")),
        (&[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], number("18446744073709551615")),
        (&[0xd1, 0xff, 0xfb], number("-5")),
        (&[0xd2, 0xff, 0xff, 0xff, 0xfb], number("-5")),
        (&[0xca, 0x3f, 0x00, 0x00, 0x00], number("0.5")),
        (&[0xca, 0x3d, 0xcc, 0xcc, 0xcd], number("0.100000001490116119384765625")),
        // Old hosts send large whole numbers as floats.
        (&[0xcb, 0x43, 0xe0, 0, 0, 0, 0, 0, 0], number("9223372036854775808")),
        (b"\xa41e-3", number("0.001")),
    ] {
        reads(bytes, &Type::Number, &value);
    }
    refused(&[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], &Type::Number, "NaN is not a number");
    refused(b"\xa3abc", &Type::Number, "a decimal number is required");
    refused(&[0xc3], &Type::Number, "a number is required");
}

#[test]
fn every_extension_is_unknown() {
    for bytes in [
        // Refined: not null, prefix "a".
        &[0xc7, 0x05, 0x0c, 0x82, 0x01, 0xc2, 0x02, 0xa1][..],
        &[0xd4, 0x0c, 0x80],
        &[0xd5, 0x07, 1, 2],
        &[0xd6, 0x0c, 0x82, 0x01, 0xc2, 0x02],
        &[0xd7, 0, 1, 2, 3, 4, 5, 6, 7, 8],
        &[0xd8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
        &[0xc8, 0x00, 0x01, 0x0c, 0x80],
        &[0xc9, 0x00, 0x00, 0x00, 0x00, 0xff],
    ] {
        reads(bytes, &Type::String, &Value::Unknown);
        reads(&[&[0x91], bytes].concat(), &Type::list(Type::Bool), &Value::List(vec![Value::Unknown]));
    }
    refused(&[0xc7, 0x05, 0x0c, 0x82], &Type::String, "the value ends too early");
    refused(&[0xc9, 0xff, 0xff, 0xff, 0xff, 0x0c], &Type::String, "the value ends too early");
}

#[test]
fn golden_collections() {
    let pair = vec![Value::int(1), Value::int(2)];
    golden(&[0x92, 1, 2], &Type::list(Type::Number), &Value::List(pair.clone()));
    golden(&[0x92, 1, 2], &Type::set(Type::Number), &Value::set(pair.clone()));
    golden(
        b"\x82\xa1a\x01\xa1b\xc0",
        &Type::map(Type::Number),
        &Value::Map([("a".to_owned(), Value::int(1)), ("b".to_owned(), Value::Null)].into()),
    );
    let ty = object_type(&[("a", Type::Number), ("b", Type::Bool)]);
    let value = object(&[("a", Value::int(1)), ("b", Value::Bool(true))]);
    golden(b"\x82\xa1a\x01\xa1b\xc3", &ty, &value);
    reads(b"\x82\xa1b\xc3\xa1a\x01", &ty, &value);
    // Duplicates collapse, unless they are unknown.
    reads(
        b"\x95\x01\xd4\0\0\x02\xca\x3f\x80\0\0\xd4\0\0",
        &Type::set(Type::Number),
        &Value::Set(vec![Value::int(1), Value::Unknown, Value::int(2), Value::Unknown]),
    );
}

/// No table has a tuple or a value of an open type: sent in the place of something else, they are refused as anything is.
#[test]
fn what_no_table_has_is_refused_wherever_it_is_sent() {
    let open = b"\x92\xc4\x08\"string\"\xa1x";
    refused(open, &Type::String, "a string is required");
    refused(open, &Type::map(Type::String), "a map is required");
    refused(open, &object_type(&[("a", Type::Bool)]), "a map is required");
    refused(open, &Type::list(Type::String), "[0]: a string is required");
    refused(b"\xc4\x01x", &Type::String, "a string is required");
    refused(b"\xc4\x01x", &Type::Number, "a number is required");
}

#[test]
fn strings_and_keys_are_normalized() {
    let decomposed = "e\u{301}";
    reads(&text(decomposed), &Type::String, &Value::String("é".to_owned()));
    let map = [vec![0x81], text(decomposed), vec![0x01]].concat();
    reads(&map, &Type::map(Type::Number), &Value::Map([("é".to_owned(), Value::int(1))].into()));
    reads(&map, &object_type(&[("é", Type::Number)]), &object(&[("é", Value::int(1))]));
    let twice = [vec![0x82], text(decomposed), vec![0x01], text("é"), vec![0x02]].concat();
    refused(&twice, &Type::map(Type::Number), "[\"é\"]: the key is there twice");
}

#[test]
fn errors_name_the_path() {
    let inner = object_type(&[("a", Type::Number), ("b", Type::Bool)]);
    let ty = object_type(&[("list", Type::list(inner.clone()))]);
    refused(b"\x81\xa4list\x91\x81\xa1a\x01", &ty, "list[0].b: the attribute is missing");
    refused(b"\x81\xa4list\x91\x81\xa1c\x01", &ty, "list[0].c: the attribute is not expected here");
    refused(b"\x81\xa4list\x91\x82\xa1a\x01\xa1a\x01", &ty, "list[0].a: the attribute is there twice");
    refused(b"\x81\xa4list\x91\x82\xa1a\xc3", &ty, "list[0].a: a number is required");
    refused(b"\x81\xa1k\x01", &Type::map(Type::Bool), "[\"k\"]: a bool is required");
    refused(b"\x91\x01", &Type::set(Type::Bool), "a bool is required");
    let set = object_type(&[("set", Type::set(inner))]);
    refused(b"\x81\xa3set\x91\x81\xa1a\x01", &set, "set: the attribute is missing");
    refused(&[0x01, 0x02], &Type::Number, "there are bytes after the value");
    refused(&[], &Type::Number, "the value ends too early");
    refused(&[0xc1], &Type::String, "a string is required");
    refused(&[0xa1, 0xff], &Type::String, "the text is not UTF-8");
}

#[test]
fn what_does_not_have_its_type_is_not_written() {
    let ty = object_type(&[("a", Type::list(Type::Bool))]);
    let wrong = |value: &Value| encode(value, &ty).expect_err("is refused").to_string();
    assert_eq!(wrong(&object(&[])), "a: the attribute is missing.");
    assert_eq!(wrong(&object(&[("a", Value::Null), ("b", Value::Null)])), "b: the attribute is not expected here.");
    let items = Value::List(vec![Value::Null, Value::int(1)]);
    assert_eq!(wrong(&object(&[("a", items)])), "a[1]: the value does not have the type of its attribute.");
    assert_eq!(wrong(&Value::Map(Default::default())), "the value does not have the type of its attribute.");
}

#[test]
fn headers_are_not_believed() {
    for header in [0xdd, 0xdf, 0xdb, 0xc6] {
        for ty in [Type::list(Type::Bool), Type::map(Type::Bool), Type::String, Type::Number] {
            assert!(decode(&[header, 0xff, 0xff, 0xff, 0xff], &ty).is_err());
        }
    }
}

/// Bytes are read no deeper than their type, and so are values written: no bytes exhaust the stack.
#[test]
fn what_is_nested_deeper_than_its_type_is_refused() {
    refused(&[0x91; 1_000_000], &Type::list(Type::list(Type::Bool)), "[0][0]: a bool is required");
    let deep = (0..1_000).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    assert!(encode(&deep, &Type::list(Type::Bool)).is_err());
}

#[test]
fn large_sets_cost_no_quadratic_time() {
    let items: Vec<Value> = (0..50_000).map(|item| Value::int(item % 40_000)).collect();
    let bytes = encode(&Value::Set(items), &Type::set(Type::Number)).expect("encodes");
    let set = decode(&bytes, &Type::set(Type::Number)).expect("decodes");
    assert_eq!(set.items().map(<[Value]>::len), Some(40_000));
}

/// Whatever was read can be written, and is read again as the same.
fn no_harm(bytes: &[u8], ty: &Type) -> Result<(), TestCaseError> {
    if let Ok(value) = decode(bytes, ty) {
        let again = encode(&value, ty).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(decode(&again, ty).as_ref() == Ok(&value), "{}", show(&value));
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_was_written_is_read_back((ty, value) in typed_value(Form::Msgpack)) {
        let bytes = encode(&value, &ty).map_err(|error| TestCaseError::fail(error.to_string()))?;
        match decode(&bytes, &ty) {
            Ok(back) => prop_assert!(back == value, "{} became {}", show(&value), show(&back)),
            Err(error) => prop_assert!(false, "{}: {error}", show(&value)),
        }
    }

    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..64), ty in any_type()) {
        no_harm(&bytes, &ty)?;
    }

    #[test]
    fn damaged_bytes_do_no_harm(
        (ty, bytes) in damaged(typed_value(Form::Msgpack).prop_map(|(ty, value)| {
            let bytes = encode(&value, &ty).expect("encodes");
            (ty, bytes)
        })),
    ) {
        no_harm(&bytes, &ty)?;
    }
}
