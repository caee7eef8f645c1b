//! The cipher suites: three of TLS 1.3 (RFC 8446 §B.4) and the three ECDHE_ECDSA suites of TLS 1.2 that a current server speaks
//! (RFC 5289, RFC 7905). All have forward secrecy and authenticated encryption. RFC 9325 §4.2

use super::hash::{SHA256, SHA384};
use super::record::{Tls12, Tls13};
use crate::tls::primitives::Aead;
use rustls::crypto::tls12::PrfUsingHmac;
use rustls::crypto::tls13::HkdfUsingHmac;
use rustls::crypto::{CipherSuiteCommon, KeyExchangeAlgorithm};
use rustls::{CipherSuite, SignatureScheme, SupportedCipherSuite, Tls12CipherSuite, Tls13CipherSuite};

/// Records that one AES-GCM key may protect. RFC 8446 §5.5
const GCM_LIMIT: u64 = 1 << 24;

static ECDSA: &[SignatureScheme] = &[SignatureScheme::ECDSA_NISTP256_SHA256];

macro_rules! tls13 {
    ($suite:ident, $aead:ident, $hash:ident, $limit:expr) => {
        SupportedCipherSuite::Tls13(&Tls13CipherSuite {
            common: CipherSuiteCommon {
                suite: CipherSuite::$suite,
                hash_provider: &$hash,
                confidentiality_limit: $limit,
            },
            hkdf_provider: &HkdfUsingHmac(&$hash),
            aead_alg: &Tls13(Aead::$aead),
            quic: None,
        })
    };
}

macro_rules! tls12 {
    ($suite:ident, $aead:ident, $hash:ident, $limit:expr) => {
        SupportedCipherSuite::Tls12(&Tls12CipherSuite {
            common: CipherSuiteCommon {
                suite: CipherSuite::$suite,
                hash_provider: &$hash,
                confidentiality_limit: $limit,
            },
            prf_provider: &PrfUsingHmac(&$hash),
            kx: KeyExchangeAlgorithm::ECDHE,
            sign: ECDSA,
            aead_alg: &Tls12(Aead::$aead),
        })
    };
}

/// All suites, the preferred one first.
pub(super) static SUITES: &[SupportedCipherSuite] = &[
    tls13!(TLS13_AES_256_GCM_SHA384, Aes256Gcm, SHA384, GCM_LIMIT),
    tls13!(TLS13_AES_128_GCM_SHA256, Aes128Gcm, SHA256, GCM_LIMIT),
    tls13!(TLS13_CHACHA20_POLY1305_SHA256, ChaCha20Poly1305, SHA256, u64::MAX),
    tls12!(TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, Aes256Gcm, SHA384, GCM_LIMIT),
    tls12!(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Aes128Gcm, SHA256, GCM_LIMIT),
    tls12!(TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, ChaCha20Poly1305, SHA256, u64::MAX),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{Authentication, Hash, KeyExchange, Version, suite};
    use rustls::crypto::hash::HashAlgorithm;

    /// What rustls is given for a suite is what the registry says of it.
    #[test]
    fn the_suites_are_those_of_the_registry() {
        for ours in SUITES {
            let known = suite(ours.suite().into()).expect("in the registry");
            let aead = Aead::of(known.cipher, known.mode).expect("computed here");
            let (hash, version) = match ours {
                SupportedCipherSuite::Tls13(suite) => {
                    assert_eq!(suite.aead_alg.key_len(), aead.key_length());
                    (suite.common.hash_provider, Version::TLS13)
                }
                SupportedCipherSuite::Tls12(suite) => {
                    let shape = suite.aead_alg.key_block_shape();
                    let lengths = known.lengths(Version::TLS12);
                    assert_eq!((shape.enc_key_len, shape.fixed_iv_len), (lengths.key, lengths.iv));
                    assert_eq!(shape.explicit_nonce_len, lengths.explicit);
                    assert_eq!((known.key_exchange, known.authentication), (KeyExchange::Ecdhe, Authentication::Ecdsa));
                    (suite.common.hash_provider, Version::TLS12)
                }
            };
            assert!(known.versions.contains(version));
            let algorithm = match known.prf() {
                Hash::Sha256 => HashAlgorithm::SHA256,
                Hash::Sha384 => HashAlgorithm::SHA384,
                Hash::Md5 | Hash::Sha1 => panic!("{}", known.name()),
            };
            assert_eq!((hash.algorithm(), hash.output_len()), (algorithm, known.prf().length()), "{}", known.name());
        }
    }
}
