//! Points in time by the calendar: seconds since 1970 as day and hour, in the forms in which mail, certificates, logs and
//! the page write them.
//!
//! The calendar is the Gregorian one of UTC. Left out: leap seconds, which Unix time does not count, and clocks, which nothing reads.

use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A point in time, in the years -9999 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(OffsetDateTime);

impl From<u32> for Moment {
    /// From seconds since the beginning of 1970.
    fn from(seconds: u32) -> Moment {
        Moment::from_unix(seconds.into()).unwrap_or(Moment(OffsetDateTime::UNIX_EPOCH))
    }
}

impl Moment {
    /// From seconds since the beginning of 1970; `None` outside the years above.
    pub fn from_unix(seconds: i64) -> Option<Moment> {
        OffsetDateTime::from_unix_timestamp(seconds).ok().map(Moment)
    }

    /// In UTC; months and days count from 1. `None` if there is no such moment.
    pub fn from_utc(year: i32, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Moment> {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        let time = Time::from_hms(hour, minute, second).ok()?;
        Some(Moment(PrimitiveDateTime::new(date, time).assume_utc()))
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// `micros` microseconds later, but not after the last moment that it can hold.
    pub fn later(self, micros: u64) -> Moment {
        Moment(self.0.saturating_add(Duration::microseconds(i64::try_from(micros).unwrap_or(i64::MAX))))
    }

    /// `Sun, 31 May 2009 22:37:28 -0700`, in a zone that is `zone` minutes from UTC. RFC 5322 §3.3
    pub fn mail(self, zone: i16) -> String {
        let offset = UtcOffset::from_whole_seconds(i32::from(zone) * 60).unwrap_or(UtcOffset::UTC);
        let local = Moment(self.0.to_offset(offset));
        let weekday = DAYS.get(usize::from(local.0.weekday().number_days_from_monday())).unwrap_or(&"");
        let sign = if zone < 0 { '-' } else { '+' };
        let (hours, minutes) = (zone.unsigned_abs() / 60, zone.unsigned_abs() % 60);
        format!("{weekday}, {} {} {sign}{hours:02}{minutes:02}", local.day(), local.clock())
    }

    /// `31 May 2009`
    pub fn day(self) -> String {
        let month = MONTHS.get(usize::from(u8::from(self.0.month())) - 1).unwrap_or(&"");
        format!("{} {month} {}", self.0.day(), self.0.year())
    }

    /// `2009-06-01 05:37:28 UTC`
    pub fn utc(self) -> String {
        format!("{} {} UTC", self.date(), self.clock())
    }

    /// `2009-06-01T05:37:28.000Z`. RFC 3339 §5.6
    pub fn iso(self) -> String {
        format!("{}T{}.{:03}Z", self.date(), self.clock(), self.0.millisecond())
    }

    /// `20090601053728`, in UTC. RFC 5280 §4.1.2.5.2
    pub fn digits(self) -> String {
        [self.date(), self.clock()].concat().replace(['-', ':'], "")
    }

    fn date(self) -> String {
        format!("{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }

    fn clock(self) -> String {
        let (hour, minute, second) = self.0.to_hms();
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the book's log begins; `date -u -d @1243834648` says the same.
    const BOOK: u32 = 1_243_834_648;

    #[test]
    fn each_form_of_a_moment() {
        let book = Moment::from(BOOK);
        assert_eq!(book.mail(-420), "Sun, 31 May 2009 22:37:28 -0700");
        assert_eq!(book.mail(0), "Mon, 1 Jun 2009 05:37:28 +0000");
        assert_eq!(book.mail(330), "Mon, 1 Jun 2009 11:07:28 +0530");
        assert_eq!(book.day(), "1 Jun 2009");
        assert_eq!(book.utc(), "2009-06-01 05:37:28 UTC");
        assert_eq!(book.digits(), "20090601053728");
        assert_eq!(book.later(1_234_567).iso(), "2009-06-01T05:37:29.234Z");
        assert_eq!(book.later(u64::MAX).utc(), "9999-12-31 23:59:59 UTC");
    }

    /// Counted day by day, by the rule of the calendar.
    #[test]
    fn every_day_of_two_centuries_is_where_it_belongs() {
        let mut seconds = -2_208_988_800; // 1900-01-01
        for year in 1900..2100 {
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (month, days) in [31, 28 + u8::from(is_leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].iter().enumerate()
            {
                for day in 1..=*days {
                    let month = month as u8 + 1;
                    let moment = Moment::from_unix(seconds).expect("in range");
                    assert_eq!(moment.utc(), format!("{year:04}-{month:02}-{day:02} 00:00:00 UTC"));
                    assert_eq!(Moment::from_utc(year, month, day, 0, 0, 0), Some(moment));
                    seconds += 86_400;
                }
                assert_eq!(Moment::from_utc(year, month as u8 + 1, days + 1, 0, 0, 0), None);
            }
        }
        for [month, day, hour, minute, second] in
            [[0, 1, 0, 0, 0], [13, 1, 0, 0, 0], [1, 0, 0, 0, 0], [1, 1, 24, 0, 0], [1, 1, 0, 60, 0], [1, 1, 0, 0, 60]]
        {
            assert_eq!(Moment::from_utc(2000, month, day, hour, minute, second), None);
        }
        assert_eq!((Moment::from_unix(i64::MAX), Moment::from_unix(i64::MIN)), (None, None));
    }
}
