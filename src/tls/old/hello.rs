//! The hellos of SSL 3.0 to TLS 1.2, read and written: RFC 6101 §5.6.1, RFC 2246 §7.4.1, RFC 5246 §7.4.1; and read in the form of
//! SSL 2.0, RFC 2246 §E.1, RFC 5246 §E.2.
//!
//! Of the extensions those are read on which the handshake depends; the others are skipped. Left out: compression, resumption.

use super::message::{Malformed, Writer, list16, numbers, vector8, vector16};
use crate::bytes::Cursor;
use crate::registry::{CLIENT_HELLO, SERVER_HELLO, Version, extension};

/// Octets of a random. RFC 2246 §7.4.1.2
pub(super) const RANDOM: usize = 32;
/// Octets of the number of a session at most.
const SESSION: usize = 32;

/// What a client offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ClientHello {
    pub(super) version: Version,
    pub(super) random: [u8; RANDOM],
    /// Without those of SSL 2.0.
    pub(super) suites: Vec<u16>,
    pub(super) compressions: Vec<u8>,
    pub(super) extensions: Extensions,
}

/// What of the extensions matters here; `None` where it was not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    /// RFC 6066 §3
    pub(super) server_name: Option<String>,
    /// RFC 8422 §5.1.1
    pub(super) groups: Option<Vec<u16>>,
    /// RFC 8422 §5.1.2
    pub(super) point_formats: Option<Vec<u8>>,
    /// RFC 5246 §7.4.1.4.1
    pub(super) signatures: Option<Vec<u16>>,
}

/// What a server has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ServerHello {
    pub(super) version: Version,
    pub(super) random: [u8; RANDOM],
    pub(super) suite: u16,
    pub(super) compression: u8,
    /// The extensions that it answered, by code point.
    pub(super) extensions: Vec<u16>,
}

impl ClientHello {
    pub(super) fn read(body: &[u8]) -> Result<ClientHello, Malformed> {
        let mut cursor = Cursor::new(body);
        let version = Version(cursor.u16()?);
        let random = random(&mut cursor)?;
        session(&mut cursor)?;
        let suites = list16(vector16(&mut cursor)?)?;
        let compressions = vector8(&mut cursor)?.to_vec();
        if suites.is_empty() || compressions.is_empty() {
            return Err(Malformed);
        }
        // What may follow is left to later versions: all of it are the extensions. RFC 2246 §7.4.1.2, RFC 5246 §7.4.1.2
        let extensions = if cursor.left() == 0 { Extensions::default() } else { Extensions::read(&mut cursor)? };
        if cursor.left() > 0 {
            return Err(Malformed);
        }
        Ok(ClientHello { version, random, suites, compressions, extensions })
    }

    /// The hello in the form of SSL 2.0, from its type on. RFC 5246 §E.2
    pub(super) fn read_ssl2(message: &[u8]) -> Result<ClientHello, Malformed> {
        let mut cursor = Cursor::new(message);
        if cursor.u8()? != CLIENT_HELLO {
            return Err(Malformed);
        }
        let version = Version(cursor.u16()?);
        let [suites, session, challenge] = [cursor.u16()?, cursor.u16()?, cursor.u16()?].map(usize::from);
        let suites = cursor.take(suites)?;
        cursor.take(session)?;
        let challenge = cursor.take(challenge)?;
        if suites.is_empty() || suites.len() % 3 != 0 || !(16..=RANDOM).contains(&challenge.len()) || cursor.left() > 0
        {
            return Err(Malformed);
        }
        // Those of TLS begin with a zero. The challenge is the random, with zeros in front. RFC 5246 §E.2
        let suites = suites.chunks_exact(3).filter_map(|suite| match *suite {
            [0, high, low] => Some(u16::from_be_bytes([high, low])),
            _ => None,
        });
        let mut random = [0; RANDOM];
        random.iter_mut().rev().zip(challenge.iter().rev()).for_each(|(random, octet)| *random = *octet);
        Ok(ClientHello {
            version,
            random,
            suites: suites.collect(),
            compressions: vec![0],
            extensions: Extensions::default(),
        })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Writer::message(CLIENT_HELLO);
        out.u16(self.version.0).octets(&self.random).u8(0); // no session to resume
        out.vector16(&numbers(&self.suites)).vector8(&self.compressions);
        // Nothing at all where there is none: what is older than extensions does not know the two octets of their length either.
        let extensions = self.extensions.write();
        if !extensions.is_empty() {
            out.vector16(&extensions);
        }
        out.finish()
    }
}

