//! What the page does outside of itself when it is asked to: it copies, saves, and gives the focus. What became of it comes back as an
//! action.

use crate::files::{self, Format};
use crate::text::Text;
use crate::ui::browser;
use crate::ui::state::{Action, Copied};
use crate::ui::study::Study;
use std::borrow::Cow;
use yew::Callback;

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Copy(String),
    CopyLink,
    Print,
    /// The run as a file.
    Save(Format),
    /// The focus goes to the element with this id.
    Focus(Cow<'static, str>),
}

/// Does it for a run that has this name.
pub fn perform(effect: Effect, study: &Study, name: &str, text: &Text, on: &Callback<Action>) {
    let report = |copied: fn(bool) -> Copied| {
        let on = on.clone();
        move |worked| on.emit(Action::Copied(Some(copied(worked))))
    };
    match effect {
        Effect::Copy(words) => browser::copy(&words, report(Copied::Text)),
        Effect::CopyLink => browser::copy_address(report(Copied::Link)),
        Effect::Print => browser::print(),
        Effect::Save(format) => {
            let octets = files::write(format, study.facts(), text);
            browser::save(&format!("{name}.{}", format.extension()), format.mime(), &octets);
        }
        Effect::Focus(id) => browser::focus_id(&id),
    }
}
