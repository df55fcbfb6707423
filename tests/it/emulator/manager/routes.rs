//! The manager behind its socket: routes, what every answer has, and the checks that come before every handler.

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::http::{Answer, Asked, split_target};
use super::super::server::System;
use super::clock::{Clock, precise};
use super::jobs::Jobs;
use super::login::Login;
use super::refusal::Refusal;
use super::store::Connection;
use super::targets::{Limit, Target};
use super::{connections, jobs, list, login, targets};

/// The version whose behaviour was recorded.
const VERSION: &str = "v2.0.2";

/// All that the manager remembers, and the switches of scripts.
#[derive(Default)]
pub(crate) struct Manager {
    pub(super) url: String,
    pub(super) clock: Clock,
    /// Those that live, in order of creation.
    pub(super) connections: Vec<Connection>,
    pub(super) internal: Vec<Connection>,
    /// Records that come into being when so many requests have been answered.
    pub(super) expected: Vec<(usize, Value)>,
    pub(super) answered: usize,
    pub(super) jobs: Jobs,
    pub(super) limit: Limit,
    pub(super) targets: Vec<Target>,
    pub(super) login: Login,
    /// As in multi-tenant deployments.
    pub(crate) host_guard: bool,
    /// Errors as they are after 2.0.
    pub(crate) problem_json: bool,
    /// The access manager is on.
    pub(crate) requires_token: bool,
    /// As up to 1.2.
    pub(crate) requires_organization: bool,
}

/// A request that has a route.
pub(super) struct Call<'a> {
    pub(super) asked: &'a Asked,
    pub(super) query: Vec<(String, String)>,
    id: String,
}

impl Call<'_> {
    /// Of the path, in any spelling of an id.
    pub(super) fn id(&self) -> Result<Uuid, Refusal> {
        self.id.parse().map_err(|_| Refusal::bad_id())
    }
}

pub(super) type Outcome = Result<Answer, Refusal>;
type Handler = fn(&mut Manager, &Call) -> Outcome;
type Methods = &'static [(&'static str, Handler)];

const COLLECTION: Methods = &[("GET", list::all), ("POST", connections::create)];
const ONE: Methods = &[("GET", connections::get), ("DELETE", connections::delete), ("PATCH", connections::patch)];
/// The names of these could be ids, so what is not theirs goes on to the connection.
const UNASSIGNED: Methods =
    &[("GET", list::unassigned), ("DELETE", connections::delete), ("PATCH", connections::patch)];
const VALIDATE: Methods = &[
    ("GET", connections::get),
    ("POST", targets::validate),
    ("DELETE", connections::delete),
    ("PATCH", connections::patch),
];

/// What a path takes; nothing: there is no such path. A slash at its end makes no difference.
fn methods(path: &str) -> Option<(Methods, &str)> {
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    Some(match segments[..] {
        ["version"] => (&[("GET", version)], ""),
        ["health"] => (&[("GET", |_, _| ok(&json!({ "status": "healthy" })))], ""),
        ["auth", "v1", "login", "oauth", "access_token"] => (&[("POST", login::access_token)], ""),
        ["v1", "fetcher"] => (&[("POST", jobs::create)], ""),
        ["v1", "fetcher", id] => (&[("GET", jobs::get)], id),
        ["v1", "management", "connections"] => (COLLECTION, ""),
        ["v1", "management", "connections", id @ "unassigned"] => (UNASSIGNED, id),
        ["v1", "management", "connections", id @ "validate-schema"] => (VALIDATE, id),
        ["v1", "management", "connections", id] => (ONE, id),
        ["v1", "management", "connections", id, "test"] => (&[("POST", targets::test)], id),
        ["v1", "management", "connections", id, "schema"] => (&[("GET", targets::schema)], id),
        ["v1", "management", "connections", id, "assign"] => (&[("POST", connections::assign)], id),
        _ => return None,
    })
}

