//! A data source that is no resource's: one question to the system, one answer. What a resource's own data sources show
//! follows from its table.

use super::attr::Attr;
use super::check::{check_entry, fits};
use super::data::View;
use super::template;
use crate::hooks::ResultOf;

/// How the question is put.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    Get,
    /// Something happens, and nothing is changed: asking twice does no harm.
    Post,
}

/// One question.
pub struct Query {
    pub name: &'static str,
    pub doc: &'static str,
    pub ask: Ask,
    /// Template of the path: `{name}` stands for the attribute of that name.
    pub path: &'static str,
    /// What the user gives, and what the answer shows. An answer without one of the keys is none.
    pub attrs: &'static [Attr],
    /// What a refusal of the system shows, where that is an answer too.
    pub refused: Option<ResultOf>,
}

impl Query {
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        ask: Ask,
        path: &'static str,
        attrs: &'static [Attr],
    ) -> Query {
        check_entry(attrs);
        assert!(fits(path, attrs, &[]), "the path of a question names an attribute that it lacks");
        Query { name, doc, ask, path, attrs, refused: None }
    }

    /// What a refusal of the system shows.
    pub const fn refused(mut self, result: ResultOf) -> Query {
        self.refused = Some(result);
        self
    }

    pub fn views(&self) -> Vec<View> {
        let in_path = |attr: &Attr| template::names(self.path).any(|name| name == attr.name);
        self.attrs.iter().map(|attr| View { in_path: in_path(attr), ..View::of(attr) }).collect()
    }

    /// The kind of question in words for messages.
    pub fn noun(&self) -> String {
        super::resource::noun(self.name)
    }
}
