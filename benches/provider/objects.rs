//! Connections as users write them, in size and shape.

use std::collections::BTreeMap;

use terraform_provider_hoop::engine::Stored;
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::Resource;
use terraform_provider_hoop::value::{Object, Type, Value};

pub(crate) const CONNECTION: &str = "hoop_connection";

pub(crate) fn table() -> &'static Resource {
    PROVIDER.resource(CONNECTION).expect("the provider has connections")
}

/// A configured database with most of what can be said of one. What it leaves out is null, as Terraform sends it.
pub(crate) fn connection(number: usize) -> Value {
    let text = |text: &str| Value::string(text);
    let list = |texts: &[&str]| Value::List(texts.iter().map(|text| Value::string(*text)).collect());
    let given = [
        ("name", Value::string(format!("pg-orders-{number}"))),
        ("type", text("database")),
        ("subtype", text("postgres")),
        ("agent_id", text("75122bce-f957-49eb-a812-2ab60977cd9f")),
        ("access_mode_runbooks", text("enabled")),
        ("access_mode_exec", text("enabled")),
        ("access_mode_connect", text("disabled")),
        ("access_schema", text("enabled")),
        ("command", list(&["psql", "-A", "-F\t", "-P", "pager=off", "-h", "$HOST", "-U", "$USER", "$DB"])),
        ("secrets", map(["HOST", "PORT", "USER", "PASS", "DB", "SSLMODE"], "envvar:", "db.example.com")),
        ("tags", map(["environment", "team", "cost-center"], "", "production")),
        ("reviewers", list(&["dba", "sre", "security"])),
        ("mandatory_metadata_fields", Value::Set(vec![text("ticket"), text("reason")])),
        ("min_review_approvals", Value::int(1)),
    ];
    whole(given)
}

/// One that holds `keys` secrets of 100 bytes each.
pub(crate) fn large(keys: usize) -> Value {
    let names: Vec<String> = (0..keys).map(|key| format!("KEY_{key}")).collect();
    let secrets = map(names.iter().map(String::as_str), "envvar:", &"x".repeat(100));
    whole([("name", Value::string("large")), ("secrets", secrets)])
}

fn map<'a>(keys: impl IntoIterator<Item = &'a str>, prefix: &str, value: &str) -> Value {
    Value::Map(keys.into_iter().map(|key| (format!("{prefix}{key}"), Value::string(value))).collect())
}

fn whole<const N: usize>(given: [(&str, Value); N]) -> Value {
    let Type::Object(attributes) = table().ty() else { unreachable!("a resource is an object") };
    let mut object: Object = attributes.into_keys().map(|name| (name, Value::Null)).collect();
    for (name, value) in given {
        assert!(object.insert(name.to_owned(), value).is_some(), "connections have no `{name}`");
    }
    Value::Object(object)
}

pub(crate) fn nothing() -> Stored {
    Stored { state: Value::Null, private: Vec::new(), identity: None }
}

/// A configuration of the provider.
pub(crate) fn settings(given: BTreeMap<&str, Value>) -> Value {
    let mut object: Object = PROVIDER.attributes().map(|attr| (attr.name.to_owned(), Value::Null)).collect();
    object.extend(given.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Value::Object(object)
}
