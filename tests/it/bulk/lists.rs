//! Every type whose objects a list shows, every request of a refresh that reads many of them, and what can happen to that
//! request. The world behind the list has moved meanwhile: one object was changed, one was deleted, by somebody else.

use terraform_provider_hoop::schema::{Destroy, Resource};

use super::lies::{LIES, Lie};
use super::{WAITING, assert_shown, each, read, session};
use crate::draw;
use crate::figure::{at_least, figure};
use crate::host::{Action, Object, Session};
use crate::matrix::{Lasting, MISERIES, Misery, changed, shape, updatable};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::{Subject, types};

/// Objects that differ.
const OBJECTS: usize = 3;

#[derive(Clone, Copy)]
enum Hit {
    Lie(&'static Lie),
    Misery(&'static Misery, Lasting),
}

impl Hit {
    fn name(self) -> String {
        match self {
            Hit::Lie(lie) => lie.name.to_owned(),
            Hit::Misery(misery, lasting) => format!("{lasting:?} {}", misery.name),
        }
    }

    fn all() -> Vec<Hit> {
        // A server that is down answers no single read either.
        let miseries = MISERIES
            .iter()
            .filter(|it| it.name != "refused")
            .flat_map(|it| [Hit::Misery(it, Lasting::Once), Hit::Misery(it, Lasting::On)]);
        LIES.iter().map(Hit::Lie).chain(miseries).collect()
    }
}

struct World {
    subject: Box<dyn Subject>,
    resource: &'static Resource,
    /// As they were before the world moved; several times the same where there are few.
    objects: Vec<Object>,
    /// What single reads show now.
    truth: Vec<Object>,
    /// The paths of those reads.
    single: Vec<String>,
}

impl World {
    async fn new(make: Make, resource: &'static Resource) -> World {
        let subject = make();
        let ours = session(subject.provider(), each(subject.settings())).await;
        let mut made: Vec<Object> = Vec::new();
        for index in 0..OBJECTS {
            let config = subject.minimal(resource.name, &format!("object-{index}"));
            // Of some types there are only so many.
            let planned = ours.plan(&Object::absent(resource.name), &config).await;
            let applied = ours.apply(&Object::absent(resource.name), &planned).await;
            if applied.diagnostics.has_errors() || made.iter().any(|it| it.identity == applied.object.identity) {
                break;
            }
            made.push(applied.object);
        }
        assert!(!made.is_empty(), "no object of {}", resource.name);
        let objects: Vec<Object> = made.iter().cycle().take(WAITING).cloned().collect();
        let theirs = session(subject.provider(), each(subject.settings())).await;
        change(subject.as_ref(), &theirs, resource, &made[0]).await;
        if made.len() > 1 && !matches!(resource.destroy, Destroy::Forget) {
            let gone = theirs.destroy(&made[1]).await;
            assert!(!gone.diagnostics.has_errors(), "{}", gone.diagnostics);
        }
        let fresh = session(subject.provider(), each(subject.settings())).await;
        subject.clear_requests();
        let truth = read(&fresh, &objects).await;
        let single = gets(subject.as_ref());
        World { subject, resource, objects, truth, single }
    }

    /// By another process. The paths of its requests.
    async fn refresh(&self, hit: Option<(&str, Hit)>) -> Vec<String> {
        let many = session(self.subject.provider(), self.subject.settings()).await;
        // The first plan of a process checks the credentials; that check is not what is tried here.
        let name = self.resource.name;
        drop(many.plan(&Object::absent(name), &self.subject.minimal(name, "object-0")).await);
        self.subject.clear_requests();
        match hit {
            Some((path, Hit::Lie(lie))) => self.subject.fault((lie.fault)().on_list(path).forever()),
            Some((path, Hit::Misery(misery, lasting))) => self.subject.fault(misery.at(0, lasting).on_list(path)),
            None => {}
        }
        let found = read(&many, &self.objects).await;
        assert_shown(&self.truth, &found, "under the fault");
        let asked = gets(self.subject.as_ref());
        self.subject.clear_faults();
        let later = session(self.subject.provider(), self.subject.settings()).await;
        let there: Vec<Object> = found.into_iter().filter(|object| !object.state.is_null()).collect();
        assert_shown(&there, &read(&later, &there).await, "in the next refresh");
        asked
    }
}

/// The paths of the reads so far.
fn gets(subject: &dyn Subject) -> Vec<String> {
    let path = |line: String| line.strip_prefix("GET ").map(str::to_owned);
    shape(&subject.requests()).into_iter().filter_map(path).collect()
}

/// Somebody else changes the object, in whatever can be changed.
async fn change(subject: &dyn Subject, theirs: &Session, resource: &'static Resource, object: &Object) {
    let minimal = subject.minimal(resource.name, "object-0");
    for attr in updatable(subject, resource) {
        for config in changed(subject, resource, &minimal, attr.name) {
            let planned = theirs.plan(object, &config).await;
            if planned.diagnostics.has_errors() || planned.action != Action::Update {
                continue;
            }
            if !theirs.apply(object, &planned).await.diagnostics.has_errors() {
                return;
            }
        }
    }
}

fn bulk_types() -> Vec<(Make, &'static Resource)> {
    types().into_iter().filter(|(_, resource)| resource.list_shows_all || resource.snapshot.is_some()).collect()
}

#[test]
fn whatever_a_list_says_the_states_are_those_of_single_reads() {
    let mut cases = Vec::new();
    for (make, resource) in bulk_types() {
        let paths = alone(async {
            let world = World::new(make, resource).await;
            let mut asked = world.refresh(None).await;
            // An object that is not in the list is read by itself, and that is no list.
            asked.retain(|path| !world.single.contains(path) && !path.contains("/ID"));
            asked.sort_unstable();
            asked.dedup();
            asked
        });
        assert!(!paths.is_empty(), "{}: no list was read for many", resource.name);
        for path in paths {
            cases.extend(Hit::all().into_iter().map(|hit| (make, resource, path.clone(), hit)));
        }
    }
    let name = |(_, resource, path, hit): &(Make, &'static Resource, String, Hit)| {
        format!("{} GET {path} {}", resource.name, hit.name())
    };
    at_least(500, "possible faults of lists", cases.len());
    let group = |(_, _, _, hit): &(Make, &'static Resource, String, Hit)| hit.name();
    let cases = draw::some("lists", cases, group, 100);
    try_each(&cases, name, |(make, resource, path, hit)| {
        alone(async { drop(World::new(*make, resource).await.refresh(Some((path, *hit))).await) });
    });
    figure("faults of lists", cases.len());
}
