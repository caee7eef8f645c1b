//! The extensions of hellos, certificates, requests and tickets. RFC 8446 §4.2, and the RFC of each
//!
//! What an extension holds depends on the message it is in: what is a list where the client offers is one value where the server chose.

use crate::bytes::printable;
use crate::dissect::der;
use crate::dissect::field::{Fields, Read};
use crate::dissect::x509;
use crate::registry::{
    CERTIFICATE_COMPRESSIONS, CERTIFICATE_TYPES, EC_POINT_FORMATS, EXTENSIONS, FRAGMENT_LENGTHS, GROUPS,
    HEARTBEAT_MODES, NAME_TYPES, PSK_MODES, SIGNATURE_SCHEMES, STATUS_TYPES, Table, VERSIONS, Version, X25519MLKEM768,
    extension, is_grease, name,
};

/// The message that extensions are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    ClientHello,
    ServerHello,
    HelloRetryRequest,
    EncryptedExtensions,
    Certificate,
    CertificateRequest,
    NewSessionTicket,
}

/// What extensions say that is needed elsewhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// That a client offers.
    pub(super) versions: Option<Vec<Version>>,
    /// That a server chose.
    pub(super) version: Option<Version>,
    pub(super) server_name: Option<String>,
    /// That a client offers.
    pub(super) groups: Vec<u16>,
    /// That a server chose or asks for.
    pub(super) group: Option<u16>,
    /// status_request: asked for, or there.
    pub(super) status: bool,
    /// extended_master_secret: offered, or agreed to.
    pub(super) has_extended_master: bool,
    /// encrypt_then_mac: the same.
    pub(super) encrypts_first: bool,
    /// The server takes one of the client's pre-shared keys.
    pub(super) takes_psk: bool,
}

/// All extensions of a message. In TLS 1.2 there may be none, and then there is not even their length. RFC 5246 §7.4.1.2
pub(super) fn read(fields: &mut Fields, place: Place) -> Read<Found> {
    let mut found = Found::default();
    if fields.left() > 0 {
        fields.vector(2, "extensions", "what the first versions of TLS did not know of", |fields| {
            fields.repeat(|fields| extension(fields, place, &mut found)).map(|_| ())
        })?;
    }
    Ok(found)
}

fn extension(fields: &mut Fields, place: Place, found: &mut Found) -> Read<()> {
    let code = fields.rest().first_chunk().map(|&octets| u16::from_be_bytes(octets));
    let title = code.and_then(|code| name(EXTENSIONS, code)).unwrap_or("extension");
    let (note, source) = about(code.unwrap_or_default());
    fields.citing(source, |fields| {
        fields.group(title, note, |fields| {
            let code = fields.citing("RFC 8446 §4.2", |fields| fields.code16(EXTENSIONS, "extension_type", ""))?;
            let length = fields.citing("RFC 8446 §4.2", |fields| fields.u16("length", "how many octets follow"))?;
            found.status |= code == extension::STATUS_REQUEST;
            found.has_extended_master |= code == extension::EXTENDED_MASTER_SECRET;
            found.encrypts_first |= code == extension::ENCRYPT_THEN_MAC;
            fields.bounded(usize::from(length), title, |fields| data(fields, code, place, found))?;
            Ok(())
        })
    })
}

