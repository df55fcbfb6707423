//! What follows from a table: the attributes of the resource, of the data source for one object and of the plural data
//! source, and who sets each of them there.

use super::attr::Attr;
use super::kind::Kind;
use super::list::{Filter, Listing};
use super::resource::Resource;
use super::rule::Rule;
use super::template;
use crate::value::Type;

/// Who sets an attribute of a resource, a data source or a provider block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Required,
    Optional,
    /// The user may set it to look up the object; otherwise it is computed.
    Lookup,
    Computed,
}

impl From<&Attr> for Mode {
    fn from(attr: &Attr) -> Mode {
        match (attr.settable(), attr.is_required()) {
            (false, _) => Mode::Computed,
            (true, true) => Mode::Required,
            (true, false) => Mode::Optional,
        }
    }
}

/// One attribute of a resource, a data source or a provider block, and who sets it there.
#[derive(Clone, Copy)]
pub struct View {
    pub attr: &'static Attr,
    pub mode: Mode,
    /// Its value is part of the path of a request.
    pub in_path: bool,
    /// The rules that apply. None for names that an object is looked up by, since the object may be older than the rule.
    pub rules: &'static [Rule],
}

impl View {
    /// As in the table, for an attribute that is not part of a path.
    pub fn of(attr: &'static Attr) -> View {
        View { attr, mode: attr.into(), in_path: false, rules: attr.rules }
    }
}

impl Resource {
    /// The attributes of the data source: all but secrets, those that no read shows, and client-only ones.
    pub fn shown(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        visible(self.attrs)
    }

    /// The attributes of an object in the plural data source.
    pub fn shown_in_list(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.shown().filter(|attr| attr.is_in_list())
    }

    /// The attributes that an object is looked up by: its keys, their alternatives, and its names.
    pub fn lookups(&self) -> impl Iterator<Item = &'static str> {
        self.given_keys().map(|attr| attr.name).chain(self.alternative_keys.iter().chain(self.named_by).copied())
    }

    /// The attributes of the managed resource.
    pub fn inputs(&self) -> impl Iterator<Item = View> + use<'_> {
        let in_path = self.path_attributes();
        self.managed().map(move |attr| View { in_path: in_path.contains(&attr.name), ..View::of(attr) })
    }

    /// The attributes of the data source for one object.
    pub fn views(&self) -> Vec<View> {
        let mode = |attr: &Attr| {
            if self.lookups().any(|name| name == attr.name) { Mode::Lookup } else { Mode::Computed }
        };
        self.shown().map(|attr| self.view(attr, mode(attr))).collect()
    }

    /// The keys as an import has them. The rules of a key do not apply if the table has alternatives to it.
    pub fn key_views(&self) -> impl Iterator<Item = View> + use<'_> {
        self.keys().map(|attr| {
            let rules = if self.alternative_keys.is_empty() { attr.rules } else { &[] };
            View { rules, ..self.view(attr, Mode::Lookup) }
        })
    }

    /// The filters of a list of the managed objects: those of the plural data source, and the parent. None is required if
    /// the parents can be listed.
    pub fn list_views(&'static self) -> Vec<View> {
        let mut views = self.list.as_ref().map(|list| list.views(self)).unwrap_or_default();
        if let Some(attr) = self.parent.and_then(|parent| self.attr(parent.attribute)) {
            match views.iter_mut().find(|view| view.attr.name == attr.name) {
                Some(view) => view.mode = Mode::Optional,
                None => views.push(View { mode: Mode::Optional, in_path: true, ..View::of(attr) }),
            }
        }
        views
    }

    fn view(&self, attr: &'static Attr, mode: Mode) -> View {
        View { attr, mode, in_path: self.is_in_path(attr.name), rules: if attr.is_key() { attr.rules } else { &[] } }
    }
}

impl Listing {
    /// The filters that the path contains.
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.into_iter().flat_map(template::names)
    }

    /// The attributes that the user may set.
    pub fn views(&self, table: &'static Resource) -> Vec<View> {
        let view = |filter: &'static Filter| {
            let attr = &filter.attr;
            let in_path = self.required().any(|name| name == attr.name);
            let mode = if in_path { Mode::Required } else { Mode::Optional };
            View { mode, in_path, rules: filter.rules_from(table).rules, ..View::of(attr) }
        };
        self.filters.iter().map(view).collect()
    }
}

/// The attributes that a data source shows.
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
