//! The list of a kind of object: where it is, how it comes, what it can be asked for. The plural data source follows
//! from it.

use std::time::SystemTime;

use super::attr::{Attr, optional};
use super::kind::Kind;
use super::resource::Resource;
use super::rule::Rule;

/// What a list can be asked for: a query parameter of its name on the wire, or the header that it names, or a part of the
/// path where that names it. A map is a parameter for each of its entries, `name.key`.
pub struct Filter {
    pub attr: Attr,
    /// Its rules are its own, not those of the attribute that it names.
    own_rules: bool,
    /// The entries are compared by the provider: the system's filter would miss some.
    pub compared_here: bool,
}

impl Filter {
    /// A filter with the name of one of the table's attributes takes that attribute's rules, unless it has its own.
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Filter {
        Filter { attr: optional(name, kind, doc), own_rules: false, compared_here: false }
    }

    /// Rules in place of those of the attribute that the filter names; none for a pattern.
    pub const fn rules(mut self, rules: &'static [Rule]) -> Filter {
        self.attr = self.attr.rules(rules);
        self.own_rules = true;
        self
    }

    /// A header carries it, in place of a parameter.
    pub const fn header(mut self, name: &'static str) -> Filter {
        self.attr = self.attr.header(name);
        self
    }

    /// Not sent: the entries are compared with it as the data source shows them.
    pub const fn compared_here(mut self) -> Filter {
        self.compared_here = true;
        self
    }

    pub fn name(&self) -> &'static str {
        self.attr.name
    }

    /// The attribute whose rules a value of this filter has to keep.
    pub fn ruled_by(&'static self, resource: &'static Resource) -> &'static Attr {
        match resource.attr(self.attr.name) {
            Some(attr) if !self.own_rules => attr,
            _ => &self.attr,
        }
    }
}

/// How a list comes.
#[derive(Clone, Copy)]
pub enum Paging {
    /// As a whole.
    Whole,
    /// In pages: the parameters for the page's number, from 1, and its size, the largest that the system gives, and
    /// where an answer tells how many entries there are.
    Pages { number: &'static str, size: &'static str, most: usize, total: &'static str },
}

/// The further parameters of each request that the whole list takes, where the system shows a part at a time.
pub type Parts = fn(now: SystemTime) -> Vec<Vec<(&'static str, String)>>;

/// How the plural data source reads the list.
pub struct DataSource {
    /// Name of the plural type.
    pub name: &'static str,
    /// Path template of the list; the collection when `None`. A filter that it names is required.
    pub path: Option<&'static str>,
    /// Where the entries are in the answer, dotted, unless the answer is itself the list.
    pub at: &'static str,
    /// Name of its attribute that holds the objects.
    pub items: &'static str,
    pub filters: &'static [Filter],
    pub paging: Paging,
    pub parts: Option<Parts>,
}

impl DataSource {
    /// `items` is the name of its attribute that holds the objects. The answer is the list, all of it.
    pub const fn new(name: &'static str, items: &'static str) -> DataSource {
        DataSource { name, path: None, at: "", items, filters: &[], paging: Paging::Whole, parts: None }
    }

    pub const fn path(mut self, template: &'static str) -> DataSource {
        self.path = Some(template);
        self
    }

    pub const fn at(mut self, place: &'static str) -> DataSource {
        self.at = place;
        self
    }

    pub const fn filters(mut self, filters: &'static [Filter]) -> DataSource {
        self.filters = filters;
        self
    }

    pub const fn paging(mut self, paging: Paging) -> DataSource {
        self.paging = paging;
        self
    }

    pub const fn parts(mut self, parts: Parts) -> DataSource {
        self.parts = Some(parts);
        self
    }
}
