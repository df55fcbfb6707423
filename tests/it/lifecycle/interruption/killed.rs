//! What Terraform itself cannot tell, since it or the provider is cut off in the middle of a write: no process and no
//! socket is left, the next apply names what is there and how to take it in, and nothing is made twice.

use serde_json::Value as Json;

use super::{AGENT, CONNECTION, PLUGIN, RESOURCE, ROLES, World, changed, created, names_import};
use crate::emulator::{Emulator, Fault, Gate};
use crate::terraform::{Config, Feature, UnderWay, control};

const APPLY: [&str; 6] = ["apply", "-json", "-input=false", "-lock=false", "-parallelism=1", "-auto-approve"];

/// The provider says this when it was asked to end while one request is under way.
const FINISHES: &str = "SIGTERM: ending after 1 pending requests";

/// A run that is in the middle of a write which the gateway has carried out but not answered.
#[track_caller]
fn in_the_middle(world: &World, arguments: &[&str], method: &str, path: &str) -> (UnderWay, Gate) {
    let gate = Gate::default();
    world.emulator().fault(Fault::answer_held(&gate).on(method, path));
    let mut run = world.terraform.start(arguments);
    run.wait_for("the write", || gate.is_reached());
    (run, gate)
}

/// Each apply from now on takes in what is there, or stops at something and says how to take it in, until all is done.
#[track_caller]
fn the_next_apply_tells(world: &World) {
    loop {
        let unknown = world.unknown();
        let outcome = world.terraform.apply();
        if outcome.code == 0 {
            return world.converges();
        }
        let told = unknown.iter().filter(|(kind, key)| names_import(&outcome, kind, key));
        let told: Vec<_> = told.collect();
        assert!(!told.is_empty(), "nothing tells of {unknown:?}: {outcome:#?}");
        for (kind, key) in told {
            world.terraform.import(&format!("{kind}.it"), key).ok();
        }
    }
}

/// The writes of a create that make an object with a name of its own. One without cannot be told from another that
/// looks like it.
const CREATES: [&str; 4] = ["/api/agents", "/api/connections", "/api/resources", "/api/plugins"];

/// With everything made.
fn made(config: &Config) -> World {
    let world = World::new(&created());
    world.terraform.apply().ok();
    world.terraform.configure(config);
    world
}

#[test]
fn a_second_ctrl_c_ends_it_at_once() {
    let Some(_) = control(Emulator::start) else { return };
    for path in CREATES {
        let world = World::new(&created());
        let (mut run, _closed) = in_the_middle(&world, &APPLY, "POST", path);
        let state = world.terraform.state_text();
        run.interrupt();
        run.wait_for_log("the host requested a stop");
        run.interrupt();
        assert_ne!(run.end().code, 0);
        // Terraform empties its file before it writes, and may end between the two: it says itself that data may be lost.
        if serde_json::from_str::<Json>(&world.terraform.state_text()).is_err() {
            world.terraform.file("terraform.tfstate", &state);
        }
        the_next_apply_tells(&world);
    }
}

#[test]
fn terraform_that_is_asked_to_end_is_as_careful_as_after_a_ctrl_c() {
    let Some(_) = control(Emulator::start) else { return };
    let world = World::new(&created());
    let (mut run, gate) = in_the_middle(&world, &APPLY, "POST", "/api/connections");
    run.signal_terraform("-TERM");
    run.wait_for_log("the host requested a stop");
    gate.open();
    world.tells_the_truth(&run.end());
    assert!(world.unknown().is_empty());
    world.converges();
}

/// Supervisors do that, and send it to Terraform as well or not.
#[test]
fn a_provider_that_is_asked_to_end_finishes_what_it_is_doing() {
    let Some(()) = Feature::ONE_PROCESS.supported() else { return };
    let Some(_) = control(Emulator::start) else { return };
    for terraform_too in [false, true] {
        let world = World::new(&created());
        let (mut run, gate) = in_the_middle(&world, &APPLY, "POST", "/api/connections");
        run.signal_plugins("-TERM");
        run.wait_for_log(FINISHES);
        if terraform_too {
            run.signal_terraform("-TERM");
            run.wait_for_log("the host requested a stop");
        }
        gate.open();
        world.tells_the_truth(&run.end());
        assert!(world.unknown().is_empty(), "{:?} is lost", world.unknown());
        world.converges();
    }
}

#[test]
fn terraform_is_killed_in_the_middle_of_a_create() {
    let Some(()) = Feature::STATE_AT_ONCE.supported() else { return };
    let Some(_) = control(Emulator::start) else { return };
    for path in CREATES {
        let world = World::new(&created());
        let (run, _closed) = in_the_middle(&world, &APPLY, "POST", path);
        run.signal_terraform("-KILL");
        run.end();
        the_next_apply_tells(&world);
    }
}

#[test]
fn the_provider_is_killed_in_the_middle_of_a_create() {
    let Some(_) = control(Emulator::start) else { return };
    for path in CREATES {
        let world = World::new(&created());
        let (run, _closed) = in_the_middle(&world, &APPLY, "POST", path);
        run.signal_plugins("-KILL");
        assert_ne!(run.end().code, 0);
        the_next_apply_tells(&world);
    }
}

#[test]
fn either_is_killed_in_the_middle_of_an_update() {
    let Some(()) = Feature::ONE_PROCESS.supported() else { return };
    let Some(_) = control(Emulator::start) else { return };
    let [gone, changes, comes] = ROLES.map(|role| format!("/api/connections/{role}"));
    let writes = [
        ("PATCH", format!("/api/connections/{CONNECTION}")),
        ("PATCH", changes),
        ("DELETE", gone),
        ("POST", "/api/connections".to_owned()),
        ("PUT", "/api/runbooks/rules".to_owned()),
        ("PUT", format!("/api/plugins/{PLUGIN}")),
    ];
    let before = made(&changed());
    for (index, (method, path)) in writes.iter().enumerate() {
        let world = before.copy(&changed());
        let (run, _closed) = in_the_middle(&world, &APPLY, method, path);
        if index % 2 == 0 {
            run.signal_terraform("-KILL")
        } else {
            run.signal_plugins("-KILL")
        };
        run.end();
        the_next_apply_tells(&world);
        assert!(world.shown(comes.trim_start_matches("/api/")).is_some());
    }
}

#[test]
fn either_is_killed_in_the_middle_of_a_destroy() {
    let Some(()) = Feature::ONE_PROCESS.supported() else { return };
    let Some(_) = control(Emulator::start) else { return };
    let destroy = ["destroy", "-json", "-input=false", "-lock=false", "-parallelism=1", "-auto-approve"];
    let objects = [
        format!("/api/agents/{AGENT}"),
        format!("/api/connections/{CONNECTION}"),
        format!("/api/connections/{}", ROLES[0]),
        format!("/api/resources/{RESOURCE}"),
    ];
    let before = made(&created());
    for (index, path) in objects.iter().enumerate() {
        let world = before.copy(&created());
        let (run, _closed) = in_the_middle(&world, &destroy, "DELETE", path);
        if index % 2 == 0 {
            run.signal_plugins("-KILL")
        } else {
            run.signal_terraform("-KILL")
        };
        run.end();
        world.goes();
    }
}
