//! The least of every resource over the real binary: created, read by every data source. What each attribute must bear
//! beyond that is told from the tables in `unknown` and `absent`.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;

use super::{gateway, minimal};
use crate::host::Session;
use crate::subject::lookup;

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
            let resource = PROVIDER.resource(&type_name).expect("a table");
            let (state, found) = session.read_data(&type_name, &lookup(resource, &object.identity)).await;
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
    // A data source shows no secrets, also inside an object.
    if let (Some(shown), Some(stored)) = (shown.as_object(), stored.as_object()) {
        return shown.iter().all(|(name, value)| same(value, stored.get(name).unwrap_or(&Json::Null)));
    }
    shown == stored || (is_nothing(shown) && is_nothing(stored))
}
