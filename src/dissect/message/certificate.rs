//! Certificate, CertificateRequest, CertificateVerify, CertificateStatus and CompressedCertificate. RFC 8446 §4.3.2, §4.4,
//! RFC 5246 §7.4.2 to §7.4.8, RFC 6066 §8, RFC 8879 §4

use super::Context;
use super::extensions::{self, Place, authorities, list16};
use crate::dissect::der;
use crate::dissect::facts::MessageFacts;
use crate::dissect::field::{Fields, Read, octets_of};
use crate::dissect::x509;
use crate::registry::{CERTIFICATE_COMPRESSIONS, CLIENT_CERTIFICATE_TYPES, SIGNATURE_SCHEMES, STATUS_TYPES};

/// RFC 8446 §4.4.2, RFC 5246 §7.4.2
pub(super) fn certificate(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    if context.is_tls13() {
        fields.cite_group("RFC 8446 §4.4.2");
        fields.opaque_vector(
            1,
            "certificate_request_context",
            "of the request that this answers; the server's is empty",
        )?;
    } else {
        fields.cite_group("RFC 5246 §7.4.2");
    }
    let note = "the sender's own certificate first";
    let entries =
        fields.vector(3, "certificate_list", note, |fields| fields.repeat(|fields| entry(fields, context)))?;
    let facts = entries.map(|entries| MessageFacts::Certificate {
        count: entries.len(),
        octets: entries.iter().map(|(size, _)| size).sum(),
        is_stapled: entries.iter().any(|&(_, is_stapled)| is_stapled),
    });
    Ok(facts.unwrap_or(MessageFacts::Malformed))
}

/// One certificate; in TLS 1.3 with extensions of its own. Gives the octets of its DER, and whether its status is stapled to it.
fn entry(fields: &mut Fields, context: Context) -> Read<(usize, bool)> {
    if !context.is_tls13() {
        return der_of(fields, "ASN.1Cert").map(|size| (size, false));
    }
    fields.group("CertificateEntry", "", |fields| {
        let size = der_of(fields, "cert_data")?;
        let found = extensions::read(fields, Place::Certificate)?;
        Ok((size, found.status))
    })
}

fn der_of(fields: &mut Fields, name: &'static str) -> Read<usize> {
    let size = fields.vector(3, name, "", |fields| {
        let size = fields.left();
        fields.say(octets_of(size));
        // What is no certificate is malformed in itself; how long it is, is known all the same.
        fields.whole(x509::read);
        Ok(size)
    })?;
    Ok(size.unwrap_or_default())
}

/// RFC 8446 §4.3.2, RFC 5246 §7.4.4
pub(super) fn certificate_request(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    if context.is_tls13() {
        fields.cite_group("RFC 8446 §4.3.2");
        fields.opaque_vector(1, "certificate_request_context", "the client's Certificate will repeat it")?;
        let asks_for_status = extensions::read(fields, Place::CertificateRequest)?.status;
        return Ok(MessageFacts::CertificateRequest { asks_for_status });
    }
    fields.cite_group("RFC 5246 §7.4.4");
    fields.vector(1, "certificate_types", "which kinds of key the server can check", |fields| {
        fields.repeat(|fields| fields.code8(CLIENT_CERTIFICATE_TYPES, "ClientCertificateType", ""))
    })?;
    if context.names_signatures() {
        list16(fields, "supported_signature_algorithms", "SignatureAndHashAlgorithm", SIGNATURE_SCHEMES)?;
    }
    authorities(fields, "certificate_authorities")?;
    Ok(MessageFacts::CertificateRequest { asks_for_status: false })
}

/// RFC 8446 §4.4.3, RFC 5246 §7.4.8
pub(super) fn certificate_verify(fields: &mut Fields, context: Context) -> Read<MessageFacts> {
    fields.cite_group(if context.is_tls13() { "RFC 8446 §4.4.3" } else { "RFC 5246 §7.4.8" });
    if context.names_signatures() {
        fields.code16(SIGNATURE_SCHEMES, "algorithm", "how it is signed")?;
    }
    fields.opaque_vector(2, "signature", "over the handshake so far, with the key of the certificate")?;
    Ok(MessageFacts::None)
}

/// RFC 6066 §8
pub(super) fn certificate_status(fields: &mut Fields) -> Read<MessageFacts> {
    fields.cite_group("RFC 6066 §8");
    fields.code8(STATUS_TYPES, "status_type", "")?;
    fields.vector(3, "response", "signed by the CA or for it", |fields| {
        if fields.left() > 0 { der::any(fields, "OCSPResponse", "RFC 6960 says what is in it") } else { Ok(()) }
    })?;
    Ok(MessageFacts::None)
}

/// RFC 8879 §4
pub(super) fn compressed_certificate(fields: &mut Fields) -> Read<MessageFacts> {
    fields.cite_group("RFC 8879 §4");
    fields.code16(CERTIFICATE_COMPRESSIONS, "algorithm", "")?;
    fields.number(3, "uncompressed_length", "")?;
    fields.opaque_vector(3, "compressed_certificate_message", "")?;
    Ok(MessageFacts::None)
}
