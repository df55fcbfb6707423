//! Actions: work of the system that a configuration or a user starts, and that has no state.

use super::attr::Attr;
use super::check::{check_entry, fits, has, is_version};
use super::data::View;
use super::request::{Request, views};
use super::resource::Resource;
use super::rights::Rights;
use super::timeouts::INVOKE_TIMEOUT;
use crate::hooks::WorkOf;

/// An action. In its messages, `{name}` stands for an attribute of the action or of the response.
pub struct Action {
    pub name: &'static str,
    pub doc: &'static str,
    /// The group of its page in the documentation.
    pub subcategory: &'static str,
    /// The first version of the system that has it.
    pub since: Option<&'static str>,
    /// The attributes that the user sets.
    pub attrs: &'static [Attr],
    pub request: Request,
    /// The work, to complete "Could not …".
    pub doing: &'static str,
    /// The progress message after its success.
    pub done: &'static str,
    /// The attributes of the response that messages and requests use. All others are dropped: they may be secrets.
    pub response: &'static [Attr],
    /// The resource whose object is locked meanwhile, and the attribute that is the key of the object.
    pub locks: Option<(&'static Resource, &'static str)>,
    /// The least rights of a key that may start it.
    pub rights: Rights,
    pub goal: Option<Goal>,
    /// What a response says about the work, where a status of success does not mean that it succeeded.
    pub work: Option<WorkOf>,
    /// The request that shows work which goes on after the first response.
    pub follow: Option<Request>,
    /// The resources of the objects that the work uses, each with the attribute that is its key: an attribute of the action
    /// or of an object before it. The output of the work is shown only if the secrets of all are known, and without them.
    pub uses: &'static [(&'static Resource, &'static str)],
}

/// The state of an object that the work leads to. An object that has it already is no error, and a lost response is none if
/// the object has it afterwards.
#[derive(Clone, Copy)]
pub struct Goal {
    /// The request that shows the object.
    pub request: Request,
    /// The name in JSON, and the text that it has.
    pub wire: &'static str,
    pub text: &'static str,
    /// The progress message if nothing had to be done.
    pub already: &'static str,
}

impl Action {
    /// `doing` completes "Could not …"; `done` is the progress message after a success.
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        request: Request,
        attrs: &'static [Attr],
        (doing, done): (&'static str, &'static str),
    ) -> Action {
        check_entry(attrs);
        assert!(request.names_only(attrs, &[]), "the request names an attribute that the action lacks");
        assert!(fits(doing, attrs, &[]), "a message names an attribute that the action lacks");
        Action {
            name,
            doc,
            subcategory: "",
            since: None,
            attrs,
            request,
            doing,
            done,
            response: &[],
            locks: None,
            rights: Rights::Admin,
            goal: None,
            work: None,
            follow: None,
            uses: &[],
        }
    }

    /// The group of its page in the documentation.
    pub const fn subcategory(mut self, name: &'static str) -> Action {
        self.subcategory = name;
        self
    }

    /// Earlier versions of the system do not have it.
    pub const fn since(mut self, version: &'static str) -> Action {
        assert!(is_version(version), "since() is a version: up to three numbers with dots between them");
        self.since = Some(version);
        self
    }

    /// The attributes of the response that messages and requests use.
    pub const fn response(mut self, attrs: &'static [Attr]) -> Action {
        self.response = attrs;
        self
    }

    /// No write of this provider changes the object meanwhile.
    pub const fn locks(mut self, resource: &'static Resource, key: &'static str) -> Action {
        assert!(has(self.attrs, key), "locks() names an attribute that the action lacks");
        self.locks = Some((resource, key));
        self
    }

    /// Keys with these rights may start it too.
    pub const fn allowed_for(mut self, rights: Rights) -> Action {
        self.rights = rights;
        self
    }

    pub const fn goal(mut self, goal: Goal) -> Action {
        assert!(goal.request.names_only(self.attrs, &[]), "goal() names an attribute that the action lacks");
        assert!(fits(goal.text, self.attrs, &[]) && fits(goal.already, self.attrs, &[]), "the same");
        self.goal = Some(goal);
        self
    }

    /// A status of success does not mean that the work succeeded.
    pub const fn work(mut self, work: WorkOf) -> Action {
        self.work = Some(work);
        self
    }

    /// The work may go on after the first response. Comes after response().
    pub const fn follow(mut self, request: Request) -> Action {
        assert!(request.names_only(self.attrs, self.response), "follow() names an attribute that is not there");
        assert!(self.work.is_some(), "follow() needs work()");
        self.follow = Some(request);
        self
    }

    /// The work uses these objects, and its output may contain their secrets.
    pub const fn uses(mut self, objects: &'static [(&'static Resource, &'static str)]) -> Action {
        assert!(has(self.attrs, objects[0].1), "uses() names an attribute that the action lacks");
        self.uses = objects;
        self
    }

    /// Whether the user can limit how long it waits.
    pub fn has_timeout(&self) -> bool {
        self.attrs.iter().any(|attr| attr.name == INVOKE_TIMEOUT.name)
    }

    pub fn views(&self) -> Vec<View> {
        views(self.attrs, [&self.request])
    }

    /// What messages call it.
    pub fn noun(&self) -> String {
        super::resource::noun(self.name)
    }
}
