//! A position in a value during a traversal: one step and the parent position, borrowed. A traversal visits thousands
//! of positions and reports few of them, so nothing is copied until the [`Path`] is requested.

use std::borrow::Cow;
use std::fmt;

use super::{Path, Step};

/// A position below the root of an object. Elements of a set have the position of the set.
#[derive(Clone, Copy)]
pub enum At<'a> {
    Root,
    Attribute(&'a At<'a>, &'a str),
    Index(&'a At<'a>, usize),
    Key(&'a At<'a>, &'a str),
}

impl<'a> At<'a> {
    #[must_use]
    pub fn then(&'a self, name: &'a str) -> At<'a> {
        At::Attribute(self, name)
    }

    #[must_use]
    pub fn index(&'a self, index: usize) -> At<'a> {
        At::Index(self, index)
    }

    #[must_use]
    pub fn key(&'a self, key: &'a str) -> At<'a> {
        At::Key(self, key)
    }

    /// The position as an owned path.
    pub fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut at = self;
        loop {
            let (before, step) = match at {
                At::Root => break,
                At::Attribute(before, name) => (before, Step::Attribute((*name).to_owned())),
                At::Index(before, index) => (before, Step::Index(*index)),
                At::Key(before, key) => (before, Step::Key((*key).to_owned())),
            };
            steps.push(step);
            at = before;
        }
        steps.reverse();
        Path(steps)
    }

    /// The name of the last attribute of the path, which the user configured; empty at the root.
    pub fn name(&self) -> &'a str {
        match self {
            At::Root => "",
            At::Attribute(_, name) => name,
            At::Index(before, _) | At::Key(before, _) => before.name(),
        }
    }

    /// The text of [`Path::exact`], which is unique.
    pub fn exact(&self) -> Cow<'a, str> {
        match self {
            At::Attribute(At::Root, name) => Cow::Borrowed(name),
            _ => Cow::Owned(self.path().exact()),
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_its_path() {
        let top = At::Root.then("rows");
        let row = top.index(2);
        let tags = row.then("tags");
        let place = tags.key("a \"b\"");
        let path = Path::attribute("rows").and(Step::Index(2)).and(Step::Attribute("tags".to_owned()));
        assert_eq!(place.path(), path.and(Step::Key("a \"b\"".to_owned())));
        assert_eq!(place.exact(), place.path().exact());
        assert_eq!(
            (top.exact().as_ref(), top.path(), At::Root.path()),
            ("rows", Path::attribute("rows"), Path::root())
        );
        assert_eq!((place.name(), At::Root.name()), ("tags", ""));
        assert_eq!(place.to_string(), place.path().to_string());
    }
}
