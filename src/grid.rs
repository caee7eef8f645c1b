//! Sender's policies by what the sender meets: each cell is a run of the lab, never a line of a table.
//!
//! Two organisations with Exchange 2010; the switches that a row or a column does not set are those of the preset
//! `domain-secured` without its Domain Security, which only the row of that policy turns on.

use crate::dissect::dissect;
use crate::scenario::{
    Certificate, Choice, ClientPolicy, Edit, Offer, Path, Scenario, Setting, Switch, Versions, preset,
};
use crate::smtp::{Delivery, Obstacle};
use crate::story::{Protection, Story, Tone};
use crate::trace::{StreamKind, Trace};

/// What the sender meets, in the order of the letters: docs/rules.md A, B, C, D, E, F, G, H, I, J, K, L, L2, M.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Situation {
    NotOffered,
    Refused,
    Good,
    InternalCa,
    SelfSigned,
    Expired,
    NotYetValid,
    WrongName,
    Revoked,
    NoCommonVersion,
    Stripped,
    Impostor,
    Misissued,
    Relay,
}

impl Situation {
    pub const ALL: [Situation; 14] = [
        Situation::NotOffered,
        Situation::Refused,
        Situation::Good,
        Situation::InternalCa,
        Situation::SelfSigned,
        Situation::Expired,
        Situation::NotYetValid,
        Situation::WrongName,
        Situation::Revoked,
        Situation::NoCommonVersion,
        Situation::Stripped,
        Situation::Impostor,
        Situation::Misissued,
        Situation::Relay,
    ];

    pub fn letter(self) -> &'static str {
        ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "L2", "M"][self as usize]
    }

    /// What makes it.
    fn edits(self) -> Vec<Edit> {
        let certificate = |certificate| vec![Edit::ServerCertificate(certificate)];
        match self {
            Situation::NotOffered => vec![Edit::Starttls(Offer::NotOffered)],
            Situation::Refused => vec![Edit::Starttls(Offer::Unavailable)],
            Situation::Good => Vec::new(),
            Situation::InternalCa => certificate(Certificate::InternalCa),
            Situation::SelfSigned => certificate(Certificate::SelfSigned),
            Situation::Expired => certificate(Certificate::Expired),
            Situation::NotYetValid => certificate(Certificate::NotYetValid),
            Situation::WrongName => certificate(Certificate::WrongName),
            Situation::Revoked => certificate(Certificate::Revoked),
            Situation::NoCommonVersion => vec![Edit::ServerVersions(Versions::Tls13)],
            Situation::Stripped => vec![Edit::Path(Path::Strip)],
            Situation::Impostor => vec![Edit::Path(Path::Impostor)],
            Situation::Misissued => vec![Edit::Path(Path::Misissued)],
            Situation::Relay => vec![Edit::Path(Path::Relay)],
        }
    }

    /// There is an attacker on the path.
    pub fn is_attack(self) -> bool {
        matches!(self, Situation::Stripped | Situation::Impostor | Situation::Misissued)
    }
}

/// Every cell, row by row.
pub fn places() -> impl Iterator<Item = (ClientPolicy, Situation)> {
    ClientPolicy::ALL.iter().flat_map(|&policy| Situation::ALL.into_iter().map(move |situation| (policy, situation)))
}

/// The preset whose switches the cells change.
pub const BASE: &str = "domain-secured";

/// The scenario of a cell.
pub fn scenario(policy: ClientPolicy, situation: Situation) -> Scenario {
    let base = preset(BASE).or(crate::scenario::PRESETS.first()).map(|preset| preset.scenario);
    let mut edits = vec![Edit::Policy(policy)];
    if policy.demands().set_by != Setting::DomainList {
        edits.extend([
            Edit::SendDomainSecure(Switch::Off),
            Edit::ReceiveList(Switch::Off),
            Edit::ReceiveDomainSecure(Switch::Off),
            Edit::ClientCertificate(None),
        ]);
    }
    edits.extend(situation.edits());
    edits.into_iter().fold(base.unwrap_or(crate::scenario::PRESETS[0].scenario), Scenario::with)
}

