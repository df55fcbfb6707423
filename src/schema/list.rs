//! The list of a kind of object: its path, the form of its answer, its filters. The data source for all objects is derived
//! from it.

use super::attr::{Attr, optional};
use super::kind::Kind;
use super::resource::Resource;
use super::rule::Rule;
use crate::hooks::ListParts;

/// A filter of a list: a query parameter with its name in JSON, or a header, or a part of the path if the path names it. A
/// map is one parameter per entry, `name.key`.
pub struct Filter {
    pub attr: Attr,
    /// Its rules replace those of the attribute with its name.
    own_rules: bool,
    /// The provider compares the entries itself, because the system's filter would miss some.
    pub client_side: bool,
    /// The form in which the value is sent, if it is another one.
    pub form: Option<fn(&str) -> String>,
}

impl Filter {
    /// A filter with the name of an attribute of the table has the rules of that attribute, unless it gets its own.
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Filter {
        Filter { attr: optional(name, kind, doc), own_rules: false, client_side: false, form: None }
    }

    /// Rules in place of those of the attribute with the same name; none for a pattern.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Filter {
        self.attr = self.attr.rules(rules);
        self.own_rules = true;
        self
    }

    /// The name of the parameter, if it is another one.
    pub const fn wire(mut self, name: &'static str) -> Filter {
        self.attr = self.attr.wire(name);
        self
    }

    /// A header carries it, not a parameter.
    pub const fn header(mut self, name: &'static str) -> Filter {
        assert!(!self.client_side, "header() and client_side() contradict each other");
        self.attr = self.attr.header(name);
        self
    }

    /// It is sent in another form.
    pub const fn form(mut self, form: fn(&str) -> String) -> Filter {
        assert!(matches!(self.attr.kind, Kind::Str), "form() is for strings");
        self.form = Some(form);
        self
    }

    /// It is not sent: the provider compares it with the entries as the data source shows them.
    pub const fn client_side(mut self) -> Filter {
        assert!(self.attr.header_name().is_none(), "header() and client_side() contradict each other");
        self.client_side = true;
        self
    }

    pub fn name(&self) -> &'static str {
        self.attr.name
    }

    /// The attribute whose rules a value of this filter must satisfy.
    pub fn rules_from(&'static self, resource: &'static Resource) -> &'static Attr {
        match resource.attr(self.attr.name) {
            Some(attr) if !self.own_rules => attr,
            _ => &self.attr,
        }
    }
}

/// How a list is read.
#[derive(Clone, Copy)]
pub enum Paging {
    /// With one request.
    Whole,
    /// In pages: the parameters for the number of the page, from 1, and for its size, the largest size that the system
    /// allows, and the place of the total number of entries in an answer.
    Pages { number: &'static str, size: &'static str, most: usize, total: &'static str },
}

/// Objects that can only be found through those of another type.
#[derive(Clone, Copy)]
pub struct Parent {
    pub table: &'static Resource,
    /// The attribute that contains the key of the parent.
    pub attribute: &'static str,
}

/// A list, and the data source that shows it.
pub struct Listing {
    /// Name of the data source.
    pub name: &'static str,
    /// Path template of the list; the collection when `None`. A filter that it names is required.
    pub path: Option<&'static str>,
    /// Where the entries are in the answer, dotted; empty when the answer is the list.
    pub at: &'static str,
    /// Where the objects are inside an entry, if an entry is not the object.
    pub inside: Option<&'static str>,
    /// Name of the attribute with the objects.
    pub items: &'static str,
    pub filters: &'static [Filter],
    pub paging: Paging,
    pub parts: Option<ListParts>,
}

impl Listing {
    /// A list without filters that one request returns, as the answer itself. `items` is the name of the attribute with
    /// the objects.
    pub const fn new(name: &'static str, items: &'static str) -> Listing {
        Listing { name, path: None, at: "", inside: None, items, filters: &[], paging: Paging::Whole, parts: None }
    }

    pub const fn path(mut self, template: &'static str) -> Listing {
        self.path = Some(template);
        self
    }

    pub const fn at(mut self, place: &'static str) -> Listing {
        self.at = place;
        self
    }

    /// An entry is no object, but contains a list of them.
    pub const fn inside(mut self, name: &'static str) -> Listing {
        self.inside = Some(name);
        self
    }

    pub const fn filters(mut self, filters: &'static [Filter]) -> Listing {
        self.filters = filters;
        self
    }

    pub const fn paging(mut self, paging: Paging) -> Listing {
        self.paging = paging;
        self
    }

    pub const fn parts(mut self, parts: ListParts) -> Listing {
        self.parts = Some(parts);
        self
    }
}
