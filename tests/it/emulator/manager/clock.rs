//! The manager's clock. It begins near the real date, because clients compute windows from theirs, moves with every look
//! at it and never by itself. Dates are counted as the manager's language counts them.

use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, Month, OffsetDateTime, Time};

/// What every stamp has below the millisecond, so that its loss can be seen.
const BELOW_MILLIS: i64 = 998_047;

pub(super) struct Clock(OffsetDateTime);

impl Default for Clock {
    fn default() -> Self {
        Self::at(OffsetDateTime::now_utc())
    }
}

impl Clock {
    pub(super) fn at(time: OffsetDateTime) -> Self {
        Self(whole_millis(time) + Duration::nanoseconds(BELOW_MILLIS))
    }

    /// A time stamp. No two are equal, in milliseconds either.
    pub(super) fn stamp(&mut self) -> OffsetDateTime {
        self.0 += Duration::MILLISECOND;
        self.0
    }

    pub(super) fn today(&self) -> Date {
        self.0.date()
    }
}

fn whole_millis(time: OffsetDateTime) -> OffsetDateTime {
    time - Duration::nanoseconds(i64::from(time.nanosecond() % 1_000_000))
}

/// With all that is there of a second, and no zeros at its end.
pub(super) fn precise(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).expect("a year of four digits")
}

/// What the document store keeps.
pub(super) fn in_millis(time: OffsetDateTime) -> String {
    precise(whole_millis(time))
}

pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

/// A day as the list takes it.
pub(super) fn day(text: &str) -> Option<Date> {
    parse(&format!("{text}T00:00:00Z")).map(OffsetDateTime::date)
}

pub(super) fn midnight(date: Date) -> OffsetDateTime {
    date.with_time(Time::MIDNIGHT).assume_utc()
}

/// The stamps of what no document store keeps.
pub(super) fn zero() -> OffsetDateTime {
    midnight(Date::from_calendar_date(1, Month::January, 1).expect("the first day"))
}

/// The same day some months later, or before. One that the month does not have runs over into the next.
pub(super) fn months_later(date: Date, months: i32) -> Date {
    let count = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + months;
    let month = Month::January.nth_next(count.rem_euclid(12) as u8);
    let first = Date::from_calendar_date(count.div_euclid(12), month, 1).unwrap_or(date);
    first.saturating_add(Duration::days(i64::from(date.day()) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_cut_to_milliseconds_and_end_without_zeros() {
        let mut clock = Clock::at(parse("2026-03-01T10:00:00.5999Z").expect("a time"));
        let (first, second) = (clock.stamp(), clock.stamp());
        assert_eq!(
            (precise(first), in_millis(first)),
            ("2026-03-01T10:00:00.600998047Z".into(), "2026-03-01T10:00:00.6Z".into())
        );
        assert_eq!(in_millis(second), "2026-03-01T10:00:00.601Z");
        assert_eq!(precise(zero()), "0001-01-01T00:00:00Z");
    }

    #[test]
    fn months_run_over_where_a_day_is_missing() {
        for (from, months, to) in [
            ("2026-11-23", -1, "2026-10-23"),
            ("2026-01-31", -1, "2025-12-31"),
            ("2026-03-31", -1, "2026-03-03"),
            ("2027-01-31", 1, "2027-03-03"),
            ("9999-12-31", 1, "9999-12-31"),
        ] {
            assert_eq!(day(from).map(|date| months_later(date, months)), day(to), "{from} {months}");
        }
        assert_eq!([day("2026-02-30"), day("01-02-2026"), day("2026-2-3"), day("")], [None; 4]);
    }
}
