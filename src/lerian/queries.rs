//! Data sources about a connection that belong to no resource: the tables of its database, and a test of the
//! connection.

use crate::api::Error;
use crate::schema::Kind::{Int64, List, Object, Str};
use crate::schema::{Attr, Query, Request, Rule, computed, required};
use crate::value::{self, Value};

const CONNECTION_ID: Attr = required("connection_id", Str, "Identifier of the connection.").rules(&[Rule::Uuid]);

pub(super) static SCHEMA: Query = Query::new(
    "lerian_reporter_connection_schema",
    "The tables of the database that a connection leads to. The manager queries the database on each read.",
    Request::get("v1/management/connections/{connection_id}/schema"),
    &[
        CONNECTION_ID,
        computed("config_name", Str, "Name of the connection.").wire("configName").key(),
        computed("database_name", Str, "Name of the database.").wire("databaseName"),
        computed("type", Str, "Type of the database."),
        computed("tables", List(&Object(TABLE)), "Tables or collections of the database."),
    ],
);

static TABLE: &[Attr] = &[
    computed("name", Str, "Name of the table.").key(),
    computed("fields", List(&Str), "Names of the columns or fields of the table."),
];

pub(super) static TEST: Query = Query::new(
    "lerian_reporter_connection_test",
    "Tests whether the manager can reach the database of a connection, for use in `check` blocks. The manager \
     allows ten tests per minute for a connection; the provider waits when this limit is reached.",
    Request::post("v1/management/connections/{connection_id}/test").repeatable(),
    &[
        CONNECTION_ID,
        computed(
            "status",
            Str,
            "Result of the test: `success`, or `failure` if the database cannot be reached, which \
             is not an error of the data source.",
        )
        .key(),
        computed("message", Str, "Message of the manager about the result."),
        computed("latency_ms", Int64, "Duration of the test in milliseconds; null after a failure.").wire("latencyMs"),
    ],
)
.refused(failure);

/// The manager answers with 500 for a database that it cannot reach, and with the status in place of an error code.
fn failure(refusal: &Error) -> Option<value::Object> {
    let crate::api::SendError::Refused { status: 500, kind: crate::api::ErrorKind::Rejected, message, .. } =
        &refusal.cause
    else {
        return None;
    };
    let text = |text: &str| Value::string(text);
    Some([("status".to_owned(), text("failure")), ("message".to_owned(), text(message))].into())
}