/// What an extension is for, and where it is defined.
fn about(code: u16) -> (&'static str, &'static str) {
    match code {
        extension::SERVER_NAME => {
            ("the host that the client wants, in clear: one address may serve many", "RFC 6066 §3")
        }
        extension::MAX_FRAGMENT_LENGTH => ("a smaller limit on fragments than 2^14 octets", "RFC 6066 §4"),
        extension::STATUS_REQUEST => ("what the CA says today of the certificate, without asking it", "RFC 6066 §8"),
        extension::SUPPORTED_GROUPS => {
            ("the groups that the client can exchange keys in, the favourite first", "RFC 8446 §4.2.7")
        }
        extension::EC_POINT_FORMATS => {
            ("how points of a curve may be written; only uncompressed is left", "RFC 8422 §5.1.2")
        }
        extension::SIGNATURE_ALGORITHMS => ("which signatures the sender can check", "RFC 8446 §4.2.3"),
        extension::USE_SRTP => ("keys for SRTP", "RFC 5764 §4.1"),
        extension::HEARTBEAT => ("messages that only ask for an answer", "RFC 6520 §2"),
        extension::APPLICATION_LAYER_PROTOCOL_NEGOTIATION => ("which protocol is to be spoken inside", "RFC 7301 §3.1"),
        extension::STATUS_REQUEST_V2 => ("as status_request, for all certificates of the chain", "RFC 6961 §2.2"),
        extension::SIGNED_CERTIFICATE_TIMESTAMP => ("proof that the certificate is in a public log", "RFC 6962 §3.3.1"),
        extension::CLIENT_CERTIFICATE_TYPE => ("which kinds of certificate the client can show", "RFC 7250 §3"),
        extension::SERVER_CERTIFICATE_TYPE => ("which kinds of certificate the client can check", "RFC 7250 §3"),
        extension::PADDING => ("zeros, so that the hello has another length", "RFC 7685 §3"),
        extension::ENCRYPT_THEN_MAC => ("for suites with CBC: encrypt first, then authenticate", "RFC 7366 §2"),
        extension::EXTENDED_MASTER_SECRET => {
            ("the master secret depends on the whole handshake, not on the randoms alone", "RFC 7627 §5.1")
        }
        extension::COMPRESS_CERTIFICATE => ("certificates may be sent compressed", "RFC 8879 §3"),
        extension::RECORD_SIZE_LIMIT => ("the longest record that the sender wants to get", "RFC 8449 §4"),
        extension::DELEGATED_CREDENTIAL => {
            ("a key that the certificate's owner lent for a short time", "RFC 9345 §4.1.1")
        }
        extension::SESSION_TICKET => ("tickets, by which a session of TLS 1.2 can be resumed", "RFC 5077 §3.2"),
        extension::PRE_SHARED_KEY => {
            ("secrets that both ends have already, as a rule from an earlier session", "RFC 8446 §4.2.11")
        }
        extension::EARLY_DATA => ("data that the client sends before the handshake is complete", "RFC 8446 §4.2.10"),
        extension::SUPPORTED_VERSIONS => {
            ("which versions; the one field about it that every middlebox leaves alone", "RFC 8446 §4.2.1")
        }
        extension::COOKIE => ("what the server wants to see again in the second ClientHello", "RFC 8446 §4.2.2"),
        extension::PSK_KEY_EXCHANGE_MODES => {
            ("how a secret that both have may be used: alone, or with a key exchange", "RFC 8446 §4.2.9")
        }
        extension::CERTIFICATE_AUTHORITIES => ("whose certificates the sender accepts", "RFC 8446 §4.2.4"),
        extension::OID_FILTERS => ("what the client's certificate must hold", "RFC 8446 §4.2.5"),
        extension::POST_HANDSHAKE_AUTH => {
            ("the client can be asked for a certificate later as well", "RFC 8446 §4.2.6")
        }
        extension::SIGNATURE_ALGORITHMS_CERT => {
            ("which signatures the sender can check in certificates", "RFC 8446 §4.2.3")
        }
        extension::KEY_SHARE => ("the sender's half of the key exchange", "RFC 8446 §4.2.8"),
        extension::QUIC_TRANSPORT_PARAMETERS => ("parameters of QUIC", "RFC 9001 §8.2"),
        extension::ENCRYPTED_CLIENT_HELLO => ("the hello that the client means, sealed for the server", "RFC 9849 §5"),
        extension::RENEGOTIATION_INFO => {
            ("ties a handshake to the one before it on the same connection", "RFC 5746 §3.2")
        }
        code if is_grease(code) => {
            ("means nothing: it tests whether servers ignore what they do not know", "RFC 8701 §3")
        }
        _ => ("", "RFC 8446 §4.2"),
    }
}

