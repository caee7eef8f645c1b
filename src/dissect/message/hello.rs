//! ClientHello, ServerHello, HelloRetryRequest and EncryptedExtensions. RFC 8446 §4.1 to §4.3, RFC 5246 §7.4.1

use super::extensions::{self, Found, Place};
use crate::dissect::facts::{ClientHello, MessageFacts, ServerHello};
use crate::dissect::field::{Fields, Kind, Read};
use crate::registry::{CIPHER_SUITES, COMPRESSION_METHODS, HANDSHAKE_TYPES, VERSIONS, Version};

/// The random that makes a ServerHello a HelloRetryRequest: the SHA-256 of that word. RFC 8446 §4.1.3
const HELLO_RETRY_REQUEST: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11,
    0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

/// How the random of a server ends that could do better than the version it chose. RFC 8446 §4.1.3
const DOWNGRADE: &[u8] = b"DOWNGRD";

const RANDOM: usize = 32;

/// RFC 8446 §4.1.2
pub(super) fn client_hello(fields: &mut Fields) -> Read<MessageFacts> {
    fields.cite_group("RFC 8446 §4.1.2");
    let legacy_version = fields.code16(
        VERSIONS,
        "legacy_version",
        "the highest version before TLS 1.3; supported_versions has them all",
    )?;
    fields.opaque(RANDOM, "random", "new for every connection, so that no two have the same keys")?;
    fields.opaque_vector(1, "legacy_session_id", "names a session to resume; in TLS 1.3 a name that means nothing")?;
    let suites = fields.vector(
        2,
        "cipher_suites",
        "what may protect the connection, the client's favourite first",
        |fields| fields.repeat(|fields| fields.code16(CIPHER_SUITES, "cipher_suite", "")),
    )?;
    let note = "compression leaks what it compresses: only null is left";
    fields.vector(1, "legacy_compression_methods", note, |fields| {
        fields.repeat(|fields| fields.code8(COMPRESSION_METHODS, "compression_method", ""))
    })?;
    let found = extensions::read(fields, Place::ClientHello)?;
    let hello = suites.map(|suites| {
        let versions = found.versions.unwrap_or_else(|| vec![Version(legacy_version)]);
        MessageFacts::ClientHello(ClientHello {
            suites,
            versions,
            server_name: found.server_name,
            groups: found.groups,
            asks_for_status: found.status,
            is_sslv2: false,
        })
    });
    Ok(hello.unwrap_or(MessageFacts::Malformed))
}

/// A ClientHello in the form of SSL 2.0, by which clients asked for SSL 3.0 or TLS while some servers knew neither. Gives its challenge,
/// too, which is what the random is made of. RFC 5246 §E.2
pub(super) fn sslv2_hello<'a>(fields: &mut Fields<'a>) -> Read<(MessageFacts, &'a [u8])> {
    fields.cite_group("RFC 5246 §E.2");
    fields.leaf(2, Kind::Plain, "msg_length", "how many octets follow; the first bit is always set", |octets| {
        let length = octets.iter().fold(0, |length, &octet| length << 8 | u32::from(octet));
        (length & 0x7FFF).to_string()
    })?;
    fields.code8(HANDSHAKE_TYPES, "msg_type", "")?;
    let version = fields.code16(VERSIONS, "version", "the highest that the client has")?;
    let specs = fields.u16("cipher_spec_length", "")?;
    let session_id = fields.u16("session_id_length", "")?;
    let challenge = fields.u16("challenge_length", "")?;
    let suites = fields.bounded(specs.into(), "cipher_specs", |fields| {
        fields
            .repeat(|fields| fields.code24(CIPHER_SUITES, "cipher_spec", "of TLS with a zero in front, or of SSL 2.0"))
    })?;
    fields.opaque(session_id.into(), "session_id", "empty: nothing of SSL 2.0 can be resumed")?;
    let note = "the client's random; in TLS it has zeros in front, up to 32 octets";
    let challenge = fields.opaque(challenge.into(), "challenge", note)?;
    let hello = suites.map(|suites| {
        MessageFacts::ClientHello(ClientHello {
            suites: suites.into_iter().filter_map(|suite| u16::try_from(suite).ok()).collect(),
            versions: vec![Version(version)],
            server_name: None,
            groups: Vec::new(),
            asks_for_status: false,
            is_sslv2: true,
        })
    });
    Ok((hello.unwrap_or(MessageFacts::Malformed), challenge))
}

/// RFC 8446 §4.1.3, §4.1.4
pub(super) fn server_hello(fields: &mut Fields) -> Read<MessageFacts> {
    fields.cite_group("RFC 8446 §4.1.3");
    let legacy_version =
        fields.code16(VERSIONS, "legacy_version", "the version, if supported_versions does not name another")?;
    let is_hello_retry_request = fields.rest().starts_with(&HELLO_RETRY_REQUEST);
    if is_hello_retry_request {
        fields.say("a HelloRetryRequest");
    }
    random(fields, is_hello_retry_request)?;
    fields.opaque_vector(
        1,
        "legacy_session_id_echo",
        "in TLS 1.3 the client's; in TLS 1.2 the name of this session",
    )?;
    let suite = fields.code16(CIPHER_SUITES, "cipher_suite", "what will protect the connection")?;
    fields.code8(COMPRESSION_METHODS, "legacy_compression_method", "none")?;
    let place = if is_hello_retry_request { Place::HelloRetryRequest } else { Place::ServerHello };
    let Found { version, group, has_extended_master, encrypts_first, takes_psk, .. } = extensions::read(fields, place)?;
    let version = version.unwrap_or(Version(legacy_version));
    Ok(MessageFacts::ServerHello(ServerHello {
        version,
        suite,
        group,
        is_hello_retry_request,
        has_extended_master,
        encrypts_first,
        takes_psk,
    }))
}

fn random(fields: &mut Fields, is_hello_retry_request: bool) -> Read<()> {
    if is_hello_retry_request {
        let note = "the SHA-256 of “HelloRetryRequest”, by which one knows that this is no ServerHello";
        return fields.opaque(RANDOM, "random", note).map(|_| ());
    }
    let note = "new for every connection, so that no two have the same keys";
    let is_downgrade = fields.rest().get(RANDOM - DOWNGRADE.len() - 1..).is_some_and(|end| end.starts_with(DOWNGRADE));
    if is_downgrade {
        fields.opaque(RANDOM - DOWNGRADE.len() - 1, "random", note)?;
        let note = "“DOWNGRD”: the server could do better, so a client that can too knows that somebody interfered";
        fields.text(DOWNGRADE.len(), "downgrade sentinel", note)?;
        fields.u8("downgrade sentinel", "1: TLS 1.2 was chosen; 0: an older one").map(|_| ())
    } else {
        fields.opaque(RANDOM, "random", note).map(|_| ())
    }
}

/// RFC 8446 §4.3.1
pub(super) fn encrypted_extensions(fields: &mut Fields) -> Read<MessageFacts> {
    fields.cite_group("RFC 8446 §4.3.1");
    extensions::read(fields, Place::EncryptedExtensions)?;
    Ok(MessageFacts::None)
}
