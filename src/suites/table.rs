//! The suites of the four lists, one a line. Names are in `dissect/names.rs`, under the same code points.
//!
//! Sources: RFC 2246 §A.5 and RFC 4346 §A.5 (what TLS 1.0 and 1.1 allow), RFC 3268 (AES), RFC 5246 §A.5, RFC 5288, RFC 5289,
//! RFC 7905, RFC 8422 §6, RFC 8446 §B.4. 0x0062 to 0x0064 are of a draft that never became an RFC.

use super::suite::{Authentication, Cipher, CodePoint, Hash, KeyExchange, Suite, Version, VersionRange};

const fn tls(code: u16) -> CodePoint {
    CodePoint::Tls(code)
}

const SSL2: VersionRange = VersionRange::new(Version::Ssl2, Version::Ssl2);
/// Export suites end with TLS 1.0. RFC 4346 §A.5
const TO_TLS10: VersionRange = VersionRange::new(Version::Ssl3, Version::Tls10);
/// DES ends with TLS 1.1. RFC 5246 §1.2, RFC 5469
const TO_TLS11: VersionRange = VersionRange::new(Version::Ssl3, Version::Tls11);
const TO_TLS12: VersionRange = VersionRange::new(Version::Ssl3, Version::Tls12);
/// AES and the curves came to TLS, not to SSL. RFC 3268, RFC 8422
const TLS10_TO_12: VersionRange = VersionRange::new(Version::Tls10, Version::Tls12);
/// The suites that name SHA-256 or SHA-384. RFC 5246 §A.5, RFC 5289 §5
const TLS12: VersionRange = VersionRange::new(Version::Tls12, Version::Tls12);
const TLS13: VersionRange = VersionRange::new(Version::Tls13, Version::Tls13);

macro_rules! suites {
    ($($name:ident: $code:expr, $exchange:ident, $authentication:ident, $cipher:ident, $hash:ident, $versions:ident;)*) => {
        $(pub const $name: Suite = Suite {
            code: $code,
            key_exchange: KeyExchange::$exchange,
            authentication: Authentication::$authentication,
            cipher: Cipher::$cipher,
            hash: Hash::$hash,
            versions: $versions,
        };)*

        /// All suites, in the order of their code points.
        pub const SUITES: &[Suite] = &[$($name),*];
    };
}

