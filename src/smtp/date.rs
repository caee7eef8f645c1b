//! A point in time as mail headers write it. RFC 5322 §3.3

use crate::scenario::Clock;
use time::{OffsetDateTime, UtcOffset};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sun, 31 May 2009 22:37:28 -0700`. `zone` is in minutes from UTC.
pub fn date(clock: Clock, zone: i16) -> String {
    let offset = UtcOffset::from_whole_seconds(i32::from(zone) * 60).unwrap_or(UtcOffset::UTC);
    let seconds = i64::try_from(clock.unix()).unwrap_or_default();
    let local = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset);
    let day = DAYS.get(usize::from(local.weekday().number_days_from_monday())).unwrap_or(&"");
    let month = MONTHS.get(usize::from(u8::from(local.month())) - 1).unwrap_or(&"");
    let sign = if zone < 0 { '-' } else { '+' };
    let (hours, minutes) = (zone.unsigned_abs() / 60, zone.unsigned_abs() % 60);
    let (hour, minute, second) = local.to_hms();
    format!(
        "{day}, {} {month} {} {hour:02}:{minute:02}:{second:02} {sign}{hours:02}{minutes:02}",
        local.day(),
        local.year()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_s_date() {
        assert_eq!(date(Clock::BOOK, -420), "Sun, 31 May 2009 22:37:28 -0700");
        assert_eq!(date(Clock::TODAY, 0), "Thu, 1 Oct 2026 09:00:00 +0000");
        assert_eq!(date(Clock::TODAY, 330), "Thu, 1 Oct 2026 14:30:00 +0530");
    }
}
