//! `hoop_machine_identity`: an identity of a machine, with credentials for connections that do not expire. The
//! credentials are in answers of the gateway, and no attribute holds them.

use super::shared::{CREATED_AT, UPDATED_AT};
use crate::schema::Kind::{Set, Str};
use crate::schema::{Attr, Listing, Resource, Rule, Update, WriteMethod, computed, optional, required};

pub(super) static IDENTITY: Resource = Resource::new(
    "hoop_machine_identity",
    "machineidentities",
    "A machine identity: an identity of a program, with credentials for connections that do not expire. The gateway \
     issues them for connections of the subtypes `postgres`, `ssh`, `rdp`, `aws-ssm`, `httpproxy`, `kubernetes` and \
     `claude-code` that have `access_mode_connect` enabled, if the listener for the subtype is on: if `hoop_server_misc_config` of the \
     same configuration turns it on, add it to `depends_on`.",
    ATTRS,
)
.since("1.63.0")
.subcategory("People and keys")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.data_source()
.list(Listing::new("hoop_machine_identities", "machine_identities"))
.list_shows_all();

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier, which the gateway derives from the first name of the identity."),
    required(
        "name",
        Str,
        "Name of the identity. A change renames it. While it exists, the gateway does not accept its first name for another \
         identity.",
    )
    .key()
    .renames()
    .rules(&[Rule::Length(1, 4096)]),
    optional("description", Str, "Description of the identity.").or_empty(),
    optional(
        "connection_names",
        Set(&Str),
        "Names of connections that the identity has credentials for. If the gateway refuses an update of several \
         connections, it keeps the credentials it has already issued, and then refuses these connections for this identity: \
         replace the identity (`terraform apply -replace`).",
    )
    .or_empty()
    .always_sent()
    .looked_up("connections")
    .points_to("hoop_connection", "name"),
    optional(
        "attributes",
        Set(&Str),
        "Names of attributes. The identity also has credentials for the connections that have one of them. The gateway \
         creates attributes that do not exist.",
    )
    .or_empty()
    .points_to("hoop_attribute", "name")
    .rules(&[Rule::Each(&[Rule::Length(1, 255)])]),
    CREATED_AT,
    UPDATED_AT,
];
