//! One system, one session with its provider, and at most one fault: work under that fault, its time, its words.

use std::fmt;
use std::time::Duration;

use terraform_provider_hoop::schema::{Create, Resource};
use tokio::time::{Instant, sleep};

use super::faults::{Lasting, Misery};
use super::truth::{Bound, bounded, readable};
use crate::emulator::Logged;
use crate::host::{Diagnostics, Session};
use crate::subject::cases::Make;
use crate::subject::{Subject, configured};

/// Which request is hit, and by what.
pub(crate) struct Hit {
    pub(crate) index: usize,
    pub(crate) misery: &'static Misery,
    pub(crate) lasting: Lasting,
}

impl fmt::Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {} {:?} {}", self.index, self.lasting, self.misery.name)
    }
}

pub(crate) struct Trial<'a> {
    pub(crate) subject: Box<dyn Subject>,
    pub(crate) session: Session,
    pub(crate) hit: Option<&'a Hit>,
}

/// The requests without queries; ids, which differ from run to run, stand for each other.
pub(crate) fn shape(asked: &[Logged]) -> Vec<String> {
    let is_id = |part: &str| part.len() == 36 && part.matches('-').count() == 4;
    let part = |part: &str| if is_id(part) { "ID".to_owned() } else { part.to_owned() };
    let path = |it: &Logged| it.path.split('?').next().unwrap_or_default().split('/').map(part).collect::<Vec<_>>();
    asked.iter().map(|it| format!("{} {}", it.method, path(it).join("/"))).collect()
}

impl<'a> Trial<'a> {
    /// A fresh system, and the provider configured for it.
    pub(crate) async fn new(make: Make, hit: Option<&'a Hit>) -> Self {
        let subject = make();
        let session = configured(subject.as_ref()).await;
        Self { subject, session, hit }
    }

    /// Does the work under the fault, sees that it ends in time, and lets everything that is still on its way arrive.
    pub(super) async fn under<T>(&self, work: impl Future<Output = T>) -> (T, Vec<Logged>) {
        self.within(self.bound(), work).await
    }

    /// The same for work that may take longer.
    pub(crate) async fn within<T>(&self, bound: Bound, work: impl Future<Output = T>) -> (T, Vec<Logged>) {
        // What was read a moment ago may be shared, and would not be asked for.
        sleep(Duration::from_secs(60)).await;
        self.subject.clear_requests();
        if let Some(hit) = self.hit {
            self.subject.fault(hit.misery.at(hit.index, hit.lasting));
        }
        let begun = Instant::now();
        let done = work.await;
        bounded(begun.elapsed(), bound, self.subject.requests().len());
        self.subject.clear_faults();
        sleep(Duration::from_secs(7200)).await;
        (done, self.subject.requests())
    }

    pub(crate) fn bound(&self) -> Bound {
        match self.hit {
            Some(hit) if hit.misery.name == "refused" => Bound::Refused,
            Some(hit) if hit.misery.name == "slow" => Bound::Slow,
            Some(hit) if hit.misery.name == "in use" => Bound::InUse,
            _ => Bound::Silent,
        }
    }

    pub(super) fn is_lasting(&self) -> bool {
        self.hit.is_some_and(|hit| hit.lasting == Lasting::On)
    }

    /// The system itself said that the object is not there.
    pub(super) fn was_told_gone(&self) -> bool {
        self.hit.is_some_and(|hit| hit.misery.name == "404")
    }

    pub(super) fn was_told_null(&self) -> bool {
        self.hit.is_some_and(|hit| hit.misery.name == "null")
    }

    /// A create over settings that always exist warns of what it changes.
    pub(super) fn judge_create(&self, resource: &Resource, found: &Diagnostics) {
        readable(found);
        let is_clean = if resource.create == Create::Over { !found.has_errors() } else { found.is_clean() };
        assert!(self.hit.is_some() || is_clean, "without a fault: {found}");
    }

    pub(super) fn judge(&self, found: &Diagnostics) {
        readable(found);
        assert!(self.hit.is_some() || found.is_clean(), "without a fault: {found}");
    }
}
