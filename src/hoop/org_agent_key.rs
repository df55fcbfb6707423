//! `hoop_org_agent_key`: the one key with which `hoop run` starts agents.

use crate::schema::Kind::Str;
use crate::schema::{Attr, Create, Resource, Rights, computed, fixed_id};

pub(super) static KEY: Resource = Resource::new(
    "hoop_org_agent_key",
    "orgs/keys",
    "The agent key of the organization: the key with which `hoop run` connects a process to the gateway. There is one \
     per organization. If it exists already, a create takes it over without changing it.",
    ATTRS,
)
.subcategory("People and keys")
.create(Create::PostOrAdopt)
.readable_by(Rights::Auditor)
.data_source()
.destroy_note(
    "A destroy revokes the key: whatever was started with it loses its connection. To rotate the key, replace the \
     resource (`terraform apply -replace`).",
);

static ATTRS: &[Attr] = &[
    fixed_id("org"),
    computed("key", Str, "The key, which contains the address of the gateway. It is stored in the state.").sensitive(),
];
