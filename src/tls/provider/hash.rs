//! Hash and HMAC as rustls wants them. FIPS 180-4, RFC 2104

use crate::tls::primitives::{HmacKey, SuiteHash};
use rustls::crypto::hash::{Context, Hash as HashProvider, HashAlgorithm, Output};
use rustls::crypto::hmac::{Hmac, Key, Tag};
use sha2::{Digest, Sha256, Sha384};

/// SHA-256 or SHA-384, as a hash and as the hash inside HMAC.
pub(super) struct Hashing(pub(super) SuiteHash);

pub(super) static SHA256: Hashing = Hashing(SuiteHash::Sha256);
pub(super) static SHA384: Hashing = Hashing(SuiteHash::Sha384);

impl HashProvider for Hashing {
    fn start(&self) -> Box<dyn Context> {
        match self.0 {
            SuiteHash::Sha256 => Box::new(Running(Sha256::new())),
            SuiteHash::Sha384 => Box::new(Running(Sha384::new())),
        }
    }

    fn hash(&self, data: &[u8]) -> Output {
        Output::new(&crate::tls::primitives::hash(self.0, data))
    }

    fn output_len(&self) -> usize {
        self.0.length()
    }

    fn algorithm(&self) -> HashAlgorithm {
        match self.0 {
            SuiteHash::Sha256 => HashAlgorithm::SHA256,
            SuiteHash::Sha384 => HashAlgorithm::SHA384,
        }
    }
}

/// A hash in the making, such as that of the handshake.
struct Running<D>(D);

impl<D: Digest + Clone + Send + Sync + 'static> Context for Running<D> {
    fn fork_finish(&self) -> Output {
        Output::new(&self.0.clone().finalize())
    }

    fn fork(&self) -> Box<dyn Context> {
        Box::new(Running(self.0.clone()))
    }

    fn finish(self: Box<Self>) -> Output {
        Output::new(&self.0.finalize())
    }

    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
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
