//! The table of routes and the order of the checks that every one shares (facts §1): route, credential, role. What a
//! route does is its handler's business.

use std::time::Duration;

use serde_json::json;

use super::auth::{Access, Credentials, Keys, allowed};
use super::delays::Delays;
use super::http::{Answer, Asked, Outcome, Request, ok, refuse, split_target};
use super::server::{Acting, System};
use super::store::Store;
use super::{
    access_rules, agents, analyzer, api_keys, attributes, audit, catalogs, connections, credentials, events,
    federation, guardrails, jira, machines, masking, mcp, plugins, race, resources, rulepacks, rules, runbooks, runs,
    server_config, server_info, service_accounts, settings, spiffe, stubs, users,
};

/// Versions up to this one are "old" (facts §10).
const LAST_OLD_VERSION: (u32, u32) = (1, 49);

/// Routes, by one of their segments, that old gateways do not have.
const NOT_IN_OLD: &[&str] = &[
    "access-requests",
    "ai",
    "audit",
    "rulepacks",
    "attributes",
    "api-keys",
    "ai-agents",
    "machineidentities",
    "spiffe-mappings",
    "federation",
    "event-routing",
    "mcp",
    "mcp-catalog",
    "feature-flags",
    "mcp-auth",
    "analytics-mode",
    "hide-role-info",
    "protection-profile",
];

#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    pub(super) store: Store,
    pub(super) keys: Keys,
    pub(super) audit: audit::Log,
    pub(super) version: String,
    pub(super) masked_secrets: bool,
    /// Whether a masking provider is configured.
    pub(super) masking: bool,
    /// How long a request takes at most, if requests overlap.
    pub(super) racing: Option<Duration>,
    pub(super) delays: Option<Delays>,
    pub(super) api_url: String,
}

impl Gateway {
    pub(super) fn is_old(&self) -> bool {
        self.release() <= LAST_OLD_VERSION
    }

    /// The first two numbers of the version.
    pub(super) fn release(&self) -> (u32, u32) {
        let mut parts = self.version.split('.').map(|part| part.parse::<u32>().unwrap_or(u32::MAX));
        let mut next = || parts.next().unwrap_or(u32::MAX);
        (next(), next())
    }
}

impl System for Gateway {
    fn answer(&mut self, asked: &Asked) -> Answer {
        dispatch(self, &asked.method, &asked.target, &Credentials::of(asked), asked.body.clone())
    }

    fn arrive(&mut self, asked: &Asked, ticket: u64) -> (Duration, Acting<Self>) {
        let Some(longest) = self.racing else {
            let pause = self.delays.as_mut().map_or(Duration::ZERO, |delays| delays.pause(&self.store, asked));
            return (pause, Box::new(Self::answer));
        };
        let seen = race::look(self, asked);
        (race::pause(longest, ticket), Box::new(move |gateway, asked| race::act(gateway, seen, asked)))
    }

    /// Facts §1: the version is in a header of every answer. The date is of the clock that stamps what is stored.
    fn headers(&self) -> Vec<(String, String)> {
        let date = httpdate::fmt_http_date(self.store.shown_clock().into());
        vec![("server".to_owned(), format!("hoopgateway/{}", self.version)), ("date".to_owned(), date)]
    }
}

pub(super) type Handler = fn(&mut Gateway, &Request) -> Outcome;
pub(super) type Route = (&'static str, &'static str, Access, Handler);

