//! Key exchange: X25519 (RFC 7748) and ECDHE over secp256r1 and secp384r1 (RFC 8422), with private keys from the run's seed.
//!
//! Not here: the post-quantum hybrid (`hybrid.rs`), finite-field groups, other curves.

use super::signature::scalar;
use crate::tls::random::{Purpose, draw};
use rustls::crypto::{ActiveKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved};

#[derive(Debug)]
pub(super) struct X25519;

fn private_key() -> Result<[u8; 32], Error> {
    let mut key = [0; 32];
    draw(Purpose::KeyExchange, &mut key).map_err(|_| GetRandomFailed)?;
    Ok(key)
}

impl SupportedKxGroup for X25519 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let private = x25519_dalek::StaticSecret::from(private_key()?);
        let public = x25519_dalek::PublicKey::from(&private);
        Ok(Box::new(X25519Exchange { private, public }))
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X25519
    }
}

struct X25519Exchange {
    private: x25519_dalek::StaticSecret,
    public: x25519_dalek::PublicKey,
}

impl ActiveKeyExchange for X25519Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let peer: [u8; 32] = peer.try_into().map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
        let shared = self.private.diffie_hellman(&peer.into());
        if !shared.was_contributory() {
            return Err(PeerMisbehaved::InvalidKeyShare.into()); // RFC 8446 §7.4.2
        }
        Ok(SharedSecret::from(shared.as_bytes().as_slice()))
    }

    fn pub_key(&self) -> &[u8] {
        self.public.as_bytes()
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::X25519
    }
}

macro_rules! ecdhe {
    ($group:ident, $exchange:ident, $name:ident, $curve:ident, $point:literal) => {
        #[derive(Debug)]
        pub(super) struct $group;

        impl SupportedKxGroup for $group {
            fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
                let private = scalar(|out| draw(Purpose::KeyExchange, out).map_err(|_| GetRandomFailed.into()))?;
                let public = $curve::SecretKey::public_key(&private).to_sec1_bytes();
                Ok(Box::new($exchange { private, public }))
            }

            fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
                None
            }

            fn name(&self) -> NamedGroup {
                NamedGroup::$name
            }
        }

        struct $exchange {
            private: $curve::SecretKey,
            public: Box<[u8]>,
        }

        impl ActiveKeyExchange for $exchange {
            fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
                // Points are never compressed: 4, x, y. RFC 8446 §4.2.8.2, RFC 8422 §5.4.1
                let uncompressed = peer.len() == $point && peer.first() == Some(&4);
                let peer = uncompressed.then(|| $curve::PublicKey::from_sec1_bytes(peer).ok()).flatten();
                let peer = peer.ok_or(PeerMisbehaved::InvalidKeyShare)?;
                Ok(SharedSecret::from(self.private.diffie_hellman(&peer).raw_secret_bytes().as_slice()))
            }

            fn pub_key(&self) -> &[u8] {
                &self.public
            }

            fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
                None
            }

            fn group(&self) -> NamedGroup {
                NamedGroup::$name
            }
        }
    };
}

ecdhe!(Secp256r1, Secp256r1Exchange, secp256r1, p256, 65);
ecdhe!(Secp384r1, Secp384r1Exchange, secp384r1, p384, 97);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Seed, Side};
    use crate::tls::random::{Randomness, Streams, lend};

    fn start(group: &dyn SupportedKxGroup, side: Side) -> Box<dyn ActiveKeyExchange> {
        lend(&mut Streams::new(Randomness::Seed(Seed(1)), side, 0), || group.start()).unwrap()
    }

    #[test]
    fn both_ends_agree_and_a_share_that_is_none_is_refused() {
        for group in [&X25519 as &dyn SupportedKxGroup, &Secp256r1, &Secp384r1] {
            let (client, server) = (start(group, Side::Client), start(group, Side::Server));
            let share = client.pub_key().to_vec();
            let secret = client.complete(server.pub_key()).unwrap();
            assert_eq!(secret.secret_bytes(), server.complete(&share).unwrap().secret_bytes());
            let mut compressed = share.clone();
            compressed.resize(33, 0);
            compressed[0] = 2;
            for bad in [[].as_slice(), &[0; 32], &[4; 65], &share[1..], &compressed] {
                assert!(start(group, Side::Server).complete(bad).is_err(), "{group:?} {bad:?}");
            }
            assert!(group.start().is_err(), "nothing is lent");
        }
    }
}
