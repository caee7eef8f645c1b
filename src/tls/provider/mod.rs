//! Our own `rustls::crypto::CryptoProvider`: a thin adapter over the RustCrypto crates.
//!
//! ring and aws-lc-rs cannot be seeded and need a C compiler; this can and does not. rustls documents the extension point.
//! Randomness comes from what [`random::lend`](super::random::lend) lends to the thread, so one static object serves every run.

mod exchange;
mod hash;
mod hybrid;
mod record;
mod signature;
mod suites;

use super::random::{Purpose, draw};
use crate::scenario::Groups;
use rustls::crypto::{
    CryptoProvider, GetRandomFailed, KeyProvider, SecureRandom, SupportedKxGroup, WebPkiSupportedAlgorithms,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{SupportedCipherSuite, SupportedProtocolVersion};
use std::sync::Arc;

pub(super) use record::take_sealed_alert;
pub(super) use signature::EcdsaKey;

/// Key exchange groups.
static GROUPS: &[&dyn SupportedKxGroup] =
    &[&exchange::X25519, &exchange::Secp256r1, &exchange::Secp384r1, &hybrid::X25519MlKem768];

/// Everything this lab speaks in these versions, with these groups. rustls would offer the suites of versions that are off, too.
pub(super) fn provider(versions: &[&SupportedProtocolVersion], groups: Groups) -> CryptoProvider {
    let of_code = |&code: &u16| GROUPS.iter().copied().find(|group| u16::from(group.name()) == code);
    let is_on = |suite: &SupportedCipherSuite| versions.contains(&suite.version());
    CryptoProvider {
        cipher_suites: suites::SUITES.iter().copied().filter(is_on).collect(),
        kx_groups: groups.codes().iter().filter_map(of_code).collect(),
        signature_verification_algorithms: verification(),
        secure_random: &Lent,
        key_provider: &NoFiles,
    }
}

/// What certificates and handshakes may be signed with.
pub(super) fn verification() -> WebPkiSupportedAlgorithms {
    signature::VERIFICATION
}

/// The randomness that the session has lent to its thread.
#[derive(Debug)]
struct Lent;

impl SecureRandom for Lent {
    fn fill(&self, out: &mut [u8]) -> Result<(), GetRandomFailed> {
        draw(Purpose::Public, out).map_err(|_| GetRandomFailed)
    }
}

/// Keys are made from the seed and handed over as objects; there is no file to read one from.
#[derive(Debug)]
struct NoFiles;

impl KeyProvider for NoFiles {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("the lab reads no private keys".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Choice as _;

    #[test]
    fn each_group_of_a_choice_is_here_in_its_order() {
        for &groups in Groups::ALL {
            let has = provider(&[&rustls::version::TLS13], groups).kx_groups;
            let has: Vec<u16> = has.iter().map(|group| group.name().into()).collect();
            assert_eq!(has, groups.codes());
        }
    }
}
