//! The schema section: attributes grouped by required, optional and read-only, nested ones after them, each with its
//! type and its marks.

use std::fmt::Write as _;

use terraform_provider_hoop::schema::{
    Attr, Kind, LEFT_ALONE, Mode, Query, Replaces, Resource, Role, SchemaAttribute, View, schema_attributes, visible,
};

const WRITE_ONLY: &str = "https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments";

/// Stands for a text that most optional attributes of some pages share.
const LEFT_ALONE_MARK: &str = "left alone";

/// The groups of attributes; the headings of the section, in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Required,
    Optional,
    ReadOnly,
}

const GROUPS: [(Group, &str); 3] =
    [(Group::Required, "Required"), (Group::Optional, "Optional"), (Group::ReadOnly, "Read-Only")];

impl Group {
    pub(super) fn of(attr: &Attr) -> Group {
        match Mode::from(attr) {
            Mode::Required => Group::Required,
            Mode::Optional | Mode::Lookup => Group::Optional,
            Mode::Computed => Group::ReadOnly,
        }
    }
}

/// One attribute as the page shows it.
pub(super) struct Entry {
    name: String,
    kind: Kind,
    group: Group,
    text: String,
    marks: Vec<String>,
    nested: Vec<Entry>,
}

impl Entry {
    /// An attribute and what is nested in it; the groups of nested attributes come from the table.
    pub(super) fn of_attribute(attr: &'static Attr, group: Group) -> Entry {
        Entry::of_column(&SchemaAttribute { name: attr.name.into(), attr, role: Role::Plain }, group)
    }

    /// An attribute of something that has no state.
    pub(super) fn of_argument(attr: &'static Attr) -> Entry {
        let Entry { mut marks, name, kind, group, nested, .. } = Entry::of_attribute(attr, Group::of(attr));
        marks.retain(|mark| mark != LEFT_ALONE_MARK);
        Entry { name, kind, group, text: attr.argument_description(), marks, nested }
    }

    fn of_column(column: &SchemaAttribute, group: Group) -> Entry {
        let attr = column.attr;
        let mut marks = Vec::new();
        if attr.is_sensitive() && column.role != Role::Version {
            marks.push("Sensitive".to_owned());
        }
        if column.role == Role::Plain && attr.deprecated.is_some() {
            marks.push("Deprecated".to_owned());
        }
        if column.role == Role::WriteOnly {
            marks.push(format!("[Write-only]({WRITE_ONLY})"));
        }
        let mut text = column.description();
        if let Some(brief) = text.strip_suffix(LEFT_ALONE) {
            text.truncate(brief.len());
            marks.push(LEFT_ALONE_MARK.to_owned());
        }
        if let Some(instead) = attr.deprecated.filter(|_| column.role == Role::Plain) {
            let _ = write!(text, " Deprecated: {instead}");
        }
        text.push_str(match attr.replaces_on() {
            _ if column.role != Role::Plain => "",
            None => "",
            Some(Replaces::Always) => " Changing this attribute replaces the object.",
            Some(Replaces::OnceSet) => " Changing a value that is set replaces the object.",
            Some(Replaces::OnRemoval) => " Removing this attribute replaces the object.",
        });
        if let Some(instead) = attr.instead_of_change() {
            let _ = write!(text, " This attribute cannot be changed. {instead}");
        }
        Entry {
            name: column.name.to_string(),
            kind: if column.role == Role::Version { Kind::Str } else { attr.kind },
            group,
            text,
            marks,
            nested: attr
                .kind
                .nested()
                .into_iter()
                .flat_map(schema_attributes)
                .map(|c| Entry::of_column(&c, role_group(&c)))
                .collect(),
        }
    }
}

impl Entry {
    /// Whether something is true of the entry or of one inside it.
    fn any(&self, is: &impl Fn(&Entry) -> bool) -> bool {
        is(self) || self.nested.iter().any(|entry| entry.any(is))
    }
}

/// The twins of a secret are optional, whatever the secret is.
fn role_group(column: &SchemaAttribute) -> Group {
    if column.role == Role::Plain { Group::of(column.attr) } else { Group::Optional }
}

/// The attributes of a managed resource.
pub(super) fn managed(resource: &'static Resource) -> Vec<Entry> {
    let entry = |column: SchemaAttribute| {
        let entry = Entry::of_column(&column, role_group(&column));
        Entry { text: entry.text + resource.path_note(&column), ..entry }
    };
    schema_attributes(resource.attrs).map(entry).collect()
}

/// An attribute that a data source only reads, without the notes about setting it.
pub(super) fn shown(attr: &'static Attr) -> Entry {
    Entry {
        name: attr.name.to_owned(),
        kind: attr.kind,
        group: Group::ReadOnly,
        text: attr.doc.to_owned(),
        marks: if attr.is_sensitive() { vec!["Sensitive".to_owned()] } else { Vec::new() },
        nested: attr.kind.nested().into_iter().flat_map(visible).map(shown).collect(),
    }
}

/// The attributes of a query.
pub(super) fn asked(query: &'static Query) -> Vec<Entry> {
    query.attrs.iter().map(|attr| Entry::of_attribute(attr, Group::of(attr))).collect()
}

