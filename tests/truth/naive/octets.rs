//! TLS records, hellos and certificates, read no further than the checks need: by their headers, by their places, by octets that are
//! looked for. RFC 8446 §5.1, §4.1.2, RFC 5246 §7.4, RFC 5280 §4.1

use super::Side;

/// A record of TLS on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub event: usize,
    pub by: Side,
    /// Content type.
    pub kind: u8,
    /// Behind the header.
    pub body: &'a [u8],
    /// Its side has sent ChangeCipherSpec before it, or it is of a session of TLS 1.3 behind the hellos.
    pub sealed: bool,
}

pub const CHANGE_CIPHER_SPEC: u8 = 20;
pub const ALERT: u8 = 21;
pub const HANDSHAKE: u8 = 22;
pub const APPLICATION_DATA: u8 = 23;

/// Content type and body of the records of these octets; `None`, where they are no whole records.
pub fn records(mut octets: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut all = Vec::new();
    while let [kind @ 20..=23, 3, _, high, low, rest @ ..] = octets {
        let length = usize::from(*high) << 8 | usize::from(*low);
        all.push((*kind, rest.get(..length)?));
        octets = &rest[length..];
    }
    octets.is_empty().then_some(all)
}

/// A handshake message in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The record in which it begins.
    pub event: usize,
    pub by: Side,
    pub kind: u8,
    pub body: Vec<u8>,
}

pub const CLIENT_HELLO: u8 = 1;
pub const SERVER_HELLO: u8 = 2;
pub const NEW_SESSION_TICKET: u8 = 4;
pub const CERTIFICATE: u8 = 11;
pub const SERVER_KEY_EXCHANGE: u8 = 12;
pub const CERTIFICATE_REQUEST: u8 = 13;

/// The messages of a side that stand in clear, in order.
pub fn messages(records: &[Record], by: Side) -> Vec<Message> {
    let mut octets = Vec::new();
    for record in records.iter().filter(|record| record.by == by && record.kind == HANDSHAKE && !record.sealed) {
        octets.extend(record.body.iter().map(|&octet| (record.event, octet)));
    }
    let mut all = Vec::new();
    let mut rest = octets.as_slice();
    while let [(event, kind), (_, a), (_, b), (_, c), tail @ ..] = rest {
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        let Some(body) = tail.get(..length) else { break };
        let body = body.iter().map(|(_, octet)| *octet).collect();
        all.push(Message { event: *event, by, kind: *kind, body });
        rest = &tail[length..];
    }
    all
}

/// What a client offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    pub event: usize,
    pub versions: Vec<u16>,
    /// Without the signals: RFC 5746 §3.3, RFC 7507 §3.
    pub suites: Vec<u16>,
    pub name: Option<String>,
}

/// What a server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub event: usize,
    pub version: u16,
    pub suite: u16,
    /// Of its key_share. RFC 8446 §4.2.8
    pub group: Option<u16>,
}

/// The random of a ServerHello that is none, but asks for another share. RFC 8446 §4.1.3
const RETRY: [u8; 4] = [0xcf, 0x21, 0xad, 0x74];

/// Whether the body of a ServerHello is a HelloRetryRequest.
pub fn is_retry(body: &[u8]) -> bool {
    body.get(2..6) == Some(&RETRY)
}

fn number(octets: &[u8]) -> usize {
    octets.iter().fold(0, |number, octet| number << 8 | usize::from(*octet))
}

/// A length in so many octets, what it is the length of, and the rest.
fn counted(octets: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let (length, rest) = octets.split_at_checked(width)?;
    rest.split_at_checked(number(length))
}

fn pairs(octets: &[u8]) -> Vec<u16> {
    octets.chunks_exact(2).map(|pair| number(pair) as u16).collect()
}

fn extension(mut extensions: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some((kind, rest)) = extensions.split_at_checked(2) {
        let (body, after) = counted(rest, 2)?;
        if number(kind) == usize::from(wanted) {
            return Some(body);
        }
        extensions = after;
    }
    None
}

