//! The schemas that the provider sends: core takes them, and the checks that say so can fail.

use super::schema_rules::{broken_identity, broken_schema};
use crate::host::Session;
use crate::host::pb::resource_identity_schema::IdentityAttribute;
use crate::host::pb::schema::nested_block::NestingMode as BlockNesting;
use crate::host::pb::schema::object::NestingMode;
use crate::host::pb::schema::{Attribute, Block, NestedBlock, Object};
use crate::host::pb::{ResourceIdentitySchema, Schema, get_metadata};

#[tokio::test]
async fn core_takes_every_schema() {
    let session = Session::start().await;
    let sent = &session.schema;
    assert!(sent.diagnostics.is_empty());
    let provider = sent.provider.as_ref().expect("missing provider schema");
    let provider_name = "the provider".to_owned();
    let actions =
        sent.action_schemas.iter().map(|(name, action)| (name, action.schema.as_ref().expect("core crashes")));
    let all = [(&provider_name, provider)].into_iter().chain(&sent.resource_schemas).chain(&sent.data_source_schemas);
    let all = all.chain(&sent.ephemeral_resource_schemas).chain(&sent.list_resource_schemas).chain(actions);
    let mut count = 0;
    for (name, schema) in all {
        assert_eq!(broken_schema(schema), Vec::<String>::new(), "{name}");
        let block = schema.block.as_ref().expect("a block");
        assert!(!block.description.is_empty(), "{name} has no documentation");
        let silent: Vec<_> = block.attributes.iter().filter(|attribute| attribute.description.is_empty()).collect();
        assert!(silent.is_empty(), "{name}: {silent:?}");
        count += 1;
    }
    assert!(count > 3, "there are {count} schemas");
    session.shutdown().await;
}

