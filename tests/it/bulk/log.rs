//! Connections that many refreshes read at once, and an audit log that lies, fails, lags or was never there; a clock that
//! jumps; other workspaces that write meanwhile. What a write left a stamp of is found whatever the log says; what it
//! left none of is found unless its entry was lost or is late, and is then as it was, never something else.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;

use super::ways::{WAYS, Way};
use super::{WAITING, assert_shown, each, read, session};
use crate::draw;
use crate::emulator::{AuditLog, Emulator, Fault};
use crate::figure::figure;
use crate::host::{Object, Session, settings};
use crate::subject::cases::{alone, try_each};

/// What is wrong while the connections are changed, and while they are read.
struct Trouble {
    name: &'static str,
    before: fn(&Emulator),
    after: fn(&Emulator),
    /// What changed without a stamp may be missed.
    misses: bool,
}

const SOURCES: [&str; 3] = ["/api/connections", "/api/resources", "/api/audit/logs"];

fn nothing(_: &Emulator) {}

const TROUBLES: &[Trouble] = &[
    Trouble { name: "none", before: nothing, after: nothing, misses: false },
    Trouble { name: "no log", before: nothing, after: |it| it.set_audit_log(AuditLog::Off), misses: false },
    Trouble { name: "a refused log", before: nothing, after: |it| it.set_audit_log(AuditLog::Refused), misses: false },
    Trouble { name: "a pruned log", before: nothing, after: |it| it.prune_audit_log(30), misses: false },
    Trouble { name: "an empty log", before: nothing, after: |it| it.prune_audit_log(-1), misses: false },
    Trouble { name: "a log behind", before: |it| it.set_audit_log(AuditLog::Behind), after: nothing, misses: true },
    Trouble { name: "lost entries", before: |it| it.set_audit_log(AuditLog::Lost), after: nothing, misses: true },
    Trouble { name: "a clock set forward", before: |it| it.move_clock(31_536_000), after: nothing, misses: false },
    Trouble { name: "a clock set back", before: |it| it.move_clock(-7_200), after: nothing, misses: false },
    Trouble { name: "a clock set back later", before: nothing, after: |it| it.move_clock(-7_200), misses: false },
    Trouble {
        name: "a clock set back and forward",
        before: |it| it.move_clock(-7_200),
        after: |it| it.move_clock(14_400),
        misses: true,
    },
    Trouble { name: "no list", before: nothing, after: |it| refuse(it, SOURCES[0]), misses: false },
    Trouble { name: "no resources", before: nothing, after: |it| refuse(it, SOURCES[1]), misses: false },
    Trouble { name: "no entries", before: nothing, after: |it| refuse(it, SOURCES[2]), misses: false },
    Trouble { name: "an older version", before: |it| it.set_version("1.112.0"), after: nothing, misses: false },
];

fn refuse(emulator: &Emulator, path: &str) {
    emulator.fault(Fault::answer(403).on_list(path).forever());
}

/// Beside those that are changed.
const UNCHANGED: usize = 1;

struct World {
    emulator: Arc<Emulator>,
    objects: Vec<Object>,
}

impl World {
    async fn new(count: usize) -> World {
        let emulator = Arc::new(Emulator::builder().masking(true).licensed(true).start_here());
        let ours = session(&PROVIDER, settings(&emulator)).await;
        let mut objects = Vec::new();
        for index in 0..count {
            let config = config(&emulator, &format!("conn-{index}"), "a");
            objects.push(ours.create("hoop_connection", &config).await);
        }
        emulator.move_clock(600);
        // Each is read as often as it takes for all of them to be read at once.
        let objects = objects.iter().cycle().take(WAITING.max(count)).cloned().collect();
        World { emulator, objects }
    }

    async fn many(&self) -> Arc<Session> {
        session(&PROVIDER, settings(&self.emulator)).await
    }

    /// What single reads show.
    async fn truth(&self) -> Vec<Object> {
        read(&session(&PROVIDER, each(settings(&self.emulator))).await, &self.objects).await
    }
}

fn config(emulator: &Emulator, name: &str, mark: &str) -> Json {
    json!({ "name": name, "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id(),
        "tags": { "mark": mark }, "command": [mark], "secrets": { "envvar:MARK": mark } })
}

#[test]
fn whatever_becomes_of_the_log_the_states_are_true() {
    let by_themselves = WAYS.iter().filter(|way| way.names_nothing).map(std::slice::from_ref);
    let together: Vec<&Way> = WAYS.iter().filter(|way| !way.names_nothing).collect();
    let groups = by_themselves.map(|way| vec![&way[0]]).chain([together]);
    let groups: Vec<Vec<&Way>> = groups.collect();
    let cases: Vec<_> = TROUBLES.iter().flat_map(|trouble| groups.iter().map(move |ways| (trouble, ways))).collect();
    let name = |(trouble, ways): &(&Trouble, &Vec<&Way>)| format!("{}, {}", trouble.name, ways[0].name);
    let cases = draw::some("troubles of the log", cases, |(trouble, _)| trouble.name.to_owned(), 30);
    try_each(&cases, name, |(trouble, ways)| alone(under(trouble, ways)));
    figure("troubles of the audit log", cases.len());
}