pub(super) const ROUTES: &[Route] = &[
    ("GET", "healthz", Access::Open, server_info::healthz),
    ("GET", "publicserverinfo", Access::Open, server_info::public),
    ("GET", "serverinfo", Access::Reader, server_info::serverinfo),
    ("GET", "userinfo", Access::Reader, server_info::userinfo),
    ("GET", "api-keys", Access::Admin, |gateway, _| api_keys::list(gateway, false)),
    ("POST", "api-keys", Access::Admin, |gateway, request| api_keys::create(gateway, request, false)),
    ("GET", "api-keys/{}", Access::Admin, |gateway, request| api_keys::get(gateway, request, false)),
    ("PUT", "api-keys/{}", Access::Admin, |gateway, request| api_keys::put(gateway, request, false)),
    ("DELETE", "api-keys/{}", Access::Admin, |gateway, request| api_keys::revoke(gateway, request, false)),
    ("POST", "api-keys/{}/reactivate", Access::Admin, |gateway, request| api_keys::reactivate(gateway, request, false)),
    ("GET", "ai-agents", Access::Admin, |gateway, _| api_keys::list(gateway, true)),
    ("POST", "ai-agents", Access::Admin, |gateway, request| api_keys::create(gateway, request, true)),
    ("GET", "ai-agents/{}", Access::Admin, |gateway, request| api_keys::get(gateway, request, true)),
    ("PUT", "ai-agents/{}", Access::Admin, |gateway, request| api_keys::put(gateway, request, true)),
    ("DELETE", "ai-agents/{}", Access::Admin, |gateway, request| api_keys::revoke(gateway, request, true)),
    ("POST", "ai-agents/{}/reactivate", Access::Admin, |gateway, request| api_keys::reactivate(gateway, request, true)),
    ("GET", "orgs/keys", Access::Auditor, server_info::org_key),
    ("POST", "orgs/keys", Access::Admin, server_info::create_org_key),
    ("DELETE", "orgs/keys", Access::Admin, server_info::delete_org_key),
    ("GET", "orgs/analytics-mode", Access::Admin, settings::analytics_mode),
    ("PUT", "orgs/analytics-mode", Access::Admin, settings::put_analytics_mode),
    ("GET", "orgs/hide-role-info", Access::Admin, settings::hide_role_info),
    ("PUT", "orgs/hide-role-info", Access::Admin, settings::put_hide_role_info),
    ("GET", "orgs/protection-profile", Access::Admin, settings::protection_profile),
    ("PUT", "orgs/protection-profile", Access::Admin, settings::put_protection_profile),
    ("PUT", "orgs/license", Access::Admin, settings::put_license),
    ("GET", "feature-flags", Access::Reader, settings::list_flags),
    ("PUT", "feature-flags/{}", Access::Admin, settings::put_flag),
    ("GET", "serverconfig/misc", Access::Auditor, server_config::misc),
    ("PUT", "serverconfig/misc", Access::Admin, server_config::put_misc),
    ("GET", "serverconfig/auth", Access::Auditor, server_config::auth),
    ("PUT", "serverconfig/auth", Access::Admin, server_config::put_auth),
    ("POST", "serverconfig/auth/apikey", Access::Admin, server_config::generate_key),
    ("GET", "serverconfig/mcp-auth", Access::Auditor, server_config::mcp_auth),
    ("PUT", "serverconfig/mcp-auth", Access::Admin, server_config::put_mcp_auth),
    ("GET", "connections", Access::Reader, connections::list),
    ("POST", "connections", Access::Admin, connections::create),
    ("GET", "connections/{}", Access::Reader, connections::get),
    ("PUT", "connections/{}", Access::Admin, connections::put),
    ("PATCH", "connections/{}", Access::Admin, connections::patch),
    ("DELETE", "connections/{}", Access::Admin, connections::delete),
    ("PUT", "connections/{}/datamasking-rules", Access::Admin, masking::put_of_connection),
    ("GET", "connections/{}/federation", Access::Admin, federation::get),
    ("PUT", "connections/{}/federation", Access::Admin, federation::put),
    ("DELETE", "connections/{}/federation", Access::Admin, federation::delete),
    ("GET", "connections/{}/ai-session-analyzer-rule", Access::Reader, analyzer::of_connection),
    ("GET", "connections/{}/federation/oauth", Access::Reader, stubs::federation_oauth),
    ("GET", "connections/{}/test", Access::Reader, runs::test),
    ("GET", "connections/{}/credentials", Access::Member, credentials::get),
    ("POST", "connections/{}/credentials", Access::Member, credentials::create),
    ("POST", "connections/{}/credentials/{}", Access::Member, |_, _| Err(refuse(400, "EOF"))),
    ("POST", "connections/{}/credentials/{}/revoke", Access::Member, credentials::revoke),
    ("GET", "connections/{}/{}", Access::Reader, stubs::sub_resource),
    ("GET", "connection-credentials", Access::Member, credentials::list),
    ("POST", "localauth/login", Access::Open, credentials::login),
    ("GET", "search", Access::Reader, |_, _| Err(refuse(400, "term parameter is required"))),
    ("GET", "connection-tags", Access::Reader, attributes::list_tags),
    ("GET", "attributes", Access::Reader, attributes::list),
    ("POST", "attributes", Access::Admin, attributes::create),
    ("GET", "attributes/{}", Access::Auditor, attributes::get),
    ("PUT", "attributes/{}", Access::Admin, attributes::put),
    ("DELETE", "attributes/{}", Access::Admin, attributes::delete),
    ("GET", "guardrails", Access::Auditor, guardrails::list),
    ("POST", "guardrails", Access::Admin, guardrails::create),
    ("GET", "guardrails/{}", Access::Auditor, guardrails::get),
    ("PUT", "guardrails/{}", Access::Admin, guardrails::put),
    ("DELETE", "guardrails/{}", Access::Admin, guardrails::delete),
    ("GET", "access-requests/rules", Access::Auditor, access_rules::list),
    ("POST", "access-requests/rules", Access::Admin, access_rules::create),
    ("GET", "access-requests/rules/{}", Access::Auditor, access_rules::get),
    ("PUT", "access-requests/rules/{}", Access::Admin, access_rules::put),
    ("DELETE", "access-requests/rules/{}", Access::Admin, access_rules::delete),
    ("GET", "ai/session-analyzer/rules", Access::Auditor, analyzer::list),
    ("POST", "ai/session-analyzer/rules", Access::Admin, analyzer::create),
    ("GET", "ai/session-analyzer/rules/{}", Access::Auditor, analyzer::get),
    ("PUT", "ai/session-analyzer/rules/{}", Access::Admin, analyzer::put),
    ("DELETE", "ai/session-analyzer/rules/{}", Access::Admin, analyzer::delete),
    ("GET", "ai/session-analyzer/providers", Access::Auditor, analyzer::get_provider),
    ("POST", "ai/session-analyzer/providers", Access::Admin, analyzer::post_provider),
    ("DELETE", "ai/session-analyzer/providers", Access::Admin, analyzer::delete_provider),
    ("GET", "ai/session-analyzer/system-prompt", Access::Auditor, analyzer::prompt),
    ("GET", "rulepacks", Access::Admin, rulepacks::list),
    ("POST", "rulepacks", Access::Admin, rulepacks::create),
    ("GET", "rulepacks/{}", Access::Admin, rulepacks::get),
    ("GET", "agents", Access::Reader, agents::list),
    ("POST", "agents", Access::Admin, agents::create),
    ("GET", "agents/{}", Access::Reader, agents::get),
    ("DELETE", "agents/{}", Access::Admin, agents::delete),
    ("GET", "audit/logs", Access::Auditor, audit::list),
    ("POST", "mcp", Access::Reader, mcp::call),
    ("GET", "plugins", Access::Reader, plugins::list),
    ("POST", "plugins", Access::Admin, plugins::create),
    ("GET", "plugins/{}", Access::Reader, plugins::get),
    ("PUT", "plugins/{}", Access::Admin, plugins::put),
    ("PUT", "plugins/{}/config", Access::Admin, plugins::put_config),
    ("GET", "plugins/{}/conn/{}", Access::Auditor, plugins::get_row),
    ("PUT", "plugins/{}/conn/{}", Access::Admin, plugins::put_row),
    ("DELETE", "plugins/{}/conn/{}", Access::Admin, plugins::delete_row),
    ("GET", "users", Access::Reader, users::list),
    ("POST", "users", Access::Admin, users::create),
    ("GET", "users/groups", Access::Reader, users::list_groups),
    ("POST", "users/groups", Access::Admin, users::create_group),
    ("DELETE", "users/groups/{}", Access::Admin, users::delete_group),
    ("GET", "serviceaccounts", Access::Reader, service_accounts::list),
    ("POST", "serviceaccounts", Access::Admin, service_accounts::create),
    ("PUT", "serviceaccounts/{}", Access::Admin, service_accounts::put),
    ("GET", "machineidentities", Access::Reader, machines::list),
    ("POST", "machineidentities", Access::Admin, machines::create),
    ("GET", "machineidentities/{}", Access::Reader, machines::get),
    ("PUT", "machineidentities/{}", Access::Admin, machines::put),
    ("DELETE", "machineidentities/{}", Access::Admin, machines::delete),
    ("GET", "machineidentities/{}/credentials", Access::Admin, machines::credentials),
    ("POST", "machineidentities/{}/credentials/{}/rotate", Access::Admin, machines::rotate),
    ("GET", "spiffe-mappings", Access::Reader, spiffe::list),
    ("POST", "spiffe-mappings", Access::Admin, spiffe::create),
    ("PUT", "spiffe-mappings/{}", Access::Admin, spiffe::put),
    ("DELETE", "spiffe-mappings/{}", Access::Admin, spiffe::delete),
    ("GET", "users/{}", Access::Reader, users::get),
    ("PUT", "users/{}", Access::Admin, users::put),
    ("DELETE", "users/{}", Access::Admin, users::delete),
    ("GET", "runbooks/configurations", Access::Auditor, runbooks::configuration),
    ("PUT", "runbooks/configurations", Access::Admin, runbooks::put_configuration),
    ("POST", "runbooks/configurations", Access::Admin, runbooks::create_entry),
    ("PUT", "runbooks/configurations/{}", Access::Admin, runbooks::put_entry),
    ("DELETE", "runbooks/configurations/{}", Access::Admin, runbooks::delete_entry),
    ("POST", "runbooks/exec", Access::Reader, runs::exec),
    ("GET", "sessions", Access::Reader, runs::sessions),
    ("GET", "sessions/{}", Access::Reader, runs::session),
    ("GET", "runbooks/rules", Access::Reader, runbooks::list_rules),
    ("POST", "runbooks/rules", Access::Admin, runbooks::create_rule),
    ("GET", "runbooks/rules/{}", Access::Reader, runbooks::get_rule),
    ("PUT", "runbooks/rules/{}", Access::Admin, runbooks::put_rule),
    ("DELETE", "runbooks/rules/{}", Access::Admin, runbooks::delete_rule),
    ("GET", "integrations/jira", Access::Reader, jira::get),
    ("POST", "integrations/jira", Access::Admin, jira::create),
    ("PUT", "integrations/jira", Access::Admin, jira::put),
    ("GET", "integrations/jira/issuetemplates", Access::Reader, jira::list_templates),
    ("POST", "integrations/jira/issuetemplates", Access::Admin, jira::create_template),
    ("GET", "integrations/jira/issuetemplates/{}", Access::Reader, jira::get_template),
    ("PUT", "integrations/jira/issuetemplates/{}", Access::Admin, jira::put_template),
    ("DELETE", "integrations/jira/issuetemplates/{}", Access::Admin, jira::delete_template),
    ("GET", "event-routing/catalog", Access::Reader, events::catalog),
    ("GET", "event-routing/catalog/{}", Access::Reader, events::catalog_entry),
    ("GET", "event-routing/subscriptions", Access::Reader, events::list),
    ("POST", "event-routing/subscriptions", Access::Admin, events::create),
    ("GET", "event-routing/subscriptions/{}", Access::Reader, events::get),
    ("PUT", "event-routing/subscriptions/{}", Access::Admin, events::put),
    ("DELETE", "event-routing/subscriptions/{}", Access::Admin, events::delete),
    ("POST", "event-routing/subscriptions/{}/pause", Access::Admin, events::pause),
    ("POST", "event-routing/subscriptions/{}/resume", Access::Admin, events::resume),
    ("GET", "event-routing/subscriptions/{}/dispatches", Access::Reader, events::dispatches),
    ("GET", "event-routing/dispatches/{}", Access::Reader, events::dispatch),
    ("POST", "event-routing/dispatches/{}/replay", Access::Admin, events::replay),
    ("GET", "mcp-catalog", Access::Reader, catalogs::mcp_servers),
    ("GET", "datamasking-rules", Access::Auditor, masking::list),
    ("POST", "datamasking-rules", Access::Admin, masking::create),
    ("GET", "datamasking-rules/{}", Access::Auditor, masking::get),
    ("PUT", "datamasking-rules/{}", Access::Admin, masking::put),
    ("DELETE", "datamasking-rules/{}", Access::Admin, masking::delete),
    ("GET", "resources", Access::Reader, resources::list),
    ("POST", "resources", Access::Admin, resources::create),
    ("GET", "resources/{}", Access::Reader, resources::get),
    ("PUT", "resources/{}", Access::Admin, resources::put),
    ("DELETE", "resources/{}", Access::Admin, resources::delete),
];

