//! The switches: what each field and each of its values is called, with the settings of real servers that they stand for.

use super::page;
use crate::scenario::{
    AnonymousOffer, AuthFlag, BitFlip, Certificate, ClientPolicy, Conflict, Controller, Credentials, Edit, Epa,
    GoAhead, Groups, IconRule, NextHop, NtlmEra, Offer, OldLine, Password, Path, Pipelining, Published, Reader,
    Routing, SecondTry, ServerProfile, Switch, System, TlsStack, Transfer, Verifier, Versions,
};
use crate::text::{ChoiceText, Controls, PolicyText};

pub const CONTROLS: Controls = Controls {
    heading: "What if",
    sender: "Sender",
    receiver: "Receiver",
    path: "Path",
    details: "Details",
    details_of: |part| format!("{part}: details"),
    close: "Close",
    undo: |field| format!("Undo: {field}"),
    offer: "STARTTLS ",
    certificate: "Certificate: ",
    connector: "Receive connector",
    not_exchange: "This server is not Exchange, so it has none of these settings.",
    field,
    value,
    policy,
    flag,
    refused: |conflict| match conflict {
        Conflict::HybridNeedsTls13 | Conflict::SuiteNotInList | Conflict::SuiteNotInSsl3 => {
            "This end could agree on nothing:"
        }
        Conflict::NothingToRelay
        | Conflict::OwnServersAreExchange
        | Conflict::OwnServersMeet
        | Conflict::OwnServersHaveRustls => "The lab refuses this:",
        _ => "Exchange refuses this together with the rest:",
    },
    conflict,
    kept: "Nothing was changed.",
    way_out: |edits| {
        let parts: Vec<String> = edits.iter().map(|&edit| page::edit(edit)).collect();
        format!("Change it, and with it: {}", parts.join("; "))
    },
    seed_takes: "A whole number from 0 to 4294967295, in decimal digits.",
    seed_note: "Every key and random number is drawn from this number. Another seed gives other octets and the same story; never do this outside a lab.",
};

/// What a field is called.
fn field(edit: Edit) -> &'static str {
    match edit {
        Edit::Seed(_) => "Seed",
        Edit::Clock(_) => "Clock",
        Edit::Policy(_) => "What the sender does about TLS",
        Edit::Sender(_) => "Sender's mail system",
        Edit::GoAhead(_) => "Sender takes for a yes",
        Edit::ClientCertificate(_) => "Sender's certificate, if asked",
        Edit::SenderImports(_) => "Sender has imported the receiver's root",
        Edit::SendDomainSecure(_) => "Send connector: DomainSecureEnabled",
        Edit::Routing(_) => "Sender finds the next hop",
        Edit::NextHop(_) => "Sender takes the receiver for",
        Edit::DowngradedAuth(_) => "Prove itself to a Hub without TLS",
        Edit::Controller(_) => "Domain controller",
        Edit::Published(_) => "Published certificates",
        Edit::AnonymousTls(_) => "X-ANONYMOUSTLS",
        Edit::ClientStack(_) => "Sender's TLS",
        Edit::ClientSuite(_) => "Old sender offers",
        Edit::ServerSuite(_) => "Old receiver has on",
        Edit::ClientSsl3(_) => "Old sender has only SSL 3.0",
        Edit::ClientVersions(_) => "Sender's TLS versions",
        Edit::Verifier(_) => "Sender checks the certificate",
        Edit::ClientGroups(_) => "Sender's key exchange",
        Edit::Credentials(_) => "Sender logs in",
        Edit::Password(_) => "Sender's password",
        Edit::NtlmEra(_) => "NTLM",
        Edit::ClientBinding(_) => "Sender binds NTLM to the certificate",
        Edit::Transfer(_) => "Transfer",
        Edit::Pipelining(_) => "Send commands in groups",
        Edit::Spoofs(_) => "Forge the mark's header fields",
        Edit::Path(_) => "Between the two",
        Edit::Flip(_) => "A bit that is flipped on the way",
        Edit::Server(_) => "Server",
        Edit::Starttls(_) => "STARTTLS",
        Edit::ServerCertificate(_) => "Receiver's certificate",
        Edit::ReceiverImports(_) => "Receiver has imported the sender's root",
        Edit::ServerStack(_) => "Receiver's TLS",
        Edit::ServerVersions(_) => "Receiver's TLS versions",
        Edit::ServerGroups(_) => "Receiver's key exchange",
        Edit::SecondTry(_) => "The first try",
        Edit::ReceiveList(_) => "Sender's domain is in the list",
        Edit::ReceiveDomainSecure(_) => "Receive connector: DomainSecureEnabled",
        Edit::AuthMechanism(_) => "AuthMechanism",
        Edit::Epa(_) => "ExtendedProtectionPolicy",
        Edit::Partners(_) => "Partners may submit",
        Edit::Reader(_) => "The recipient reads with",
        Edit::IconRule(_) => "Technical view of the mark",
    }
}

