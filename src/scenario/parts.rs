//! A scenario taken apart: what the sender, the receiver and the path are each a function of. A hop is made from these three, so
//! that an intermediary has its own settings, each of them chosen, and inherits none by being forgotten.

use super::*;

/// The settings of the sender of a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    pub policy: ClientPolicy,
    /// Exchange 2007 or later.
    pub is_exchange: bool,
    /// Its certificate has been revoked.
    pub revoked: bool,
    pub go_ahead: GoAhead,
    /// DomainSecureEnabled of the Send connector.
    pub domain_secure: Switch,
    pub routing: Routing,
    pub next_hop: NextHop,
    /// Towards a Hub it does without TLS where that is not offered.
    pub downgraded: Switch,
    pub controller: Controller,
    pub stack: TlsStack,
    /// What an old one offers, in place of what its system does.
    pub list: Option<OldList>,
    /// An old one offers SSL 3.0 alone.
    pub ssl3: Switch,
    pub versions: Versions,
    pub verifier: Verifier,
    pub groups: Groups,
    /// It keeps its sessions, to resume them.
    pub resumes: Switch,
    pub credentials: Credentials,
    pub password: Password,
    pub ntlm_era: NtlmEra,
    /// It binds an NTLM login to the certificate that it saw.
    pub binding: Switch,
    pub transfer: Transfer,
    pub pipelining: Pipelining,
}

impl Sending {
    /// What the sender demands.
    pub fn demands(&self) -> Demands {
        let own = self.next_hop.demands(self.downgraded.is_on());
        own.unwrap_or(self.policy.in_force(self.routing == Routing::SmartHost))
    }

    /// A certificate that fails a check ends the handshake.
    pub fn breaks_off(&self) -> bool {
        self.verifier == Verifier::BreaksOff && self.demands().verifies()
    }
}

/// The settings of the receiver of a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiving {
    pub profile: ServerProfile,
    /// Exchange 2007 or later, with a Receive connector and the recipient's mailbox behind it.
    pub is_exchange: bool,
    pub starttls: Offer,
    pub anonymous_tls: AnonymousOffer,
    /// For whom the sender takes it.
    pub next_hop: NextHop,
    pub stack: TlsStack,
    /// What an old one has on, in place of what its system has.
    pub list: Option<OldList>,
    /// What it has switched on besides, and its certificate a key for.
    pub line: Option<OldLine>,
    pub versions: Versions,
    pub groups: Groups,
    /// It keeps its sessions, and gives tickets.
    pub resumes: Switch,
    /// It puts off a mail that comes for the first time.
    pub puts_off: Switch,
    /// Its certificate has been revoked.
    pub revoked: bool,
    /// The sender's domain is in TLSReceiveDomainSecureList.
    pub listed: Switch,
    /// DomainSecureEnabled of the Receive connector.
    pub domain_secure: Switch,
    pub auth_mechanism: AuthMechanism,
    /// Of the sender's account.
    pub password: Password,
    pub ntlm_era: NtlmEra,
    pub epa: Epa,
    pub partners: Switch,
}

/// What the message is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draft {
    pub clock: Clock,
    pub spoofs: Switch,
}

/// A scenario, field by field in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    pub sending: Sending,
    pub path: Path,
    pub flip: BitFlip,
    pub receiving: Receiving,
    pub message: Draft,
}