const SERVER_NAME: u16 = 0;
const STATUS_REQUEST: u16 = 5;
const SUPPORTED_VERSIONS: u16 = 43;
const PRE_SHARED_KEY: u16 = 41;
const KEY_SHARE: u16 = 51;

/// RFC 8446 §4.1.2: legacy_version, random, legacy_session_id, cipher_suites, legacy_compression_methods, extensions.
pub fn offered(message: &Message) -> Option<Offered> {
    let body = message.body.as_slice();
    let (_, rest) = counted(body.get(34..)?, 1)?;
    let (suites, rest) = counted(rest, 2)?;
    let (_, rest) = counted(rest, 1)?;
    let extensions = counted(rest, 2).map(|(extensions, _)| extensions).unwrap_or_default();
    let versions = match extension(extensions, SUPPORTED_VERSIONS) {
        Some(list) => pairs(counted(list, 1)?.0),
        None => vec![number(&body[..2]) as u16],
    };
    // server_name: a list of one; its type, its length. RFC 6066 §3
    let name = extension(extensions, SERVER_NAME).and_then(|list| Some(counted(list.get(3..)?, 2)?.0));
    let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
    let suites = pairs(suites).into_iter().filter(|suite| ![0x00ff, 0x5600].contains(suite)).collect();
    Some(Offered { event: message.event, versions, suites, name })
}

/// Whether a ClientHello asks for an OCSP response. RFC 6066 §8
pub fn asks_for_status(message: &Message) -> bool {
    let extensions = || {
        let (_, rest) = counted(message.body.get(34..)?, 1)?;
        let (_, rest) = counted(rest, 2)?;
        let (_, rest) = counted(rest, 1)?;
        Some(counted(rest, 2)?.0)
    };
    message.kind == CLIENT_HELLO && extensions().is_some_and(|all| extension(all, STATUS_REQUEST).is_some())
}

/// RFC 8446 §4.1.3: legacy_version, random, legacy_session_id_echo, cipher_suite, legacy_compression_method, extensions.
pub fn choice(message: &Message) -> Option<Choice> {
    let body = message.body.as_slice();
    let (_, rest) = counted(body.get(34..)?, 1)?;
    let suite = number(rest.get(..2)?) as u16;
    let extensions = counted(rest.get(3..)?, 2).map(|(extensions, _)| extensions).unwrap_or_default();
    let version = extension(extensions, SUPPORTED_VERSIONS).unwrap_or(&body[..2]);
    let group = extension(extensions, KEY_SHARE).and_then(|share| share.get(..2)).map(|group| number(group) as u16);
    Some(Choice { event: message.event, version: number(version) as u16, suite, group })
}

/// Whether a session goes on with the secret of an earlier one: the server takes a pre-shared key, or changes its cipher without having shown
/// a certificate. RFC 8446 §4.2.11, RFC 5246 §7.3
pub fn resumed(records: &[Record], messages: &[Message]) -> bool {
    let of_server = |kind| messages.iter().find(|message| message.by == Side::Server && message.kind == kind);
    let hello = messages.iter().find(|message| message.kind == SERVER_HELLO && !is_retry(&message.body));
    let Some(chosen) = hello.and_then(choice) else { return false };
    let changes = records.iter().any(|record| record.by == Side::Server && record.kind == CHANGE_CIPHER_SPEC);
    match chosen.version {
        0x0304 => hello.is_some_and(takes_psk),
        _ => changes && of_server(CERTIFICATE).is_none(),
    }
}

fn takes_psk(hello: &Message) -> bool {
    let extensions = || {
        let (_, rest) = counted(hello.body.get(34..)?, 1)?;
        Some(counted(rest.get(3..)?, 2)?.0)
    };
    extensions().is_some_and(|all| extension(all, PRE_SHARED_KEY).is_some())
}

