//! The handshake messages of SSL 3.0 to TLS 1.2 behind the hellos, read and written: RFC 6101 §5.6, RFC 2246 §7.4, RFC 4492 §5.4,
//! RFC 5246 §7.4. Forms alone: no signature is checked here and nothing is decrypted.
//!
//! ```text
//! Certificate          chain, leaf first
//! ServerKeyExchange    temporary RSA, DH or a point of a curve; with its signature
//! CertificateRequest   kinds of keys, signature algorithms (TLS 1.2), issuers
//! ClientKeyExchange    the encrypted premaster, or the public value of DH or of the curve
//! CertificateVerify, Finished
//! ```

use crate::bytes::{Cursor, Short};
use crate::registry::{
    CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE, FINISHED, SERVER_KEY_EXCHANGE, Version,
};

/// Octets of a handshake message's header: type and length. RFC 2246 §7.4
pub(super) const MESSAGE_HEADER: usize = 4;
/// ECParameters of a curve that has a name. RFC 8422 §5.4
const NAMED_CURVE: u8 = 3;

/// Octets that are no message of their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl From<Short> for Malformed {
    fn from(_: Short) -> Malformed {
        Malformed
    }
}

pub(super) fn vector8<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let length = cursor.u8()?;
    Ok(cursor.take(length.into())?)
}

pub(super) fn vector16<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let length = cursor.u16()?;
    Ok(cursor.take(length.into())?)
}

fn vector24<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let length = cursor.u24()?;
    Ok(cursor.take(length as usize)?)
}

/// Numbers of two octets each.
pub(super) fn list16(octets: &[u8]) -> Result<Vec<u16>, Malformed> {
    let (pairs, rest) = octets.as_chunks::<2>();
    if rest.is_empty() { Ok(pairs.iter().map(|&pair| u16::from_be_bytes(pair)).collect()) } else { Err(Malformed) }
}

/// What `read` finds, if it is all that there is.
fn whole<'a, T>(body: &'a [u8], read: impl FnOnce(&mut Cursor<'a>) -> Result<T, Malformed>) -> Result<T, Malformed> {
    let mut cursor = Cursor::new(body);
    let found = read(&mut cursor)?;
    if cursor.left() > 0 { Err(Malformed) } else { Ok(found) }
}

/// The same, written.
pub(super) fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// Writes a message. Nothing that this engine writes is longer than its length can say.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    /// Its length is filled in by `finish`.
    pub(super) fn message(kind: u8) -> Writer {
        Writer(vec![kind, 0, 0, 0])
    }

    pub(super) fn octets(&mut self, octets: &[u8]) -> &mut Writer {
        self.0.extend_from_slice(octets);
        self
    }

    pub(super) fn u8(&mut self, value: u8) -> &mut Writer {
        self.octets(&[value])
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Writer {
        self.octets(&value.to_be_bytes())
    }

    pub(super) fn vector8(&mut self, content: &[u8]) -> &mut Writer {
        self.u8(content.len() as u8).octets(content)
    }

    pub(super) fn vector16(&mut self, content: &[u8]) -> &mut Writer {
        self.u16(content.len() as u16).octets(content)
    }

    fn vector24(&mut self, content: &[u8]) -> &mut Writer {
        let [_, length @ ..] = (content.len() as u32).to_be_bytes();
        self.octets(&length).octets(content)
    }

    pub(super) fn written(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let [_, length @ ..] = (self.0.len().saturating_sub(MESSAGE_HEADER) as u32).to_be_bytes();
        self.0.iter_mut().skip(1).zip(length).for_each(|(octet, length)| *octet = length);
        self.0
    }
}

/// A message without content: HelloRequest, ServerHelloDone.
pub(super) fn empty(kind: u8) -> Vec<u8> {
    Writer::message(kind).finish()
}

/// Finished, and in TLS and SSL 3.0 alike nothing but its octets.
pub(super) fn finished(octets: &[u8]) -> Vec<u8> {
    let mut out = Writer::message(FINISHED);
    out.octets(octets);
    out.finish()
}

/// The certificates of a chain, DER, leaf first. RFC 2246 §7.4.2
pub(super) fn read_certificate(body: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut list = Cursor::new(whole(body, vector24)?);
    let mut chain = Vec::new();
    while list.left() > 0 {
        // A certificate is of one octet at least.
        chain.push(Some(vector24(&mut list)?).filter(|der| !der.is_empty()).ok_or(Malformed)?);
    }
    Ok(chain)
}

pub(super) fn certificate<'a>(chain: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Writer::message(CERTIFICATE);
    let mut list = Writer::default();
    for der in chain {
        list.vector24(der);
    }
    out.vector24(&list.0);
    out.finish()
}

/// What a server gives the client for the key exchange beside, or in place of, the key of its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ServerParams {
    /// A temporary RSA key. RFC 2246 §7.4.3
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    /// RFC 2246 §7.4.3
    Dh { prime: Vec<u8>, generator: Vec<u8>, public: Vec<u8> },
    /// RFC 8422 §5.4
    Ecdh { group: u16, public: Vec<u8> },
}

