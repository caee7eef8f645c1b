//! The extensions of a certificate. RFC 5280 §4.2
//!
//! Left out: the insides of policy qualifiers, name constraints and everything that is not of RFC 5280, which are shown as plain DER.

use super::{CertificateSummary, known, name, name_line};
use crate::bytes::hex;
use crate::dissect::der::{
    self, BOOLEAN, INTEGER, OCTET_STRING, SEQUENCE, any, bit_string, boolean, context, element, element_length,
    follows, integer, oid, small,
};
use crate::dissect::field::{Fields, Kind, Read};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The bits of keyUsage, from the first. RFC 5280 §4.2.1.3
const KEY_USAGE: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

/// Reads one extension and adds what it says.
pub fn read(fields: &mut Fields, certificate: &mut CertificateSummary) -> Read<()> {
    element(fields, SEQUENCE, "Extension", "", |fields| {
        let identifier = oid(fields, "extnID", "")?;
        let critical = follows(fields, BOOLEAN) && boolean(fields, "critical", "who does not know it must refuse")?;
        let title = known(identifier.clone());
        fields.say(if critical { format!("{title}, critical") } else { title });
        element(fields, OCTET_STRING, "extnValue", "", |fields| value(fields, &identifier, certificate))
    })
}

fn value(fields: &mut Fields, identifier: &str, certificate: &mut CertificateSummary) -> Read<()> {
    match identifier {
        "2.5.29.14" => {
            fields.cite("RFC 5280 §4.2.1.2");
            let note = "tells this key from the subject's others";
            certificate.subject_key_identifier = Some(element(fields, OCTET_STRING, "KeyIdentifier", note, octets)?);
        }
        "2.5.29.35" => {
            fields.cite("RFC 5280 §4.2.1.1");
            certificate.authority_key_identifier = authority_key_identifier(fields)?;
        }
        "2.5.29.15" => {
            fields.cite("RFC 5280 §4.2.1.3");
            certificate.key_usage = Some(bit_string(fields, "KeyUsage", "what the key may be used for", key_usage)?);
        }
        "2.5.29.37" => {
            fields.cite("RFC 5280 §4.2.1.12");
            let note = "the purposes for which the key may be used";
            let purposes = element(fields, SEQUENCE, "ExtKeyUsageSyntax", note, |fields| {
                fields.repeat(|fields| oid(fields, "KeyPurposeId", "").map(known))
            })?;
            certificate.extended_key_usage = Some(purposes);
        }
        "2.5.29.17" => {
            fields.cite("RFC 5280 §4.2.1.6");
            let note = "the names to look at; the subject's is not one of them (RFC 9525 §2)";
            for name in general_names(fields, SEQUENCE, "SubjectAltName", note)? {
                match name {
                    GeneralName::Dns(name) => certificate.dns_names.push(name),
                    GeneralName::Address(address) => certificate.addresses.push(address),
                    GeneralName::Other => {}
                }
            }
        }
        "2.5.29.18" => {
            fields.cite("RFC 5280 §4.2.1.7");
            general_names(fields, SEQUENCE, "IssuerAltName", "")?;
        }
        "2.5.29.19" => {
            fields.cite("RFC 5280 §4.2.1.9");
            let (is_ca, path_length) = basic_constraints(fields)?;
            (certificate.is_ca, certificate.path_length) = (Some(is_ca), path_length);
        }
        "2.5.29.32" => {
            fields.cite("RFC 5280 §4.2.1.4");
            element(fields, SEQUENCE, "certificatePolicies", "under which rules it was issued", |fields| {
                fields.repeat(policy).map(|_| ())
            })?;
        }
        "2.5.29.31" => {
            fields.cite("RFC 5280 §4.2.1.13");
            let note = "where the list of revoked certificates is";
            element(fields, SEQUENCE, "CRLDistributionPoints", note, |fields| {
                fields.repeat(distribution_point).map(|_| ())
            })?;
        }
        "1.3.6.1.5.5.7.1.1" => {
            fields.cite("RFC 5280 §4.2.2.1");
            let note = "where to ask about this certificate, and where the issuer's is";
            element(fields, SEQUENCE, "AuthorityInfoAccessSyntax", note, |fields| {
                fields.repeat(access_description).map(|_| ())
            })?;
        }
        _ if element_length(fields.rest()) == Some(fields.left()) => any(fields, "value", "")?,
        _ => {
            fields.opaque(fields.left(), "value", "")?;
        }
    }
    Ok(())
}

fn octets(fields: &mut Fields) -> Read<Vec<u8>> {
    let octets = fields.opaque(fields.left(), "octets", "")?;
    fields.say(hex(octets));
    Ok(octets.to_vec())
}

fn authority_key_identifier(fields: &mut Fields) -> Read<Option<Vec<u8>>> {
    let note = "the subjectKeyIdentifier of the issuer's certificate";
    element(fields, SEQUENCE, "AuthorityKeyIdentifier", note, |fields| {
        let identifier = match follows(fields, context(0, false)) {
            true => Some(element(fields, context(0, false), "keyIdentifier", "", octets)?),
            false => None,
        };
        if follows(fields, context(1, true)) {
            general_names(fields, context(1, true), "authorityCertIssuer", "")?;
        }
        if follows(fields, context(2, false)) {
            element(fields, context(2, false), "authorityCertSerialNumber", "", octets)?;
        }
        Ok(identifier)
    })
}

