//! What is specific to the gateway's HTTP API: which header carries a credential, what its errors mean, where its
//! version is. It is derived from recorded answers of real gateways.

use crate::api::{Credential, ErrorBody, ErrorKind, Json, Refusal};
use crate::schema::{Check, Credentials, Hiding, Hints, Input, Paging, Rights, Roles, System};
use crate::secret::Secret;

pub(super) const SYSTEM: System = System {
    title: "Hoop gateway",
    url: Input { attribute: "api_url", variable: "HOOP_APIURL" },
    credentials: Credentials {
        key: Input { attribute: "api_key", variable: "HOOP_APIKEY" },
        scheme: Some("auth_scheme"),
        header: credential,
        exchange: None,
        demanded: true,
    },
    headers: &[],
    endpoint,
    classify_error,
    check: Check { path: &["userinfo"], query: &[], version_path: &["serverinfo"] },
    version,
    roles: Some(Roles {
        at: "role",
        names: &[("admin", Rights::Admin), ("auditor", Rights::Auditor), ("standard", Rights::Standard)],
        admin: "the group `admin`",
        auditor: "the group `admin` or `auditor`",
    }),
    hints: Hints {
        wrong_address: "`api_url` (HOOP_APIURL) must be the URL of the gateway's API. It usually ends in `/api`, for \
             example `https://hoop.example.com/api`.",
        unauthorized: "The gateway does not accept the key in `api_key` (HOOP_APIKEY). Organization keys (`hpk_…`) and \
             tokens are sent in the header `Authorization`, legacy keys (`xapi-…`) in `Api-Key`; the form of the \
             key decides unless `auth_scheme` is set. Gateways before 1.59 do not support `hpk_…` keys.",
        forbidden: "The key is valid but does not have the rights for this: it needs the group `admin`.",
        no_token: "",
    },
};

/// The gateway answers 404 for a connection that a key may not see, with the same body as for one that does not exist.
pub(super) const ACCESS_CONTROL: Hiding = Hiding {
    from_fewer_than: Rights::Auditor,
    switch: "plugins/access_control",
    when: "the plugin `access_control` is enabled",
    shown: "the connections to which `access_control` or one of their attributes gives one of its groups access",
};

/// The pages of long lists. Without these parameters the gateway returns some lists whole and truncates others.
pub(super) const PAGES: Paging = Paging::Pages { number: "page", size: "page_size", most: 100, total: "pages.total" };