const fn choice(name: &'static str, note: &'static str) -> ChoiceText {
    ChoiceText { name, note }
}

fn switch(switch: Switch, note: &'static str) -> ChoiceText {
    choice(if switch.is_on() { "on" } else { "off" }, note)
}

/// Lines of an old list in an order of their own.
const OWN_LIST: &str = "a list of its own";
const OLD: &str = "SSL 3.0 and TLS 1.0 with the suites of that system's list, in an engine of the lab's own. Two such ends have a session; with rustls at the other end it ends in an alert.";

/// What a value is called, and the setting or the effect that it stands for. Seed, clock and sets are their own names.
fn value(edit: Edit) -> ChoiceText {
    match edit {
        Edit::Seed(_) | Edit::Clock(_) | Edit::AuthMechanism(_) => choice("", ""),
        Edit::Policy(value) => choice(policy(value).name, policy(value).setting),
        Edit::Sender(System::Exchange) => choice("Exchange 2007 or 2010", ""),
        Edit::Sender(System::Other) => choice("another one", ""),
        Edit::GoAhead(GoAhead::Exactly220) => choice("220 only, as Exchange", ""),
        Edit::GoAhead(GoAhead::Any2xx) => choice("any 2xx, as Postfix", ""),
        Edit::ClientCertificate(value) => client_certificate(value),
        Edit::SenderImports(value) => switch(value, "its internal CA, or its self-signed certificate"),
        Edit::SendDomainSecure(value) => switch(value, "`Set-SendConnector -DomainSecureEnabled`"),
        Edit::Routing(Routing::Dns) => {
            choice("by MX records", "`DNSRoutingEnabled`. The lab has no DNS: this is only a setting.")
        }
        Edit::Routing(Routing::SmartHost) => {
            choice("a smart host", "`SmartHosts`. Through one, `TLSSendDomainSecureList` has no effect.")
        }
        Edit::NextHop(value) => match value {
            NextHop::Internet => {
                choice("anybody's server", "It uses `STARTTLS`, and ignores `X-ANONYMOUSTLS`; its policy decides.")
            }
            NextHop::Hub => choice(
                "a Hub of its own organisation",
                "TLS by `X-ANONYMOUSTLS` with any certificate, then Kerberos. The policy says nothing here.",
            ),
            NextHop::Edge => choice(
                "its own Edge",
                "TLS by `X-ANONYMOUSTLS`, and both certificates have to be published in the directory. The policy says nothing here.",
            ),
        },
        Edit::DowngradedAuth(value) => switch(
            value,
            "`UseDowngradedExchangeServerAuth`, for lines with WAN optimisers: where TLS is suppressed, mail between own servers crosses in clear.",
        ),
        Edit::Controller(value) => match value {
            Controller::Up => choice("gives a ticket", "Kerberos is not run: this is only a setting."),
            Controller::Down => choice("does not answer", "No ticket: the mail waits."),
            Controller::ClockOff => choice(
                "refuses: the clock is off",
                "By more than the five minutes that Kerberos allows. The mail waits.",
            ),
            Controller::UnknownServer => choice(
                "knows no such server",
                "The receiver is another organisation's, and the sender goes to it as to its own.",
            ),
        },
        Edit::Published(value) => match value {
            Published::Both => choice("of both", "As after `New-EdgeSubscription`."),
            Published::Missing => choice("none", "There is no subscription."),
            Published::Renewed => choice(
                "the receiver's is renewed",
                "It shows another than the one that was published: subscribe again.",
            ),
        },
        Edit::AnonymousTls(value) => match value {
            AnonymousOffer::Offered => choice("offered", "Where `AuthMechanism` has `ExchangeServer`."),
            AnonymousOffer::Suppressed => choice("suppressed", "`SuppressXAnonymousTls`: not listed, and not known."),
        },
        Edit::ClientStack(value) => match value {
            TlsStack::Rustls => choice("rustls", "The real thing, with every suite of today that it has."),
            TlsStack::Ws2003 => choice("as Windows Server 2003", OLD),
            TlsStack::Ws2008 => choice("as Windows Server 2008", OLD),
        },
        Edit::ServerStack(value) => match value {
            TlsStack::Rustls => choice("rustls", "The real thing, with every suite of today that it has."),
            TlsStack::Ws2003 => choice("as Windows Server 2003", OLD),
            TlsStack::Ws2008 => choice("as Windows Server 2008", OLD),
        },
        Edit::ClientSuite(None) => choice("all that its list has on", "No effect with rustls."),
        Edit::ClientSuite(Some(list)) => match list.alone() {
            Some(line) => choice(
                line.name(),
                "This suite alone; with rustls it says nothing. An old receiver whose list is as by default has it on if it is there, and a certificate with a key for it: RSA, DSA or of the curve.",
            ),
            None => choice(OWN_LIST, "As it was put in order on the page of the suites. No effect with rustls."),
        },
        Edit::ServerSuite(None) => choice("what its list has on", "No effect with rustls."),
        Edit::ServerSuite(Some(list)) => choice(
            list.alone().map_or(OWN_LIST, OldLine::name),
            "With a certificate for each kind of key that it asks for: RSA, DSA or of the curve. No effect with rustls.",
        ),
        Edit::ClientSsl3(value) => {
            switch(value, "As when a program tried again with less after TLS had failed. No effect with rustls.")
        }
        Edit::ClientVersions(value) | Edit::ServerVersions(value) => choice(
            match value {
                Versions::Tls12 => "1.2 only",
                Versions::Tls13 => "1.3 only",
                Versions::Both => "1.2 and 1.3",
            },
            "",
        ),
        Edit::Verifier(Verifier::Records) => choice(
            "after the handshake",
            "As Exchange and Postfix do: the handshake is finished, and the policy judges what was found.",
        ),
        Edit::Verifier(Verifier::BreaksOff) => choice(
            "in the handshake",
            "As client libraries do: where the policy insists on the certificate, one that fails a check ends the handshake, with an alert.",
        ),
        Edit::ClientGroups(value) | Edit::ServerGroups(value) => match value {
            Groups::Classical => choice("X25519, P-256", ""),
            Groups::HybridFirst => {
                choice("X25519MLKEM768, X25519, P-256", "Post-quantum where both can, in TLS 1.3 alone.")
            }
            Groups::HybridLast => choice("X25519, P-256, X25519MLKEM768", "Post-quantum where the other end insists."),
            Groups::HybridOnly => choice("X25519MLKEM768 only", "Nothing without post-quantum. TLS 1.3 alone has it."),
            Groups::P384First => choice("P-384, P-256", ""),
        },
        Edit::SecondTry(value) => match value {
            SecondTry::None => choice("is taken", ""),
            SecondTry::Full => {
                choice("is put off", "Greylisting: `450` at first. The sender comes again in five minutes.")
            }
            SecondTry::Resumed => choice(
                "is put off, and TLS resumed",
                "Both ends keep their sessions: the second connection shows no certificate.",
            ),
        },
        Edit::Credentials(value) => match value {
            Credentials::None => choice("no login", ""),
            Credentials::Plain => choice("with PLAIN", ""),
            Credentials::Login => choice("with LOGIN", ""),
            Credentials::Ntlm => choice("with NTLM", "An answer to a challenge. Exchange offers it in clear, too."),
        },
        Edit::Password(value) => match value {
            Password::Strong => choice("a good one", "`correct horse`: no list of words has it."),
            Password::Weak => choice("a weak one", "`Summer2009`: lists of words have it."),
            Password::Wrong => choice("a wrong one", "With NTLM the sender tries three times."),
        },
        Edit::NtlmEra(value) => match value {
            NtlmEra::Ws2008 => choice("of 2008", "The server tells the time, so the client seals its messages."),
            NtlmEra::Ws2003 => choice("of 2003", "No time and no MIC."),
        },
        Edit::ClientBinding(value) => {
            switch(value, "The answer covers the hash of the certificate that the sender saw.")
        }
        Edit::Epa(value) => match value {
            Epa::None => choice("None", "Exchange's default: a binding is not looked at."),
            Epa::Allow => choice("Allow", "A binding may be missing, and must be right."),
            Epa::Require => choice("Require", "No NTLM without a binding. In clear modelled."),
        },
        Edit::Transfer(Transfer::Data) => choice("DATA, ended by a dot", ""),
        Edit::Transfer(Transfer::Chunking) => choice("BDAT, by length", ""),
        Edit::Pipelining(value) => {
            choice(if value == Pipelining::On { "on" } else { "off" }, "where the server offers `PIPELINING`")
        }
        Edit::Spoofs(value) => switch(value, "`X-MS-Exchange-Organization-AuthAs: Partner` in the message itself"),
        Edit::Path(value) => path(value),
        Edit::Flip(value) => match value {
            BitFlip::None => choice("none", ""),
            BitFlip::Data => choice(
                "in the mail",
                "Somebody on the path flips one bit, in TLS or in clear, where the mail has its date.",
            ),
            BitFlip::End => {
                choice("at the end of its record", "In the MAC, the tag or the padding. In clear there is none.")
            }
        },
        Edit::Server(value) => choice(
            match value {
                ServerProfile::Book => "The book's Exchange",
                ServerProfile::Exchange => "Exchange 2010",
                ServerProfile::Postfix => "Postfix",
            },
            "",
        ),
        Edit::Starttls(value) => offer(value),
        Edit::ServerCertificate(value) => certificate(value),
        Edit::ReceiverImports(value) => switch(value, "its internal CA, or its self-signed certificate"),
        Edit::ReceiveList(value) => switch(value, "`Set-TransportConfig -TLSReceiveDomainSecureList`"),
        Edit::ReceiveDomainSecure(value) => switch(value, "`Set-ReceiveConnector -DomainSecureEnabled`"),
        Edit::Partners(value) => switch(value, "`Set-ReceiveConnector -PermissionGroups Partners`"),
        Edit::Reader(Reader::Outlook) => choice("Outlook 2007 or 2010", ""),
        Edit::Reader(Reader::Other) => choice("another program", ""),
        Edit::IconRule(value) => choice(
            if value == IconRule::Technical { "on" } else { "off" },
            "The book asks for Exchange at both ends; server and Outlook cannot see what the sender runs. Inferred.",
        ),
    }
}