pub(super) fn views(views: &[View]) -> Vec<Entry> {
    let entry = |view: &View| {
        let group = match view.mode {
            Mode::Required => Group::Required,
            Mode::Optional | Mode::Lookup => Group::Optional,
            Mode::Computed => Group::ReadOnly,
        };
        Entry { group, ..shown(view.attr) }
    };
    views.iter().map(entry).collect()
}

/// The list that a plural data source fills.
pub(super) fn listed(name: &str, nested: Vec<Entry>) -> Entry {
    const OBJECTS: Kind = Kind::List(&Kind::Object(&[]));
    let text = "The objects that were found.".to_owned();
    Entry { name: name.to_owned(), kind: OBJECTS, group: Group::ReadOnly, text, marks: Vec::new(), nested }
}

/// The whole section.
pub(super) fn render(mut entries: Vec<Entry>) -> String {
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let mut page = "## Schema\n\n".to_owned();
    if entries.iter().any(|entry| entry.any(&|entry| entry.marks.iter().any(|mark| mark == LEFT_ALONE_MARK))) {
        let _ = write!(
            page,
            "Attributes that are marked as *{LEFT_ALONE_MARK}* keep what was set outside Terraform while they are not \
             configured. Removing one from the configuration clears it, or returns it to its default.\n\n"
        );
    }
    for (group, title) in GROUPS {
        let members: Vec<&Entry> = entries.iter().filter(|entry| entry.group == group).collect();
        if members.is_empty() {
            continue;
        }
        let _ = write!(page, "### {title}\n\n");
        if group == Group::Optional
            && members.iter().any(|entry| entry.marks.iter().any(|mark| mark.contains(WRITE_ONLY)))
        {
            let _ = write!(
                page,
                "> **NOTE**: [Write-only arguments]({WRITE_ONLY}) require Terraform or OpenTofu 1.11 or later.\n\n"
            );
        }
        for entry in &members {
            push_line(&mut page, entry, &entry.name);
        }
        page.push('\n');
    }
    let mut nested = String::new();
    for entry in &entries {
        push_nested(&mut nested, entry, &entry.name);
    }
    page.push_str(&nested);
    page
}

/// Entries without groups, in the order of the table.
pub(super) fn lines(entries: impl Iterator<Item = Entry>) -> String {
    let mut text = String::new();
    entries.for_each(|entry| push_line(&mut text, &entry, &entry.name));
    text
}

fn push_line(page: &mut String, entry: &Entry, path: &str) {
    let marks: String = entry.marks.iter().map(|mark| format!(", {mark}")).collect();
    let below = if entry.nested.is_empty() {
        String::new()
    } else {
        format!(" (see [below for nested schema](#{}))", anchor(path))
    };
    let _ = writeln!(page, "- `{}` ({}{marks}) {}{below}", entry.name, type_name(&entry.kind), entry.text);
}

fn push_nested(page: &mut String, entry: &Entry, path: &str) {
    if entry.nested.is_empty() {
        return;
    }
    let _ = write!(page, "<a id=\"{}\"></a>\n### Nested Schema for `{path}`\n\n", anchor(path));
    let mut nested: Vec<&Entry> = entry.nested.iter().collect();
    nested.sort_by(|a, b| a.name.cmp(&b.name));
    let inner = |entry: &Entry| format!("{path}.{}", entry.name);
    for (group, title) in GROUPS {
        let members: Vec<&&Entry> = nested.iter().filter(|entry| entry.group == group).collect();
        if members.is_empty() {
            continue;
        }
        let _ = write!(page, "{title}:\n\n");
        members.iter().for_each(|entry| push_line(page, entry, &inner(entry)));
        page.push('\n');
    }
    nested.iter().for_each(|entry| push_nested(page, entry, &inner(entry)));
}

fn anchor(path: &str) -> String {
    format!("nestedatt--{}", path.replace('.', "--"))
}

pub(super) fn type_name(kind: &Kind) -> String {
    match kind {
        Kind::Str => "String".to_owned(),
        Kind::Bool => "Boolean".to_owned(),
        Kind::Int32 | Kind::Int64 | Kind::Float64 => "Number".to_owned(),
        Kind::Object(_) => "Attributes".to_owned(),
        Kind::List(Kind::Object(_)) => "Attributes List".to_owned(),
        Kind::Set(Kind::Object(_)) => "Attributes Set".to_owned(),
        Kind::Map(Kind::Object(_)) => "Attributes Map".to_owned(),
        Kind::List(of) => format!("List of {}", type_name(of)),
        Kind::Set(of) => format!("Set of {}", type_name(of)),
        Kind::Map(of) => format!("Map of {}", type_name(of)),
    }
}

#[test]
fn types_are_named_as_terraform_users_know_them() {
    assert_eq!(type_name(&Kind::Map(&Kind::Str)), "Map of String");
    assert_eq!(type_name(&Kind::Set(&Kind::Object(&[]))), "Attributes Set");
    assert_eq!(anchor("roles.secrets"), "nestedatt--roles--secrets");
}
