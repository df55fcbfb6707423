//! Figures, their targets, and how they are told. On a shared machine the mean says more about the neighbours than
//! about us, so the minimum and the median are shown, and the load beside them.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

/// A handshake line that takes this many times its target is no noise.
const ALARM: f64 = 3.0;

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Milliseconds,
    Microseconds,
    Megabytes,
}

impl Unit {
    fn of(self, time: Duration) -> f64 {
        match self {
            Unit::Microseconds => time.as_secs_f64() * 1e6,
            Unit::Milliseconds | Unit::Megabytes => time.as_secs_f64() * 1e3,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Milliseconds => "ms",
            Unit::Microseconds => "µs",
            Unit::Megabytes => "MB",
        })
    }
}

pub(crate) struct Report {
    missed: Vec<String>,
    alarm: bool,
}

impl Report {
    pub(crate) fn begin() -> Report {
        println!("load average {}", load());
        println!("{:<44} {:>5} {:>10} {:>10}     target", "", "n", "min", "median");
        Report { missed: Vec::new(), alarm: false }
    }

    /// Tells how long something took, each time that it was done, and gives the median.
    pub(crate) fn times(&mut self, what: &str, unit: Unit, times: &[Duration], target: Option<f64>) -> f64 {
        let mut sorted: Vec<f64> = times.iter().map(|time| unit.of(*time)).collect();
        sorted.sort_by(f64::total_cmp);
        let median = sorted[sorted.len() / 2];
        self.tell(what, unit, sorted.len(), (sorted[0], median), target);
        median
    }

    /// Tells a figure that there is once.
    pub(crate) fn one(&mut self, what: &str, unit: Unit, figure: f64, target: Option<f64>) {
        self.tell(what, unit, 1, (figure, figure), target);
    }

    /// Tells how two medians relate.
    pub(crate) fn ratio(&mut self, what: &str, ratio: f64, target: f64) {
        println!("{what:<44} {:>5} {:>10} {ratio:>10.2}     ≤ {target}", "", "");
        self.judge(what, ratio, target);
    }

    /// The line's median, in milliseconds.
    pub(crate) fn watch_line(&mut self, median: f64, target: f64) {
        self.alarm |= median > ALARM * target;
    }

    fn tell(&mut self, what: &str, unit: Unit, n: usize, (min, median): (f64, f64), target: Option<f64>) {
        let wanted = target.map_or_else(String::new, |target| format!("≤ {target}"));
        println!("{what:<44} {n:>5} {min:>10.2} {median:>10.2} {unit}  {wanted}");
        if let Some(target) = target {
            self.judge(what, median, target);
        }
    }

    /// A figure that is printed elsewhere.
    pub(crate) fn judge(&mut self, what: &str, figure: f64, target: f64) {
        if figure > target {
            self.missed.push(format!("{what}: {figure:.2}, not {target}"));
        }
    }

    pub(crate) fn end(self) -> ExitCode {
        println!("load average {}", load());
        for missed in &self.missed {
            println!("MISSED {missed}");
        }
        if self.alarm {
            println!(
                "WARNING: the handshake line takes more than {ALARM} times its target. Has aws-lc been built with \
                 jitter entropy, which costs some 23 ms at every start? See AWS_LC_SYS_NO_JITTER_ENTROPY in \
                 .cargo/config.toml."
            );
            return ExitCode::FAILURE;
        }
        ExitCode::SUCCESS
    }
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = text.split(' ').take(3).collect();
    if load.is_empty() { "unknown".to_owned() } else { load.join(" ") }
}

/// The most memory that a process has had resident, in megabytes. Only Linux tells it of another process.
pub(crate) fn peak_memory(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// The time that a process has worked so far, in seconds.
pub(crate) fn cpu_time(process: u32) -> Option<f64> {
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may contain blanks.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS)
}