/// Which of them a suite takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    Rsa,
    Dh,
    Ecdh,
}

/// Parameters and signature of a ServerKeyExchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerKeyExchange<'a> {
    pub(super) params: ServerParams,
    /// The octets of the parameters, which the signature is over.
    pub(super) signed: &'a [u8],
    pub(super) signature: Signature<'a>,
}

/// A digitally-signed element. RFC 2246 §4.7, RFC 5246 §4.7
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature<'a> {
    /// Hash and algorithm, which it names since TLS 1.2.
    pub(super) scheme: Option<u16>,
    pub(super) octets: &'a [u8],
}

impl<'a> Signature<'a> {
    fn read(cursor: &mut Cursor<'a>, version: Version) -> Result<Signature<'a>, Malformed> {
        let scheme = if version >= Version::TLS12 { Some(cursor.u16()?) } else { None };
        Ok(Signature { scheme, octets: vector16(cursor)? })
    }

    fn write(self, out: &mut Writer) {
        if let Some(scheme) = self.scheme {
            out.u16(scheme);
        }
        out.vector16(self.octets);
    }
}

impl ServerParams {
    fn read(cursor: &mut Cursor<'_>, exchange: Exchange) -> Result<ServerParams, Malformed> {
        let mut number = || Some(vector16(cursor)?.to_vec()).filter(|octets| !octets.is_empty()).ok_or(Malformed);
        Ok(match exchange {
            Exchange::Rsa => ServerParams::Rsa { modulus: number()?, exponent: number()? },
            Exchange::Dh => ServerParams::Dh { prime: number()?, generator: number()?, public: number()? },
            Exchange::Ecdh => {
                // Curves written out by their parameters are refused. RFC 8422 §5.4
                let (kind, group, public) = (cursor.u8()?, cursor.u16()?, vector8(cursor)?.to_vec());
                if kind != NAMED_CURVE || public.is_empty() {
                    return Err(Malformed);
                }
                ServerParams::Ecdh { group, public }
            }
        })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        let numbers: &[&Vec<u8>] = match self {
            ServerParams::Rsa { modulus, exponent } => &[modulus, exponent],
            ServerParams::Dh { prime, generator, public } => &[prime, generator, public],
            ServerParams::Ecdh { group, public } => {
                out.u8(NAMED_CURVE).u16(*group).vector8(public);
                &[]
            }
        };
        for number in numbers {
            out.vector16(number);
        }
        out.0
    }
}

impl<'a> ServerKeyExchange<'a> {
    pub(super) fn read(body: &'a [u8], exchange: Exchange, version: Version) -> Result<Self, Malformed> {
        whole(body, |cursor| {
            let params = ServerParams::read(cursor, exchange)?;
            let signed = body.get(..cursor.position()).unwrap_or_default();
            Ok(ServerKeyExchange { params, signed, signature: Signature::read(cursor, version)? })
        })
    }

    pub(super) fn write(params: &[u8], signature: Signature<'_>) -> Vec<u8> {
        let mut out = Writer::message(SERVER_KEY_EXCHANGE);
        out.octets(params);
        signature.write(&mut out);
        out.finish()
    }
}

/// What a server asks for. RFC 2246 §7.4.4, RFC 5246 §7.4.4
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CertificateRequest {
    /// ClientCertificateType
    pub(super) kinds: Vec<u8>,
    /// Since TLS 1.2.
    pub(super) signatures: Vec<u16>,
    /// Names of issuers, DER.
    pub(super) issuers: Vec<Vec<u8>>,
}

impl CertificateRequest {
    pub(super) fn read(body: &[u8], version: Version) -> Result<CertificateRequest, Malformed> {
        whole(body, |cursor| {
            let kinds = vector8(cursor)?.to_vec();
            let signatures = if version >= Version::TLS12 { list16(vector16(cursor)?)? } else { Vec::new() };
            let mut list = Cursor::new(vector16(cursor)?);
            let mut issuers = Vec::new();
            while list.left() > 0 {
                issuers.push(vector16(&mut list)?.to_vec());
            }
            if kinds.is_empty() { Err(Malformed) } else { Ok(CertificateRequest { kinds, signatures, issuers }) }
        })
    }

    pub(super) fn write(&self, version: Version) -> Vec<u8> {
        let mut out = Writer::message(CERTIFICATE_REQUEST);
        out.vector8(&self.kinds);
        if version >= Version::TLS12 {
            out.vector16(&numbers(&self.signatures));
        }
        let mut issuers = Writer::default();
        for issuer in &self.issuers {
            issuers.vector16(issuer);
        }
        out.vector16(&issuers.0);
        out.finish()
    }
}

/// The one value of a ClientKeyExchange: the encrypted premaster, or the client's public value. SSL 3.0 has no length before the
/// former. RFC 6101 §5.6.7.1, RFC 2246 §7.4.7, RFC 8422 §5.7
pub(super) fn read_client_key_exchange(body: &[u8], exchange: Exchange, version: Version) -> Result<&[u8], Malformed> {
    let value = match exchange {
        Exchange::Rsa if version <= Version::SSL3 => body,
        Exchange::Rsa | Exchange::Dh => whole(body, vector16)?,
        Exchange::Ecdh => whole(body, vector8)?,
    };
    if value.is_empty() { Err(Malformed) } else { Ok(value) }
}

pub(super) fn client_key_exchange(value: &[u8], exchange: Exchange, version: Version) -> Vec<u8> {
    let mut out = Writer::message(CLIENT_KEY_EXCHANGE);
    match exchange {
        Exchange::Rsa if version <= Version::SSL3 => out.octets(value),
        Exchange::Rsa | Exchange::Dh => out.vector16(value),
        Exchange::Ecdh => out.vector8(value),
    };
    out.finish()
}

pub(super) fn read_certificate_verify(body: &[u8], version: Version) -> Result<Signature<'_>, Malformed> {
    whole(body, |cursor| Signature::read(cursor, version))
}