/// The policies by the names that administrators know.
pub fn policy(policy: ClientPolicy) -> PolicyText {
    let words = |name, setting, does| PolicyText { name, setting, does };
    match policy {
        ClientPolicy::Never => words(
            "Never use TLS",
            "`-IgnoreSTARTTLS $true` · Postfix `none`",
            "`Set-SendConnector`. `STARTTLS` is not sent, whatever the server offers.",
        ),
        ClientPolicy::Opportunistic => words(
            "Opportunistic",
            "Exchange's default · Postfix `may`",
            "Encrypt if offered, accept any certificate, and send in clear where TLS cannot be had.",
        ),
        ClientPolicy::VerifyOrClear => words(
            "Verify, or else send in clear",
            "the book's straw man",
            "No mail server ships it: a certificate that does not verify sends the mail back to clear text.",
        ),
        ClientPolicy::Required => words(
            "Require TLS",
            "`-RequireTLS $true` · Postfix `encrypt`",
            "`Set-SendConnector`. Encrypt or wait; any certificate will do.",
        ),
        ClientPolicy::Verified => words(
            "Require the MX's certificate",
            "`-TlsAuthLevel DomainValidation -TlsDomain` with the MX's host · Postfix `verify`",
            "`Set-SendConnector`, with `-RequireTLS $true`. The certificate must verify, and bear the name of the host that the MX record names.",
        ),
        ClientPolicy::VerifiedDomain => words(
            "Require the domain's certificate",
            "`-TlsAuthLevel DomainValidation` without `-TlsDomain` · Postfix `secure`",
            "`Set-SendConnector`, with `-RequireTLS $true`. The certificate must verify, and bear the recipient's domain or a name below it.",
        ),
        ClientPolicy::DomainSecure => words(
            "Domain Security",
            "`-TLSSendDomainSecureList`",
            "`Set-TransportConfig`. Mail for these domains goes to a server that has proved the domain, or waits; and the sender proves its own, if asked.",
        ),
        ClientPolicy::LegacyOff => words(
            "Exchange 2003, TLS off",
            "“TLS encryption” not ticked",
            "The box of the SMTP connector's advanced security is empty: TLS is never used.",
        ),
        ClientPolicy::LegacyOn => words(
            "Exchange 2003, TLS on",
            "“TLS encryption” ticked",
            "TLS always, and no way back. Whether certificates were checked by default is not established; here any will do.",
        ),
    }
}

