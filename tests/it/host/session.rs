//! One connection to one provider: every RPC with JSON in place of bytes, and what any answer must be, whatever it says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Provider;
use tonic::Streaming;
use tonic::transport::Channel;

use super::codec::{decode, encode};
use super::pb::attribute_path::step::Selector;
use super::pb::diagnostic::Severity;
use super::pb::provider_client::ProviderClient;
use super::plugin::grpc_broker_client::GrpcBrokerClient;
use super::plugin::grpc_controller_client::GrpcControllerClient;
use super::plugin::grpc_stdio_client::GrpcStdioClient;
use super::process::{END, Ended, Launch, Process};
use super::shape::{Shape, Type};
use super::tls::{HostCertificate, dial};
use super::{inside, pb, plugin};
use crate::emulator::Emulator;

pub(crate) type Client = ProviderClient<Channel>;

/// An object as Terraform keeps it; its state is null when there is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    pub(crate) type_name: String,
    pub(crate) state: Json,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Json,
}

impl Object {
    pub(crate) fn absent(type_name: &str) -> Object {
        Object { type_name: type_name.to_owned(), state: Json::Null, private: Vec::new(), identity: Json::Null }
    }
}

/// The provider, dialled and with its schemas loaded.
pub(crate) struct Session {
    channel: Channel,
    /// None for one inside this process.
    plugin: Option<Plugin>,
    pub(crate) schema: pb::get_provider_schema::Response,
    pub(crate) identities: BTreeMap<String, pb::ResourceIdentitySchema>,
    /// Of each resource type: its attributes, and the type of its objects.
    shapes: BTreeMap<String, (Shape, Type)>,
    said: Mutex<String>,
}

/// What a provider has that runs in a process of its own.
struct Plugin {
    process: Process,
    /// What go-plugin opens before its first call, and keeps for life.
    streams: (Streaming<plugin::ConnInfo>, Streaming<plugin::StdioData>),
    socket: String,
}

impl Session {
    /// Started as a host does it, not configured.
    pub(crate) async fn start() -> Session {
        Session::start_with(|launch| launch).await
    }

    /// The same with a changed environment.
    pub(crate) async fn start_with(change: impl FnOnce(Launch) -> Launch) -> Session {
        let host = HostCertificate::new();
        let mut process = change(Launch::by(&host)).start();
        let handshake = process.handshake().await;
        let certificate = handshake.certificate.expect("a host with a certificate gets one");
        let channel = dial(&handshake.socket, &certificate, Some(&host)).await.expect("the plugin lets its host in");
        let broker = GrpcBrokerClient::new(channel.clone()).start_stream(tokio_stream::pending()).await;
        let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await;
        let streams = (broker.expect("a broker").into_inner(), stdio.expect("stdio").into_inner());
        Session::over(channel, Some(Plugin { process, streams, socket: handshake.socket })).await
    }

    /// In this process, not configured: see `inside`.
    pub(crate) async fn inside(provider: &'static Provider) -> Session {
        Session::over(inside::channel(provider).await, None).await
    }

    async fn over(channel: Channel, plugin: Option<Plugin>) -> Session {
        let mut client = client(&channel);
        let request = pb::get_provider_schema::Request {};
        let schema = client.get_provider_schema(request).await.expect("schemas").into_inner();
        let request = pb::get_resource_identity_schemas::Request {};
        let identities = client.get_resource_identity_schemas(request).await.expect("identity schemas").into_inner();
        assert!(identities.diagnostics.is_empty(), "Terraform loads nothing at all then");
        let identities = identities.identity_schemas;
        let shape = |(name, schema): (&String, &pb::Schema)| {
            let shape = Shape::of(schema);
            let ty = shape.ty();
            (name.clone(), (shape, ty))
        };
        let shapes = schema.resource_schemas.iter().map(shape).collect();
        Session { channel, plugin, schema, identities, shapes, said: Mutex::default() }
    }

    /// Configured for the emulator.
    pub(crate) async fn with(emulator: &Emulator) -> Session {
        let session = Session::start().await;
        let configured = session.configure(settings(emulator)).await;
        assert!(configured.is_clean(), "{configured}");
        session
    }

