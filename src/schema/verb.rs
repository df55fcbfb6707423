//! Which requests create, read, update and destroy an object. The engine sends them.

/// How one object is read. Paths are templates: `{name}` stands for the attribute of that name.
#[derive(Clone, Copy)]
pub enum Reads {
    /// A GET of the object's own path.
    One,
    /// A GET of another path whose response contains the object's attributes. One response serves every object in it.
    At(&'static str),
    /// A GET of `path`. The object is the entry of the list at `at` whose `wire` equals the attribute `attr`. One response
    /// serves every object in it. If a GET of the object's own path exists as well, `own` is the name of `wire` in that
    /// response and in those of writes, and reads of the present object use it.
    Find { path: &'static str, at: &'static str, wire: &'static str, attr: &'static str, own: Option<&'static str> },
}

/// The method of a request that writes an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteMethod {
    Post,
    Put,
    Patch,
}

/// How an object is created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Create {
    /// A POST to the collection.
    Post,
    /// A POST to the collection. The system ignores some values of it, so an update sends those once more.
    PostThenUpdate,
    /// A POST to the collection. An existing object is adopted if that changes nothing of it.
    PostOrAdopt,
    /// A PUT of the object's own path. It would overwrite an existing object, so the object is read first, and the create
    /// is refused if it exists with other values.
    Put,
}

/// How a change is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Update {
    /// It is not: every change replaces the object, except for the elements of `partial()`, which have their own paths.
    None,
    /// A PATCH of the differences.
    Patch,
    /// A PATCH of the differences, or a PUT of the whole object if a difference needs it.
    PatchOrPut,
    /// A PUT of the object as it was read, with the differences: what is left out would be reset.
    MergePut,
    /// A PUT of the planned object, as in a create.
    Put,
}

/// How an object is destroyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destroy {
    /// A DELETE of the object's own path.
    Delete,
    /// The system cannot delete it: the managed elements of `partial()` are removed, the rest stays.
    Detach,
    /// A PUT of an empty body. If the system refuses it, the warning is `refused`.
    Empty { refused: &'static str },
}
