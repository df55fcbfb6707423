//! One plan of a whole set, by a process of its own, and what it took.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::task::{JoinSet, LocalSet};

use super::super::figures::{cpu_time, peak_memory};
use super::super::host::pb::provider_client::ProviderClient;
use super::super::host::plugin::grpc_controller_client::GrpcControllerClient;
use super::super::host::{AT_ONCE, Client, HostCertificate, Launch, Shape, dial, encode, pb, plugin, settings};
use super::Requests;
use super::set::{Set, Stored};

pub(crate) struct Plan<'a> {
    pub(crate) program: &'a Path,
    pub(crate) set: &'a Set,
    pub(crate) refresh: bool,
}

/// What a plan took, from the start of the process to its last answer.
pub(crate) struct Planned {
    pub(crate) requests: Requests,
    /// In seconds.
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    /// In megabytes.
    pub(crate) memory: f64,
    /// How many objects differ from what is stored or configured.
    pub(crate) changed: usize,
    /// The private state of each object after it was read, by its index in its wave.
    pub(crate) privates: [Vec<(usize, Vec<u8>)>; 2],
}

impl Planned {
    pub(crate) fn total(&self) -> usize {
        self.requests.values().sum()
    }
}

impl Plan<'_> {
    pub(crate) async fn made(&self) -> Planned {
        let emulator = &self.set.emulator;
        emulator.clear_requests();
        let host = HostCertificate::new();
        let begun = Instant::now();
        let mut process = Launch::by(&host).program(self.program).start();
        let handshake = process.handshake().await;
        let certificate = handshake.certificate.expect("a host with a certificate gets one");
        let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the plugin lets its host in");
        let mut client = ProviderClient::new(channel.clone()).max_decoding_message_size(1 << 30);
        let schema = client.get_provider_schema(pb::get_provider_schema::Request {}).await.expect("an answer");
        let shape = Shape::of(&schema.into_inner().provider.expect("a schema"));
        let mut config = settings(emulator);
        // The floor has no settings.
        config.as_object_mut().expect("an object").retain(|name, _| shape.0.contains_key(name));
        let request = pb::configure_provider::Request {
            terraform_version: "1.14.0".to_owned(),
            config: Some(encode(&config, &shape.ty())),
            ..Default::default()
        };
        let configured = client.configure_provider(request).await.expect("an answer").into_inner();
        assert!(configured.diagnostics.is_empty(), "{:?}", configured.diagnostics);

        let (mut changed, mut privates) = (0, [Vec::new(), Vec::new()]);
        for (wave, privates) in self.set.waves.iter().zip(&mut privates) {
            let one = |index: usize| {
                let (client, wave, refresh) = (client.clone(), wave.clone(), self.refresh);
                async move { (index, planned(client, &wave[index], refresh).await) }
            };
            for (index, (differs, private)) in at_once((0..wave.len()).collect(), one).await {
                changed += usize::from(differs);
                privates.push((index, private));
            }
        }
        let wall = begun.elapsed().as_secs_f64();
        let (cpu, memory) = (cpu_time(process.id()), peak_memory(process.id()));
        drop(client);
        GrpcControllerClient::new(channel).shutdown(plugin::Empty {}).await.expect("an answer");
        assert!(process.end(Duration::from_secs(10)).await.status.success());
        let mut requests = Requests::new();
        for request in emulator.requests() {
            *requests.entry(emulator.route(&request)).or_default() += 1;
        }
        let (cpu, memory) = (cpu.unwrap_or(f64::NAN), memory.unwrap_or(f64::NAN));
        Planned { requests, wall, cpu, memory, changed, privates }
    }
}

/// Whether the object differs from what is stored or configured, and its private state.
async fn planned(mut client: Client, stored: &Stored, refresh: bool) -> (bool, Vec<u8>) {
    let upgraded = client.upgrade_resource_state(stored.upgrade.clone()).await.expect("an answer").into_inner();
    assert!(upgraded.diagnostics.is_empty(), "{:?}", upgraded.diagnostics);
    let request = pb::validate_resource_config::Request {
        type_name: stored.plan.type_name.clone(),
        config: stored.plan.config.clone(),
        client_capabilities: stored.plan.client_capabilities,
    };
    let validated = client.validate_resource_config(request).await.expect("an answer").into_inner();
    assert!(validated.diagnostics.is_empty(), "{:?}", validated.diagnostics);

    let (mut state, mut private) = (upgraded.upgraded_state.clone(), stored.read.private.clone());
    if refresh {
        let request = pb::read_resource::Request { current_state: state, ..stored.read.clone() };
        let read = client.read_resource(request).await.expect("an answer").into_inner();
        assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
        (state, private) = (read.new_state, read.private);
    }
    let drifted = state != upgraded.upgraded_state;
    let request = pb::plan_resource_change::Request {
        prior_state: state.clone(),
        prior_private: private.clone(),
        ..stored.plan.clone()
    };
    let plan = client.plan_resource_change(request).await.expect("an answer").into_inner();
    assert!(plan.diagnostics.is_empty(), "{:?}", plan.diagnostics);
    (drifted || plan.planned_state != state, private)
}

/// Does this for each item, ten at a time, as Terraform walks through its graph.
pub(crate) async fn at_once<I, T, F>(items: Vec<I>, work: impl Fn(I) -> F) -> Vec<T>
where
    I: 'static,
    T: 'static,
    F: Future<Output = T> + 'static,
{
    let mut items = items.into_iter();
    let mut done = Vec::with_capacity(items.len());
    LocalSet::new()
        .run_until(async {
            let mut running = JoinSet::new();
            loop {
                while running.len() < AT_ONCE
                    && let Some(item) = items.next()
                {
                    running.spawn_local(work(item));
                }
                match running.join_next().await {
                    Some(ended) => done.push(ended.expect("no panic")),
                    None => break,
                }
            }
        })
        .await;
    done
}