async fn under(trouble: &Trouble, ways: &[&Way]) {
    let world = World::new(ways.len() + UNCHANGED).await;
    let emulator = &world.emulator;
    (trouble.before)(emulator);
    emulator.move_clock(60);
    for (index, way) in ways.iter().enumerate() {
        (way.change)(emulator, &format!("conn-{index}"));
    }
    emulator.move_clock(60);
    (trouble.after)(emulator);
    // The faults are of the lists only.
    let truth = world.truth().await;
    let found = read(&world.many().await, &world.objects).await;
    for (index, (wanted, found)) in truth.iter().zip(&found).enumerate() {
        let way = ways.get(index % (ways.len() + UNCHANGED));
        let kept = &world.objects[index].state["secrets"];
        if trouble.misses && way.is_some_and(|way| way.is_silent) && found.state["secrets"] == *kept {
            let mut told = found.state.clone();
            told["secrets"] = wanted.state["secrets"].clone();
            assert_eq!(told, wanted.state, "only the secrets are missed");
            continue;
        }
        let what = way.map_or("unchanged", |way| way.name);
        assert_shown(std::slice::from_ref(wanted), std::slice::from_ref(found), what);
    }
    if trouble.name == "a log behind" {
        emulator.flush_audit_log();
        let there: Vec<Object> = found.into_iter().filter(|object| !object.state.is_null()).collect();
        let single = read(&session(&PROVIDER, each(settings(emulator))).await, &there).await;
        assert_shown(&single, &read(&world.many().await, &there).await, "once the entries are there");
    }
}

/// A change by another workspace between any two requests of a refresh: each connection is as it was before or as it is
/// after, and after the next refresh as it is.
#[test]
fn a_change_between_the_requests_of_a_refresh_is_seen_now_or_next_time() {
    let requests = alone(async {
        let world = World::new(2).await;
        let many = world.many().await;
        world.emulator.clear_requests();
        read(&many, &world.objects).await;
        world.emulator.requests().len()
    });
    assert!(requests <= 8, "{requests} requests for a few connections");
    let cases: Vec<_> = WAYS.iter().flat_map(|way| (0..requests).map(move |index| (way, index))).collect();
    try_each(
        &cases,
        |(way, index)| format!("{} after request {index}", way.name),
        |(way, index)| {
            alone(between(way, *index));
        },
    );
    figure("changes between requests", cases.len());
}

async fn between(way: &'static Way, index: usize) {
    let world = World::new(2).await;
    let before = world.truth().await;
    let many = world.many().await;
    let (emulator, change) = (Arc::downgrade(&world.emulator), way.change);
    let meanwhile = Fault::garbled(move |body| {
        change(&emulator.upgrade().expect("it runs"), "conn-0");
        body
    });
    world.emulator.fault(meanwhile.skip(index));
    let found = read(&many, &world.objects).await;
    world.emulator.clear_faults();
    let after = world.truth().await;
    for (found, (before, after)) in found.iter().zip(before.iter().zip(&after)) {
        let shown = [before, after].map(|it| (&it.state, &it.identity));
        assert!(shown.contains(&(&found.state, &found.identity)), "neither before nor after: {}", found.state);
    }
    let there: Vec<Object> = found.into_iter().filter(|object| !object.state.is_null()).collect();
    let single = read(&session(&PROVIDER, each(settings(&world.emulator))).await, &there).await;
    world.emulator.move_clock(1);
    assert_shown(&single, &read(&world.many().await, &there).await, "in the next refresh");
}

/// A change by another workspace right after one of ours, which is in the log as well.
#[test]
fn a_change_right_after_our_own_is_no_write_of_ours() {
    let cases: Vec<_> = WAYS
        .iter()
        .flat_map(|way| [0, 1, 3].into_iter().flat_map(move |later| [false, true].map(|update| (way, later, update))))
        .collect();
    let name = |(way, later, update): &(&Way, i64, bool)| {
        format!("{} {later} s after our {}", way.name, if *update { "update" } else { "create" })
    };
    let cases = draw::some("changes after our own", cases, |(way, ..)| way.name.to_owned(), 48);
    try_each(&cases, name, |(way, later, update)| alone(right_after(way, *later, *update)));
    figure("changes right after our own", cases.len());
}

async fn right_after(way: &Way, later: i64, update: bool) {
    let mut world = World::new(2).await;
    let ours = world.many().await;
    let name = if update { "conn-0" } else { "conn-new" };
    let prior = if update { world.objects[0].clone() } else { Object::absent("hoop_connection") };
    let config = config(&world.emulator, name, "ours");
    let planned = ours.plan(&prior, &config).await;
    let applied = ours.apply(&prior, &planned).await;
    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
    let other = world.objects[1].clone();
    world.objects = [applied.object, other].iter().cycle().take(WAITING).cloned().collect();
    world.emulator.move_clock(later);
    (way.change)(&world.emulator, name);
    world.emulator.move_clock(60);
    let truth = world.truth().await;
    assert_shown(&truth, &read(&world.many().await, &world.objects).await, way.name);
}
