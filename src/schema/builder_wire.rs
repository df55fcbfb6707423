//! The second half of the methods with which a table describes an attribute: its form in requests and responses, and the
//! elements of collections. A contradiction that the types do not exclude fails to compile.
#![expect(clippy::panic, reason = "the tables are constants: a panic is a compile error")]

use super::attr::Attr;
use super::check::has;
use super::kind::{Absent, Answers, Codec, Kind, Verbs};
use super::rights::Rights;
use super::source::{Children, Computed, Elements, Sent};
use crate::value::{Object, Value};

// Requests.

impl Attr {
    /// Its name in JSON, with dots for a nested one.
    pub const fn wire(mut self, name: &'static str) -> Attr {
        self.wire = Some(name);
        self
    }

    pub const fn codec(mut self, codec: Codec) -> Attr {
        self.codec = codec;
        self
    }

    /// It is sent as a header, not in a body, and only by a create.
    pub const fn header(mut self, name: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Str), "a header is a string");
        let input = self.input_mut("only what is configured is sent");
        let in_body = matches!(input.sent, Sent::Body { by: Verbs::Every, even_empty: false });
        assert!(in_body, "header() contradicts sent_by() and always_sent()");
        input.sent = Sent::Header(name);
        self
    }

    pub const fn sent_by(mut self, verbs: Verbs) -> Attr {
        match &mut self.input_mut("only what is configured is sent").sent {
            Sent::Body { by, .. } => *by = verbs,
            Sent::Header(_) => panic!("sent_by() and always_sent() contradict header()"),
        }
        self
    }

    /// Every create sends it, even if it is empty, because the system requires it.
    pub const fn always_sent(mut self) -> Attr {
        match &mut self.input_mut("only what is configured is sent").sent {
            Sent::Body { even_empty, .. } => *even_empty = true,
            Sent::Header(_) => panic!("sent_by() and always_sent() contradict header()"),
        }
        self
    }
}

// Responses.

impl Attr {
    /// Only the response of the create shows it. A refresh keeps it; after an import it is null.
    pub const fn once(self) -> Attr {
        self.computed(Computed::Once, "once() is for computed attributes that follow nothing else")
    }

    /// Only the data source has it.
    pub const fn data_source_only(self) -> Attr {
        let otherwise = "data_source_only() is for computed attributes that follow nothing else";
        self.computed(Computed::DataSourceOnly, otherwise)
    }

    /// Lists do not show it, or not correctly.
    pub const fn not_in_list(mut self) -> Attr {
        self.shown.in_list = false;
        self
    }

    /// No response shows it.
    pub const fn not_readable(self) -> Attr {
        self.answer(Answers::Never)
    }

    /// The response of a write repeats what was sent, so a write that changes it is followed by a read.
    pub const fn echoed(self) -> Attr {
        self.answer(Answers::Echoed)
    }

    /// The response of a write shows it together with what a related object adds.
    pub const fn merged(self) -> Attr {
        self.answer(Answers::Merged)
    }

    /// Responses show it only to keys with these rights or more.
    pub const fn readable_by(mut self, rights: Rights) -> Attr {
        assert!(!self.is_required(), "required attributes are shown to all keys");
        self.shown.to = rights;
        self
    }
}

// Collections.

impl Attr {
    /// The order of the elements has no meaning: another order is no difference.
    pub const fn unordered(mut self) -> Attr {
        assert!(matches!(self.kind, Kind::List(_)), "unordered() is for lists; a set is unordered by itself");
        self.elements = Elements::Unordered;
        self
    }

    /// Elements or entries that the system adds: they are no difference, and updates keep them.
    pub const fn server_defaults(mut self, defaults: fn(&Object) -> Value) -> Attr {
        self.input_mut("server_defaults() is for attributes that are sent").server_defaults = Some(defaults);
        self
    }

    /// Each entry of the map is an object of another table, with the map key as its key.
    pub const fn children(mut self, children: Children) -> Attr {
        let Kind::Map(Kind::Object(nested)) = self.kind else { panic!("children() is for maps of nested attributes") };
        let of = children.table.attrs;
        assert!(has(of, children.link), "children() links by an attribute that the table of the children lacks");
        if let Some((stand_in, _)) = children.stand_in {
            assert!(has(of, stand_in), "the stand-in of children() is no attribute of their table");
        }
        let mut i = 0;
        while i < nested.len() {
            assert!(has(of, nested[i].name), "a nested attribute of children() is none of their table");
            i += 1;
        }
        self.elements = Elements::Children(children);
        self
    }

    /// Only the configured elements of the set are managed, each with its own PUT or DELETE. In the path, `{name}` is the
    /// key of the element or an attribute of the object.
    pub const fn partial(mut self, path: &'static str) -> Attr {
        assert!(matches!(self.kind, Kind::Set(Kind::Object(_))), "partial() is for sets of nested attributes");
        assert!(matches!(self.absent(), Absent::Computed), "partial() needs or_computed(): the others are left alone");
        self.elements = Elements::Partial(path);
        self
    }
}