fn data(fields: &mut Fields, code: u16, place: Place, found: &mut Found) -> Read<()> {
    let is_offer = place == Place::ClientHello;
    match code {
        // Where there is nothing in it, an extension says all by being there: the answer of a server above all.
        _ if fields.left() == 0 => {}
        extension::SERVER_NAME => found.server_name = server_name(fields)?,
        extension::MAX_FRAGMENT_LENGTH => one8(fields, "max_fragment_length", FRAGMENT_LENGTHS)?,
        extension::STATUS_REQUEST if place == Place::Certificate => {
            fields.code8(STATUS_TYPES, "status_type", "")?;
            fields
                .vector(3, "response", "", |fields| der::any(fields, "OCSPResponse", "RFC 6960 says what is in it"))?;
        }
        extension::STATUS_REQUEST => {
            fields.code8(STATUS_TYPES, "status_type", "")?;
            fields.opaque_vector(
                2,
                "responder_id_list",
                "whom the client would believe; empty: as the server likes",
            )?;
            fields.opaque_vector(2, "request_extensions", "")?;
        }
        extension::SUPPORTED_GROUPS => found.groups = list16(fields, "named_group_list", "NamedGroup", GROUPS)?,
        extension::EC_POINT_FORMATS => list8(fields, "ec_point_format_list", "ECPointFormat", EC_POINT_FORMATS)?,
        extension::SIGNATURE_ALGORITHMS | extension::SIGNATURE_ALGORITHMS_CERT => {
            list16(fields, "supported_signature_algorithms", "SignatureScheme", SIGNATURE_SCHEMES)?;
        }
        extension::HEARTBEAT => one8(fields, "mode", HEARTBEAT_MODES)?,
        extension::APPLICATION_LAYER_PROTOCOL_NEGOTIATION => protocols(fields)?,
        extension::SIGNED_CERTIFICATE_TIMESTAMP => {
            fields.vector(2, "sct_list", "", |fields| {
                fields.repeat(|fields| fields.opaque_vector(2, "SerializedSCT", "signed by a log"))
            })?;
        }
        extension::CLIENT_CERTIFICATE_TYPE | extension::SERVER_CERTIFICATE_TYPE if is_offer => {
            list8(fields, "certificate_types", "CertificateType", CERTIFICATE_TYPES)?
        }
        extension::CLIENT_CERTIFICATE_TYPE | extension::SERVER_CERTIFICATE_TYPE => {
            one8(fields, "certificate_type", CERTIFICATE_TYPES)?
        }
        extension::COMPRESS_CERTIFICATE => {
            fields.vector(1, "algorithms", "", |fields| {
                fields.repeat(|fields| fields.code16(CERTIFICATE_COMPRESSIONS, "algorithm", ""))
            })?;
        }
        extension::RECORD_SIZE_LIMIT => {
            let limit = fields.u16("RecordSizeLimit", "")?;
            fields.say(limit.to_string());
        }
        extension::SESSION_TICKET => {
            fields.opaque(fields.left(), "ticket", "from an earlier session, sealed by the server")?;
        }
        extension::PRE_SHARED_KEY if is_offer => offered_psks(fields)?,
        extension::PRE_SHARED_KEY => {
            let index = fields.u16("selected_identity", "which of the client's, from 0")?;
            found.takes_psk = true;
            fields.say(index.to_string());
        }
        extension::EARLY_DATA => {
            fields.number(4, "max_early_data_size", "in octets")?;
        }
        extension::SUPPORTED_VERSIONS if is_offer => {
            let versions = fields.vector(1, "versions", "the favourite first", |fields| {
                fields.repeat(|fields| fields.code16(VERSIONS, "version", ""))
            })?;
            fields.say(versions.iter().flatten().map(|&code| shown(VERSIONS, code)).collect::<Vec<_>>().join(", "));
            found.versions = versions.map(|versions| versions.into_iter().map(Version).collect());
        }
        extension::SUPPORTED_VERSIONS => {
            let version = fields.code16(VERSIONS, "selected_version", "")?;
            fields.say(shown(VERSIONS, version));
            found.version = Some(Version(version));
        }
        extension::COOKIE => {
            fields.opaque_vector(2, "cookie", "")?;
        }
        extension::PSK_KEY_EXCHANGE_MODES => list8(fields, "ke_modes", "PskKeyExchangeMode", PSK_MODES)?,
        extension::CERTIFICATE_AUTHORITIES => authorities(fields, "authorities")?,
        extension::KEY_SHARE if is_offer => {
            fields.vector(2, "client_shares", "", |fields| fields.repeat(|fields| key_share(fields, place)))?;
        }
        extension::KEY_SHARE if place == Place::HelloRetryRequest => {
            let group = fields.code16(GROUPS, "selected_group", "for which the client must send a share")?;
            fields.say(shown(GROUPS, group));
            found.group = Some(group);
        }
        extension::KEY_SHARE => {
            let group = key_share(fields, place)?;
            fields.say(shown(GROUPS, group));
            found.group = Some(group);
        }
        extension::RENEGOTIATION_INFO => {
            fields.opaque_vector(1, "renegotiated_connection", "empty in the first handshake of a connection")?;
        }
        _ => {
            fields.opaque(fields.left(), "extension_data", "")?;
        }
    }
    Ok(())
}

fn server_name(fields: &mut Fields) -> Read<Option<String>> {
    const HOST_NAME: u8 = 0;
    let names = fields.vector(2, "server_name_list", "", |fields| {
        fields.repeat(|fields| {
            fields.group("ServerName", "", |fields| {
                let name_type = fields.code8(NAME_TYPES, "name_type", "")?;
                let name = name_of(fields, 2, "HostName")?;
                Ok(name.filter(|_| name_type == HOST_NAME))
            })
        })
    })?;
    let name = names.into_iter().flatten().flatten().next();
    fields.say(name.clone().unwrap_or_default());
    Ok(name)
}

