//! A secret that no object can be without, taken out of the configuration: nothing is sent, so the plan says it.

use super::*;
use crate::subject::samples::sample;

#[test]
fn a_needed_secret_that_is_taken_out_is_told() {
    let mut told = 0;
    for (make, resource) in types() {
        for attr in resource.managed().filter(|attr| attr.is_required_on_create()) {
            for hidden in [false, true] {
                alone(async {
                    let subject = make();
                    let session = configured(subject.as_ref()).await;
                    let minimal = with(&subject.minimal(resource.name, "kept"), attr.name, Json::Null);
                    let value = sample(subject.as_ref(), resource, attr, 0);
                    let config = match hidden {
                        false => with(&minimal, attr.name, value),
                        true => {
                            let hidden = with(&minimal, &attr.write_only_name(), value);
                            with(&hidden, &attr.version_name(), json!(1))
                        }
                    };
                    let object = session.create(resource.name, &config).await;
                    subject.clear_requests();
                    let planned = session.plan(&object, &minimal).await;
                    let found = &planned.diagnostics;
                    assert!(!found.has_errors() && found.warnings().count() == 1, "{}: {found}", resource.name);
                    assert!(found.say(&format!("`{}` is not changed", attr.name)), "{found}");
                    let applied = session.apply(&object, &planned).await;
                    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
                    assert!(subject.requests().iter().all(|it| it.method == "GET"), "{:?}", subject.requests());
                    // Once: the next plan has nothing left to say.
                    session.settled(&applied.object, &minimal).await;
                });
                told += 1;
            }
        }
    }
    assert!(told >= 4, "{told}");
}
