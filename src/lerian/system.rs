//! What is specific to the manager's HTTP API: how a token is requested, and what its error bodies mean, which have two
//! formats. It is derived from recorded answers and the sources of the server.

use std::time::Duration;

use serde_json::json;

use crate::api::{Credential, ErrorBody, ErrorKind, Json, Refusal, Token};
use crate::schema::{Check, Credentials, Exchange, Hints, Input, System};
use crate::secret::Secret;

pub(super) const SYSTEM: System = System {
    title: "Reporter manager",
    url: Input { attribute: "endpoint", variable: "LERIAN_ENDPOINT" },
    credentials: Credentials {
        key: Input { attribute: "token", variable: "LERIAN_TOKEN" },
        scheme: None,
        header: |key, _| bearer(key),
        exchange: Some(Exchange {
            url: Input { attribute: "auth_url", variable: "LERIAN_AUTH_URL" },
            id: Input { attribute: "client_id", variable: "LERIAN_CLIENT_ID" },
            secret: Input { attribute: "client_secret", variable: "LERIAN_CLIENT_SECRET" },
            path: &["v1", "login", "oauth", "access_token"],
            request: |id, secret| json!({"grantType": "client_credentials", "clientId": id, "clientSecret": secret.expose()}),
            token,
            classify_error: opaque,
        }),
        demanded: false,
    },
    headers: &[(Input { attribute: "organization_id", variable: "LERIAN_ORGANIZATION_ID" }, "x-organization-id")],
    endpoint: |address| address.trim_end_matches('/').to_owned(),
    classify_error,
    check: Check { path: &["v1", "management", "connections"], query: &[("limit", "1")], version_path: &[] },
    version: |_, _| None,
    roles: None,
    hints: Hints {
        wrong_address: "`endpoint` (LERIAN_ENDPOINT) must be the URL of the manager without `/v1`, for example \
             `https://reporter.example.com`.",
        unauthorized: "The manager requires a valid token: set `token` (LERIAN_TOKEN), or set `client_id`, \
             `client_secret` and `auth_url` to request one.",
        forbidden: "The token is valid but does not have the rights for this: the client needs the actions `get`, \
             `post`, `patch` and `delete` on `connections` of the application `fetcher`.",
        no_token: "Access Manager does not accept the client. Check `client_id` (LERIAN_CLIENT_ID), `client_secret` \
             (LERIAN_CLIENT_SECRET) and `auth_url` (LERIAN_AUTH_URL).",
    },
};

fn bearer(key: &Secret) -> Credential {
    Credential { header: "authorization", value: Secret::new(format!("Bearer {}", key.expose())) }
}

fn token(answer: &Json) -> Option<Token> {
    let key = answer.get("accessToken").and_then(Json::as_str).filter(|key| !key.is_empty())?;
    let lifetime = answer.get("expiresIn").and_then(Json::as_u64).map(Duration::from_secs);
    Some(Token { credential: bearer(&Secret::new(key)), lifetime })
}

/// The error of a server without an error format of its own.
fn opaque(status: u16, body: ErrorBody<'_>) -> Refusal {
    let message = match body {
        ErrorBody::Json(json) => text(json).unwrap_or_default().to_owned(),
        ErrorBody::Text(text) => text.to_owned(),
        ErrorBody::Empty => String::new(),
    };
    Refusal::new(ErrorKind::of_status(status), message)
}

/// The message in either format: the older has `message` and a map of fields, the newer is a problem of RFC 9457 with a
/// list of errors.
fn text(body: &Json) -> Option<&str> {
    ["message", "detail", "title", "error_description", "error"]
        .into_iter()
        .find_map(|name| body.get(name).and_then(Json::as_str).filter(|text| !text.is_empty()))
}

fn classify_error(status: u16, body: ErrorBody<'_>) -> Refusal {
    let ErrorBody::Json(body) = body else { return opaque(status, body) };
    let code = code(body);
    let kind = match (status, code.as_str()) {
        (409, "FET-1002") => ErrorKind::AlreadyExists,
        (409, "FET-1021") => ErrorKind::InUse,
        // A connection that is already assigned, and other conflicts.
        (409, _) => ErrorKind::Rejected,
        (404, "FET-1001") => ErrorKind::NotFound,
        (404, "404") => ErrorKind::NoSuchRoute,
        // A missing tenant, for example, which says nothing about the object.
        (404, _) => ErrorKind::Rejected,
        // The database of a connection cannot be reached; the manager itself has not failed.
        (500, "500") => ErrorKind::Rejected,
        (status, _) => ErrorKind::of_status(status),
    };
    let fields = fields(body);
    let mut message = text(body).unwrap_or_default().to_owned();
    if !fields.is_empty() {
        let each: Vec<String> = fields.iter().map(|(name, text)| format!("{name}: {text}")).collect();
        message = format!("{} ({})", message.trim_end_matches('.'), each.join("; "));
    }
    if code.starts_with("FET-") {
        message = format!("{} [{code}]", message.trim_end_matches('.'));
    }
    let retry_after = (status == 429).then(|| seconds(&message)).flatten();
    Refusal { kind, message, field: fields.into_iter().next().map(|(name, _)| name), retry_after }
}

