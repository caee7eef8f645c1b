//! What the handshake divider shows of a message's body, typed (RFC 8446 §4, RFC 5246 §7.4, RFC 8422, RFC 6066 §3).
//!
//! Left out: every field that is not here, and the order and uniqueness of extensions. A body that does not parse is
//! [`Facts::Malformed`]; the message itself is still reported.

use crate::bytes::{Cursor, Short};
use crate::dissect::names::{CERTIFICATE, CLIENT_HELLO, SERVER_HELLO, SERVER_KEY_EXCHANGE, TLS13};

/// The random that makes a ServerHello a HelloRetryRequest: the SHA-256 of that word. RFC 8446 §4.1.3
const HELLO_RETRY_REQUEST: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11,
    0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;

/// What is known of a message beyond its kind and size. Code points as IANA numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    None,
    ClientHello(ClientHello),
    ServerHello(ServerHello),
    /// How many certificates, and the octets of their DER together.
    Certificate {
        count: usize,
        octets: usize,
    },
    /// TLS 1.2's key exchange; `None` where the curve is not a named one. RFC 8422 §5.4
    ServerKeyExchange {
        group: Option<u16>,
    },
    Alert {
        level: u8,
        description: u8,
    },
    /// The body is not what the type says.
    Malformed,
}

/// What the client offers, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHello {
    pub suites: Vec<u16>,
    /// Of supported_versions; without it, the one in the hello. RFC 8446 §4.2.1
    pub versions: Vec<u16>,
    /// RFC 6066 §3
    pub server_name: Option<String>,
    pub groups: Vec<u16>,
}

/// What the server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// Of supported_versions; without it, the one in the hello. RFC 8446 §4.2.1
    pub version: u16,
    pub suite: u16,
    /// Of key_share: the group of the server's share, or the one that it asks for. TLS 1.3 only.
    pub group: Option<u16>,
    pub is_hello_retry_request: bool,
}

/// The facts of a handshake message. `version` is the one chosen so far.
pub fn of(handshake_type: u8, body: &[u8], version: Option<u16>) -> Facts {
    let mut cursor = Cursor::new(body);
    let facts = match handshake_type {
        CLIENT_HELLO => client_hello(&mut cursor).map(Facts::ClientHello),
        SERVER_HELLO => server_hello(&mut cursor).map(Facts::ServerHello),
        CERTIFICATE => certificates(&mut cursor, version),
        // Read as ECDHE's; DHE's begin with a length, whose first octet is taken for another curve type.
        SERVER_KEY_EXCHANGE => server_key_exchange(&mut cursor),
        _ => Ok(Facts::None),
    };
    facts.unwrap_or(Facts::Malformed)
}

/// RFC 8446 §4.1.2
fn client_hello(cursor: &mut Cursor) -> Result<ClientHello, Short> {
    let legacy_version = cursor.u16()?;
    cursor.take(32)?; // random
    vector8(cursor)?; // legacy_session_id
    let suites = code_points(vector16(cursor)?);
    vector8(cursor)?; // legacy_compression_methods
    let mut hello = ClientHello { suites, versions: vec![legacy_version], server_name: None, groups: Vec::new() };
    for_each_extension(cursor, |extension, data| {
        match extension {
            SUPPORTED_VERSIONS => hello.versions = code_points(vector8(data)?), // RFC 8446 §4.2.1
            SUPPORTED_GROUPS => hello.groups = code_points(vector16(data)?),    // RFC 8446 §4.2.7
            SERVER_NAME => {
                let mut names = Cursor::new(vector16(data)?);
                if names.u8()? == 0 {
                    hello.server_name = Some(String::from_utf8_lossy(vector16(&mut names)?).into_owned()); // RFC 6066 §3
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(hello)
}

/// RFC 8446 §4.1.3
fn server_hello(cursor: &mut Cursor) -> Result<ServerHello, Short> {
    let version = cursor.u16()?;
    let is_hello_retry_request = cursor.take(32)? == HELLO_RETRY_REQUEST;
    vector8(cursor)?; // legacy_session_id_echo
    let suite = cursor.u16()?;
    cursor.u8()?; // legacy_compression_method
    let mut hello = ServerHello { version, suite, group: None, is_hello_retry_request };
    for_each_extension(cursor, |extension, data| {
        match extension {
            SUPPORTED_VERSIONS => hello.version = data.u16()?, // RFC 8446 §4.2.1
            // A KeyShareEntry and a selected_group both begin with the group. RFC 8446 §4.2.8
            KEY_SHARE => hello.group = Some(data.u16()?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(hello)
}

/// RFC 8446 §4.4.2, RFC 5246 §7.4.2
fn certificates(cursor: &mut Cursor, version: Option<u16>) -> Result<Facts, Short> {
    let is_tls13 = version == Some(TLS13);
    if is_tls13 {
        vector8(cursor)?; // certificate_request_context
    }
    let length = cursor.u24()? as usize;
    let mut list = Cursor::new(cursor.take(length)?);
    let (mut count, mut octets) = (0, 0);
    while list.left() > 0 {
        let length = list.u24()? as usize;
        octets += list.take(length)?.len();
        count += 1;
        if is_tls13 {
            vector16(&mut list)?; // extensions
        }
    }
    Ok(Facts::Certificate { count, octets })
}

/// RFC 8422 §5.4
fn server_key_exchange(cursor: &mut Cursor) -> Result<Facts, Short> {
    const NAMED_CURVE: u8 = 3;
    let group = if cursor.u8()? == NAMED_CURVE { Some(cursor.u16()?) } else { None };
    Ok(Facts::ServerKeyExchange { group })
}

/// Calls `read` with each extension's type and data. No extensions at all is allowed. RFC 5246 §7.4.1.2
fn for_each_extension(
    cursor: &mut Cursor,
    mut read: impl FnMut(u16, &mut Cursor) -> Result<(), Short>,
) -> Result<(), Short> {
    if cursor.left() == 0 {
        return Ok(());
    }
    let mut extensions = Cursor::new(vector16(cursor)?);
    while extensions.left() > 0 {
        let extension = extensions.u16()?;
        read(extension, &mut Cursor::new(vector16(&mut extensions)?))?;
    }
    Ok(())
}

/// A vector with one octet of length. RFC 8446 §3.4
fn vector8<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Short> {
    let length = usize::from(cursor.u8()?);
    cursor.take(length)
}

/// A vector with two octets of length. RFC 8446 §3.4
fn vector16<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Short> {
    let length = usize::from(cursor.u16()?);
    cursor.take(length)
}

fn code_points(octets: &[u8]) -> Vec<u16> {
    octets.chunks_exact(2).map(|pair| pair.iter().fold(0, |code, &octet| code << 8 | u16::from(octet))).collect()
}
