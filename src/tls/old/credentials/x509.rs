//! A certificate is written and signed with SHA-1, and what a handshake needs of one is read. RFC 5280 §4.1, RFC 3279
//!
//! Not here: which certificates a run has (`pki.rs`), whether one is to be trusted (`check.rs`), other extensions.

use super::der::{self, DerReader, OBJECT_IDENTIFIER, SEQUENCE, element};
use super::key::{OldPrivateKey, OldPublicKey};
use super::signature::{HandshakeDigest, sign};
use crate::calendar::Moment;
use crate::registry::{Authentication, Hash};
use crate::scenario::Side;
use crate::tls::leaf::{ORGANIZATION, Validity};
use crate::tls::primitives::hash;
use modular::Natural;

// Attributes of a name: organizationName and commonName. RFC 5280 §A.1
const ORGANIZATION_NAME: &[u8] = &[0x55, 0x04, 0x0A];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

// Extensions. RFC 5280 §4.2.1
const SUBJECT_KEY_IDENTIFIER: u8 = 14;
const KEY_USAGE: u8 = 15;
const SUBJECT_ALT_NAME: u8 = 17;
const BASIC_CONSTRAINTS: u8 = 19;
const AUTHORITY_KEY_IDENTIFIER: u8 = 35;
const EXTENDED_KEY_USAGE: u8 = 37;

/// What a certificate says.
pub(super) struct Contents<'a> {
    pub(super) serial: u64,
    pub(super) owner: Owner<'a>,
    pub(super) validity: Validity,
    pub(super) use_for: UseFor<'a>,
}

/// Whom a certificate is about, and who signs one.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) common_name: &'a str,
    pub(super) key: &'a OldPrivateKey,
}

/// What its owner may do with the key.
#[derive(Clone, Copy)]
pub(super) enum UseFor<'a> {
    /// Sign certificates.
    Issuing,
    /// Be this side of TLS under one of these names; without sides, either. Names are ASCII.
    Tls { names: &'a [&'a str], sides: &'a [Side] },
}

impl Contents<'_> {
    /// Signed by the issuer; `None` if a name cannot be written, or nothing be signed.
    pub(super) fn signed_by(&self, issuer: Owner<'_>) -> Option<Vec<u8>> {
        let issuer_key = issuer.key.public()?;
        let version = element(der::context(0, true), &[&der::integer(&Natural::from(2))]); // v3
        let algorithm = element(SEQUENCE, &[signature_algorithm(issuer_key.authentication())]);
        let validity = element(SEQUENCE, &[&time(self.validity.first), &time(self.validity.last)]);
        let to_sign = element(
            SEQUENCE,
            &[
                &version,
                &der::integer(&Natural::from_be(&self.serial.to_be_bytes())),
                &algorithm,
                &issuer.name(),
                &validity,
                &self.owner.name(),
                &self.owner.key.public()?.to_spki()?,
                &element(der::context(3, true), &[&element(SEQUENCE, &[&self.extensions(&issuer_key)?])]),
            ],
        );
        let signature = sign(issuer.key, &HandshakeDigest::certificate(issuer_key.authentication(), &to_sign))?;
        Some(element(SEQUENCE, &[&to_sign, &algorithm, &der::bit_string(0, &signature)]))
    }

    fn extensions(&self, issuer: &OldPublicKey) -> Option<Vec<u8>> {
        let key = self.owner.key.public()?;
        let own = extension(SUBJECT_KEY_IDENTIFIER, false, &element(der::OCTET_STRING, &[&key_identifier(&key)]));
        let UseFor::Tls { names, sides } = self.use_for else {
            // keyCertSign and cRLSign. RFC 5280 §4.2.1.3
            let usage = extension(KEY_USAGE, true, &der::bit_string(1, &[0x06]));
            let is_ca = element(SEQUENCE, &[&element(der::BOOLEAN, &[&[0xFF]])]);
            return Some([own, usage, extension(BASIC_CONSTRAINTS, true, &is_ca)].concat());
        };
        let mut extensions = own;
        let signer = element(der::context(0, false), &[&key_identifier(issuer)]);
        extensions.extend(extension(AUTHORITY_KEY_IDENTIFIER, false, &element(SEQUENCE, &[&signer])));
        if !names.is_empty() {
            // dNSName is an IA5String.
            let written = |name: &&str| name.is_ascii().then(|| element(der::context(2, false), &[name.as_bytes()]));
            let names = names.iter().map(written).collect::<Option<Vec<_>>>()?.concat();
            extensions.extend(extension(SUBJECT_ALT_NAME, false, &element(SEQUENCE, &[&names])));
        }
        // digitalSignature, and keyEncipherment where the premaster secret comes under the key. RFC 5280 §4.2.1.3
        let usage = match key.authentication() {
            Authentication::Rsa => der::bit_string(5, &[0xA0]),
            Authentication::Dss | Authentication::Ecdsa | Authentication::Apart => der::bit_string(7, &[0x80]),
        };
        extensions.extend(extension(KEY_USAGE, true, &usage));
        if !sides.is_empty() {
            let purposes: Vec<_> = sides.iter().map(|&side| element(OBJECT_IDENTIFIER, &[purpose(side)])).collect();
            extensions.extend(extension(EXTENDED_KEY_USAGE, false, &element(SEQUENCE, &[&purposes.concat()])));
        }
        // That it is no CA: cA is false where it is not written.
        extensions.extend(extension(BASIC_CONSTRAINTS, true, &element(SEQUENCE, &[])));
        Some(extensions)
    }
}

