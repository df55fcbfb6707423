//! One page: front matter, example, schema, import, and the notes of the table.

use std::fmt::Write as _;

use terraform_provider_hoop::schema::{Listing, Provider, Query, Resource, Role, schema_attributes};

use super::schema::{asked, listed, managed, render, shown, views};
use super::{example, rights};

const IMPORT_BLOCK: &str = "[`import` block](https://developer.hashicorp.com/terraform/language/import)";
const IMPORT_COMMAND: &str =
    "[`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import)";

pub(super) fn query(provider: &Provider, query: &'static Query) -> String {
    let mut page = opening(provider, query.name, "Data Source", query.subcategory, query.doc);
    push_example(&mut page, &format!("data-sources/{}/data-source.tf", query.name));
    page.push_str(&render(asked(query)));
    page
}

pub(super) fn resource(provider: &Provider, resource: &'static Resource) -> String {
    let mut page = opening(provider, resource.name, "Resource", resource.subcategory, resource.doc);
    push_note(&mut page, "->", since_note(resource).as_deref());
    push_example(&mut page, &format!("resources/{}/resource.tf", resource.name));
    push_notes(
        &mut page,
        [
            resource.destroy_note.map(str::to_owned),
            resource.license_limit.map(str::to_owned),
            requirements_note(resource),
            names_note(resource),
            rights::of_resource(provider, resource),
        ],
    );
    page.push_str(&render(managed(resource)));
    push_import(&mut page, resource);
    page
}

pub(super) fn data_source(provider: &Provider, resource: &'static Resource) -> String {
    let mut page = opening(provider, resource.name, "Data Source", resource.subcategory, resource.doc);
    let mut names: Vec<String> =
        resource.keys().map(|key| key.name).chain(resource.alternative_keys.iter().copied()).map(code).collect();
    if !resource.named_by.is_empty() {
        names.push(resource.named_by.iter().copied().map(code).collect::<Vec<_>>().join(" with "));
    }
    if names.len() > resource.keys().count()
        && let Some(last) = names.pop()
    {
        let _ = write!(page, "Look up the object by exactly one of {} or {last}.\n\n", names.join(", "));
    }
    push_note(&mut page, "->", since_note(resource).as_deref());
    push_example(&mut page, &format!("data-sources/{}/data-source.tf", resource.name));
    push_notes(&mut page, [rights::of_data_source(provider, resource)]);
    page.push_str(&render(views(&resource.views())));
    page
}

pub(super) fn data_list(provider: &Provider, resource: &'static Resource, list: &'static Listing) -> String {
    let mut page = opening(provider, list.name, "Data Source", resource.subcategory, resource.doc);
    page.push_str("Returns all matching objects; every page of the list is read. Filters are applied by the server.");
    for filter in list.filters.iter().filter(|filter| filter.client_side) {
        let _ = write!(page, " `{}` is compared by the provider after the whole list is read.", filter.name());
    }
    page.push_str("\n\n");
    if list.parts.is_some() {
        page.push_str("The server lists a limited period at a time; all periods are read, the newest first.\n\n");
    }
    push_note(&mut page, "->", since_note(resource).as_deref());
    push_example(&mut page, &format!("data-sources/{}/data-source.tf", list.name));
    push_notes(&mut page, [rights::of_list(provider, resource)]);
    let mut entries = views(&list.views(resource));
    entries.push(listed(list.items, resource.shown_in_list().map(shown).collect()));
    page.push_str(&render(entries));
    page
}

pub(super) fn opening(provider: &Provider, name: &str, kind: &str, group: &str, doc: &str) -> String {
    let provider = provider.name;
    format!(
        "---\npage_title: \"{name} {kind} - terraform-provider-{provider}\"\nsubcategory: \"{group}\"\ndescription: |-\n  \
         {doc}\n---\n\n# {name} ({kind})\n\n{doc}\n\n"
    )
}

pub(super) fn since_note(resource: &Resource) -> Option<String> {
    resource.since.map(|version| format!("Requires server version {version} or later."))
}