fn protocols(fields: &mut Fields) -> Read<()> {
    let names = fields
        .vector(2, "protocol_name_list", "", |fields| fields.repeat(|fields| name_of(fields, 1, "ProtocolName")))?;
    fields.say(names.into_iter().flatten().flatten().collect::<Vec<_>>().join(", "));
    Ok(())
}

/// A length, and text of as many octets.
fn name_of(fields: &mut Fields, width: usize, title: &'static str) -> Read<Option<String>> {
    fields.vector(width, title, "", |fields| {
        let name = printable(fields.text(fields.left(), "octets", "")?);
        fields.say(name.as_str());
        Ok(name)
    })
}

/// RFC 8446 §4.2.8; gives the group.
fn key_share(fields: &mut Fields, place: Place) -> Read<u16> {
    const NOTE: &str = "a public value: whoever sees both halves still lacks the secret";
    fields.group("KeyShareEntry", "", |fields| {
        let group = fields.code16(GROUPS, "group", "")?;
        fields.say(shown(GROUPS, group));
        if group == X25519MLKEM768 {
            fields.vector(2, "key_exchange", NOTE, |fields| hybrid_share(fields, place))?;
        } else {
            fields.opaque_vector(2, "key_exchange", NOTE)?;
        }
        Ok(group)
    })
}

/// ML-KEM's part, then X25519's. draft-ietf-tls-ecdhe-mlkem
fn hybrid_share(fields: &mut Fields, place: Place) -> Read<()> {
    const X25519: usize = 32;
    let (title, note) = match place {
        Place::ClientHello => ("ML-KEM-768 encapsulation key", "with it the server seals a secret for the client"),
        _ => ("ML-KEM-768 ciphertext", "the server's secret, sealed for the client alone"),
    };
    fields.opaque(fields.left().saturating_sub(X25519), title, note)?;
    fields.opaque(fields.left(), "X25519", "the public point of a curve").map(|_| ())
}

/// RFC 8446 §4.2.11
fn offered_psks(fields: &mut Fields) -> Read<()> {
    fields.vector(2, "identities", "", |fields| {
        fields.repeat(|fields| {
            fields.group("PskIdentity", "", |fields| {
                fields.opaque_vector(2, "identity", "as a rule a ticket")?;
                fields.number(4, "obfuscated_ticket_age", "in milliseconds, with ticket_age_add added").map(|_| ())
            })
        })
    })?;
    fields.vector(2, "binders", "", |fields| {
        fields.repeat(|fields| fields.opaque_vector(1, "PskBinderEntry", "proof that the client has the secret"))
    })?;
    Ok(())
}

fn one8(fields: &mut Fields, title: &'static str, table: &'static Table) -> Read<()> {
    let code = fields.code8(table, title, "")?;
    fields.say(name(table, code).unwrap_or_default());
    Ok(())
}

fn list8(fields: &mut Fields, title: &'static str, item: &'static str, table: &'static Table) -> Read<()> {
    let codes = fields.vector(1, title, "", |fields| fields.repeat(|fields| fields.code8(table, item, "")))?;
    let shown = codes.iter().flatten().map(|&code| name(table, code).map_or_else(|| code.to_string(), str::to_owned));
    fields.say(shown.collect::<Vec<_>>().join(", "));
    Ok(())
}

/// Whose certificates the sender accepts. RFC 5246 §7.4.4, RFC 8446 §4.2.4
pub(super) fn authorities(fields: &mut Fields, name: &'static str) -> Read<()> {
    fields.vector(2, name, "whose certificates are accepted; none: anybody's", |fields| {
        fields.repeat(|fields| {
            fields.vector(2, "DistinguishedName", "", |fields| {
                let name = x509::name(fields, "Name", "")?;
                fields.say(x509::name_line(&name));
                Ok(())
            })
        })
    })?;
    Ok(())
}

/// A list of code points of two octets; empty if it cannot be read.
pub(super) fn list16(
    fields: &mut Fields,
    title: &'static str,
    item: &'static str,
    table: &'static Table,
) -> Read<Vec<u16>> {
    let codes = fields.vector(2, title, "", |fields| {
        let codes = fields.repeat(|fields| fields.code16(table, item, ""))?;
        fields.say(codes.iter().map(|&code| shown(table, code)).collect::<Vec<_>>().join(", "));
        Ok(codes)
    })?;
    Ok(codes.unwrap_or_default())
}

/// The name of a code point, else its number.
fn shown(table: &'static Table, code: u16) -> String {
    name(table, code).map_or_else(|| format!("0x{code:04x}"), str::to_owned)
}
