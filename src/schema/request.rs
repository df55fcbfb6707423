//! One request to the system, as data: its method, its path, its body. Data sources without a resource, ephemeral resources
//! and actions consist of such requests; the engine sends them.

use super::attr::Attr;
use super::check::{fits, has};
use super::data::View;
use super::template;

/// The method of a [`Request`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestMethod {
    Get,
    Post,
    Put,
    Delete,
}

/// One request.
#[derive(Clone, Copy)]
pub struct Request {
    pub method: RequestMethod,
    /// Template of the path: `{name}` stands for the attribute of that name.
    pub path: &'static str,
    /// The attributes that its JSON body consists of. Null ones are left out. Without any, it has no body.
    pub body: &'static [&'static str],
    /// The parameters after the path.
    pub query: &'static [(&'static str, &'static str)],
    /// Whether it may be sent again after a response was lost. A POST may have done its work already.
    pub repeatable: bool,
}

impl Request {
    const fn new(method: RequestMethod, path: &'static str) -> Request {
        let repeatable = !matches!(method, RequestMethod::Post);
        Request { method, path, body: &[], query: &[], repeatable }
    }

    pub const fn get(path: &'static str) -> Request {
        Request::new(RequestMethod::Get, path)
    }

    pub const fn post(path: &'static str) -> Request {
        Request::new(RequestMethod::Post, path)
    }

    pub const fn put(path: &'static str) -> Request {
        Request::new(RequestMethod::Put, path)
    }

    pub const fn delete(path: &'static str) -> Request {
        Request::new(RequestMethod::Delete, path)
    }

    pub const fn body(mut self, attributes: &'static [&'static str]) -> Request {
        assert!(!matches!(self.method, RequestMethod::Get), "a GET has no body()");
        self.body = attributes;
        self
    }

    /// The parameters after the path.
    pub const fn query(mut self, parameters: &'static [(&'static str, &'static str)]) -> Request {
        self.query = parameters;
        self
    }

    /// A POST that has the same effect when it is sent twice.
    pub const fn repeatable(mut self) -> Request {
        self.repeatable = true;
        self
    }

    /// Whether path and body name attributes of these tables only.
    pub(super) const fn names_only(&self, attrs: &[Attr], others: &[Attr]) -> bool {
        let mut i = 0;
        while i < self.body.len() {
            if !has(attrs, self.body[i]) {
                return false;
            }
            i += 1;
        }
        fits(self.path, attrs, others)
    }
}

/// The attributes of a table that consists of these requests.
pub(super) fn views<'a>(attrs: &'static [Attr], requests: impl IntoIterator<Item = &'a Request>) -> Vec<View> {
    let in_paths: Vec<&str> = requests.into_iter().flat_map(|request| template::names(request.path)).collect();
    attrs.iter().map(|attr| View { in_path: in_paths.contains(&attr.name), ..View::of(attr) }).collect()
}