impl Extensions {
    fn read(cursor: &mut Cursor<'_>) -> Result<Extensions, Malformed> {
        let mut found = Extensions::default();
        let mut cursor = Cursor::new(vector16(cursor)?);
        let mut seen = Vec::new();
        while cursor.left() > 0 {
            let (code, data) = extension(&mut cursor)?;
            // RFC 5246 §7.4.1.4
            if seen.contains(&code) {
                return Err(Malformed);
            }
            seen.push(code);
            let mut data = Cursor::new(data);
            match code {
                extension::SERVER_NAME => found.server_name = server_name(vector16(&mut data)?)?,
                extension::SUPPORTED_GROUPS => found.groups = Some(list16(vector16(&mut data)?)?),
                extension::EC_POINT_FORMATS => found.point_formats = Some(vector8(&mut data)?.to_vec()),
                extension::SIGNATURE_ALGORITHMS => found.signatures = Some(list16(vector16(&mut data)?)?),
                _ => drop(data.rest()),
            }
            if data.left() > 0 {
                return Err(Malformed);
            }
        }
        Ok(found)
    }

    fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        // A name is of 1 to 255 octets. RFC 6066 §3, RFC 1035 §2.3.4
        if let Some(name) = self.server_name.as_ref().filter(|name| (1..256).contains(&name.len())) {
            let host_name = [&[0], counted16(name.as_bytes()).as_slice()].concat();
            out.u16(extension::SERVER_NAME).vector16(&counted16(&host_name));
        }
        if let Some(groups) = &self.groups {
            out.u16(extension::SUPPORTED_GROUPS).vector16(&counted16(&numbers(groups)));
        }
        if let Some(formats) = &self.point_formats {
            out.u16(extension::EC_POINT_FORMATS).u16(formats.len() as u16 + 1).vector8(formats);
        }
        if let Some(schemes) = &self.signatures {
            out.u16(extension::SIGNATURE_ALGORITHMS).vector16(&counted16(&numbers(schemes)));
        }
        out.written()
    }
}

fn counted16(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u16).to_be_bytes(), content].concat()
}

/// The first host name of the list. RFC 6066 §3
fn server_name(list: &[u8]) -> Result<Option<String>, Malformed> {
    let mut cursor = Cursor::new(list);
    let mut found = None;
    while cursor.left() > 0 {
        let (kind, name) = (cursor.u8()?, vector16(&mut cursor)?);
        let name = std::str::from_utf8(name).ok().filter(|name| kind == 0 && name.is_ascii());
        found = found.or(name.map(str::to_owned));
    }
    Ok(found)
}

fn extension<'a>(cursor: &mut Cursor<'a>) -> Result<(u16, &'a [u8]), Malformed> {
    Ok((cursor.u16()?, vector16(cursor)?))
}

fn random(cursor: &mut Cursor<'_>) -> Result<[u8; RANDOM], Malformed> {
    cursor.take(RANDOM)?.try_into().map_err(|_| Malformed)
}

fn session<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let session = vector8(cursor)?;
    if session.len() > SESSION { Err(Malformed) } else { Ok(session) }
}

impl ServerHello {
    pub(super) fn read(body: &[u8]) -> Result<ServerHello, Malformed> {
        let mut cursor = Cursor::new(body);
        let version = Version(cursor.u16()?);
        let random = random(&mut cursor)?;
        session(&mut cursor)?;
        let (suite, compression) = (cursor.u16()?, cursor.u8()?);
        let mut extensions = Vec::new();
        if cursor.left() > 0 {
            let mut list = Cursor::new(vector16(&mut cursor)?);
            while list.left() > 0 {
                extensions.push(extension(&mut list)?.0);
            }
        }
        if cursor.left() > 0 {
            Err(Malformed)
        } else {
            Ok(ServerHello { version, random, suite, compression, extensions })
        }
    }

