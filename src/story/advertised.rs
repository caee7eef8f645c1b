//! What a server lists in its reply to EHLO, with the lines that do it.

use super::Connection;
use crate::dissect::smtp::Role;
use crate::smtp::{Capabilities, Capability};
use crate::trace::EventId;

/// A capability list as it was advertised, with the lines that did it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advertised {
    pub capabilities: Capabilities,
    pub lines: Vec<EventId>,
    /// More lines may come: what is not in it may be in them.
    pub goes_on: bool,
}

impl Advertised {
    /// What a keyword came with, and in which line.
    pub fn find(&self, keyword: &str) -> Option<(&Capability, EventId)> {
        let mut lines = self.capabilities.list.iter().zip(&self.lines);
        lines.find(|(capability, _)| capability.is(keyword)).map(|(capability, line)| (capability, *line))
    }
}

/// What the first EHLO reply lists, in clear or inside TLS; `None` where it lists nothing.
pub(super) fn advertised(connection: Connection, inside: bool) -> Option<Advertised> {
    let mut list: Option<Advertised> = None;
    let mut of: Option<EventId> = None;
    let mut domain = String::new();
    let lines = connection.events.iter().filter_map(|&id| Some((id, connection.reading.line(id)?)));
    for (id, line) in lines.filter(|(_, line)| line.sent_before_tls != inside) {
        match &line.role {
            Role::Reply { code: 250, .. } => {
                domain = line.text.get(4..).and_then(|text| text.split(' ').next()).unwrap_or_default().to_owned();
            }
            Role::Capability { capability, ehlo, last } if of.is_none_or(|known| known == *ehlo) => {
                of = Some(*ehlo);
                let list = list.get_or_insert_with(Advertised::default);
                list.goes_on = !last && connection.goes_on();
                list.capabilities.domain.clone_from(&domain);
                list.capabilities.list.push(capability.clone());
                list.lines.push(id);
            }
            _ => {}
        }
    }
    list
}
