//! `hoop_org_analytics_mode`, `hoop_org_hide_role_info`, `hoop_org_protection_profile` and `hoop_org_license`: the settings
//! of the organization.

use serde_json::json;

use crate::api::Json;
use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{Bool, Int64, List, Str};
use crate::schema::{
    Attr, Codec, Create, Destroy, Reads, Resource, Rights, Rule, Update, WriteMethod, computed, fixed_id, required,
    secret,
};
use crate::value::{Object, Value};

pub(super) static ANALYTICS: Resource = setting(
    "hoop_org_analytics_mode",
    "orgs/analytics-mode",
    "What the gateway reports about its use to its vendor.",
    ANALYTICS_ATTRS,
)
.since("1.67.0")
.destroy(Destroy::reset(|_| json!({"analytics_mode": "identified"})))
.destroy_note("A destroy returns the mode to `identified`, the default of the gateway.");

static ANALYTICS_ATTRS: &[Attr] = &[
    fixed_id("org"),
    required("analytics_mode", Str, "What is reported: `identified`, `anonymous` (without who it was) or `disabled`.")
        .rules(&[Rule::OneOf(&["identified", "anonymous", "disabled"])]),
];

pub(super) static HIDE_ROLE_INFO: Resource = setting(
    "hoop_org_hide_role_info",
    "orgs/hide-role-info",
    "Whether the gateway masks the secrets of connections. This affects users who log in; an API key, such as the one of \
     this provider, continues to read them.",
    HIDE_ATTRS,
)
.since("1.113.0")
.destroy(Destroy::reset(|_| json!({"hide_role_info": false})))
.destroy_note("A destroy returns the setting to `false`, the default of the gateway.");

static HIDE_ATTRS: &[Attr] = &[
    fixed_id("org"),
    required("hide_role_info", Bool, "Whether secrets are masked, references to secret stores aside."),
];

pub(super) static PROTECTION_PROFILE: Resource = setting(
    "hoop_org_protection_profile",
    "orgs/protection-profile",
    "The protection profile of the organization: a set of rules that the gateway manages, and an attribute that applies \
     them. The gateway attaches the attribute to all connections that exist when the first profile is selected. \
     For connections that are created later, add `attribute_name` to their `attributes`.",
    PROFILE_ATTRS,
)
.since("1.121.0")
.destroy(Destroy::reset(|_| selected(json!(null))))
.hooks(Hooks { body: Some(|profile| selected(profile.get("profile").cloned().unwrap_or_default())), ..Hooks::NONE })
.license_limit("The open-source license allows the profile `protection-permissive` only.")
.destroy_note("A destroy selects no profile. The gateway then deletes the rules and the attribute of the profile.");

static PROFILE_ATTRS: &[Attr] = &[
    fixed_id("org"),
    required("profile", Str, "Name of the profile. The license decides which can be selected.").rules(&[Rule::OneOf(
        &["protection-permissive", "protection-medium", "protection-high", "hipaa-ready", "soc2-type2"],
    )]),
    computed("attribute_name", Str, "Name of the attribute that applies the rules of the profile to a connection.")
        .follows(&["profile"]),
];

/// The gateway asks where a profile is selected.
fn selected(profile: Json) -> Json {
    json!({"profile": profile, "source": "settings"})
}

pub(super) static LICENSE: Resource = Resource::new(
    "hoop_org_license",
    "orgs/license",
    "The license of the gateway. The gateway verifies its signature, its dates and the host that it is for.",
    LICENSE_ATTRS,
)
.subcategory("Gateway settings")
.path("orgs/license")
.reads(Reads::At("serverinfo"))
.create(Create::Over)
.update(Update::AsCreate)
.destroy(Destroy::Forget)
.data_source()
.hooks(Hooks { body: Some(license), is_untouched: Some(is_open_source), ..Hooks::NONE })
.import_note("The gateway does not return the license, only what it says: `license_json` is null after an import.")
.destroy_note("A destroy changes nothing at the gateway: a license can be replaced, but not removed.");

static LICENSE_ATTRS: &[Attr] = &[
    fixed_id("org"),
    secret(
        "license_json",
        Str,
        "The license as its vendor sent it: a JSON object with `payload`, `key_id` and `signature`.",
    )
    .required_on_create()
    .not_readable()
    .rules(&[Rule::Matches("a JSON object with `payload`, `key_id` and `signature`", is_license)])
    .codec(Codec::Json),
    of_the_license("type", Str, "Type of the license: `oss` or `enterprise`.").wire("license_info.type"),
    of_the_license("expire_at", Int64, "Time of expiry, in seconds since 1970.").wire("license_info.expire_at"),
    of_the_license("allowed_hosts", List(&Str), "Hosts that the license is for.").wire("license_info.allowed_hosts"),
    of_the_license("features", List(&Str), "Features that the license enables; empty means all.")
        .wire("license_info.features")
        .since("1.124.0"),
    of_the_license("status", Str, "Status of the license: `valid`, `expired` or `invalid`.")
        .wire("license_info.status")
        .since("1.145.0"),
];

const fn of_the_license(name: &'static str, kind: crate::schema::Kind, doc: &'static str) -> Attr {
    computed(name, kind, doc).follows(&["license_json"])
}

fn is_license(text: &str) -> bool {
    let parts = ["payload", "key_id", "signature"];
    serde_json::from_str::<JsonObject>(text).is_ok_and(|license| parts.iter().all(|part| license.contains_key(*part)))
}

/// A write sends the license itself, not as an attribute.
fn license(mut body: JsonObject) -> Json {
    body.remove("license_json").unwrap_or_default()
}

/// One value of the organization, which only administrators can read.
/// The gateway has no license of a customer.
fn is_open_source(license: &Object) -> bool {
    license.get("type").and_then(Value::as_str) == Some("oss")
}

const fn setting(name: &'static str, path: &'static str, doc: &'static str, attrs: &'static [Attr]) -> Resource {
    Resource::new(name, path, doc, attrs)
        .subcategory("Gateway settings")
        .path(path)
        .create(Create::Over)
        .update(Update::AsCreate)
        .complete_answers(&[WriteMethod::Put])
        .readable_by(Rights::Admin)
        .data_source()
}
