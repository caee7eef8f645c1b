//! Reads the messages of TLS, each by one reader, which gives its fields and what the page's rows say of it. RFC 8446 §4, RFC 5246 §7
//!
//! ```text
//! msg_type (1)  length (3)  body (length)          handshake
//! level (1)  description (1)                       alert
//! ```
//!
//! A body means different things in different versions and suites, so a reader is told what was chosen before ([`Context`]).
//! Left out: the insides of OCSP responses, signed certificate timestamps, delegated credentials and encrypted client hellos, and
//! key exchanges that need a shared secret or Kerberos; they are shown as octets.

mod certificate;
mod exchange;
mod extensions;
mod hello;

use crate::dissect::facts::MessageFacts;
use crate::dissect::field::{Field, Fields, Read};
use crate::registry::{
    ALERT_LEVELS, ALERTS, CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_STATUS, CERTIFICATE_VERIFY, CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE, COMPRESSED_CERTIFICATE, ENCRYPTED_EXTENSIONS, END_OF_EARLY_DATA, FINISHED, HANDSHAKE_TYPES,
    HELLO_REQUEST, KEY_UPDATE, KeyExchange, Lengths, Mode, NEW_SESSION_TICKET, SERVER_HELLO, SERVER_HELLO_DONE,
    SERVER_KEY_EXCHANGE, Suite, Version, name, suite,
};

/// What was chosen before a message, as far as it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    pub version: Option<Version>,
    pub suite: Option<u16>,
}

impl Context {
    /// After a message of this content.
    pub fn after(self, facts: &MessageFacts) -> Context {
        match facts {
            MessageFacts::ServerHello(hello) => Context { version: Some(hello.version), suite: Some(hello.suite) },
            _ => self,
        }
    }

    pub fn is_tls13(self) -> bool {
        self.version == Some(Version::TLS13)
    }

    /// TLS 1.2 or one before it was chosen.
    pub fn is_before_tls13(self) -> bool {
        self.version.is_some_and(|version| version <= Version::TLS12)
    }

    /// TLS 1.2 and later name the algorithm of a signature. RFC 5246 §4.7
    fn names_signatures(self) -> bool {
        self.version.is_none_or(|version| version >= Version::TLS12)
    }

    pub(super) fn suite(self) -> Option<Suite> {
        self.suite.and_then(suite)
    }

    /// How the ends come to the premaster secret, where the suite says it and is known.
    fn key_exchange(self) -> Option<KeyExchange> {
        self.suite().map(|suite| suite.key_exchange)
    }

    /// What a sealed record is made of, and how. RFC 5246 §6.2.3, RFC 8446 §5.2
    pub fn sealing(self) -> Option<(Mode, Lengths)> {
        let suite = self.suite()?;
        // A suite with an AEAD belongs to one version.
        let version = if suite.mode.is_aead() { suite.versions.last } else { self.version? };
        Some((suite.mode, suite.lengths(version)))
    }
}

/// A whole handshake message, header included: its fields, and what is said of it.
pub fn handshake(octets: &[u8], context: Context) -> (MessageFacts, Vec<Field>) {
    let (facts, fields) = Fields::of(octets, |fields| read_handshake(fields, context));
    (facts.unwrap_or(MessageFacts::Malformed), fields)
}

/// The next handshake message, header included. RFC 8446 §4
pub fn read_handshake(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    let handshake_type = fields.peek().unwrap_or(u8::MAX);
    let (title, note) = title(handshake_type);
    fields.cite(if context.is_before_tls13() { "RFC 5246 §7.4" } else { "RFC 8446 §4" });
    fields.group(title, note, |fields| {
        fields.code8(HANDSHAKE_TYPES, "msg_type", "which message this is")?;
        let length = fields.number(3, "length", "how many octets of the message follow")? as usize;
        let facts = fields.bounded(length, title, |fields| body(fields, handshake_type, context))?;
        Ok(facts.unwrap_or(MessageFacts::Malformed))
    })
}

/// A whole ClientHello in the form of SSL 2.0: what is said of it, and the random that it stands for. RFC 5246 §E.2
pub fn read_sslv2_hello(fields: &mut Fields) -> Read<(MessageFacts, [u8; 32])> {
    let (title, note) = title(CLIENT_HELLO);
    fields.group(title, note, |fields| {
        fields.say("in the form of SSL 2.0");
        let (facts, challenge) = hello::sslv2_hello(fields)?;
        let mut random = [0; 32];
        random.iter_mut().rev().zip(challenge.iter().rev()).for_each(|(random, octet)| *random = *octet);
        Ok((facts, random))
    })
}

