//! Lists without managed resources: tags of connections, the catalog of MCP servers, and the roles of resources.

use super::system::{ACCESS_CONTROL, PAGES, exactly};
use crate::schema::Kind::{Int32, List, Set, Str};
use crate::schema::{Attr, Filter, Listing, Resource, computed};

pub(super) static TAG: Resource = Resource::new(
    "hoop_connection_tag",
    "connection-tags",
    "A tag of connections, or one that the gateway proposes.",
    &[
        computed("id", Str, "Identifier of the tag.").key(),
        computed("key", Str, "Key of the tag."),
        computed("value", Str, "Value of the tag."),
    ],
)
.subcategory("Connections")
.list(Listing::new("hoop_connection_tags", "tags").at("items"));

pub(super) static MCP_SERVER: Resource = Resource::new(
    "hoop_mcp_server",
    "mcp-catalog",
    "A public MCP server that the gateway knows.",
    &[
        computed("name", Str, "Name of the server.").key(),
        computed("description", Str, "Description of the server."),
        computed("url", Str, "URL of the server, for the secret `REMOTE_URL` of a connection."),
        computed("transport", Str, "Transport of the server: `streamable-http` or `sse`."),
        computed("auth", Str, "Authentication that the server proposes: `none`, `static` or `oauth`."),
        computed("auth_modes", List(&Str), "All kinds of authentication that the server accepts."),
        computed("header", Str, "Header of the static authentication; null if there is none."),
        computed("notes", Str, "What is special about the server."),
    ],
)
.since("1.131.0")
.subcategory("Connections")
.list(Listing::new("hoop_mcp_catalog", "servers"));

pub(super) static ROLE: Resource = Resource::new(
    "hoop_resource_role",
    "resources",
    "A connection of a resource, as the list of resources shows it: with the limits that the list of connections \
     lacks, but without secrets, tags, rules and attributes.",
    ROLE_ATTRS,
)
.subcategory("Connections")
.hidden_by(ACCESS_CONTROL)
.list(Listing::new("hoop_resource_roles", "roles").at("data").inside("roles").filters(ROLE_FILTERS).paging(PAGES));

static ROLE_FILTERS: &[Filter] = &[
    Filter::new("resource_name", Str, "Only roles of this resource.").wire("name").form(exactly),
    Filter::new("subtype", Str, "Only roles of resources of this subtype."),
];

static ROLE_ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the connection."),
    computed("name", Str, "Name of the connection.").key(),
    computed("resource_name", Str, "Name of the resource."),
    computed("type", Str, "Type of the target."),
    computed("subtype", Str, "Subtype of the target."),
    computed("agent_id", Str, "Identifier of the agent; empty if it is that of the resource."),
    computed("status", Str, "Status of the connection: `online` or `offline`."),
    computed("command", List(&Str), "Command that one-off executions run."),
    computed("access_mode_runbooks", Str, "Whether runbooks can run on the connection."),
    computed("access_mode_exec", Str, "Whether one-off commands can run on the connection."),
    computed("access_mode_connect", Str, "Whether native clients can connect to the target."),
    computed("access_schema", Str, "Whether users can see the schema of the database."),
    computed("force_approve_groups", Set(&Str), "Groups of which a single approval is sufficient."),
    computed("access_max_duration", Int32, "Maximum duration of an access in seconds."),
    computed("min_review_approvals", Int32, "Minimum number of approvals that an execution requires."),
    computed("mandatory_metadata_fields", Set(&Str), "Metadata fields that every session must provide."),
    computed("jira_issue_template_id", Str, "Identifier of the Jira issue template; empty if there is none."),
    computed("secrets_updated_at", Str, "Time at which a secret was last replaced; null before gateway 1.113."),
    computed("managed_by", Str, "System that manages the connection; null if users manage it."),
];
