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

#[cfg(test)]
mod tests {
    use super::super::key::temporary_rsa;
    use super::*;
    use crate::scenario::{Party, Seed};
    use crate::tls::random::Randomness;

    fn stream(label: &str) -> Stream {
        Stream::new(Randomness::Seed(Seed(1)), label)
    }

    #[test]
    fn a_server_goes_on_with_another_secret_whatever_is_wrong() {
        for bits in [512, 1024] {
            let key = temporary_rsa(Party::Receiver, bits).unwrap();
            let (secret, sent) = encrypt_premaster(key.public(), Version::TLS10, &mut stream("client")).unwrap();
            assert_eq!(secret[..2], [3, 1]);
            let got = |sent: &[u8], version| decrypt_premaster(&key, sent, version, &mut stream("server"));
            assert_eq!(got(&sent, Version::TLS10), secret);
            // A length, a number, a padding, a message and a version that are wrong: one answer.
            let own = got(&[], Version::TLS10);
            let short = key.public().encrypt(&secret[1..], &[7; 256]).unwrap();
            for wrong in [&sent[1..], &[0xFF; 128][..sent.len()], &[1; 128][..sent.len()], &short] {
                assert_eq!(got(wrong, Version::TLS10), own);
            }
            assert!(own.starts_with(&[3, 1]) && own != secret);
            let other = got(&sent, Version::TLS12);
            assert!(other.starts_with(&[3, 3]) && other[2..] == own[2..]);
        }
    }
}
