//! X25519MLKEM768: ML-KEM-768 (FIPS 203) and X25519 side by side, so that the secret stands as long as one of the two does.
//! draft-ietf-tls-ecdhe-mlkem
//!
//! ```text
//! client's share   encapsulation key 1184 | X25519 32
//! server's share   ciphertext 1088        | X25519 32
//! secret           of ML-KEM 32           | of X25519 32
//! ```
//!
//! Not here: a second share of X25519 alone, which most clients put into their ClientHello besides, so that a server without the hybrid
//! needs no HelloRetryRequest. That request is what the lab shows.

use super::exchange::X25519;
use crate::tls::random::{Purpose, draw};
use ml_kem::{
    B32, Ciphertext, Decapsulate as _, DecapsulationKey768, EncapsulationKey768, Key, KeyExport as _, MlKem768, Seed,
    SharedKey,
};
use rustls::crypto::{ActiveKeyExchange, CompletedKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};

/// Octets of X25519's part, which is the last of each share.
const X25519_SHARE: usize = 32;

#[derive(Debug)]
pub(super) struct X25519MlKem768;

impl SupportedKxGroup for X25519MlKem768 {
    /// The client's part: a new key.
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let mut seed = Seed::default();
        draw(Purpose::MlKem, &mut seed).map_err(|_| GetRandomFailed)?;
        let private = DecapsulationKey768::from_seed(seed);
        let x25519 = X25519.start()?;
        let share = [&private.encapsulation_key().to_bytes(), x25519.pub_key()].concat();
        Ok(Box::new(HybridExchange { private, x25519, share }))
    }

    /// The server's part: a secret for the client's key.
    fn start_and_complete(&self, peer: &[u8]) -> Result<CompletedKeyExchange, Error> {
        let (key, point) = parts(peer)?;
        let mut message = B32::default();
        draw(Purpose::MlKem, &mut message).map_err(|_| GetRandomFailed)?;
        let (ciphertext, secret) = encapsulate(key, &message)?;
        let x25519 = X25519.start_and_complete(point)?;
        Ok(CompletedKeyExchange {
            group: self.name(),
            pub_key: [ciphertext.as_slice(), &x25519.pub_key].concat(),
            secret: joined(&secret, &x25519.secret),
        })
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }

    /// A ServerKeyExchange of TLS 1.2 comes before any share of the client's, to which the server could answer.
    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

struct HybridExchange {
    private: DecapsulationKey768,
    x25519: Box<dyn ActiveKeyExchange>,
    share: Vec<u8>,
}

impl ActiveKeyExchange for HybridExchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let (ciphertext, point) = parts(peer)?;
        let ciphertext: &Ciphertext<MlKem768> = ciphertext.try_into().map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
        let secret = self.private.decapsulate(ciphertext);
        Ok(joined(&secret, &self.x25519.complete(point)?))
    }

    fn pub_key(&self) -> &[u8] {
        &self.share
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }
}

fn encapsulate(key: &[u8], message: &B32) -> Result<(Ciphertext<MlKem768>, SharedKey), Error> {
    let key: &Key<EncapsulationKey768> = key.try_into().map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
    // A key with a coefficient out of range is refused. FIPS 203 §7.2
    let key = EncapsulationKey768::new(key).map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
    Ok(key.encapsulate_deterministic(message))
}

fn parts(share: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let at = share.len().checked_sub(X25519_SHARE);
    at.and_then(|at| share.split_at_checked(at)).ok_or_else(|| PeerMisbehaved::InvalidKeyShare.into())
}

