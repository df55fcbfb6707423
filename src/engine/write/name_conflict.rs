//! Errors for a name that another object already has: which object that is, and what to do. Importing it is only
//! right if no block manages it yet.

use super::Write;
use crate::api::{Error, Json};
use crate::diagnostic::{Diagnostic, quoted, with_article};
use crate::engine::read::lists::Named;
use crate::engine::session::known_objects::Held;
use crate::engine::values::address::{described, key_text, label};
use crate::engine::values::observed::is_absent;
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Reads, Resource};
use crate::value::{Object, Path, Value};

impl Write<'_> {
    /// The error for a create whose name is taken, by another object or by a child of another object.
    pub(crate) async fn taken_by(&self, error: &Error) -> Diagnostic {
        let budget = self.budget.uncancellable();
        match self.resource.children() {
            Some((attr, _)) if matches!(self.session.fetch(self.resource, self.planned, &budget).await, Ok(None)) => {
                self.refused(error).at(Path::attribute(attr.name))
            }
            _ => match self.revoked(&format!("create the {}", self.named(self.planned)), error).await {
                Some(revoked) => revoked,
                None => self.taken(&error.to_string(), self.in_the_way().await.as_ref()),
            },
        }
    }

    /// The error for a name that belongs to an object which counts as deleted, if it does.
    pub(super) async fn revoked(&self, doing: &str, error: &Error) -> Option<Diagnostic> {
        let hint = self.resource.hooks.revoked_name?;
        let name = self.resource.attr(self.resource.named_by.last()?)?;
        let all = self.session.list(self.resource, self.planned, &self.budget.uncancellable()).await.ok()?;
        let has_name = |json: &&JsonObject| {
            json.get(name.wire_name()).and_then(Json::as_str) == get(self.planned, name.name).as_str()
        };
        all.iter().filter(has_name).any(|json| is_absent(self.resource, json)).then(|| {
            let detail = format!("{error}\n\n{hint}");
            self.at_the_name(Diagnostic::error(format!("Could not {doing}"), detail))
        })
    }

    /// The object that has the name, as far as the system shows it.
    pub(crate) async fn in_the_way(&self) -> Option<Object> {
        let (session, resource, budget) = (self.session, self.resource, self.budget.uncancellable());
        if let Some(name) = resource.named_by.last().filter(|_| resource.unique_names) {
            let names = [((*name).to_owned(), get(self.planned, name).clone())].into();
            return match session.named(resource, &names, &budget).await {
                Ok(Named::One(other)) => Some(other),
                _ => None,
            };
        }
        if let Some(is_same) = resource.hooks.same_object {
            let all = session.seen(resource, self.planned, &budget).await.ok()?;
            return all.into_iter().map(|seen| seen.object).find(|other| is_same(self.planned, other));
        }
        match resource.reads {
            Reads::One => Some(session.fetch(resource, self.planned, &budget).await.ok()??.object),
            Reads::At(_) | Reads::Find { .. } => None,
        }
    }

    /// The error for a create of an object that already exists. `other` is that object, if it is known.
    pub(crate) fn taken(&self, reason: &str, other: Option<&Object>) -> Diagnostic {
        if let Some((parent, key)) = self.parent {
            return self.failed_create(&format!("{reason}\n\n{}", self.child_exists(parent, key, other)));
        }
        let noun = self.resource.noun();
        if self.resource.only_id().is_some() {
            let detail = format!(
                "{reason}\n\nThere can be only one {noun}. If Terraform does not manage it yet, import it:\n\n  {}",
                self.import_hint_of(None)
            );
            return self.failed_create(&detail);
        }
        let called = self.called();
        let steps = format!(
            "With `create_before_destroy` the new {noun} is created while the old one still has its {called}: remove it from \
             `lifecycle`, or give the new one another {called}."
        );
        let import = format!(
            "If Terraform does not manage it yet, import it:\n\n  {command}\n\n{moves}If this configuration manages it \
             already, do not import it: two blocks cannot have the same {called}. {steps}",
            command = self.import_hint_of(other),
            moves = self.moves(other),
        );
        self.at_the_name(self.failed_create(&format!("{reason}\n\n{}", self.way_out(other, &import, &steps))))
    }

    /// Who has the name of a child, and what to do.
    fn child_exists(&self, parent: &'static Resource, key: &str, other: Option<&Object>) -> String {
        let (noun, whose) = (self.resource.noun(), parent.noun());
        let link = parent.children().map_or("", |(_, of)| of.link);
        match other.and_then(|other| get(other, link).as_str()).filter(|owner| !owner.is_empty()) {
            Some(owner) if owner == key => format!(
                "The {noun} belongs to this {whose} already and is not in the state. To manage it here, import the {whose} \
                 again:\n\n  {}",
                self.import_hint_of(None)
            ),
            Some(owner) => format!(
                "The {noun} belongs to the {whose} {}. Destroy it there or use another name. If this run moves it from there, \
                 apply again: the other {whose} had not been updated yet.",
                quoted(owner)
            ),
            None => format!("There is already {} with this name. Use another name.", with_article(&noun)),
        }
    }

    /// The error for a rename to a name that another object has.
    pub(crate) fn name_taken(&self, doing: &str, error: &Error, other: Option<&Object>) -> Diagnostic {
        let called = self.called();
        let steps = format!(
            "To swap two names, give one of the objects a third {called}, apply, and then give it its final one."
        );
        let import = format!(
            "Choose another {called}. {steps} Or, if this block is meant to manage that object, remove the present one from the \
             state (`terraform state rm`) and import the other:\n\n  {command}\n\n{moves}",
            command = self.import_hint_of(other),
            moves = self.moves(other),
        );
        let detail = format!("{error}\n\n{}", self.way_out(other, import.trim_end(), &steps));
        self.at_the_name(Diagnostic::error(format!("Could not {doing}"), detail))
    }

    /// Who has the name and what to do. `import` is used unless the object is known to be managed.
    fn way_out(&self, other: Option<&Object>, import: &str, steps: &str) -> String {
        let (resource, called) = (self.resource, self.called());
        let own = label(resource, self.planned);
        let key = other.map_or_else(|| own.clone(), |other| key_text(resource, other));
        let who = match other {
            Some(other) if key != own => format!("Its {called} is in use by the {}.", described(resource, other)),
            _ => format!("There is already {} with this {called}.", with_article(&resource.noun())),
        };
        match self.session.known_objects.of(resource, &key) {
            Some(Held::Created) => format!(
                "{who} It was created by this run: the configuration gives the same {called} twice. Give one of the two another \
                 one."
            ),
            Some(Held::Stored) => format!(
                "{who} It is already in Terraform's state, so there is nothing to import: two blocks cannot have the same {called}. \
                 {steps}"
            ),
            None => format!("{who} {import}"),
        }
    }

    /// A warning for the case that an import would be followed by a replacement.
    fn moves(&self, other: Option<&Object>) -> String {
        let Some(other) = other else { return String::new() };
        let differs = |name: &str| match (get(other, name), get(self.planned, name)) {
            (Value::String(theirs), Value::String(ours)) if theirs != ours => {
                Some(format!("Its `{name}` is {} and not {}", quoted(theirs), quoted(ours)))
            }
            _ => None,
        };
        let fixed = self.resource.managed().filter(|attr| attr.replaces_on().is_some() && !attr.is_key());
        let Some(difference) = fixed.into_iter().find_map(|attr| differs(attr.name)) else { return String::new() };
        format!(
            "{difference}: after an import the next apply would replace it. Import it only if that is intended; otherwise choose \
             another {called}.\n\n",
            called = self.called(),
        )
    }

    /// The attribute whose value is unique among the objects of this type.
    fn name_attribute(&self) -> Option<&'static str> {
        let key = self.resource.keys().find(|attr| attr.settable()).map(|key| key.name);
        key.or_else(|| self.resource.named_by.last().copied())
    }

    fn called(&self) -> String {
        self.name_attribute().map_or_else(|| "name".to_owned(), |name| format!("`{name}`"))
    }

    fn at_the_name(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.name_attribute() {
            Some(name) => diagnostic.at(Path::attribute(name)),
            None => diagnostic,
        }
    }
}
