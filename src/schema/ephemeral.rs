//! Ephemeral resources: values that are requested when they are needed and never stored.

use super::attr::Attr;
use super::check::{check_entry, is_version};
use super::data::View;
use super::request::Request;
use super::template;

/// An ephemeral resource.
pub struct Ephemeral {
    pub name: &'static str,
    pub doc: &'static str,
    /// The group of its page in the documentation.
    pub subcategory: &'static str,
    /// The first version of the system that has it.
    pub since: Option<&'static str>,
    /// The attributes that the user sets, and those of the response.
    pub attrs: &'static [Attr],
    /// The request that returns the values.
    pub open: Request,
}

impl Ephemeral {
    pub const fn new(name: &'static str, doc: &'static str, open: Request, attrs: &'static [Attr]) -> Ephemeral {
        check_entry(attrs);
        assert!(open.names_only(attrs), "the request names an attribute that the ephemeral resource lacks");
        Ephemeral { name, doc, subcategory: "", since: None, attrs, open }
    }

    /// The group of its page in the documentation.
    pub const fn subcategory(mut self, name: &'static str) -> Ephemeral {
        self.subcategory = name;
        self
    }

    /// Earlier versions of the system do not have it.
    pub const fn since(mut self, version: &'static str) -> Ephemeral {
        assert!(is_version(version), "since() is a version: up to three numbers with dots between them");
        self.since = Some(version);
        self
    }

    pub fn views(&self) -> Vec<View> {
        let in_path = |attr: &Attr| template::names(self.open.path).any(|name| name == attr.name);
        self.attrs.iter().map(|attr| View { in_path: in_path(attr), ..View::of(attr) }).collect()
    }

    /// What messages call it.
    pub fn noun(&self) -> String {
        super::resource::noun(self.name)
    }
}
