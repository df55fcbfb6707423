//! One resource as a table: its attributes, where it lives, which verbs it knows. Data sources follow from it.

use super::attr::Attr;
use super::check::{check, count_keys, count_partial, fits, has, is_filter, is_given, names_hook};
use super::list::DataSource;
use super::rights::{Hiding, Rights};
use super::schema_attribute::object_type;
use super::source::Children;
use super::verb::{Create, Destroy, Reads, Update, WriteMethod};
use crate::hooks::Hooks;
use crate::value::Type;

/// One kind of object.
pub struct Resource {
    pub name: &'static str,
    pub doc: &'static str,
    /// Path of the collection, without slashes around it.
    pub collection: &'static str,
    pub attrs: &'static [Attr],
    /// Template of the object's own path; the collection and the key when `None`.
    pub path: Option<&'static str>,
    pub reads: Reads,
    pub create: Create,
    pub update: Update,
    pub destroy: Destroy,
    /// The writes whose answers show the object as a read does, but for what its attributes say of themselves.
    pub shown_by: &'static [WriteMethod],
    /// Template of the name under which writes are serialised; the object's own path when `None`.
    pub lock: Option<&'static str>,
    /// The attribute that is the body of a write by itself.
    pub bare_body: Option<&'static str>,
    /// The system overrules some values of a create: they are sent once more, by an update.
    pub settles: bool,
    /// Further attributes that the read path takes instead of the key; import and data source accept them.
    pub also_found_by: &'static [&'static str],
    /// Attributes that tell one object from the others for people, where only the system gives the key: import and data
    /// source accept them together and look the object up in the list.
    pub named_by: &'static [&'static str],
    /// No two objects have the same names.
    pub unique_names: bool,
    /// The computed attribute that names an owner other than the user: while it is set, changes are refused.
    pub managed_by: Option<&'static str>,
    /// The least rights of a key that may read it.
    pub readable_by: Rights,
    /// Whether the system denies to some keys that an object exists.
    pub hiding: Option<Hiding>,
    pub data_source: bool,
    pub list: Option<DataSource>,
    pub hooks: Hooks,
    /// A paragraph for the documentation page on what import cannot restore.
    pub import_note: Option<&'static str>,
    /// What a destroy leaves behind, for the documentation page.
    pub destroy_note: Option<&'static str>,
}

impl Resource {
    pub const fn new(
        name: &'static str,
        collection: &'static str,
        doc: &'static str,
        attrs: &'static [Attr],
    ) -> Resource {
        check(attrs);
        assert!(count_keys(attrs) > 0, "a resource has a key()");
        assert!(count_partial(attrs) <= 1, "an object has one partial set");
        Resource {
            name,
            doc,
            collection,
            attrs,
            path: None,
            reads: Reads::One,
            create: Create::Post,
            update: Update::None,
            destroy: Destroy::Delete,
            shown_by: &[],
            lock: None,
            bare_body: None,
            settles: false,
            also_found_by: &[],
            named_by: &[],
            unique_names: false,
            managed_by: None,
            readable_by: Rights::Standard,
            hiding: None,
            data_source: false,
            list: None,
            hooks: Hooks::NONE,
            import_note: None,
            destroy_note: None,
        }
    }

    pub const fn update(mut self, update: Update) -> Resource {
        assert!(count_partial(self.attrs) == 0, "a partial set is written by its elements, not by an update()");
        self.update = update;
        self
    }

    /// The object's own path, where it is not the collection and the key.
    pub const fn path(mut self, template: &'static str) -> Resource {
        assert!(fits(template, self.attrs, &[]), "path() names an attribute that the table lacks");
        self.path = Some(template);
        self
    }

    pub const fn reads(mut self, reads: Reads) -> Resource {
        if let Reads::At(path) | Reads::Find { path, .. } = reads {
            assert!(fits(path, self.attrs, &[]), "reads() names an attribute that the table lacks");
        }
        if let Reads::Find { attr, .. } = reads {
            assert!(has(self.attrs, attr), "reads() finds by an attribute that the table lacks");
        }
        self.reads = reads;
        self
    }

    pub const fn create(mut self, create: Create) -> Resource {
        self.create = create;
        self
    }

    pub const fn destroy(mut self, destroy: Destroy) -> Resource {
        self.destroy = destroy;
        self
    }

    /// The answers of these writes show the object as a read does: no read follows them, unless an attribute's own word
    /// or a difference to the plan asks for one. A test holds this to every recorded answer.
    pub const fn shown_by(mut self, methods: &'static [WriteMethod]) -> Resource {
        self.shown_by = methods;
        self
    }

    /// Writes of objects with the same lock wait for each other.
    pub const fn lock(mut self, template: &'static str) -> Resource {
        assert!(fits(template, self.attrs, &[]), "lock() names an attribute that the table lacks");
        self.lock = Some(template);
        self
    }