/// ML-KEM's first, X25519's last. draft-ietf-tls-ecdhe-mlkem
fn joined(ml_kem: &[u8], x25519: &SharedSecret) -> SharedSecret {
    SharedSecret::from([ml_kem, x25519.secret_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Seed as RunSeed, Side};
    use crate::tls::random::{Randomness, Streams, lend};

    const NIST: &str = include_str!("../../../tests/data/ml-kem-768.txt");

    fn vector(name: &str) -> &'static str {
        let rows = NIST.lines().filter_map(|line| line.split_once(" = "));
        rows.clone().find(|(key, _)| *key == name).map(|(_, value)| value).expect(name)
    }

    fn octets(name: &str) -> Vec<u8> {
        let pairs = vector(name).as_bytes().chunks(2);
        pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    fn lent<R>(side: Side, work: impl FnOnce() -> R) -> R {
        lend(&mut Streams::new(Randomness::Seed(RunSeed(1)), side, 0), work)
    }

    #[test]
    fn keys_and_secrets_are_those_of_nist() {
        let seed = [octets("keygen.d"), octets("keygen.z")].concat();
        let key = DecapsulationKey768::from_seed(seed.as_slice().try_into().unwrap());
        assert_eq!(crate::bytes::hex(&key.encapsulation_key().to_bytes()), vector("keygen.ek"));
        let message = octets("encapsulation.m").as_slice().try_into().unwrap();
        let (ciphertext, secret) = encapsulate(&octets("encapsulation.ek"), &message).unwrap();
        assert_eq!(crate::bytes::hex(&ciphertext), vector("encapsulation.c"));
        assert_eq!(crate::bytes::hex(&secret), vector("encapsulation.k"));
    }

    /// The sizes and the order of the parts are those of the draft's tables.
    #[test]
    fn both_ends_agree_and_each_part_stands_where_the_draft_has_it() {
        let client = lent(Side::Client, || X25519MlKem768.start()).unwrap();
        let plain = lent(Side::Client, || X25519.start()).unwrap();
        assert_eq!(client.pub_key().len(), 1184 + 32);
        assert_eq!(&client.pub_key()[1184..], plain.pub_key());
        let server = lent(Side::Server, || X25519MlKem768.start_and_complete(client.pub_key())).unwrap();
        assert_eq!((server.group, server.pub_key.len()), (NamedGroup::X25519MLKEM768, 1088 + 32));
        let x25519 = plain.complete(&server.pub_key[1088..]).unwrap();
        let secret = client.complete(&server.pub_key).unwrap();
        assert_eq!(secret.secret_bytes(), server.secret.secret_bytes());
        assert_eq!(&secret.secret_bytes()[32..], x25519.secret_bytes());
        assert_ne!(&secret.secret_bytes()[..32], x25519.secret_bytes());
    }

    #[test]
    fn a_share_that_is_none_is_refused() {
        let start = || lent(Side::Client, || X25519MlKem768.start()).unwrap();
        let good = start().pub_key().to_vec();
        let (mut out_of_range, mut low_order) = (good.clone(), good.clone());
        out_of_range[..3].fill(0xFF);
        low_order[1184..].fill(0);
        for bad in [&[][..], &good[..31], &good[1..], &good[..1184], &out_of_range, &low_order] {
            let answer = lent(Side::Server, || X25519MlKem768.start_and_complete(bad));
            assert_eq!(answer.err(), Some(PeerMisbehaved::InvalidKeyShare.into()), "{}", bad.len());
        }
        assert_eq!(X25519MlKem768.start().err(), Some(GetRandomFailed.into()), "nothing is lent");
        assert!(X25519MlKem768.start_and_complete(&good).is_err(), "nothing is lent");

        let answer = lent(Side::Server, || X25519MlKem768.start_and_complete(&good)).unwrap();
        let mut low_order = answer.pub_key.clone();
        low_order[1088..].fill(0);
        for bad in [&[][..], &answer.pub_key[1..], &answer.pub_key[..1088], &low_order] {
            assert_eq!(start().complete(bad).err(), Some(PeerMisbehaved::InvalidKeyShare.into()), "{}", bad.len());
        }
        // A ciphertext that was changed is not refused: it gives a secret that the server does not have. FIPS 203 §6.3
        let mut changed = answer.pub_key.clone();
        changed[0] ^= 1;
        assert_ne!(start().complete(&changed).unwrap().secret_bytes(), answer.secret.secret_bytes());
    }
}
