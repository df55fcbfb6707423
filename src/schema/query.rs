//! Queries: data sources that belong to no resource, each with one request and one response.

use super::attr::Attr;
use super::check::check_entry;
use super::data::View;
use super::request::{Request, views};
use crate::hooks::ResultOf;

/// A query.
pub struct Query {
    pub name: &'static str,
    pub doc: &'static str,
    /// The group of its page in the documentation.
    pub subcategory: &'static str,
    /// It has no lasting effect, so that it may be repeated.
    pub request: Request,
    /// The attributes that the user sets, and those of the response. A response must contain the keys.
    pub attrs: &'static [Attr],
    /// The result in an error response, if the system returns some results as errors.
    pub refused: Option<ResultOf>,
}

impl Query {
    pub const fn new(name: &'static str, doc: &'static str, request: Request, attrs: &'static [Attr]) -> Query {
        check_entry(attrs);
        assert!(request.names_only(attrs, &[]), "the request names an attribute that the query lacks");
        assert!(request.repeatable, "a data source is read again and again: its request must be repeatable()");
        Query { name, doc, subcategory: "", request, attrs, refused: None }
    }

    /// The group of its page in the documentation.
    pub const fn subcategory(mut self, name: &'static str) -> Query {
        self.subcategory = name;
        self
    }

    /// The system returns some results as errors.
    pub const fn refused(mut self, result: ResultOf) -> Query {
        self.refused = Some(result);
        self
    }

    pub fn views(&self) -> Vec<View> {
        views(self.attrs, [&self.request])
    }

    /// What messages call the query.
    pub fn noun(&self) -> String {
        super::resource::noun(self.name)
    }
}
