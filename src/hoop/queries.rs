//! Questions about the gateway and its caller, which are no state.

use crate::schema::Kind::{Bool, List, Map, Object, Str};
use crate::schema::{Ask, Attr, Query, computed};

pub(super) static SERVER: Query = Query::new(
    "hoop_server_info",
    "What the gateway says of itself: its version, how users sign in, its licence, what is enabled.",
    Ask::Get,
    "serverinfo",
    &[
        computed("version", Str, "Version of the gateway; `unknown` where it was built without one.").key(),
        computed("commit_sha", Str, "Commit that it was built from."),
        computed("auth_method", Str, "How users sign in: `oidc`, `local` or `saml`."),
        computed("tenancy_type", Str, "`selfhosted` or `multitenant`."),
        computed("api_url", Str, "Address of the gateway, without `/api`, as its clients are told."),
        computed("grpc_url", Str, "Address that agents connect to."),
        computed("redact_provider", Str, "What finds sensitive data for the masking; empty when nothing does."),
        computed("has_redact_credentials", Bool, "Whether data can be masked."),
        computed("license_info", Object(LICENSE), "The licence."),
        computed("feature_flags", Map(&Bool), "What is enabled of what is new. Gateways before 1.55 tell none."),
    ],
);

static LICENSE: &[Attr] = &[
    computed("type", Str, "`oss` or `enterprise`."),
    computed("is_valid", Bool, "Whether it holds now."),
    computed("verify_error", Str, "Why it does not hold."),
    computed("features", List(&Str), "What it enables; empty means everything."),
];

pub(super) static USER: Query = Query::new(
    "hoop_user_info",
    "Whom the gateway takes the owner of the configured key for.",
    Ask::Get,
    "userinfo",
    &[
        computed("id", Str, "Identifier of the user or key.").key(),
        computed("name", Str, "Name of the user or key.").key(),
        computed("email", Str, "Address of the user; the name of a key.").key(),
        computed("role", Str, "`admin`, `auditor` or `standard`."),
        computed("is_admin", Bool, "Whether everything may be done that this provider can do."),
        computed("groups", List(&Str), "Groups of the user or key."),
        computed("org_id", Str, "Identifier of the organization."),
        computed("org_name", Str, "Name of the organization."),
    ],
);
