//! What the page says about a link that is not quite one.

use super::controls::CONTROLS;
use crate::share::{LONGEST, Notice, VERSION};
use crate::text::Notices;

pub const NOTICES: Notices = Notices {
    notice,
    step: |asked, used| {
        format!("The link names step {asked}, and this session ends at step {used}: that is what is shown.")
    },
};

fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Version { found } => {
            format!("The link has version “{found}”. This page knows version {VERSION}, and has read it as that.")
        }
        Notice::UnknownPreset { found } => {
            format!("The link names the scenario “{found}”, which is not known here. The first one is shown.")
        }
        Notice::UnknownKey { key } => format!("The link holds “{key}”, which is not known here. It was left out."),
        Notice::BadValue { key, found, expected } => {
            format!("The link gives {key} the value “{found}”. It takes: {expected}. That part was left out.")
        }
        Notice::BadEscape { part } => {
            format!("The link holds “{part}”, in which a percent sign begins no escape of UTF-8. It was left out.")
        }
        Notice::NotPinned { key } => {
            format!("The link holds “{key}”, and names no scenario to compare with. It was left out.")
        }
        Notice::Repeated { key } => format!("The link names “{key}” more than once. The first counts."),
        Notice::NoValue { part } => format!("The link holds “{part}”, which has no value. It was left out."),
        Notice::TooLong { octets } => {
            format!("The link is {octets} octets long. Only the first {LONGEST} were read.")
        }
        Notice::Refused { edit, conflict } => {
            let reason = (CONTROLS.conflict)(*conflict).replace('`', "");
            format!(
                "The link sets {}={}, which Exchange refuses together with the rest. {reason} It was left out.",
                edit.key(),
                edit.value()
            )
        }
        Notice::More { count } => format!("The link has {count} more parts that were left out."),
    }
}
