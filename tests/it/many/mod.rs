//! Many objects of a type, refreshed at once: each is to the last byte what a read of it alone finds, and what was applied
//! plans empty. What others change meanwhile is the business of other tests.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop;
use terraform_provider_hoop::schema::{Provider, Resource};

use crate::draw;
use crate::emulator::Emulator;
use crate::figure::at_least;
use crate::host::{AT_ONCE, Action, Object, Session};
use crate::outside::place::RealGateway;
use crate::outside::site::own_path;
use crate::subject::cases::{alone, try_each};
use crate::subject::kinds::kinds;
use crate::subject::samples::{full, sample};
use crate::subject::{Subject, import_id, types};
use crate::terraform::Gateway;

/// Objects with the least that they need, beside one with everything that it can have.
const MINIMAL: usize = 4;

/// A system and how the provider is configured for it.
struct Place {
    provider: &'static Provider,
    settings: Json,
}

/// An object, and its configuration.
type Made = (Object, Json);

impl Place {
    /// The provider, new and without anything read.
    async fn session(&self) -> Session {
        self.session_with(&self.settings).await
    }

    async fn session_with(&self, settings: &Json) -> Session {
        let session = Session::inside(self.provider).await;
        let found = session.configure(settings.clone()).await;
        assert!(found.is_clean(), "{found}");
        session
    }

    /// What reads find that are never served together.
    async fn one_by_one(&self, objects: &[Object]) -> Vec<Object> {
        let mut settings = self.settings.clone();
        if self.provider.attributes().any(|attr| attr.name == "refresh") {
            settings["refresh"] = json!("each");
        }
        let session = self.session_with(&settings).await;
        let mut found = Vec::new();
        for object in objects {
            let (read, diagnostics) = session.read(object).await;
            assert!(diagnostics.is_clean(), "{diagnostics}");
            found.push(read);
        }
        found
    }

    /// What a refresh of all finds, as Terraform does it.
    async fn together(&self, objects: &[Object]) -> Vec<Object> {
        let session = Arc::new(self.session().await);
        let mut found = Vec::new();
        for (read, diagnostics) in session.read_together(objects.iter().cloned(), AT_ONCE).await {
            assert!(diagnostics.is_clean(), "{diagnostics}");
            found.push(read);
        }
        found
    }

    /// The same objects in each form that a state can have: as applied, as imported, and as another provider wrote it.
    async fn forms(&self, made: &[Made]) -> [Vec<Object>; 3] {
        let session = self.session().await;
        let mut imported = Vec::new();
        for (object, _) in made {
            let resource = self.provider.resource(&object.type_name).expect("a table");
            let id = import_id(resource, &object.state);
            let found = session.import(&object.type_name, &id).await;
            imported.push(found.unwrap_or_else(|found| panic!("{} {id}: {found}", object.type_name)));
        }
        let applied: Vec<Object> = made.iter().map(|(object, _)| object.clone()).collect();
        let bare = |object: &Object| Object { private: Vec::new(), identity: Json::Null, ..object.clone() };
        let foreign = applied.iter().map(bare).collect();
        [applied, imported, foreign]
    }

    /// Holds refreshes of all to refreshes of each. `requests`: how many there were since the last look.
    async fn compared(&self, made: &[Made], requests: impl Fn() -> Vec<String>) -> [Vec<String>; 2] {
        let forms = self.forms(made).await;
        let mut asked = [Vec::new(), Vec::new()];
        for objects in &forms {
            requests();
            let together = self.together(objects).await;
            asked[0].extend(requests());
            let alone = self.one_by_one(objects).await;
            asked[1].extend(requests());
            for ((together, alone), before) in together.iter().zip(&alone).zip(objects) {
                assert_eq!(together.state, alone.state);
                assert_eq!(together.identity, alone.identity);
                // What was never read in full is read twice here, at two times.
                let is_new = !String::from_utf8_lossy(&before.private).contains("full_reads");
                let [one, other] = [together, alone].map(|object| private(object, is_new));
                assert_eq!(one, other, "private state of {}", alone.state);
            }
        }
        let session = self.session().await;
        for (read, (object, config)) in self.together(&forms[0]).await.iter().zip(made) {
            assert_eq!(read.state, object.state, "with {config}: the first refresh finds a change");
            let plan = session.plan(read, config).await;
            assert!(plan.action == Action::NoOp, "{config}: {:?}\n{}\n{}", plan.action, read.state, plan.state);
        }
        asked
    }
}

/// The private state as text, without the times of reads where these are new.
fn private(object: &Object, is_new: bool) -> String {
    let mut stored: Json = serde_json::from_slice(&object.private).expect("private state is JSON");
    for read in stored["full_reads"].as_object_mut().into_iter().flatten().filter(|_| is_new) {
        read.1["time"].take();
    }
    if is_new { stored.to_string() } else { String::from_utf8_lossy(&object.private).into_owned() }
}

/// The configurations of several objects, whose names begin like this.
fn configs(subject: &dyn Subject, resource: &'static Resource, prefix: &str) -> Vec<Json> {
    let minimal = |nth: usize| subject.minimal(resource.name, &format!("{prefix}{nth}"));
    let mut configs: Vec<Json> = (0..MINIMAL).map(minimal).collect();
    // The system has a fixed list of them.
    if configs[0] == configs[1] {
        for (nth, config) in configs.iter_mut().enumerate() {
            for key in resource.given_keys() {
                config[key.name] = sample(subject, resource, key, nth);
            }
        }
        return configs;
    }
    configs.push(full(subject, resource, &minimal(MINIMAL)));
    // Objects of one list.
    let first = configs[0].clone();
    for name in resource.list.iter().flat_map(|list| list.required()) {
        configs.iter_mut().for_each(|config| config[name] = first[name].clone());
    }
    configs
}

