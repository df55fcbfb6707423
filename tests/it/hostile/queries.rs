//! Lists of managed objects from answers that no system means.

use serde_json::json;
use terraform_provider_hoop::schema::{Resource, shown_type};
use terraform_provider_hoop::value::{Type, Value};

use super::answers::each_table;
use super::inside::{Inside, checked, packed, unpacked};
use super::server::Answer;
use super::tables;
use crate::host::pb;

/// The filters of a list.
fn filters(resource: &'static Resource) -> Type {
    shown_type(resource.list_views().iter().map(|view| view.attr))
}

fn listed(inside: &Inside, request: pb::list_resource::Request) -> Vec<pb::list_resource::Event> {
    inside.ask(async |mut client| {
        let mut stream = client.list_resource(request).await?.into_inner();
        let mut events = Vec::new();
        while let Some(event) = stream.message().await? {
            events.push(event);
        }
        Ok(tonic::Response::new(events))
    })
}

#[test]
fn a_list_shows_what_it_can_read_and_ends_with_its_error() {
    each_table(1000, |inside, resource, tape, _| {
        let ty = filters(resource);
        // What is drawn is rarely a list that can be read.
        if let (true, Some(list)) = (tape.once_in(2), &resource.list) {
            let state = tables::with_fresh_keys(resource, &tape.object(tables::attributes(&resource.ty()), false));
            let entries = json!([tables::shown(resource, &state)]);
            let body = if list.at.is_empty() { entries } else { json!({list.at: entries}) };
            inside.answer(move |_| Answer::json(200, &body));
        }
        let config = if tape.once_in(3) {
            tape.object(tables::attributes(&ty), false)
        } else {
            Value::Object(tables::nothing(&ty))
        };
        let with_objects = tape.once_in(2);
        let events = listed(
            inside,
            pb::list_resource::Request {
                type_name: resource.name.to_owned(),
                config: packed(&config, &ty),
                include_resource_object: with_objects,
                limit: 100,
            },
        );
        for (index, event) in events.iter().enumerate() {
            let failed = checked(&event.diagnostic);
            assert!(!failed || (index + 1 == events.len() && event.identity.is_none()), "{}", resource.name);
            let Some(identity) = &event.identity else {
                assert!(!event.diagnostic.is_empty() && event.resource_object.is_none(), "{}", resource.name);
                continue;
            };
            let identity = unpacked(identity.identity_data.as_ref(), &tables::identity_type(resource));
            assert!(identity.is_known() && !identity.is_null() && !event.display_name.is_empty(), "{}", resource.name);
            let state = unpacked(event.resource_object.as_ref(), &resource.ty());
            assert!(state.is_known() && state.is_null() != with_objects, "{}", resource.name);
        }
        // Those that are found through another type need two lists that can be read.
        resource.parent.is_some() || !events.iter().any(|event| checked(&event.diagnostic))
    });
}
