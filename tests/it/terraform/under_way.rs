//! A run of Terraform that a test can disturb: in a process group of its own, as a shell starts it, with signals for
//! any part of it. The processes are looked up in /proc, so that this is for Linux only.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::child::{self, Running};
use super::{Outcome, Terraform};

/// Above what anything here takes, a busy machine included; a hang shall fail the test.
const LIMIT: Duration = Duration::from_secs(60);

/// Its processes are killed when it is dropped before its end.
pub(crate) struct UnderWay {
    running: Option<Running>,
    command: String,
    group: u32,
    log: PathBuf,
    temporary: PathBuf,
}

impl Terraform {
    /// Starts what `run` runs, with a directory for temporary files of its own and the provider's log in a file.
    pub(crate) fn start(&self, arguments: &[&str]) -> UnderWay {
        let (log, temporary) = (self.path("provider.log"), self.path("temporary"));
        fs::create_dir_all(&temporary).expect("a folder");
        // The log of an earlier run would answer for this one.
        drop(fs::remove_file(&log));
        let mut command = self.command(arguments);
        command.env("TMPDIR", &temporary).env("TF_LOG_PROVIDER", "DEBUG").env("TF_LOG_PATH", &log);
        let running = child::start(command.process_group(0), self.dir.path());
        let group = running.id();
        UnderWay { running: Some(running), command: arguments.join(" "), group, log, temporary }
    }
}

impl UnderWay {
    /// As a terminal does it: every process of the group gets it.
    pub(crate) fn interrupt(&self) {
        kill("-INT", &format!("-{}", self.group));
    }

    pub(crate) fn signal_terraform(&self, signal: &str) {
        kill(signal, &self.group.to_string());
    }

    pub(crate) fn signal_plugins(&self, signal: &str) {
        let plugins = processes().into_iter().filter(|process| process.parent == self.group);
        let plugins: Vec<_> = plugins.collect();
        assert!(!plugins.is_empty(), "no plugin runs");
        plugins.iter().for_each(|plugin| kill(signal, &plugin.id.to_string()));
    }

    /// Waits until the provider has said this in its log.
    #[track_caller]
    pub(crate) fn wait_for_log(&mut self, words: &str) {
        let log = self.log.clone();
        self.wait_for(words, || fs::read_to_string(&log).is_ok_and(|log| log.contains(words)));
    }

    /// Waits until something has come about, or Terraform has ended without it. Says which.
    #[track_caller]
    pub(crate) fn comes_to(&mut self, mut reached: impl FnMut() -> bool) -> bool {
        let begun = Instant::now();
        let running = self.running.as_mut().expect("it has not been waited for");
        loop {
            // Asked in this order: what came about before the end counts.
            let ended = running.has_ended();
            if reached() {
                return true;
            }
            if ended {
                return false;
            }
            assert!(begun.elapsed() < LIMIT, "nothing happens in `terraform {}`", self.command);
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[track_caller]
    pub(crate) fn wait_for(&mut self, what: &str, reached: impl FnMut() -> bool) {
        assert!(self.comes_to(reached), "`terraform {}` ended without {what}", self.command);
    }

    /// Waits for Terraform's end, and then holds the whole run to what a user expects of any end: no process is left,
    /// and no socket.
    #[track_caller]
    pub(crate) fn end(mut self) -> Outcome {
        let outcome = Outcome::new(self.command.clone(), self.running.take().expect("it runs").finish());
        let begun = Instant::now();
        while self.is_populated() {
            assert!(begun.elapsed() < LIMIT, "a process outlives {outcome:#?}");
            thread::sleep(Duration::from_millis(2));
        }
        let left: Vec<_> = fs::read_dir(&self.temporary).expect("the folder").flatten().map(|it| it.path()).collect();
        assert!(left.is_empty(), "{left:?} is left by {outcome:#?}");
        outcome
    }

    fn is_populated(&self) -> bool {
        processes().iter().any(|process| process.group == self.group)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            kill("-KILL", &format!("-{}", self.group));
            drop(running.finish());
        }
    }
}

fn kill(signal: &str, target: &str) {
    // A process that has just ended cannot be signalled, and need not be.
    drop(Command::new("kill").args([signal, "--", target]).output().expect("kill runs"));
}

struct Process {
    id: u32,
    parent: u32,
    group: u32,
}

/// Those that run; one that has ended and was not waited for does not.
fn processes() -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    let read = |id: u32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name, in parentheses, may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?;
        let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        (state != "Z").then_some(Process { id, parent, group })
    };
    entries.filter_map(|entry| read(entry.file_name().to_str()?.parse().ok()?)).collect()
}