/// # Errors
/// If the system cannot have so many objects of the type.
async fn tried(subject: &dyn Subject, resource: &'static Resource, prefix: &str) -> Result<usize, String> {
    let place = Place { provider: subject.provider(), settings: subject.settings() };
    let session = place.session().await;
    let (mut made, absent) = (Vec::new(), Object::absent(resource.name));
    let mut refused = None;
    for config in configs(subject, resource, prefix) {
        let planned = session.plan(&absent, &config).await;
        let applied = session.apply(&absent, &planned).await;
        if applied.diagnostics.has_errors() {
            refused = Some(applied.diagnostics.to_string());
            break;
        }
        made.push((applied.object, config));
    }
    if refused.is_none() {
        let requests = || {
            let asked = subject.requests().into_iter().map(|request| format!("{} {}", request.method, request.path));
            let asked = asked.collect();
            subject.clear_requests();
            asked
        };
        let [together, _] = place.compared(&made, requests).await;
        if resource.list_shows_all {
            let own = |(object, _): &Made| format!("/{}", own_path(resource, &object.state));
            let single: Vec<_> =
                made.iter().map(own).filter(|own| together.iter().any(|it| it.ends_with(own))).collect();
            assert!(single.is_empty(), "{}: {single:?} in {together:#?}", resource.name);
        }
    }
    for (object, _) in &made {
        let destroyed = session.destroy(object).await;
        assert!(!destroyed.diagnostics.has_errors(), "{}", destroyed.diagnostics);
    }
    refused.map_or(Ok(made.len()), Err)
}

#[test]
fn objects_that_are_refreshed_together_are_what_each_is_alone() {
    let types: Vec<_> = types().into_iter().filter(|(_, resource)| resource.only_id().is_none()).collect();
    if let Some(gateway) = RealGateway::named() {
        let listed = types.into_iter().map(|(_, resource)| resource).filter(|resource| resource.list.is_some());
        return real(&gateway, listed.filter(|resource| gateway.provider().resource(resource.name).is_some()));
    }
    let name = |(_, resource): &(_, &'static Resource)| resource.name.to_owned();
    let tried = try_each(&types, name, |(make, resource)| {
        let tried = alone(async { tried(make().as_ref(), resource, "many-").await });
        tried.unwrap_or_else(|error| panic!("{error}"))
    });
    at_least(100, "objects refreshed together and alone", tried.into_iter().sum());
}

/// Types of which a gateway without a license can have one object only are left out, and the test prints so.
#[expect(clippy::print_stderr, reason = "the test runner shows it with --nocapture")]
fn real(gateway: &RealGateway, resources: impl Iterator<Item = &'static Resource>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let id = uuid::Uuid::new_v4().as_u128() as u32;
    // A plugin cannot be removed.
    let resources = resources.filter(|resource| resource.name != "hoop_plugin" && draw::is_wanted(resource.name));
    for (index, resource) in resources.enumerate() {
        // A connection leaves a resource of its name behind.
        match runtime.block_on(tried(gateway, resource, &format!("tf-acc-{id:08x}-{index}-"))) {
            Ok(count) => eprintln!("{count} of {}", resource.name),
            Err(error) => eprintln!("{} is left out: {error}", resource.name),
        }
    }
}

/// Also at a real gateway.
#[tokio::test]
async fn connections_of_every_kind_that_are_refreshed_together_are_what_each_is_alone() {
    let gateway = Gateway::any_or(Emulator::start);
    let settings = json!({ "api_url": gateway.api_url(), "api_key": gateway.api_key() });
    let place = Place { provider: &hoop::PROVIDER, settings };
    let session = place.session().await;
    let agent = session.create("hoop_agent", &json!({ "name": format!("{}agent", gateway.prefix) })).await;
    let mut made = Vec::new();
    for (label, differences) in kinds() {
        let mut config = json!({ "name": format!("{}{label}", gateway.prefix), "agent_id": agent.state["id"] });
        config.as_object_mut().expect("an object").extend(differences);
        made.push((session.create("hoop_connection", &config).await, config));
    }
    let requests = || {
        if gateway.is_real() {
            return Vec::new();
        }
        let emulator = gateway.emulator();
        let asked = emulator.requests().into_iter().map(|request| format!("{} {}", request.method, request.path));
        let asked = asked.collect();
        emulator.clear_requests();
        asked
    };
    let [together, alone] = place.compared(&made, requests).await;
    let single = |asked: &[String]| asked.iter().filter(|request| request.contains("/connections/")).count();
    // Nothing vouches for the secrets of an object that another provider has stored.
    assert!(gateway.is_real() || single(&together) <= made.len(), "{together:#?}");
    assert!(gateway.is_real() || single(&alone) == 3 * made.len(), "{alone:#?}");
    for (object, _) in made.iter().chain([&(agent, Json::Null)]) {
        let destroyed = session.destroy(object).await;
        assert!(!destroyed.diagnostics.has_errors(), "{}", destroyed.diagnostics);
    }
}