    /// Of the extensions it has that of the curves alone.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Writer::message(SERVER_HELLO);
        // No session that could be resumed: an empty number. RFC 2246 §7.4.1.3
        out.u16(self.version.0).octets(&self.random).u8(0).u16(self.suite).u8(self.compression);
        if self.extensions.contains(&extension::EC_POINT_FORMATS) {
            let [high, low] = extension::EC_POINT_FORMATS.to_be_bytes();
            out.vector16(&[high, low, 0, 2, 1, 0]); // uncompressed alone. RFC 8422 §5.2
        }
        out.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> ClientHello {
        ClientHello {
            version: Version::TLS12,
            random: [7; RANDOM],
            suites: vec![0x2F, 0xC009],
            compressions: vec![0],
            extensions: Extensions {
                server_name: Some("mx.example.net".to_owned()),
                groups: Some(vec![23, 24]),
                point_formats: Some(vec![0]),
                signatures: Some(vec![0x0201]),
            },
        }
    }

    #[test]
    fn a_hello_is_read_as_it_was_written() {
        let hello = sample();
        assert_eq!(ClientHello::read(&hello.write()[4..]), Ok(hello.clone()));
        let bare = ClientHello { extensions: Extensions::default(), ..hello };
        let octets = bare.write();
        assert_eq!(octets.len(), 4 + 2 + 32 + 1 + 2 + 4 + 2, "no octet of extensions");
        assert_eq!(ClientHello::read(&octets[4..]), Ok(bare));
    }

    #[test]
    fn a_hello_that_is_cut_or_goes_on_is_malformed() {
        let octets = sample().write();
        let without = ClientHello { extensions: Extensions::default(), ..sample() }.write().len();
        for end in (4..octets.len()).filter(|&end| end != without) {
            assert_eq!(ClientHello::read(&octets[4..end]), Err(Malformed), "{end}");
        }
        assert_eq!(ClientHello::read(&[&octets[4..], &[0]].concat()), Err(Malformed));
        // The same extension a second time.
        let twice = [0, 8, 0xFF, 0, 0, 0, 0xFF, 0, 0, 0];
        let bare = ClientHello { extensions: Extensions::default(), ..sample() }.write();
        assert_eq!(ClientHello::read(&[&bare[4..], &twice[..6]].concat()), Err(Malformed));
        assert!(ClientHello::read(&[&bare[4..], &[0, 4], &twice[2..6]].concat()).is_ok());
        assert_eq!(ClientHello::read(&[&bare[4..], &twice].concat()), Err(Malformed));
    }

    /// The hello of RFC 5246 §E.2 with a challenge of 16 octets.
    #[test]
    fn the_hello_of_ssl_2_is_read() {
        let mut octets = vec![1, 3, 1, 0, 6, 0, 0, 0, 16, 0, 0, 5, 1, 0, 0x80];
        octets.extend([9; 16]);
        let hello = ClientHello::read_ssl2(&octets).unwrap();
        assert_eq!((hello.version, hello.suites), (Version::TLS10, vec![5]));
        assert_eq!((&hello.random[..16], &hello.random[16..]), (&[0; 16][..], &[9; 16][..]));
        for end in 0..octets.len() {
            assert_eq!(ClientHello::read_ssl2(&octets[..end]), Err(Malformed), "{end}");
        }
    }

    #[test]
    fn a_server_hello_is_read_as_it_was_written() {
        for extensions in [vec![], vec![extension::EC_POINT_FORMATS]] {
            let hello =
                ServerHello { version: Version::TLS10, random: [3; RANDOM], suite: 0x2F, compression: 0, extensions };
            let octets = hello.write();
            assert_eq!(ServerHello::read(&octets[4..]), Ok(hello));
            assert_eq!(ServerHello::read(&octets[4..octets.len() - 1]), Err(Malformed));
            assert_eq!(ServerHello::read(&[&octets[4..], &[0]].concat()), Err(Malformed));
        }
    }
}
