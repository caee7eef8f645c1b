//! A ClientHello made by hand, of SSL 3.0 to TLS 1.2 (RFC 5246 §7.4.1.2): what an engine sends is held against it, and it can offer what
//! no engine here computes. No session to resume, no compression, and only the extensions without which the suites make no sense.

use starttls_lab::registry::{
    Authentication, CLIENT_HELLO, CodePoint, Group, HANDSHAKE, Version, VersionRange, extension, signature, suite,
};
use starttls_lab::suites::Peer;

/// The oldest and the newest version that this form of the hello can name.
const HELLO_VERSIONS: VersionRange = VersionRange::new(Version::SSL3, Version::TLS12);

/// What a client names in its hello.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelloOffer {
    /// Each once, in the order of the list: the lines of Schannel that differ in the curve alone are one code point.
    pub suites: Vec<u16>,
    pub groups: Vec<Group>,
}

/// What of its list a client can name in a hello.
pub fn offer(client: &Peer) -> HelloOffer {
    let mut offer = HelloOffer { suites: Vec::new(), groups: Vec::new() };
    let mut needs_groups = false;
    for &entry in &client.list.entries {
        let usable = |version: &Version| {
            client.versions.contains(*version)
                && HELLO_VERSIONS.contains(*version)
                && entry.suite.versions.contains(*version)
        };
        match entry.suite.code {
            CodePoint::Tls(code) if entry.enabled && Version::ALL.iter().any(usable) => {
                needs_groups |= entry.suite.key_exchange.needs_group();
                if !offer.suites.contains(&code) {
                    offer.suites.push(code);
                }
            }
            _ => {}
        }
    }
    if needs_groups {
        offer.groups = client.supported_groups();
    }
    offer
}

/// One TLS record with the ClientHello of `client`; none if there is no suite that it could name.
pub fn client_hello(client: &Peer, random: [u8; 32], server_name: Option<&str>) -> Option<Vec<u8>> {
    let offer = offer(client);
    let version = client.versions.highest_common(HELLO_VERSIONS).filter(|_| !offer.suites.is_empty())?;

    let mut body = version.0.to_be_bytes().to_vec();
    body.extend_from_slice(&random);
    body.push(0); // session_id: empty
    body.extend(vector16(&code_points(offer.suites.iter().copied())));
    body.extend([1, 0]); // compression_methods: null alone
    let extensions = extensions(&offer, version, server_name);
    if !extensions.is_empty() {
        body.extend(vector16(&extensions));
    }

    let [_, length @ ..] = (body.len() as u32).to_be_bytes();
    let mut message = vec![CLIENT_HELLO];
    message.extend(length);
    message.extend(body);
    // A first record says an old version, for servers that look no further. RFC 5246 §E.1
    Some(record(HANDSHAKE, version.min(Version::TLS10), &message))
}

fn extensions(offer: &HelloOffer, version: Version, server_name: Option<&str>) -> Vec<u8> {
    let mut extensions = Vec::new();
    if version == Version::SSL3 {
        return extensions; // SSL 3.0 has none. RFC 6101 §5.6.1.2
    }
    let mut add = |code: u16, data: &[u8]| {
        extensions.extend(code.to_be_bytes());
        extensions.extend(vector16(data));
    };
    // A name is of 1 to 255 octets. RFC 6066 §3, RFC 1035 §2.3.4
    if let Some(name) = server_name.filter(|name| (1..256).contains(&name.len())) {
        let host_name = [&[0], vector16(name.as_bytes()).as_slice()].concat();
        add(extension::SERVER_NAME, &vector16(&host_name));
    }
    if !offer.groups.is_empty() {
        add(extension::SUPPORTED_GROUPS, &vector16(&code_points(offer.groups.iter().map(|group| group.code())))); // RFC 8422 §5.1.1
        add(extension::EC_POINT_FORMATS, &[1, 0]); // uncompressed alone. RFC 8422 §5.1.2
    }
    if version == Version::TLS12 {
        // Without it the server would have to believe SHA-1. RFC 5246 §7.4.1.4.1
        add(extension::SIGNATURE_ALGORITHMS, &vector16(&code_points(signature_schemes(offer))));
    }
    extensions
}

/// Those of the keys that the suites offered are made for: with SHA-256, and with SHA-1 as the old lists know it.
fn signature_schemes(offer: &HelloOffer) -> impl Iterator<Item = u16> {
    let schemes = [
        (Authentication::Ecdsa, [signature::ECDSA_SECP256R1_SHA256, signature::ECDSA_SHA1]),
        (Authentication::Rsa, [signature::RSA_PKCS1_SHA256, signature::RSA_PKCS1_SHA1]),
        (Authentication::Dss, [signature::DSA_SHA256, signature::DSA_SHA1]),
    ];
    let wanted: Vec<Authentication> =
        offer.suites.iter().filter_map(|&code| suite(code)).map(|suite| suite.authentication).collect();
    schemes.into_iter().filter(move |(kind, _)| wanted.contains(kind)).flat_map(|(_, schemes)| schemes)
}

/// RFC 5246 §6.2.1
fn record(content_type: u8, version: Version, fragment: &[u8]) -> Vec<u8> {
    let mut record = vec![content_type];
    record.extend(version.0.to_be_bytes());
    record.extend(vector16(fragment));
    record
}

/// A vector with two octets of length. Nothing here comes near 2^16. RFC 5246 §4.3
fn vector16(octets: &[u8]) -> Vec<u8> {
    [&(octets.len() as u16).to_be_bytes(), octets].concat()
}

fn code_points(codes: impl Iterator<Item = u16>) -> Vec<u8> {
    codes.flat_map(u16::to_be_bytes).collect()
}
