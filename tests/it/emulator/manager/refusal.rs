//! What the manager says when it refuses, in both shapes (manager facts §6): A up to 2.0, B after it. The one that is
//! spoken is chosen at the end, so that no handler knows it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::http::Answer;

pub(super) type Fields = BTreeMap<&'static str, String>;

const MISSING: &str = "Your request is missing one or more required fields. Please refer to the documentation to ensure \
                       all necessary fields are included in your request.";
const MALFORMED: &str = "The server could not understand the request due to malformed syntax. Please check the listed \
                         fields and try again.";
const NOT_FOUND: &str = "It was not possible to find the connection entity during the requested flow. Please review the \
                         data provided in the request.";
const TAKEN: &str = "An entity of type connection with the same unique attributes already exists. Please use different \
                     values to avoid conflicts and review the data provided in the request.";

#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    /// None: the status is the code, as a number in shape A.
    code: Option<&'static str>,
    title: &'static str,
    message: String,
    fields: Fields,
    /// Rules about a whole object say what kind of object it is.
    entity: bool,
    /// What is wrong with a schema.
    errors: Vec<Value>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, title: &'static str, message: impl Into<String>) -> Self {
        Self { code: Some(code), ..Self::plain(status, title, message) }
    }

    /// Of the router and of limits, whose code is the status.
    pub(super) fn plain(status: u16, title: &'static str, message: impl Into<String>) -> Self {
        let (code, fields, message) = (None, Fields::new(), message.into());
        Self { status, code, title, message, fields, entity: false, errors: Vec::new() }
    }

    pub(super) fn unparsable() -> Self {
        Self::new(400, "FET-0001", "Invalid payload", "unable to parse request body")
    }

    pub(super) fn empty_body() -> Self {
        Self::new(400, "FET-0001", "Invalid payload", "empty request body")
    }

    pub(super) fn header(message: &str) -> Self {
        Self::new(400, "FET-0403", "Invalid header", message)
    }

    pub(super) fn bad_id() -> Self {
        Self::new(400, "FET-0404", "Invalid Path Parameter", "invalid connection id")
    }

    pub(super) fn forbidden_host() -> Self {
        Self::new(400, "FET-0414", "Forbidden Host", "Host is not a valid external database endpoint")
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "FET-1001", "Entity Not Found", NOT_FOUND)
    }

    pub(super) fn taken() -> Self {
        Self::new(409, "FET-1002", "Conflict", TAKEN)
    }

    pub(super) fn busy(verb: &str) -> Self {
        Self::new(409, "FET-1021", "Job In Progress", format!("cannot {verb} connection with active jobs"))
    }

    /// Of fields, if any is wrong. What is missing hides what is invalid.
    pub(super) fn of_fields(missing: Fields, invalid: Fields, entity: bool) -> Result<(), Self> {
        let (refusal, fields) = match (missing.is_empty(), invalid.is_empty()) {
            (true, true) => return Ok(()),
            (false, _) => (Self::new(400, "FET-0402", "Missing Fields in Request", MISSING), missing),
            (true, false) => (Self::new(400, "FET-0001", "Bad Request", MALFORMED), invalid),
        };
        Err(Self { fields, entity, ..refusal })
    }

    pub(super) fn of_schema(errors: Vec<Value>) -> Self {
        let message = "Schema validation found inconsistencies.";
        Self { errors, ..Self::new(422, "FET-1060", "Schema validation failed", message) }
    }

    /// Whether it is about the manager or what is behind it, not about the request.
    pub(super) fn is_internal(&self) -> bool {
        self.status >= 500
    }

    pub(super) fn shape_a(&self) -> Answer {
        let code = self.code.map_or_else(|| Value::from(self.status), Value::from);
        let mut body = json!({ "code": code, "title": self.title, "message": self.message });
        if !self.fields.is_empty() {
            body["fields"] = json!(self.fields);
        }
        if self.entity {
            body["entityType"] = json!("connection");
        }
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        Answer::new(self.status, "application/json", body.to_string())
    }

    /// `sent` is the request's body: errors of fields show the value that they are about.
    pub(super) fn shape_b(&self, sent: &Value) -> Answer {
        // What went wrong inside is not for clients.
        let detail = if self.status < 500 { self.message.as_str() } else { "An internal error occurred." };
        let of_field = |(field, message): (&&str, &String)| {
            let value = field.split('.').fold(sent, |value, step| &value[step]);
            json!({ "message": message, "location": format!("body.{field}"), "value": value })
        };
        let of_schema = |error: &Value| {
            let mut value = error.clone();
            let kind = value.as_object_mut().and_then(|value| value.remove("type"));
            json!({ "message": kind, "location": "body.mappedFields", "value": value })
        };
        let errors: Vec<Value> = self.fields.iter().map(of_field).chain(self.errors.iter().map(of_schema)).collect();
        let code = self.code.map_or_else(|| self.status.to_string(), str::to_owned);
        let mut body = json!({
            "type": format!("https://errors.lerian.studio/v1/{code}"), "title": reason(self.status),
            "status": self.status, "detail": detail, "code": code,
        });
        if !errors.is_empty() {
            body["errors"] = json!(errors);
        }
        Answer::new(self.status, "application/problem+json", body.to_string())
    }
}

fn reason(status: u16) -> &'static str {
    hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}
