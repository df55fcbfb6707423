//! Handlers of `/connections/{}/credentials` and of the login. A user or key has one active credential for a connection:
//! each request for it returns the same secret and sets its end anew, and a revoked one is never returned again.

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::auth::{ADMINISTRATOR, Caller, Role};
use super::go_json::{Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::store::{Connection, new_id, secret_text};

const WANTED: Shape =
    Shape { name: "ConnectionCredentialsRequest", fields: &[field("access_duration_seconds", Go::Whole)] };
const LOGIN: Shape =
    Shape { name: "LocalUserRequest", fields: &[required("email", Go::Text), required("password", Go::Text)] };

/// In seconds.
const LONGEST: i64 = 48 * 60 * 60;

#[derive(Clone, Debug)]
pub(super) struct Credential {
    id: String,
    owner: String,
    connection: String,
    secret: String,
    session_id: String,
    created_at: String,
    /// None: it has no end.
    expire_at: Option<OffsetDateTime>,
    revoked: bool,
}

impl Credential {
    fn is_active(&self) -> bool {
        !self.revoked && self.expire_at.is_none_or(|end| OffsetDateTime::now_utc() < end)
    }
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = WANTED.read(&request.body)?;
    let row = find(gateway, request)?;
    let seconds = body.whole("access_duration_seconds").unwrap_or_default();
    kind(&row.subtype).ok_or_else(|| refuse(400, "connection subtype is not supported for this connection"))?;
    let [_, _, connect, _] = &row.access;
    if connect != "enabled" {
        return Err(refuse(400, "access mode connect is not enabled for this connection"));
    }
    let reviewed = needs_review(gateway, &row);
    if reviewed && seconds <= 0 {
        return Err(refuse(400, "access_duration_seconds is required for review-required connections"));
    }
    if seconds > LONGEST {
        return Err(refuse(400, "access duration cannot exceed 48 hours"));
    }
    let expire_at = (seconds > 0).then(|| OffsetDateTime::now_utc() + Duration::seconds(seconds));
    if reviewed {
        return review(&request.caller, &row, expire_at);
    }
    let (owner, now) = (request.caller.id.clone(), gateway.store.now());
    let credentials = &mut gateway.store.credentials;
    let active =
        credentials.iter().position(|known| !known.revoked && known.owner == owner && known.connection == row.name);
    let index = active.unwrap_or_else(|| {
        credentials.push(Credential {
            id: new_id(),
            owner,
            connection: row.name.clone(),
            secret: secret_text(prefix(&row.subtype)),
            session_id: String::new(),
            created_at: now,
            expire_at: None,
            revoked: false,
        });
        credentials.len() - 1
    });
    credentials[index].session_id = new_id();
    credentials[index].expire_at = expire_at;
    created(&shown(gateway, index, &row))
}

/// The review of a key fails, since it has no user.
fn review(caller: &Caller, row: &Connection, expire_at: Option<OffsetDateTime>) -> Outcome {
    if !caller.is_user {
        return Err(refuse(500, "failed creating review"));
    }
    Ok(Answer::json(
        202,
        &json!({
            "id": "", "connection_name": row.name, "connection_type": row.kind, "connection_subtype": row.subtype,
            "session_id": new_id(), "has_review": true, "review_id": new_id(), "expire_at": stamp(expire_at),
            "created_at": stamp(Some(OffsetDateTime::now_utc())),
        }),
    ))
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let row = find(gateway, request)?;
    let own =
        |known: &Credential| known.is_active() && known.owner == request.caller.id && known.connection == row.name;
    let index = gateway.store.credentials.iter().position(own);
    let index = index.ok_or_else(|| refuse(404, "no active credentials found for this connection"))?;
    ok(&shown(gateway, index, &row))
}

/// Those of the caller, without secrets, the newest first.
pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let own = |known: &&Credential| known.is_active() && known.owner == request.caller.id;
    let item = |known: &Credential| {
        let row = gateway.store.connections.get(&known.connection)?;
        Some(json!({
            "id": known.id, "connection_id": row.id, "connection_name": row.name, "connection_type": row.kind,
            "connection_subtype": row.subtype, "session_id": known.session_id, "expire_at": stamp(known.expire_at),
            "created_at": known.created_at,
        }))
    };
    let items: Vec<Value> = gateway.store.credentials.iter().rev().filter(own).filter_map(item).collect();
    ok(&json!({ "items": items }))
}

/// One that is revoked already is revoked again.
pub(super) fn revoke(gateway: &mut Gateway, request: &Request) -> Outcome {
    let row = find(gateway, request)?;
    let id = request.param(1);
    let known = gateway.store.credentials.iter_mut().find(|known| known.id == id);
    let known = known.ok_or_else(|| refuse(404, format!("credential {id} not found")))?;
    if known.connection != row.name {
        return Err(refuse(404, format!("credential {id} does not belong to connection {}", request.param(0))));
    }
    if known.owner != request.caller.id && request.caller.role != Role::Admin {
        return Err(refuse(403, "only the credential owner or admin can perform this action"));
    }
    known.revoked = true;
    deleted()
}

