//! One resource as a table: its attributes, where it lives, which verbs it knows. Data sources follow from it.

use std::borrow::Cow;
use std::time::SystemTime;

use super::attr::Attr;
use super::kind::{Kind, Presence, Role};
use crate::hooks::Hooks;
use crate::value::Type;

/// How one object is read. Paths are templates: `{name}` stands for the attribute of that name.
#[derive(Clone, Copy)]
pub enum Reads {
    /// A GET of the object's own path.
    One,
    /// A GET of another path, whose answer holds the object's attributes. One answer serves every object in it.
    At(&'static str),
    /// An entry of a list in the answer at `path`: the one whose `wire` equals the attribute `attr`. One answer serves
    /// every object in it.
    Find { path: &'static str, at: &'static str, wire: &'static str, attr: &'static str },
}

/// How an object comes into being.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Create {
    /// A POST to the collection.
    Post,
    /// A POST to the collection. An object that is there is adopted when that changes nothing that exists.
    PostOrAdopt,
    /// A PUT of the object's own path, which would overwrite what is there: so it is looked at first, and what is there
    /// and differs is never taken over.
    Put,
}

/// How a change reaches the system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Update {
    /// Every input replaces, but for the elements of a partial set, which are written at their own paths.
    None,
    /// A PATCH of the differences.
    Patch,
    /// A PATCH of the differences; one PUT of the whole object when a difference needs it.
    PatchOrPut,
    /// A PUT of the object as read, with the differences laid over: absent would mean reset.
    MergePut,
    /// A PUT of what is planned, as the create does it.
    Put,
}

/// How an object goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destroy {
    /// A DELETE of the object's own path.
    Delete,
    /// It cannot go: the elements of its partial set that are managed are taken out, the rest stays.
    Detach,
    /// A PUT of an empty body. `refused` says what is left behind when the system refuses even that.
    Empty { refused: &'static str },
}

/// A query parameter of a list that a plural data source offers; or, where the list's path names it, a part of that. A
/// map is a parameter for each of its entries, `name.key`.
pub struct Filter {
    pub name: &'static str,
    pub kind: Kind,
    pub doc: &'static str,
    /// Name of the parameter; the filter's own when `None`.
    pub wire: Option<&'static str>,
    /// The header that carries it, in place of a parameter.
    pub header: Option<&'static str>,
}

impl Filter {
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Filter {
        Filter { name, kind, doc, wire: None, header: None }
    }

    pub(crate) fn wire_name(&self) -> &'static str {
        self.wire.unwrap_or(self.name)
    }
}

/// How a list comes.
#[derive(Clone, Copy)]
pub enum Paging {
    /// As a whole.
    Whole,
    /// In pages: the parameters for the page's number, from 1, and its size, the largest that the system gives, and
    /// where an answer tells how many entries there are.
    Pages { number: &'static str, size: &'static str, most: usize, total: &'static str },
}

/// The further parameters of each request that the whole list takes, where the system shows a part at a time.
pub type Parts = fn(now: SystemTime) -> Vec<Vec<(&'static str, String)>>;

/// How the plural data source reads the list.
pub struct DataSource {
    /// Name of the plural type.
    pub name: &'static str,
    /// Path template of the list; the collection when `None`. A filter that it names is required.
    pub path: Option<&'static str>,
    /// Where the entries are in the answer, dotted, unless the answer is itself the list.
    pub at: &'static str,
    /// Name of its attribute that holds the objects.
    pub items: &'static str,
    pub filters: &'static [Filter],
    pub paging: Paging,
    pub parts: Option<Parts>,
}

impl DataSource {
    /// `items` is the name of its attribute that holds the objects. The answer is the list, all of it.
    pub const fn new(name: &'static str, items: &'static str) -> DataSource {
        DataSource { name, path: None, at: "", items, filters: &[], paging: Paging::Whole, parts: None }
    }

    pub const fn path(mut self, template: &'static str) -> DataSource {
        self.path = Some(template);
        self
    }

    pub const fn at(mut self, place: &'static str) -> DataSource {
        self.at = place;
        self
    }

    pub const fn filters(mut self, filters: &'static [Filter]) -> DataSource {
        self.filters = filters;
        self
    }

    pub const fn paging(mut self, paging: Paging) -> DataSource {
        self.paging = paging;
        self
    }

    pub const fn parts(mut self, parts: Parts) -> DataSource {
        self.parts = Some(parts);
        self
    }
}

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
            lock: None,
            bare_body: None,
            settles: false,
            also_found_by: &[],
            named_by: &[],
            unique_names: false,
            managed_by: None,
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
        self.path = Some(template);
        self
    }

