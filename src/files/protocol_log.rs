//! The protocol log that Exchange keeps of a connector, for the run: what one end sent, received and found out.
//!
//! ```text
//! #Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
//! ```
//!
//! Shape and words follow Microsoft's documents and logs that were published (docs/rules.md EX1); where none tells what Exchange would
//! write, the line says so. Unlike Exchange's, a thumbprint is SHA-256, and an algorithm that Windows has no name for is called what IANA calls it. Logins are left out, as
//! Exchange leaves them out.

use super::hosts::{connections, hosts};
use crate::bytes::{hex, printable};
use crate::calendar::Moment;
use crate::dissect::smtp::{Form, Role};
use crate::dissect::x509;
use crate::policy::Reason;
use crate::registry::{self, ALERTS, Cipher, GROUPS, Group, Hash, Version, name};
use crate::scenario::Side;
use crate::story::say::Facts;
use crate::tls::{Cause, CertificateCheck, Failure, OldError, RustlsError, SessionFacts, Verdict, sha256};
use crate::trace::{Actor, Close, Event, EventId, Micros, UnixMicros, What};

const FIELDS: &str =
    "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context";

/// The other end closed the connection where TLS should have gone on.
const SOCKET_ERROR: &str = "SocketError";

/// The log of the sender's Send connector, or of the receiver's Receive connector.
pub fn protocol_log(facts: Facts<'_>, side: Side) -> String {
    let kind = if side == Side::Client { "SMTP Send Protocol Log" } else { "SMTP Receive Protocol Log" };
    let begun = date_time(facts, 0);
    let mut out = format!(
        "#Software: STARTTLS lab\r\n#Version: 14.0.0.0\r\n#Log-type: {kind}\r\n#Date: {begun}\r\n#Fields: {FIELDS}\r\n"
    );
    for connection in connections(facts.trace) {
        let is_own = matches!(
            (side, facts.trace.seat(connection, side).actor),
            (Side::Client, Actor::Sender) | (Side::Server, Actor::Receiver)
        );
        if is_own {
            Session::new(facts, side, connection).write(&mut out);
        }
    }
    out
}

fn date_time(facts: Facts<'_>, micros: u64) -> String {
    let at = facts.trace.began.unwrap_or(UnixMicros(0)).after(Micros(micros));
    Moment::from(0).later(at.0).iso()
}

struct Session<'a> {
    facts: Facts<'a>,
    side: Side,
    connection: u16,
    connector: String,
    session: String,
    local: String,
    remote: String,
}

