//! A certificate is written and signed. RFC 5280 §4.1
//!
//! It holds what a mail server's certificate and those of its issuers hold. Not here: which certificates a run has (`pki.rs`), other
//! extensions, and keys and signatures of other kinds than those of this lab.

use super::der::{self, element};
use super::primitives::sha256;
use super::provider::EcdsaKey;
use crate::calendar::Moment;
use crate::scenario::Side;
use rustls::pki_types::{AlgorithmIdentifier, CertificateDer, alg_id};
use rustls::sign::public_key_to_spki;

const ORGANIZATION: &str = "STARTTLS lab";

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
    /// The first and the last second of it. RFC 5280 §4.1.2.5
    pub(super) validity: (Moment, Moment),
    pub(super) use_for: UseFor<'a>,
}

/// Whom a certificate is about, and who signs one.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) common_name: &'a str,
    pub(super) key: &'a EcdsaKey,
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
    pub(super) fn signed_by(&self, issuer: Owner<'_>) -> Option<CertificateDer<'static>> {
        let version = element(der::context(0, true), &[&der::integer(&[2])]); // v3
        let algorithm = element(der::SEQUENCE, &[AlgorithmIdentifier::as_ref(&alg_id::ECDSA_SHA256)]);
        let validity = element(der::SEQUENCE, &[&time(self.validity.0), &time(self.validity.1)]);
        let to_sign = element(
            der::SEQUENCE,
            &[
                &version,
                &der::integer(&self.serial.to_be_bytes()),
                &algorithm,
                &issuer.name(),
                &validity,
                &self.owner.name(),
                &public_key_to_spki(&alg_id::ECDSA_P256, self.owner.key.point()),
                &element(der::context(3, true), &[&element(der::SEQUENCE, &[&self.extensions(issuer)?])]),
            ],
        );
        let signature = der::bit_string(0, &issuer.key.sign_der(&to_sign)?);
        Some(element(der::SEQUENCE, &[&to_sign, &algorithm, &signature]).into())
    }

    fn extensions(&self, issuer: Owner<'_>) -> Option<Vec<u8>> {
        let own =
            extension(SUBJECT_KEY_IDENTIFIER, false, &element(der::OCTET_STRING, &[&self.owner.key_identifier()]));
        let UseFor::Tls { names, sides } = self.use_for else {
            // keyCertSign and cRLSign. RFC 5280 §4.2.1.3
            let usage = extension(KEY_USAGE, true, &der::bit_string(1, &[0x06]));
            let is_ca = element(der::SEQUENCE, &[&element(der::BOOLEAN, &[&[0xFF]])]);
            return Some([usage, own, extension(BASIC_CONSTRAINTS, true, &is_ca)].concat());
        };
        let mut extensions = Vec::new();
        let signer = element(der::context(0, false), &[&issuer.key_identifier()]);
        extensions.extend(extension(AUTHORITY_KEY_IDENTIFIER, false, &element(der::SEQUENCE, &[&signer])));
        if !names.is_empty() {
            // dNSName is an IA5String.
            let names =
                names.iter().map(|name| name.is_ascii().then(|| element(der::context(2, false), &[name.as_bytes()])));
            let names = names.collect::<Option<Vec<_>>>()?.concat();
            extensions.extend(extension(SUBJECT_ALT_NAME, false, &element(der::SEQUENCE, &[&names])));
        }
        extensions.extend(extension(KEY_USAGE, true, &der::bit_string(7, &[0x80]))); // digitalSignature. RFC 8446 §4.4.2.2
        if !sides.is_empty() {
            let purposes: Vec<_> =
                sides.iter().map(|&side| element(der::OBJECT_IDENTIFIER, &[purpose(side)])).collect();
            let purposes = element(der::SEQUENCE, &[&purposes.concat()]);
            extensions.extend(extension(EXTENDED_KEY_USAGE, false, &purposes));
        }
        extensions.extend(own);
        // That it is no CA, in so many words: cA is false where it is not written.
        extensions.extend(extension(BASIC_CONSTRAINTS, true, &element(der::SEQUENCE, &[])));
        Some(extensions)
    }
}

impl Owner<'_> {
    fn name(&self) -> Vec<u8> {
        let attribute = |kind: &[u8], value: &str| {
            let kind = element(der::OBJECT_IDENTIFIER, &[kind]);
            let value = element(der::UTF8_STRING, &[value.as_bytes()]);
            element(der::SET, &[&element(der::SEQUENCE, &[&kind, &value])])
        };
        let (organization, common) =
            (attribute(ORGANIZATION_NAME, ORGANIZATION), attribute(COMMON_NAME, self.common_name));
        element(der::SEQUENCE, &[&organization, &common])
    }

    /// The leftmost 160 bits of a SHA-256. RFC 7093 §2
    fn key_identifier(&self) -> Vec<u8> {
        sha256([self.key.point()]).into_iter().take(20).collect()
    }
}

