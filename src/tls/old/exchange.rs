//! How two ends come to a premaster secret, and what proves that the server made its part. RFC 2246 §7.4.3, §7.4.7, §8.1, RFC 8422 §2
//!
//! ```text
//! RSA              the client encrypts to the key of the certificate
//! RSA for export   to a short key that the server signs, where that of the certificate is longer than the law allowed
//! DHE, ECDHE       each side makes a key for this session alone; the server signs its own
//! ```
//!
//! Left out: Diffie-Hellman with keys in certificates, and without any (anonymous).

use super::credentials::{
    EcKey, HandshakeDigest, OldPublicKey, decrypt_premaster, dh_group, encrypt_premaster, scheme, sign, temporary_rsa,
    verify,
};
use super::credentials::{OldCredential, OldPrivateKey};
use super::handshake::{Agreed, Shared};
use super::message::{Exchange, ServerKeyExchange, ServerParams, Signature};
use super::{Fault, OldError};
use crate::registry::{Group, KeyExchange, Suite, Version, alert};
use crate::tls::random::Stream;
use modular::{Natural, dh, rsa};

/// Octets of a private value of Diffie-Hellman: more bits than a group of 1024 is worth.
const PRIVATE: usize = 32;

/// What a server keeps of its part until the client has answered.
#[derive(Clone)]
pub(super) enum Ephemeral {
    Rsa(rsa::PrivateKey),
    Dh { group: dh::Group, private: Natural },
    Curve(EcKey),
}

/// The suite's code point. Those of SSL 2.0 have no place in this engine.
pub(super) fn code(suite: &Suite) -> u16 {
    suite.code.number() as u16
}

/// The form of its messages.
pub(super) fn form(suite: &Suite) -> Option<Exchange> {
    match suite.key_exchange {
        KeyExchange::Rsa | KeyExchange::RsaExport | KeyExchange::RsaExport1024 => Some(Exchange::Rsa),
        KeyExchange::Dhe | KeyExchange::DheExport1024 => Some(Exchange::Dh),
        KeyExchange::Ecdhe => Some(Exchange::Ecdh),
        KeyExchange::Apart => None,
    }
}

/// Whether the server sends a key for the exchange besides that of its certificate. RFC 2246 §7.4.3
pub(super) fn needs_params(suite: &Suite, key: &OldPublicKey) -> bool {
    match (suite.key_exchange, suite.key_exchange.export_limit(), key) {
        (KeyExchange::Rsa, ..) => false,
        (KeyExchange::RsaExport | KeyExchange::RsaExport1024, Some(limit), OldPublicKey::Rsa(key)) => {
            key.n().bits() > limit.into()
        }
        _ => true,
    }
}

/// The server's part.
pub(super) fn offer(shared: &mut Shared) -> Option<(Ephemeral, ServerParams)> {
    let suite = shared.agreed.suite;
    Some(match form(&suite)? {
        Exchange::Rsa => {
            let key = temporary_rsa(shared.party, suite.key_exchange.export_limit()?)?;
            let public = key.public();
            let params = ServerParams::Rsa { modulus: public.n().to_be(), exponent: public.e().to_be() };
            (Ephemeral::Rsa(key), params)
        }
        Exchange::Dh => {
            let group = dh_group()?;
            let private = private(&mut shared.chance.exchange);
            let [prime, generator] = [group.p(), group.g()].map(Natural::to_be);
            let public = group.public(&private).to_be();
            (Ephemeral::Dh { group, private }, ServerParams::Dh { prime, generator, public })
        }
        Exchange::Ecdh => {
            let group = Group::from_code(shared.agreed.group?)?;
            let key = EcKey::new(group, &mut shared.chance.exchange)?;
            let params = ServerParams::Ecdh { group: group.code(), public: key.point().to_vec() };
            (Ephemeral::Curve(key), params)
        }
    })
}