#[tokio::test]
async fn every_resource_has_an_identity_that_core_takes() {
    let session = Session::start().await;
    assert!(session.identities.keys().eq(session.schema.resource_schemas.keys()));
    for (name, schema) in &session.identities {
        assert_eq!(broken_identity(schema), Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn capabilities_are_the_ones_that_are_served() {
    let session = Session::start().await;
    let bits = session.schema.server_capabilities.expect("capabilities");
    assert!(bits.plan_destroy && bits.get_provider_schema_optional);
    assert!(bits.move_resource_state && bits.generate_resource_config);
    let metadata = session.client().get_metadata(get_metadata::Request {}).await.expect("an answer").into_inner();
    assert_eq!(metadata.server_capabilities, Some(bits));
    let resources = metadata.resources.iter().map(|resource| &resource.type_name);
    let data_sources = metadata.data_sources.iter().map(|source| &source.type_name);
    assert!(resources.eq(session.schema.resource_schemas.keys()));
    assert!(data_sources.eq(session.schema.data_source_schemas.keys()));
}

fn attribute(name: &str) -> Attribute {
    Attribute { name: name.to_owned(), r#type: br#""string""#.to_vec(), optional: true, ..Default::default() }
}

fn block(name: &str, nesting: BlockNesting) -> NestedBlock {
    let inner = Block { attributes: vec![attribute("x")], ..Default::default() };
    NestedBlock { type_name: name.to_owned(), nesting: nesting.into(), block: Some(inner), ..Default::default() }
}

fn with(attributes: Vec<Attribute>, block_types: Vec<NestedBlock>) -> Schema {
    Schema { version: 0, block: Some(Block { attributes, block_types, ..Default::default() }) }
}

fn nested(nesting: NestingMode, of: Attribute) -> Attribute {
    let nested_type = Some(Object { attributes: vec![of], nesting: nesting.into(), ..Default::default() });
    Attribute { r#type: Vec::new(), nested_type, ..attribute("nested") }
}

#[test]
fn the_check_takes_what_core_takes() {
    let blocks = [BlockNesting::Single, BlockNesting::List, BlockNesting::Set, BlockNesting::Map, BlockNesting::Group];
    let blocks = blocks.into_iter().enumerate().map(|(index, nesting)| block(&format!("b{index}"), nesting));
    let schema = with(vec![attribute("a"), nested(NestingMode::Set, attribute("x"))], blocks.collect());
    assert_eq!(broken_schema(&schema), Vec::<String>::new());
}

#[test]
fn the_check_refuses_what_core_refuses() {
    let one = |attribute: Attribute| with(vec![attribute], Vec::new());
    let blocks = |block: NestedBlock| with(vec![attribute("a")], vec![block]);
    for (schema, complaint) in [
        (Schema { version: 0, block: None }, "there is no block"),
        (Schema { version: -1, ..one(attribute("a")) }, "the version is negative"),
        (one(Attribute { optional: false, ..attribute("a") }), ".a: is exactly one of"),
        (one(Attribute { required: true, ..attribute("a") }), ".a: is exactly one of"),
        (one(Attribute { required: true, computed: true, optional: false, ..attribute("a") }), ".a: is exactly one of"),
        (one(Attribute { computed: true, write_only: true, ..attribute("a") }), ".a: cannot be write-only"),
        (one(Attribute { r#type: Vec::new(), ..attribute("a") }), ".a: has no type"),
        (one(Attribute { r#type: b"\"text\"".to_vec(), ..attribute("a") }), ".a: \"text\" is no type"),
        (one(Attribute { r#type: b"[\"list\",\"text\"]".to_vec(), ..attribute("a") }), ".a: \"text\" is no type"),
        (one(Attribute { deprecation_message: "old".to_owned(), ..attribute("a") }), ".a: a deprecation message"),
        (one(attribute("camelCase")), ".camelCase: is no name"),
        (with(vec![attribute("a"), attribute("a")], Vec::new()), ".a: the name is taken"),
        (
            one(Attribute { r#type: b"\"bool\"".to_vec(), ..nested(NestingMode::List, attribute("x")) }),
            ".nested: Type and",
        ),
        (one(nested(NestingMode::Invalid, attribute("x"))), ".nested: the nesting is invalid"),
        (one(nested(NestingMode::Set, Attribute { write_only: true, ..attribute("x") })), ".nested.x: a write-only"),
        (
            one(nested(NestingMode::Set, Attribute { r#type: b"\"dynamic\"".to_vec(), ..attribute("x") })),
            ".nested.x: a dyn",
        ),
        (blocks(block("a", BlockNesting::List)), ".a: the name is taken"),
        (blocks(block("b-c", BlockNesting::List)), ".b-c: is no name"),
        (blocks(block("b", BlockNesting::Invalid)), ".b: Invalid cannot have"),
        (blocks(NestedBlock { max_items: 2, ..block("b", BlockNesting::Single) }), ".b: Single cannot have"),
        (blocks(NestedBlock { max_items: 1, ..block("b", BlockNesting::Map) }), ".b: Map cannot have"),
        (blocks(NestedBlock { block: None, ..block("b", BlockNesting::List) }), ".b: there is no block"),
    ] {
        let found = broken_schema(&schema);
        assert!(found.iter().any(|found| found.starts_with(complaint)), "{complaint}: {found:?}");
    }
}

#[test]
fn the_check_refuses_identities_that_core_refuses() {
    let name = || IdentityAttribute {
        name: "name".to_owned(),
        r#type: br#""string""#.to_vec(),
        required_for_import: true,
        ..Default::default()
    };
    let schema = |attribute| ResourceIdentitySchema { version: 0, identity_attributes: vec![attribute] };
    assert_eq!(broken_identity(&schema(name())), Vec::<String>::new());
    for (schema, complaint) in [
        (ResourceIdentitySchema { version: 1, ..schema(name()) }, "the first version"),
        (ResourceIdentitySchema::default(), "there is no attribute"),
        (schema(IdentityAttribute { optional_for_import: true, ..name() }), "name: is exactly one of"),
        (schema(IdentityAttribute { required_for_import: false, ..name() }), "name: is exactly one of"),
        (schema(IdentityAttribute { r#type: br#"["map","string"]"#.to_vec(), ..name() }), "name: is a map"),
        (schema(IdentityAttribute { r#type: Vec::new(), ..name() }), "name: null is no type"),
    ] {
        let found = broken_identity(&schema);
        assert!(found.iter().any(|found| found.starts_with(complaint)), "{complaint}: {found:?}");
    }
}