fn path(path: Path) -> ChoiceText {
    match path {
        Path::Direct => choice("a listener", "Somebody may listen. Nothing is changed on the way."),
        Path::Relay => choice(
            "a hygiene service",
            "The domain's MX is a filter: it ends TLS with its own certificate, reads the mail and sends it on.",
        ),
        Path::Strip => choice(
            "an attacker who strips STARTTLS",
            "He writes over one keyword of the server's list. He breaks no cipher. A firewall that inspects SMTP does the same.",
        ),
        Path::StripBoth => choice(
            "an attacker who strips both offers",
            "He knows both keywords. One who knows STARTTLS alone leaves the other to servers of one organisation.",
        ),
        Path::Impostor => choice(
            "an attacker with his own certificate",
            "He answers in the receiver's place. Nobody vouches for his certificate, though the name in it is right.",
        ),
        Path::NtlmRelay => choice(
            "an attacker who relays NTLM",
            "He answers in the receiver's place, passes the login on while it is made, and is logged in. Its answer he can neither make nor use again.",
        ),
        Path::Misissued => choice(
            "an attacker with a mis-issued certificate",
            "The same, and a trusted CA has wrongly certified the receiver's name for his key.",
        ),
    }
}

fn offer(offer: Offer) -> ChoiceText {
    match offer {
        Offer::Offered => choice("offered", "Advertised, and accepted with `220`."),
        Offer::Required => choice(
            "required",
            "Mail without TLS gets `530`: `-RequireTLS $true`. A public mail exchanger must not do this (RFC 3207 §4).",
        ),
        Offer::Unavailable => choice("refused: 454", "Advertised, but the certificate or its key is out of order."),
        Offer::Says250 => {
            choice("answered: 250", "The book's misprint, played for real: `250` where `220` must stand.")
        }
        Offer::NotOffered => choice("not offered", "As Exchange does when no certificate fits the connector's name."),
    }
}

