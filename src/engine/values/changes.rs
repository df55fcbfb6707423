//! What a log says of the objects that were changed since a time. Pure.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::engine::values::full_read::FullRead;
use crate::hooks::Logged;

/// How far the clocks of two servers of one system may differ, in seconds.
const SKEW: i64 = 5;

/// How long after a write its entry can have its time, in seconds: times of responses are whole seconds.
const OWN: i64 = 2;

/// The entries of a log, as far as it was read. Times are seconds since 1970, by the clock of the system.
#[derive(Default)]
pub(crate) struct Changes {
    /// The time from which on every entry is here.
    from: Option<i64>,
    /// The system's time when the log was read.
    read_at: i64,
    /// Earlier times were found to be too far away, or before the first entry of the log.
    beyond: Option<i64>,
    is_refused: bool,
    /// By key or identifier of an object.
    updates: BTreeMap<String, Vec<i64>>,
    changes: BTreeMap<String, i64>,
    everything: Option<i64>,
}

/// Whether the log has to be read for an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Unchanged,
    /// There is an entry, so that the object has to be read.
    Changed,
    /// The log cannot say it.
    Nothing,
    /// It has to be read from this time on.
    ReadFrom(i64),
}

impl Changes {
    /// Whether the object with these names was changed after this read.
    pub(crate) fn after(&self, read: &FullRead, names: [&str; 2]) -> Says {
        let since = read.time - SKEW;
        if self.is_refused || self.beyond.is_some_and(|beyond| since <= beyond) {
            return Says::Nothing;
        }
        if self.from.is_none_or(|from| since < from) {
            return Says::ReadFrom(since);
        }
        // A clock that was set back: entries from after the read may have earlier times than the read.
        if read.time > self.read_at + SKEW {
            return Says::Nothing;
        }
        let is_late = |time: &i64| *time >= since;
        let changed = names.iter().any(|name| self.changes.get(*name).is_some_and(is_late));
        let updates: Vec<i64> =
            names.iter().filter_map(|name| self.updates.get(*name)).flatten().copied().filter(is_late).collect();
        let own = updates.iter().filter(|time| read.own && **time < read.time + OWN).count().min(1);
        match changed || updates.len() > own || self.everything.as_ref().is_some_and(is_late) {
            true => Says::Changed,
            false => Says::Unchanged,
        }
    }

    /// The entries from this time on, which are still to be read and noted.
    pub(crate) fn begun(&self, from: i64) -> Changes {
        Changes { beyond: self.beyond, from: Some(from), ..Changes::default() }
    }

    pub(crate) fn note(&mut self, time: i64, logged: Logged) {
        match logged {
            Logged::Nothing => {}
            Logged::Update(name) => self.updates.entry(name).or_default().push(time),
            Logged::Change(name) => {
                let latest = self.changes.entry(name).or_insert(time);
                *latest = time.max(*latest);
            }
            Logged::Everything => self.everything = self.everything.max(Some(time)),
        }
    }

    /// The log was read to its end at this time of the system.
    pub(crate) fn end(&mut self, read_at: i64) {
        self.read_at = read_at;
    }

    /// The log says nothing of this time and those before it.
    pub(crate) fn is_beyond(&mut self, time: i64) {
        self.from = None;
        self.beyond = self.beyond.max(Some(time));
    }

    /// The log cannot be read.
    pub(crate) fn refuse(&mut self) {
        self.is_refused = true;
    }
}

/// The time in a property of an entry.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}

/// The time as a parameter.
pub(crate) fn text_of(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(time: i64, own: bool) -> FullRead {
        FullRead { id: "i".to_owned(), stamp: None, time, own }
    }

    fn log(entries: Vec<(i64, Logged)>) -> Changes {
        let mut log = Changes::default().begun(100);
        entries.into_iter().for_each(|(time, logged)| log.note(time, logged));
        log.end(1_000);
        log
    }

    fn says(log: &Changes, time: i64) -> Says {
        log.after(&read(time, false), ["n", "i"])
    }

    #[test]
    fn an_entry_since_the_read_is_a_change_whatever_it_names() {
        let change = |name: &str| Logged::Change(name.to_owned());
        for logged in [change("n"), change("i"), Logged::Update("i".to_owned()), Logged::Everything] {
            let log = log(vec![(500, logged), (600, change("other"))]);
            assert_eq!([says(&log, 400), says(&log, 500), says(&log, 500 + SKEW)], [const { Says::Changed }; 3]);
            assert_eq!(says(&log, 501 + SKEW), Says::Unchanged);
        }
    }

    #[test]
    fn the_entry_of_the_own_write_is_no_change_and_a_second_one_is() {
        let update = |time| (time, Logged::Update("n".to_owned()));
        let own = |entries| log(entries).after(&read(500, true), ["n", "i"]);
        assert_eq!(own(vec![update(501)]), Says::Unchanged);
        assert_eq!(own(vec![update(500), update(501)]), Says::Changed);
        assert_eq!(own(vec![update(502)]), Says::Changed);
        assert_eq!(own(vec![(500, Logged::Change("n".to_owned()))]), Says::Changed);
        assert_eq!(says(&log(vec![update(501)]), 500), Says::Changed, "a read writes nothing");
    }

    #[test]
    fn a_log_that_does_not_reach_back_says_nothing() {
        let mut log = log(vec![]);
        assert_eq!(says(&log, 104), Says::ReadFrom(99));
        assert_eq!(says(&log, 1_006), Says::Nothing, "the clock was set back");
        log.is_beyond(99);
        assert_eq!([says(&log, 104), says(&log, 50)], [Says::Nothing, Says::Nothing]);
        assert_eq!(says(&log, 200), Says::ReadFrom(195));
        log = log.begun(195);
        log.end(1_000);
        assert_eq!([says(&log, 200), says(&log, 104)], [Says::Unchanged, Says::Nothing]);
        log.refuse();
        assert_eq!(says(&log, 200), Says::Nothing);
    }

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(seconds("1970-01-02T00:00:01.999999Z"), Some(86_401));
        assert_eq!(seconds("1970-01-01T02:00:00+02:00"), Some(0));
        assert_eq!(seconds("yesterday"), None);
        assert_eq!(text_of(86_401), "1970-01-02T00:00:01Z");
    }
}