/// A string in most answers, a number in some.
fn code(body: &Json) -> String {
    match body.get("code") {
        Some(Json::String(code)) => code.clone(),
        Some(Json::Number(code)) => code.to_string(),
        _ => String::new(),
    }
}

/// The fields of the request that are wrong, each with its message.
fn fields(body: &Json) -> Vec<(String, String)> {
    if let Some(Json::Object(fields)) = body.get("fields") {
        let field = |(name, text): (&String, &Json)| Some((name.clone(), text.as_str()?.to_owned()));
        return fields.iter().filter_map(field).collect();
    }
    let error = |error: &Json| {
        let place = error.get("location").and_then(Json::as_str)?;
        let text = error.get("message").and_then(Json::as_str).unwrap_or_default();
        Some((place.strip_prefix("body.").unwrap_or(place).to_owned(), text.to_owned()))
    };
    body.get("errors").and_then(Json::as_array).into_iter().flatten().filter_map(error).collect()
}

/// The number in "Try again in 6 seconds."
fn seconds(message: &str) -> Option<Duration> {
    let after = message.split_once(" in ")?.1;
    let (number, unit) = after.split_once(' ')?;
    let seconds: u32 = number.parse().ok().filter(|_| unit.starts_with("second"))?;
    Some(Duration::from_secs(seconds.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &Json) -> Refusal {
        classify_error(status, ErrorBody::Json(body))
    }

    #[test]
    fn a_wait_is_a_number_of_seconds_within_reason() {
        assert_eq!(seconds("Too many tests. Try again in 6 seconds."), Some(Duration::from_secs(6)));
        for text in ["Try again in 18446744073709551615 seconds.", "Try again in a moment.", "Not in 5 minutes.", ""] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_missing_object_is_gone() {
        assert_eq!(read(404, &json!({"code": "FET-1001", "message": "x"})).kind, ErrorKind::NotFound);
        for body in [
            json!({"code": 404, "title": "request_failed", "message": "Cannot GET /v1/x"}),
            json!({"code": "404", "title": "Not Found", "detail": "Cannot GET /v1/x"}),
        ] {
            assert_eq!(read(404, &body).kind, ErrorKind::NoSuchRoute);
        }
        assert_eq!(read(404, &json!({"code": "TENANT_NOT_FOUND", "message": "x"})).kind, ErrorKind::Rejected);
    }

    #[test]
    fn conflicts_are_distinguished_by_their_codes() {
        for (code, kind) in
            [("FET-1002", ErrorKind::AlreadyExists), ("FET-1021", ErrorKind::InUse), ("FET-1015", ErrorKind::Rejected)]
        {
            assert_eq!(read(409, &json!({"code": code, "message": "x"})).kind, kind, "{code}");
            assert_eq!(read(409, &json!({"code": code, "status": 409, "detail": "x"})).kind, kind, "{code}");
        }
    }

    #[test]
    fn both_formats_name_the_field() {
        let older = json!({"code": "FET-0001", "message": "invalid values.", "fields": {"host": "is no host"}});
        let newer = json!({"code": "FET-0001", "status": 400, "detail": "invalid values",
            "errors": [{"message": "is no host", "location": "body.host", "value": "x"}]});
        for body in [older, newer] {
            let refusal = read(400, &body);
            assert_eq!(refusal.field.as_deref(), Some("host"));
            assert_eq!(refusal.message, "invalid values (host: is no host) [FET-0001]");
        }
    }

    #[test]
    fn a_limit_says_how_long_to_wait() {
        let limited =
            json!({"code": 429, "title": "Rate Limit Exceeded", "message": "Limit reached. Try again in 6 seconds."});
        let refusal = read(429, &limited);
        assert_eq!((refusal.kind, refusal.retry_after), (ErrorKind::Busy, Some(Duration::from_secs(6))));
        assert_eq!(seconds("Try again later"), None);
    }

    #[test]
    fn a_database_that_cannot_be_reached_is_not_a_failure_of_the_manager() {
        assert_eq!(read(500, &json!({"code": 500, "message": "x"})).kind, ErrorKind::Rejected);
        assert_eq!(read(500, &json!({"code": "500", "detail": "x"})).kind, ErrorKind::Rejected);
        assert_eq!(read(500, &json!({"code": "FET-0002", "message": "x"})).kind, ErrorKind::ServerError);
    }

    #[test]
    fn a_token_is_read_with_its_life() {
        let read = token(&json!({"accessToken": "t", "tokenType": "Bearer", "expiresIn": 3600})).expect("a token");
        assert_eq!((read.credential.value.expose(), read.lifetime), ("Bearer t", Some(Duration::from_secs(3600))));
        assert!(token(&json!({"accessToken": ""})).is_none() && token(&json!({"challenge": "mfa"})).is_none());
    }
}
