//! The entries that follow from a table, and who gives which attribute there: the resource itself, the data source that
//! shows one object by its key, and the list.

use super::attr::Attr;
use super::kind::Kind;
use super::list::{DataSource, Filter};
use super::resource::Resource;
use super::rule::Rule;
use super::template;
use crate::value::Type;

/// Who gives an attribute of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    Required,
    /// The user may name it.
    Optional,
    /// The user may name it to look the object up; it is filled otherwise.
    Lookup,
    Computed,
}

impl From<&Attr> for Given {
    fn from(attr: &Attr) -> Given {
        match (attr.settable(), attr.is_required()) {
            (false, _) => Given::Computed,
            (true, true) => Given::Required,
            (true, false) => Given::Optional,
        }
    }
}

/// One attribute of an entry (a resource, a data source, the provider block) and who gives it there.
#[derive(Clone, Copy)]
pub struct View {
    pub attr: &'static Attr,
    pub given: Given,
    /// Its text is a part of the address of a request.
    pub in_path: bool,
    /// The rules that hold: none for names that something is looked up by, which may be older than they are.
    pub rules: &'static [Rule],
}

impl View {
    /// As the table says, of an attribute that stands in no path.
    pub fn of(attr: &'static Attr) -> View {
        View { attr, given: attr.into(), in_path: false, rules: attr.rules }
    }
}

impl Resource {
    /// What the singular data source shows: everything but secrets, what is shown once or never, and what is
    /// Terraform's own.
    pub fn shown(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        visible(self.attrs)
    }

    /// What each element of the plural data source shows.
    pub fn shown_in_list(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.shown().filter(|attr| attr.is_in_list())
    }

    /// The attributes that find one object: its keys, what the read path takes instead of one, and its names.
    pub fn lookups(&self) -> impl Iterator<Item = &'static str> {
        self.keys().map(|attr| attr.name).chain(self.also_found_by.iter().chain(self.named_by).copied())
    }

    /// The attributes of the managed resource.
    pub fn inputs(&self) -> impl Iterator<Item = View> + use<'_> {
        self.managed().map(|attr| View { in_path: self.stands_in_path(attr.name), ..View::of(attr) })
    }

    /// The attributes of the singular data source.
    pub fn views(&self) -> Vec<View> {
        let given = |attr: &Attr| {
            if self.lookups().any(|name| name == attr.name) { Given::Lookup } else { Given::Computed }
        };
        self.shown().map(|attr| self.view(attr, given(attr))).collect()
    }

    /// The keys as an import gives them. Where something else may stand in a key's place, its rules say nothing.
    pub fn key_views(&self) -> impl Iterator<Item = View> + use<'_> {
        self.keys().map(|attr| {
            let rules = if self.also_found_by.is_empty() { attr.rules } else { &[] };
            View { rules, ..self.view(attr, Given::Lookup) }
        })
    }

    fn view(&self, attr: &'static Attr, given: Given) -> View {
        View {
            attr,
            given,
            in_path: self.stands_in_path(attr.name),
            rules: if attr.is_key() { attr.rules } else { &[] },
        }
    }
}

impl DataSource {
    /// The filters that the path needs.
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.into_iter().flat_map(template::names)
    }

    /// The attributes that the user may set, in the list of this table.
    pub fn views(&self, table: &'static Resource) -> Vec<View> {
        let view = |filter: &'static Filter| {
            let attr = &filter.attr;
            let in_path = self.required().any(|name| name == attr.name);
            let given = if in_path { Given::Required } else { Given::Optional };
            View { given, in_path, rules: filter.ruled_by(table).rules, ..View::of(attr) }
        };
        self.filters.iter().map(view).collect()
    }
}

/// Those of these attributes that a data source shows.
pub fn visible(attrs: &'static [Attr]) -> impl Iterator<Item = &'static Attr> {
    attrs
        .iter()
        .filter(|attr| !attr.is_secret() && !attr.is_shown_once() && attr.is_readable() && !attr.is_client_only())
}

/// The type of one object as a data source shows it.
pub fn shown_type(attrs: impl Iterator<Item = &'static Attr>) -> Type {
    Type::Object(attrs.map(|attr| (attr.name.to_owned(), shown_kind(&attr.kind))).collect())
}

fn shown_kind(kind: &Kind) -> Type {
    match kind {
        Kind::List(of) => Type::list(shown_kind(of)),
        Kind::Set(of) => Type::set(shown_kind(of)),
        Kind::Map(of) => Type::map(shown_kind(of)),
        Kind::Object(attrs) => shown_type(visible(attrs)),
        Kind::Str | Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64 => kind.ty(),
    }
}
