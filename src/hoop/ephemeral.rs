//! The ephemeral resources of the gateway: credentials, keys and secrets that no state contains.

use crate::api::Json;
use crate::hooks::JsonObject;
use crate::schema::Kind::{Bool, Int64, List, Map, Object, Str};
use crate::schema::{Attr, Codec, Ephemeral, Request, Rights, Rule, computed, optional, required};

pub(super) static EPHEMERALS: &[&Ephemeral] = &[
    &CONNECTION_CREDENTIALS,
    &CONNECTION_SECRETS,
    &MACHINE_IDENTITY_CREDENTIALS,
    &ORG_AGENT_KEY,
    &SERVER_API_KEY,
    &LOGIN_TOKEN,
];

const CONNECTION: Attr = required("connection_name", Str, "Name or identifier of the connection.");

static CONNECTION_CREDENTIALS: Ephemeral = Ephemeral::new(
    "hoop_connection_credentials",
    "Credentials with which a native client uses a connection through the gateway. The gateway issues them for connections \
     of the subtypes `postgres`, `ssh`, `httpproxy`, `rdp`, `aws-ssm` and `kubernetes` that have `access_mode_connect` \
     enabled. A key has one credential for a connection: while it is active, the gateway returns the same one to each \
     request with this key, and each request sets its end anew, also to an earlier time. The provider renews it while a run \
     lasts. Gateways before 1.62 issue another credential for each request, and the provider does not renew it. If a review \
     is required, there are no credentials yet, and opening fails.",
    Request::post("connections/{connection_name}/credentials").body(&["access_duration_seconds"]).repeatable(),
    &[
        CONNECTION,
        required(
            "access_duration_seconds",
            Int64,
            "How long the credential is valid, from each request on. At most 48 hours.",
        )
        .rules(&[Rule::Range(1, 48 * 60 * 60)]),
        optional(
            "revoke_on_close",
            Bool,
            "Whether the credential is revoked at the end of the plan or apply. This disconnects everything that uses the \
             same credential, in this run or elsewhere. Requires gateway 1.55.3 or later. Defaults to false: the credential \
             stays valid until `expire_at`.",
        ),
        computed("id", Str, "Identifier of the credential.").key(),
        computed("session_id", Str, "Identifier of the session in which the gateway records the access."),
        computed("created_at", Str, "Time at which the gateway created the credential."),
        computed("expire_at", Str, "Time until which the credential is valid."),
        computed("connection_type", Str, "Type of the connection."),
        computed("connection_subtype", Str, "Subtype of the connection."),
        HOSTNAME.wire("connection_credentials.hostname"),
        PORT.wire("connection_credentials.port"),
        USERNAME.wire("connection_credentials.username"),
        PASSWORD.wire("connection_credentials.password"),
        DATABASE_NAME.wire("connection_credentials.database_name"),
        CONNECTION_STRING.wire("connection_credentials.connection_string"),
        COMMAND.wire("connection_credentials.command"),
        PROXY_TOKEN.wire("connection_credentials.proxy_token"),
        ENDPOINT_URL.wire("connection_credentials.endpoint_url"),
        AWS_ACCESS_KEY_ID.wire("connection_credentials.aws_access_key_id"),
        AWS_SECRET_ACCESS_KEY.wire("connection_credentials.aws_secret_access_key"),
    ],
)
.subcategory("Connections")
.withheld(needs_review)
.lost(
    "The gateway may have issued the credential, which is valid for `access_duration_seconds`.",
)
.renewable_until("expire_at", "1.62.0")
.close(
    Request::post("connections/{connection_name}/credentials/{id}/revoke").repeatable(),
    "revoke_on_close",
);

static CONNECTION_SECRETS: Ephemeral = Ephemeral::new(
    "hoop_connection_secrets",
    "The secrets of a connection, as plain text. Requires a key with the group `admin`.",
    Request::get("connections/{connection_name}"),
    &[
        CONNECTION,
        computed("secrets", Map(&Str), "Secrets of the connection by their keys, `envvar:NAME` or `filesystem:NAME`.")
            .wire("secret")
            .codec(Codec::Base64)
            .sensitive()
            .key(),
    ],
)
.subcategory("Connections")
.readable_by(Rights::Admin)
.withheld(masked_secrets);

static MACHINE_IDENTITY_CREDENTIALS: Ephemeral = Ephemeral::new(
    "hoop_machine_identity_credentials",
    "The credentials of a machine identity: one for each of its connections. They do not expire, so nothing is renewed or \
     revoked. Requires a key with the group `admin`.",
    Request::get("machineidentities/{name}/credentials"),
    &[
        required("name", Str, "Name of the machine identity."),
        computed("credentials", List(&Object(MACHINE_CREDENTIAL)), "The credentials.").key(),
    ],
)
.since("1.63.0")
.subcategory("People and keys")
.readable_by(Rights::Admin)
.list("credentials");

