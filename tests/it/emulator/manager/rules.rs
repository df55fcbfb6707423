//! What the manager demands of values: hosts, names, TLS modes, whole objects (manager facts §3 and §5). Rules only; when
//! they are asked is said where requests are answered.

use std::net::IpAddr;

use super::refusal::{Fields, Refusal};
use super::store::Connection;

/// Each database with its TLS modes.
const TYPES: [(&str, &[&str]); 5] = [
    ("ORACLE", &["disable", "false", "true", "enable", "verify", "skip-verify"]),
    ("SQL_SERVER", &["disable", "false", "true", "strict"]),
    ("POSTGRESQL", &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
    ("MONGODB", &["disable", "false", "true", "enable", "insecure"]),
    ("MYSQL", &["false", "true", "skip-verify", "preferred"]),
];

pub(super) fn is_type(text: &str) -> bool {
    TYPES.iter().any(|(name, _)| *name == text)
}

pub(super) fn type_names() -> String {
    TYPES.map(|(name, _)| name).join(" ")
}

/// An address without brackets, or a host name as they were before 1989: it begins with a letter.
pub(super) fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.parse::<IpAddr>().is_ok()
        || (text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.split('.').all(is_label))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// The product that a header names, in lower case.
pub(super) fn product(header: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(raw) = header.filter(|raw| !raw.is_empty()) else { return Ok(None) };
    match raw.trim() {
        "" => Err(Refusal::header("X-Product-Name header must not be empty or whitespace-only")),
        name if name.len() > 100 => Err(Refusal::header("X-Product-Name must not exceed 100 characters")),
        name if !is_name(name) => {
            Err(Refusal::header("X-Product-Name can only contain alphanumeric characters, underscores, and hyphens"))
        }
        name => Ok(Some(name.to_lowercase())),
    }
}

pub(super) fn required_product(header: Option<&str>) -> Result<String, Refusal> {
    let blank = || Refusal::header("X-Product-Name header is required and must not be empty");
    product(header.map(str::trim))?.ok_or_else(blank)
}

/// The rules of a whole object, which have names of their own for its fields. It is trimmed already.
pub(super) fn check(connection: &Connection) -> Result<(), Refusal> {
    let (mut missing, mut invalid) = (Fields::new(), Fields::new());
    let mut miss = |field, message: &str, is_missing: bool| {
        if is_missing {
            missing.insert(field, message.to_owned());
        }
    };
    let name = connection.config_name.as_str();
    miss("product_name", "product name is required", connection.product.is_none());
    // A name of wrong characters is reported as a missing one.
    miss(
        "config_name",
        "config name can only contain alphanumeric characters, underscores, and hyphens",
        !is_name(name),
    );
    miss("config_name", "config name is required", name.is_empty());
    miss("database_name", "database name is required", connection.database.is_empty());
    miss("username", "username is required", connection.user.is_empty());
    if let Some(ssl) = &connection.ssl {
        miss("ssl.mode", "SSL mode is required", ssl.mode.is_empty());
        miss("ssl.ca", "SSL CA is required", ssl.ca.is_empty());
        let modes = TYPES.iter().find(|(name, _)| *name == connection.kind).map_or(&[][..], |(_, modes)| *modes);
        if !modes.contains(&ssl.mode.as_str()) {
            invalid.insert(
                "ssl.mode",
                format!(
                    "FET-0413 - Invalid SSL mode. The provided SSL mode '{}' is not supported. Please use a valid SSL \
                     mode for this database type.",
                    ssl.mode
                ),
            );
        }
    }
    if !(3..=100).contains(&name.len()) {
        invalid.insert("config_name", "config name must be between 3 and 100 characters".into());
    }
    Refusal::of_fields(missing, invalid, true)
}
