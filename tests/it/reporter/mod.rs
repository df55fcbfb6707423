//! What is Reporter's own: the requests that a change becomes, products, names, jobs, tokens, windows of time. The service
//! runs in the test's process and its clock stands still. That a real terraform lives with it is `lifecycle::examples`';
//! what every system must bear is the fault matrix'.

mod changes;
mod errors;
mod lists;
mod login;
mod names;
mod process;
mod products;
mod tls;
mod waiting;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::lerian::PROVIDER;

use crate::emulator::manager::ManagerEmulator;
use crate::host::{Object, Session};

const TYPE: &str = "lerian_reporter_connection";
const PATH: &str = "/v1/management/connections";

/// A manager and a provider that is configured for it.
struct Reporter {
    manager: ManagerEmulator,
    session: Session,
}

impl Reporter {
    async fn new() -> Self {
        Self::of(ManagerEmulator::builder().start_here(), json!({})).await
    }

    /// With further settings in the provider block.
    async fn of(manager: ManagerEmulator, settings: Json) -> Self {
        let session = Session::inside(&PROVIDER).await;
        let mut all = json!({"endpoint": manager.url()});
        all.as_object_mut().expect("settings").extend(settings.as_object().expect("settings").clone());
        let found = session.configure(all).await;
        assert!(found.is_clean(), "{found}");
        Self { manager, session }
    }

    async fn create(&self, config: &Json) -> Object {
        self.session.create(TYPE, config).await
    }

    /// What is written from now on.
    fn forget(&self) {
        self.manager.clear_requests();
    }

    /// What was written since: method, path below the collection and body.
    fn written(&self) -> Vec<(String, String, Json)> {
        let requests = self.manager.requests();
        let writes = requests.into_iter().filter(|it| it.method != "GET");
        let below = |path: &str| path.strip_prefix(PATH).unwrap_or(path).trim_start_matches('/').to_owned();
        let body = |body: Option<Json>| body.unwrap_or_default();
        writes.map(|it| (it.method, below(&it.path), body(it.body))).collect()
    }

    /// The body of the one PATCH that was sent since.
    #[track_caller]
    fn patched(&self) -> Json {
        let written = self.written();
        let [(method, _, body)] = &written[..] else { panic!("not one request: {written:?}") };
        assert_eq!(method, "PATCH");
        body.clone()
    }

    fn shown(&self, object: &Object) -> Json {
        let id = object.state["id"].as_str().expect("an id");
        let (status, body) = self.manager.call("GET", &format!("{PATH}/{id}"), &[], &Json::Null);
        assert_eq!(status, 200, "{body}");
        body
    }
}

/// A connection with what is required and no more.
fn minimal(name: &str) -> Json {
    json!({
        "product_name": "reporter", "config_name": name, "type": "POSTGRESQL", "host": "db.example.com", "port": 5432,
        "database_name": "app", "user_name": "report", "password": "first",
    })
}

/// The configuration with these attributes set, or taken out by null.
fn with(config: &Json, more: &Json) -> Json {
    let mut config = config.clone();
    config.as_object_mut().expect("attributes").extend(more.as_object().expect("attributes").clone());
    config
}