impl<'a> Session<'a> {
    fn new(facts: Facts<'a>, side: Side, connection: u16) -> Session<'a> {
        let (client, server) = hosts(facts.trace, connection);
        let (own, other) = if side == Side::Client { (client, server) } else { (server, client) };
        let host = own.name.split('.').next().unwrap_or_default().to_ascii_uppercase();
        let connector = if side == Side::Client { "Outbound".to_owned() } else { format!("{host}\\Inbound") };
        let wire = facts.trace.wire_sha256();
        let session = hex(sha256([&wire[..], &[connection as u8, side as u8]]).get(..8).unwrap_or_default());
        let endpoint = |host: super::NamedEndpoint| format!("{}:{}", host.address, host.port);
        let (local, remote) = (endpoint(own), endpoint(other));
        Session { facts, side, connection, connector, session: session.to_ascii_uppercase(), local, remote }
    }

    fn write(&self, out: &mut String) {
        let mut number = 0_usize;
        for (id, event) in self.facts.trace.events.iter().enumerate() {
            if event.connection != self.connection {
                continue;
            }
            for (mark, data, context) in self.lines(id, event) {
                let columns = [
                    date_time(self.facts, event.at.0),
                    self.connector.clone(),
                    self.session.clone(),
                    number.to_string(),
                    self.local.clone(),
                    self.remote.clone(),
                    mark.to_owned(),
                    data,
                    context,
                ];
                number += 1;
                out.push_str(&columns.map(|column| quoted(&column)).join(","));
                out.push_str("\r\n");
            }
        }
    }

    /// What an event adds to the log: event, data, context.
    fn lines(&self, id: EventId, event: &Event) -> Vec<(&'static str, String, String)> {
        let is_own = event.who == self.side;
        let note = |context: &str| ("*", String::new(), context.to_owned());
        match &event.what {
            What::Opened if self.side == Side::Client => {
                vec![note("attempting to connect"), ("+", String::new(), String::new())]
            }
            What::Opened => vec![("+", String::new(), String::new())],
            What::Sent { text: Some(_), .. } => self.line(id, is_own),
            // The receiving policy looks at it once more at MAIL FROM.
            What::Checked(_) if !self.is_first_check(id, event.who) => Vec::new(),
            What::Checked(check) if is_own => certificate(check, "Remote certificate"),
            // What the other end was shown is what this one sent.
            What::Checked(check) => certificate(check, "Sending certificate"),
            What::TlsUp(up) if is_own => vec![note(&negotiated(up, self.side))],
            What::TlsFailed(failure) if is_own && !self.is_up_before(id) => {
                vec![note(&format!("TLS negotiation failed with error {}", self.tls_error(failure)))]
            }
            // A policy that does not judge the certificate has nothing to say about it.
            What::Decided(decision) if is_own && decision.has(Reason::CertificateFailed) && !decision.takes_any() => {
                let before = self.facts.trace.events.iter().take(id).rev();
                let mut checks = before.filter_map(|before| match &before.what {
                    What::Checked(check) if before.connection == self.connection && before.who == self.side => {
                        Some(check)
                    }
                    _ => None,
                });
                let status = checks.next().map(statuses).unwrap_or_default();
                let validates = decision.sender().is_some_and(|decided| decided.seen.demands().validates());
                let level = if validates { " for auth level DomainValidation" } else { "" };
                vec![note(&format!("Outbound TLS authentication failed{level} with error {status}"))]
            }
            What::Closed(close) if is_own => vec![("-", String::new(), self.ended_by(id, *close).to_owned())],
            _ => Vec::new(),
        }
    }

    /// The one word that Exchange has for it, as far as one was seen. An alert's is not known.
    fn tls_error(&self, failure: &Failure) -> String {
        match (failure.alert, &failure.cause) {
            (None, Cause::Ended) => return SOCKET_ERROR.to_owned(),
            // What came was no TLS.
            (_, Cause::Rustls { kind: RustlsError::InvalidMessage, .. })
            | (_, Cause::Old(OldError::NotRecord | OldError::EmptyRecord)) => return "InvalidToken".to_owned(),
            _ => {}
        }
        let what = failure.alert.map(|(by, code)| {
            let how = if by == self.side { "sent" } else { "received" };
            format!(": alert {} {how}", name(ALERTS, code).map_or_else(|| code.to_string(), str::to_owned))
        });
        format!("(not established{})", what.unwrap_or_default())
    }

    /// Which end ended the connection. At QUIT each end's log has itself.
    fn ended_by(&self, closed: EventId, close: Close) -> &'static str {
        let before = self.facts.trace.events.iter().take(closed).rev();
        let mut failures = before.filter_map(|event| match &event.what {
            What::TlsFailed(failure) if (event.connection, event.who) == (self.connection, self.side) => Some(failure),
            _ => None,
        });
        match (close, failures.next()) {
            (Close::TlsFailed, Some(Failure { alert: None, cause: Cause::Ended })) => "Remote(SocketError)",
            // A fatal alert ends the connection. RFC 8446 §6.2
            (Close::TlsFailed, Some(Failure { alert: Some((by, _)), .. })) if *by != self.side => "Remote",
            (Close::PeerClosed, _) => "Remote",
            _ => "Local",
        }
    }

    /// TLS was negotiated: what ends it later is no negotiation that fails.
    fn is_up_before(&self, id: EventId) -> bool {
        let mut before = self.facts.trace.events.iter().take(id);
        before.any(|event| {
            (event.connection, event.who) == (self.connection, self.side) && matches!(event.what, What::TlsUp(_))
        })
    }

    fn is_first_check(&self, id: EventId, who: Side) -> bool {
        let mut before = self.facts.trace.events.iter().take(id);
        !before.any(|event| {
            event.connection == self.connection && event.who == who && matches!(event.what, What::Checked(_))
        })
    }

