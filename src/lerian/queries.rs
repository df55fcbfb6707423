//! Questions about a connection that are no state: what its database holds, and whether it can be reached.

use crate::api::Error;
use crate::schema::Kind::{Int64, List, Object, Str};
use crate::schema::{Ask, Attr, Query, Rule, computed, required};
use crate::value::{self, Value};

const CONNECTION_ID: Attr = required("connection_id", Str, "Identifier of the connection.").rules(&[Rule::Uuid]);

pub(super) static SCHEMA: Query = Query::new(
    "lerian_reporter_connection_schema",
    "The tables of the database that a connection leads to. The manager asks the database each time.",
    Ask::Get,
    "v1/management/connections/{connection_id}/schema",
    &[
        CONNECTION_ID,
        computed("config_name", Str, "Name of the connection.").wire("configName").key(),
        computed("database_name", Str, "Name of the database.").wire("databaseName"),
        computed("type", Str, "Kind of database."),
        computed("tables", List(&Object(TABLE)), "The tables, or collections."),
    ],
);

static TABLE: &[Attr] = &[
    computed("name", Str, "Name of the table.").key(),
    computed("fields", List(&Str), "Names of its schema_attributes, or fields."),
];

pub(super) static TEST: Query = Query::new(
    "lerian_reporter_connection_test",
    "Whether the manager reaches the database of a connection, for `check` blocks. The manager allows ten tests of a \
          connection in a minute; more are waited for.",
    Ask::Post,
    "v1/management/connections/{connection_id}/test",
    &[
        CONNECTION_ID,
        computed("status", Str, "`success`, or `failure` where the database cannot be reached: that is no error.")
            .key(),
        computed("message", Str, "What the manager says of it."),
        computed("latency_ms", Int64, "How long it took in milliseconds; nothing after a failure.").wire("latencyMs"),
    ],
)
.refused(failure);

/// The manager reports a database that it cannot reach as an error of its own: with a status where its codes stand.
fn failure(refusal: &Error) -> Option<value::Object> {
    let crate::api::SendError::Refused { status: 500, kind: crate::api::ErrorKind::Refused, message, .. } =
        &refusal.error
    else {
        return None;
    };
    let text = |text: &str| Value::string(text);
    Some([("status".to_owned(), text("failure")), ("message".to_owned(), text(message))].into())
}