impl Manager {
    /// Answers one request. This is the only way in, for sockets and for in-process calls alike; the latter are trusted.
    pub(super) fn dispatch(&mut self, asked: &Asked, trusted: bool) -> Answer {
        if asked.method == "OPTIONS" {
            return preflight();
        }
        let (path, query) = split_target(&asked.target);
        let Some((methods, id)) = methods(&path) else {
            let message = format!("Cannot {} {path}", asked.method);
            return self.refuse(&Refusal::plain(404, "request_failed", message), asked);
        };
        // The answer to HEAD is the answer to GET; the server leaves the body out.
        let wanted = if asked.method == "HEAD" { "GET" } else { &asked.method };
        let Some((_, handler)) = methods.iter().find(|(method, _)| *method == wanted) else {
            let mut answer = self.refuse(&Refusal::plain(405, "request_failed", "Method Not Allowed"), asked);
            answer.headers.push(("allow".into(), allowed(methods)));
            return answer;
        };
        if path.starts_with("/v1/") && !trusted {
            if self.requires_token && !self.login.admits(asked.header("authorization")) {
                return self.unauthorized(asked);
            }
            let organization = asked.header("x-organization-id").and_then(|id| id.trim().parse::<Uuid>().ok());
            if self.requires_organization && organization.is_none() {
                let message = "X-Organization-Id header is required and must be a valid UUID";
                return self.refuse(&Refusal::header(message), asked);
            }
        }
        let call = Call { asked, query, id: id.to_owned() };
        handler(self, &call).unwrap_or_else(|refusal| self.refuse(&refusal, asked))
    }

    fn refuse(&self, refusal: &Refusal, asked: &Asked) -> Answer {
        if self.problem_json {
            refusal.shape_b(&serde_json::from_slice(&asked.body).unwrap_or_default())
        } else {
            refusal.shape_a()
        }
    }

    /// Up to 2.0 the text of the access manager's library.
    fn unauthorized(&self, asked: &Asked) -> Answer {
        if self.problem_json {
            return self.refuse(&Refusal::plain(401, "Unauthorized", "Unauthorized"), asked);
        }
        Answer::new(401, "text/plain; charset=utf-8", "Unauthorized")
    }

    /// Records whose time has come.
    pub(super) fn bring_expected(&mut self) {
        let answered = self.answered;
        for (_, fields) in self.expected.extract_if(.., |(after, _)| *after <= answered) {
            let mut connection = Connection::at(&mut self.clock);
            connection.prepare(&fields);
            self.connections.push(connection);
        }
    }
}

impl System for Manager {
    fn answer(&mut self, asked: &Asked) -> Answer {
        self.bring_expected();
        self.answered += 1;
        let mut answer = self.dispatch(asked, false);
        let sent = asked.header("x-request-id").filter(|id| !id.is_empty()).map(str::to_owned);
        answer.headers.push(("x-request-id".into(), sent.unwrap_or_else(|| Uuid::new_v4().to_string())));
        answer
    }

    fn headers(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

pub(super) fn json_answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, "application/json", body.to_string())
}

pub(super) fn ok(body: &Value) -> Outcome {
    Ok(json_answer(200, body))
}

fn version(manager: &mut Manager, _: &Call) -> Outcome {
    ok(&json!({ "requestDate": precise(manager.clock.stamp()), "version": VERSION }))
}

fn allowed(methods: Methods) -> String {
    let names =
        methods.iter().flat_map(|(method, _)| if *method == "GET" { vec!["GET", "HEAD"] } else { vec![*method] });
    names.collect::<Vec<_>>().join(", ")
}

fn preflight() -> Answer {
    let mut answer = Answer::empty(204);
    let headers = [
        ("vary", "Access-Control-Request-Method, Access-Control-Request-Headers, Origin"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET,POST,HEAD,PUT,DELETE,PATCH"),
    ];
    answer.headers.extend(headers.map(|(name, value)| (name.to_owned(), value.to_owned())));
    answer
}
