//! The tables as schemas of the protocol. A test makes the checks of Terraform's schema loader for every table.

use std::collections::BTreeMap;

use super::{msgpack, pb};
use crate::schema::{
    Attr, Function, Kind, Listing, Mode, Parameter, Provider, Resource, Role, SchemaAttribute, View, schema_attributes,
    shown_type, visible,
};
use crate::value::Type;

pub(super) fn provider(provider: &Provider) -> pb::get_provider_schema::Response {
    let mut answer = pb::get_provider_schema::Response {
        provider: Some(schema(provider.attributes().map(provider_attribute).collect(), provider.doc)),
        server_capabilities: Some(capabilities()),
        ..Default::default()
    };
    for resource in provider.resources {
        answer.resource_schemas.insert(resource.name.to_owned(), managed(resource));
        if resource.is_listable() {
            let filters = resource.list_views().iter().map(view).collect();
            answer.list_resource_schemas.insert(resource.name.to_owned(), schema(filters, resource.doc));
        }
    }
    for resource in provider.readable() {
        if resource.data_source {
            answer.data_source_schemas.insert(resource.name.to_owned(), data_source(resource));
        }
        if let Some(list) = &resource.list {
            answer.data_source_schemas.insert(list.name.to_owned(), data_list(resource, list));
        }
    }
    for query in provider.queries {
        let attributes = query.views().iter().map(view).collect();
        answer.data_source_schemas.insert(query.name.to_owned(), schema(attributes, query.doc));
    }
    for ephemeral in provider.ephemerals {
        let attributes = ephemeral.views().iter().map(view).collect();
        answer.ephemeral_resource_schemas.insert(ephemeral.name.to_owned(), schema(attributes, ephemeral.doc));
    }
    for action in provider.actions {
        let schema = Some(schema(action.attrs.iter().map(action_attribute).collect(), action.doc));
        answer.action_schemas.insert(action.name.to_owned(), pb::ActionSchema { schema });
    }
    for function in provider.functions {
        answer.functions.insert(function.name.to_owned(), self::function(function));
    }
    answer
}

pub(super) fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

pub(super) fn identities(provider: &Provider) -> BTreeMap<String, pb::ResourceIdentitySchema> {
    let identity = |resource: &&'static Resource| {
        let attribute = |key: &'static Attr| pb::resource_identity_schema::IdentityAttribute {
            name: key.name.to_owned(),
            r#type: msgpack::type_json(&key.kind.ty()),
            required_for_import: true,
            optional_for_import: false,
            description: key.doc.to_owned(),
        };
        let schema =
            pb::ResourceIdentitySchema { version: 0, identity_attributes: resource.keys().map(attribute).collect() };
        (resource.name.to_owned(), schema)
    };
    provider.resources.iter().map(identity).collect()
}

fn schema(attributes: Vec<pb::schema::Attribute>, doc: &str) -> pb::Schema {
    let block = pb::schema::Block { attributes, description: doc.to_owned(), ..Default::default() };
    pb::Schema { version: 0, block: Some(block) }
}

fn managed(resource: &'static Resource) -> pb::Schema {
    let described = |attribute: SchemaAttribute| {
        let plain = managed_attribute(&attribute);
        pb::schema::Attribute { description: plain.description + resource.path_note(&attribute), ..plain }
    };
    schema(schema_attributes(resource.attrs).map(described).collect(), resource.doc)
}

fn provider_attribute(attr: &'static Attr) -> pb::schema::Attribute {
    managed_attribute(&SchemaAttribute { name: attr.name.into(), attr, role: Role::Plain })
}

/// Nothing is computed: an action returns no values. Secrets are write-only, so that no saved plan contains them, and they
/// may be ephemeral.
fn action_attribute(attr: &'static Attr) -> pb::schema::Attribute {
    pb::schema::Attribute {
        description: attr.argument_description(),
        computed: false,
        write_only: attr.is_sensitive(),
        ..provider_attribute(attr)
    }
}