impl Owner<'_> {
    fn name(&self) -> Vec<u8> {
        let attribute = |kind: &[u8], value: &str| {
            let kind = element(OBJECT_IDENTIFIER, &[kind]);
            let value = element(der::UTF8_STRING, &[value.as_bytes()]);
            element(der::SET, &[&element(SEQUENCE, &[&kind, &value])])
        };
        let organization = attribute(ORGANIZATION_NAME, ORGANIZATION);
        element(SEQUENCE, &[&organization, &attribute(COMMON_NAME, self.common_name)])
    }
}

/// The SHA-1 of subjectPublicKey. RFC 5280 §4.2.1.2
fn key_identifier(key: &OldPublicKey) -> Vec<u8> {
    hash(Hash::Sha1, &key.contents())
}

/// What stands in AlgorithmIdentifier where a key of this kind signs with SHA-1: with RSA a NULL follows (RFC 3279 §2.2.1), with DSA and
/// ECDSA nothing does (§2.2.2, §2.2.3).
pub(super) const fn signature_algorithm(kind: Authentication) -> &'static [u8] {
    match kind {
        Authentication::Rsa => &[0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05, 0x05, 0x00],
        Authentication::Dss => &[0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x03],
        Authentication::Ecdsa => &[0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01],
        // No key is of this kind.
        Authentication::Apart => &[],
    }
}

/// id-ce with this number. RFC 5280 §4.1
fn extension(number: u8, is_critical: bool, value: &[u8]) -> Vec<u8> {
    let kind = element(OBJECT_IDENTIFIER, &[&[0x55, 0x1D, number]]);
    let critical = if is_critical { element(der::BOOLEAN, &[&[0xFF]]) } else { Vec::new() };
    element(SEQUENCE, &[&kind, &critical, &element(der::OCTET_STRING, &[value])])
}

/// id-kp-serverAuth and id-kp-clientAuth. RFC 5280 §4.2.1.12
fn purpose(side: Side) -> &'static [u8] {
    match side {
        Side::Server => &[0x2B, 6, 1, 5, 5, 7, 3, 1],
        Side::Client => &[0x2B, 6, 1, 5, 5, 7, 3, 2],
    }
}

/// UTCTime, which has two digits for the year, from 1950 to 2049; GeneralizedTime else. RFC 5280 §4.1.2.5
fn time(moment: Moment) -> Vec<u8> {
    let digits = moment.digits();
    match digits.get(2..).filter(|_| ("1950".."2050").contains(&digits.as_str())) {
        Some(short) => element(der::UTC_TIME, &[short.as_bytes(), b"Z"]),
        None => element(der::GENERALIZED_TIME, &[digits.as_bytes(), b"Z"]),
    }
}

/// The key of a certificate's owner; `None` if it cannot be found or is of no kind that old ends use.
pub(in crate::tls::old) fn public_key(certificate: &[u8]) -> Option<OldPublicKey> {
    let mut fields = from_subject(certificate)?;
    fields.any()?;
    OldPublicKey::from_spki(fields.any()?.0)
}

/// With what a certificate is signed, in the octets of the identifier. RFC 5280 §4.1.1.2
pub(in crate::tls) fn signature_oid(certificate: &[u8]) -> Option<&[u8]> {
    let mut parts = DerReader(certificate).inside(SEQUENCE)?;
    parts.any()?;
    parts.inside(SEQUENCE)?.take(OBJECT_IDENTIFIER)
}

/// The name of its owner, as a server that asks for a certificate lists whom it trusts. RFC 2246 §7.4.4
pub(in crate::tls::old) fn subject(certificate: &[u8]) -> Option<&[u8]> {
    from_subject(certificate)?.any().map(|(whole, _)| whole)
}

/// What is signed, from the subject on. RFC 5280 §4.1
fn from_subject(certificate: &[u8]) -> Option<DerReader<'_>> {
    let mut fields = DerReader(certificate).inside(SEQUENCE)?.inside(SEQUENCE)?;
    if fields.follows(der::context(0, true)) {
        fields.any()?;
    }
    // serialNumber, signature, issuer, validity
    for _ in 0..4 {
        fields.any()?;
    }
    Some(fields)
}
