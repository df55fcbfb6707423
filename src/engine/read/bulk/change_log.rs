//! The log of all writes: which objects were changed since they were last read.

use tokio::sync::Mutex;

use crate::api::{Budget, Json};
use crate::engine::read::pages::PageTexts;
use crate::engine::session::Session;
use crate::engine::session::bulk::NotRead;
use crate::engine::values::changes::{Changes, Says, seconds, text_of};
use crate::engine::values::full_read::FullRead;
use crate::schema::{Paging, Snapshot};

use super::list::once;

/// The log is read from this many seconds before the time that is needed: the objects of one apply come in any order.
const AHEAD: i64 = 600;

/// The pages of a log that are read. Of a longer one, the rest is not worth it.
const MOST_PAGES: usize = 20;

impl Session {
    /// Whether the object with these names was changed after this read.
    pub(super) async fn changes_after(
        &self,
        snapshot: &'static Snapshot,
        log: &Mutex<Changes>,
        read: &FullRead,
        names: [&str; 2],
        budget: &Budget,
    ) -> Says {
        let mut changes = log.lock().await;
        let says = changes.after(read, names);
        let Says::ReadFrom(since) = says else { return says };
        match self.read_log(snapshot, &mut changes, since, read.time, budget).await {
            Ok(()) => changes.after(read, names),
            Err(NotRead::Cancelled) => Says::Nothing,
            Err(NotRead::TooLong) => {
                changes.is_beyond(since);
                Says::Nothing
            }
            Err(NotRead::Failed) => {
                log::info!("cannot read /{}: objects with secrets are read one by one", snapshot.log.path);
                changes.refuse();
                Says::Nothing
            }
        }
    }

    /// Reads the log from `since` on, or from some time before it. `time`: when the object was read that this is about.
    async fn read_log(
        &self,
        snapshot: &'static Snapshot,
        changes: &mut Changes,
        since: i64,
        time: i64,
        budget: &Budget,
    ) -> Result<(), NotRead> {
        let log = &snapshot.log;
        let read_at = self.reaches(snapshot, time, budget).await?;
        for from in [since - AHEAD, since] {
            let mut begun = changes.begun(from);
            match self.read_entries(snapshot, &mut begun, from, budget).await {
                Err(NotRead::TooLong) => {}
                Err(why) => return Err(why),
                Ok(()) => {
                    begun.end(read_at);
                    *changes = begun;
                    return Ok(());
                }
            }
        }
        log::debug!("/{} has too many entries since {}", log.path, text_of(since));
        Err(NotRead::TooLong)
    }

    /// The system's time, if the log has an entry of this time or an earlier one: it may have been pruned.
    async fn reaches(&self, snapshot: &'static Snapshot, time: i64, budget: &Budget) -> Result<i64, NotRead> {
        let log = &snapshot.log;
        let mut call = once(log.path.split('/')).query(log.until, text_of(time));
        if let Paging::Pages { size, .. } = log.paging {
            call = call.query(size, "1");
        }
        let mut pages = PageTexts::new(log.at, Paging::Whole, call);
        let page = pages.next(self, budget).await?;
        match page.map_or(0, |page| page.len()) {
            0 => Err(NotRead::TooLong),
            _ => pages.time().ok_or(NotRead::Failed),
        }
    }

    async fn read_entries(
        &self,
        snapshot: &'static Snapshot,
        changes: &mut Changes,
        from: i64,
        budget: &Budget,
    ) -> Result<(), NotRead> {
        let log = &snapshot.log;
        for query in log.queries {
            let mut call = once(log.path.split('/')).query(log.from, text_of(from));
            call.query.extend(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            let mut pages = PageTexts::new(log.at, log.paging, call);
            while let Some(page) = pages.next(self, budget).await? {
                if pages.expected() > MOST_PAGES {
                    return Err(NotRead::TooLong);
                }
                for entry in page.entries() {
                    let Json::Object(entry) = entry else { return Err(NotRead::Failed) };
                    let time = entry.get(log.time).and_then(Json::as_str).and_then(seconds).ok_or(NotRead::Failed)?;
                    changes.note(time, (log.change)(&entry));
                }
            }
        }
        Ok(())
    }
}