    pub const fn reads(mut self, reads: Reads) -> Resource {
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

    /// Writes of objects with the same lock wait for each other.
    pub const fn lock(mut self, template: &'static str) -> Resource {
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

    pub const fn data_source(mut self) -> Resource {
        self.data_source = true;
        self
    }

    pub const fn list(mut self, list: DataSource) -> Resource {
        self.list = Some(list);
        self
    }

    pub const fn hooks(mut self, hooks: Hooks) -> Resource {
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
        self.attrs.iter().filter(|attr| attr.key)
    }

    /// The attribute that the system's answer to the create gives the key in, when the configuration does not.
    pub fn answered_key(&self) -> Option<&'static Attr> {
        self.keys().find(|attr| !attr.settable())
    }

    /// The attributes that the managed resource has, data-source-only ones left out.
    pub fn managed(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.attrs.iter().filter(|attr| attr.watched)
    }

    /// The attribute whose elements are managed one by one, with the path of one.
    pub fn partial(&self) -> Option<(&'static Attr, &'static str)> {
        self.attrs.iter().find_map(|attr| Some((attr, attr.partial?)))
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

/// One attribute as Terraform sees it: an entry of the table, or one of the three that a secret yields.
pub struct Column {
    pub name: Cow<'static, str>,
    pub attr: &'static Attr,
    pub role: Role,
}

impl Column {
    pub fn ty(&self) -> Type {
        match self.role {
            Role::Version => Type::Number,
            Role::Plain | Role::WriteOnly => self.attr.kind.ty(),
        }
    }
}

/// The attributes of a managed object as Terraform sees them.
pub fn columns(attrs: &'static [Attr]) -> impl Iterator<Item = Column> {
    attrs.iter().filter(|attr| attr.watched).flat_map(|attr| {
        let plain = Column { name: Cow::Borrowed(attr.name), attr, role: Role::Plain };
        let twins = attr.secret.then(|| {
            [
                Column { name: Cow::Owned(attr.write_only_name()), attr, role: Role::WriteOnly },
                Column { name: Cow::Owned(attr.version_name()), attr, role: Role::Version },
            ]
        });
        std::iter::once(plain).chain(twins.into_iter().flatten())
    })
}

/// The Terraform type of an object with these attributes.
pub fn object_type(attrs: &'static [Attr]) -> Type {
    Type::Object(columns(attrs).map(|column| (column.name.to_string(), column.ty())).collect())
}

const fn count_partial(attrs: &[Attr]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < attrs.len() {
        if attrs[i].partial.is_some() {
            count += 1;
        }
        i += 1;
    }
    count
}

const fn count_keys(attrs: &[Attr]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < attrs.len() {
        if attrs[i].key {
            count += 1;
        }
        i += 1;
    }
    count
}

/// Contradictions between the attributes of one object. Runs while the table compiles.
const fn check(attrs: &[Attr]) {
    let mut i = 0;
    while i < attrs.len() {
        let mut j = 0;
        while j < i {
            assert!(!same(attrs[i].name, attrs[j].name), "two attributes have the same name");
            j += 1;
        }
        let mut k = 0;
        while k < attrs[i].follows.len() {
            assert!(has(attrs, attrs[i].follows[k]), "follows() names an attribute that the table lacks");
            k += 1;
        }
        if let Some(stamp) = attrs[i].stamp {
            assert!(has(attrs, stamp), "stamped_by() names an attribute that the table lacks");
        }
        assert!(
            !attrs[i].key || !matches!(attrs[i].presence, Presence::Optional),
            "a key is required or computed: without it the object cannot be found"
        );
        if let (Some(_), Kind::Set(Kind::Object(elements))) = (attrs[i].partial, attrs[i].kind) {
            assert!(count_keys(elements) == 1, "an element of a partial set is known by its key()");
        }
        i += 1;
    }
}

const fn has(attrs: &[Attr], name: &str) -> bool {
    let mut i = 0;
    while i < attrs.len() {
        if same(attrs[i].name, name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