    /// Of tonic's making, for what no method here does.
    pub(crate) fn client(&self) -> Client {
        client(&self.channel)
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Where a process of its own listens.
    #[cfg(unix)]
    pub(crate) fn socket(&self) -> &str {
        &self.plugin.as_ref().expect("a process of its own").socket
    }

    /// # Panics
    /// If it is inside this one.
    pub(crate) fn process(&mut self) -> &mut Process {
        &mut self.plugin.as_mut().expect("a process of its own").process
    }

    pub(crate) fn resource_types(&self) -> Vec<String> {
        self.schema.resource_schemas.keys().cloned().collect()
    }

    pub(crate) fn shape(&self, type_name: &str) -> &Shape {
        &self.shapes.get(type_name).unwrap_or_else(|| panic!("no resource {type_name}")).0
    }

    /// The type of a resource's objects.
    pub(super) fn ty(&self, type_name: &str) -> &Type {
        &self.shapes.get(type_name).unwrap_or_else(|| panic!("no resource {type_name}")).1
    }

    pub(crate) fn data_shape(&self, type_name: &str) -> Shape {
        let schemas = &self.schema.data_source_schemas;
        Shape::of(schemas.get(type_name).unwrap_or_else(|| panic!("no data source {type_name}")))
    }

    pub(super) fn identity_type(&self, type_name: &str) -> Option<Type> {
        let attributes = &self.identities.get(type_name)?.identity_attributes;
        let attribute = |attribute: &pb::resource_identity_schema::IdentityAttribute| {
            (attribute.name.clone(), Type::parse(&attribute.r#type).expect("a type"))
        };
        Some(Type::Object(attributes.iter().map(attribute).collect()))
    }

    pub(super) fn value(&self, type_name: &str, value: &Json) -> Option<pb::DynamicValue> {
        Some(encode(value, self.ty(type_name)))
    }

    /// A value in an answer.
    pub(super) fn decoded(&self, type_name: &str, sent: Option<&pb::DynamicValue>) -> Json {
        let decoded = decode(sent, self.ty(type_name));
        decoded.unwrap_or_else(|error| panic!("{type_name}: Provider produced invalid object: {error}"))
    }

    pub(crate) async fn validate_provider(&self, config: Json) -> Diagnostics {
        let request = pb::validate_provider_config::Request { config: Some(self.provider_config(&config)) };
        let answer = self.client().validate_provider_config(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }

    pub(crate) async fn configure(&self, config: Json) -> Diagnostics {
        self.configure_by("1.14.0", config).await
    }

    /// By a host of this version.
    pub(crate) async fn configure_by(&self, version: &str, config: Json) -> Diagnostics {
        let request = pb::configure_provider::Request {
            terraform_version: version.to_owned(),
            config: Some(self.provider_config(&config)),
            ..Default::default()
        };
        let answer = self.client().configure_provider(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }

    fn provider_config(&self, config: &Json) -> pb::DynamicValue {
        encode(config, &Shape::of(self.schema.provider.as_ref().expect("a provider schema")).ty())
    }

    /// As a host does that keeps write-only values out of its state.
    pub(crate) async fn validate(&self, type_name: &str, config: &Json) -> Diagnostics {
        self.validate_as(type_name, config, Some(capabilities())).await
    }

    pub(crate) async fn validate_as(
        &self,
        type_name: &str,
        config: &Json,
        client_capabilities: Option<pb::ClientCapabilities>,
    ) -> Diagnostics {
        let config = self.value(type_name, config);
        let request =
            pb::validate_resource_config::Request { type_name: type_name.to_owned(), config, client_capabilities };
        let answer = self.client().validate_resource_config(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }

    pub(crate) async fn validate_data(&self, type_name: &str, config: &Json) -> Diagnostics {
        let config = Some(encode(config, &self.data_shape(type_name).ty()));
        let request = pb::validate_data_resource_config::Request { type_name: type_name.to_owned(), config };
        let answer = self.client().validate_data_resource_config(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }

    /// A data source's state; null exactly when there is an error.
    pub(crate) async fn read_data(&self, type_name: &str, config: &Json) -> (Json, Diagnostics) {
        let ty = self.data_shape(type_name).ty();
        let request = pb::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(config, &ty)),
            client_capabilities: Some(capabilities()),
            ..Default::default()
        };
        let answer = self.client().read_data_source(request).await.expect("an answer").into_inner();
        let (state, diagnostics) = (decode(answer.state.as_ref(), &ty), self.checked(answer.diagnostics));
        let state = state.unwrap_or_else(|error| panic!("{type_name}: invalid object: {error}"));
        assert!(super::shape::is_wholly_known(&state), "{type_name} is not wholly known");
        assert_eq!(state.is_null(), diagnostics.has_errors(), "Provider produced null object: {diagnostics}");
        (state, diagnostics)
    }

    /// Diagnostics that a user can use: a severity, words, and a path that core does not drop.
    pub(super) fn checked(&self, sent: Vec<pb::Diagnostic>) -> Diagnostics {
        let found = Diagnostics(sent);
        for diagnostic in &found.0 {
            assert!(matches!(diagnostic.severity(), Severity::Error | Severity::Warning), "no severity: {found}");
            assert!(!diagnostic.summary.is_empty() && !diagnostic.detail.is_empty(), "no words: {found}");
            let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
            assert!(steps.into_iter().all(|step| step.selector.is_some()), "a step that core drops: {found}");
        }
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push_str(&found.to_string());
        found
    }

    /// The words of all diagnostics so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) async fn stop(&self) {
        let answer = self.client().stop_provider(pb::stop_provider::Request {}).await.expect("an answer");
        assert_eq!(answer.into_inner().error, "");
    }

    /// Ends the provider as a host does, and holds it to what a host expects of that.
    pub(crate) async fn shutdown(self) -> Ended {
        let Session { channel, plugin, .. } = self;
        let Plugin { process, streams, socket } = plugin.expect("a process of its own");
        let answered = GrpcControllerClient::new(channel.clone()).shutdown(plugin::Empty {}).await;
        answered.expect("Shutdown is answered");
        drop((channel, streams));
        let ended = process.end(Duration::from_secs(10)).await;
        assert!(ended.status.success(), "{}: {}", ended.status, ended.stderr);
        assert!(ended.after < END, "it took {:?}; the host kills after two seconds", ended.after);
        assert_eq!(ended.stdout, "", "stdout is for the handshake");
        assert!(!ended.stderr.contains("panic: "), "{}", ended.stderr);
        assert!(!std::path::Path::new(&socket).exists(), "the socket is left behind");
        ended
    }
}

fn client(channel: &Channel) -> Client {
    ProviderClient::new(channel.clone()).max_decoding_message_size(1 << 30).max_encoding_message_size(1 << 30)
}

/// The provider block for this emulator.
pub(crate) fn settings(emulator: &Emulator) -> Json {
    json!({"api_url": emulator.api_url(), "api_key": emulator.api_key()})
}

/// Of a host of today without experiments.
pub(super) fn capabilities() -> pb::ClientCapabilities {
    pb::ClientCapabilities { write_only_attributes_allowed: true, store_planned_private: true, ..Default::default() }
}

/// What an answer complains of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diagnostics(pub(crate) Vec<pb::Diagnostic>);

impl Diagnostics {
    /// An error of core's own.
    pub(super) fn of(summary: &str) -> Self {
        let severity = Severity::Error.into();
        Self(vec![pb::Diagnostic { severity, summary: summary.to_owned(), ..Default::default() }])
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    pub(crate) fn errors(&self) -> impl Iterator<Item = &pb::Diagnostic> {
        self.0.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    pub(crate) fn warnings(&self) -> impl Iterator<Item = &pb::Diagnostic> {
        self.0.iter().filter(|diagnostic| diagnostic.severity() == Severity::Warning)
    }

    /// The paths that the errors point at.
    pub(crate) fn error_paths(&self) -> Vec<String> {
        self.errors().filter_map(|error| error.attribute.as_ref()).map(path_text).collect()
    }

    /// True when an error says this, in its summary or detail.
    pub(crate) fn say(&self, words: &str) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.summary.contains(words) || diagnostic.detail.contains(words))
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for diagnostic in &self.0 {
            let path = diagnostic.attribute.as_ref().map(path_text).unwrap_or_default();
            writeln!(f, "{:?} at {path:?}: {}: {}", diagnostic.severity(), diagnostic.summary, diagnostic.detail)?;
        }
        Ok(())
    }
}

pub(crate) fn path_text(path: &pb::AttributePath) -> String {
    let mut text = String::new();
    for step in &path.steps {
        let written = match step.selector.as_ref().expect("core drops a step without a selector") {
            Selector::AttributeName(name) if text.is_empty() => write!(text, "{name}"),
            Selector::AttributeName(name) => write!(text, ".{name}"),
            Selector::ElementKeyString(key) => write!(text, "[{key:?}]"),
            Selector::ElementKeyInt(index) => write!(text, "[{index}]"),
        };
        written.expect("memory takes everything");
    }
    text
}
