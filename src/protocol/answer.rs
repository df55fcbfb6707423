//! What comes of the work of an RPC: an answer in every case. What the work is, is the service's business.

use tonic::{Response, Status};

use super::convert::diagnostic;
use super::pb;
use crate::diagnostic::Diagnostic;

pub(super) type Answer<T> = Result<Response<T>, Status>;

/// An answer that says nothing but that something failed. Terraform then keeps what it has.
pub(super) trait Failed: Default + Send + 'static {
    fn failed(error: Diagnostic) -> Self;
}

macro_rules! failed {
    ($($response:path),* $(,)?) => {
        $(impl Failed for $response {
            #[allow(clippy::needless_update, reason = "some answers have no other field")]
            fn failed(error: Diagnostic) -> Self {
                Self { diagnostics: vec![diagnostic(error)], ..Self::default() }
            }
        })*
    };
}

failed!(
    pb::validate_provider_config::Response,
    pb::configure_provider::Response,
    pb::validate_resource_config::Response,
    pb::upgrade_resource_state::Response,
    pb::upgrade_resource_identity::Response,
    pb::read_resource::Response,
    pb::plan_resource_change::Response,
    pb::apply_resource_change::Response,
    pb::import_resource_state::Response,
    pb::move_resource_state::Response,
    pb::generate_resource_config::Response,
    pb::validate_data_resource_config::Response,
    pb::read_data_source::Response,
);

/// Runs the work of an RPC to its end, whatever becomes of the caller, and turns a panic into a diagnostic: the
/// process serves other objects too, and what was written must be answered.
pub(super) async fn answer<T: Failed>(
    what: String,
    work: impl Future<Output = Result<T, Diagnostic>> + Send + 'static,
) -> Answer<T> {
    let done = match tokio::spawn(work).await {
        Ok(done) => done.unwrap_or_else(T::failed),
        Err(_) => T::failed(Diagnostic::error(
            format!("The provider failed in {what}"),
            "This is a bug in the provider. Please report it with the lines after `panic:` in the log. It is \
             unknown whether the system was changed; the next plan shows it.",
        )),
    };
    Ok(Response::new(done))
}

/// The families that this provider has no types for: the host asks only for what the schema names.
pub(super) fn not_offered<T>(what: &str) -> Answer<T> {
    Err(Status::unimplemented(format!("this provider has no {what}")))
}