/// Answers one request. This is the only way in, for sockets and for in-process calls alike.
pub(super) fn dispatch(
    gateway: &mut Gateway,
    method: &str,
    target: &str,
    credentials: &Credentials,
    body: Vec<u8>,
) -> Answer {
    if method == "OPTIONS" {
        return Answer::empty(204);
    }
    // The answer to HEAD is the answer to GET; the server leaves the body out.
    let method = if method == "HEAD" { "GET" } else { method };
    let (path, query) = split_target(target);
    let Some(inner) = path.strip_prefix("/api/") else { return Answer::no_route() };
    if let Some(shorter) = inner.strip_suffix('/') {
        let known = find(gateway, method, shorter).is_some();
        return if known { Answer::moved(&format!("/api/{shorter}")) } else { Answer::no_route() };
    }
    let Some(((_, pattern, access, handler), params)) = find(gateway, method, inner) else { return Answer::no_route() };
    let caller = match gateway.keys.authenticate(credentials, !gateway.is_old()) {
        Ok(caller) => caller,
        Err(_) if *access == Access::Open => super::auth::legacy_caller(),
        Err(refusal) => return refusal,
    };
    if !allowed(*access, caller.role) {
        return refuse(403, "access denied");
    }
    let masked = gateway.masked_secrets || (caller.is_user && gateway.store.settings.hide_role_info);
    let request = Request { caller, masked, params, query, body };
    let act = |gateway: &mut Gateway| handler(gateway, &request).unwrap_or_else(|refusal| refusal);
    let answer = if request.has_nul() { without_nul(gateway, &request, act) } else { act(gateway) };
    audit::record(gateway, method, pattern, &path, &request, &answer);
    answer
}

