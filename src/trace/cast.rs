//! Who was at the two ends of each connection: the part they play, their names and addresses, what they have for TLS, and what the
//! author of a run knows of them besides. An imported session has the addresses; everything else of it is read from its octets.

use crate::scenario::{IconRule, NextHop, Reader, ServerProfile, Side, TlsStack};
use crate::smtp::TlsVerb;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// The participants of all connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// By the number of the connection.
    pub meetings: Vec<Meeting>,
    /// Who reads the mail in the end.
    pub recipient: Option<Recipient>,
}

/// The two ends of one connection, and who is on the path between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    pub client: Seat,
    pub server: Seat,
    /// Tampers with what passes, and is at neither end.
    pub on_path: Option<Actor>,
}

/// The role of an end in a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Actor {
    Sender,
    /// Takes the mail as a server and sends it on as a client: a message hygiene service.
    Relay,
    Attacker,
    Receiver,
    /// Unknown: an imported session does not tell it.
    Unknown,
}

/// One end of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub actor: Actor,
    pub host: Host,
    /// What it has for TLS.
    pub engine: Option<TlsStack>,
    pub briefing: Option<Briefing>,
}

/// An end of a TCP connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// What it says that it is called; `None` where only its octets can tell.
    pub name: Option<String>,
    #[serde(with = "octets")]
    pub address: IpAddr,
    pub port: u16,
}

/// An address as its 4 or 16 octets: to write it as text takes the page more than all the rest of a host.
mod octets {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::net::IpAddr;

    pub(super) fn serialize<S: Serializer>(address: &IpAddr, serializer: S) -> Result<S::Ok, S::Error> {
        match address {
            IpAddr::V4(address) => address.octets().as_slice().serialize(serializer),
            IpAddr::V6(address) => address.octets().as_slice().serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<IpAddr, D::Error> {
        let octets = Vec::<u8>::deserialize(deserializer)?;
        let v4 = <[u8; 4]>::try_from(octets.as_slice()).map(IpAddr::from);
        let v6 = <[u8; 16]>::try_from(octets.as_slice()).map(IpAddr::from);
        v4.or(v6).map_err(|_| Error::invalid_length(octets.len(), &"the 4 or 16 octets of an address"))
    }
}

/// What only the author of a run knows of an end, and no octet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Briefing {
    Client {
        /// It is Exchange 2007 or later.
        is_exchange: bool,
        /// Its certificate has been revoked; nothing publishes that. Traces before this field had no such client.
        #[serde(default)]
        revoked: bool,
        /// A certificate that fails a check ends the handshake. Traces before this field had no such client.
        #[serde(default)]
        breaks_off: bool,
        /// For whom it takes the server. Traces before this field had none of its own organisation.
        #[serde(default)]
        next_hop: NextHop,
    },
    Server {
        profile: ServerProfile,
        /// Its certificate has been revoked; nothing publishes that.
        revoked: bool,
    },
}

/// What an Exchange server's settings say about Domain Security with the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveConnector {
    /// The sender's domain is in TLSReceiveDomainSecureList.
    pub listed: bool,
    /// DomainSecureEnabled.
    pub domain_secure: bool,
    /// Tls is in AuthMechanism.
    pub tls: bool,
}

/// Who reads the mail, behind which server, and by which rule the mark "Domain Secured" is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub reader: Reader,
    pub rule: IconRule,
    /// `None`: the server is not Exchange 2007 or later.
    pub connector: Option<ReceiveConnector>,
    /// What is kept of the password of the sender's account, NTOWFv1: who has it checks logins, and logs in. [MS-NLMP] 3.3.1
    #[serde(default)]
    pub nt_owf_v1: Option<[u8; 16]>,
}

impl Cast {
    /// A sender and a receiver, without an intermediary.
    pub fn is_direct(&self) -> bool {
        let at_an_end = |seat: &Seat| matches!(seat.actor, Actor::Relay | Actor::Attacker);
        let mut meetings = self.meetings.iter();
        !meetings.any(|meeting| at_an_end(&meeting.client) || at_an_end(&meeting.server) || meeting.on_path.is_some())
    }
}

impl Meeting {
    /// Of two ends of which nothing is known.
    pub const UNKNOWN: Meeting = Meeting { client: Seat::UNKNOWN, server: Seat::UNKNOWN, on_path: None };

    /// Of two ends of which nothing is known but where they are.
    pub fn between(client: Host, server: Host) -> Meeting {
        let seat = |host| Seat { host, ..Seat::UNKNOWN };
        Meeting { client: seat(client), server: seat(server), on_path: None }
    }

    pub fn seat(&self, side: Side) -> &Seat {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }
}

impl Seat {
    const UNKNOWN: Seat = Seat {
        actor: Actor::Unknown,
        host: Host { name: None, address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port: 0 },
        engine: None,
        briefing: None,
    };

    /// Whether the end is known to be Exchange 2007 or later: the sender, or the server of the recipient.
    pub fn is_exchange(&self) -> bool {
        match self.briefing {
            Some(Briefing::Client { is_exchange, .. }) => is_exchange,
            Some(Briefing::Server { profile, .. }) => self.actor == Actor::Receiver && profile.is_exchange(),
            None => false,
        }
    }

    pub fn profile(&self) -> Option<ServerProfile> {
        match self.briefing {
            Some(Briefing::Server { profile, .. }) => Some(profile),
            _ => None,
        }
    }

    /// A certificate that fails a check ends its handshake.
    pub fn breaks_off(&self) -> bool {
        matches!(self.briefing, Some(Briefing::Client { breaks_off: true, .. }))
    }

    /// What it starts TLS with: of the client of a run.
    pub fn verb(&self) -> Option<TlsVerb> {
        match self.briefing {
            Some(Briefing::Client { next_hop, .. }) => Some(TlsVerb::towards(next_hop)),
            _ => None,
        }
    }

    /// Its certificate has been revoked. Only the author of a run can know.
    pub fn is_revoked(&self) -> bool {
        match self.briefing {
            Some(Briefing::Client { revoked, .. } | Briefing::Server { revoked, .. }) => revoked,
            None => false,
        }
    }

    /// Its certificate names it, and it is not the one that is named: an attacker's, or one that was revoked.
    pub fn is_false(&self) -> bool {
        self.actor == Actor::Attacker || self.is_revoked()
    }
}
