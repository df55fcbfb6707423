//! What one read of a list has shown of many objects, kept as text. Reading the lists is the business of `read::bulk`.

use std::collections::BTreeMap;

use tokio::sync::Mutex as AsyncMutex;

use crate::engine::session::runs::Runs;
use crate::engine::session::shared_reads::{Failure, SharedReads};
use crate::engine::values::changes::Changes;
use crate::engine::values::indexed::Indexed;
use crate::engine::values::observed::ReadError;

/// The lists of one session.
#[derive(Default)]
pub(crate) struct Bulk {
    pub(crate) runs: Runs,
    /// Lists whose entries are the objects.
    pub(crate) lists: SharedReads<Indexed, NotRead>,
    pub(crate) gathered: SharedReads<Gathered, NotRead>,
}

/// Why a list was not read: its objects are read one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRead {
    Cancelled,
    /// It has too many pages for the reads so far; or, of a log, it does not reach back.
    TooLong,
    Failed,
}

impl From<ReadError> for NotRead {
    fn from(error: ReadError) -> NotRead {
        match error {
            ReadError::Api(error) if error.is_cancelled() => NotRead::Cancelled,
            _ => NotRead::Failed,
        }
    }
}

impl Failure for NotRead {
    fn is_cancelled(&self) -> bool {
        *self == NotRead::Cancelled
    }
}

/// Objects that two lists show together.
pub(crate) struct Gathered {
    /// By key of the object.
    pub(crate) objects: Indexed,
    /// By identifier of the object: the properties that only the second list shows, as JSON.
    pub(crate) rest: BTreeMap<String, Rest>,
    pub(crate) log: AsyncMutex<Changes>,
}

/// What the second list says of an object.
pub(crate) enum Rest {
    /// The object has to be read by itself.
    Alone,
    Shown(Box<str>),
}

impl Bulk {
    /// Discards everything: something is about to change, or has changed.
    pub(crate) fn forget(&self) {
        self.lists.forget();
        self.gathered.forget();
    }
}