/// id-ce with this number. RFC 5280 §4.1
fn extension(number: u8, is_critical: bool, value: &[u8]) -> Vec<u8> {
    let kind = element(der::OBJECT_IDENTIFIER, &[&[0x55, 0x1D, number]]);
    let critical = if is_critical { element(der::BOOLEAN, &[&[0xFF]]) } else { Vec::new() };
    element(der::SEQUENCE, &[&kind, &critical, &element(der::OCTET_STRING, &[value])])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Seed;
    use crate::tls::random::{Randomness, Stream};
    use rcgen::{CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose, SanType};

    impl rcgen::PublicKeyData for &EcdsaKey {
        fn der_bytes(&self) -> &[u8] {
            self.point()
        }

        fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
            &rcgen::PKCS_ECDSA_P256_SHA256
        }
    }

    impl rcgen::SigningKey for &EcdsaKey {
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
            self.sign_der(message).ok_or(rcgen::Error::RemoteKeyError)
        }
    }

    /// What rcgen makes of the same contents.
    fn by_rcgen(contents: &Contents<'_>, issuer: Owner<'_>) -> Vec<u8> {
        let params = |owner: Owner<'_>| {
            let mut params = CertificateParams::default();
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::OrganizationName, ORGANIZATION);
            params.distinguished_name.push(DnType::CommonName, owner.common_name);
            params.key_identifier_method = KeyIdMethod::PreSpecified(owner.key_identifier());
            params
        };
        let date = |moment: Moment| time::OffsetDateTime::from_unix_timestamp(moment.unix()).unwrap();
        let mut own = params(contents.owner);
        own.serial_number = Some(contents.serial.into());
        (own.not_before, own.not_after) = (date(contents.validity.0), date(contents.validity.1));
        match contents.use_for {
            UseFor::Issuing => {
                own.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
                own.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            }
            UseFor::Tls { names, sides } => {
                own.is_ca = IsCa::ExplicitNoCa;
                own.use_authority_key_identifier_extension = true;
                own.key_usages = vec![KeyUsagePurpose::DigitalSignature];
                own.subject_alt_names = names.iter().map(|&name| SanType::DnsName(name.try_into().unwrap())).collect();
                let purpose = |side| match side {
                    Side::Server => rcgen::ExtendedKeyUsagePurpose::ServerAuth,
                    Side::Client => rcgen::ExtendedKeyUsagePurpose::ClientAuth,
                };
                own.extended_key_usages = sides.iter().copied().map(purpose).collect();
            }
        }
        let issuer = Issuer::new(params(issuer), issuer.key);
        own.signed_by(&contents.owner.key, &issuer).unwrap().der().to_vec()
    }

    fn key(label: &str) -> EcdsaKey {
        EcdsaKey::new(&mut Stream::new(Randomness::Seed(Seed(1)), label)).unwrap()
    }

    /// Lengths of one octet, of two and of three; both forms of a date, to the second; a number whose first bit is set.
    #[test]
    fn a_certificate_has_the_octets_that_rcgen_writes() {
        let (key, other) = (key("own"), key("other"));
        let long = "a".repeat(300);
        let both = [Side::Server, Side::Client];
        let uses = [
            UseFor::Issuing,
            UseFor::Tls { names: &[], sides: &[] },
            UseFor::Tls { names: &["mx.example.net"], sides: &both[1..] },
            UseFor::Tls { names: &["mx.example.net", &long, ""], sides: &both },
        ];
        let dates = [(-631_152_001, -631_152_000), (0, 2_524_607_999), (2_524_608_000, 253_402_300_799)];
        for (use_for, (from, to)) in uses.into_iter().flat_map(|use_for| dates.map(|dates| (use_for, dates))) {
            let validity = (Moment::from_unix(from).unwrap(), Moment::from_unix(to).unwrap());
            for (serial, common_name) in [(0, "mx.example.net"), (0x7f, "Ünïcode"), (0x80, &long), (u64::MAX, "")] {
                let owner = Owner { common_name, key: &key };
                let contents = Contents { serial, owner, validity, use_for };
                for issuer in [owner, Owner { common_name: "Internal CA", key: &other }] {
                    assert_eq!(contents.signed_by(issuer).unwrap().as_ref(), by_rcgen(&contents, issuer));
                }
            }
        }
    }

    #[test]
    fn a_name_that_is_not_ascii_is_not_written() {
        let owner = Owner { common_name: "mx", key: &key("own") };
        let signed = |name| {
            let use_for = UseFor::Tls { names: &[name], sides: &[] };
            Contents { serial: 1, owner, validity: (Moment::from(0), Moment::from(1)), use_for }.signed_by(owner)
        };
        assert!(signed("mx.example.net").is_some() && signed("mx.exämple.net").is_none());
    }
}
