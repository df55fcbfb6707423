//! The data sources that follow from a resource's table: one object by its key, and the list.

use super::attr::Attr;
use super::kind::Kind;
use super::list::DataSource;
use super::resource::Resource;
use crate::value::Type;

/// How an attribute of a data source is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    Required,
    /// The user may name it.
    Optional,
    /// The user may name it to look the object up; it is filled otherwise.
    Lookup,
    Computed,
}

/// One attribute of a data source.
pub struct View {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
    pub given: Given,
    pub sensitive: bool,
}

impl View {
    pub(super) fn of(attr: &Attr, given: Given) -> View {
        View { name: attr.name, kind: attr.kind, doc: attr.doc, given, sensitive: attr.sensitive }
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
        self.shown().filter(|attr| attr.listed)
    }

    /// The attributes that find one object: its keys, what the read path takes instead of one, and its names.
    pub fn lookups(&self) -> impl Iterator<Item = &'static str> {
        self.keys().map(|attr| attr.name).chain(self.also_found_by.iter().chain(self.named_by).copied())
    }

    /// The attributes of the singular data source.
    pub fn views(&self) -> Vec<View> {
        let given = |attr: &Attr| {
            if self.lookups().any(|name| name == attr.name) { Given::Lookup } else { Given::Computed }
        };
        self.shown().map(|attr| View::of(attr, given(attr))).collect()
    }
}

impl DataSource {
    /// The filters that the path needs.
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        let segments = self.path.into_iter().flat_map(|path| path.split('/'));
        segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The attributes that the user may set.
    pub fn views(&self) -> Vec<View> {
        let view = |filter: &super::Filter| View {
            name: filter.name,
            kind: filter.kind,
            doc: filter.doc,
            given: if self.required().any(|name| name == filter.name) { Given::Required } else { Given::Optional },
            sensitive: false,
        };
        self.filters.iter().map(view).collect()
    }
}

/// Those of these attributes that a data source shows.
pub fn visible(attrs: &'static [Attr]) -> impl Iterator<Item = &'static Attr> {
    attrs.iter().filter(|attr| !attr.secret && !attr.once && attr.shown && !attr.local)
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
        Kind::Str | Kind::Bool | Kind::Int | Kind::Num => kind.ty(),
    }
}
