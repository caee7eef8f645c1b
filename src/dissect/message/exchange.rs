//! The key exchanges of TLS 1.2 and before, Finished, NewSessionTicket and KeyUpdate. RFC 5246 §7.4, RFC 2246 §7.4, RFC 6101 §5.6, RFC 8422
//! §5, RFC 5077 §3.3, RFC 8446 §4.4.4, §4.6

use super::Context;
use super::extensions::{self, Place};
use crate::dissect::facts::MessageFacts;
use crate::dissect::field::{Fields, Read};
use crate::registry::{CURVE_TYPES, GROUPS, KEY_UPDATE_REQUESTS, KeyExchange, SIGNATURE_SCHEMES, Version};

/// RFC 8422 §5.4, RFC 5246 §7.4.3
pub(super) fn server_key_exchange(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    let group = match context.key_exchange() {
        Some(KeyExchange::Ecdhe) => {
            fields.cite_group("RFC 8422 §5.4");
            let Some(group) = ecdhe(fields)? else { return Ok(MessageFacts::ServerKeyExchange { group: None }) };
            Some(group)
        }
        Some(KeyExchange::Dhe | KeyExchange::DheExport1024) => {
            fields.cite_group("RFC 5246 §7.4.3");
            fields.opaque_vector(2, "dh_p", "the prime")?;
            fields.opaque_vector(2, "dh_g", "the generator")?;
            fields.opaque_vector(2, "dh_Ys", "the server's public value")?;
            None
        }
        Some(KeyExchange::RsaExport | KeyExchange::RsaExport1024) => {
            fields.cite_group("RFC 2246 §7.4.3");
            fields.opaque_vector(
                2,
                "rsa_modulus",
                "of a key short enough for export, beside that of the certificate",
            )?;
            fields.opaque_vector(2, "rsa_exponent", "")?;
            None
        }
        _ => {
            fields.opaque(fields.left(), "params", "of a key exchange that this reader does not know")?;
            return Ok(MessageFacts::ServerKeyExchange { group: None });
        }
    };
    if context.names_signatures() {
        fields.code16(SIGNATURE_SCHEMES, "algorithm", "how it is signed")?;
    }
    let note = "over both randoms and the values above, with the key of the server's certificate";
    fields.opaque_vector(2, "signature", note)?;
    Ok(MessageFacts::ServerKeyExchange { group })
}

/// The group; `None` if the curve is described and not named, and all the rest is one field.
fn ecdhe(fields: &mut Fields) -> Read<Option<u16>> {
    const NAMED_CURVE: u8 = 3;
    if fields.code8(CURVE_TYPES, "curve_type", "")? != NAMED_CURVE {
        return fields.opaque(fields.left(), "curve", "described and not named; no longer used").map(|_| None);
    }
    let group = fields.code16(GROUPS, "namedcurve", "the curve on which both choose a point")?;
    fields.opaque_vector(1, "public", "the server's point")?;
    Ok(Some(group))
}

/// RFC 8422 §5.7, RFC 5246 §7.4.7
pub(super) fn client_key_exchange(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    match context.key_exchange() {
        Some(KeyExchange::Ecdhe) => {
            fields.cite_group("RFC 8422 §5.7");
            fields.opaque_vector(1, "ecdh_Yc", "the client's point")?;
        }
        Some(KeyExchange::Dhe | KeyExchange::DheExport1024) => {
            fields.cite_group("RFC 5246 §7.4.7.2");
            fields.opaque_vector(2, "dh_Yc", "the client's public value")?;
        }
        Some(exchange @ (KeyExchange::Rsa | KeyExchange::RsaExport | KeyExchange::RsaExport1024)) => {
            let note = match exchange {
                KeyExchange::Rsa => {
                    "whoever gets the key of the server's certificate can open it, and with it the session"
                }
                _ => "whoever gets or breaks the short key can open it, and with it the session",
            };
            const NAME: &str = "encrypted_pre_master_secret";
            // Only SSL 3.0 has no length in front. RFC 5246 §7.4.7.1
            let encrypted = if context.version == Some(Version::SSL3) {
                fields.cite_group("RFC 6101 §5.6.7.1");
                fields.opaque(fields.left(), NAME, note)?
            } else {
                fields.cite_group("RFC 5246 §7.4.7.1");
                fields.opaque_vector(2, NAME, note)?
            };
            return Ok(MessageFacts::EncryptedPremaster(encrypted.to_vec()));
        }
        _ => {
            fields.cite_group("RFC 5246 §7.4.7");
            fields.opaque(fields.left(), "exchange_keys", "of a key exchange that this reader does not know")?;
        }
    }
    Ok(MessageFacts::None)
}

/// RFC 8446 §4.4.4, RFC 5246 §7.4.9
pub(super) fn finished(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    if context.version == Some(Version::SSL3) {
        fields.cite_group("RFC 6101 §5.6.9");
        fields.opaque(16, "md5_hash", "made from the master secret and the handshake so far")?;
        fields.opaque(20, "sha_hash", "the same with SHA-1")?;
        return Ok(MessageFacts::None);
    }
    let (source, note) = if context.is_tls13() {
        ("RFC 8446 §4.4.4", "an HMAC over the handshake so far")
    } else {
        ("RFC 5246 §7.4.9", "made from the master secret and the handshake so far")
    };
    fields.cite_group(source);
    fields.opaque(fields.left(), "verify_data", note)?;
    Ok(MessageFacts::None)
}

/// RFC 8446 §4.6.1, RFC 5077 §3.3
pub(super) fn new_session_ticket(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    if context.is_tls13() {
        fields.cite_group("RFC 8446 §4.6.1");
        fields.number(4, "ticket_lifetime", "in seconds; a week at most")?;
        fields.number(
            4,
            "ticket_age_add",
            "added to the ticket's age, so that nobody can tell by it who comes again",
        )?;
        fields.opaque_vector(1, "ticket_nonce", "makes the secrets of two tickets differ")?;
        fields.opaque_vector(2, "ticket", "what the server needs to know again, sealed by it")?;
        extensions::read(fields, Place::NewSessionTicket)?;
    } else {
        fields.cite_group("RFC 5077 §3.3");
        fields.number(4, "ticket_lifetime_hint", "in seconds; 0: not said")?;
        fields.opaque_vector(2, "ticket", "what the server needs to know again, sealed by it")?;
    }
    Ok(MessageFacts::None)
}

/// RFC 8446 §4.6.3
pub(super) fn key_update(fields: &mut Fields) -> Read<MessageFacts> {
    fields.cite_group("RFC 8446 §4.6.3");
    fields.code8(KEY_UPDATE_REQUESTS, "request_update", "whether the other side is asked to do the same")?;
    Ok(MessageFacts::None)
}
