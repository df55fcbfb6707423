//! Ctrl-C at every request of a create, an update, a destroy and a plan; for a write, before the gateway has done what it
//! asks for and after.

use serde_json::json;

use super::{World, changed, created};
use crate::emulator::{Emulator, Fault, Gate};
use crate::figure::figure;
use crate::subject::cases::try_each;
use crate::terraform::{Config, UnderWay, control};

/// One Ctrl-C: at which request of a run it comes, and whether the gateway has acted on that by then.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "the request is for whoever reads of a failure")]
struct Point {
    index: usize,
    acted: bool,
    request: String,
}

impl Point {
    /// Starts a run and lets it come to this point.
    #[track_caller]
    fn reach(&self, world: &World, arguments: &[&str]) -> (UnderWay, Gate) {
        let gate = Gate::default();
        let fault = if self.acted { Fault::answer_held(&gate) } else { Fault::held(&gate) };
        world.emulator().fault(fault.skip(self.index));
        let mut run = world.terraform.start(arguments);
        run.wait_for("this point", || gate.is_reached());
        (run, gate)
    }

    /// Interrupts a run at this point, lets go when the provider has heard of it, and sees the run to its end.
    #[track_caller]
    fn interrupt(&self, world: &World, arguments: &[&str]) {
        let (mut run, gate) = self.reach(world, arguments);
        run.interrupt();
        run.wait_for_log("the host requested a stop");
        gate.open();
        world.tells_the_truth(&run.end());
    }
}

/// The points of a run that nobody disturbs.
fn points(world: &World, arguments: &[&str]) -> Vec<Point> {
    world.emulator().clear_requests();
    world.terraform.start(arguments).end().ok();
    let mut points = Vec::new();
    for (index, request) in world.emulator().requests().iter().enumerate() {
        let of = |acted| Point { index, acted, request: format!("{} {}", request.method, request.path) };
        points.push(of(false));
        if request.method != "GET" {
            points.push(of(true));
        }
    }
    points
}

/// Tries every point, two at a time: what is timed elsewhere needs the rest of the machine.
fn each(run: &str, points: &[Point], work: impl Fn(&Point) + Sync) {
    figure(&format!("interruptions of {run}"), points.len());
    try_each(points, |point| format!("{point:?}"), work);
}

const APPLY: [&str; 6] = ["apply", "-json", "-input=false", "-lock=false", "-parallelism=1", "saved.plan"];

/// Plans once, and carries that plan out again and again, each time with a Ctrl-C at another point, in a copy of the
/// world. Then `afterwards` ends the work.
fn at_every_point(run: &str, world: &World, config: &Config, plan: &[&str], afterwards: impl Fn(&World) + Sync) {
    world.terraform.configure(config);
    world.terraform.run(&[&["plan", "-input=false", "-lock=false", "-out=saved.plan"], plan].concat()).ok();
    let copy = || {
        let copy = world.copy(config);
        std::fs::copy(world.terraform.path("saved.plan"), copy.terraform.path("saved.plan")).expect("a copy");
        copy
    };
    let points = points(&copy(), &APPLY);
    assert!(points.iter().filter(|point| point.acted).count() >= 5, "{points:#?}");
    each(run, &points, |point| {
        let world = copy();
        point.interrupt(&world, &APPLY);
        afterwards(&world);
    });
}

fn import_and_apply(world: &World) {
    world.import_unknown();
    world.converges();
}

#[test]
fn ctrl_c_at_every_point_of_a_create() {
    let Some(_) = control(Emulator::start) else { return };
    at_every_point("a create", &World::new(&created()), &created(), &[], import_and_apply);
}

#[test]
fn ctrl_c_at_every_point_of_an_update() {
    let Some(_) = control(Emulator::start) else { return };
    let world = World::new(&created());
    world.terraform.apply().ok();
    at_every_point("an update", &world, &changed(), &[], import_and_apply);
}

#[test]
fn ctrl_c_at_every_point_of_a_destroy() {
    let Some(_) = control(Emulator::start) else { return };
    let world = World::new(&created());
    world.terraform.apply().ok();
    at_every_point("a destroy", &world, &created(), &["-destroy"], World::goes);
}

/// Nothing is waited for: a plan ends even if the gateway never answers again.
#[test]
fn ctrl_c_at_every_point_of_a_plan() {
    let Some(_) = control(Emulator::start) else { return };
    let world = World::new(&created());
    world.terraform.apply().ok();
    let plan = ["plan", "-json", "-input=false", "-lock=false", "-parallelism=1"];
    let points = points(&world, &plan);
    assert!(points.len() >= 8, "{points:#?}");
    let before = world.terraform.state_text();
    each("a plan", &points, |point| {
        let world = world.copy(&changed());
        let (run, _closed) = point.reach(&world, &plan);
        run.interrupt();
        assert_ne!(run.end().code, 0);
        assert_eq!(world.terraform.state_text(), before);
    });
}

/// As Terraform does it unless it is told otherwise: each of them is finished.
#[test]
fn ctrl_c_with_several_writes_under_way() {
    let Some(_) = control(Emulator::start) else { return };
    const MANY: usize = 6;
    let mut config = Config::default();
    for index in 0..MANY {
        config.set("hoop_agent", &format!("it-{index}"), json!({ "name": format!("tf-agent-{index}") }));
    }
    let (world, gate) = (World::new(&config), Gate::default());
    world.emulator().fault(Fault::held(&gate).on("POST", "/api/agents").times(MANY));
    let mut run = world.terraform.start(&["apply", "-json", "-input=false", "-lock=false", "-auto-approve"]);
    let posts = || world.emulator().requests().iter().filter(|request| request.method == "POST").count();
    run.wait_for("all creates", || posts() == MANY);
    run.interrupt();
    run.wait_for_log("the host requested a stop");
    gate.open();
    run.end();
    assert_eq!(world.recorded().0.len(), MANY);
    world.terraform.second_plan_is_empty();
}

/// Terraform tells no provider of a Ctrl-C that comes while `apply` still plans; it goes no further then.
#[test]
fn ctrl_c_before_an_apply_has_planned() {
    let Some(_) = control(Emulator::start) else { return };
    let world = World::new(&created());
    let first = Point { index: 0, acted: false, request: "the check of the credentials".to_owned() };
    let (run, gate) = first.reach(&world, &["apply", "-json", "-input=false", "-lock=false", "-auto-approve"]);
    run.interrupt();
    gate.open();
    world.tells_the_truth(&run.end());
    world.converges();
}