/// The pattern that only this text matches. The gateway compares some names with SQL's LIKE.
pub(super) fn exactly(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

/// The API is below `/api`, which is added to a URL without a path.
fn endpoint(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    if host.contains('/') || host.is_empty() { address.to_owned() } else { format!("{address}/api") }
}

/// Organization keys and tokens are bearer tokens. Everything else is a legacy key, which can have several forms.
fn credential(key: &Secret, scheme: Option<&str>) -> Credential {
    let text = key.expose();
    let is_token = text.starts_with("hpk_") || (text.starts_with("ey") && text.matches('.').count() == 2);
    let bearer = match scheme {
        Some("bearer") => true,
        Some("api_key") => false,
        _ => is_token,
    };
    match bearer {
        true => Credential { header: "authorization", value: Secret::new(format!("Bearer {text}")) },
        false => Credential { header: "api-key", value: key.clone() },
    }
}

/// The gateway answers 500 when its database refuses a request: such an error is permanent.
fn classify_error(status: u16, body: ErrorBody<'_>) -> Refusal {
    let message = match body {
        ErrorBody::Json(json) => json.get("message").and_then(Json::as_str).unwrap_or_default().to_owned(),
        ErrorBody::Text(text) => text.to_owned(),
        ErrorBody::Empty => String::new(),
    };
    let kind = match status {
        500 if message.contains("duplicated key not allowed") => ErrorKind::AlreadyExists,
        // The key has no user who could ask for one.
        500 if message == "failed creating review" => ErrorKind::Rejected,
        400 if message == "plugin already enabled" => ErrorKind::AlreadyExists,
        422 if message == "access request rule with the same name already exists" => ErrorKind::AlreadyExists,
        500 if message.contains("violates foreign key") || message.contains("SQLSTATE 23503") => {
            ErrorKind::UnknownReference
        }
        // Two writes of the same links at once: the same request succeeds later.
        500 if message.contains("SQLSTATE 40P01") => ErrorKind::ServerError,
        // An event subscription names the connection.
        500 if message.contains("SQLSTATE") || message == "failed removing connection" => ErrorKind::Rejected,
        500 if message.ends_with("failed fetching attribute: record not found") => ErrorKind::NotFound,
        // Without the repository nothing was run.
        500 if message.starts_with("failed cloning runbook repository") => ErrorKind::Rejected,
        403 if is_about_license(&message) => ErrorKind::LicenseLimit,
        // Only this message is about the rights of the key; others are about the license or about objects in use.
        403 if matches!(body, ErrorBody::Json(_)) && message != "access denied" => ErrorKind::Rejected,
        status => ErrorKind::of_status(status),
    };
    Refusal::new(kind, message)
}

/// The messages of the limits of the open-source license.
fn is_about_license(message: &str) -> bool {
    ["OSS", "Free plan", "license"].iter().any(|text| message.contains(text))
}

/// The version is in a header of each answer and in the body of `/serverinfo`; a gateway that was built without a
/// version gives `unknown` in both.
fn version(answer: &Json, server: Option<&str>) -> Option<String> {
    let in_body = answer.get("version").and_then(Json::as_str).filter(|version| version.contains('.'));
    in_body.or_else(|| server.and_then(|server| server.strip_prefix("hoopgateway/"))).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_url_without_a_path_gets_the_path_of_the_api() {
        for (given, means) in [
            ("https://h", "https://h/api"),
            ("https://h/", "https://h/api"),
            ("https://h:8009/api/", "https://h:8009/api"),
            ("https://h/prefix/api", "https://h/prefix/api"),
            ("", ""),
        ] {
            assert_eq!(endpoint(given), means);
        }
    }

    #[test]
    fn the_form_of_a_key_decides_its_header() {
        let header = |key: &str, scheme| credential(&Secret::new(key), scheme).header;
        assert_eq!(header("hpk_x", None), "authorization");
        assert_eq!(header("eyJhb.eyJz.sig", None), "authorization");
        assert_eq!(header("xapi-x", None), "api-key");
        assert_eq!(header("org|random", None), "api-key");
        assert_eq!(header("xapi-x", Some("bearer")), "authorization");
        assert_eq!(header("hpk_x", Some("api_key")), "api-key");
    }

    #[test]
    fn an_error_of_the_database_is_permanent() {
        let kind = |status, message: &str| classify_error(status, ErrorBody::Json(&json!({ "message": message }))).kind;
        assert_eq!(kind(500, "invalid input value for enum (SQLSTATE 22P02)"), ErrorKind::Rejected);
        assert_eq!(kind(500, "failed, reason=duplicated key not allowed"), ErrorKind::AlreadyExists);
        assert_eq!(kind(400, "plugin already enabled"), ErrorKind::AlreadyExists);
        assert_eq!(kind(500, "x: violates foreign key constraint"), ErrorKind::UnknownReference);
        assert_eq!(kind(500, "ERROR: insert … (SQLSTATE 23503)"), ErrorKind::UnknownReference);
        assert_eq!(kind(500, "failed removing connection"), ErrorKind::Rejected);
        assert_eq!(kind(500, "failed creating review"), ErrorKind::Rejected);
        assert_eq!(kind(500, "internal"), ErrorKind::ServerError);
        assert_eq!(kind(422, "x"), ErrorKind::Rejected);
        assert_eq!(kind(404, "not found"), ErrorKind::NotFound);
        assert_eq!(kind(403, "access denied"), ErrorKind::Forbidden);
        assert_eq!(kind(403, "operation not allowed for OSS license"), ErrorKind::LicenseLimit);
        assert_eq!(kind(403, "guardrail rules are limited to 1 rule in OSS version"), ErrorKind::LicenseLimit);
        assert_eq!(kind(403, "cannot delete resource with existing connections"), ErrorKind::Rejected);
        assert_eq!(kind(500, "failed fetching attribute: record not found"), ErrorKind::NotFound);
    }

    #[test]
    fn the_version_comes_from_the_body_or_the_header() {
        assert_eq!(version(&json!({"version": "1.2.3"}), None).as_deref(), Some("1.2.3"));
        assert_eq!(version(&json!({"version": "unknown"}), Some("hoopgateway/1.9.0")).as_deref(), Some("1.9.0"));
        assert_eq!(version(&json!({}), None), None);
    }
}
