//! Keys of every role, over every type of every table: what a key may not see is no reason for a difference, what it may
//! not find is not gone, and what it may not write is refused before anything is sent. What a role sees is told from the
//! tables, and the emulator's answers are held to a recorded trace of each role.

use serde_json::Value as Json;
use terraform_provider_hoop::schema::{Attr, Destroy, Resource, Rights};

use crate::host::{Action, Diagnostics, Object, Session};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::samples::{full, sample};
use crate::subject::{Subject, configured, subjects};

/// One type, one role, and whether the system hides what it can hide.
type Case = (Make, &'static str, Rights, bool);

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for make in subjects() {
        let (provider, has_roles) = alone(async {
            let subject = make();
            (subject.provider(), subject.settings_of(Rights::Standard).is_some())
        });
        assert_eq!(provider.system.roles.is_some(), has_roles, "{}: keys of its roles", provider.name);
        for resource in provider.resources.iter().filter(|_| has_roles) {
            for rights in Rights::LIMITED {
                cases.extend([false, true].map(|hides| (make, resource.name, rights, hides)));
            }
        }
    }
    assert!(cases.len() >= 40, "{} cases", cases.len());
    cases
}

fn name((_, type_name, rights, hides): &Case) -> String {
    format!("{type_name} {rights:?}{}", if *hides { " hiding" } else { "" })
}

/// An object of the type with everything configured, made with all rights, and a session with fewer.
struct World {
    subject: Box<dyn Subject>,
    resource: &'static Resource,
    rights: Rights,
    hides: bool,
    config: Json,
    object: Object,
    admin: Session,
    session: Session,
}

/// What the tables say that the key can see of the object.
#[derive(Debug, PartialEq, Eq)]
enum Sight {
    All,
    /// All but these attributes.
    Without(Vec<String>),
    /// Nothing, because of this type: it may not be read, or is hidden.
    Nothing(&'static str),
}

impl World {
    async fn new((make, type_name, rights, hides): &Case) -> World {
        let subject = make();
        let resource = subject.provider().resource(type_name).expect("a type of the provider");
        let admin = configured(subject.as_ref()).await;
        let config = full(subject.as_ref(), resource, &subject.minimal(type_name, "subject"));
        let object = admin.create(type_name, &config).await;
        if *hides {
            subject.hide();
        }
        let session = Session::inside(subject.provider()).await;
        let settings = subject.settings_of(*rights).expect("a key of this role");
        assert!(session.configure(settings).await.is_clean());
        subject.clear_requests();
        World { subject, resource, rights: *rights, hides: *hides, config, object, admin, session }
    }

    fn sight(&self) -> Sight {
        let children = || self.resource.managed().find_map(|attr| Some((attr.name, attr.child_objects()?.table)));
        let family = || [self.resource].into_iter().chain(children().map(|(_, table)| table));
        let rights = self.rights;
        if rights < self.resource.readable_by {
            return Sight::Nothing(self.resource.name);
        }
        let is_hidden =
            |it: &&Resource| it.hidden_by.is_some_and(|hiding| self.hides && rights < hiding.from_fewer_than);
        if let Some(hidden) = family().find(is_hidden) {
            return Sight::Nothing(hidden.name);
        }
        let veiled = |it: &'static Resource| it.managed().filter(move |attr| attr.least_rights() > rights);
        let mut unseen: Vec<String> = veiled(self.resource).map(|attr| attr.name.to_owned()).collect();
        if let Some((name, table)) = children() {
            let keys = self.config[name].as_object().expect("children").keys();
            unseen.extend(keys.flat_map(|key| veiled(table).map(move |attr| format!("{name}[{key:?}].{}", attr.name))));
        }
        if unseen.is_empty() { Sight::All } else { Sight::Without(unseen) }
    }

    fn wrote_nothing(&self) {
        let wrote: Vec<_> = self.subject.requests().into_iter().filter(|request| request.method != "GET").collect();
        assert!(wrote.is_empty(), "{wrote:?}");
    }

