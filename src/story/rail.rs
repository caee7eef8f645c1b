//! How a thing that is sent is protected, on the scale of outcomes ([`Tone`]): what the rails of the log, the points, and the drawing show.
//!
//! Sealed is not verified: until the sender has gone on because the certificate passed, nothing tells it who has the keys. So the handshake
//! and what stands before that decision are sealed, and what comes after it is verified; under a policy that takes any certificate nothing
//! ever is. An attacker at one of the ends has the keys, whatever the sender believes.

use super::account::Account;
use super::outcome::insists;
use super::{Chapter, Connection, Tone};
use crate::registry::{Cipher, suite};
use crate::scenario::Side;
use crate::smtp::TlsAnswer;
use crate::trace::{Actor, EventId, What};

/// Who has the keys of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rail {
    /// The client's decision to go on since the certificate passed.
    pub verified: Option<EventId>,
    /// An attacker is one of the ends.
    pub with_attacker: bool,
    /// The suite has no cipher: what is inside TLS can be read like what is not.
    pub is_open: bool,
}

impl Rail {
    pub(super) fn of(connection: Connection, account: &Account) -> Rail {
        let verified = connection.first(Side::Client, |what| match what {
            What::Decided(decision) => {
                insists(decision) && decision.sender().is_some_and(|decided| decided.answer == TlsAnswer::GoOn)
            }
            _ => false,
        });
        let meeting = connection.trace.meeting(connection.number);
        let with_attacker =
            [Side::Client, Side::Server].into_iter().any(|side| meeting.seat(side).actor == Actor::Attacker);
        Rail { verified, with_attacker, is_open: !account.hides() }
    }
}

impl Account {
    /// Whether TLS hides what is sent inside: the suite that was chosen has a cipher. docs/rules.md CS6
    pub fn hides(&self) -> bool {
        let chosen = self.chosen.value.and_then(|chosen| suite(chosen.suite));
        chosen.is_none_or(|suite| suite.cipher != Cipher::Null)
    }
}

impl Chapter {
    /// The tone of what is sent with an event of this connection, in clear or inside TLS.
    pub fn tone(&self, event: EventId, sealed: bool) -> Tone {
        match (sealed, self.rail) {
            (false, _) | (true, Rail { is_open: true, .. }) => Tone::Readable,
            (true, Rail { with_attacker: true, .. }) => Tone::WithAttacker,
            (true, Rail { verified: Some(from), .. }) if event >= from => Tone::Verified,
            (true, _) => Tone::Sealed,
        }
    }
}