/// The named curve of a ServerKeyExchange. RFC 8422 §5.4
pub fn curve(message: &Message) -> Option<u16> {
    match message.body.as_slice() {
        [3, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

/// The certificates of a Certificate message of TLS 1.2. RFC 5246 §7.4.2
pub fn chain(message: &Message) -> Vec<Vec<u8>> {
    let mut rest = counted(&message.body, 3).map(|(list, _)| list).unwrap_or_default();
    let mut all = Vec::new();
    while let Some((certificate, after)) = counted(rest, 3) {
        all.push(certificate.to_vec());
        rest = after;
    }
    all
}

/// What a certificate says, found by looking for object identifiers and for times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Common names.
    pub issuer: String,
    pub subject: String,
    pub names: Vec<String>,
    /// Seconds since 1970.
    pub from: i64,
    pub to: i64,
    pub server_auth: bool,
    pub client_auth: bool,
}

pub fn find(octets: &[u8], wanted: &[u8]) -> Option<usize> {
    octets.windows(wanted.len()).position(|window| window == wanted)
}

// 2.5.4.3, 2.5.29.17, 1.3.6.1.5.5.7.3.1 and .2, each with its tag and length.
const COMMON_NAME: &[u8] = &[6, 3, 0x55, 4, 3];
const SUBJECT_ALT_NAME: &[u8] = &[6, 3, 0x55, 0x1d, 0x11];
const SERVER_AUTH: &[u8] = &[6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];
const CLIENT_AUTH: &[u8] = &[6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 2];

impl Certificate {
    /// The lab's have short names, so each length is one octet.
    pub fn read(der: &[u8]) -> Option<Certificate> {
        let first = find(der, COMMON_NAME)? + COMMON_NAME.len();
        let second = first + find(&der[first..], COMMON_NAME)? + COMMON_NAME.len();
        let text = |at: usize| Some(String::from_utf8_lossy(counted(der.get(at + 1..)?, 1)?.0).into_owned());
        let times: Vec<i64> = (0..der.len()).filter_map(|at| time(&der[at..])).collect();
        let &[from, to] = times.as_slice() else { return None };
        let at = find(der, SUBJECT_ALT_NAME)? + SUBJECT_ALT_NAME.len();
        // OCTET STRING, SEQUENCE, then dNSName [2] of each. RFC 5280 §4.2.1.6
        let mut rest = counted(der.get(at + 3..)?, 1)?.0;
        let mut names = Vec::new();
        while let [0x82, tail @ ..] = rest {
            let (name, after) = counted(tail, 1)?;
            names.push(String::from_utf8_lossy(name).into_owned());
            rest = after;
        }
        Some(Certificate {
            issuer: text(first)?,
            subject: text(second)?,
            names,
            from,
            to,
            server_auth: find(der, SERVER_AUTH).is_some(),
            client_auth: find(der, CLIENT_AUTH).is_some(),
        })
    }
}

/// UTCTime or GeneralizedTime, in UTC. RFC 5280 §4.1.2.5
fn time(octets: &[u8]) -> Option<i64> {
    let (century, digits) = match octets {
        [0x17, 13, rest @ ..] => (None, rest.get(..12).filter(|_| rest.get(12) == Some(&b'Z'))?),
        [0x18, 15, rest @ ..] => (Some(()), rest.get(..14).filter(|_| rest.get(14) == Some(&b'Z'))?),
        _ => return None,
    };
    let digits: Vec<i64> = digits.iter().map(|b| i64::from(b.wrapping_sub(b'0'))).collect();
    if digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let pairs: Vec<i64> = digits.chunks_exact(2).map(|pair| 10 * pair[0] + pair[1]).collect();
    let (year, rest) = match (century, pairs.as_slice()) {
        (Some(()), [high, low, rest @ ..]) => (100 * high + low, rest),
        (None, [year, rest @ ..]) => (if *year < 50 { 2000 + year } else { 1900 + year }, rest),
        _ => return None,
    };
    let &[month, day, hour, minute, second] = rest else { return None };
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let months = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: i64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let before: i64 = months.iter().take(usize::try_from(month).ok()?.checked_sub(1)?).sum();
    Some((((years + before + day - 1) * 24 + hour) * 60 + minute) * 60 + second)
}
