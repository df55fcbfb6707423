//! The actions of the manager.

use super::connection::CONNECTION;
use super::rules::PRODUCT;
use crate::api::Json;
use crate::hooks::{JsonObject, Work};
use crate::schema::Kind::{Int64, Str};
use crate::schema::{Action, Attr, Goal, Request, Rule, computed, optional, required};

pub(super) static ACTIONS: &[&Action] = &[&TEST, &ASSIGN];

const CONNECTION_ID: Attr = required("connection_id", Str, "Identifier of the connection.").rules(&[Rule::Uuid]);

static TEST: Action = Action::new(
    "lerian_reporter_connection_test",
    "Tests whether the manager can reach the database of a connection. The manager allows ten tests per minute for a \
     connection; the provider waits when this limit is reached.",
    Request::post("v1/management/connections/{connection_id}/test").repeatable(),
    &[CONNECTION_ID],
    (
        "test the connection {connection_id}",
        "The manager reached the database of the connection {connection_id} in {latency_ms} ms.",
    ),
)
.response(&[computed("latency_ms", Int64, "Duration of the test in milliseconds.").wire("latencyMs").key()])
.locks(&CONNECTION, "connection_id")
.work(tested);

fn tested(answer: &JsonObject) -> Option<Work> {
    let text = |name: &str| answer.get(name).and_then(Json::as_str);
    let end = match text("status")? {
        "success" => Ok(()),
        status => Err(format!("The manager reports {status:?}: {}", text("message").unwrap_or("no reason"))),
    };
    Some(Work { end: Some(end), output: None })
}

static ASSIGN: Action = Action::new(
    "lerian_reporter_connection_assign",
    "Assigns a connection to a product. It is for connections that were created before the manager had products and that \
     Terraform does not manage. It cannot be undone. A connection that belongs to this product already stays so.",
    Request::post("v1/management/connections/{connection_id}/assign"),
    &[
        CONNECTION_ID,
        optional(
            "product_name",
            Str,
            "Product that the connection belongs to from now on. Defaults to `product_name` of the provider.",
        )
        .or_computed()
        .default_from("product_name")
        .header("X-Product-Name")
        .rules(PRODUCT),
    ],
    (
        "assign the connection {connection_id} to a product",
        "The connection {connection_id} belongs to the product {product_name}.",
    ),
)
.locks(&CONNECTION, "connection_id")
.goal(Goal {
    request: Request::get("v1/management/connections/{connection_id}"),
    wire: "productName",
    text: "{product_name}",
    already: "The connection {connection_id} belongs to the product {product_name} already.",
});
