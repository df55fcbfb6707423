//! Which gateway a test runs against: an emulator of its own, or the real one that HOOP_ACC_APIURL and HOOP_ACC_APIKEY
//! name. Only tests that need no more than Terraform itself run against a real one.

use std::env;

use uuid::Uuid;

use crate::emulator::Emulator;

pub(crate) struct Gateway {
    api_url: String,
    api_key: String,
    /// Begins every name, so that tests of several people can share a real gateway.
    pub(crate) prefix: String,
    emulator: Option<Emulator>,
}

impl Gateway {
    /// The real gateway if there is one, else a fresh emulator.
    pub(crate) fn any() -> Self {
        Self::any_or(Emulator::start)
    }

    /// The real gateway if there is one, else this emulator.
    pub(crate) fn any_or(emulator: impl FnOnce() -> Emulator) -> Self {
        match real() {
            Some((api_url, api_key)) => {
                let prefix = format!("tf-acc-{}-", &Uuid::new_v4().simple().to_string()[..8]);
                Self { api_url, api_key, prefix, emulator: None }
            }
            None => Self::emulated(emulator()),
        }
    }

    pub(crate) fn emulated(emulator: Emulator) -> Self {
        let (api_url, api_key) = (emulator.api_url(), emulator.api_key());
        Self { api_url, api_key, prefix: "tf-".to_owned(), emulator: Some(emulator) }
    }

    /// The same emulator, asked with its legacy key.
    pub(crate) fn with_legacy_key(mut self) -> Self {
        self.api_key = self.emulator().legacy_api_key();
        self
    }

    pub(crate) fn is_real(&self) -> bool {
        self.emulator.is_none()
    }

    pub(crate) fn api_url(&self) -> &str {
        &self.api_url
    }

    pub(crate) fn api_key(&self) -> &str {
        &self.api_key
    }

    /// # Panics
    /// If this is a real gateway: a test that looks inside starts with `control`.
    pub(crate) fn emulator(&self) -> &Emulator {
        self.emulator.as_ref().expect("only tests that took the emulator look into it")
    }

    /// What was written since the last look, in order of arrival: `METHOD /path`.
    pub(crate) fn take_writes(&self) -> Vec<String> {
        let requests = self.emulator().requests();
        self.emulator().clear_requests();
        let writes = requests.iter().filter(|request| request.method != "GET");
        writes.map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

fn real() -> Option<(String, String)> {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    Some((variable("HOOP_ACC_APIURL")?, variable("HOOP_ACC_APIKEY")?))
}

/// An emulator for a test that looks into the gateway or makes it misbehave; with a real gateway such a test is
/// skipped, and says so.
#[expect(clippy::print_stderr, reason = "the test runner shows it with --nocapture")]
pub(crate) fn control(emulator: impl FnOnce() -> Emulator) -> Option<Gateway> {
    if real().is_none() {
        return Some(Gateway::emulated(emulator()));
    }
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    eprintln!("{test} is skipped: it needs control of the gateway, and HOOP_ACC_APIURL names a real one");
    None
}