/// What became of the mail, as the sender sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    Clear,
    Encrypted,
    /// To a server that the sender has verified.
    Authenticated,
    /// And the receiver has verified the sender.
    Mutual,
    Deferred,
    Returned,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub policy: ClientPolicy,
    pub situation: Situation,
    pub fate: Fate,
    pub tone: Tone,
    /// It took a second connection.
    pub again: bool,
    /// The sender believes that it has verified the server, and is wrong.
    pub deceived: bool,
    /// The message stands on the sender's wire in clear.
    pub listener_reads: bool,
    /// The attacker of the situation has read the message.
    pub attacker_reads: bool,
}

impl Cell {
    /// Runs it.
    pub fn of(policy: ClientPolicy, situation: Situation) -> Cell {
        let trace = crate::lab::run(&scenario(policy, situation));
        let outcome = Story::of(&trace, &dissect(&trace)).outcome;
        let leg = &outcome.first;
        // A run says what becomes of its mail; one that did not would be one that waits.
        let fate = match (leg.delivery.unwrap_or(Delivery::Deferred(Obstacle::ConnectionLost)), leg.protection) {
            (Delivery::Deferred(_), _) => Fate::Deferred,
            (Delivery::Returned(_), _) => Fate::Returned,
            (Delivery::Delivered, Protection::Verified) if outcome.mutual => Fate::Mutual,
            (Delivery::Delivered, Protection::Verified) => Fate::Authenticated,
            (Delivery::Delivered, Protection::Encrypted) => Fate::Encrypted,
            (
                Delivery::Delivered,
                Protection::Clear | Protection::NoCipher | Protection::NotSent | Protection::Unknown,
            ) => Fate::Clear,
        };
        Cell {
            policy,
            situation,
            fate,
            tone: outcome.tone(),
            again: leg.connections > 1,
            deceived: outcome.deceived,
            listener_reads: listener_reads(&trace),
            attacker_reads: outcome.attacker_reads,
        }
    }

    /// In the letters of docs/rules.md GR1: `CL` in clear, `EU` encrypted, `EA` authenticated, `EAm` mutually, `DF` deferred, `BN` returned;
    /// `!` the attacker reads it, `*` the sender is deceived, `=` on the same connection, `+` on a new one.
    pub fn code(&self) -> String {
        let fate = match self.fate {
            Fate::Clear => "CL",
            Fate::Encrypted => "EU",
            Fate::Authenticated => "EA",
            Fate::Mutual => "EAm",
            Fate::Deferred => return "DF".to_owned(),
            Fate::Returned => return "BN".to_owned(),
        };
        let mark = |is, mark| if is { mark } else { "" };
        let way = if self.again { "+" } else { "=" };
        format!("{fate}{}{}{way}", mark(self.attacker_reads, "!"), mark(self.deceived, "*"))
    }
}

/// A line of the message stands in the octets that the sender's wire carried.
fn listener_reads(trace: &Trace) -> bool {
    let wires = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    let mut own = wires.filter(|stream| trace.is_first_hop(stream.connection));
    let subject = b"Subject: ";
    own.any(|stream| stream.bytes.windows(subject.len()).any(|octets| octets == subject))
}

/// What an attacker on the path gets from a sender with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prize {
    /// The message: stripping STARTTLS is enough, or a certificate of the attacker's own making.
    Message,
    /// The message, but only with a certificate that no CA should have issued.
    MessageIfMisissued,
    /// The message waits.
    Delay,
}

/// By the row's cells that were run: the attacks K, L and L2 of docs/rules.md GR4. `None` until all three have been.
pub fn prize(cells: &[Cell], policy: ClientPolicy) -> Option<Prize> {
    let reads = |situation| {
        let ran = cells.iter().find(|cell| (cell.policy, cell.situation) == (policy, situation));
        ran.map(|cell| cell.attacker_reads)
    };
    let plain = reads(Situation::Stripped)? || reads(Situation::Impostor)?;
    Some(match (plain, reads(Situation::Misissued)?) {
        (true, _) => Prize::Message,
        (false, true) => Prize::MessageIfMisissued,
        (false, false) => Prize::Delay,
    })
}
