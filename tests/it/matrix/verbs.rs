//! What can be asked of a type, told from its table, and the configurations for it.

use serde_json::Value as Json;
use terraform_provider_hoop::schema::{Attr, Destroy, Replaces, Requirement, Resource, Rule};

use crate::subject::Subject;
use crate::subject::samples::sample;

/// One thing that Terraform asks of an object of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// The first plan of a process, which checks the credentials.
    FirstPlan,
    /// A create with what is required.
    Create,
    /// A create with every attribute.
    CreateFull,
    /// A change of this attribute, which was not configured before unless it must be.
    Update(&'static str),
    Delete,
    Read,
    Import,
    /// The singular data source, or one that is no resource's.
    Data,
    /// The plural one.
    List,
    /// The list of managed objects, with their states.
    Query,
}

/// Every verb of every type.
pub(super) fn all(subject: &dyn Subject) -> Vec<(&'static str, Verb)> {
    let mut found = Vec::new();
    for resource in subject.provider().resources.iter().copied() {
        let mut verbs = vec![Verb::FirstPlan, Verb::Create, Verb::CreateFull, Verb::Read, Verb::Import];
        // To forget an object asks nothing.
        verbs.extend((!matches!(resource.destroy, Destroy::Forget)).then_some(Verb::Delete));
        verbs.extend(updatable(subject, resource).map(|attr| Verb::Update(attr.name)));
        verbs.extend(resource.data_source.then_some(Verb::Data));
        verbs.extend(resource.list.is_some().then_some(Verb::List));
        verbs.extend(resource.is_listable().then_some(Verb::Query));
        found.extend(verbs.into_iter().map(|verb| (resource.name, verb)));
    }
    found.extend(subject.provider().queries.iter().map(|query| (query.name, Verb::Data)));
    found
}

/// Attributes whose change is sent by an update.
pub(crate) fn updatable<'a>(
    subject: &'a dyn Subject,
    resource: &'static Resource,
) -> impl Iterator<Item = &'static Attr> + 'a {
    let stays = |attr: &Attr| matches!(attr.replaces_on(), None | Some(Replaces::OnRemoval)) && !attr.is_fixed();
    let changes = move |attr: &&Attr| attr.settable() && !attr.is_key() && !attr.is_client_only() && stays(attr);
    let has_another = |attr: &&Attr| !attr.rules.iter().any(|rule| matches!(rule, Rule::OneOf([_])));
    let sampled = move |attr: &&Attr| subject.not_sampled(resource.name, attr.name).is_none();
    resource.managed().filter(changes).filter(has_another).filter(sampled)
}

/// The configuration with other values for this attribute.
pub(crate) fn changed(subject: &dyn Subject, resource: &'static Resource, config: &Json, name: &str) -> Vec<Json> {
    let attr = resource.attr(name).expect("the table has it");
    let values = (0..3).map(|nth| sample(subject, resource, attr, nth)).filter(|value| *value != config[name]);
    let with = |value| {
        let mut config = config.clone();
        for requirement in resource.requires {
            if let Requirement::ExactlyOneOf(names) = requirement
                && names.contains(&name)
            {
                names.iter().for_each(|other| config[*other] = Json::Null);
            }
        }
        config[name] = value;
        config
    };
    values.map(with).collect()
}