fn requirements_note(resource: &Resource) -> Option<String> {
    let all: Vec<String> = resource.requires.iter().map(|requirement| format!("{}.", requirement.describe())).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// The consequences of a unique name for a replacement that keeps it, and for two objects that swap names.
fn names_note(resource: &'static Resource) -> Option<String> {
    let keys: Vec<_> = resource.keys().collect();
    let named = resource.named_by.last().filter(|_| resource.unique_names).and_then(|name| resource.attr(name));
    let unique = match keys.as_slice() {
        [key] if key.settable() => key,
        _ => named?,
    };
    let is_replaced = resource.managed().any(|attr| attr.replaces_on().is_some() && attr.name != unique.name);
    let name = unique.name;
    let mut note = format!("`{name}` is unique.");
    if is_replaced {
        let _ = write!(
            note,
            " With `create_before_destroy`, a replacement that keeps the `{name}` is refused, because the old object \
             still has it: omit `create_before_destroy`, or change the `{name}`."
        );
    }
    if unique.replaces_on().is_none() {
        let _ = write!(
            note,
            " To swap the `{name}` of two objects, give one of them a temporary `{name}` and apply, then give it the \
             intended `{name}`."
        );
    }
    (is_replaced || unique.replaces_on().is_none()).then_some(note)
}

/// For a table: the text up to the end of its first sentence.
pub(super) fn first_sentence(doc: &str) -> &str {
    doc.split_inclusive(". ").next().unwrap_or_default().trim_end()
}

pub(super) fn code(name: &str) -> String {
    format!("`{name}`")
}

pub(super) fn push_note(page: &mut String, mark: &str, note: Option<&str>) {
    if let Some(note) = note {
        let _ = write!(page, "{mark} {note}\n\n");
    }
}

/// What is worth knowing after the first use: below the example.
pub(super) fn push_notes(page: &mut String, notes: impl IntoIterator<Item = Option<String>>) {
    let lines: String = notes.into_iter().flatten().map(|note| format!("- {note}\n")).collect();
    if !lines.is_empty() {
        let _ = write!(page, "## Notes\n\n{lines}\n");
    }
}

pub(super) fn push_example(page: &mut String, path: &str) {
    if let Some(text) = example(path) {
        let _ = write!(page, "## Example Usage\n\n{}", fenced("terraform", &text));
    }
}

pub(super) fn fenced(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n\n", text.trim_end())
}

fn push_import(page: &mut String, resource: &'static Resource) {
    let file = |name: &str| example(&format!("resources/{}/{name}", resource.name));
    page.push_str("## Import\n\nImport is supported using the following syntax:\n\n");
    if let Some(text) = file("import-by-identity.tf") {
        let _ = write!(
            page,
            "In Terraform v1.12.0 and later, the {IMPORT_BLOCK} can be used with the `identity` attribute, for \
             example:\n\n{}",
            fenced("terraform", &text)
        );
        page.push_str("### Identity Schema\n\n#### Required\n\n");
        for column in
            schema_attributes(resource.attrs).filter(|column| column.attr.is_key() && column.role == Role::Plain)
        {
            let _ = writeln!(page, "- `{}` (String) {}", column.name, column.attr.doc);
        }
        page.push('\n');
    }
    if let Some(text) = file("import-by-string-id.tf") {
        let _ = write!(
            page,
            "In Terraform v1.5.0 and later, the {IMPORT_BLOCK} can be used with the `id` attribute, for example:\n\n{}",
            fenced("terraform", &text)
        );
    }
    if let Some(text) = file("import.sh") {
        let _ = write!(page, "The {IMPORT_COMMAND} can be used, for example:\n\n{}", fenced("shell", &text));
    }
    if !resource.named_by.is_empty() {
        let names: Vec<String> = resource.named_by.iter().map(|name| name.to_uppercase()).collect();
        let only = if resource.unique_names { "" } else { ", if it is unique" };
        let _ = write!(page, "Instead of the identifier, `{}` can be used{only}.\n\n", names.join("/"));
    }
    push_note(page, "->", resource.import_note);
    page.truncate(page.trim_end().len());
    page.push('\n');
}
