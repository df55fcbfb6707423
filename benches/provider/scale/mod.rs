//! Plans of hundreds to ten thousands of objects that nobody has changed, as Terraform makes them: for each object a
//! state that is upgraded, validated, read and planned, ten at a time, by a fresh process. The emulated gateway takes as
//! long as the real one does, so that the time of a plan is that of its requests. The floor answers from memory.
//!
//! `SCALE_PROGRAMS='before=target/before after=target/after'` measures these builds of the provider instead of this one.

mod objects;
mod plan;
mod set;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use self::objects::{MIXED, PAIRS};
use self::plan::{Plan, Planned};
use self::set::Set;
use super::build;
use super::figures::Report;

/// What a plan may take: requests, seconds, megabytes.
type Targets = (Option<usize>, Option<f64>, Option<f64>);

const NONE: Targets = (None, None, None);

#[expect(clippy::disallowed_methods, reason = "a setting of this benchmark")]
pub(crate) async fn measure(report: &mut Report, floor: &Path) {
    println!("{:<45} {:<9} {:>9} {:>8} {:>8} {:>7}", "", "", "requests", "wall s", "CPU s", "MB");
    let programs = std::env::var("SCALE_PROGRAMS").ok();
    let given = |program: &'static str| program.split_once('=').map(|(who, path)| (who, Path::new(path)));
    let programs: Vec<(&str, &Path)> = match programs {
        Some(text) => text.leak().split_whitespace().filter_map(given).collect(),
        None => vec![("provider", build::provider())],
    };
    for (who, program) in programs {
        let mut run = Run { report: &mut *report, who, program, floor };
        run.pairs(300, (Some(20), Some(1.5), None)).await;
        run.pairs(1_000, (Some(50), Some(3.0), None)).await;
        let thousand = run.mixed(1_000, NONE).await;
        let ten = run.mixed(10_000, (None, None, Some(24.0))).await;
        run.report.ratio(&format!("{who}: CPU of 10,000 against 1,000"), ten.cpu / thousand.cpu, 11.0);
    }
}

struct Run<'a> {
    report: &'a mut Report,
    who: &'static str,
    program: &'a Path,
    floor: &'a Path,
}

impl Run<'_> {
    /// Connections, and as many rows of one plugin.
    async fn pairs(&mut self, count: usize, targets: Targets) {
        let mut set = Set::create(self.program, PAIRS, 2 * count).await;
        let name = format!("{count} connections, {count} rows");
        self.plan(&format!("{name}, applied"), &mut set, true, targets).await;
        self.plan(&format!("{name}, again"), &mut set, true, targets).await;
        self.plan(&format!("{name}, -refresh=false"), &mut set, false, (Some(1), None, None)).await;
        self.on_the_floor(&name, &set).await;

        set.change_a_connection(json!({ "secret": { "envvar:TOKEN": "Y2hhbmdlZA==" } }));
        let changed = self.case(&format!("{name}, one changed"), &mut set, true).await;
        assert_eq!(changed.changed, 1, "what was changed outside is planned, and nothing else");
        let gets = changed.requests.get("GET connections/{}").copied().unwrap_or_default();
        self.report.judge("GETs of single connections after one change", gets as f64, 1.0);
    }

    async fn mixed(&mut self, count: usize, targets: Targets) -> Planned {
        let mut set = Set::create(self.program, MIXED, count).await;
        self.plan(&format!("{count} mixed, applied"), &mut set, true, targets).await;
        let planned = self.plan(&format!("{count} mixed, again"), &mut set, true, targets).await;
        self.on_the_floor(&format!("{count} mixed"), &set).await;
        planned
    }

    /// A plan that finds nothing to do.
    async fn plan(&mut self, case: &str, set: &mut Set, refresh: bool, targets: Targets) -> Planned {
        let planned = self.case(case, set, refresh).await;
        assert_eq!(planned.changed, 0, "{case}: the plan is empty");
        let (requests, wall, memory) = targets;
        let figures = [
            ("requests", planned.total() as f64, requests.map(|count| count as f64)),
            ("wall, s", planned.wall, wall),
            ("memory, MB", planned.memory, memory),
        ];
        for (what, figure, target) in figures {
            if let Some(target) = target {
                self.report.judge(&format!("{} {case}: {what}", self.who), figure, target);
            }
        }
        planned
    }

    async fn case(&self, case: &str, set: &mut Set, refresh: bool) -> Planned {
        set.emulator.set_delayed(true);
        let planned = Plan { program: self.program, set, refresh }.made().await;
        set.emulator.set_delayed(false);
        tell(case, self.who, &planned);
        planned.requests.iter().for_each(|(route, count)| println!("{:>50} {route}", count));
        set.keep(&planned);
        planned
    }

    async fn on_the_floor(&self, name: &str, set: &Set) {
        let planned = Plan { program: self.floor, set, refresh: true }.made().await;
        tell(name, "floor", &planned);
    }
}

fn tell(case: &str, who: &str, planned: &Planned) {
    let Planned { wall, cpu, memory, .. } = planned;
    println!("{case:<45} {who:<9} {:>9} {wall:>8.2} {cpu:>8.2} {memory:>7.2}", planned.total());
}

/// How often each route was requested.
type Requests = BTreeMap<String, usize>;
