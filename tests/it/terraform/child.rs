//! Child processes with a deadline. What a child prints goes to files, so that it can never block on a full pipe.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No command of a test takes a tenth of it on an idle machine; the gateway's own patience is the longest wait in it.
const DEADLINE: Duration = Duration::from_secs(150);

pub(super) struct Finished {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// A child that was started, and where its output goes.
pub(super) struct Running {
    child: Child,
    command: String,
    stdout: PathBuf,
    stderr: PathBuf,
    begun: Instant,
}

/// # Panics
/// If the child cannot be started.
pub(super) fn start(command: &mut Command, scratch: &Path) -> Running {
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| scratch.join(name));
    let file = |path: &Path| File::create(path).expect("a file for the child's output");
    let child = command
        .stdin(Stdio::null())
        .stdout(file(&stdout))
        .stderr(file(&stderr))
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    Running { child, command: format!("{command:?}"), stdout, stderr, begun: Instant::now() }
}

impl Running {
    #[cfg(target_os = "linux")]
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    #[cfg(target_os = "linux")]
    pub(super) fn has_ended(&mut self) -> bool {
        self.status().is_some()
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the child can be waited for")
    }

    /// # Panics
    /// If the child has not ended in time; then it is killed first.
    pub(super) fn finish(mut self) -> Finished {
        let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
        let status = loop {
            if let Some(status) = self.status() {
                break status;
            }
            if self.begun.elapsed() > DEADLINE {
                self.child.kill().and_then(|()| self.child.wait()).expect("a child that is overdue can be killed");
                let Self { command, stdout, stderr, .. } = self;
                panic!("{command} took more than {DEADLINE:?}:\n{}{}", read(&stdout), read(&stderr));
            }
            thread::sleep(Duration::from_millis(5));
        };
        Finished { code: status.code().unwrap_or(-1), stdout: read(&self.stdout), stderr: read(&self.stderr) }
    }
}