    fn line(&self, id: EventId, is_own: bool) -> Vec<(&'static str, String, String)> {
        let Some(line) = self.facts.reading.line(id) else { return Vec::new() };
        let mark = if is_own { ">" } else { "<" };
        let words = match (&line.role, &line.form) {
            // The message itself is not logged.
            (Role::Content, _) => return Vec::new(),
            (Role::AuthResponse, _) => "<authentication response>".to_owned(),
            (Role::Reply { code: 334, .. }, _) => "334 <authentication response>".to_owned(),
            (Role::Command { verb }, Form::Sasl { mechanism, .. }) => format!("{verb} {mechanism}"),
            _ => self.overwritten(id).filter(|_| is_own).unwrap_or_else(|| line.text.clone()),
        };
        vec![(mark, words, String::new())]
    }

    /// What a line was before the path made another of it: its sender knows no other.
    fn overwritten(&self, id: EventId) -> Option<String> {
        self.facts.trace.sent(id).map(|sent| printable(sent.trim_ascii_end()))
    }
}

/// A column, in quotes where it would be several. Line breaks cannot stand in a line.
fn quoted(column: &str) -> String {
    let plain: String = column.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.contains([',', '"']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}

fn certificate(check: &CertificateCheck, heading: &str) -> Vec<(&'static str, String, String)> {
    let Some(der) = check.presented.first() else { return Vec::new() };
    let mut lines = vec![("*", String::new(), heading.to_owned())];
    let Ok(certificate) = x509::certificate(der) else { return lines };
    let facts = [
        (x509::name_line(&certificate.subject), "Certificate subject"),
        (x509::name_line(&certificate.issuer), "Certificate issuer name"),
        (hex(&certificate.serial).to_ascii_uppercase(), "Certificate serial number"),
        (hex(&sha256([der.as_slice()])).to_ascii_uppercase(), "Certificate thumbprint"),
        (certificate.dns_names.join(";"), "Certificate alternate names"),
    ];
    lines.extend(facts.map(|(data, context)| ("*", data, context.to_owned())));
    lines
}

/// The checks that failed, in the words of the verifier of Windows where it has some.
fn statuses(check: &CertificateCheck) -> String {
    let failed = |verdict: &Verdict| matches!(verdict, Verdict::Fail(_));
    let all = [
        (failed(&check.chain), "UntrustedRoot"),
        (failed(&check.name), "SubjectMismatch"),
        (failed(&check.dates), "CertificateExpired"),
        (failed(&check.purpose), "WrongUsage"),
    ];
    let found: Vec<&str> = all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    found.join(" ")
}

/// `TLS protocol … negotiation succeeded using …`: version, cipher, hash and key exchange in the names of Schannel.
fn negotiated(up: &SessionFacts, side: Side) -> String {
    let role = if side == Side::Client { "CLIENT" } else { "SERVER" };
    let protocol = match up.version {
        Version::TLS12 => format!("SP_PROT_TLS1_2_{role}"),
        Version::TLS13 => format!("SP_PROT_TLS1_3_{role}"),
        Version(other) => format!("{other:#06x}"),
    };
    let suite = registry::suite(up.suite);
    let (cipher, strength) = match suite.map(|suite| suite.cipher) {
        Some(Cipher::Aes256) => ("CALG_AES_256", 256),
        Some(Cipher::Aes128) => ("CALG_AES_128", 128),
        Some(Cipher::ChaCha20) => ("CHACHA20_POLY1305", 256),
        _ => ("unknown", 0),
    };
    let is_longer = suite.is_some_and(|suite| suite.hash == Hash::Sha384);
    let (hash, hash_strength) = if is_longer { ("CALG_SHA_384", 384) } else { ("CALG_SHA_256", 256) };
    // A curve's strength is the length of its field's prime.
    let (exchange, exchange_strength) = match up.group.and_then(Group::from_code) {
        Some(group) => ("CALG_ECDHE", group.field_bits()),
        None => (up.group.and_then(|code| name(GROUPS, code)).unwrap_or("unknown"), 0),
    };
    format!(
        "TLS protocol {protocol} negotiation succeeded using bulk encryption algorithm {cipher} with strength {strength} bits, \
         MAC hash algorithm {hash} with strength {hash_strength} bits and key exchange algorithm {exchange} with strength {exchange_strength} bits"
    )
}
