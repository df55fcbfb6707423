//! Actions: work of the system that a configuration or a user starts, and that has no state.

use super::attr::Attr;
use super::check::{check_entry, is_version};
use super::data::View;
use super::request::Request;
use super::template;

/// An action.
pub struct Action {
    pub name: &'static str,
    pub doc: &'static str,
    /// The group of its page in the documentation.
    pub subcategory: &'static str,
    /// The first version of the system that has it.
    pub since: Option<&'static str>,
    /// The attributes that the user sets.
    pub attrs: &'static [Attr],
    pub request: Request,
}

impl Action {
    pub const fn new(name: &'static str, doc: &'static str, request: Request, attrs: &'static [Attr]) -> Action {
        check_entry(attrs);
        assert!(request.names_only(attrs), "the request names an attribute that the action lacks");
        Action { name, doc, subcategory: "", since: None, attrs, request }
    }

    /// The group of its page in the documentation.
    pub const fn subcategory(mut self, name: &'static str) -> Action {
        self.subcategory = name;
        self
    }

    /// Earlier versions of the system do not have it.
    pub const fn since(mut self, version: &'static str) -> Action {
        assert!(is_version(version), "since() is a version: up to three numbers with dots between them");
        self.since = Some(version);
        self
    }

    pub fn views(&self) -> Vec<View> {
        let in_path = |attr: &Attr| template::names(self.request.path).any(|name| name == attr.name);
        self.attrs.iter().map(|attr| View { in_path: in_path(attr), ..View::of(attr) }).collect()
    }

    /// What messages call it.
    pub fn noun(&self) -> String {
        super::resource::noun(self.name)
    }
}
