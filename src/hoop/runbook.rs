//! `hoop_runbook_configuration` and `hoop_runbook_rule`: repositories with runbooks, and which groups can run them.

use super::git_url::{GIT_URL, configuration_id, repository};
use super::names::{PEM_KEY, is_pem_key};
use crate::hooks::Hooks;
use crate::schema::Kind::{Int64, List, Object, Str};
use crate::schema::{
    Attr, Listing, Reads, Resource, Rights, Rule, Update, WriteMethod, computed, optional, required, secret,
};
use crate::value::{self, Value};

const SOME_TEXT: &[Rule] = &[Rule::Length(1, 4096)];

pub(super) static CONFIGURATION: Resource = Resource::new(
    "hoop_runbook_configuration",
    "runbooks/configurations",
    "A Git repository that contains runbooks.",
    CONFIGURATION_ATTRS,
)
.subcategory("Integrations")
.path("runbooks/configurations/{}")
.reads(Reads::Find { path: "runbooks/configurations", at: "repositories", wire: "git_url", attr: "git_url", own: None })
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.readable_by(Rights::Auditor)
.hooks(Hooks { path_part: Some(identifier), same_object: Some(same_repository), ..Hooks::NONE })
.data_source()
.list(Listing::new("hoop_runbook_configurations", "configurations").at("repositories"));

static CONFIGURATION_ATTRS: &[Attr] = &[
    required("git_url", Str, "URL of the repository.")
        .key()
        .replaces()
        .rules(&[Rule::Matches(GIT_URL, |url| repository(url).is_some())]),
    optional("git_user", Str, "User name for HTTP.").or_empty(),
    secret("git_password", Str, "Password or token for HTTP."),
    optional("ssh_user", Str, "User name for SSH.").or_empty(),
    secret("ssh_key", Str, "Private key for SSH in PEM format.").rules(&[Rule::Matches(PEM_KEY, is_pem_key)]),
    secret("ssh_keypass", Str, "Passphrase of `ssh_key`."),
    optional("ssh_known_hosts", Str, "Known hosts for SSH, in the format of the file `known_hosts`.").or_empty(),
    optional(
        "git_hook_ttl",
        Int64,
        "Number of seconds for which the gateway caches the repository; 0 disables the cache.",
    )
    .or_computed()
    .initially(|_| Some(Value::int(0)))
    .rules(&[Rule::Range(0, i64::MAX)]),
    computed("repository", Str, "Host and path of the repository, by which runbook rules refer to it."),
];

fn identifier(configuration: &value::Object) -> Option<String> {
    configuration.get("git_url")?.as_str().map(configuration_id)
}

/// Two URLs of one repository are one configuration to the gateway.
fn same_repository(planned: &value::Object, other: &value::Object) -> bool {
    let text = |object: &value::Object, name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let planned = text(planned, "git_url").and_then(|url| repository(&url));
    planned.is_some() && planned == text(other, "repository")
}

pub(super) static RULE: Resource = Resource::new(
    "hoop_runbook_rule",
    "runbooks/rules",
    "A runbook rule: which groups can run which runbooks on which connections.",
    RULE_ATTRS,
)
.subcategory("Rules")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.data_source()
.list(Listing::new("hoop_runbook_rules", "rules"))
.list_shows_all()
.named_by(&["name"]);

static RULE_ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the rule, assigned by the gateway.").key().rules(&[Rule::Uuid]),
    required("name", Str, "Name of the rule. Several rules can have the same name.").rules(SOME_TEXT),
    optional("description", Str, "Description of the rule.").or_empty(),
    required("connections", List(&Str), "Names of the connections that the rule applies to. Order does not matter.")
        .unordered()
        .points_to("hoop_connection", "name"),
    required("user_groups", List(&Str), "Groups that can run the runbooks. Order does not matter.")
        .unordered()
        .points_to("hoop_user_group", "name"),
    required("runbooks", List(&Object(RUNBOOK)), "Runbooks that the rule applies to. Order does not matter.")
        .unordered(),
];

static RUNBOOK: &[Attr] = &[
    required("name", Str, "Path of the runbook in the repository.").rules(SOME_TEXT),
    required(
        "repository",
        Str,
        "Repository of the runbook, as in the attribute `repository` of `hoop_runbook_configuration` or in the result of \
         the function `runbook_repository`.",
    )
    .points_to("hoop_runbook_configuration", "repository")
    .rules(SOME_TEXT),
];
