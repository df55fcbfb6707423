//! The list of a kind of object: where it is, how it comes, what it can be asked for. The plural data source follows
//! from it.

use std::time::SystemTime;

use super::attr::Attr;

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
    /// What the list can be asked for: each is a query parameter of its name on the wire, or the header that it names, or
    /// a part of the path where that names it. A map is a parameter for each of its entries, `name.key`.
    pub filters: &'static [Attr],
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

    pub const fn filters(mut self, filters: &'static [Attr]) -> DataSource {
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
