//! The switches, with the settings of real servers that they stand for.

use crate::scenario::{
    ClientPolicy, Credentials, GoAhead, Offer, Pipelining, ServerCertificate, ServerProfile, Transfer, Versions,
};
use crate::text::{Choice, Controls};

pub const CONTROLS: Controls = Controls {
    heading: "What if",
    sender: "Sender",
    receiver: "Receiver",
    policy: "What the sender does about TLS",
    policies,
    go_ahead: "Takes for a yes",
    go_aheads: |go_ahead| match go_ahead {
        GoAhead::Exactly220 => "220 only, as Exchange",
        GoAhead::Any2xx => "any 2xx, as Postfix",
    },
    versions: "TLS versions",
    version: |versions| match versions {
        Versions::Tls12 => "1.2 only",
        Versions::Tls13 => "1.3 only",
        Versions::Both => "1.2 and 1.3",
    },
    credentials: "Log in",
    credential: |credentials| match credentials {
        Credentials::None => "no login",
        Credentials::Plain => "with PLAIN",
        Credentials::Login => "with LOGIN",
        Credentials::Ntlm => "with NTLM",
        Credentials::WrongPassword => "with a wrong password",
    },
    transfer: "Transfer",
    transfers: |transfer| match transfer {
        Transfer::Data => "DATA, ended by a dot",
        Transfer::Chunking => "BDAT, by length",
    },
    pipelining: "Send commands in groups",
    pipelined: |pipelining| match pipelining {
        Pipelining::Off => false,
        Pipelining::On => true,
    },
    pipelining_note: "where the server offers `PIPELINING`",
    server: "Server",
    servers: |server| match server {
        ServerProfile::Book => "The book's Exchange",
        ServerProfile::Postfix => "Postfix",
    },
    starttls: "STARTTLS",
    offers: |offer| match offer {
        Offer::Offered => Choice { name: "offered", note: "Advertised, and accepted with `220`." },
        Offer::Required => Choice {
            name: "offered and required",
            note: "Mail without TLS gets `530`. A public mail exchanger must not do this (RFC 3207 §4).",
        },
        Offer::Unavailable => Choice {
            name: "offered, refused with 454",
            note: "Advertised, but the certificate or its key is out of order.",
        },
        Offer::Says250 => Choice {
            name: "offered, answered 250",
            note: "The book's misprint, played for real: `250` where `220` must stand.",
        },
        Offer::NotOffered => {
            Choice { name: "not offered", note: "As Exchange does when no certificate fits the connector's name." }
        }
    },
    certificate: "Certificate",
    certificates,
    randomness: "Keys and randoms",
    seed: "Seed",
    seed_note: "Every key and random number is drawn from this number. Another seed gives other octets and the same story; never do this outside a lab.",
};

fn policies(policy: ClientPolicy) -> Choice {
    match policy {
        ClientPolicy::Never => Choice { name: "Never use TLS", note: "Exchange `IgnoreSTARTTLS`, Postfix `none`" },
        ClientPolicy::Opportunistic => Choice {
            name: "Opportunistic",
            note: "Encrypt if offered, accept any certificate. Exchange's default, Postfix `may`",
        },
        ClientPolicy::VerifyOrClear => Choice {
            name: "Verify, or else send in clear",
            note: "The book's straw man: no mail server ships it. A bad certificate sends the mail back to clear text.",
        },
        ClientPolicy::Required => Choice {
            name: "Require TLS",
            note: "Encrypt or wait, accept any certificate. Exchange `RequireTLS`, Postfix `encrypt`",
        },
        ClientPolicy::Verified => Choice {
            name: "Require a valid certificate",
            note: "Verify or wait. Exchange `TlsAuthLevel DomainValidation`, Postfix `verify`",
        },
    }
}

fn certificates(certificate: ServerCertificate) -> Choice {
    match certificate {
        ServerCertificate::Trusted => {
            Choice { name: "trusted, for the right name", note: "Issued by the one root that the sender trusts." }
        }
        ServerCertificate::InternalCa => Choice {
            name: "from an internal CA",
            note: "Issued by the receiver's own root, which the sender does not know.",
        },
        ServerCertificate::SelfSigned => Choice {
            name: "self-signed",
            note: "Its own issuer, as Setup installs it. Trusted only where somebody imported it.",
        },
        ServerCertificate::Expired => {
            Choice { name: "expired", note: "Its validity ended before the scenario's date." }
        }
        ServerCertificate::NotYetValid => {
            Choice { name: "not yet valid", note: "Its validity begins after the scenario's date." }
        }
        ServerCertificate::WrongName => {
            Choice { name: "for another name", note: "Trusted, but issued for `other.example`." }
        }
        ServerCertificate::WrongPurpose => {
            Choice { name: "for clients only", note: "Its extended key usage lacks serverAuth." }
        }
        ServerCertificate::Revoked => Choice {
            name: "revoked",
            note: "Nothing tells the sender: revocation is not checked here, as in most mail servers. It passes like a good one.",
        },
    }
}
