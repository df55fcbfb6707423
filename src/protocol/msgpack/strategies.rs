//! Generators for property tests of both codecs: any type, then any value of it. Test code only.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::value::{Number, Type, Value, nfc};

/// What the tested codec supports.
#[derive(Clone, Copy)]
pub(in crate::protocol) enum Form {
    /// Everything.
    Msgpack,
    /// No unknowns and no infinities.
    Json,
}

pub(in crate::protocol) fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::String), Just(Type::Number), Just(Type::Bool)];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            btree_map(text(), inner, 0..4).prop_map(Type::Object),
        ]
    })
}

/// A type and a value of it, with null, and unknown if the codec supports it, at every depth.
pub(in crate::protocol) fn typed_value(form: Form) -> impl Strategy<Value = (Type, Value)> {
    any_type().prop_flat_map(move |ty| {
        let value = value_of(&ty, form);
        (Just(ty), value)
    })
}

/// Bytes that were valid, changed in a few places and cut or not: they pass more checks than random ones.
pub(in crate::protocol) fn damaged(
    valid: impl Strategy<Value = (Type, Vec<u8>)>,
) -> impl Strategy<Value = (Type, Vec<u8>)> {
    let changes = vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6);
    (valid, changes, prop::option::weighted(0.3, any::<prop::sample::Index>())).prop_map(
        |((ty, mut bytes), changes, cut)| {
            for (at, byte, insert) in changes {
                match insert || bytes.is_empty() {
                    true => bytes.insert(at.index(bytes.len() + 1), byte),
                    false => {
                        let at = at.index(bytes.len());
                        bytes[at] = byte;
                    }
                }
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len() + 1));
            }
            (ty, bytes)
        },
    )
}

/// A value as text for messages, since the `Debug` of values hides their content.
pub(in crate::protocol) fn show(value: &Value) -> String {
    let list = |items: &[Value]| items.iter().map(show).collect::<Vec<_>>().join(", ");
    match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(items) => format!("list[{}]", list(items)),
        Value::Set(items) => format!("set[{}]", list(items)),
        Value::Map(items) | Value::Object(items) => {
            let items = items.iter().map(|(key, item)| format!("{key:?}: {}", show(item)));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
        Value::Bool(flag) => flag.to_string(),
        Value::Unknown | Value::Null => format!("{value:?}"),
    }
}

fn value_of(ty: &Type, form: Form) -> BoxedStrategy<Value> {
    let present = match ty {
        Type::String => text().prop_map(Value::String).boxed(),
        Type::Number => number(form).prop_map(Value::Number).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::List(of) => vec(value_of(of, form), 0..4).prop_map(Value::List).boxed(),
        Type::Set(of) => vec(value_of(of, form), 0..4).prop_map(Value::set).boxed(),
        Type::Map(of) => btree_map(text(), value_of(of, form), 0..4).prop_map(Value::Map).boxed(),
        Type::Object(types) => {
            let names: Vec<String> = types.keys().cloned().collect();
            let values: Vec<_> = types.values().map(|ty| value_of(ty, form)).collect();
            values.prop_map(move |values| Value::Object(names.iter().cloned().zip(values).collect())).boxed()
        }
    };
    match form {
        Form::Msgpack => prop_oneof![8 => present, 1 => Just(Value::Null), 1 => Just(Value::Unknown)].boxed(),
        Form::Json => prop_oneof![8 => present, 1 => Just(Value::Null)].boxed(),
    }
}

fn text() -> impl Strategy<Value = String> {
    // Letters that combine, beside everything else.
    prop_oneof!["[a-z]{0,6}", "[aeo\u{301}\u{308}\u{323}\u{1100}\u{1161}]{0,5}", any::<String>()].prop_map(nfc)
}

fn number(form: Form) -> impl Strategy<Value = Number> {
    let infinite = match form {
        Form::Msgpack => 1,
        Form::Json => 0,
    };
    let decimal = |text: String| Number::parse(&text).expect("decimal text");
    prop_oneof![
        3 => any::<i64>().prop_map(Number::from),
        1 => any::<u64>().prop_map(Number::from),
        1 => (-300_i64..300).prop_map(Number::from),
        3 => any::<f64>().prop_map(|float| Number::from_f64(float).expect("a number")),
        3 => "-?[0-9]{1,80}\\.[0-9]{1,80}(e-?[0-9]{1,5})?".prop_map(decimal),
        infinite => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY)]
            .prop_map(|float| Number::from_f64(float).expect("an infinity")),
    ]
}
