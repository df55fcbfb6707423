//! Templates of paths and locks: segments between slashes, where `{name}` stands for the attribute of that name and `{}`
//! for what a hook computes. What a template is rendered to is the engine's.

use super::resource::Resource;

/// The attributes that a template names.
pub fn names(template: &'static str) -> impl Iterator<Item = &'static str> {
    let name = |segment: &'static str| segment.strip_prefix('{')?.strip_suffix('}');
    template.split('/').filter_map(name).filter(|name| !name.is_empty())
}

impl Resource {
    /// True when the text of this attribute is a part of the address of a request, or of a lock.
    pub fn stands_in_path(&self, attribute: &str) -> bool {
        let read = match self.reads {
            super::Reads::One => None,
            super::Reads::At(path) | super::Reads::Find { path, .. } => Some(path),
        };
        let list = self.list.as_ref().and_then(|list| list.path);
        let partial = self.partial().map(|(_, path)| path);
        let templates = [self.path, read, self.lock, list, partial].into_iter().flatten();
        let is_key = || self.path.is_none() && self.keys().any(|key| key.name == attribute);
        // What is looked up by takes the key's place in the path.
        let in_its_place = || self.also_found_by.contains(&attribute);
        templates.flat_map(names).any(|name| name == attribute) || is_key() || in_its_place()
    }
}
