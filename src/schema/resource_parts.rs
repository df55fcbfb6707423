//! What other modules ask a table for: its keys, the attributes of the managed resource, what is special in them.

use super::attr::Attr;
use super::resource::{Resource, noun};
use super::schema_attribute::object_type;
use super::source::Children;
use crate::value::Type;

impl Resource {
    pub fn attr(&self, name: &str) -> Option<&'static Attr> {
        self.attrs.iter().find(|attr| attr.name == name)
    }

    /// The attributes that identify an object, in the order of an import id; at least one.
    pub fn keys(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.attrs.iter().filter(|attr| attr.is_key())
    }

    /// The keys that differ between objects.
    pub fn given_keys(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.keys().filter(|attr| attr.fixed_text().is_none())
    }

    /// The key that the system generates, if it does.
    pub fn generated_key(&self) -> Option<&'static Attr> {
        self.given_keys().find(|attr| !attr.settable())
    }

    /// The attributes of the managed resource: all but those of the data source alone.
    pub fn managed(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.attrs.iter().filter(|attr| attr.is_managed())
    }

    /// The key of the only object of its type, if a system has only one.
    pub fn only_id(&self) -> Option<&'static str> {
        self.keys().find_map(Attr::fixed_text)
    }

    /// The attribute whose elements are managed one by one, with the path template of an element.
    pub fn partial(&self) -> Option<(&'static Attr, &'static str)> {
        self.attrs.iter().find_map(|attr| Some((attr, attr.element_path()?)))
    }

    /// The attribute that holds the objects that are configured inside this one, if there is one.
    pub fn children(&self) -> Option<(&'static Attr, &'static Children)> {
        self.managed().find_map(|attr| Some((attr, attr.child_objects()?)))
    }

    /// What messages call such an object: `x_plugin_config` is a "plugin config".
    pub fn noun(&self) -> String {
        noun(self.name)
    }

    /// The Terraform type of its state.
    pub fn ty(&self) -> Type {
        object_type(self.attrs)
    }

    /// Whether the managed objects can be listed. Of settings that exist once, the list has one entry or none.
    pub fn is_listable(&self) -> bool {
        self.list.is_some() || self.parent.is_some() || self.only_id().is_some()
    }
}