/// The token is in a header of the answer. That of somebody else than the administrator is accepted nowhere.
pub(super) fn login(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = LOGIN.read(&request.body)?;
    let email = body.text("email");
    if !gateway.store.users.contains_key(&email) {
        return Err(refuse(404, "user not found"));
    }
    if gateway.keys.passwords.get(&email) != Some(&body.text("password")) {
        return Err(refuse(401, "invalid credentials"));
    }
    let token = if email == ADMINISTRATOR { gateway.keys.token.clone() } else { secret_text("eyJ.e.") };
    let mut answer = Answer::json(200, &json!({ "status": "ok" }));
    answer.headers.push(("token".into(), token));
    Ok(answer)
}

fn find(gateway: &Gateway, request: &Request) -> Result<Connection, Answer> {
    let name = request.param(0);
    let row = gateway.store.find_connection(name).cloned();
    row.ok_or_else(|| refuse(404, format!("connection {name} not found")))
}

/// Rules for access by time, and reviewers of the connection itself.
fn needs_review(gateway: &Gateway, row: &Connection) -> bool {
    let names =
        |rule: &Value| rule["connection_names"].as_array().is_some_and(|names| names.contains(&json!(row.name)));
    let by_time = |rule: &Value| ["jit", "jit_command"].contains(&rule["access_type"].as_str().unwrap_or_default());
    let reviewers = gateway.store.plugin_config("review", &row.id);
    gateway.store.access_rules.values().any(|rule| names(rule) && by_time(rule))
        || reviewers.is_some_and(|groups| !groups.is_empty())
}

/// What a subtype is served as, and the setting of the listener; the API itself serves `aws-ssm`.
fn kind(subtype: &str) -> Option<(&'static str, &'static str)> {
    Some(match subtype {
        "postgres" => ("postgres", "postgres_server_config"),
        "ssh" | "git" | "github" => ("ssh", "ssh_server_config"),
        "rdp" => ("rdp", "rdp_server_config"),
        "aws-ssm" => ("aws-ssm", ""),
        "httpproxy" | "grafana" | "kibana" | "kubernetes-token" => ("httpproxy", "http_proxy_server_config"),
        "kubernetes" | "kubernetes-eks" => ("kubernetes", "http_proxy_server_config"),
        _ => return None,
    })
}

pub(super) fn prefix(subtype: &str) -> &'static str {
    match kind(subtype) {
        Some(("postgres", _)) => "pg-",
        Some(("kubernetes", _)) => "k8s-",
        Some(("httpproxy", _)) => "httpproxy-",
        Some(("ssh", _)) => "ssh-",
        Some(("rdp", _)) => "rdp-",
        _ => "aws-ssm-",
    }
}

/// The end in the time zone of the gateway.
fn stamp(time: Option<OffsetDateTime>) -> Option<String> {
    time.map(|time| time.format(&Rfc3339).expect("a year of four digits"))
}

fn shown(gateway: &Gateway, index: usize, row: &Connection) -> Value {
    let known = &gateway.store.credentials[index];
    let (kind, _) = kind(&row.subtype).unwrap_or_default();
    let is_proxy = ["httpproxy", "kubernetes"].contains(&kind);
    json!({
        "id": known.id, "connection_name": row.name, "connection_subtype": if is_proxy { kind } else { &row.subtype },
        "connection_type": if is_proxy { kind } else { &row.kind }, "session_id": known.session_id,
        "has_review": false, "expire_at": stamp(known.expire_at), "created_at": known.created_at,
        "connection_credentials": access(gateway, &known.secret, row),
    })
}

/// How a client connects. Host and port are empty while the listener is off.
pub(super) fn access(gateway: &Gateway, secret: &str, row: &Connection) -> Value {
    let (kind, listener) = kind(&row.subtype).unwrap_or_default();
    let (host, port) = gateway.store.server.listener(listener);
    match kind {
        "postgres" => json!({
            "hostname": host, "port": port, "username": secret, "password": "hoop", "database_name": "postgres",
            "connection_string": format!("postgres://{secret}:hoop@{host}:{port}/postgres?sslmode=disable"),
        }),
        "ssh" => json!({
            "hostname": host, "port": port, "username": "hoop", "password": secret,
            "command": format!("sshpass -p 'hoop' ssh {secret}@{host} -p {port}"),
        }),
        "rdp" => json!({
            "hostname": host, "port": port, "username": secret, "password": secret,
            "command": format!("xfreerdp /v:{host}:{port} /u:{secret} /p:{secret}"),
        }),
        "aws-ssm" => json!({
            "endpoint_url": format!("{}/ssm/", gateway.api_url.trim_end_matches("/api")),
            "aws_access_key_id": secret, "aws_secret_access_key": secret, "connection_string": secret,
        }),
        _ => {
            let host = if host == "0.0.0.0" { "localhost" } else { host };
            let url = format!("http://{host}:{port}/");
            json!({
                "hostname": host, "port": port, "proxy_token": secret,
                "command": format!(
                    "{{\n\t\t\t\t\"curl\": \"curl -H 'Authorization: {secret}' {url}\",\n\t\t\t\t\"browser\": \
                     \"{url}{secret}\",\n\t\t\t\t\"subdomain\": \"http://{}.{host}:{port}/{secret}\"\n\t\t\t}}",
                    row.name,
                ),
            })
        }
    }
}
