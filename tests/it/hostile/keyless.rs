//! States that do not say which object they are of, and are not this provider's: nothing is done, and that is told.

use serde_json::Value as Json;

use crate::host::{Action, Object, Planned};
use crate::subject::cases::alone;
use crate::subject::{configured, subjects};

#[test]
fn a_state_without_a_key_is_no_object_and_its_destroy_no_success() {
    for make in subjects() {
        alone(async {
            let subject = make();
            let session = configured(subject.as_ref()).await;
            // The key of what there is only one of goes without saying.
            for resource in subject.provider().resources.iter().filter(|resource| resource.only_id().is_none()) {
                let config = subject.minimal(resource.name, &resource.name.replace('_', "-"));
                let object = session.create(resource.name, &config).await;
                let mut stripped = Object { private: Vec::new(), ..object.clone() };
                resource.keys().for_each(|key| stripped.state[key.name] = Json::Null);
                let (read, found) = session.read(&stripped).await;
                assert!(read.state == stripped.state && found.say("has no key"), "{}: {found}", resource.name);
                let planned = session.plan(&stripped, &config).await;
                assert!(planned.diagnostics.say("has no key"), "{}: {}", resource.name, planned.diagnostics);
                let destroyed = session.plan_destroy(&stripped).await;
                assert!(destroyed.diagnostics.say("has no key"), "{}: {}", resource.name, destroyed.diagnostics);
                // A plan of another version of the provider may have let it through.
                let (state, diagnostics) = (Json::Null, Default::default());
                let nothing = Planned { action: Action::Delete, state, diagnostics, ..destroyed };
                let applied = session.apply(&stripped, &nothing).await;
                assert!(applied.diagnostics.say("has no key"), "{}: {}", resource.name, applied.diagnostics);
                assert_eq!(applied.object.state, stripped.state, "{} is forgotten", resource.name);
                assert_eq!(subject.count(resource, &config), 1, "{}", resource.name);
            }
        });
    }
}
