//! Templates of paths and locks. In a segment, `{name}` is replaced by the attribute of that name, and `{}` by the hook
//! `path_part`. The engine renders them.

use super::resource::Resource;

/// The names of the attributes in a template.
pub fn names(template: &'static str) -> impl Iterator<Item = &'static str> {
    let name = |segment: &'static str| segment.strip_prefix('{')?.strip_suffix('}');
    template.split('/').filter_map(name).filter(|name| !name.is_empty())
}

impl Resource {
    /// True when the value of this attribute is part of the path of a request, or of a lock.
    pub fn is_in_path(&self, attribute: &str) -> bool {
        self.path_attributes().contains(&attribute)
    }

    /// The attributes whose values are part of the path of a request, or of a lock.
    pub(super) fn path_attributes(&self) -> Vec<&'static str> {
        let read = match self.reads {
            super::Reads::One => None,
            super::Reads::At(path) | super::Reads::Find { path, .. } => Some(path),
        };
        let list = self.list.as_ref().and_then(|list| list.path);
        let partial = self.partial().map(|(_, path)| path);
        let templates = [self.path, read, self.lock, list, partial].into_iter().flatten();
        let keys = self.keys().filter(|_| self.path.is_none()).map(|key| key.name);
        // Alternatives take the place of the key.
        templates.flat_map(names).chain(keys).chain(self.alternative_keys.iter().copied()).collect()
    }
}
