//! The premaster secret under RSA: 48 octets, the first two the version that the client offered. RFC 2246 §7.4.7.1, RFC 5246 §7.4.7.1

use crate::registry::Version;
use crate::tls::random::Stream;
use modular::rsa;

const LENGTH: usize = 48;

/// A new premaster secret of a client that offered `version`, and what it sends of it; `None` if the key is too short.
pub(in crate::tls::old) fn encrypt_premaster(
    key: &rsa::PublicKey,
    version: Version,
    stream: &mut Stream,
) -> Option<([u8; LENGTH], Vec<u8>)> {
    let premaster = secret(version, stream);
    // Octets that are 0 are passed over, so there are more than the padding takes.
    let mut padding = vec![0; 2 * key.octets()];
    stream.fill(&mut padding);
    let encrypted = key.encrypt(&premaster, &padding)?;
    Some((premaster, encrypted))
}

/// The premaster secret of a client that offered `version`; a random one, if what was sent is none, so that the client learns nothing from how
/// the server goes on.
pub(in crate::tls::old) fn decrypt_premaster(
    key: &rsa::PrivateKey,
    encrypted: &[u8],
    version: Version,
    stream: &mut Stream,
) -> [u8; LENGTH] {
    // Drawn in any case: what comes out of the stream later is the same.
    let random = secret(version, stream);
    let decrypted = key.decrypt(encrypted).ok().and_then(|octets| <[u8; LENGTH]>::try_from(octets).ok());
    decrypted.filter(|secret| secret.starts_with(&version.0.to_be_bytes())).unwrap_or(random)
}

fn secret(version: Version, stream: &mut Stream) -> [u8; LENGTH] {
    let mut secret = [0; LENGTH];
    stream.fill(&mut secret);
    secret.iter_mut().zip(version.0.to_be_bytes()).for_each(|(octet, version)| *octet = version);
    secret
}
