//! Looks up the objects that a write refers to, where the system does not refuse unknown ones with a clear error. A write
//! with an unknown reference is not sent.

use super::Write;
use crate::diagnostic::{Diagnostic, quoted};
use crate::engine::report::errors::explain;
use crate::engine::session::Asking;
use crate::engine::values::same::get;
use crate::engine::values::walk::{elements, objects};
use crate::hooks::Lookup;
use crate::schema::Attr;
use crate::value::{At, Object, Path, Value};

/// A value that refers to an object below a path of the system.
struct Reference {
    below: &'static str,
    name: String,
    at: Path,
}

impl Write<'_> {
    /// Why the write would fail because of an object that it refers to, if one does not exist. References that the prior
    /// object has already are not looked up.
    pub(crate) async fn unknown_reference(&self, prior: Option<&Object>) -> Option<Diagnostic> {
        let present = prior.map(|prior| references(self.resource.attrs, prior, &At::Root)).unwrap_or_default();
        let is_new =
            |wanted: &Reference| !present.iter().any(|it| (it.below, &it.name) == (wanted.below, &wanted.name));
        let asking = Asking { session: self.session, budget: self.budget };
        for Reference { below, name, at } in
            references(self.resource.attrs, self.planned, &At::Root).into_iter().filter(is_new)
        {
            let path: Vec<&str> = below.split('/').chain([name.as_str()]).collect();
            let title = self.session.system.title;
            let doing = if self.creating { "create" } else { "update" };
            let doing = format!("{doing} the {}", self.named(self.planned));
            match asking.get(&path).await {
                Ok(Some(_)) => {}
                Ok(None) => {
                    let detail = format!(
                        "`{at}` refers to {}, which the {title} does not have. Nothing was changed.",
                        quoted(&name)
                    );
                    return Some(Diagnostic::error(format!("Could not {doing}"), detail).at(at));
                }
                Err(error) => return Some(explain(self.session.system, &doing, &error).at(at)),
            }
        }
        None
    }
}

/// The values of an object, at every depth, that are looked up. Each is named once.
fn references(attrs: &'static [Attr], object: &Object, at: &At<'_>) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.is_managed()) {
        let (value, place) = (get(object, attr.name), at.then(attr.name));
        if let Some(below) = attr.looked_up_at() {
            elements(value, &place, &mut |item, at| match item {
                Value::String(name) if !name.is_empty() => {
                    found.push(Reference { below, name: name.clone(), at: at.path() });
                }
                _ => {}
            });
        }
        let Some(nested) = attr.kind.nested() else { continue };
        objects(value, &place, &mut |inner, at| found.extend(references(nested, inner, at)));
    }
    found
}
