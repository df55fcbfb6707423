//! What the server was asked, for tests to look at. Credentials are never kept, only their kind.

use serde_json::Value;

use super::auth::{AuthKind, Credentials};
use super::http::Asked;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Logged {
    pub(crate) method: String,
    /// As sent, with the query.
    pub(crate) path: String,
    pub(crate) auth: AuthKind,
    /// `None` if there was no body or it was no JSON.
    pub(crate) body: Option<Value>,
    /// What the system itself said, whatever became of that; `None` if a fault kept the request from it.
    pub(crate) acted: Option<u16>,
    /// `None` as long as nothing was answered, and for good if a fault took the answer away.
    pub(crate) status: Option<u16>,
}

impl Logged {
    pub(super) fn of(asked: &Asked) -> Self {
        Self {
            method: asked.method.clone(),
            path: asked.target.clone(),
            auth: Credentials::of(asked).kind(),
            body: serde_json::from_slice(&asked.body).ok(),
            acted: None,
            status: None,
        }
    }
}

/// Requests are written down when they arrive, so that those that hang are seen too.
#[derive(Default)]
pub(super) struct Log {
    entries: Vec<(u64, Logged)>,
    next: u64,
}

impl Log {
    pub(super) fn begin(&mut self, entry: Logged) -> u64 {
        self.next += 1;
        self.entries.push((self.next, entry));
        self.next
    }

    pub(super) fn acted(&mut self, ticket: u64, status: u16) {
        self.with(ticket, |entry| entry.acted = Some(status));
    }

    pub(super) fn answered(&mut self, ticket: u64, status: u16) {
        self.with(ticket, |entry| entry.status = Some(status));
    }

    /// An entry that was cleared meanwhile is nobody's any more.
    fn with(&mut self, ticket: u64, change: impl FnOnce(&mut Logged)) {
        // Most requests that are answered came in last.
        if let Some((_, entry)) = self.entries.iter_mut().rev().find(|(number, _)| *number == ticket) {
            change(entry);
        }
    }

    pub(super) fn entries(&self) -> Vec<Logged> {
        self.entries.iter().map(|(_, entry)| entry.clone()).collect()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }
}
