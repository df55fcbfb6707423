//! How many objects of a list a run reads, and so whether one read of the list costs less than a request for each of them.
//! It sends nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Reads that follow each other without such a pause belong to one run: a host asks for a few objects at a time, and for
/// those of all types in any order.
const PAUSE: Duration = Duration::from_secs(3);

/// The pages of a list that may be read for each read that has asked for an object of it: a page takes a system as long as
/// two or three objects.
const PAGES_PER_READ: usize = 2;

/// The current run of each list, by its name.
#[derive(Default)]
pub(crate) struct Runs(Mutex<BTreeMap<String, Run>>);

#[derive(Default)]
struct Run {
    /// The reads so far.
    asked: usize,
    last: Option<Instant>,
    /// The pages that the list has.
    pages: usize,
    is_refused: bool,
}

impl Runs {
    /// So many reads ask for objects of this list.
    pub(crate) fn add(&self, name: &str, count: usize) {
        self.with(name, |run| {
            if run.last.is_none_or(|last| last.elapsed() >= PAUSE) {
                run.asked = 0;
            }
            run.asked = run.asked.saturating_add(count);
            run.last = Some(Instant::now());
        });
    }

    /// Whether to read the list. `least`: from how many reads on it is worth it.
    pub(crate) fn is_worth(&self, name: &str, least: usize) -> bool {
        self.with(name, |run| !run.is_refused && run.asked >= least && run.may_have(run.pages))
    }

    /// Whether more reads have to ask before the list is worth reading.
    pub(crate) fn is_beginning(&self, name: &str, least: usize) -> bool {
        self.with(name, |run| !run.is_refused && run.asked < least)
    }

    /// Whether the list may have this many pages; it is noted that it has them.
    pub(crate) fn may_have(&self, name: &str, pages: usize) -> bool {
        self.with(name, |run| {
            run.pages = pages;
            run.may_have(pages)
        })
    }

    /// The list cannot be read by this process.
    pub(crate) fn refuse(&self, name: &str) {
        self.with(name, |run| run.is_refused = true);
    }

    fn with<T>(&self, name: &str, change: impl FnOnce(&mut Run) -> T) -> T {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default())
    }
}

impl Run {
    fn may_have(&self, pages: usize) -> bool {
        pages <= self.asked.saturating_mul(PAGES_PER_READ)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_list_is_worth_reading_for_reads_that_follow_each_other() {
        let runs = Runs::default();
        runs.add("x", 2);
        assert!(!runs.is_worth("x", 3) && runs.is_beginning("x", 3));
        tokio::time::advance(PAUSE / 2).await;
        runs.add("x", 1);
        assert!(runs.is_worth("x", 3) && !runs.is_worth("y", 3) && !runs.is_beginning("x", 3));
        tokio::time::advance(PAUSE).await;
        runs.add("x", 1);
        assert!(!runs.is_worth("x", 3), "it is another run");
    }

    #[tokio::test]
    async fn a_long_list_is_read_only_for_enough_reads() {
        let runs = Runs::default();
        runs.add("x", 3);
        assert!(runs.may_have("x", 6) && !runs.may_have("x", 7) && !runs.is_worth("x", 3));
        runs.add("x", 3);
        assert!(runs.is_worth("x", 3), "six have asked");
        runs.refuse("x");
        assert!(!runs.is_worth("x", 3));
    }
}