static MACHINE_CREDENTIAL: &[Attr] = &[
    computed("connection_name", Str, "Name of the connection.").key(),
    computed("connection_type", Str, "Type of the connection."),
    computed("connection_subtype", Str, "Subtype of the connection."),
    computed("secret_key", Str, "The secret that the other values contain.").sensitive().key(),
    HOSTNAME,
    PORT,
    USERNAME,
    PASSWORD,
    DATABASE_NAME,
    CONNECTION_STRING,
    COMMAND,
    PROXY_TOKEN,
    ENDPOINT_URL,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
];

const HOSTNAME: Attr = computed(
    "hostname",
    Str,
    "Host that clients connect to; empty while `hoop_server_misc_config` turns on no listener for the subtype.",
);
const PORT: Attr = computed("port", Str, "Port that clients connect to; empty like `hostname`.");
const USERNAME: Attr =
    computed("username", Str, "Name of the user, for `postgres`, `ssh` and `rdp`. For some of them it is the secret.")
        .sensitive();
const PASSWORD: Attr = computed("password", Str, "Password, for `postgres`, `ssh` and `rdp`.").sensitive();
const DATABASE_NAME: Attr = computed("database_name", Str, "Name of the database, for `postgres`.");
const CONNECTION_STRING: Attr =
    computed("connection_string", Str, "Everything in one string, for `postgres` and `aws-ssm`.").sensitive();
const COMMAND: Attr =
    computed("command", Str, "Command of a client; for `httpproxy` and `kubernetes` several in a JSON object.")
        .sensitive();
const PROXY_TOKEN: Attr =
    computed("proxy_token", Str, "Value of the header `Authorization`, for `httpproxy` and `kubernetes`.").sensitive();
const ENDPOINT_URL: Attr = computed("endpoint_url", Str, "URL of the endpoint, for `aws-ssm`.");
const AWS_ACCESS_KEY_ID: Attr = computed("aws_access_key_id", Str, "Access key, for `aws-ssm`.").sensitive();
const AWS_SECRET_ACCESS_KEY: Attr =
    computed("aws_secret_access_key", Str, "Secret access key, for `aws-ssm`.").sensitive();

static ORG_AGENT_KEY: Ephemeral = Ephemeral::new(
    "hoop_org_agent_key",
    "The agent key of the organization: the key with which `hoop run` connects a process to the gateway. Unlike the resource \
     and the data source of this name, it is not stored in the state. Requires a key with the group `admin` or `auditor`.",
    Request::get("orgs/keys"),
    &[computed("key", Str, "The key, which contains the address of the gateway.").sensitive().key()],
)
.subcategory("People and keys")
.readable_by(Rights::Auditor);

static SERVER_API_KEY: Ephemeral = Ephemeral::new(
    "hoop_server_api_key",
    "The legacy API key of the organization (`xapi-…`), which has all rights. Requires a key with the group `admin` or \
     `auditor`.",
    Request::get("serverconfig/auth"),
    &[computed("api_key", Str, "The key.").sensitive().key()],
)
.subcategory("Gateway settings")
.readable_by(Rights::Auditor)
.withheld(no_server_key);

static LOGIN_TOKEN: Ephemeral = Ephemeral::unauthenticated(
    "hoop_login_token",
    "A token of a user, for gateways with local authentication. The provider needs only `api_url` for it, so the token can be \
     the `api_key` of another configuration of the provider. It is valid for 12 hours and cannot be renewed or revoked: \
     another login returns another token.",
    Request::post("localauth/login").body(&["email", "password"]).repeatable(),
    &[
        required("email", Str, "E-mail address of the user.").rules(&[Rule::Length(1, usize::MAX)]),
        required("password", Str, "Password of the user.").sensitive().rules(&[Rule::Length(1, usize::MAX)]),
        computed("token", Str, "The token.").sensitive().key(),
    ],
)
.subcategory("People and keys")
.in_header("token", "Token")
.lost("The gateway may have issued a token, which is valid for 12 hours.");

/// The answer then describes the review and contains no credential.
fn needs_review(answer: &JsonObject) -> Option<String> {
    if answer.get("has_review") != Some(&Json::Bool(true)) {
        return None;
    }
    let review = answer.get("review_id").and_then(Json::as_str).unwrap_or_default();
    Some(format!(
        "Access to this connection requires a review, so the gateway has issued no credentials and created the review \
         {review:?}. Use a key that an access request rule lets skip the review, or a connection without one."
    ))
}

/// The gateway replaces the values with null for users whose organization hides them.
fn masked_secrets(answer: &JsonObject) -> Option<String> {
    let secrets = answer.get("secret")?.as_object()?;
    secrets.values().any(Json::is_null).then(|| {
        "The gateway hides the values of secrets from users (`hoop_org_hide_role_info`). Use an organization key (`hpk_…`)."
            .to_owned()
    })
}

fn no_server_key(answer: &JsonObject) -> Option<String> {
    let key = answer.get("api_key").and_then(Json::as_str).unwrap_or_default();
    key.is_empty().then(|| "The organization has no legacy API key.".to_owned())
}
