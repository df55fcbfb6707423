//! The objects of one case: created through the provider, at an emulated gateway that does not make it wait, and what a
//! host would keep of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::emulator::Emulator;
use super::super::host::{Object, Session, pb, settings};
use super::objects::{Around, CONNECTION, Kind, PLUGIN, ROW};
use super::plan::{Planned, at_once};

/// The requests of a plan for one object. What the provider answers replaces the state in them.
pub(crate) struct Stored {
    pub(crate) upgrade: pb::upgrade_resource_state::Request,
    pub(crate) read: pb::read_resource::Request,
    pub(crate) plan: pb::plan_resource_change::Request,
}

pub(crate) struct Set {
    pub(crate) emulator: Emulator,
    /// Rows refer to connections, so Terraform reads all connections first.
    pub(crate) waves: [Arc<Vec<Stored>>; 2],
}

impl Set {
    pub(crate) async fn create(program: &Path, kinds: &'static [Kind], count: usize) -> Set {
        let emulator = Emulator::builder().masking(true).licensed(true).start();
        let (status, made) = emulator.call("POST", "/api/plugins", json!({ "name": PLUGIN, "connections": [] }));
        assert_eq!(status, 201, "{made}");
        let session = Session::start_with(|launch| launch.program(program)).await;
        let configured = session.configure(settings(&emulator)).await;
        assert!(configured.is_clean(), "{configured}");
        let session = Rc::new(session);

        let around = Around { agent: emulator.agent_id(), connections: Vec::new() };
        let first = created(&session, configs(kinds, count, &around, |name| name != ROW)).await;
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        for (object, _) in first.iter().filter(|(object, _)| object.type_name == CONNECTION) {
            let text = |name: &str| object.state[name].as_str().expect("a text");
            ids.insert(text("name"), text("id").to_owned());
        }
        let around = Around { connections: ids.into_values().collect(), ..around };
        let second = created(&session, configs(kinds, count, &around, |name| name == ROW)).await;

        let waves = [first, second].map(|created| Arc::new(shuffled(stored(&session, created))));
        Rc::into_inner(session).expect("nobody else uses it").shutdown().await;
        emulator.clear_requests();
        Set { emulator, waves }
    }

    /// As somebody else does it.
    pub(crate) fn change_a_connection(&self, change: Json) {
        let (status, answer) = self.emulator.call("PATCH", "/api/connections/connection-7", change);
        assert_eq!(status, 200, "{answer}");
    }

    /// What a host keeps of a plan that is applied, or of `apply -refresh-only`, although nothing has changed.
    pub(crate) fn keep(&mut self, planned: &Planned) {
        for (wave, privates) in self.waves.iter_mut().zip(&planned.privates) {
            let wave = Arc::get_mut(wave).expect("the plan is made");
            for (index, private) in privates {
                wave[*index].read.private.clone_from(private);
                wave[*index].plan.prior_private.clone_from(private);
            }
        }
    }
}

/// A type with a configuration.
type Config = (&'static str, Json);

fn configs(kinds: &'static [Kind], count: usize, around: &Around, wanted: fn(&str) -> bool) -> Vec<Config> {
    let of_kind = |(name, of_forty, config): &Kind| -> Vec<Config> {
        (0..count * of_forty / 40).map(|number| (*name, config(around, number))).collect()
    };
    kinds.iter().filter(|(name, ..)| wanted(name)).flat_map(of_kind).collect()
}

/// Creates the objects, ten at a time.
async fn created(session: &Rc<Session>, configs: Vec<Config>) -> Vec<(Object, Json)> {
    let create = |(type_name, config): Config| {
        let session = session.clone();
        async move {
            let absent = Object::absent(type_name);
            let planned = session.plan(&absent, &config).await;
            let applied = session.apply(&absent, &planned).await;
            assert!(applied.diagnostics.is_clean(), "{type_name} with {config}: {}", applied.diagnostics);
            (applied.object, planned.config)
        }
    };
    at_once(configs, create).await
}

fn stored(session: &Session, created: Vec<(Object, Json)>) -> Vec<Stored> {
    let one = |(object, config): (Object, Json)| {
        let plan = session.plan_request(&object, &config, &[]);
        let json = object.state.to_string().into_bytes();
        let raw_state = Some(pb::RawState { json, ..Default::default() });
        Stored {
            upgrade: pb::upgrade_resource_state::Request { type_name: object.type_name.clone(), version: 0, raw_state },
            read: pb::read_resource::Request {
                type_name: object.type_name,
                private: object.private,
                current_identity: plan.prior_identity.clone(),
                client_capabilities: plan.client_capabilities,
                ..Default::default()
            },
            plan,
        }
    };
    created.into_iter().map(one).collect()
}

/// In an order that looks as if drawn by lot, and is the same in every run: Terraform's graph has no order either.
fn shuffled(mut objects: Vec<Stored>) -> Vec<Stored> {
    let mut lot: u64 = 14;
    for last in (1..objects.len()).rev() {
        lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        objects.swap(last, (lot >> 33) as usize % (last + 1));
    }
    objects
}