/// The database refuses a NUL where it would be stored or looked for, and nothing is kept of such a request. What is
/// ignored, or refused before, never gets there.
fn without_nul(gateway: &mut Gateway, request: &Request, act: impl Fn(&mut Gateway) -> Answer) -> Answer {
    let before = gateway.clone();
    let answer = act(gateway);
    let looked_for = match answer.status {
        ..400 => request.asks_for_nul(),
        404 => request.params.iter().any(|text| text.contains('\0')),
        _ => false,
    };
    // A backslash that was stored is two here.
    let stored = || format!("{gateway:?}").replace(r"\\", "").contains(r"\0");
    if looked_for || stored() {
        *gateway = before;
        return refuse(500, rules::NUL);
    }
    answer
}

pub(super) fn find(gateway: &Gateway, method: &str, path: &str) -> Option<(&'static Route, Vec<String>)> {
    let known = |(_, pattern, ..): &&Route| {
        !(gateway.is_old() && pattern.split('/').any(|segment| NOT_IN_OLD.contains(&segment)))
    };
    let mut routes = ROUTES.iter().filter(known);
    routes.find_map(|route| Some((route, params(route.1, path)?)).filter(|_| route.0 == method))
}

/// The segments of the path that stand for `{}`, if the path is one of the pattern's. A segment is never empty.
pub(super) fn params(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (mut wanted, mut found, mut params) = (pattern.split('/'), path.split('/'), Vec::new());
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(params),
            (Some("{}"), Some(segment)) if !segment.is_empty() => params.push(segment.to_owned()),
            (Some(literal), Some(segment)) if literal == segment => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_whole_segments_only() {
        assert_eq!(params("connections/{}", "connections/a b"), Some(vec!["a b".into()]));
        assert_eq!(params("connections/{}", "connections//a"), None);
        assert_eq!(params("connections/{}", "connections/a/b"), None);
        assert_eq!(params("connections", "connections"), Some(vec![]));
    }
}