    /// The body of a write is this attribute itself, not an object of attributes.
    pub const fn bare_body(mut self, attribute: &'static str) -> Resource {
        assert!(has(self.attrs, attribute), "bare_body() names an attribute that the table lacks");
        self.bare_body = Some(attribute);
        self
    }

    /// After a create, values that the read shows different from the plan are sent once by an update.
    pub const fn settles(mut self) -> Resource {
        self.settles = true;
        self
    }

    pub const fn also_found_by(mut self, attributes: &'static [&'static str]) -> Resource {
        let mut i = 0;
        while i < attributes.len() {
            assert!(has(self.attrs, attributes[i]), "also_found_by() names an attribute that the table lacks");
            i += 1;
        }
        self.also_found_by = attributes;
        self
    }

    /// For objects whose key the system gives and whose list is read.
    pub const fn named_by(mut self, attributes: &'static [&'static str]) -> Resource {
        let mut i = 0;
        while i < attributes.len() {
            assert!(has(self.attrs, attributes[i]), "named_by() names an attribute that the table lacks");
            i += 1;
        }
        assert!(self.list.is_some(), "named_by() looks the object up in the list, so that comes first");
        self.named_by = attributes;
        self
    }

    /// The system refuses a second object of the same names.
    pub const fn unique_names(mut self) -> Resource {
        assert!(!self.named_by.is_empty(), "unique_names() is about named_by(), which comes first");
        self.unique_names = true;
        self
    }

    pub const fn managed_by(mut self, attribute: &'static str) -> Resource {
        assert!(has(self.attrs, attribute), "managed_by() names an attribute that the table lacks");
        self.managed_by = Some(attribute);
        self
    }

    /// Keys with fewer rights may not read it at all.
    pub const fn readable_by(mut self, rights: Rights) -> Resource {
        self.readable_by = rights;
        self
    }

    /// The system denies to some keys that an object exists.
    pub const fn hiding(mut self, hiding: Hiding) -> Resource {
        self.hiding = Some(hiding);
        self
    }

    pub const fn data_source(mut self) -> Resource {
        self.data_source = true;
        self
    }

    pub const fn list(mut self, list: DataSource) -> Resource {
        if let Some(path) = list.path {
            assert!(fits(path, self.attrs, &[]), "the list's path() names an attribute that the table lacks");
            assert!(is_given(path, list.filters), "what the list's path() names is one of its filters()");
        }
        assert!(!is_filter(list.filters, list.items.as_bytes()), "a filter has the name of what the list shows");
        self.list = Some(list);
        self
    }

    pub const fn hooks(mut self, hooks: Hooks) -> Resource {
        let computed = match self.path {
            Some(path) => names_hook(path),
            None => false,
        };
        assert!(
            hooks.path_part.is_none() || computed,
            "a hook computes what an empty pair of braces in path() stands for, and that comes first"
        );
        self.hooks = hooks;
        self
    }

    pub const fn import_note(mut self, note: &'static str) -> Resource {
        self.import_note = Some(note);
        self
    }

    pub const fn destroy_note(mut self, note: &'static str) -> Resource {
        self.destroy_note = Some(note);
        self
    }

    pub fn attr(&self, name: &str) -> Option<&'static Attr> {
        self.attrs.iter().find(|attr| attr.name == name)
    }

    /// The attributes that identify an object, in the order of an import id. [`Resource::new`] made sure of one.
    pub fn keys(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.attrs.iter().filter(|attr| attr.is_key())
    }

    /// The attribute that the system's answer to the create gives the key in, when the configuration does not.
    pub fn answered_key(&self) -> Option<&'static Attr> {
        self.keys().find(|attr| !attr.settable())
    }

    /// The attributes that the managed resource has, data-source-only ones left out.
    pub fn managed(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.attrs.iter().filter(|attr| attr.is_managed())
    }

    /// The attribute whose elements are managed one by one, with the path of one.
    pub fn partial(&self) -> Option<(&'static Attr, &'static str)> {
        self.attrs.iter().find_map(|attr| Some((attr, attr.element_path()?)))
    }

    /// The attribute that holds the objects that are configured inside this one, if there is one.
    pub fn children(&self) -> Option<(&'static Attr, &'static Children)> {
        self.managed().find_map(|attr| Some((attr, attr.child_objects()?)))
    }

    /// The kind of thing in words for messages: `x_plugin_config` is a "plugin config".
    pub fn noun(&self) -> String {
        noun(self.name)
    }

    /// The Terraform type of its state.
    pub fn ty(&self) -> Type {
        object_type(self.attrs)
    }
}

pub(super) fn noun(name: &str) -> String {
    name.split_once('_').map_or(name, |(_, noun)| noun).replace('_', " ")
}
