//! The provider's process: started as go-plugin starts it, listened to, and seen to its end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::socket::NETWORK;
use super::tls::HostCertificate;

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// Hosts wait a minute; a provider that needs a tenth of that on a busy machine is broken.
const START: Duration = Duration::from_secs(20);

/// How long a plugin may take to end. The host kills it after two seconds.
pub(crate) const END: Duration = Duration::from_secs(1);

/// How to start the provider. The environment holds what is said here and nothing else.
pub(crate) struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(String, OsString)>,
}

impl Launch {
    /// By hand: no cookie, no certificate.
    pub(crate) fn by_hand() -> Self {
        let program = env!("CARGO_BIN_EXE_terraform-provider-hoop").into();
        Self { program, arguments: Vec::new(), variables: Vec::new() }
    }

    /// By a host whose user has switched TLS off.
    pub(crate) fn plaintext() -> Self {
        let host =
            [COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "5,6"), ("PLUGIN_MIN_PORT", "10000"), ("PLUGIN_MAX_PORT", "25000")];
        host.into_iter().fold(Self::by_hand(), |launch, (name, value)| launch.env(name, value))
    }

    /// By a host with this certificate.
    pub(crate) fn by(host: &HostCertificate) -> Self {
        Self::plaintext().env("PLUGIN_CLIENT_CERT", host.pem())
    }

    /// Sets a variable, over an earlier value.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Starts another program than the provider.
    pub(crate) fn program(mut self, program: &Path) -> Self {
        self.program = program.to_owned();
        self
    }

    pub(crate) fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Allows the process this many open files.
    #[cfg(unix)]
    pub(crate) fn descriptors(mut self, limit: usize) -> Self {
        let limited = [OsString::from("-c"), format!("ulimit -n {limit} && exec \"$0\" \"$@\"").into()];
        let program = std::mem::replace(&mut self.program, "/bin/sh".into());
        self.arguments.splice(0..0, limited.into_iter().chain([program.into()]));
        self
    }

    pub(crate) fn start(self) -> Process {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(self.program)
            .args(self.arguments)
            .env_clear()
            .env("TMPDIR", folder.path())
            // Without it Windows has no sockets.
            .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
            .envs(self.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the provider's binary starts");
        let mut stderr = child.stderr.take().expect("a pipe");
        let logged = tokio::spawn(async move {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).await.expect("stderr can be read");
            String::from_utf8(text).expect("the log is UTF-8")
        });
        let stdout = child.stdout.take().map(BufReader::new);
        Process { child, stdout, logged, folder }
    }
}

/// A running provider. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    logged: JoinHandle<String>,
    folder: TempDir,
}

/// How a process ended, and what it said.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) after: Duration,
    /// What came on stdout after what was read before.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Names of the files that it left in the folder for temporary files.
    pub(crate) left_behind: Vec<String>,
}

/// What a plugin tells its host.
#[derive(Debug)]
pub(crate) struct Handshake {
    pub(crate) socket: String,
    /// The server's; none means plaintext.
    pub(crate) certificate: Option<CertificateDer<'static>>,
}

impl Process {
    /// One line of stdout.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = String::new();
        let stdout = self.stdout.as_mut().expect("stdout is open");
        timeout(START, stdout.read_line(&mut line)).await.expect("a line in time").expect("stdout can be read");
        line
    }

    /// The handshake line, parsed as go-plugin does it.
    pub(crate) async fn handshake(&mut self) -> Handshake {
        let line = self.line().await;
        let line = line.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {line:?}"));
        let fields: Vec<&str> = line.split('|').collect();
        let ["1", "6", NETWORK, socket, "grpc", certificate] = fields[..] else { panic!("no handshake: {line:?}") };
        let decoded = || STANDARD_NO_PAD.decode(certificate).expect("standard base64 without padding");
        let certificate = (!certificate.is_empty()).then(|| CertificateDer::from(decoded()));
        Handshake { socket: socket.to_owned(), certificate }
    }

    /// Where its socket is, unless the environment names another folder.
    #[cfg(unix)]
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// What Linux shows of a host that is killed: nobody reads the pipe any more.
    #[cfg(target_os = "linux")]
    pub(crate) fn drop_stdout(&mut self) {
        drop(self.stdout.take());
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_none()
    }

    /// Waits for its end, at most `limit`.
    pub(crate) async fn end(mut self, limit: Duration) -> Ended {
        let begun = Instant::now();
        let status = timeout(limit, self.child.wait()).await.expect("the provider ends in time").expect("a status");
        let after = begun.elapsed();
        let mut stdout = String::new();
        if let Some(mut pipe) = self.stdout.take() {
            pipe.read_to_string(&mut stdout).await.expect("stdout can be read");
        }
        let files = std::fs::read_dir(self.folder.path()).expect("the folder").flatten();
        let left_behind = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        Ended { status, after, stdout, stderr: self.logged.await.expect("the log"), left_behind }
    }
}
