//! Routes near connections that the provider does not use (facts §3, sub-resources): fixed answers, by whether the
//! connection exists. Nothing is stored.

use serde_json::json;

use super::http::{Answer, Outcome, Request, ok, refuse};
use super::routes::Gateway;

const UNKNOWN: (u16, &str) = (404, "connection not found");

/// Answers of a sub-resource: for a connection that exists, and for one that does not.
fn refusals(name: &str) -> Option<[(u16, &'static str); 2]> {
    Some(match name {
        "tables" => [(400, "database parameter is required for this database type"), UNKNOWN],
        "columns" => [(400, "table parameter is required"); 2],
        _ => return None,
    })
}

/// `GET …/{name}`.
pub(super) fn sub_resource(gateway: &mut Gateway, request: &Request) -> Outcome {
    let [found, unknown] = refusals(request.param(1)).ok_or_else(Answer::no_route)?;
    let (status, message) = if known(gateway, request).is_ok() { found } else { unknown };
    Err(refuse(status, message))
}

pub(super) fn federation_oauth(gateway: &mut Gateway, request: &Request) -> Outcome {
    known(gateway, request)?;
    ok(&json!({ "provider": "", "connected": false }))
}

fn known(gateway: &Gateway, request: &Request) -> Result<(), Answer> {
    let (status, message) = UNKNOWN;
    gateway.store.find_connection(request.param(0)).map(drop).ok_or_else(|| refuse(status, message))
}
