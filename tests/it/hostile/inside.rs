//! A provider in this process, asked over its gRPC service, with a server for its system. Every answer is held to what
//! a host and a person need of it, whatever was asked.

use std::sync::Arc;

use terraform_provider_hoop::engine::Engine;
use terraform_provider_hoop::protocol::{codec, service};
use terraform_provider_hoop::schema::Provider;
use terraform_provider_hoop::value::{Object, Type, Value};
use tokio::runtime::Runtime;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tower::ServiceExt;
use tower::util::BoxCloneService;

use super::server::{Answer, Asked, Server};
use super::{PANIC, tables};
use crate::host::pb;
use crate::host::pb::diagnostic::Severity;
use crate::host::pb::provider_client::ProviderClient;

type Client = ProviderClient<BoxCloneService<Request<Body>, Response<Body>, std::convert::Infallible>>;

pub(super) struct Inside {
    pub(super) provider: &'static Provider,
    pub(super) server: Server,
    runtime: Runtime,
    client: Client,
}

impl Inside {
    /// Configured for its server; nothing is asked twice, and nothing to see whether the credentials are good. Its clock
    /// stands still: provider and server wait for each other, and whoever would wait for time has waited already.
    pub(super) fn new(provider: &'static Provider) -> Inside {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        let server = runtime.block_on(Server::start());
        let engine = Arc::new(Engine::new(provider, |_| None));
        let client = ProviderClient::new(service(engine).boxed_clone()).max_decoding_message_size(1 << 30);
        let inside = Inside { provider, server, runtime, client };
        inside.configure();
        inside
    }

    /// Answers so from now on, to a provider that remembers no answer from before.
    pub(super) fn answer(&self, script: impl FnMut(&Asked) -> Answer + Send + 'static) {
        self.server.answer(script);
        self.configure();
    }

    fn configure(&self) {
        let mut config: Object = self.provider.attributes().map(|attr| (attr.name.to_owned(), Value::Null)).collect();
        let system = &self.provider.system;
        for (name, value) in [
            (system.url.attribute, Value::string(format!("http://{}", self.server.address))),
            (system.credentials.key.attribute, Value::string("a-key-of-nobody")),
            ("skip_credentials_validation", Value::Bool(true)),
            ("max_retries", Value::int(0)),
        ] {
            assert!(config.insert(name.to_owned(), value).is_some(), "the provider has no {name}");
        }
        let config = packed(&Value::Object(config), &tables::provider_type(self.provider));
        let request = pb::configure_provider::Request { config, ..Default::default() };
        let answer = self.ask(async |mut client| client.configure_provider(request).await);
        assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    }

    /// One RPC.
    ///
    /// # Panics
    /// If it is answered by a status, which would lose what a host knows.
    pub(super) fn ask<T>(&self, rpc: impl AsyncFnOnce(Client) -> Result<tonic::Response<T>, tonic::Status>) -> T {
        let answered = self.runtime.block_on(rpc(self.client.clone()));
        answered.unwrap_or_else(|status| panic!("a status: {status}")).into_inner()
    }
}

/// A value as it travels.
pub(super) fn packed(value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
    Some(pb::DynamicValue { msgpack: codec::encode(value, ty).expect("it has its type"), json: Vec::new() })
}

/// A value of an answer, which has the type of its schema.
pub(super) fn unpacked(sent: Option<&pb::DynamicValue>, ty: &Type) -> Value {
    match sent {
        None => Value::Null,
        Some(sent) => codec::decode(&sent.msgpack, ty).unwrap_or_else(|error| panic!("an invalid object: {error}")),
    }
}

/// Messages as a person can read them; true when one of them is an error.
pub(super) fn checked(said: &[pb::Diagnostic]) -> bool {
    assert!(said.len() <= 101, "{} messages", said.len());
    for message in said {
        let pb::Diagnostic { summary, detail, attribute, .. } = message;
        assert!(!summary.contains(PANIC), "a panic: {summary}");
        assert!(!summary.is_empty() && !detail.is_empty(), "no words: {summary}: {detail}");
        assert!(!summary.contains('\n') && summary.chars().count() <= 1_001, "a long summary: {summary}");
        assert!(detail.chars().count() <= 10_001, "a long detail: {summary}");
        let acts =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!summary.contains(acts) && !detail.contains(acts), "a terminal acts on {summary:?}: {detail:?}");
        assert!(matches!(message.severity(), Severity::Error | Severity::Warning), "no severity: {summary}");
        let steps = attribute.iter().flat_map(|path| &path.steps);
        assert!(steps.into_iter().all(|step| step.selector.is_some()), "a step that core drops: {summary}");
    }
    said.iter().any(|message| message.severity() == Severity::Error)
}

/// True when a message repeats this.
pub(super) fn repeats(said: &[pb::Diagnostic], text: &str) -> bool {
    said.iter().any(|message| message.summary.contains(text) || message.detail.contains(text))
}
