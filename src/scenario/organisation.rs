//! Servers of one organisation: for whom the sender takes the receiver, and what such servers have instead of a certificate from a public
//! CA. What a Hub or an Edge demands is a row, like a policy's; it stands in the policy's place (docs/rules.md X3).
//!
//! A controller of the domain is no end of any connection here: what it would answer is a setting.

use super::{Choice, Conflict, Demands, Fallback, Identity, Need, Path, Scenario, Setting, TlsStack, Value, choice};

choice!(
    /// For whom the sender takes the receiver.
    NextHop {
        /// A server of any organisation.
        Internet = "internet",
        /// A Hub Transport server of its own.
        Hub = "hub",
        /// The Edge Transport server to which its own is subscribed.
        Edge = "edge",
    }
);

choice!(
    /// Whether an Exchange server offers X-ANONYMOUSTLS, where its Receive connector has ExchangeServer.
    AnonymousOffer {
        Offered = "offered",
        /// SuppressXAnonymousTls: neither offered nor known.
        Suppressed = "suppressed",
    }
);

choice!(
    /// What comes of it when the sender asks a domain controller for a ticket to the receiver.
    Controller {
        Up = "up",
        /// None answers.
        Down = "down",
        /// The sender's clock is off by more than the five minutes that Kerberos allows. RFC 4120 §5.5.1
        ClockOff = "clock_off",
        /// It knows no server of that name: the receiver is another organisation's.
        UnknownServer = "unknown_server",
    }
);

choice!(
    /// Which internal certificates the directory holds that both ends read.
    Published {
        Both = "both",
        /// None: there is no subscription.
        Missing = "missing",
        /// The receiver has another by now than the one that was published.
        Renewed = "renewed",
    }
);

/// What a trace has that was written before there was a choice.
macro_rules! before {
    ($($name:ident::$variant:ident),+) => {
        $(impl Default for $name {
            fn default() -> $name {
                $name::$variant
            }
        })+
    };
}

before!(NextHop::Internet, AnonymousOffer::Offered, Controller::Up, Published::Both);

impl NextHop {
    /// What a sender demands of it; `None`: what its policy does. `downgraded`: a Hub does without TLS where it is not offered.
    pub const fn demands(self, downgraded: bool) -> Option<Demands> {
        let tls = if downgraded { Need::IfOffered } else { Need::Always };
        let identity = match self {
            NextHop::Internet => return None,
            NextHop::Hub => Identity::Any,
            NextHop::Edge => return Some(Demands { identity: Identity::Published, ..OWN }),
        };
        Some(Demands { tls, identity, ..OWN })
    }
}

const OWN: Demands =
    Demands { tls: Need::Always, identity: Identity::Any, otherwise: Fallback::Wait, set_by: Setting::Organisation };

impl Scenario {
    /// For whom the sender takes the receiver, where the two can be of one organisation.
    pub fn next_hop_in_force(&self) -> NextHop {
        if self.next_hop_conflict().is_some() { NextHop::Internet } else { self.next_hop }
    }

    /// Why they cannot.
    pub(super) fn next_hop_conflict(&self) -> Option<Conflict> {
        let old = [self.client_stack, self.server_stack].into_iter().any(|stack| stack != TlsStack::Rustls);
        if self.next_hop == NextHop::Internet {
            None
        } else if !(self.sender_is_exchange() && self.receiver_is_exchange()) {
            Some(Conflict::OwnServersAreExchange)
        } else if !matches!(self.path, Path::Direct | Path::Strip | Path::StripBoth) {
            Some(Conflict::OwnServersMeet)
        } else {
            old.then_some(Conflict::OwnServersHaveRustls)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{ClientPolicy, ServerProfile, System, preset};

    #[test]
    fn only_two_exchange_servers_that_meet_are_of_one_organisation() {
        let base = Scenario { next_hop: NextHop::Hub, ..preset("book").unwrap().scenario };
        assert_eq!((base.next_hop_in_force(), base.conflict()), (NextHop::Hub, None));
        for (scenario, why) in [
            (Scenario { server: ServerProfile::Postfix, ..base }, Conflict::OwnServersAreExchange),
            (Scenario { sender: System::Other, ..base }, Conflict::OwnServersAreExchange),
            (Scenario { policy: ClientPolicy::LegacyOn, ..base }, Conflict::OwnServersAreExchange),
            (Scenario { path: Path::Impostor, ..base }, Conflict::OwnServersMeet),
            (Scenario { path: Path::Relay, ..base }, Conflict::OwnServersMeet),
            (Scenario { client_stack: TlsStack::Ws2008, ..base }, Conflict::OwnServersHaveRustls),
        ] {
            assert_eq!((scenario.next_hop_in_force(), scenario.conflict()), (NextHop::Internet, Some(why)));
            assert_eq!(Scenario { next_hop: NextHop::Internet, ..scenario }.conflict(), None);
        }
    }
}
