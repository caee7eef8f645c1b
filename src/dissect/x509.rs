//! A certificate, field by field and as a summary. RFC 5280 §4.1
//!
//! ```text
//! Certificate
//!   tbsCertificate       version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, extensions
//!   signatureAlgorithm
//!   signatureValue       of the issuer, over tbsCertificate
//! ```
//!
//! It reads and believes; whether a certificate is to be trusted is judged elsewhere. Left out: points of elliptic curves, attribute
//! certificates, and lists of revoked certificates.

mod extensions;

use crate::bytes::{base64, hex};
use crate::dissect::der::{self, SEQUENCE, SET, any, bit_string, context, element, follows, integer, oid, small, time};
use crate::dissect::field::{Field, FieldDefect, Fields, Read};
use crate::registry;

/// What a certificate says, without how it says it. Names of algorithms and purposes are those of the documents; an unknown
/// one is its object identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateSummary {
    /// 1, 2 or 3.
    pub version: u8,
    /// The INTEGER's octets.
    pub serial: Vec<u8>,
    pub signature_algorithm: String,
    pub issuer: Name,
    pub subject: Name,
    /// In seconds from 1970.
    pub not_before: i64,
    /// The last second in which it is valid, in seconds from 1970. RFC 5280 §4.1.2.5
    pub not_after: i64,
    pub key: KeyInfo,
    /// Names of hosts in subjectAltName, in its order.
    pub dns_names: Vec<String>,
    /// Addresses in subjectAltName, in its order.
    pub addresses: Vec<String>,
    /// `None`: the key may be used for anything. RFC 5280 §4.2.1.3
    pub key_usage: Option<Vec<String>>,
    /// `None`: for any purpose. RFC 5280 §4.2.1.12
    pub extended_key_usage: Option<Vec<String>>,
    /// `None`: it does not say, which makes it none. RFC 5280 §4.2.1.9
    pub is_ca: Option<bool>,
    /// How many CAs may stand between this one and a leaf.
    pub path_length: Option<u32>,
    pub subject_key_identifier: Option<Vec<u8>>,
    pub authority_key_identifier: Option<Vec<u8>>,
}

/// The attributes of a name in their order, each with its type: `CN`, `O`, else in full, else an object identifier. RFC 4514 §3
pub type Name = Vec<(String, String)>;

/// What kind of key it is, not the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyInfo {
    pub algorithm: String,
    /// RFC 5480 §2.1.1
    pub curve: Option<String>,
    /// Of the modulus, of the prime p, or of the field of the curve.
    pub bits: Option<usize>,
}

/// The summary of a certificate, if all of it can be read; the first defect, if not. [`fields`] shows what is there either way.
pub fn certificate(der: &[u8]) -> Result<CertificateSummary, FieldDefect> {
    let mut fields = Fields::new(der, 0..der.len());
    let certificate = fields.whole(read);
    let defect = fields.defect();
    certificate.filter(|_| defect.is_none()).ok_or(defect.unwrap_or(FieldDefect::LeftOver { octets: 0 }))
}

/// A certificate field by field.
pub fn fields(der: &[u8]) -> Vec<Field> {
    Fields::of(der, read).1
}

