//! One resource as a table: its attributes, its paths, and the requests that create, read, update and destroy it. Its data
//! sources are derived from it.

use super::attr::Attr;
use super::check::{
    check, count_keys, count_partial, fits, has, is_filter, is_given, is_version, keeps_the_rest, names_hook,
};
use super::list::{Listing, Parent};
use super::requirement::{Requirement, names_all};
use super::rights::{Hiding, Rights};
use super::snapshot::Snapshot;
use super::verb::{Create, Destroy, Reads, Update, WriteMethod};
use crate::hooks::Hooks;

/// One kind of object.
pub struct Resource {
    pub name: &'static str,
    pub doc: &'static str,
    /// The group of its pages in the documentation.
    pub subcategory: &'static str,
    /// The first version of the system that has it.
    pub since: Option<&'static str>,
    /// Path of the collection, without slashes around it.
    pub collection: &'static str,
    pub attrs: &'static [Attr],
    /// What the attributes require of each other.
    pub requires: &'static [Requirement],
    /// Template of the object's own path; the collection and the key when `None`.
    pub path: Option<&'static str>,
    pub reads: Reads,
    pub create: Create,
    pub update: Update,
    pub destroy: Destroy,
    /// The writes whose answers show the object as a read does, except where an attribute says otherwise.
    pub complete_answers: &'static [WriteMethod],
    /// Template of the lock under which writes are serialized; the object's own path when `None`.
    pub lock: Option<&'static str>,
    /// Attributes that the read path accepts in place of the key; so do the import and the data source.
    pub alternative_keys: &'static [&'static str],
    /// Attributes that identify an object for people, where the system generates the key: the import and the data source
    /// accept them together, and the object is looked up in the list.
    pub named_by: &'static [&'static str],
    /// Whether the system refuses a second object with the same `named_by` attributes.
    pub unique_names: bool,
    /// The computed attribute that names another manager of the object: while it is set, changes are refused.
    pub managed_by: Option<&'static str>,
    /// The attributes that can be changed nevertheless.
    pub changeable_when_managed: &'static [&'static str],
    /// What the license of the system limits, for the error of a refusal.
    pub license_limit: Option<&'static str>,
    /// The least rights that a key needs to read it.
    pub readable_by: Rights,
    /// What makes the system answer some keys as if an object did not exist.
    pub hidden_by: Option<Hiding>,
    /// Whether there is a data source for one object.
    pub data_source: bool,
    /// How the system lists the objects; there is a data source for it.
    pub list: Option<Listing>,
    /// Whether an entry of the list shows everything that a read of the object shows.
    pub list_shows_all: bool,
    /// How many of them are read at once, if their own list does not show everything.
    pub snapshot: Option<&'static Snapshot>,
    /// The objects of another type that have to be listed to find those of this one.
    pub parent: Option<Parent>,
    /// The attributes by which people recognize an object in a list; `named_by` or the key when empty.
    pub shown_as: &'static [&'static str],
    pub hooks: Hooks,
    /// A paragraph of the documentation page on what an import cannot restore.
    pub import_note: Option<&'static str>,
    /// A paragraph of the documentation page on what a destroy leaves behind.
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
        assert!(count_keys(attrs) > 0, "a resource needs a key()");
        assert!(count_partial(attrs) <= 1, "only one attribute can be partial()");
        Resource {
            name,
            doc,
            subcategory: "",
            since: None,
            collection,
            attrs,
            requires: &[],
            path: None,
            reads: Reads::One,
            create: Create::Post,
            update: Update::None,
            destroy: Destroy::Delete,
            complete_answers: &[],
            lock: None,
            alternative_keys: &[],
            named_by: &[],
            unique_names: false,
            managed_by: None,
            changeable_when_managed: &[],
            license_limit: None,
            readable_by: Rights::Standard,
            hidden_by: None,
            data_source: false,
            list: None,
            list_shows_all: false,
            snapshot: None,
            parent: None,
            shown_as: &[],
            hooks: Hooks::NONE,
            import_note: None,
            destroy_note: None,
        }
    }

    /// The group of its pages in the documentation.
    pub const fn subcategory(mut self, name: &'static str) -> Resource {
        self.subcategory = name;
        self
    }

    /// Earlier versions of the system do not have it.
    pub const fn since(mut self, version: &'static str) -> Resource {
        assert!(is_version(version), "since() is a version: up to three numbers with dots between them");
        self.since = Some(version);
        self
    }

    /// What the attributes require of each other.
    pub const fn requires(mut self, requirements: &'static [Requirement]) -> Resource {
        assert!(names_all(requirements, self.attrs), "requires() names an attribute that the table lacks");
        self.requires = requirements;
        self
    }

    pub const fn update(mut self, update: Update) -> Resource {
        assert!(count_partial(self.attrs) == 0, "the elements of partial() are written one by one, not by an update()");
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
        if matches!(create, Create::Over) {
            assert!(
                keeps_the_rest(self.attrs),
                "a create over existing settings keeps what is not configured: use or_computed()"
            );
        }
        self.create = create;
        self
    }

    pub const fn destroy(mut self, destroy: Destroy) -> Resource {
        self.destroy = destroy;
        self
    }

    /// The answers of these writes show the object as a read does: no read follows, unless an attribute is `merged()` or
    /// `echoed()`, or the answer differs from the plan. A test compares this with every recorded answer.
    pub const fn complete_answers(mut self, methods: &'static [WriteMethod]) -> Resource {
        self.complete_answers = methods;
        self
    }

    /// Writes of objects with the same lock are serialized.
    pub const fn lock(mut self, template: &'static str) -> Resource {
        assert!(fits(template, self.attrs, &[]), "lock() names an attribute that the table lacks");
        self.lock = Some(template);
        self
    }

    /// The read path accepts these attributes in place of the key.
    pub const fn alternative_keys(mut self, attributes: &'static [&'static str]) -> Resource {
        let mut i = 0;
        while i < attributes.len() {
            assert!(has(self.attrs, attributes[i]), "alternative_keys() names an attribute that the table lacks");
            i += 1;
        }
        self.alternative_keys = attributes;
        self
    }

    /// For objects whose key the system generates: these attributes together identify an object in the list.
    pub const fn named_by(mut self, attributes: &'static [&'static str]) -> Resource {
        let mut i = 0;
        while i < attributes.len() {
            assert!(has(self.attrs, attributes[i]), "named_by() names an attribute that the table lacks");
            i += 1;
        }
        assert!(self.list.is_some(), "named_by() needs list(), which comes first");
        self.named_by = attributes;
        self
    }

    /// The system refuses a second object with the same `named_by` attributes.
    pub const fn unique_names(mut self) -> Resource {
        assert!(!self.named_by.is_empty(), "unique_names() needs named_by(), which comes first");
        self.unique_names = true;
        self
    }

    /// While this computed attribute names another manager, changes are refused.
    pub const fn managed_by(mut self, attribute: &'static str) -> Resource {
        assert!(has(self.attrs, attribute), "managed_by() names an attribute that the table lacks");
        self.managed_by = Some(attribute);
        self
    }

    /// These attributes can be changed nevertheless, if nothing else changes.
    pub const fn changeable_when_managed(mut self, attributes: &'static [&'static str]) -> Resource {
        assert!(self.managed_by.is_some(), "changeable_when_managed() needs managed_by(), which comes first");
        let mut i = 0;
        while i < attributes.len() {
            assert!(
                has(self.attrs, attributes[i]),
                "changeable_when_managed() names an attribute that the table lacks"
            );
            i += 1;
        }
        self.changeable_when_managed = attributes;
        self
    }

    /// What the license of the system limits. The error of a refusal because of the license contains it.
    pub const fn license_limit(mut self, limit: &'static str) -> Resource {
        self.license_limit = Some(limit);
        self
    }

    /// Keys with fewer rights cannot read it.
    pub const fn readable_by(mut self, rights: Rights) -> Resource {
        self.readable_by = rights;
        self
    }

    /// The system answers some keys as if an object did not exist.
    pub const fn hidden_by(mut self, hiding: Hiding) -> Resource {
        self.hidden_by = Some(hiding);
        self
    }

    /// There is a data source of the same name, for one object.
    pub const fn data_source(mut self) -> Resource {
        self.data_source = true;
        self
    }

    /// There is a data source for all objects.
    pub const fn list(mut self, list: Listing) -> Resource {
        if let Some(path) = list.path {
            assert!(fits(path, self.attrs, &[]), "the list's path() names an attribute that the table lacks");
            assert!(is_given(path, list.filters), "each name in the list's path() is one of its filters()");
        }
        assert!(
            !is_filter(list.filters, list.items.as_bytes()),
            "a filter has the name of the attribute with the objects"
        );
        self.list = Some(list);
        self
    }

    /// An entry of the list shows everything that a read of the object shows, so that one list can stand for many reads.
    /// A test compares them in the recorded answers.
    pub const fn list_shows_all(mut self) -> Resource {
        assert!(self.list.is_some(), "list_shows_all() needs list(), which comes first");
        self.list_shows_all = true;
        self
    }

    /// Other lists show everything together with this one, except secrets.
    pub const fn snapshot(mut self, snapshot: &'static Snapshot) -> Resource {
        assert!(has(self.attrs, snapshot.id), "snapshot() has an id that the table lacks");
        self.snapshot = Some(snapshot);
        self
    }

    /// `attribute` is the key of an object of that type: its objects are listed, and then the objects of this type that
    /// each of them has.
    pub const fn parent(mut self, table: &'static Resource, attribute: &'static str) -> Resource {
        assert!(has(self.attrs, attribute), "parent() names an attribute that the table lacks");
        self.parent = Some(Parent { table, attribute });
        self
    }

    /// People recognize an object in a list by these attributes, those of them that it has.
    pub const fn shown_as(mut self, attributes: &'static [&'static str]) -> Resource {
        let mut i = 0;
        while i < attributes.len() {
            assert!(has(self.attrs, attributes[i]), "shown_as() names an attribute that the table lacks");
            i += 1;
        }
        self.shown_as = attributes;
        self
    }

    pub const fn hooks(mut self, hooks: Hooks) -> Resource {
        let computed = match self.path {
            Some(path) => names_hook(path),
            None => false,
        };
        assert!(
            hooks.path_part.is_none() || computed,
            "path_part is for an empty pair of braces in path(), which comes first"
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
}

pub(super) fn noun(name: &str) -> String {
    name.split_once('_').map_or(name, |(_, noun)| noun).replace('_', " ")
}
