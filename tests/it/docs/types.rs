//! The list of types on the index page, by the groups that registries show beside it.

use std::fmt::Write as _;

use terraform_provider_hoop::schema::Provider;

/// The groups of the first provider, in the order of the page. One of few types needs none.
pub(super) const GROUPS: [&str; 5] = ["Connections", "People and keys", "Rules", "Integrations", "Gateway settings"];

struct Row {
    group: &'static str,
    resource: Option<&'static str>,
    data_sources: Vec<&'static str>,
    doc: &'static str,
}

fn rows(provider: &Provider) -> Vec<Row> {
    let tables = provider.resources.iter().map(|table| (*table, true));
    let tables = tables.chain(provider.data.iter().map(|table| (*table, false)));
    let of_table = tables.map(|(table, is_managed)| {
        let one = table.data_source.then_some(table.name);
        let data_sources = one.into_iter().chain(table.list.as_ref().map(|list| list.name)).collect();
        let resource = is_managed.then_some(table.name);
        Row { group: table.subcategory, resource, data_sources, doc: table.doc }
    });
    let of_query = provider.queries.iter().map(|query| Row {
        group: query.subcategory,
        resource: None,
        data_sources: vec![query.name],
        doc: query.doc,
    });
    of_table.chain(of_query).collect()
}

/// The section of the index page with every type of the provider.
pub(super) fn section(provider: &Provider) -> String {
    let rows = rows(provider);
    let mut text = "## Resources and data sources\n\n".to_owned();
    for group in GROUPS.into_iter().chain([""]) {
        let inside: Vec<&Row> = rows.iter().filter(|row| row.group == group).collect();
        if inside.is_empty() {
            continue;
        }
        if !group.is_empty() {
            let _ = write!(text, "### {group}\n\n");
        }
        text.push_str("| resource | data sources | |\n|---|---|---|\n");
        for Row { resource, data_sources, doc, .. } in inside {
            let link = |folder: &str, name: &str| {
                let page = name.strip_prefix(&format!("{}_", provider.name)).unwrap_or(name);
                format!("[`{name}`]({folder}/{page}.md)")
            };
            let resource = resource.map_or("–".to_owned(), |name| link("resources", name));
            let data: Vec<String> = data_sources.iter().map(|name| link("data-sources", name)).collect();
            let data = if data.is_empty() { "–".to_owned() } else { data.join(", ") };
            let _ = writeln!(text, "| {resource} | {data} | {doc} |");
        }
        text.push('\n');
    }
    text
}

#[test]
fn each_type_is_in_a_group() {
    use crate::subject::PROVIDERS;
    for row in rows(PROVIDERS[0]) {
        let name = row.resource.or(row.data_sources.first().copied()).unwrap_or_default();
        assert!(GROUPS.contains(&row.group), "{name}: `subcategory` is {:?} and must be one of {GROUPS:?}", row.group);
    }
    for group in GROUPS {
        assert!(rows(PROVIDERS[0]).iter().any(|row| row.group == group), "nothing is in the group {group}");
    }
}
