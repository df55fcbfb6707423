//! Data sources that belong to no resource: the gateway itself and the identity of the key.

use crate::schema::Kind::{Bool, List, Map, Object, Str};
use crate::schema::{Attr, Query, Request, computed};

pub(super) static SERVER: Query = Query::new(
    "hoop_server_info",
    "Information about the gateway: its version, sign-in method, license and feature flags.",
    Request::get("serverinfo"),
    &[
        computed("version", Str, "Version of the gateway; `unknown` if it was built without one.").key(),
        computed("commit_sha", Str, "Commit that the gateway was built from."),
        computed("auth_method", Str, "Sign-in method: `oidc`, `local` or `saml`."),
        computed("tenancy_type", Str, "Tenancy of the gateway: `selfhosted` or `multitenant`."),
        computed("api_url", Str, "URL that the gateway gives to its clients, without `/api`."),
        computed("grpc_url", Str, "URL that agents connect to."),
        computed("redact_provider", Str, "DLP provider that detects sensitive data; empty if there is none."),
        computed("has_redact_credentials", Bool, "Whether the gateway can mask data."),
        computed("license_info", Object(LICENSE), "License of the gateway."),
        computed("feature_flags", Map(&Bool), "Feature flags; null before gateway 1.55."),
    ],
)
.subcategory("Gateway settings");

static LICENSE: &[Attr] = &[
    computed("type", Str, "Type of the license: `oss` or `enterprise`."),
    computed("is_valid", Bool, "Whether the license is valid."),
    computed("verify_error", Str, "Why the license is not valid."),
    computed("features", List(&Str), "Features that the license enables; empty means all."),
];

pub(super) static USER: Query = Query::new(
    "hoop_user_info",
    "The identity that the configured key authenticates as.",
    Request::get("userinfo"),
    &[
        computed("id", Str, "Identifier of the user or key.").key(),
        computed("name", Str, "Name of the user or key.").key(),
        computed("email", Str, "E-mail address of the user, or the name of the key.").key(),
        computed("role", Str, "Role of the user or key: `admin`, `auditor` or `standard`."),
        computed("is_admin", Bool, "Whether the user or key is an administrator."),
        computed("groups", List(&Str), "Groups of the user or key."),
        computed("org_id", Str, "Identifier of the organization."),
        computed("org_name", Str, "Name of the organization."),
    ],
)
.subcategory("People and keys");

pub(super) static ANALYZER_PROMPT: Query = Query::new(
    "hoop_ai_session_analyzer_prompt",
    "The prompt of the AI session analyzer, to which the `custom_prompt` of a rule is added.",
    Request::get("ai/session-analyzer/system-prompt"),
    &[computed("prompt", Str, "The prompt.").key()],
)
.subcategory("Rules");
