//! Which requests create, read, update and destroy an object. The engine sends them.

use crate::hooks::ResetTo;

/// How one object is read. Paths are templates: `{name}` stands for the attribute of that name.
#[derive(Clone, Copy)]
pub enum Reads {
    /// A GET of the object's own path.
    One,
    /// A GET of another path whose response contains the object's attributes. One response serves every object in it.
    At(&'static str),
    /// A GET of `path`. The object is the entry of the list at `at` whose `wire` equals the attribute `attr`. One response
    /// serves every object in it. If a GET of the object's own path exists as well, for keys with all rights, `own` is the
    /// name of `wire` in that response and in those of writes. It shows all but what the data source alone has.
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
    /// A POST to the collection, which the system refuses for an existing object. That is adopted if it changes nothing of
    /// it.
    PostOrAdopt,
    /// A request with this method to the object's own path. It would overwrite an existing object, so the object is read
    /// first, and the create is refused if it exists with other values.
    Upsert(WriteMethod),
    /// The object always exists: settings of the system. The configured values are written over the present ones, like an
    /// update, with a warning that names each change.
    Over,
}

impl Create {
    /// The method of the request.
    pub const fn method(self) -> WriteMethod {
        match self {
            Create::Post | Create::PostThenUpdate | Create::PostOrAdopt => WriteMethod::Post,
            Create::Upsert(method) => method,
            Create::Over => WriteMethod::Put,
        }
    }

    /// The method of a request that replaces the whole of an existing object.
    pub const fn whole_method(self) -> WriteMethod {
        match self {
            Create::Upsert(method) => method,
            Create::Post | Create::PostThenUpdate | Create::PostOrAdopt | Create::Over => WriteMethod::Put,
        }
    }

    /// True if the path contains the key of the new object.
    pub const fn has_own_path(self) -> bool {
        matches!(self, Create::Upsert(_) | Create::Over)
    }
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
    /// A PUT of the object as it was read, with the differences: what is left out would be reset. If a create is an
    /// `Upsert`, its method is used.
    MergePut,
    /// A PUT of the differences: what is left out is kept. Attributes that are `always_sent()` are part of each.
    PutChanges,
    /// The request of a create, with the planned object.
    AsCreate,
}

/// How an object is destroyed.
#[derive(Clone, Copy)]
pub enum Destroy {
    /// A DELETE of the object's own path.
    Delete,
    /// The system cannot delete it: the managed elements of `partial()` are removed, the rest stays.
    Detach,
    /// Nothing is sent: the system cannot delete it, and there is no value to return to. A warning says what stays.
    Forget,
    /// A PUT of the value that an object has that nobody manages.
    Reset(Reset),
}

/// How an object is reset.
#[derive(Clone, Copy)]
pub struct Reset {
    /// The body of the PUT, from the object as it was just read.
    pub to: ResetTo,
    /// Whether the object remains visible; a warning says so.
    pub remains: bool,
    /// The warning if the system refuses the PUT. Without it, a refusal is an error.
    pub refused: Option<&'static str>,
}

impl Destroy {
    /// The object returns to this value, which is as good as deleted.
    pub const fn reset(to: ResetTo) -> Destroy {
        Destroy::Reset(Reset { to, remains: false, refused: None })
    }

    /// The object is deactivated with this value. It remains, and a warning says so.
    pub const fn deactivate(to: ResetTo) -> Destroy {
        Destroy::Reset(Reset { to, remains: true, refused: None })
    }

    /// The object returns to this value. If the system refuses that, the warning is `refused`.
    pub const fn reset_or_forget(to: ResetTo, refused: &'static str) -> Destroy {
        Destroy::Reset(Reset { to, remains: false, refused: Some(refused) })
    }
}
