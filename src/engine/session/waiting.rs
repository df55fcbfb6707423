//! How many reads wait for the objects of a list at once, and so whether one read of the list costs less than a request for
//! each of them. It sends nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A list that was read this recently is worth reading again even if few wait: the objects of a refresh come a few at a
/// time.
const RUN: Duration = Duration::from_secs(10);

/// The pages of a list that may be read for each read that has asked for an object of it: a page takes a system as long as
/// two or three objects.
const PAGES_PER_READ: usize = 2;

/// By name of a list.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<BTreeMap<String, Crowd>>);

#[derive(Default)]
struct Crowd {
    /// The reads that wait now.
    waiting: usize,
    /// The reads so far.
    asked: usize,
    /// The pages that the list has, if it was found to have too many.
    pages: usize,
    is_refused: bool,
    last_read: Option<Instant>,
}

/// Reads that wait, until this is dropped.
pub(crate) struct Wait<'a> {
    all: &'a Waiting,
    name: String,
    count: usize,
}

impl Waiting {
    /// So many reads wait for objects of this list from now on.
    pub(crate) fn enter(&self, name: String, count: usize) -> Wait<'_> {
        self.with(&name, |crowd| {
            crowd.waiting += count;
            crowd.asked += count;
        });
        Wait { all: self, name, count }
    }

    /// Whether to read the list now. `least`: from how many reads on it is worth it.
    pub(crate) fn is_worth(&self, name: &str, least: usize) -> bool {
        self.with(name, |crowd| {
            let in_run = crowd.last_read.is_some_and(|last| last.elapsed() < RUN);
            !crowd.is_refused && (crowd.waiting >= least || in_run) && crowd.pages <= crowd.most_pages()
        })
    }

    /// Whether the list may have this many pages; if it may not, that is noted.
    pub(crate) fn may_have(&self, name: &str, pages: usize) -> bool {
        self.with(name, |crowd| {
            crowd.pages = pages;
            pages <= crowd.most_pages()
        })
    }

    /// The list was read.
    pub(crate) fn note_read(&self, name: &str) {
        self.with(name, |crowd| crowd.last_read = Some(Instant::now()));
    }

    /// The list cannot be read by this process.
    pub(crate) fn refuse(&self, name: &str) {
        self.with(name, |crowd| crowd.is_refused = true);
    }

    fn with<T>(&self, name: &str, change: impl FnOnce(&mut Crowd) -> T) -> T {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default())
    }
}

impl Crowd {
    fn most_pages(&self) -> usize {
        self.asked.saturating_mul(PAGES_PER_READ)
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.all.with(&self.name, |crowd| crowd.waiting -= self.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_list_is_worth_reading_for_many_and_for_the_rest_of_their_run() {
        let all = Waiting::default();
        let enter = || all.enter("x".to_owned(), 1);
        let (_a, b) = (enter(), enter());
        assert!(!all.is_worth("x", 3));
        let c = enter();
        assert!(all.is_worth("x", 3) && !all.is_worth("y", 3));
        drop((b, c));
        assert!(!all.is_worth("x", 3), "those that were served wait no more");
        all.note_read("x");
        assert!(all.is_worth("x", 3));
        tokio::time::advance(RUN).await;
        assert!(!all.is_worth("x", 3));
    }

    #[test]
    fn a_long_list_is_read_only_for_enough_reads() {
        let all = Waiting::default();
        let few = all.enter("x".to_owned(), 3);
        assert!(all.may_have("x", 6) && !all.may_have("x", 7) && !all.is_worth("x", 3));
        drop(few);
        let _more = all.enter("x".to_owned(), 3);
        assert!(all.is_worth("x", 3), "six have asked");
        all.refuse("x");
        assert!(!all.is_worth("x", 3));
    }
}
