//! The registry against the list of everything that the gateway lets one manage: each object is a resource with its data
//! sources, examples and pages, and the two ends of a link name each other.

use std::collections::BTreeSet;
use std::path::Path;

use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Attr, Provider, Resource};

/// The objects of the gateway, with their list where the gateway has one.
const OBJECTS: &[(&str, &str)] = &[
    ("hoop_access_request_rule", "hoop_access_request_rules"),
    ("hoop_agent", "hoop_agents"),
    ("hoop_ai_agent", "hoop_ai_agents"),
    ("hoop_ai_session_analyzer_provider", ""),
    ("hoop_ai_session_analyzer_rule", "hoop_ai_session_analyzer_rules"),
    ("hoop_api_key", "hoop_api_keys"),
    ("hoop_attribute", "hoop_attributes"),
    ("hoop_connection", "hoop_connections"),
    ("hoop_connection_federation", ""),
    ("hoop_datamasking_rules", "hoop_datamasking_rules_list"),
    ("hoop_event_subscription", "hoop_event_subscriptions"),
    ("hoop_feature_flag", "hoop_feature_flags"),
    ("hoop_guardrail_rule", "hoop_guardrail_rules"),
    ("hoop_jira_integration", ""),
    ("hoop_jira_issue_template", "hoop_jira_issue_templates"),
    ("hoop_machine_identity", "hoop_machine_identities"),
    ("hoop_org_agent_key", ""),
    ("hoop_org_analytics_mode", ""),
    ("hoop_org_hide_role_info", ""),
    ("hoop_org_license", ""),
    ("hoop_org_protection_profile", ""),
    ("hoop_plugin", "hoop_plugins"),
    ("hoop_plugin_config", ""),
    ("hoop_plugin_connection", "hoop_plugin_connections"),
    ("hoop_resource", "hoop_resources"),
    ("hoop_runbook_configuration", "hoop_runbook_configurations"),
    ("hoop_runbook_rule", "hoop_runbook_rules"),
    ("hoop_server_auth_config", ""),
    ("hoop_server_mcp_auth_config", ""),
    ("hoop_server_misc_config", ""),
    ("hoop_service_account", "hoop_service_accounts"),
    ("hoop_spiffe_mapping", "hoop_spiffe_mappings"),
    ("hoop_user", "hoop_users"),
    ("hoop_user_group", "hoop_user_groups"),
];

/// Objects whose data source would show nothing: the only values are secrets.
const WITHOUT_DATA_SOURCE: &[&str] = &["hoop_plugin_config"];

/// What can only be read.
const READ_ONLY: &[&str] = &[
    "hoop_ai_session_analyzer_prompt",
    "hoop_connection_tags",
    "hoop_event_type",
    "hoop_event_types",
    "hoop_mcp_catalog",
    "hoop_resource_roles",
    "hoop_rulepack",
    "hoop_rulepacks",
    "hoop_server_info",
    "hoop_user_info",
];

fn names(names: impl IntoIterator<Item = &'static str>) -> BTreeSet<&'static str> {
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

fn data_sources(resources: impl IntoIterator<Item = &'static Resource>) -> impl Iterator<Item = &'static str> {
    resources.into_iter().flat_map(|resource| {
        let one = resource.data_source.then_some(resource.name);
        one.into_iter().chain(resource.list.as_ref().map(|list| list.name))
    })
}

#[test]
fn every_object_of_the_gateway_is_a_resource() {
    assert_eq!(
        names(PROVIDER.resources.iter().map(|resource| resource.name)),
        names(OBJECTS.iter().map(|object| object.0))
    );
}

#[test]
fn every_object_of_the_gateway_has_its_data_sources() {
    let one = OBJECTS.iter().map(|object| object.0).filter(|name| !WITHOUT_DATA_SOURCE.contains(name));
    let expected = names(one.chain(OBJECTS.iter().map(|object| object.1)));
    assert_eq!(names(data_sources(PROVIDER.resources.iter().copied())), expected);
    let others = data_sources(PROVIDER.data.iter().copied()).chain(PROVIDER.queries.iter().map(|query| query.name));
    assert_eq!(names(others), names(READ_ONLY.iter().copied()));
}

#[test]
fn every_type_has_a_page_and_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let missing = |path: String| (!root.join(&path).is_file()).then_some(path);
    let files = PROVIDER.resources.iter().flat_map(|resource| {
        let name = resource.name.trim_start_matches("hoop_");
        let examples = ["resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"];
        let examples = examples.map(|file| format!("examples/resources/{}/{file}", resource.name));
        examples.into_iter().chain([format!("docs/resources/{name}.md")])
    });
    let read =
        data_sources(PROVIDER.readable()).chain(PROVIDER.queries.iter().map(|query| query.name)).flat_map(|name| {
            let page = format!("docs/data-sources/{}.md", name.trim_start_matches("hoop_"));
            [format!("examples/data-sources/{name}/data-source.tf"), page]
        });
    let missing: Vec<String> = files.chain(read).filter_map(missing).collect();
    assert!(missing.is_empty(), "missing:\n{}", missing.join("\n"));
}

/// What is wrong with the links of a provider.
fn one_sided(provider: &Provider) -> Vec<String> {
    let links = provider.resources.iter().flat_map(|resource| {
        resource.managed().filter_map(move |attr: &Attr| Some((*resource, attr.name, attr.link()?)))
    });
    let wrong = links.filter_map(|(resource, name, link)| {
        let other = provider.resource(link.table).and_then(|table| table.attr(link.attribute));
        let back = other.and_then(Attr::link).is_some_and(|back| (back.table, back.attribute) == (resource.name, name));
        let fits = back && resource.attr(link.own).is_some();
        (!fits).then(|| format!("{}.{name}: {}.{} does not name it", resource.name, link.table, link.attribute))
    });
    wrong.collect()
}

#[test]
fn both_ends_of_a_link_name_each_other() {
    assert_eq!(one_sided(&PROVIDER), Vec::<String>::new());
    let links = PROVIDER.resources.iter().flat_map(|resource| resource.managed()).filter(|attr| attr.link().is_some());
    assert!(links.count() >= 10, "the pairs are found");
}
