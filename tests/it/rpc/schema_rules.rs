//! What core checks when it loads a schema, as a function over what came over the wire. Pure.

use crate::host::pb::schema::nested_block::NestingMode as BlockNesting;
use crate::host::pb::schema::object::NestingMode;
use crate::host::pb::schema::{Attribute, Block, NestedBlock};
use crate::host::pb::{Function, ResourceIdentitySchema, Schema};

/// Why core would refuse the schema: `… has invalid schema …, which is a bug in the provider`.
pub(super) fn broken_schema(schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    if schema.version < 0 {
        found.push("the version is negative".to_owned());
    }
    match &schema.block {
        Some(block) => check_block(block, "", &mut found),
        None => found.push("there is no block".to_owned()),
    }
    found
}

fn check_block(block: &Block, at: &str, found: &mut Vec<String>) {
    check_deprecation(block.deprecated, &block.deprecation_message, at, found);
    check_attributes(&block.attributes, at, found);
    let mut names: Vec<&str> = block.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    for nested in &block.block_types {
        let path = format!("{at}.{}", nested.type_name);
        if !is_name(&nested.type_name) {
            found.push(format!("{path}: is no name"));
        }
        if names.contains(&nested.type_name.as_str()) {
            found.push(format!("{path}: the name is taken"));
        }
        names.push(&nested.type_name);
        check_nested_block(nested, &path, found);
    }
}

fn check_nested_block(nested: &NestedBlock, at: &str, found: &mut Vec<String>) {
    let (min, max) = (nested.min_items, nested.max_items);
    let fits = match nested.nesting() {
        BlockNesting::Invalid => false,
        BlockNesting::Single => min == max && (0..=1).contains(&min),
        BlockNesting::Group | BlockNesting::Map => min == 0 && max == 0,
        BlockNesting::List | BlockNesting::Set => min >= 0 && (max == 0 || min <= max),
    };
    if !fits {
        found.push(format!("{at}: {:?} cannot have {min} to {max} items", nested.nesting()));
    }
    match &nested.block {
        Some(block) => {
            check_block(block, at, found);
            if nested.nesting() == BlockNesting::Set {
                check_in_set(&block.attributes, at, found);
            }
        }
        None => found.push(format!("{at}: there is no block")),
    }
}

fn check_attributes(attributes: &[Attribute], at: &str, found: &mut Vec<String>) {
    let mut names: Vec<&str> = Vec::new();
    for attribute in attributes {
        let path = format!("{at}.{}", attribute.name);
        if !is_name(&attribute.name) {
            found.push(format!("{path}: is no name"));
        }
        if names.contains(&attribute.name.as_str()) {
            found.push(format!("{path}: the name is taken"));
        }
        names.push(&attribute.name);
        check_attribute(attribute, &path, found);
    }
}

