//! What every attribute of every resource must bear, told from the schema: values that are not known yet, and the
//! spellings of nothing. A new resource is tested as soon as it has a minimal configuration.

use serde_json::{Value as Json, json};

use super::{gateway, minimal};
use crate::host::{Action, Object, Session, Type, unknown};

/// The attributes of a type that a configuration may set, required ones told apart.
fn settable(session: &Session, type_name: &str) -> Vec<(String, Type)> {
    session.shape(type_name).settable().map(|(name, column)| (name.clone(), column.ty.clone())).collect()
}

/// Makes room for the next object: of some types a gateway has few. One that can only be let go of is a warning.
async fn gone(session: &Session, object: &Object) {
    let destroyed = session.destroy(object).await;
    assert!(!destroyed.diagnostics.has_errors(), "{}: {}", object.type_name, destroyed.diagnostics);
}

/// Unknown at plan and as the minimal configuration has it at apply: null, for most.
#[tokio::test]
async fn each_attribute_may_be_unknown_at_plan() {
    let emulator = gateway();
    let session = Session::with(&emulator).await;
    for type_name in session.resource_types() {
        for (index, (attribute, _)) in settable(&session, &type_name).into_iter().enumerate() {
            let known = minimal(&emulator, &type_name, &format!("{type_name}-unknown-{index}"));
            let mut config = known.clone();
            config[&attribute] = unknown();
            // A write-only value needs its version, known or not.
            if let Some(secret) = attribute.strip_suffix("_wo") {
                config[format!("{secret}_wo_version")] = unknown();
            }
            let found = session.validate(&type_name, &config).await;
            assert!(!found.has_errors(), "{type_name}.{attribute}: {found}");
            let absent = Object::absent(&type_name);
            let first = session.plan(&absent, &config).await;
            assert!(!first.diagnostics.has_errors(), "{type_name}.{attribute}: {}", first.diagnostics);
            assert_eq!(first.action, Action::Create);
            let last = session.final_plan(&absent, &first, &known).await;
            let applied = session.apply(&absent, &last).await;
            assert!(applied.diagnostics.is_clean(), "{type_name}.{attribute}: {}", applied.diagnostics);
            let mut object = session.settled(&applied.object, &known).await;

            let first = session.plan(&object, &config).await;
            assert!(!first.diagnostics.has_errors(), "{type_name}.{attribute}: {}", first.diagnostics);
            if first.action == Action::Update {
                let last = session.final_plan(&object, &first, &known).await;
                let applied = session.apply(&object, &last).await;
                assert!(applied.diagnostics.is_clean(), "{type_name}.{attribute}: {}", applied.diagnostics);
                object = session.settled(&applied.object, &known).await;
            }
            gone(&session, &object).await;
        }
    }
    session.shutdown().await;
}

/// Everything unknown at once, as a module sees it whose inputs come from another.
#[tokio::test]
async fn all_attributes_may_be_unknown_at_plan() {
    let emulator = gateway();
    let session = Session::with(&emulator).await;
    for type_name in session.resource_types() {
        let config: Json = settable(&session, &type_name).into_iter().map(|(name, _)| (name, unknown())).collect();
        let found = session.validate(&type_name, &config).await;
        assert!(found.is_clean(), "{type_name}: {found}");
        let planned = session.plan(&Object::absent(&type_name), &config).await;
        assert!(planned.diagnostics.is_clean(), "{type_name}: {}", planned.diagnostics);
        assert_eq!(planned.action, Action::Create);
    }
    session.shutdown().await;
}

/// The empty values of a type, in every depth that has one.
fn empty_values(ty: &Type) -> Vec<Json> {
    match ty {
        Type::Str => vec![json!("")],
        Type::List(_) | Type::Set(_) => vec![json!([])],
        Type::Map(_) => vec![json!({})],
        Type::Num | Type::Bool | Type::Object(_) => Vec::new(),
    }
}

/// Null, empty, null again: no error but a refusal before the plan, no second plan that finds something to do.
#[tokio::test]
async fn each_optional_attribute_may_be_null_or_empty() {
    let emulator = gateway();
    let session = Session::with(&emulator).await;
    for type_name in session.resource_types() {
        let shape = session.shape(&type_name);
        for (index, (attribute, column)) in shape.settable().enumerate() {
            for empty in empty_values(&column.ty).into_iter().filter(|_| column.optional && !column.write_only) {
                let null = minimal(&emulator, &type_name, &format!("{type_name}-empty-{index}"));
                let mut config = null.clone();
                config[attribute] = empty;
                let found = session.validate(&type_name, &config).await;
                if found.has_errors() {
                    assert!(found.error_paths().contains(attribute), "{type_name}.{attribute}: {found}");
                    continue;
                }
                let created = session.create(&type_name, &config).await;
                let emptied = session.converge(&created, &null).await;
                let object = session.converge(&emptied, &config).await;
                gone(&session, &object).await;
            }
        }
    }
    session.shutdown().await;
}

/// Without anything optional: created, unchanged by a second plan, read by every data source.
#[tokio::test]
async fn the_least_configuration_is_enough() {
    let schemas = Session::start().await;
    for type_name in schemas.resource_types() {
        let emulator = gateway();
        let session = Session::with(&emulator).await;
        let config = minimal(&emulator, &type_name, "least");
        let shape = session.shape(&type_name);
        for (name, column) in shape.settable() {
            assert!(!column.required || !config[name].is_null(), "{type_name}.{name} is required");
        }
        let object = session.create(&type_name, &config).await;
        if session.schema.data_source_schemas.contains_key(&type_name) {
            let (state, found) = session.read_data(&type_name, &object.identity).await;
            assert!(found.is_clean(), "{type_name}: {found}");
            for name in session.data_shape(&type_name).0.keys().filter(|name| shape.0.contains_key(*name)) {
                assert!(same(&state[name], &object.state[name]), "{type_name}.{name}: {state}");
            }
        }
    }
}

/// The resource spells nothing as null where the data source shows what the gateway has.
fn same(shown: &Json, stored: &Json) -> bool {
    let is_nothing = |value: &Json| {
        value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty) || *value == json!({})
    };
    shown == stored || (is_nothing(shown) && is_nothing(stored))
}
