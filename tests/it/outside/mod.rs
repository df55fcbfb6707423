//! The matrix of outside changes: every attribute of every type, changed by every way that the API offers, is seen by the
//! next refresh, although that reads many objects with one request. Generated from the tables: what is not told by them is
//! in `gateway`. With HOOP_ACC_APIURL and HOOP_ACC_APIKEY, at a real gateway.

mod changes;
mod compare;
mod gateway;
mod objects;
pub(crate) mod place;
mod random;
mod round;
pub(crate) mod site;

use std::time::Duration;

use terraform_provider_hoop::schema::{Create, Resource};

use crate::figure::{at_least, figure};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::types;
use objects::TYPES_DIFFER;
use place::RealGateway;
use round::{Round, Tried};

/// Objects of which there can be many, in a list.
fn is_one_of_many(resource: &Resource) -> bool {
    resource.list.is_some() && resource.only_id().is_none()
}

/// What the system itself does not let anybody change, or what only a create can.
fn stays(resource: &Resource, name: &str) -> bool {
    let attr = resource.attr(name).expect("the table has it");
    let needs_others = resource.name == TYPES_DIFFER && name == "type";
    needs_others
        || attr.is_key()
        || attr.replaces_on().is_some()
        || attr.element_path().is_some()
        || resource.create == Create::Over
}

fn judged(resource: &'static Resource, tried: &Tried) {
    let unchanged: Vec<_> = tried.unchanged.iter().filter(|name| !stays(resource, name)).collect();
    assert!(unchanged.is_empty(), "no way changes {unchanged:?}");
    figure(&format!("changes of {} outside Terraform", resource.name), tried.accepted);
    figure(&format!("of them seen at {}", resource.name), tried.seen);
}

#[test]
fn every_change_made_outside_is_seen_by_a_refresh_of_many_objects() {
    if RealGateway::named().is_some() {
        return real();
    }
    let types: Vec<_> = types().into_iter().filter(|(_, resource)| is_one_of_many(resource)).collect();
    let tried =
        try_each(&types, |(_, resource)| resource.name.to_owned(), |(make, resource)| alone(emulated(*make, resource)));
    at_least(400, "changes outside Terraform", tried.iter().map(|tried| tried.accepted).sum());
}

async fn emulated(make: Make, resource: &'static Resource) -> Tried {
    let subject = make();
    let round = Round {
        subject: subject.as_ref(),
        resource,
        prefix: "many-".to_owned(),
        isolated: true,
        base: 0,
        settles: Duration::from_secs(2),
    };
    let tried = round.run().await.unwrap_or_else(|error| panic!("{error}"));
    judged(resource, &tried);
    tried
}

/// Types of which a gateway without a license can have one object only are left out, and the test prints so.
#[expect(clippy::print_stderr, reason = "the test runner shows it with --nocapture")]
fn real() {
    let gateway = RealGateway::named().expect("it was named");
    let id = uuid::Uuid::new_v4().as_u128();
    let types: Vec<_> = types().into_iter().map(|(_, resource)| resource).collect();
    let of_gateway = |resource: &&&'static Resource| resource.name.starts_with("hoop_") && is_one_of_many(resource);
    let mut failed = Vec::new();
    for (index, resource) in types.iter().filter(of_gateway).enumerate() {
        if !crate::draw::is_wanted(resource.name) || resource.name == "hoop_plugin" {
            continue;
        }
        let round = Round {
            subject: &gateway,
            resource,
            isolated: false,
            prefix: format!("tf-acc-{:08x}-{index}-", id as u32),
            base: 2 * (id as usize % 100_000 + 10_000 * index),
            settles: Duration::from_millis(1200),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let work = || runtime.block_on(round.run()).inspect(|tried| judged(resource, tried));
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => eprintln!("{} is left out: {error}", resource.name),
            Err(panic) => failed.push(format!(
                "{}: {}",
                resource.name,
                panic.downcast_ref::<String>().cloned().unwrap_or_default()
            )),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