/// The text form of a certificate. RFC 7468 §5.1
pub fn pem(der: &[u8]) -> String {
    let text = base64(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (index, character) in text.chars().enumerate() {
        // 64 characters a line. RFC 7468 §2
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem + "\n-----END CERTIFICATE-----\n"
}

/// A name as one line, in the order of the certificate: `O=STARTTLS lab, CN=mx.example.net`.
pub fn name_line(name: &[(String, String)]) -> String {
    name.iter().map(|(kind, value)| format!("{kind}={value}")).collect::<Vec<_>>().join(", ")
}

/// RFC 5280 §4.1
pub fn read(fields: &mut Fields) -> Read<CertificateSummary> {
    fields.cite("RFC 5280 §4.1");
    element(fields, SEQUENCE, "Certificate", "a name and a key, signed by who vouches for it", |fields| {
        let mut certificate = element(fields, SEQUENCE, "tbsCertificate", "what the issuer signed", to_be_signed)?;
        fields.cite("RFC 5280 §4.1.1.2");
        let note = "how the issuer signed; the same as signature above";
        certificate.signature_algorithm = algorithm(fields, "signatureAlgorithm", note)?.name;
        fields.cite("RFC 5280 §4.1.1.3");
        bit_string(fields, "signatureValue", "made with the issuer's key over tbsCertificate", |fields| {
            fields.opaque(fields.left(), "signature", "").map(|_| ())
        })?;
        fields.say(name_line(&certificate.subject));
        Ok(certificate)
    })
}

/// RFC 5280 §4.1.2
fn to_be_signed(fields: &mut Fields) -> Read<CertificateSummary> {
    let mut certificate = CertificateSummary { version: 1, ..CertificateSummary::default() };
    fields.cite("RFC 5280 §4.1.2.1");
    if follows(fields, context(0, true)) {
        let note = "2 is version 3, the one that has extensions";
        let version =
            element(fields, context(0, true), "version", note, |fields| integer(fields, "Version", "").map(small))?;
        certificate.version = version.and_then(|number| u8::try_from(number).ok()?.checked_add(1)).unwrap_or_default();
    }
    fields.cite("RFC 5280 §4.1.2.2");
    certificate.serial = integer(fields, "serialNumber", "no other certificate of this issuer has it")?.to_vec();
    fields.cite("RFC 5280 §4.1.2.3");
    algorithm(fields, "signature", "how the issuer signed")?;
    fields.cite("RFC 5280 §4.1.2.4");
    certificate.issuer = name(fields, "issuer", "who signed")?;
    fields.cite("RFC 5280 §4.1.2.5");
    (certificate.not_before, certificate.not_after) = element(fields, SEQUENCE, "validity", "", |fields| {
        let from = time(fields, "notBefore", "the first second in which it is valid")?;
        Ok((from, time(fields, "notAfter", "the last second in which it is valid")?))
    })?;
    fields.cite("RFC 5280 §4.1.2.6");
    certificate.subject = name(fields, "subject", "whose key it is")?;
    fields.cite("RFC 5280 §4.1.2.7");
    certificate.key = key(fields)?;
    fields.cite("RFC 5280 §4.1.2.8");
    for (tag, name) in [(1, "issuerUniqueID"), (2, "subjectUniqueID")] {
        if follows(fields, context(tag, false)) {
            element(fields, context(tag, false), name, "no longer used", |fields| {
                fields.opaque(fields.left(), "bits", "").map(|_| ())
            })?;
        }
    }
    fields.cite("RFC 5280 §4.1.2.9");
    if follows(fields, context(3, true)) {
        element(fields, context(3, true), "extensions", "", |fields| {
            element(fields, SEQUENCE, "Extensions", "", |fields| {
                fields.repeat(|fields| extensions::read(fields, &mut certificate)).map(|_| ())
            })
        })?;
    }
    Ok(certificate)
}

/// An algorithm by its name, and what is said of it.
#[derive(Default)]
struct Algorithm {
    name: String,
    /// The parameters where they are an object identifier.
    curve: Option<String>,
    /// Of the prime p of DSA.
    bits: Option<usize>,
}

/// RFC 5280 §4.1.1.2
fn algorithm(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<Algorithm> {
    element(fields, SEQUENCE, name, note, |fields| {
        let mut found = Algorithm { name: known(oid(fields, "algorithm", "")?), ..Algorithm::default() };
        fields.say(found.name.clone());
        if follows(fields, der::OBJECT_IDENTIFIER) {
            let curve = known(oid(fields, "parameters", "")?);
            fields.say(format!("{}, {curve}", found.name));
            found.curve = Some(curve);
        } else if found.name == "id-dsa" && follows(fields, SEQUENCE) {
            fields.cite("RFC 3279 §2.3.2");
            found.bits = Some(element(fields, SEQUENCE, "Dss-Parms", "shared by any number of keys", |fields| {
                let p = integer(fields, "p", "the prime modulo which the key is computed")?;
                integer(fields, "q", "a prime that divides p - 1; signatures are numbers below it")?;
                integer(fields, "g", "what is raised to the power of the private key")?;
                Ok(bits(p))
            })?);
        } else if fields.left() > 0 {
            any(fields, "parameters", "")?;
        }
        Ok(found)
    })
}

/// RFC 5280 §4.1.2.4
pub fn name(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<Name> {
    element(fields, SEQUENCE, name, note, |fields| {
        let parts = fields.repeat(|fields| {
            element(fields, SET, "RelativeDistinguishedName", "", |fields| {
                let attributes = fields.repeat(attribute)?;
                fields.say(name_line(&attributes));
                Ok(attributes)
            })
        })?;
        let name: Name = parts.into_iter().flatten().collect();
        fields.say(name_line(&name));
        Ok(name)
    })
}

fn attribute(fields: &mut Fields) -> Read<(String, String)> {
    element(fields, SEQUENCE, "AttributeTypeAndValue", "", |fields| {
        let kind = oid(fields, "type", "")?;
        let tag = fields.peek().unwrap_or_default();
        let value = element(fields, tag, "value", "", |fields| {
            if der::is_text(tag) {
                return der::text_contents(fields, tag);
            }
            fields.opaque(fields.left(), "contents", "").map(hex)
        })?;
        let kind = short(&kind).map_or_else(|| known(kind), str::to_owned);
        fields.say(format!("{kind}={value}"));
        Ok((kind, value))
    })
}

/// RFC 4514 §3
fn short(dotted: &str) -> Option<&'static str> {
    Some(match dotted {
        "2.5.4.3" => "CN",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        _ => return None,
    })
}

/// RFC 5280 §4.1.2.7, RFC 3279 §2.3, RFC 5480 §2, RFC 8410 §4
fn key(fields: &mut Fields) -> Read<KeyInfo> {
    element(fields, SEQUENCE, "subjectPublicKeyInfo", "the public key", |fields| {
        let Algorithm { name: algorithm, curve, bits: prime } = algorithm(fields, "algorithm", "what the key is for")?;
        let modulus = bit_string(fields, "subjectPublicKey", "", |fields| match algorithm.as_str() {
            "rsaEncryption" => {
                fields.cite("RFC 3279 §2.3.1");
                element(fields, SEQUENCE, "RSAPublicKey", "", |fields| {
                    let modulus = integer(fields, "modulus", "the product of two primes")?;
                    integer(fields, "publicExponent", "")?;
                    Ok(Some(bits(modulus)))
                })
            }
            "id-dsa" => {
                fields.cite("RFC 3279 §2.3.2");
                integer(fields, "y", "g to the power of the private key, modulo p").map(|_| None)
            }
            "id-ecPublicKey" => fields.opaque(fields.left(), "key", "a point of the curve").map(|_| None),
            _ => fields.opaque(fields.left(), "key", "").map(|_| None),
        })?;
        let bits = modulus.or(prime).or(match (algorithm.as_str(), curve.as_deref()) {
            (_, Some("secp256r1")) | ("id-Ed25519", _) => Some(256),
            (_, Some("secp384r1")) => Some(384),
            (_, Some("secp521r1")) => Some(521),
            ("id-Ed448", _) => Some(456),
            _ => None,
        });
        Ok(KeyInfo { algorithm, curve, bits })
    })
}

/// Bits of a number, without zeros in front.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|&&octet| octet == 0).count();
    let first = number.get(zeros).map_or(0, |octet| octet.leading_zeros() as usize);
    (number.len() - zeros) * 8 - first
}

/// The name of an object identifier, or itself.
fn known(dotted: String) -> String {
    registry::oid(&dotted).map_or(dotted, str::to_owned)
}