/// The client's part: what it sends, and the premaster secret that it makes.
pub(super) fn client(
    shared: &mut Shared,
    key: &OldPublicKey,
    params: Option<&ServerParams>,
    offered: Version,
) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let limit = shared.agreed.suite.key_exchange.export_limit();
    let too_long = |bits: usize| limit.is_some_and(|limit| bits > limit.into());
    let bad = || Fault::from(OldError::BadParameter);
    match (params, key) {
        (None, OldPublicKey::Rsa(key)) => encrypted(key, offered, &mut shared.chance.exchange),
        (Some(ServerParams::Rsa { modulus, exponent }), _) => {
            let [n, e] = [modulus, exponent].map(|octets| Natural::from_be(octets));
            let key = rsa::PublicKey::new(n, e).ok_or_else(bad)?;
            if too_long(key.n().bits()) {
                // RFC 2246 §7.2.2
                return Err(Fault::new(OldError::BadParameter, alert::EXPORT_RESTRICTION));
            }
            encrypted(&key, offered, &mut shared.chance.exchange)
        }
        (Some(ServerParams::Dh { prime, generator, public }), _) => {
            let [p, g, public] = [prime, generator, public].map(|octets| Natural::from_be(octets));
            let group = dh::Group::new(p, g).ok_or_else(bad)?;
            if too_long(group.p().bits()) {
                return Err(Fault::new(OldError::BadParameter, alert::EXPORT_RESTRICTION));
            }
            let private = private(&mut shared.chance.exchange);
            let secret = group.shared(&public, &private).ok_or_else(bad)?;
            Ok((group.public(&private).to_be(), without_zeros(&secret)))
        }
        (Some(ServerParams::Ecdh { group, public }), _) => {
            let group = Group::from_code(*group).ok_or_else(bad)?;
            let key = EcKey::new(group, &mut shared.chance.exchange).ok_or(OldError::CannotGoOn)?;
            let secret = key.shared(public).ok_or_else(bad)?;
            Ok((key.point().to_vec(), secret))
        }
        (None, _) => Err(OldError::CannotGoOn.into()),
    }
}

fn encrypted(key: &rsa::PublicKey, offered: Version, stream: &mut Stream) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let (premaster, value) = encrypt_premaster(key, offered, stream).ok_or(OldError::BadParameter)?;
    Ok((value, premaster.to_vec()))
}

/// The premaster secret, of the client's part. What is wrong with an encrypted one is not noticed. RFC 5246 §7.4.7.1
pub(super) fn server(
    shared: &mut Shared,
    identity: &OldCredential,
    ephemeral: Option<Ephemeral>,
    value: &[u8],
    offered: Version,
) -> Result<Vec<u8>, Fault> {
    let stream = &mut shared.chance.exchange;
    let secret = match (&ephemeral, &identity.key) {
        (Some(Ephemeral::Rsa(key)), _) => Some(decrypt_premaster(key, value, offered, stream).to_vec()),
        (None, OldPrivateKey::Rsa(key)) => Some(decrypt_premaster(key, value, offered, stream).to_vec()),
        (Some(Ephemeral::Dh { group, private }), _) => {
            group.shared(&Natural::from_be(value), private).map(|secret| without_zeros(&secret))
        }
        (Some(Ephemeral::Curve(key)), _) => key.shared(value),
        (None, _) => return Err(OldError::CannotGoOn.into()),
    };
    Ok(secret.ok_or(OldError::BadParameter)?)
}

fn private(stream: &mut Stream) -> Natural {
    let mut private = [0; PRIVATE];
    stream.fill(&mut private);
    // Not 0.
    private[0] |= 0x80;
    Natural::from_be(&private)
}

/// Zeros in front are no part of the secret. RFC 4346 §8.1.2, RFC 5246 §8.1.2
fn without_zeros(secret: &Natural) -> Vec<u8> {
    secret.to_be()
}

/// The digest of a server's part: over both randoms, too, so that it is of this session. RFC 2246 §7.4.3
fn digest(agreed: &Agreed, scheme: Option<u16>, params: &[u8]) -> Option<HandshakeDigest> {
    HandshakeDigest::new(scheme, &[&agreed.client_random, &agreed.server_random, params])
}

/// ServerKeyExchange, with an algorithm that the client has `offered`.
pub(super) fn sign_params(
    agreed: &Agreed,
    identity: &OldCredential,
    params: &[u8],
    offered: Option<&[u16]>,
) -> Result<Vec<u8>, Fault> {
    let scheme = scheme_for(agreed.version, identity, offered)?;
    let signature = digest(agreed, scheme, params).and_then(|digest| sign(&identity.key, &digest));
    let octets = signature.ok_or(OldError::CannotGoOn)?;
    Ok(ServerKeyExchange::write(params, Signature { scheme, octets: &octets }))
}

/// What a key signs with: named since TLS 1.2, and before that no choice.
pub(super) fn scheme_for(
    version: Version,
    identity: &OldCredential,
    offered: Option<&[u16]>,
) -> Result<Option<u16>, Fault> {
    if version < Version::TLS12 {
        return Ok(None);
    }
    let key = identity.key.public().ok_or(OldError::CannotGoOn)?;
    Ok(Some(scheme(&key, offered).ok_or(OldError::NothingInCommon)?))
}

/// Of a server's part.
pub(super) fn verify_params(
    key: &OldPublicKey,
    agreed: &Agreed,
    params: &[u8],
    signature: Signature<'_>,
) -> Result<(), Fault> {
    match digest(agreed, signature.scheme, params) {
        Some(digest) if verify(key, &digest, signature.octets) => Ok(()),
        _ => Err(OldError::BadSignature.into()),
    }
}
