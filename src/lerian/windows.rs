//! The manager lists at most one month at a time, whatever the request: the whole list is read in windows of time, the
//! newest first.

use std::time::SystemTime;

use time::{Date, Duration, Month, OffsetDateTime};

/// Never longer than a month.
const WIDTH: Duration = Duration::days(28);

/// A year before the first release of the manager: there are no older objects.
const BEGINNING: (i32, Month, u8) = (2025, Month::January, 1);

/// The windows from now to the beginning. Each ends where the one before began. The first ends after today, since a
/// window ends at the first moment of its last day, and the date at the server may differ from ours.
pub(super) fn windows(now: SystemTime) -> Vec<Vec<(&'static str, String)>> {
    let (year, month, day) = BEGINNING;
    let Ok(beginning) = Date::from_calendar_date(year, month, day) else { return vec![Vec::new()] };
    let mut end = OffsetDateTime::from(now).date() + Duration::days(2);
    let mut windows = Vec::new();
    // With a clock that is wrong by years, the newest window is still read.
    while windows.is_empty() || end > beginning {
        let start = end - WIDTH;
        windows.push(vec![("startDate", text(start)), ("endDate", text(end))]);
        end = start;
    }
    windows
}

/// The date format of the manager.
fn text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i32, month: Month, day: u8) -> SystemTime {
        Date::from_calendar_date(year, month, day).expect("a date").midnight().assume_utc().into()
    }

    #[test]
    fn windows_touch_from_after_today_to_the_beginning() {
        let windows = windows(at(2026, Month::March, 1));
        let part = |window: &[(&str, String)], name: &str| {
            window.iter().find(|(key, _)| *key == name).expect("a part").1.clone()
        };
        assert_eq!(part(&windows[0], "endDate"), "2026-03-03");
        assert_eq!(part(&windows[0], "startDate"), "2026-02-03");
        for (newer, older) in windows.iter().zip(&windows[1..]) {
            assert_eq!(part(newer, "startDate"), part(older, "endDate"));
        }
        assert!(part(windows.last().expect("one"), "startDate").as_str() <= "2025-01-01");
    }

    #[test]
    fn a_clock_that_is_wrong_still_gives_a_window() {
        assert_eq!(windows(SystemTime::UNIX_EPOCH).len(), 1);
    }
}