    /// A refusal that names what is missing.
    fn is_refused(&self, found: &Diagnostics) {
        let errors: Vec<_> = found.errors().collect();
        assert_eq!(errors.len(), 1, "{found}");
        let roles = self.subject.provider().system.roles.as_ref().expect("roles");
        assert!(found.say(roles.admin), "{found}");
        self.wrote_nothing();
    }
}

fn try_all(work: impl AsyncFn(World) + Sync) {
    try_each(&cases(), name, |case| {
        alone(async {
            work(World::new(case).await).await;
        });
    });
}

#[test]
fn a_refresh_and_a_plan_find_no_difference_where_nothing_changed() {
    try_all(async |world| {
        let mut told = Vec::new();
        for _ in 0..3 {
            let (read, found) = world.session.read(&world.object).await;
            assert_eq!(read, world.object, "{found}");
            told.push(found);
            let planned = world.session.plan(&read, &world.config).await;
            assert!(planned.action == Action::NoOp && planned.diagnostics.is_clean(), "{}", planned.diagnostics);
        }
        let told: Vec<_> = told.iter().filter(|found| !found.is_clean()).collect();
        match world.sight() {
            Sight::Nothing(of) => {
                assert_eq!(told.len(), 1, "told once");
                let noun = of.split_once('_').expect("a prefix").1.replace('_', " ");
                assert!(told[0].say(&noun) && told[0].say("`admin`"), "{}", told[0]);
            }
            Sight::All | Sight::Without(_) => assert_eq!(told.len(), 0, "{told:?}"),
        }
        world.wrote_nothing();
    });
}

#[test]
fn an_import_says_what_it_could_not_read_and_all_rights_complete_it() {
    try_all(async |world| {
        let (type_name, identity) = (world.resource.name, &world.object.identity);
        let whole = world.admin.import_identity(type_name, identity).await.expect("with all rights");
        let wanted = world.admin.plan(&whole, &world.config).await.action;
        let imported = world.session.import_identity(type_name, identity).await;
        world.wrote_nothing();
        let unseen = match (world.sight(), &imported) {
            (Sight::Nothing(_), Err(found)) => return assert!(found.say("`admin`"), "{found}"),
            (Sight::Nothing(of), Ok(_)) => {
                // The list of an object's children lacks the hidden ones without a word.
                let hides = of != type_name || world.resource.managed().any(|attr| attr.child_objects().is_some());
                assert!(hides && world.session.said().contains("may be incomplete"), "{}", world.session.said());
                return;
            }
            (Sight::All, Ok(imported)) => return assert_eq!(imported, &whole),
            (Sight::Without(unseen), Ok(_)) => unseen,
            (_, Err(found)) => panic!("{found}"),
        };
        let (imported, said) = (imported.expect("an object"), world.session.said());
        for name in &unseen {
            assert!(said.contains(&format!("`{name}`")), "{name}: {said}");
        }
        let planned = world.session.plan(&imported, &world.config).await;
        assert_eq!(planned.action, wanted, "a value that was not read is no difference\n{}", planned.diagnostics);
        let (read, found) = world.session.read(&imported).await;
        assert!(read == imported && found.is_clean(), "{found}");
        let (completed, found) = world.admin.read(&imported).await;
        assert!(found.is_clean(), "{found}");
        assert_eq!(completed.state, whole.state);
        assert_eq!(world.admin.plan(&completed, &world.config).await.action, wanted);
        // Without a refresh a key that sees everything plans what is configured.
        assert_eq!(world.admin.plan(&imported, &world.config).await.action, Action::Update);
    });
}

#[test]
fn whatever_changes_something_is_planned_and_refused_before_it_is_sent() {
    try_all(async |world| {
        let absent = Object::absent(world.resource.name);
        let new = world.subject.minimal(world.resource.name, "another");
        world.subject.clear_requests();
        let planned = world.session.plan(&absent, &new).await;
        assert!(planned.action == Action::Create && !planned.diagnostics.has_errors(), "{}", planned.diagnostics);
        assert!(planned.diagnostics.say("`admin`"), "{}", planned.diagnostics);
        let applied = world.session.apply(&absent, &planned).await;
        world.is_refused(&applied.diagnostics);
        assert!(applied.object.state.is_null());

        for config in changes(&world) {
            let planned = world.session.plan(&world.object, &config).await;
            if planned.action == Action::Update {
                let applied = world.session.apply(&world.object, &planned).await;
                world.is_refused(&applied.diagnostics);
                assert_eq!(applied.object.state, world.object.state);
            }
        }

        let destroyed = world.session.destroy(&world.object).await;
        world.is_refused(&destroyed.diagnostics);
        assert_eq!(destroyed.object.state, world.object.state);
        let (read, found) = world.admin.read(&world.object).await;
        assert!(read == world.object && found.is_clean(), "{found}");
    });
}

/// The configuration with another value for each attribute that an update can change.
fn changes(world: &World) -> Vec<Json> {
    let (subject, resource) = (world.subject.as_ref(), world.resource);
    let updatable = resource.managed().filter(|attr| {
        let stays = attr.replaces_on().is_none() && !attr.is_fixed();
        attr.settable() && !attr.is_key() && !attr.is_client_only() && stays && !world.config[attr.name].is_null()
    });
    let with = |(attr, nth): (&'static Attr, usize)| {
        let mut config = world.config.clone();
        config[attr.name] = sample(subject, resource, attr, nth);
        config
    };
    let mut changed: Vec<Json> = updatable.flat_map(|attr| [(attr, 1), (attr, 2)]).map(with).collect();
    changed.retain(|config| *config != world.config);
    world.subject.clear_requests();
    changed
}

/// A key of which nothing is known until an answer gives a reason to ask is no different.
#[test]
fn a_check_that_is_skipped_is_made_up_for_where_it_matters() {
    try_all(async |world| {
        let mut settings = world.subject.settings_of(world.rights).expect("a key of this role");
        settings["skip_credentials_validation"] = true.into();
        assert!(world.session.configure(settings).await.is_clean());
        for _ in 0..2 {
            let (read, found) = world.session.read(&world.object).await;
            assert_eq!(read, world.object, "{found}");
        }
        assert_eq!(world.session.plan(&world.object, &world.config).await.action, Action::NoOp);
        // Nothing is asked that could refuse.
        if matches!(world.resource.destroy, Destroy::Forget) {
            return;
        }
        let destroyed = world.session.destroy(&world.object).await;
        assert!(
            destroyed.diagnostics.has_errors() && destroyed.diagnostics.say("`admin`"),
            "{}",
            destroyed.diagnostics
        );
        assert_eq!(destroyed.object.state, world.object.state);
    });
}