suites! {
    RSA_NULL_MD5: tls(0x0001), Rsa, Rsa, Null, Md5, TO_TLS12;
    RSA_NULL_SHA: tls(0x0002), Rsa, Rsa, Null, Sha1, TO_TLS12;
    RSA_EXPORT_RC4_40_MD5: tls(0x0003), RsaExport, Rsa, Rc4_40, Md5, TO_TLS10;
    RSA_RC4_128_MD5: tls(0x0004), Rsa, Rsa, Rc4_128, Md5, TO_TLS12;
    RSA_RC4_128_SHA: tls(0x0005), Rsa, Rsa, Rc4_128, Sha1, TO_TLS12;
    RSA_EXPORT_RC2_CBC_40_MD5: tls(0x0006), RsaExport, Rsa, Rc2Cbc40, Md5, TO_TLS10;
    RSA_DES_CBC_SHA: tls(0x0009), Rsa, Rsa, DesCbc, Sha1, TO_TLS11;
    RSA_3DES_EDE_CBC_SHA: tls(0x000A), Rsa, Rsa, TripleDesEdeCbc, Sha1, TO_TLS12;
    DHE_DSS_DES_CBC_SHA: tls(0x0012), Dhe, Dss, DesCbc, Sha1, TO_TLS11;
    DHE_DSS_3DES_EDE_CBC_SHA: tls(0x0013), Dhe, Dss, TripleDesEdeCbc, Sha1, TO_TLS12;
    RSA_AES_128_CBC_SHA: tls(0x002F), Rsa, Rsa, Aes128Cbc, Sha1, TLS10_TO_12;
    DHE_DSS_AES_128_CBC_SHA: tls(0x0032), Dhe, Dss, Aes128Cbc, Sha1, TLS10_TO_12;
    DHE_RSA_AES_128_CBC_SHA: tls(0x0033), Dhe, Rsa, Aes128Cbc, Sha1, TLS10_TO_12;
    RSA_AES_256_CBC_SHA: tls(0x0035), Rsa, Rsa, Aes256Cbc, Sha1, TLS10_TO_12;
    DHE_DSS_AES_256_CBC_SHA: tls(0x0038), Dhe, Dss, Aes256Cbc, Sha1, TLS10_TO_12;
    DHE_RSA_AES_256_CBC_SHA: tls(0x0039), Dhe, Rsa, Aes256Cbc, Sha1, TLS10_TO_12;
    RSA_AES_128_CBC_SHA256: tls(0x003C), Rsa, Rsa, Aes128Cbc, Sha256, TLS12;
    RSA_AES_256_CBC_SHA256: tls(0x003D), Rsa, Rsa, Aes256Cbc, Sha256, TLS12;
    RSA_EXPORT1024_DES_CBC_SHA: tls(0x0062), RsaExport1024, Rsa, DesCbc, Sha1, TO_TLS10;
    DHE_DSS_EXPORT1024_DES_CBC_SHA: tls(0x0063), DheExport1024, Dss, DesCbc, Sha1, TO_TLS10;
    RSA_EXPORT1024_RC4_56_SHA: tls(0x0064), RsaExport1024, Rsa, Rc4_56, Sha1, TO_TLS10;
    DHE_RSA_AES_128_CBC_SHA256: tls(0x0067), Dhe, Rsa, Aes128Cbc, Sha256, TLS12;
    DHE_RSA_AES_256_CBC_SHA256: tls(0x006B), Dhe, Rsa, Aes256Cbc, Sha256, TLS12;
    RSA_AES_128_GCM_SHA256: tls(0x009C), Rsa, Rsa, Aes128Gcm, Sha256, TLS12;
    RSA_AES_256_GCM_SHA384: tls(0x009D), Rsa, Rsa, Aes256Gcm, Sha384, TLS12;
    DHE_RSA_AES_128_GCM_SHA256: tls(0x009E), Dhe, Rsa, Aes128Gcm, Sha256, TLS12;
    DHE_RSA_AES_256_GCM_SHA384: tls(0x009F), Dhe, Rsa, Aes256Gcm, Sha384, TLS12;
    AES_128_GCM_SHA256: tls(0x1301), Apart, Apart, Aes128Gcm, Sha256, TLS13;
    AES_256_GCM_SHA384: tls(0x1302), Apart, Apart, Aes256Gcm, Sha384, TLS13;
    CHACHA20_POLY1305_SHA256: tls(0x1303), Apart, Apart, ChaCha20Poly1305, Sha256, TLS13;
    ECDHE_ECDSA_AES_128_CBC_SHA: tls(0xC009), Ecdhe, Ecdsa, Aes128Cbc, Sha1, TLS10_TO_12;
    ECDHE_ECDSA_AES_256_CBC_SHA: tls(0xC00A), Ecdhe, Ecdsa, Aes256Cbc, Sha1, TLS10_TO_12;
    ECDHE_RSA_AES_128_CBC_SHA: tls(0xC013), Ecdhe, Rsa, Aes128Cbc, Sha1, TLS10_TO_12;
    ECDHE_RSA_AES_256_CBC_SHA: tls(0xC014), Ecdhe, Rsa, Aes256Cbc, Sha1, TLS10_TO_12;
    ECDHE_ECDSA_AES_128_CBC_SHA256: tls(0xC023), Ecdhe, Ecdsa, Aes128Cbc, Sha256, TLS12;
    ECDHE_ECDSA_AES_256_CBC_SHA384: tls(0xC024), Ecdhe, Ecdsa, Aes256Cbc, Sha384, TLS12;
    ECDHE_RSA_AES_128_CBC_SHA256: tls(0xC027), Ecdhe, Rsa, Aes128Cbc, Sha256, TLS12;
    ECDHE_RSA_AES_256_CBC_SHA384: tls(0xC028), Ecdhe, Rsa, Aes256Cbc, Sha384, TLS12;
    ECDHE_ECDSA_AES_128_GCM_SHA256: tls(0xC02B), Ecdhe, Ecdsa, Aes128Gcm, Sha256, TLS12;
    ECDHE_ECDSA_AES_256_GCM_SHA384: tls(0xC02C), Ecdhe, Ecdsa, Aes256Gcm, Sha384, TLS12;
    ECDHE_RSA_AES_128_GCM_SHA256: tls(0xC02F), Ecdhe, Rsa, Aes128Gcm, Sha256, TLS12;
    ECDHE_RSA_AES_256_GCM_SHA384: tls(0xC030), Ecdhe, Rsa, Aes256Gcm, Sha384, TLS12;
    ECDHE_RSA_CHACHA20_POLY1305_SHA256: tls(0xCCA8), Ecdhe, Rsa, ChaCha20Poly1305, Sha256, TLS12;
    ECDHE_ECDSA_CHACHA20_POLY1305_SHA256: tls(0xCCA9), Ecdhe, Ecdsa, ChaCha20Poly1305, Sha256, TLS12;
    DHE_RSA_CHACHA20_POLY1305_SHA256: tls(0xCCAA), Dhe, Rsa, ChaCha20Poly1305, Sha256, TLS12;
    SSL_CK_RC4_128_WITH_MD5: CodePoint::Ssl2([0x01, 0x00, 0x80]), Rsa, Rsa, Rc4_128, Md5, SSL2;
    SSL_CK_DES_192_EDE3_CBC_WITH_MD5: CodePoint::Ssl2([0x07, 0x00, 0xC0]), Rsa, Rsa, TripleDesEdeCbc, Md5, SSL2;
}
