//! What a list offers can be taken over: imported by its identity, with the generated configuration it plans empty.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Attr;

use super::World;
use crate::figure::at_least;
use crate::host::Action;
use crate::subject::cases::{alone, try_each};
use crate::subject::types;

#[test]
fn every_object_is_listed_and_plans_empty_with_its_generated_configuration() {
    let taken = try_each(
        &types(),
        |(_, resource)| resource.name.to_owned(),
        |(make, resource)| {
            alone(async {
                let world = World::new(*make, resource).await;
                world.lists_all().await;
                world.takes_over_all().await
            })
        },
    );
    at_least(90, "objects listed, imported and planned empty", taken.into_iter().sum());
}

impl World {
    /// With and without objects, and with each limit, the same objects in the same order.
    async fn lists_all(&self) {
        let name = self.name();
        let with = self.session.list_all(name, true).await;
        let without = self.session.list_all(name, false).await;
        let identities: Vec<&Json> = with.iter().map(|listed| &listed.identity).collect();
        let names: Vec<&str> = with.iter().map(|listed| listed.display_name.as_str()).collect();
        assert_eq!(without.iter().map(|listed| &listed.identity).collect::<Vec<_>>(), identities);
        assert_eq!(without.iter().map(|listed| listed.display_name.as_str()).collect::<Vec<_>>(), names);
        for object in &self.objects {
            assert!(identities.contains(&&object.identity), "{} is not in {identities:?}", object.identity);
        }
        for limit in 1..identities.len() {
            let (some, _) = self.session.list(name, &json!({}), limit, false).await.expect("a list");
            assert_eq!(some.iter().map(|listed| &listed.identity).collect::<Vec<_>>(), identities[..limit]);
        }
    }

    async fn takes_over_all(&self) -> usize {
        let (name, session) = (self.name(), &self.session);
        let listed = session.list_all(name, true).await;
        for found in &listed {
            let imported = session.import_identity(name, &found.identity).await;
            let imported = imported.unwrap_or_else(|said| panic!("{}: {said}", found.identity));
            for attr in self.resource.managed() {
                let (shown, state) = (&found.object[attr.name], &imported.state[attr.name]);
                let expected = if attr.is_sensitive() { &Json::Null } else { state };
                assert!(has_secrets(attr) || shown == expected, "{}: {shown} {state}", attr.name);
            }
            let (config, missing) = session.generate(name, &found.object).await;
            let (of_state, _) = session.generate(name, &imported.state).await;
            assert_eq!(config, of_state, "what is generated depends on secrets");
            let validated = session.validate(name, &config).await;
            assert_eq!(validated.has_errors(), !missing.is_clean(), "{validated}\n{missing}");
            if validated.has_errors() {
                assert_eq!(name, "lerian_reporter_connection", "{validated}");
                continue;
            }
            let planned = session.plan(&imported, &config).await;
            assert!(planned.diagnostics.is_clean(), "{}", planned.diagnostics);
            assert_eq!(planned.action, Action::NoOp, "{config}\n{}\n{}", imported.state, planned.state);
        }
        listed.len()
    }
}

/// Whether there are secrets inside it.
fn has_secrets(attr: &Attr) -> bool {
    attr.kind.nested().is_some_and(|nested| nested.iter().any(|inner| inner.is_sensitive() || has_secrets(inner)))
}
