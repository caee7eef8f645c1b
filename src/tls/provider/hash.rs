//! Hash and HMAC as rustls wants them. FIPS 180-4, RFC 2104

use crate::registry;
use crate::tls::primitives::{HmacKey, RunningHash};
use rustls::crypto::hash::{Context, Hash as HashProvider, HashAlgorithm, Output};
use rustls::crypto::hmac::{Hmac, Key, Tag};

/// A hash, and the hash inside HMAC.
pub(super) struct Hashing(pub(super) registry::Hash);

pub(super) static SHA256: Hashing = Hashing(registry::Hash::Sha256);
pub(super) static SHA384: Hashing = Hashing(registry::Hash::Sha384);

impl HashProvider for Hashing {
    fn start(&self) -> Box<dyn Context> {
        Box::new(RunningHash::new(self.0))
    }

    fn hash(&self, data: &[u8]) -> Output {
        Output::new(&crate::tls::primitives::hash(self.0, data))
    }

    fn output_len(&self) -> usize {
        self.0.length()
    }

    fn algorithm(&self) -> HashAlgorithm {
        match self.0 {
            registry::Hash::Md5 => HashAlgorithm::MD5,
            registry::Hash::Sha1 => HashAlgorithm::SHA1,
            registry::Hash::Sha256 => HashAlgorithm::SHA256,
            registry::Hash::Sha384 => HashAlgorithm::SHA384,
        }
    }
}

impl Context for RunningHash {
    fn fork_finish(&self) -> Output {
        Output::new(&self.clone().finish())
    }

    fn fork(&self) -> Box<dyn Context> {
        Box::new(self.clone())
    }

    fn finish(self: Box<Self>) -> Output {
        Output::new(&RunningHash::finish(*self))
    }

    fn update(&mut self, data: &[u8]) {
        RunningHash::update(self, data);
    }
}

impl Hmac for Hashing {
    fn with_key(&self, key: &[u8]) -> Box<dyn Key> {
        Box::new(HmacKey::new(self.0, key))
    }

    fn hash_output_len(&self) -> usize {
        self.0.length()
    }
}

impl Key for HmacKey {
    fn sign_concat(&self, first: &[u8], middle: &[&[u8]], last: &[u8]) -> Tag {
        let parts: Vec<&[u8]> = [first].into_iter().chain(middle.iter().copied()).chain([last]).collect();
        Tag::new(&HmacKey::sign(self, &parts))
    }

    fn tag_len(&self) -> usize {
        self.hash().length()
    }
}
