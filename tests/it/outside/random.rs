//! Connections that are changed at random outside Terraform, and by it, with refreshes in between: each refresh of all of
//! them at once finds what a read of each by itself finds. Objects and private state go on from one refresh to the next.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::changes::{self, Change};
use super::objects::Managed;
use super::place::RealGateway;
use super::round::Round;
use super::site::Done;
use crate::draw::{Lots, endless, lots};
use crate::figure::figure;
use crate::host::{Action, Object};
use crate::subject::cases::alone;
use crate::subject::{HoopGateway, PROVIDERS, Subject};

const CONNECTIONS: usize = 16;

/// Of these the gateway does not log writes.
const UNLOGGED: [&str; 2] = ["login", "healthy"];

#[test]
fn random_changes_made_outside_are_seen_by_each_refresh() {
    let (seeds, refreshes) = if RealGateway::named().is_some() { (3, 40) } else { (endless(1) as usize, 8) };
    let (mut reads, mut accepted) = (0, 0);
    for seed in 0..seeds {
        let mut lots = lots(&format!("outside {seed}"));
        let tried = match RealGateway::named() {
            Some(gateway) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                let id = uuid::Uuid::new_v4().as_u128();
                let names = (format!("tf-acc-{:08x}-", id as u32), 2 * (id as usize % 1_000_000));
                runtime.block_on(run(&gateway, names, Duration::from_millis(400), refreshes, &mut lots))
            }
            None => alone(async {
                run(&HoopGateway::here(), ("random-".to_owned(), 0), Duration::ZERO, refreshes, &mut lots).await
            }),
        };
        reads += refreshes * CONNECTIONS;
        accepted += tried;
    }
    figure("reads after random changes outside Terraform", reads);
    figure("random changes outside Terraform", accepted);
    assert!(accepted > refreshes, "{accepted} changes were accepted");
}

async fn run(
    subject: &dyn Subject,
    (prefix, base): (String, usize),
    settles: Duration,
    refreshes: usize,
    lots: &mut Lots,
) -> usize {
    let resource = PROVIDERS[0].resource("hoop_connection").expect("the table");
    let round = Round { subject, resource, prefix, base, isolated: false, settles };
    let session = round.session(false).await;
    let mut donors = Vec::new();
    round.donors(&session, &mut donors).await.expect("connections");
    let shown: Vec<Json> = donors.iter().map(|managed| round.shown(managed)).collect();
    let changes = changes::all(subject.provider(), resource, &shown[0], &shown[1..]);
    let mut all = Vec::new();
    for index in 0..CONNECTIONS {
        let mut config = round.config(100 + index, base + 1_000 + 4 * index, index % 3 > 0);
        if let Some(word) = UNLOGGED.get(index) {
            config["name"] = json!(format!("{word}-{}", config["name"].as_str().unwrap_or_default()));
        }
        config["secrets"] = json!({"envvar:HOST": format!("host-{index}")});
        all.push(round.create(&session, config).await.expect("a connection"));
    }
    let mut accepted = 0;
    for refresh in 0..refreshes {
        let mut told = Vec::new();
        for _ in 0..=lots.below(4) {
            let index = lots.below(CONNECTIONS);
            if lots.below(4) == 0 {
                repair(&round, &mut all[index]).await;
                told.push(format!("{index} repaired"));
            }
            let change = lots.pick(&changes);
            let done = changed(&round, &all[index], change);
            accepted += usize::from(done == Done::Accepted);
            told.push(format!("{index} {:?} {} {done:?}", change.attr, change.way));
        }
        tokio::time::sleep(settles).await;
        let objects = || all.iter().map(|managed| managed.object.clone());
        let each = round.refresh(&round.session(false).await, objects()).await;
        let bulk = round.refresh(&round.session(true).await, objects()).await;
        for (index, (each, bulk)) in each.iter().zip(&bulk).enumerate() {
            let same = each.0.state == bulk.0.state && each.1 == bulk.1;
            assert!(same, "refresh {refresh}: {index}\nall at once {bulk:?}\nby itself {each:?}\nafter {told:#?}");
        }
        for (managed, (object, _)) in all.iter_mut().zip(bulk) {
            managed.object = object;
            if managed.object.state.is_null() {
                managed.object = Object::absent(resource.name);
                repair(&round, managed).await;
            }
        }
    }
    round.destroy(&session, &all).await;
    round.destroy(&session, &donors).await;
    accepted
}

fn changed(round: &Round<'_>, managed: &Managed, change: &Change) -> Done {
    if managed.object.state.is_null() {
        return Done::Refused(0);
    }
    let object = round.shown(managed)["object"].clone();
    if object.is_null() {
        return Done::Refused(0);
    }
    let site = round.site(managed, object);
    change.before.as_ref().map_or(Done::Accepted, |before| before(&site)).and(|| (change.act)(&site))
}

/// An apply of this provider, which has read the object before, as far as it is possible.
async fn repair(round: &Round<'_>, managed: &mut Managed) {
    let session = round.session(true).await;
    let (read, _) = match managed.object.state.is_null() {
        true => (managed.object.clone(), String::new()),
        false => {
            let (read, found) = session.read(&managed.object).await;
            (read, found.to_string())
        }
    };
    let prior = if read.state.is_null() { Object::absent(round.resource.name) } else { read };
    let planned = session.plan(&prior, &managed.config).await;
    if planned.diagnostics.has_errors() || planned.action == Action::NoOp {
        return;
    }
    let applied = session.apply(&prior, &planned).await;
    if !applied.object.state.is_null() {
        managed.object = applied.object;
    }
}