fn managed_attribute(attribute: &SchemaAttribute) -> pb::schema::Attribute {
    let attr = attribute.attr;
    let plain = attribute.role == Role::Plain;
    let computed = plain && attr.is_computed();
    let unfinished = pb::schema::Attribute {
        name: attribute.name.to_string(),
        description: attribute.description(),
        required: plain && attr.is_required(),
        optional: !plain || attr.is_optional(),
        computed,
        sensitive: attr.is_sensitive() && attribute.role != Role::Version,
        write_only: attribute.role == Role::WriteOnly,
        // Terraform leaves deprecated attributes out of the configuration that it generates, so the next plan would remove
        // the value. The validation warns of a deprecated attribute that is configured.
        deprecated: false,
        ..Default::default()
    };
    let kind = if attribute.role == Role::Version { Kind::Str } else { attr.kind };
    typed(unfinished, &kind, |nested| {
        schema_attributes(nested).map(|attribute| managed_attribute(&attribute)).collect()
    })
}

/// Sets the type, or the nested attributes if the kind has some. The host refuses both together.
fn typed(
    mut attribute: pb::schema::Attribute,
    kind: &Kind,
    nested: impl Fn(&'static [Attr]) -> Vec<pb::schema::Attribute>,
) -> pb::schema::Attribute {
    use pb::schema::object::NestingMode;
    let nesting = match kind {
        Kind::List(_) => NestingMode::List,
        Kind::Set(_) => NestingMode::Set,
        Kind::Map(_) => NestingMode::Map,
        _ => NestingMode::Single,
    };
    match kind.nested() {
        Some(attrs) => {
            let attributes = nested(attrs);
            attribute.nested_type =
                Some(pb::schema::Object { attributes, nesting: nesting.into(), ..Default::default() });
        }
        None => attribute.r#type = msgpack::type_json(&kind.ty()),
    }
    attribute
}

fn view(view: &View) -> pb::schema::Attribute {
    let View { attr, mode, .. } = *view;
    pb::schema::Attribute {
        required: mode == Mode::Required,
        optional: matches!(mode, Mode::Optional | Mode::Lookup),
        computed: matches!(mode, Mode::Computed | Mode::Lookup),
        ..shown(attr)
    }
}

/// A computed attribute of a data source.
fn shown(attr: &'static Attr) -> pb::schema::Attribute {
    let attribute = pb::schema::Attribute {
        name: attr.name.to_owned(),
        description: attr.doc.to_owned(),
        computed: true,
        sensitive: attr.is_sensitive(),
        ..Default::default()
    };
    typed(attribute, &attr.kind, |nested| visible(nested).map(shown).collect())
}

fn data_source(resource: &'static Resource) -> pb::Schema {
    schema(resource.views().iter().map(view).collect(), resource.doc)
}

fn data_list(resource: &'static Resource, list: &'static Listing) -> pb::Schema {
    let items = pb::schema::Attribute {
        name: list.items.to_owned(),
        description: "The objects that were found.".to_owned(),
        computed: true,
        nested_type: Some(pb::schema::Object {
            attributes: resource.shown_in_list().map(shown).collect(),
            nesting: pb::schema::object::NestingMode::List.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let filters = list.views(resource);
    schema(filters.iter().map(view).chain([items]).collect(), resource.doc)
}

fn function(function: &'static Function) -> pb::Function {
    let parameter = |parameter: &Parameter| pb::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: msgpack::type_json(&parameter.kind.ty()),
        description: parameter.doc.to_owned(),
        allow_null_value: parameter.nullable,
        ..Default::default()
    };
    pb::Function {
        parameters: function.parameters.iter().map(parameter).collect(),
        r#return: Some(pb::function::Return { r#type: msgpack::type_json(&function.returns.ty()) }),
        summary: function.summary.to_owned(),
        description: function.doc.to_owned(),
        ..Default::default()
    }
}

/// The type of a data source's configuration and state.
pub(super) fn data_type(provider: &Provider, name: &str) -> Option<Type> {
    let resources = || provider.readable();
    let one = resources().find(|resource| resource.data_source && resource.name == name);
    let many = |resource: &'static Resource| {
        let list = resource.list.as_ref().filter(|list| list.name == name)?;
        let mut attributes: BTreeMap<String, Type> =
            list.filters.iter().map(|filter| (filter.name().to_owned(), filter.attr.kind.ty())).collect();
        attributes.insert(list.items.to_owned(), Type::list(shown_type(resource.shown_in_list())));
        Some(Type::Object(attributes))
    };
    let query = || provider.queries.iter().find(|query| query.name == name);
    one.map(|resource| shown_type(resource.shown()))
        .or_else(|| resources().find_map(many))
        .or_else(|| query().map(|query| shown_type(query.attrs.iter())))
}

/// The type of the provider block.
pub(super) fn provider_type(provider: &Provider) -> Type {
    shown_type(provider.attributes())
}
