//! MessagePack that Terraform would not send, read by the type of every table.

use terraform_provider_hoop::protocol::codec;
use terraform_provider_hoop::schema::Provider;
use terraform_provider_hoop::value::{Type, Value};

use super::tape::{CANARY, CLAIMS};
use super::{PROVIDERS, each, per_table, tables};

/// Every type that a request can hold a value of.
fn types(provider: &'static Provider) -> Vec<Type> {
    let managed = provider.resources.iter().map(|resource| resource.ty());
    let identities = provider.resources.iter().map(|resource| tables::identity_type(resource));
    let data = tables::data_types(provider).into_iter().map(|(_, ty)| ty);
    managed.chain(identities).chain(data).chain([tables::provider_type(provider)]).collect()
}

/// Whatever can be read can be written, and is read again as the same; whatever cannot is told without its content.
fn read(bytes: &[u8], ty: &Type) {
    match codec::decode(bytes, ty) {
        Ok(value) => {
            let again = codec::encode(&value, ty).expect("what was read has its type");
            assert!(codec::decode(&again, ty).is_ok_and(|back| back == value), "it became another value");
        }
        Err(error) => assert!(!error.what.contains(CANARY), "{error}"),
    }
}

#[test]
fn any_bytes_and_damaged_values_are_read_or_refused() {
    for ty in PROVIDERS.iter().flat_map(|provider| types(provider)) {
        each(per_table(1400), |tape| {
            if tape.once_in(8) {
                return read(&tape.bytes(200), &ty);
            }
            let whole = codec::encode(&tape.value(&ty, true), &ty).expect("it has its type");
            read(&whole, &ty);
            read(&tape.damaged(&whole), &ty);
        });
    }
}

/// A value of this type with one of everything.
fn plain(ty: &Type) -> Value {
    match ty {
        Type::String => Value::string("a"),
        Type::Number => Value::int(1),
        Type::Bool => Value::Bool(true),
        Type::List(of) => Value::List(vec![plain(of)]),
        Type::Set(of) => Value::Set(vec![plain(of)]),
        Type::Map(of) => Value::Map([("k".to_owned(), plain(of))].into()),
        Type::Object(types) => Value::Object(types.iter().map(|(name, ty)| (name.clone(), plain(ty))).collect()),
    }
}

/// At every place of a value that is whole, a header that claims more than any memory holds: what reads it believes
/// what comes and not what was claimed, or this test takes the machine's memory.
#[test]
fn no_length_is_believed() {
    for ty in PROVIDERS.iter().flat_map(|provider| types(provider)) {
        let whole = codec::encode(&plain(&ty), &ty).expect("it has its type");
        for at in 0..whole.len() {
            let header = [CLAIMS[at % CLAIMS.len()], 0xff, 0xff, 0xff, 0xff];
            let bytes = [&whole[..at], &header, &whole[at..]].concat();
            read(&bytes, &ty);
            read(&bytes[..at + header.len()], &ty);
        }
    }
}

/// A value as large as a disk gives, in the first attribute of each kind.
#[test]
fn large_values_pass_whole() {
    let text = || Value::string("x".repeat(10 << 20));
    let many = || (0..100_000).map(|index| Value::string(format!("e {index}")));
    for provider in PROVIDERS {
        let mut tried = Vec::new();
        for resource in provider.resources {
            let ty = resource.ty();
            for (name, of) in tables::attributes(&ty) {
                let large = match of {
                    of if tried.contains(of) => continue,
                    Type::String => text(),
                    Type::List(inner) if **inner == Type::String => Value::List(many().collect()),
                    Type::Set(inner) if **inner == Type::String => Value::set(many().collect()),
                    Type::Map(inner) if **inner == Type::String => {
                        Value::Map(many().enumerate().map(|(index, item)| (format!("k {index}"), item)).collect())
                    }
                    _ => continue,
                };
                tried.push(of.clone());
                let mut object = tables::nothing(&ty);
                object.insert(name.clone(), large);
                read(&codec::encode(&Value::Object(object), &ty).expect("it has its type"), &ty);
            }
        }
        assert!(tried.len() > 1, "nothing was tried");
    }
}
