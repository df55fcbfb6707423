//! Each contradiction, written down and refused. The same functions run while a real table compiles.

use std::panic::catch_unwind;

use super::super::kind::Kind::{List, Map, Object, Set, Str};
use super::super::{
    Attr, Children, Condition, Constant, Create, Filter, Listing, Query, Reads, Request, Requirement, Resource,
    computed, optional, required, secret,
};
use crate::hooks::Hooks;

type Make = fn() -> Resource;

/// Attributes as a table has them, for good.
fn table(attrs: impl IntoIterator<Item = Attr>) -> &'static [Attr] {
    Box::leak(attrs.into_iter().collect::<Vec<_>>().into_boxed_slice())
}

fn key() -> Attr {
    required("name", Str, "doc").key().replaces()
}

/// A resource with these attributes beside its key.
fn thing(attrs: impl IntoIterator<Item = Attr>) -> Resource {
    Resource::new("x_thing", "things", "doc", table([key()].into_iter().chain(attrs)))
}

fn nested(attrs: impl IntoIterator<Item = Attr>) -> Resource {
    let kind = Object(table(attrs));
    thing([optional("inner", Map(Box::leak(Box::new(kind))), "doc")])
}

static CHILD: Resource = Resource::new(
    "x_child",
    "children",
    "doc",
    &[CHILD_KEY, required("parent", Str, "doc"), optional("note", Str, "doc")],
);
const CHILD_KEY: Attr = required("name", Str, "doc").key().replaces();

fn with_children(attrs: impl IntoIterator<Item = Attr>, link: &'static str, stand_in: &'static str) -> Resource {
    let kind: &'static _ = Box::leak(Box::new(Object(table(attrs))));
    let children = Children { table: &CHILD, link, stand_in: Some((stand_in, "")) };
    thing([optional("inner", Map(kind), "doc").children(children)])
}

fn list(path: &'static str, filters: &'static [Filter]) -> Listing {
    Listing::new("x_things", "things").path(path).filters(filters)
}

/// What the table is refused with; nothing for a good one.
fn refused(what: Make) -> String {
    let panic = match catch_unwind(what) {
        Ok(_) => return String::new(),
        Err(panic) => panic,
    };
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).expect("a panic with a message")
}

