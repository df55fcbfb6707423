//! Attributes that name another object: the system's database refuses one that does not exist in words of its own, which
//! name no attribute.

use terraform_provider_hoop::schema::{Attr, Kind, Rule};

use super::*;
use crate::host::Object;

fn is_uuid(attr: &Attr) -> bool {
    let uuid = |rule: &Rule| matches!(rule, Rule::Uuid);
    let each = |rule: &Rule| matches!(rule, Rule::Each(rules) if rules.iter().any(uuid));
    attr.rules.iter().any(|rule| uuid(rule) || each(rule))
}

#[test]
fn what_names_another_object_by_its_identifier_says_so() {
    let mut named = 0;
    for (_, resource) in types() {
        for attr in resource.managed().filter(|attr| attr.settable() && is_uuid(attr)) {
            assert!(attr.is_reference(), "{}.{}", resource.name, attr.name);
            named += 1;
        }
    }
    assert!(named >= 4, "{named}");
}

#[test]
fn a_reference_that_leads_nowhere_is_told_by_its_attribute() {
    let mut refused = 0;
    for (make, resource) in types() {
        for attr in resource.managed().filter(|attr| attr.is_reference() && !attr.is_key()) {
            refused += usize::from(alone(async {
                let subject = make();
                let session = configured(subject.as_ref()).await;
                // A name where an identifier is refused.
                let takes =
                    |text: &Json| attr.rules.iter().all(|rule| rule.accepts_text(text.as_str().unwrap_or_default()));
                let nowhere = if takes(&nowhere()) { nowhere() } else { json!("nowhere") };
                let value = match attr.kind {
                    Kind::List(_) | Kind::Set(_) => json!([nowhere]),
                    _ => nowhere,
                };
                let config = with(&subject.minimal(resource.name, "dangling"), attr.name, value);
                let absent = Object::absent(resource.name);
                let planned = session.plan(&absent, &config).await;
                let applied = session.apply(&absent, &planned).await;
                let found = &applied.diagnostics;
                if found.say("foreign key") {
                    assert!(found.say("does not have") && found.say(&format!("`{}`", attr.name)), "{found}");
                }
                found.say("foreign key")
            }));
        }
    }
    assert!(refused >= 2, "{refused}");
}