fn certificate(certificate: Certificate) -> ChoiceText {
    match certificate {
        Certificate::Trusted => choice("trusted", "For the right name, by the one root that everybody trusts."),
        Certificate::InternalCa => {
            choice("internal CA", "Issued by the receiver's own root, which the sender does not know.")
        }
        Certificate::SelfSigned => {
            choice("self-signed", "Its own issuer, as Exchange's Setup makes it. Trusted only where it was imported.")
        }
        Certificate::Expired => choice("expired", "Its validity ended before the scenario's date."),
        Certificate::NotYetValid => choice("not yet valid", "Its validity begins after the scenario's date."),
        Certificate::WrongName => choice("another name", "Trusted, but issued for `other.example`."),
        Certificate::WrongPurpose => choice("clients only", "Its extended key usage lacks serverAuth."),
        Certificate::Revoked => choice(
            "revoked",
            "Nothing tells the other side: revocation is not checked here, as in most mail servers. Exchange would ask for a list, and tolerate that none is to be had.",
        ),
    }
}

fn client_certificate(value: Option<Certificate>) -> ChoiceText {
    match value {
        None => choice("none", "It answers with an empty list, and the handshake goes on."),
        Some(Certificate::InternalCa) => {
            choice("internal CA", "Issued by the sender's own root, which the receiver does not know.")
        }
        Some(Certificate::WrongPurpose) => {
            choice("servers only", "Its extended key usage lacks clientAuth, as in what public CAs issue since 2026.")
        }
        Some(same) => certificate(same),
    }
}