pub(super) fn certificate_verify(signature: Signature<'_>) -> Vec<u8> {
    let mut out = Writer::message(CERTIFICATE_VERIFY);
    signature.write(&mut out);
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: [Version; 4] = [Version::SSL3, Version::TLS10, Version::TLS11, Version::TLS12];

    /// Every message that is cut anywhere, or goes on, is malformed.
    fn is_exact(message: &[u8], read: impl Fn(&[u8]) -> bool) {
        let body = &message[MESSAGE_HEADER..];
        assert_eq!(message[1..4], (body.len() as u32).to_be_bytes()[1..]);
        assert!(read(body));
        for end in 0..body.len() {
            assert!(!read(&body[..end]), "{end} of {}", body.len());
        }
        assert!(!read(&[body, &[0]].concat()));
    }

    #[test]
    fn certificates() {
        let message = certificate([&[1, 2, 3][..], &[4]]);
        assert_eq!(read_certificate(&message[4..]), Ok(vec![&[1, 2, 3][..], &[4]]));
        is_exact(&message, |body| read_certificate(body).is_ok());
        assert_eq!(certificate([]), [11, 0, 0, 3, 0, 0, 0]);
        assert_eq!(read_certificate(&[0, 0, 3, 0, 0, 0]), Err(Malformed), "a certificate of no octets");
    }

    #[test]
    fn key_exchanges_of_a_server() {
        let all = [
            (Exchange::Rsa, ServerParams::Rsa { modulus: vec![9; 64], exponent: vec![1, 0, 1] }),
            (Exchange::Dh, ServerParams::Dh { prime: vec![7; 4], generator: vec![2], public: vec![5; 4] }),
            (Exchange::Ecdh, ServerParams::Ecdh { group: 23, public: vec![4; 65] }),
        ];
        for version in VERSIONS {
            let scheme = (version == Version::TLS12).then_some(0x0201);
            for (exchange, params) in &all {
                let signature = Signature { scheme, octets: &[1, 2] };
                let message = ServerKeyExchange::write(&params.write(), signature);
                let read = ServerKeyExchange::read(&message[4..], *exchange, version).unwrap();
                assert_eq!((&read.params, read.signed, read.signature), (params, params.write().as_slice(), signature));
                is_exact(&message, |body| ServerKeyExchange::read(body, *exchange, version).is_ok());
            }
        }
        let explicit_prime = [1, 0, 23, 1, 4, 0, 0];
        assert_eq!(ServerKeyExchange::read(&explicit_prime, Exchange::Ecdh, Version::TLS10), Err(Malformed));
    }

    #[test]
    fn what_a_server_asks_for() {
        for version in VERSIONS {
            let signatures = if version == Version::TLS12 { vec![0x0201, 0x0202] } else { Vec::new() };
            let request =
                CertificateRequest { kinds: vec![1, 2], signatures, issuers: vec![vec![0x30, 0], vec![0x30, 1, 0]] };
            let message = request.write(version);
            assert_eq!(CertificateRequest::read(&message[4..], version), Ok(request));
            is_exact(&message, |body| CertificateRequest::read(body, version).is_ok());
        }
    }

    #[test]
    fn key_exchanges_of_a_client() {
        for version in VERSIONS {
            for exchange in [Exchange::Rsa, Exchange::Dh, Exchange::Ecdh] {
                let message = client_key_exchange(&[8; 66], exchange, version);
                assert_eq!(read_client_key_exchange(&message[4..], exchange, version), Ok(&[8; 66][..]));
                if exchange == Exchange::Rsa && version == Version::SSL3 {
                    assert_eq!(message.len(), 4 + 66);
                } else {
                    is_exact(&message, |body| read_client_key_exchange(body, exchange, version).is_ok());
                }
            }
        }
    }

    #[test]
    fn verifying_messages() {
        for version in VERSIONS {
            let signature = Signature { scheme: (version == Version::TLS12).then_some(0x0401), octets: &[6; 46] };
            let message = certificate_verify(signature);
            assert_eq!(read_certificate_verify(&message[4..], version), Ok(signature));
            is_exact(&message, |body| read_certificate_verify(body, version).is_ok());
        }
        assert_eq!(finished(&[1, 2]), [20, 0, 0, 2, 1, 2]);
        assert_eq!(empty(14), [14, 0, 0, 0]);
    }
}
