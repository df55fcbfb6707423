//! Handlers of `/feature-flags` and of the organization's settings (facts §7): each always exists and is written over.

use serde_json::{Map, Value, json};

use super::go_json::{Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, deleted, ok, refuse};
use super::profiles;
use super::routes::Gateway;
use super::seeds::FEATURE_FLAGS;

const FLAG: Shape = Shape { name: "FeatureFlagUpdateRequest", fields: &[field("enabled", Go::Flag)] };
const ANALYTICS: Shape = Shape { name: "OrgAnalyticsModeRequest", fields: &[required("analytics_mode", Go::Text)] };
const HIDE: Shape = Shape { name: "OrgHideRoleInfoRequest", fields: &[required("hide_role_info", Go::Flag)] };
const PROFILE: Shape =
    Shape { name: "OrgProtectionProfileRequest", fields: &[field("profile", Go::Text), required("source", Go::Text)] };
const LICENSE: Shape = Shape {
    name: "License",
    fields: &[field("payload", Go::AnyMap), field("key_id", Go::Text), field("signature", Go::Text)],
};
const PAYLOAD: Shape = Shape {
    name: "Payload",
    fields: &[
        required("type", Go::Text),
        required("issued_at", Go::Whole),
        required("expire_at", Go::Whole),
        required("allowed_hosts", Go::Texts),
        required("description", Go::Text),
        field("features", Go::Texts),
    ],
};

/// The one signature that this gateway takes for its vendor's.
pub(crate) const SIGNATURE: &str = "ZW11bGF0b3I=";

#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Flags that somebody switched.
    flags: Map<String, Value>,
    pub(super) analytics_mode: String,
    pub(super) hide_role_info: bool,
    pub(super) profile: Option<String>,
    pub(super) license: Value,
}

impl Settings {
    pub(super) fn fresh() -> Self {
        Self {
            flags: Map::new(),
            analytics_mode: "identified".into(),
            hide_role_info: false,
            profile: None,
            license: json!({
                "key_id": "", "allowed_hosts": ["*"], "type": "oss", "issued_at": 1_767_225_600,
                "expire_at": 2_082_758_400, "is_valid": true, "status": "valid", "verify_error": "",
                "verified_host": "127.0.0.1", "features": [],
            }),
        }
    }

    fn is_enabled(&self, name: &str, default: bool) -> Value {
        self.flags.get(name).cloned().unwrap_or(json!(default))
    }

    /// All flags, as `/serverinfo` has them.
    pub(super) fn flags(&self) -> Map<String, Value> {
        FEATURE_FLAGS.iter().map(|(name, default, _)| ((*name).into(), self.is_enabled(name, *default))).collect()
    }
}

pub(super) fn list_flags(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&FEATURE_FLAGS.iter().map(|flag| flag_shown(&gateway.store.settings, flag)).collect())
}

pub(super) fn put_flag(gateway: &mut Gateway, request: &Request) -> Outcome {
    let name = request.param(0);
    let flag = FEATURE_FLAGS.iter().find(|(known, ..)| *known == name);
    let flag = flag.ok_or_else(|| refuse(400, format!("unknown feature flag: {name}")))?;
    let body = FLAG.read(&request.body)?;
    let settings = &mut gateway.store.settings;
    settings.flags.insert(name.into(), body.any("enabled").cloned().unwrap_or(json!(false)));
    ok(&flag_shown(settings, flag))
}

fn flag_shown(settings: &Settings, (name, default, components): &(&str, bool, &str)) -> Value {
    json!({
        "name": name, "description": format!("What `{name}` switches."), "default": default,
        "stability": name.split('.').next(), "components": components.split(' ').collect::<Vec<_>>(),
        "enabled": settings.is_enabled(name, *default),
    })
}

pub(super) fn analytics_mode(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&json!({ "analytics_mode": gateway.store.settings.analytics_mode }))
}

pub(super) fn put_analytics_mode(gateway: &mut Gateway, request: &Request) -> Outcome {
    let mode = ANALYTICS.read(&request.body)?.text("analytics_mode");
    if !["identified", "anonymous", "disabled"].contains(&mode.as_str()) {
        let accepted = "accepted values are 'identified', 'anonymous', 'disabled'";
        return Err(refuse(400, format!("invalid analytics_mode, {accepted}")));
    }
    gateway.store.settings.analytics_mode = mode;
    analytics_mode(gateway, request)
}

pub(super) fn hide_role_info(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&json!({ "hide_role_info": gateway.store.settings.hide_role_info }))
}

pub(super) fn put_hide_role_info(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = HIDE.read(&request.body)?;
    gateway.store.settings.hide_role_info = body.any("hide_role_info") == Some(&json!(true));
    hide_role_info(gateway, request)
}

pub(super) fn protection_profile(gateway: &mut Gateway, _: &Request) -> Outcome {
    let profile = gateway.store.settings.profile.as_deref();
    ok(&json!({ "profile": profile, "attribute_name": profile.map(profiles::attribute) }))
}

pub(super) fn put_protection_profile(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = PROFILE.read(&request.body)?;
    if !["onboarding", "settings"].contains(&body.text("source").as_str()) {
        return Err(refuse(400, "invalid source, accepted values are 'onboarding', 'settings'"));
    }
    let profile = body.given_text("profile");
    match profile.as_deref().map(profiles::is_free) {
        Some(None) => return Err(refuse(400, "invalid profile, accepted values are those of the catalog or null")),
        Some(Some(false)) if gateway.store.settings.license["type"] != "enterprise" => {
            return Err(refuse(403, "this protection profile requires an enterprise license"));
        }
        _ => {}
    }
    profiles::apply(&mut gateway.store, profile.as_deref());
    gateway.store.settings.profile = profile;
    protection_profile(gateway, request)
}

/// What it says is shown by `/serverinfo` alone.
pub(super) fn put_license(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = LICENSE.read(&request.body)?;
    let invalid = || refuse(400, "license is not valid");
    let payload = body.any("payload").unwrap_or(&Value::Null);
    let payload = PAYLOAD.read_value(payload).map_err(|_| invalid())?;
    if body.text("signature") != SIGNATURE || !["oss", "enterprise"].contains(&payload.text("type").as_str()) {
        return Err(invalid());
    }
    let hosts = payload.texts("allowed_hosts").unwrap_or_default();
    if !hosts.iter().any(|host| ["*", "127.0.0.1"].contains(&host.as_str())) {
        return Err(refuse(400, "license is not valid for this host"));
    }
    let license = &mut gateway.store.settings.license;
    for field in ["type", "issued_at", "expire_at", "allowed_hosts"] {
        license[field] = json!(payload.any(field));
    }
    license["key_id"] = json!(body.text("key_id"));
    license["features"] = json!(payload.texts("features").unwrap_or_default());
    deleted()
}