fn check_attribute(attribute: &Attribute, at: &str, found: &mut Vec<String>) {
    let Attribute { required, optional, computed, write_only, .. } = *attribute;
    if required == (optional || computed) {
        found.push(format!("{at}: is exactly one of required, optional, computed, optional and computed"));
    }
    if write_only && computed {
        found.push(format!("{at}: cannot be write-only and computed"));
    }
    check_deprecation(attribute.deprecated, &attribute.deprecation_message, at, found);
    match &attribute.nested_type {
        None => check_type_bytes(&attribute.r#type, at, found),
        Some(_) if !attribute.r#type.is_empty() => found.push(format!("{at}: Type and NestedType cannot both be set")),
        Some(nested) => {
            if nested.nesting() == NestingMode::Invalid {
                found.push(format!("{at}: the nesting is invalid"));
            }
            if nested.nesting() == NestingMode::Set {
                check_in_set(&nested.attributes, at, found);
            }
            check_attributes(&nested.attributes, at, found);
        }
    }
}

fn check_type_bytes(bytes: &[u8], at: &str, found: &mut Vec<String>) {
    match serde_json::from_slice(bytes) {
        Ok(ty) => check_type(&ty, at, found),
        Err(_) => found.push(format!("{at}: has no type")),
    }
}

fn check_type(ty: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    let whole = match (ty.as_str(), ty.as_array().map(Vec::as_slice)) {
        (Some("string" | "number" | "bool" | "dynamic"), _) => true,
        (_, Some([kind, of])) => match (kind.as_str(), of) {
            (Some("list" | "set" | "map"), of) => {
                check_type(of, at, found);
                true
            }
            (Some("object"), serde_json::Value::Object(attributes)) => {
                attributes.values().for_each(|of| check_type(of, at, found));
                true
            }
            (Some("tuple"), serde_json::Value::Array(items)) => {
                items.iter().for_each(|of| check_type(of, at, found));
                true
            }
            _ => false,
        },
        _ => false,
    };
    if !whole {
        found.push(format!("{at}: {ty} is no type"));
    }
}

/// Elements of a set are told apart by their whole value: nothing in them may be hidden or of any type.
fn check_in_set(attributes: &[Attribute], at: &str, found: &mut Vec<String>) {
    for attribute in attributes {
        if attribute.write_only {
            found.push(format!("{at}.{}: a write-only attribute in a set", attribute.name));
        }
        if attribute.r#type.windows(9).any(|part| part == b"\"dynamic\"") {
            found.push(format!("{at}.{}: a dynamic attribute in a set", attribute.name));
        }
        if let Some(nested) = &attribute.nested_type {
            check_in_set(&nested.attributes, at, found);
        }
    }
}

fn check_deprecation(deprecated: bool, message: &str, at: &str, found: &mut Vec<String>) {
    if !deprecated && !message.is_empty() {
        found.push(format!("{at}: a deprecation message without a deprecation"));
    }
}

fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.bytes().all(fits)
}

/// Why core would refuse an identity schema.
pub(super) fn broken_identity(schema: &ResourceIdentitySchema) -> Vec<String> {
    let mut found = Vec::new();
    // Objects that were stored before identities existed count as version 0, and have no identity to upgrade.
    if schema.version != 0 {
        found.push(format!("the first version is 0, not {}", schema.version));
    }
    if schema.identity_attributes.is_empty() {
        found.push("there is no attribute".to_owned());
    }
    for attribute in &schema.identity_attributes {
        let name = &attribute.name;
        if !is_name(name) {
            found.push(format!("{name}: is no name"));
        }
        if attribute.required_for_import == attribute.optional_for_import {
            found.push(format!("{name}: is exactly one of required and optional for import"));
        }
        let ty: serde_json::Value = serde_json::from_slice(&attribute.r#type).unwrap_or_default();
        check_type(&ty, name, &mut found);
        if ty.as_array().is_some_and(|parts| parts[0] == "map" || parts[0] == "set" || parts[0] == "object") {
            found.push(format!("{name}: is a {}, which is not allowed in identity schemas", parts_name(&ty)));
        }
    }
    found
}

fn parts_name(ty: &serde_json::Value) -> &str {
    ty[0].as_str().unwrap_or_default()
}

/// Why core would refuse the function, or crash over it.
pub(super) fn broken_function(function: &Function) -> Vec<String> {
    let mut found = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for parameter in function.parameters.iter().chain(&function.variadic_parameter) {
        let name = parameter.name.as_str();
        if !is_name(name) {
            found.push(format!("{name}: is no name"));
        }
        if names.contains(&name) {
            found.push(format!("{name}: the name is taken"));
        }
        names.push(name);
        check_type_bytes(&parameter.r#type, name, &mut found);
        if parameter.description.is_empty() {
            found.push(format!("{name}: has no documentation"));
        }
    }
    match &function.r#return {
        None => found.push("returns nothing".to_owned()),
        Some(returns) => check_type_bytes(&returns.r#type, "return", &mut found),
    }
    if function.summary.is_empty() || function.description.is_empty() {
        found.push("there is no documentation".to_owned());
    }
    found
}
