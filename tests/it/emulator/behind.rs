//! What tests do to the audit log, to the clock behind it, and to secrets behind the log's back.

use serde_json::json;
use time::Duration;

use super::Emulator;
use super::audit::{self, AuditLog};
use super::auth::legacy_caller;
use super::http::{Answer, Request};
use super::store::TextMap;

impl Emulator {
    pub(crate) fn set_audit_log(&self, mode: AuditLog) {
        self.system().audit.mode = mode;
    }

    /// Entries that were held back appear, with the time of their write.
    pub(crate) fn flush_audit_log(&self) {
        self.system().audit.flush();
    }

    /// Entries that are this old, or older, are gone.
    pub(crate) fn prune_audit_log(&self, seconds: i64) {
        let mut gateway = self.system();
        let before = gateway.store.shown_clock() - Duration::seconds(seconds);
        gateway.audit.prune(before);
    }

    /// Forward, or back if it is negative. The clock stamps what is stored, the log, and the header `Date`.
    pub(crate) fn move_clock(&self, seconds: i64) {
        self.system().store.move_clock(seconds);
    }

    /// The secret of a connection becomes another without a stamp and without an entry, as the definitions of an agent
    /// or a statement in the database do it. Says whether the connection is there.
    pub(crate) fn overwrite_secret(&self, connection: &str, secret: &[(&str, &str)]) -> bool {
        let mut gateway = self.system();
        let row = gateway.store.connections.get_mut(connection);
        let secret: TextMap = secret.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        row.map(|row| row.secret = secret).is_some()
    }

    /// A proposal for a resource is carried out: the connection has a new password, without a stamp, and the log an
    /// entry that does not name the connection. `None` is a batch, whose path does not name the resource either.
    pub(crate) fn apply_proposal(&self, resource: Option<&str>, connection: &str, secret: &[(&str, &str)]) {
        assert!(self.overwrite_secret(connection, secret), "the connection is there");
        let path = resource.map_or("/api/resources/apply".into(), |name| format!("/api/resources/{name}/apply"));
        let (caller, params) = (legacy_caller(), Vec::new());
        let request = Request { caller, masked: false, params, query: Vec::new(), body: b"{}".to_vec() };
        audit::record(
            &mut self.system(),
            "POST",
            "resources/{}/apply",
            &path,
            &request,
            &Answer::json(200, &json!({})),
        );
    }
}
