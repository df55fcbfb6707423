//! The same with the real Terraform: what `terraform query` finds in a system that somebody else has filled is applied with
//! imports only, and plans empty.

use std::fs;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Resource};

use super::distinct;
use crate::figure::at_least;
use crate::host::Object;
use crate::subject::samples::full;
use crate::subject::{Subject, configured, subjects_beside};
use crate::terraform::{Host, Terraform};
use crate::tidy::root;

#[test]
fn a_system_is_taken_over_without_an_edit() {
    let Some(host) = Host::terraform((1, 14)) else { return };
    let taken = subjects_beside().iter().map(|subject| taken_over(subject.as_ref(), host)).sum();
    at_least(100, "objects taken over with `terraform query`", taken);
}

fn taken_over(subject: &dyn Subject, host: &'static Host) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(fill(subject));
    let (provider, terraform) = (subject.provider(), workspace(subject, host));
    let listable = provider.resources.iter().filter(|resource| resource.is_listable());
    let block = |name| format!("list {name:?} \"all\" {{\n  provider = {}\n  limit    = 1000\n}}\n", provider.name);
    terraform.file("all.tfquery.hcl", &listable.map(|resource| block(resource.name)).collect::<String>());
    terraform.run(&["query", "-no-color", "-generate-config-out=generated.tf"]).ok();
    let generated = fs::read_to_string(terraform.path("generated.tf")).expect("a file");
    let plan = terraform.plan().ok();
    let imports = plan.changes.len();
    let others: Vec<_> = plan.changes.iter().filter(|change| !(change.importing && change.is(&["no-op"]))).collect();
    assert!(others.is_empty(), "{others:#?}\n{generated}");
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
    imports
}

/// Three objects of each type, all in one system.
async fn fill(subject: &dyn Subject) {
    let session = configured(subject).await;
    for resource in subject.provider().resources {
        let count = if resource.only_id().is_some() { 1 } else { 3 };
        for index in 0..count {
            let minimal = subject.minimal(resource.name, &format!("{}-{index}", resource.name.replace('_', "-")));
            // Samples of several types can exclude each other in one system: then the least that an object needs.
            let whole = (index == 0).then(|| without_unreadable(resource, full(subject, resource, &minimal)));
            let mut refused = String::new();
            let mut made = false;
            for config in whole.into_iter().chain([minimal]).map(|config| distinct(subject, resource, config, index)) {
                let prior = Object::absent(resource.name);
                let planned = session.plan(&prior, &config).await;
                let applied = session.apply(&prior, &planned).await;
                if !applied.diagnostics.has_errors() {
                    made = true;
                    break;
                }
                refused = format!("{} {config}: {}", resource.name, applied.diagnostics);
            }
            assert!(made, "{refused}");
        }
    }
}

/// Without nested objects that require what no response contains: those need an edit.
fn without_unreadable(resource: &'static Resource, mut config: Json) -> Json {
    let needs = |attr: &&Attr| {
        attr.kind.nested().is_some_and(|nested| nested.iter().any(|it| it.is_required() && !it.is_readable()))
    };
    for attr in resource.managed().filter(needs) {
        config[attr.name] = Json::Null;
    }
    config
}

/// Each file of `examples/list-resources` can be queried as it is.
#[test]
fn every_example_can_be_queried() {
    let Some(host) = Host::terraform((1, 14)) else { return };
    for subject in subjects_beside() {
        let provider = subject.provider();
        let terraform = workspace(subject.as_ref(), host);
        for resource in provider.resources.iter().filter(|resource| resource.is_listable()) {
            let path = format!("examples/list-resources/{}/list-resource.tfquery.hcl", resource.name);
            let example = fs::read_to_string(root().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(example.contains(&format!("list \"{}\"", resource.name)), "{path}");
            terraform.file(&format!("{}.tfquery.hcl", resource.name), &example);
        }
        terraform.run(&["query", "-no-color"]).ok();
    }
}

/// A workspace with the provider configured for this system.
fn workspace(subject: &dyn Subject, host: &'static Host) -> Terraform {
    let name = subject.provider().name;
    let terraform = Terraform::named(name).on(host);
    terraform.file("provider.tf.json", &json!({"provider": {name: subject.settings()}}).to_string());
    terraform
}