/// A value of AuthMechanism: the cmdlet's name, and what it does.
fn flag(flag: AuthFlag) -> ChoiceText {
    let note = match flag {
        AuthFlag::Tls => "offer `STARTTLS`",
        AuthFlag::Integrated => "`AUTH NTLM`",
        AuthFlag::BasicAuth => "`AUTH LOGIN`",
        AuthFlag::BasicAuthRequireTls => "`LOGIN` inside TLS only",
        AuthFlag::ExchangeServer => "`X-ANONYMOUSTLS` and `X-EXPS`, for servers of one organisation",
        AuthFlag::ExternalAuthoritative => "something else secures the line: everybody counts as authenticated",
    };
    choice(flag.name(), note)
}

/// Exchange's reason.
fn conflict(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::DomainSecureIgnoresStartTls => {
            "`DomainSecureEnabled` on a Send connector needs `IgnoreSTARTTLS` to be `$false`: without TLS nobody can prove anything."
        }
        Conflict::DomainSecureNeedsDns => {
            "`DomainSecureEnabled` on a Send connector needs `DNSRoutingEnabled`: a smart host would end TLS on the way."
        }
        Conflict::ValidationNeedsTlsDomain => {
            "`TlsAuthLevel DomainValidation` through a smart host needs `TlsDomain`: which name the certificate has to bear."
        }
        Conflict::BasicRequireTlsNeedsBoth => "`BasicAuthRequireTLS` needs `BasicAuth` and `Tls` beside it.",
        Conflict::RequireTlsNeedsTls => {
            "`RequireTLS` needs `Tls` in `AuthMechanism`: nobody can be made to use what is not offered."
        }
        Conflict::ExternalStandsAlone => "`ExternalAuthoritative` goes alone or with `Tls`, and with nothing else.",
        Conflict::DomainSecureNeedsTls => {
            "`DomainSecureEnabled` on a Receive connector needs `Tls` in `AuthMechanism`."
        }
        Conflict::DomainSecureNotExternal => {
            "`DomainSecureEnabled` on a Receive connector does not go with `ExternalAuthoritative`: there everybody counts as authenticated already."
        }
        Conflict::EpaNeedsIntegrated => {
            "`ExtendedProtectionPolicy` other than `None` needs `Integrated` in `AuthMechanism`: there is no NTLM to protect."
        }
        Conflict::NothingToRelay => {
            "There is no NTLM to relay: the sender has to log in with it, at an Exchange server."
        }
        Conflict::HybridNeedsTls13 => "`X25519MLKEM768` is a group of TLS 1.3 alone, and only TLS 1.2 is enabled.",
        Conflict::SuiteNotInList => "A suite that it is to have is not in that system's list.",
        Conflict::SuiteNotInSsl3 => "SSL 3.0 has no suite that it is to offer.",
        Conflict::OwnServersAreExchange => {
            "A Hub or an Edge is an Exchange server, and so is one that sends to it as to its own."
        }
        Conflict::OwnServersMeet => {
            "Between two servers of one organisation nobody answers for one of them. What an impostor would meet under `X-EXPS` is not public, so the lab does not run it."
        }
        Conflict::OwnServersHaveRustls => "The lab has internal certificates for rustls alone.",
    }
}
