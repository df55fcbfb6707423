//! Gateways that are older than a type: every operation on it is one clear error with both versions, before any request to
//! a path that the gateway does not have. From the tables, so that a new type is met without a line here.

use serde_json::json;
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::Resource;

use crate::emulator::Emulator;
use crate::host::{Diagnostics, Object, Session};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::{configured, import_id, lookup, types};

const OLD: &str = "1.49.10";

/// Types that the old gateway does not have.
fn newer() -> Vec<(Make, &'static Resource)> {
    let numbers = |version: &str| version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    let is_newer = |since: &str| numbers(since) > numbers(OLD);
    let ours = |resource: &Resource| PROVIDER.resource(resource.name).is_some();
    types().into_iter().filter(|(_, resource)| ours(resource) && resource.since.is_some_and(is_newer)).collect()
}

/// One error that names the type and both versions, and no page of the server.
#[track_caller]
fn is_clear(resource: &Resource, doing: &str, found: &Diagnostics) {
    let since = resource.since.unwrap_or_default();
    let errors: Vec<String> = found.errors().map(|error| format!("{}\n{}", error.summary, error.detail)).collect();
    assert_eq!(errors.len(), 1, "{doing}: {found}");
    for text in [OLD, since] {
        assert!(errors[0].contains(text), "{doing} does not say {text}: {found}");
    }
    assert!(!errors[0].contains("404"), "{doing}: {found}");
}

#[test]
fn a_type_that_the_gateway_lacks_is_one_clear_error() {
    let cases = newer();
    assert!(cases.len() >= 12, "{} types", cases.len());
    try_each(&cases, |(_, resource)| resource.name.to_owned(), |(make, resource)| alone(refuses(*make, resource)));
}

async fn refuses(make: Make, resource: &'static Resource) {
    let name = resource.name;
    let new = make();
    let config = new.minimal(name, "subject");
    let object = configured(new.as_ref()).await.create(name, &config).await;

    let old = Emulator::builder().version(OLD).start_here();
    let session = Session::inside(&PROVIDER).await;
    session.configure(json!({"api_url": old.api_url(), "api_key": old.legacy_api_key()})).await;
    let planned = session.plan(&Object::absent(name), &config).await;
    is_clear(resource, "plan", &planned.diagnostics);
    let (kept, found) = session.read(&object).await;
    is_clear(resource, "refresh", &found);
    assert_eq!(kept.state, object.state, "the state is kept");
    let refused = session.import(name, &import_id(resource, &object.state)).await;
    is_clear(resource, "import", &refused.expect_err("an import of what the gateway lacks"));
    if resource.data_source {
        let (_, found) = session.read_data(name, &lookup(resource, &object.identity)).await;
        is_clear(resource, "data source", &found);
    }
    if let Some(list) = &resource.list {
        let (_, found) = session.read_data(list.name, &json!({})).await;
        is_clear(resource, "list", &found);
    }
    let unknown = |path: &str| !["/api/userinfo", "/api/serverinfo"].contains(&path);
    let sent: Vec<String> = old.requests().into_iter().map(|sent| sent.path).filter(|path| unknown(path)).collect();
    assert_eq!(sent, Vec::<String>::new(), "requests to a gateway that lacks the type");
}
