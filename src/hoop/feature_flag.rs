//! `hoop_feature_flag`: a feature of the gateway that an organization can switch. The gateway has a fixed list of them.

use serde_json::json;

use crate::api::Json;
use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{Bool, List, Str};
use crate::schema::{Attr, Create, Destroy, Listing, Reads, Resource, Rule, Update, WriteMethod, computed, required};
use crate::value::Object;

pub(super) static FEATURE_FLAG: Resource = Resource::new(
    "hoop_feature_flag",
    "feature-flags",
    "A feature flag of the gateway. Each gateway version has a fixed list of flags, which the data source \
     `hoop_feature_flags` returns.",
    ATTRS,
)
.since("1.59.2")
.subcategory("Gateway settings")
.reads(Reads::Find { path: "feature-flags", at: "", wire: "name", attr: "name", own: None })
.create(Create::Over)
.update(Update::AsCreate)
.destroy(Destroy::reset(default))
.complete_answers(&[WriteMethod::Put])
.hooks(Hooks { is_untouched: Some(is_default), ..Hooks::NONE })
.data_source()
.list(Listing::new("hoop_feature_flags", "flags"))
.destroy_note("A destroy returns the flag to its default.");

static ATTRS: &[Attr] = &[
    required("name", Str, "Name of the flag, for example `experimental.rulepacks`.")
        .key()
        .replaces()
        .rules(&[Rule::Length(1, 255)]),
    required("enabled", Bool, "Whether the feature is enabled."),
    computed("default", Bool, "Whether the feature is enabled if nobody has switched it."),
    computed("stability", Str, "Stability of the feature: `experimental` or `beta`."),
    computed("description", Str, "Description of the feature."),
    computed("components", List(&Str), "Components that use the flag: `gateway`, `agent`, `client`."),
];

fn default(flag: &JsonObject) -> Json {
    json!({"enabled": flag.get("default")})
}

/// Nobody has switched it. In a configuration, it would not follow a gateway version with another default.
fn is_default(flag: &Object) -> bool {
    flag.get("enabled") == flag.get("default")
}
