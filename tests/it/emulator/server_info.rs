//! The gateway about itself and its caller: health, version, user, the organization's agent key (facts §1, §2, §6).

use serde_json::{Value, json};

use super::auth::Role;
use super::http::{Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::store::secret_text;

pub(super) fn healthz(_: &mut Gateway, _: &Request) -> Outcome {
    ok(&json!({ "liveness": "OK" }))
}

pub(super) fn public(_: &mut Gateway, _: &Request) -> Outcome {
    ok(&json!({ "auth_method": "local", "setup_required": false }))
}

/// The fields that do not depend on a proxy. Old gateways know no modes and no flags.
pub(super) fn serverinfo(gateway: &mut Gateway, _: &Request) -> Outcome {
    let (settings, server) = (&gateway.store.settings, &gateway.store.server);
    let provider = server.auth["provider_name"].as_str().filter(|name| !name.is_empty());
    let mode = settings.analytics_mode.as_str();
    let mut info = json!({
        "version": gateway.version, "commit_sha": "", "log_level": "info", "go_debug": "",
        "auth_method": server.auth["auth_method"], "redact_provider": if gateway.masking { "alcatraz" } else { "" },
        "has_redact_credentials": gateway.masking, "has_webhook_app_key": false, "has_idp_audience": false,
        "has_idp_custom_scopes": false, "has_ask_ai_credentials": false,
        "has_ssh_client_host_key": server.listens("ssh_server_config"),
        "postgres_proxy_enabled": server.listens("postgres_server_config"),
        "api_url": gateway.api_url.trim_end_matches("/api"), "grpc_url": "grpc://127.0.0.1:8010",
        "tenancy_type": "selfhosted", "license_info": settings.license, "idp_provider_name": provider.unwrap_or("unknown"),
        "disable_sessions_download": false, "disable_clipboard_copy_cut": false,
        "analytics_tracking": if mode == "disabled" { mode } else { "enabled" },
    });
    if !gateway.is_old() {
        info["analytics_mode"] = json!(mode);
        info["feature_flags"] = Value::Object(settings.flags());
    }
    ok(&info)
}

pub(super) fn userinfo(gateway: &mut Gateway, request: &Request) -> Outcome {
    let caller = &request.caller;
    let admin = caller.role == Role::Admin;
    ok(&json!({
        "id": caller.id, "name": caller.name, "email": caller.name, "status": "active", "verified": true,
        "role": caller.role.name(), "slack_id": "", "picture": "", "groups": caller.groups, "is_admin": admin,
        "is_multitenant": false, "tenancy_type": "selfhosted", "org_id": gateway.store.org_id, "org_name": "default",
        "org_license": "", "feature_ask_ai": "unavailable", "webapp_users_management": "on",
        "intercom_hmac_digest": "", "default_protection_profile": null, "show_origin_survey": false,
        "show_setup_checklist": admin,
    }))
}

pub(super) fn org_key(gateway: &mut Gateway, _: &Request) -> Outcome {
    let secret = gateway.store.org_key.as_ref().ok_or_else(|| refuse(404, "organization token not found"))?;
    let id = gateway.store.agent_id("_default");
    ok(&json!({ "id": id, "key": format!("grpc://_default:{secret}@127.0.0.1:8010") }))
}

pub(super) fn create_org_key(gateway: &mut Gateway, request: &Request) -> Outcome {
    if gateway.store.org_key.is_some() {
        return Err(refuse(409, "organization token already exists"));
    }
    gateway.store.org_key = Some(secret_text("xagt-"));
    // The answer of a POST has no id.
    let mut answer: Value = serde_json::from_slice(&org_key(gateway, request)?.body).unwrap_or_default();
    answer["id"] = json!("");
    created(&answer)
}

pub(super) fn delete_org_key(gateway: &mut Gateway, _: &Request) -> Outcome {
    gateway.store.org_key = None;
    deleted()
}