#[test]
fn a_table_that_contradicts_itself_is_refused() {
    let cases: &[(Make, &str)] = &[
        (|| thing([optional("a", Str, "doc"), optional("a", Str, "doc")]), "the same name"),
        (|| nested([optional("a", Str, "doc"), optional("a", Str, "doc")]), "the same name"),
        (|| thing([optional("A", Str, "doc")]), "lower-case"),
        (|| nested([optional("1a", Str, "doc")]), "lower-case"),
        (|| thing([optional("count", Str, "doc")]), "reserves"),
        (|| thing([optional("depends_on", Str, "doc")]), "reserves"),
        (|| thing([secret("a", Str, "doc"), optional("a_wo", Str, "doc")]), "write-only argument"),
        (|| thing([optional("a", Str, "doc").or_computed().follows(&["b"])]), "follows()"),
        (|| nested([optional("a", Str, "doc").or_computed().follows(&["name"])]), "follows()"),
        (|| nested([secret("a", Str, "doc").stamped_by("stamp")]), "stamped_by()"),
        (|| thing([optional("a", Str, "doc").since("1.x")]), "since()"),
        (|| thing([optional("a", Str, "doc").since("")]), "since()"),
        (|| nested([optional("a", Str, "doc").since("1.2.3.4")]), "since()"),
        (|| Resource::new("x_thing", "things", "doc", table([required("name", Str, "doc").key()])), "renames() or"),
        (|| Resource::new("x_thing", "things", "doc", table([optional("a", Str, "doc")])), "needs a key()"),
        (|| nested([required("a", Str, "doc").key()]), "partial()"),
        (|| nested([optional("a", Str, "doc").replaces()]), "the object itself"),
        (|| nested([optional("a", Str, "doc").fixed("x")]), "the object itself"),
        (|| thing([optional("s", Set(&Object(&[IN_SET])), "doc")]), "no write-only"),
        (|| thing([optional("s", Set(&Object(&[ROW])), "doc").or_computed().partial("t/{other}/{row}")]), "partial()"),
        (|| thing([]).path("things/{nam}"), "path()"),
        (|| thing([]).path("things/{name"), "path()"),
        (|| thing([]).lock("things/{id}"), "lock()"),
        (|| thing([]).reads(Reads::At("things/{id}")), "reads()"),
        (
            || thing([]).reads(Reads::Find { path: "t/{id}", at: "", wire: "id", attr: "name", own: None }),
            "reads() names",
        ),
        (|| thing([]).reads(Reads::Find { path: "t", at: "", wire: "id", attr: "id", own: None }), "reads() finds"),
        (|| thing([]).list(list("t/{id}", &[])), "the list's path()"),
        (|| thing([]).list(list("t/{name}", &[])), "one of its filters()"),
        (
            || thing([]).list(list("t", const { &[Filter::new("things", Str, "doc")] })),
            "the attribute with the objects",
        ),
        (|| thing([]).hooks(Hooks { path_part: Some(|_| None), ..Hooks::NONE }), "path_part is for"),
        (|| thing([required("a", Str, "doc").or_computed()]), "or_computed() is for"),
        (|| thing([secret("a", Str, "doc").or_empty()]), "or_empty() is for"),
        (|| thing([computed("a", Str, "doc").replaces()]), "can change"),
        (|| thing([optional("a", Str, "doc").renames()]), "for a key()"),
        (|| thing([optional("a", Str, "doc").default(Constant::Bool(true))]), "another kind"),
        (|| thing([required("a", Str, "doc").default(Constant::Str("x"))]), "default() is for"),
        (|| thing([optional("a", Str, "doc").kept_when_removed()]), "needs or_computed()"),
        (|| thing([optional("a", Str, "doc").requires(&[])]), "nested attributes"),
        (|| thing([]).requires(&[Requirement::OnlyIf("name", Condition::IsSet("b"))]), "requires() names"),
        (|| thing([]).requires(&[Requirement::ExactlyOneOf(&["name", "b"])]), "requires() names"),
        (|| thing([]).since("new"), "since()"),
        (|| thing([optional("a", Str, "doc").or_empty()]).create(Create::Over), "use or_computed()"),
        (|| thing([]).changeable_when_managed(&["name"]), "needs managed_by()"),
        (|| thing([optional("a", Str, "doc").replaces().fixed("x")]), "contradict each other"),
        (|| thing([optional("a", Str, "doc").echoed().not_readable()]), "contradict each other"),
        (|| thing([optional("a", Str, "doc").header("x-a").always_sent()]), "contradict header()"),
        (|| thing([computed("a", Str, "doc").once().volatile()]), "volatile() is for"),
        (|| thing([computed("a", Str, "doc").data_source_only().follows(&["name"])]), "follows() is for"),
        (|| with_children([optional("note", Str, "doc")], "father", "note"), "links by"),
        (|| with_children([optional("note", Str, "doc")], "parent", "agent"), "stand-in"),
        (|| with_children([optional("other", Str, "doc")], "parent", "note"), "none of their table"),
    ];
    for (what, part) in cases {
        let message = refused(*what);
        assert!(message.contains(part), "{part:?}: {message:?}");
    }
}

const IN_SET: Attr = secret("a", Str, "doc");
const ROW: Attr = required("row", Str, "doc").key();

#[test]
fn a_table_without_contradictions_is_taken() {
    let cases: &[Make] = &[
        || thing([computed("id", Str, "doc"), secret("a", Map(&Str), "doc").stamped_by("id").since("1.2")]),
        || {
            nested([
                optional("a", List(&Str), "doc").or_computed().follows(&["b"]),
                optional("b", Str, "doc").since("1.2.3"),
            ])
        },
        || thing([]).path("things/{name}/{}").lock("things/{name}").reads(Reads::At("things/{name}")),
        || thing([optional("s", Set(&Object(&[ROW])), "doc").or_computed().partial("t/{name}/{row}")]),
        || thing([]).list(list("t/{name}", const { &[Filter::new("name", Str, "doc")] })),
        || with_children([optional("note", Str, "doc")], "parent", "note"),
    ];
    for (index, what) in cases.iter().enumerate() {
        assert_eq!(refused(*what), "", "{index}");
    }
}

#[test]
fn questions_and_providers_are_checked_too() {
    let question = |path: &'static str, attrs: &'static [Attr]| {
        catch_unwind(move || Query::new("x_question", "doc", Request::get(path), attrs)).is_ok()
    };
    let given: &'static [Attr] = table([required("id", Str, "doc")]);
    assert!(question("things/{id}", given) && !question("things/{name}", given));
    assert!(!question("things", table([required("provider", Str, "doc")])));
    let provider = |attrs: &'static [Attr], others: &'static [Attr]| {
        catch_unwind(move || super::check_provider(attrs, others)).is_ok()
    };
    assert!(provider(given, &[]) && !provider(given, given));
    assert!(!provider(table([optional("alias", Str, "doc")]), &[]));
}