impl Scenario {
    /// The parts. A new field does not compile until it has its place here.
    pub fn parts(&self) -> Parts {
        let Scenario {
            // For chance, and for the certificates: `tls::Pki` reads these.
            seed: _,
            sender_imports: _,
            receiver_imports: _,
            // For who reads the mail: `trace::Recipient`.
            reader: _,
            icon_rule: _,
            published: _,
            // In force or not.
            next_hop: _,
            sender: _,
            clock,
            policy,
            go_ahead,
            client_certificate,
            send_domain_secure,
            routing,
            downgraded_auth: downgraded,
            controller,
            client_stack,
            // They say something with an old list alone.
            client_suite: _,
            client_ssl3: _,
            client_versions,
            verifier,
            client_groups,
            credentials,
            password,
            ntlm_era,
            client_binding,
            transfer,
            pipelining,
            spoofs,
            path,
            flip,
            server,
            starttls,
            anonymous_tls,
            server_certificate,
            server_stack,
            server_suite: _,
            server_versions,
            server_groups,
            second_try,
            receive_list,
            receive_domain_secure,
            auth_mechanism,
            epa,
            partners,
        } = *self;
        let next_hop = self.next_hop_in_force();
        let resumes = Switch::of(second_try == SecondTry::Resumed);
        let sending = Sending {
            policy,
            is_exchange: self.sender_is_exchange(),
            revoked: client_certificate == Some(Certificate::Revoked),
            go_ahead,
            domain_secure: send_domain_secure,
            routing,
            next_hop,
            downgraded,
            controller,
            stack: client_stack,
            list: self.offered_list(),
            ssl3: Switch::of(self.only_ssl3()),
            versions: client_versions,
            verifier,
            groups: client_groups,
            resumes,
            credentials,
            password,
            ntlm_era,
            binding: client_binding,
            transfer,
            pipelining,
        };
        let receiving = Receiving {
            profile: server,
            is_exchange: self.receiver_is_exchange(),
            starttls,
            anonymous_tls,
            next_hop,
            stack: server_stack,
            list: self.served_list(),
            line: self.asked_line(),
            versions: server_versions,
            groups: server_groups,
            resumes,
            puts_off: Switch::of(second_try != SecondTry::None),
            revoked: server_certificate == Certificate::Revoked,
            listed: receive_list,
            domain_secure: receive_domain_secure,
            auth_mechanism,
            password,
            ntlm_era,
            epa,
            partners,
        };
        Parts { sending, path, flip, receiving, message: Draft { clock, spoofs } }
    }
}

impl Sending {
    /// An intermediary sends on opportunistically, whatever the sender was: what the sender demanded ends with its own hop.
    pub const INTERMEDIARY: Sending = Sending {
        policy: ClientPolicy::Opportunistic,
        is_exchange: false,
        revoked: false,
        go_ahead: GoAhead::Any2xx,
        domain_secure: Switch::Off,
        routing: Routing::Dns,
        next_hop: NextHop::Internet,
        downgraded: Switch::Off,
        controller: Controller::Up,
        stack: TlsStack::Rustls,
        list: None,
        ssl3: Switch::Off,
        versions: Versions::Both,
        verifier: Verifier::Records,
        groups: Groups::Classical,
        resumes: Switch::Off,
        credentials: Credentials::None,
        password: Password::Strong,
        ntlm_era: NtlmEra::Ws2008,
        binding: Switch::Off,
        transfer: Transfer::Data,
        pipelining: Pipelining::On,
    };
}

impl Receiving {
    /// An intermediary offers STARTTLS with its own certificate and never requests a client certificate. Its replies are those of
    /// the receiver in whose place it answers, and so is the password that it takes.
    pub fn intermediary(profile: ServerProfile, password: Password) -> Receiving {
        Receiving {
            profile,
            is_exchange: false,
            starttls: Offer::Offered,
            anonymous_tls: AnonymousOffer::Offered,
            next_hop: NextHop::Internet,
            stack: TlsStack::Rustls,
            list: None,
            line: None,
            versions: Versions::Both,
            groups: Groups::Classical,
            resumes: Switch::Off,
            puts_off: Switch::Off,
            revoked: false,
            listed: Switch::Off,
            domain_secure: Switch::Off,
            auth_mechanism: AuthMechanism::DEFAULT,
            password,
            ntlm_era: NtlmEra::Ws2008,
            epa: Epa::None,
            partners: Switch::Off,
        }
    }
}
