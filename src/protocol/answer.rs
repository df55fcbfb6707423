//! Runs the work of an RPC and creates a response in every case. The work itself is in `service`.

use std::sync::Arc;

use tonic::{Response, Status};

use super::convert::diagnostic;
use super::pb;
use crate::diagnostic::{BUG, Diagnostic};
use crate::rpc::Rpc;

pub(super) type Answer<T> = Result<Response<T>, Status>;

/// A response that contains only diagnostics. Terraform then keeps its state.
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
    pb::validate_ephemeral_resource_config::Response,
    pb::open_ephemeral_resource::Response,
    pb::renew_ephemeral_resource::Response,
    pb::close_ephemeral_resource::Response,
    pb::validate_list_resource_config::Response,
    pb::validate_action_config::Response,
    pb::plan_action::Response,
);

/// Runs the work of an RPC to completion, even if the caller is gone, and turns a panic into a diagnostic: the process
/// serves other objects too, and the result of a write must be returned.
pub(super) async fn answer<T: Failed>(
    rpc: Arc<Rpc>,
    work: impl Future<Output = Result<T, Diagnostic>> + Send + 'static,
) -> Answer<T> {
    // In the task of the RPC, so that the line of the log about an error names its request.
    let answered = async { Ok(work.await.unwrap_or_else(T::failed)) };
    Ok(Response::new(finished(rpc, answered).await.unwrap_or_else(T::failed)))
}

/// The result of work that runs to completion; a panic is a diagnostic.
pub(super) async fn finished<T: Send + 'static>(
    rpc: Arc<Rpc>,
    work: impl Future<Output = Result<T, Diagnostic>> + Send + 'static,
) -> Result<T, Diagnostic> {
    rpc.clone().spawn(work).await.unwrap_or_else(|_| {
        let detail = format!("{BUG} It is unknown whether the system was changed; the next plan shows it.");
        Err(Diagnostic::error(format!("The provider failed in {rpc}"), detail))
    })
}