/// Bits that are set, by their names. Bits are counted from the highest of the first octet. X.690 §8.6.2
fn key_usage(fields: &mut Fields) -> Read<Vec<String>> {
    let octets = fields.rest();
    let is_set = |bit: usize| octets.get(bit / 8).is_some_and(|octet| octet & (0x80 >> (bit % 8)) != 0);
    let set = |bit: usize| KEY_USAGE.get(bit).map_or_else(|| format!("bit {bit}"), |name| (*name).to_owned());
    let usages: Vec<String> = (0..octets.len() * 8).filter(|&bit| is_set(bit)).map(set).collect();
    fields.say(usages.join(", "));
    fields.leaf(octets.len(), Kind::Plain, "bits", "one for each use", |_| usages.join(", "))?;
    Ok(usages)
}

fn basic_constraints(fields: &mut Fields) -> Read<(bool, Option<u32>)> {
    element(fields, SEQUENCE, "BasicConstraints", "whether it may sign other certificates", |fields| {
        let is_ca = follows(fields, BOOLEAN) && boolean(fields, "cA", "")?;
        let note = "how many CAs may stand between this one and a leaf";
        let path_length =
            if follows(fields, INTEGER) { small(integer(fields, "pathLenConstraint", note)?) } else { None };
        fields.say(if is_ca { "a CA" } else { "no CA" });
        Ok((is_ca, path_length))
    })
}

fn policy(fields: &mut Fields) -> Read<()> {
    element(fields, SEQUENCE, "PolicyInformation", "", |fields| {
        let policy = oid(fields, "policyIdentifier", "")?;
        fields.say(known(policy));
        if fields.left() > 0 { any(fields, "policyQualifiers", "") } else { Ok(()) }
    })
}

fn distribution_point(fields: &mut Fields) -> Read<()> {
    element(fields, SEQUENCE, "DistributionPoint", "", |fields| {
        if follows(fields, context(0, true)) {
            element(fields, context(0, true), "distributionPoint", "", |fields| {
                if follows(fields, context(0, true)) {
                    return general_names(fields, context(0, true), "fullName", "").map(|_| ());
                }
                any(fields, "nameRelativeToCRLIssuer", "")
            })?;
        }
        if follows(fields, context(1, false)) {
            any(fields, "reasons", "")?;
        }
        if follows(fields, context(2, true)) {
            general_names(fields, context(2, true), "cRLIssuer", "")?;
        }
        Ok(())
    })
}

fn access_description(fields: &mut Fields) -> Read<()> {
    element(fields, SEQUENCE, "AccessDescription", "", |fields| {
        let method = oid(fields, "accessMethod", "")?;
        fields.say(known(method));
        general_name(fields).map(|_| ())
    })
}

/// A name of one of many kinds. RFC 5280 §4.2.1.6
#[derive(Clone, Debug, Default)]
enum GeneralName {
    Dns(String),
    Address(String),
    #[default]
    Other,
}

fn general_names(fields: &mut Fields, tag: u8, name: &'static str, note: &'static str) -> Read<Vec<GeneralName>> {
    element(fields, tag, name, note, |fields| fields.repeat(general_name))
}

fn general_name(fields: &mut Fields) -> Read<GeneralName> {
    const RFC822: u8 = context(1, false);
    const DNS: u8 = context(2, false);
    const DIRECTORY: u8 = context(4, true);
    const URI: u8 = context(6, false);
    const ADDRESS: u8 = context(7, false);
    match fields.peek().unwrap_or_default() {
        DNS => element(fields, DNS, "dNSName", "the name of a host", text).map(GeneralName::Dns),
        RFC822 => element(fields, RFC822, "rfc822Name", "an e-mail address", text).map(|_| GeneralName::Other),
        URI => element(fields, URI, "uniformResourceIdentifier", "", text).map(|_| GeneralName::Other),
        ADDRESS => element(fields, ADDRESS, "iPAddress", "", address).map(GeneralName::Address),
        DIRECTORY => element(fields, DIRECTORY, "directoryName", "", |fields| {
            let name = name(fields, "Name", "")?;
            fields.say(name_line(&name));
            Ok(GeneralName::Other)
        }),
        _ => any(fields, "GeneralName", "").map(|()| GeneralName::Other),
    }
}

fn text(fields: &mut Fields) -> Read<String> {
    /// All of these names are IA5Strings. RFC 5280 §4.2.1.6
    const IA5: u8 = 0x16;
    der::text_contents(fields, IA5)
}

fn address(fields: &mut Fields) -> Read<String> {
    let octets = fields.rest();
    let shown = if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        Ipv4Addr::from(v4).to_string()
    } else if let Ok(v6) = <[u8; 16]>::try_from(octets) {
        Ipv6Addr::from(v6).to_string()
    } else {
        hex(octets)
    };
    fields.say(shown.clone());
    fields.leaf(octets.len(), Kind::Plain, "address", "", |_| shown.clone())?;
    Ok(shown)
}
