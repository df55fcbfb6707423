//! What the provider's configuration gives access to: a session whose credentials were checked, or why there is none.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Session;
use crate::api::Budget;
use crate::diagnostic::Diagnostic;
use crate::engine::session::connector::Connector;

/// The result of the provider's configuration.
#[derive(Default)]
pub(crate) struct Access {
    configured: Configured,
    /// For requests without the provider's credentials, once all settings are known.
    connector: Option<Connector>,
}

#[derive(Default)]
#[allow(clippy::large_enum_variant, reason = "there is one per configuration, behind an Arc")]
enum Configured {
    /// Terraform has not configured the provider yet.
    #[default]
    Unconfigured,
    /// A setting is unknown: no request is possible, but this is not an error.
    Unknown,
    /// A setting is missing or wrong.
    Broken(ReportedOnce),
    Ready(Session),
}

/// A failure that the first operation to meet it reports; later reads and plans stay silent about it.
pub(crate) struct ReportedOnce {
    diagnostic: Diagnostic,
    reported: AtomicBool,
}

impl ReportedOnce {
    pub(crate) fn new(diagnostic: Diagnostic) -> ReportedOnce {
        ReportedOnce { diagnostic, reported: AtomicBool::new(false) }
    }

    fn once(&self) -> Option<Diagnostic> {
        (!self.reported.swap(true, Ordering::SeqCst)).then(|| self.diagnostic.clone())
    }
}

/// There is no session: a read or plan returns its input, with this error if it is the first that needs the session.
pub(crate) struct NoSession(pub(crate) Option<Diagnostic>);

impl Access {
    pub(crate) fn unknown() -> Access {
        Access { configured: Configured::Unknown, connector: None }
    }

    pub(crate) fn known(session: Result<Session, Diagnostic>, connector: Connector) -> Access {
        let configured = match session {
            Ok(session) => Configured::Ready(session),
            Err(diagnostic) => Configured::Broken(ReportedOnce::new(diagnostic)),
        };
        Access { configured, connector: Some(connector) }
    }

    /// The session after the credential check, for reads and plans.
    pub(crate) async fn session(&self, budget: &Budget) -> Result<&Session, NoSession> {
        match &self.configured {
            Configured::Unconfigured => Err(NoSession(Some(unconfigured()))),
            Configured::Unknown => Err(NoSession(None)),
            Configured::Broken(trouble) => Err(NoSession(trouble.once())),
            Configured::Ready(session) => match session.check(budget).await {
                Ok(Ok(_)) => Ok(session),
                Ok(Err(trouble)) => Err(NoSession(trouble.once())),
                Err(stopped) => Err(NoSession(Some(stopped))),
            },
        }
    }

    /// The session after the credential check, for operations that cannot be skipped: writes, imports, data sources.
    pub(crate) async fn demand(&self, budget: &Budget) -> Result<&Session, Diagnostic> {
        match &self.configured {
            Configured::Unconfigured => Err(unconfigured()),
            Configured::Unknown => Err(unknown()),
            Configured::Broken(trouble) => Err(trouble.diagnostic.clone()),
            Configured::Ready(session) => match session.check(budget).await {
                Ok(Ok(_)) => Ok(session),
                Ok(Err(trouble)) => {
                    trouble.reported.store(true, Ordering::SeqCst);
                    Err(trouble.diagnostic.clone())
                }
                Err(stopped) => Err(stopped),
            },
        }
    }

    /// The session before the credential check, which nothing may be sent with.
    pub(crate) fn unchecked(&self) -> Option<&Session> {
        if let Configured::Ready(session) = &self.configured { Some(session) } else { None }
    }

    /// Whether a setting of the provider is unknown, so that no request is possible yet.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.configured, Configured::Unknown)
    }

    /// What makes clients for requests without the provider's credentials.
    pub(crate) fn connector(&self) -> Result<&Connector, Diagnostic> {
        match &self.configured {
            Configured::Unknown => Err(unknown()),
            _ => self.connector.as_ref().ok_or_else(unconfigured),
        }
    }
}

fn unknown() -> Diagnostic {
    Diagnostic::error(
        "The provider's configuration is not known yet",
        "It depends on values that are known only after an apply. First apply the resources that provide \
         these values (with `-target`). A data source can also be deferred to that apply: add these \
         resources to its `depends_on`.",
    )
}

fn unconfigured() -> Diagnostic {
    Diagnostic::error(
        "The provider is not configured",
        "Terraform sent a request that uses the system before it configured the provider.",
    )
}
