//! What the tables say of lists, held to all recorded ones: where a table has `list_shows_all()`, an entry of the list shows
//! every managed attribute as the object's own GET does. A list that shows less would make a plan differ from what the
//! same plan finds with one object.

use serde_json::Value as Json;
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Paging, Reads, Resource};

use super::recorded::{Step, at, names, normal, own_path, suites};

/// With fewer, a list could seem to show all because little was there to show.
const LEAST: usize = 3;

/// The entries, if this is the list without a filter.
fn entries<'a>(resource: &'static Resource, step: &'a Step) -> Option<&'a Vec<Json>> {
    let list = resource.list.as_ref()?;
    names(list.path.unwrap_or(resource.collection), &step.path)?;
    let is_page = |parameter: &str| match list.paging {
        Paging::Whole => false,
        Paging::Pages { number, size, .. } => parameter.split('=').next().is_some_and(|it| it == number || it == size),
    };
    let is_whole = step.query.split('&').filter(|parameter| !parameter.is_empty()).all(is_page);
    // A list that can come in pages is bare where none is requested.
    at(&step.answer, list.at).as_array().or_else(|| step.answer.as_array()).filter(|_| is_whole)
}

/// The object in the form of an entry, if this is the GET of one that this list can have.
fn object(resource: &'static Resource, read: &Step, list: &Step) -> Option<Json> {
    let own = own_path(resource);
    let keys = names(&own, &read.path)?;
    let in_list = names(resource.list.as_ref()?.path.unwrap_or(resource.collection), &list.path)?;
    if read.auth != list.auth || in_list.iter().any(|(name, text)| keys.get(name).is_some_and(|key| key != text)) {
        return None;
    }
    let mut object = read.answer.as_object()?.clone();
    if let Reads::Find { wire, own: Some(own), .. } = resource.reads {
        let key = object.remove(own)?;
        object.insert(wire.to_owned(), key);
    }
    Some(Json::Object(object))
}

/// Which managed attributes the entry shows otherwise than the GET.
fn differences(resource: &'static Resource, entry: &Json, object: &Json) -> Vec<String> {
    let attrs = resource.managed().filter(|attr| attr.is_readable() && attr.child_objects().is_none());
    // A key in the path of the list is in no answer.
    let attrs = attrs.filter(|attr| resource.list.iter().all(|list| list.required().all(|name| name != attr.name)));
    let of = attrs.filter_map(|attr| {
        let [entry, object] = [entry, object].map(|json| normal(attr, at(json, attr.wire_name())));
        (entry != object).then(|| format!("`{}` is {object}, but its entry says {entry}", attr.name))
    });
    of.collect()
}

/// How many recorded objects stand beside their entry with no write between the two requests, and what differs.
fn judge(resource: &'static Resource) -> (usize, Vec<String>) {
    let (mut count, mut found) = (0, Vec::new());
    let key = resource.keys().last().map_or("", |key| key.wire_name());
    for suite in suites() {
        for reads in suite.split(|step| step.method != "GET" || step.raced) {
            for (list, entries) in reads.iter().filter_map(|step| Some((step, entries(resource, step)?))) {
                for (read, object) in reads.iter().filter_map(|read| Some((read, object(resource, read, list)?))) {
                    let mut same = entries.iter().filter(|entry| entry[key] == object[key]);
                    // What a list hides is read by itself.
                    let Some(entry) = same.next() else { continue };
                    count += 1;
                    found.extend(same.map(|_| format!("{}: an entry is there twice", list.at)));
                    let differences = differences(resource, entry, &object);
                    found.extend(differences.into_iter().map(|difference| format!("{}: {difference}", read.at)));
                }
            }
        }
    }
    (count, found)
}

#[test]
fn an_entry_of_a_list_that_a_table_vouches_for_shows_what_a_get_shows() {
    let vouched = PROVIDER.resources.iter().filter(|resource| resource.list_shows_all);
    for resource in vouched {
        let (count, found) = judge(resource);
        assert!(count >= LEAST, "{}: {count} recorded objects stand beside their entry", resource.name);
        assert!(found.is_empty(), "{}:\n{}", resource.name, found.join("\n"));
    }
}

/// The lists that are not vouched for show less.
#[test]
fn a_list_that_shows_less_is_found() {
    for (name, less) in [("hoop_connection", "`secrets`"), ("hoop_plugin", "`config`")] {
        let resource = PROVIDER.resource(name).expect("a table");
        assert!(!resource.list_shows_all, "{name}");
        let (count, found) = judge(resource);
        assert!(count >= LEAST && found.iter().any(|found| found.contains(less)), "{name}: {found:#?}");
    }
}