fn body(fields: &mut Fields, handshake_type: u8, context: Context) -> Read<MessageFacts> {
    match handshake_type {
        CLIENT_HELLO => hello::client_hello(fields),
        SERVER_HELLO => hello::server_hello(fields),
        ENCRYPTED_EXTENSIONS => hello::encrypted_extensions(fields),
        CERTIFICATE => certificate::certificate(fields, context),
        CERTIFICATE_REQUEST => certificate::certificate_request(fields, context),
        CERTIFICATE_VERIFY => certificate::certificate_verify(fields, context),
        CERTIFICATE_STATUS => certificate::certificate_status(fields),
        COMPRESSED_CERTIFICATE => certificate::compressed_certificate(fields),
        SERVER_KEY_EXCHANGE => exchange::server_key_exchange(fields, context),
        CLIENT_KEY_EXCHANGE => exchange::client_key_exchange(fields, context),
        FINISHED => exchange::finished(fields, context),
        NEW_SESSION_TICKET => exchange::new_session_ticket(fields, context),
        KEY_UPDATE => exchange::key_update(fields),
        // These say all by being there. RFC 5246 §7.4.1.1, §7.4.5, RFC 8446 §4.5
        HELLO_REQUEST | SERVER_HELLO_DONE | END_OF_EARLY_DATA => Ok(MessageFacts::None),
        _ => {
            fields.opaque(fields.left(), "body", "a message that this reader does not know").map(|_| MessageFacts::None)
        }
    }
}

/// What a message is called where it is defined, and what it is for.
fn title(handshake_type: u8) -> (&'static str, &'static str) {
    match handshake_type {
        HELLO_REQUEST => ("HelloRequest", "the server asks for a new handshake"),
        CLIENT_HELLO => ("ClientHello", "what the client can do, for the server to choose from"),
        SERVER_HELLO => ("ServerHello", "what the server chose"),
        NEW_SESSION_TICKET => ("NewSessionTicket", "with it the client may resume this session later"),
        END_OF_EARLY_DATA => ("EndOfEarlyData", "the client's early data ends here"),
        ENCRYPTED_EXTENSIONS => ("EncryptedExtensions", "the server's answers that need not be in clear"),
        CERTIFICATE => ("Certificate", "who the sender says it is: its certificate, then those that vouch for it"),
        SERVER_KEY_EXCHANGE => ("ServerKeyExchange", "the server's half of the key exchange, signed"),
        CERTIFICATE_REQUEST => ("CertificateRequest", "the server wants to know who the client is"),
        SERVER_HELLO_DONE => ("ServerHelloDone", "the server has said all; the client's turn"),
        CERTIFICATE_VERIFY => ("CertificateVerify", "proof that the sender has the key of its certificate"),
        CLIENT_KEY_EXCHANGE => ("ClientKeyExchange", "the client's half of the key exchange"),
        FINISHED => ("Finished", "proof that both ends saw the same handshake and have the same keys"),
        CERTIFICATE_STATUS => ("CertificateStatus", "what the CA says today of the certificate"),
        KEY_UPDATE => ("KeyUpdate", "the sender's next records are under new keys"),
        COMPRESSED_CERTIFICATE => ("CompressedCertificate", "a Certificate message, compressed"),
        _ => ("Handshake", ""),
    }
}

/// An alert. RFC 8446 §6, RFC 5246 §7.2
pub fn alert(fields: &mut Fields) -> Read<MessageFacts> {
    fields.cite("RFC 8446 §6");
    fields.group("Alert", "the sender ends the connection, or says what is wrong", |fields| {
        let level = fields.code8(ALERT_LEVELS, "level", "TLS 1.3 goes by the description alone")?;
        let description = fields.code8(ALERTS, "description", "")?;
        fields.say(name(ALERTS, description).unwrap_or_default());
        Ok(MessageFacts::Alert { level, description })
    })
}

/// RFC 5246 §7.1, RFC 8446 §5
pub fn change_cipher_spec(fields: &mut Fields, context: Context) -> Read<()> {
    let (source, note) = if context.is_tls13() {
        ("RFC 8446 §D.4", "means nothing in TLS 1.3: it makes middleboxes believe that they see TLS 1.2")
    } else {
        ("RFC 5246 §7.1", "the sender's next records are sealed with the keys agreed upon")
    };
    fields.cite(source);
    fields.group("ChangeCipherSpec", note, |fields| fields.u8("type", "always 1").map(|_| ()))
}
