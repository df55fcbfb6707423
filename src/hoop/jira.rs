//! `hoop_jira_integration` and `hoop_jira_issue_template`: the account at Jira, and the issue that a session creates there.

use super::shared::{CREATED_AT, SOME_TEXT, UPDATED_AT};
use crate::api::Json;
use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{Bool, List, Object, Set, Str};
use crate::schema::{
    Attr, Constant, Create, Destroy, Link, Listing, Resource, Rights, Rule, Update, WriteMethod, computed, fixed_id,
    optional, required, secret,
};
use crate::value::Value;

pub(super) static INTEGRATION: Resource = Resource::new(
    "hoop_jira_integration",
    "integrations/jira",
    "The account with which the gateway creates and closes issues in Jira. There is one for the organization.",
    INTEGRATION_ATTRS,
)
.subcategory("Integrations")
.path("integrations/jira")
.create(Create::PostOrAdopt)
.update(Update::MergePut)
.destroy(Destroy::deactivate(disabled))
.complete_answers(&[WriteMethod::Post])
.hooks(Hooks { absent_when: Some(is_unset), abandoned: Some(is_disabled), ..Hooks::NONE })
.data_source()
.destroy_note(
    "The gateway cannot delete the integration. A destroy disables it; its URL, user and API token remain at the \
     gateway. A create takes over an integration that is disabled.",
);

static INTEGRATION_ATTRS: &[Attr] = &[
    fixed_id("org"),
    required("url", Str, "URL of Jira, for example `https://example.atlassian.net`. The gateway does not check it.")
        .rules(SOME_TEXT),
    required("user", Str, "User that the API token belongs to.").rules(SOME_TEXT),
    secret("api_token", Str, "API token of the user.").required_on_create().readable_by(Rights::Admin).rules(SOME_TEXT),
    optional("status", Str, "Whether sessions create issues.")
        .default(Constant::Str("enabled"))
        .rules(&[Rule::OneOf(&["enabled", "disabled"])]),
    CREATED_AT,
    UPDATED_AT,
];

/// An integration that was never created is null.
fn is_unset(integration: &JsonObject) -> bool {
    integration.is_empty()
}

fn is_disabled(integration: &JsonObject) -> bool {
    integration.get("status").is_some_and(|status| status == "disabled")
}

fn disabled(integration: &JsonObject) -> Json {
    let mut body = integration.clone();
    body.insert("status".to_owned(), Json::from("disabled"));
    Json::Object(body)
}

pub(super) static TEMPLATE: Resource = Resource::new(
    "hoop_jira_issue_template",
    "integrations/jira/issuetemplates",
    "A Jira issue template: the issue that each session of its connections creates. The gateway requires \
     `hoop_jira_integration` for it.",
    TEMPLATE_ATTRS,
)
.subcategory("Integrations")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.license_limit(
    "The open-source license allows one issue template, with one item in each of `prompt_types` and `cmdb_types`, and \
     in `mapping_types` one item with a tag of the connection and one other. Templates that Terraform does not manage count \
     too: delete or import the other template, or use a license.",
)
.data_source()
.list(Listing::new("hoop_jira_issue_templates", "templates"))
.list_shows_all()
.named_by(&["name"])
.unique_names()
.destroy_note("A destroy removes the template from its connections.");

static TEMPLATE_ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the template, assigned by the gateway.").key().rules(&[Rule::Uuid]),
    // A PUT accepts another name and keeps the stored one.
    required("name", Str, "Name of the template, unique in the organization.")
        .replaces()
        .rules(&[Rule::Length(1, 128)]),
    optional("description", Str, "Description of the template.").or_empty().rules(&[Rule::Length(0, 255)]),
    required("project_key", Str, "Key of the Jira project, for example `OPS`.").rules(&[Rule::Length(1, 10)]),
    required("request_type_id", Str, "Identifier of the request type of the issues.").rules(&[Rule::Length(1, 20)]),
    optional(
        "issue_transition_name_on_close",
        Str,
        "Transition of the issue when the session ends. Defaults to `done`.",
    )
    .or_computed()
    .initially(|_| Some(Value::string("done")))
    .rules(&[Rule::Length(1, 50)]),
    optional(
        "skip_transition_on_nonzero_exit_code",
        Bool,
        "Whether the issue stays open when the session ends with an error.",
    )
    .default(Constant::Bool(false))
    .since("1.112.0"),
    optional("mapping_types", Object(MAPPINGS), "Fields of the issue that the gateway fills in.").or_empty(),
    optional("prompt_types", Object(PROMPTS), "Fields of the issue that the user fills in before the session.")
        .or_empty(),
    optional("cmdb_types", Object(CMDB), "Fields of the issue that contain an object of Jira Assets.").or_empty(),
    optional("connection_ids", Set(&Str), "Identifiers of the connections whose sessions create such an issue.")
        .or_computed()
        .linked(Link { table: "hoop_connection", attribute: "jira_issue_template_id", own: "id" })
        .echoed()
        .refers()
        .rules(&[Rule::Each(&[Rule::Uuid])]),
    CREATED_AT,
    UPDATED_AT,
];

static MAPPINGS: &[Attr] = &[optional("items", List(&Object(MAPPING)), "The fields.").or_empty()];
static PROMPTS: &[Attr] = &[optional("items", List(&Object(PROMPT)), "The fields.").or_empty()];
static CMDB: &[Attr] = &[optional("items", List(&Object(ASSET)), "The fields.").or_empty()];

const JIRA_FIELD: Attr = required("jira_field", Str, "Name of the field, for example `customfield_10050`.");
const DESCRIPTION: Attr = optional("description", Str, "Description of the field.").or_empty();
const REQUIRED: Attr =
    optional("required", Bool, "Whether the field must be filled in.").default(Constant::Bool(false));

static MAPPING: &[Attr] = &[
    required("type", Str, "`preset` if `value` is a property of the session, `custom` if it is a fixed text."),
    required("value", Str, "Value of the field: a text, or a property such as `session.connection`."),
    JIRA_FIELD,
    DESCRIPTION,
];

static PROMPT: &[Attr] = &[
    required("label", Str, "Label of the field."),
    JIRA_FIELD,
    required("field_type", Str, "Type of the input.").rules(&[Rule::OneOf(&["text", "select", "datetime-local"])]),
    REQUIRED,
    DESCRIPTION,
];

static ASSET: &[Attr] = &[
    JIRA_FIELD,
    required("jira_object_type", Str, "Type of the objects, for example `Service`."),
    optional("jira_object_schema_id", Str, "Identifier of the schema of the objects.").or_empty(),
    optional("value", Str, "Name of the object that is selected at first.").or_empty(),
    REQUIRED,
    DESCRIPTION,
];
