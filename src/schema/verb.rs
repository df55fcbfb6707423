//! The verbs of an object's life, and the requests that they are. How they are carried out is the engine's.

/// How one object is read. Paths are templates: `{name}` stands for the attribute of that name.
#[derive(Clone, Copy)]
pub enum Reads {
    /// A GET of the object's own path.
    One,
    /// A GET of another path, whose answer holds the object's attributes. One answer serves every object in it.
    At(&'static str),
    /// An entry of a list in the answer at `path`: the one whose `wire` equals the attribute `attr`. One answer serves
    /// every object in it. Where a GET of the object's own path shows it too, `own` is the name of `wire` in that answer
    /// and in those of writes; who only wants this object, as it is now, asks there.
    Find { path: &'static str, at: &'static str, wire: &'static str, attr: &'static str, own: Option<&'static str> },
}

/// The method of a request that writes an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteMethod {
    Post,
    Put,
    Patch,
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
