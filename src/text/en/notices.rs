//! What the page says about a link that is not quite one.

use super::controls::CONTROLS;
use crate::share::{LONGEST, Notice, VERSION};
use crate::text::NoticesText;

pub const NOTICES: NoticesText = NoticesText {
    wrong,
    done,
    step: |asked, used| {
        format!("The link names step {asked}, and this session ends at step {used}: that is what is shown.")
    },
};

fn wrong(notice: &Notice) -> String {
    match notice {
        Notice::Version { found } => format!("The link has version “{found}”. Version {VERSION} is known here."),
        Notice::UnknownPreset { found } => format!("The link names the scenario “{found}”, which is not known here."),
        Notice::UnknownKey { key } => format!("The link holds “{key}”, which is not known here."),
        Notice::BadValue { key, found, expected } => {
            format!("The link gives {key} the value “{found}”. It takes: {expected}.")
        }
        Notice::BadEscape { part } => {
            format!("The link holds “{part}”, in which a percent sign begins no escape of UTF-8.")
        }
        Notice::NotPinned { key } => format!("The link holds “{key}”, and names no scenario to compare with."),
        Notice::Repeated { key } => format!("The link names “{key}” more than once."),
        Notice::NoValue { part } => format!("The link holds “{part}”, which has no value."),
        Notice::TooLong { octets } => {
            format!("The link is {octets} octets long, and at most {LONGEST} are read.")
        }
        Notice::Refused { edit, conflict } => {
            let reason = (CONTROLS.conflict)(*conflict).replace('`', "");
            format!(
                "The link sets {}={}, which Exchange refuses together with the rest. {reason}",
                edit.key(),
                edit.value()
            )
        }
        Notice::More { count } => format!("The link has {count} more parts that cannot be applied."),
    }
}

fn done(notice: &Notice) -> &'static str {
    match notice {
        Notice::Version { .. } => "It was read as that.",
        Notice::UnknownPreset { .. } => "The first one was taken.",
        Notice::Repeated { .. } => "The first counts.",
        Notice::TooLong { .. } => "The rest was left out.",
        Notice::UnknownKey { .. }
        | Notice::BadValue { .. }
        | Notice::BadEscape { .. }
        | Notice::NotPinned { .. }
        | Notice::NoValue { .. }
        | Notice::Refused { .. } => "That was left out.",
        Notice::More { .. } => "They were left out.",
    }
}
