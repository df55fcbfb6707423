//! Lists of managed objects, and configurations for them, over every table of both systems.

mod left_out;
mod pages;
mod taken_over;
mod terraform;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Resource;

use crate::host::{Object, Session};
use crate::subject::cases::Make;
use crate::subject::samples::full;
use crate::subject::{Subject, configured};

/// A system with objects of one type.
pub(crate) struct World {
    subject: Box<dyn Subject>,
    session: Session,
    resource: &'static Resource,
    objects: Vec<Object>,
}

impl World {
    /// Three objects, the first of them with everything that it can have; one of what exists once.
    async fn new(make: Make, resource: &'static Resource) -> World {
        let subject = make();
        let session = configured(subject.as_ref()).await;
        let mut world = World { subject, session, resource, objects: Vec::new() };
        let count = if resource.only_id().is_some() { 1 } else { 3 };
        for index in 0..count {
            let minimal = world.subject.minimal(resource.name, &format!("listed-{index}"));
            let config = if index == 0 { full(world.subject.as_ref(), resource, &minimal) } else { minimal };
            let made =
                world.session.create(resource.name, &distinct(world.subject.as_ref(), resource, config, index)).await;
            world.subject.add_its_own(resource.name, &made.state);
            world.objects.push(made);
        }
        world
    }

    fn name(&self) -> &'static str {
        self.resource.name
    }
}

/// Of a fixed set of objects, another one each time.
fn distinct(subject: &dyn Subject, resource: &'static Resource, mut config: Json, index: usize) -> Json {
    if resource.name == "hoop_feature_flag" {
        config["name"] = subject.reference(resource.name, "name", index).expect("a flag");
        config["enabled"] = json!(index == 0);
    }
    config
}
