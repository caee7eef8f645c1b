//! All cipher suites, one a line, in the order of their code points: name, code point, key exchange, authentication, cipher, mode, hash,
//! versions. A line without properties is a signal of the client's, which is no suite. RFC 5746 §3.3, RFC 7507 §2
//!
//! Names and code points are those of the IANA registry "TLS Parameters", which takes them from RFC 2246 §A.5 and RFC 4346 §A.5 (what
//! TLS 1.0 and 1.1 allow), RFC 3268 (AES), RFC 5246 §A.5, RFC 5288, RFC 5289, RFC 6209 (ARIA), RFC 6655 and RFC 7251 (CCM), RFC 7905,
//! RFC 8422 §6 and RFC 8446 §B.4; the two suites of SSL 2.0 are as its specification spells them (RFC 6101 §E.1). Left out: what
//! neither today's stacks nor the lists of Windows Server 2003 and 2008 use.

use super::names::{Table, name};
use super::suite::{Authentication, Cipher, CodePoint, Hash, KeyExchange, Mode, Suite};
use super::version::{Version, VersionRange};

const fn tls(code: u16) -> CodePoint {
    CodePoint::Tls(code)
}

const SSL2: VersionRange = VersionRange::new(Version::SSL2, Version::SSL2);
/// Export suites end with TLS 1.0. RFC 4346 §A.5
const TO_TLS10: VersionRange = VersionRange::new(Version::SSL3, Version::TLS10);
/// DES ends with TLS 1.1. RFC 5246 §1.2, RFC 5469
const TO_TLS11: VersionRange = VersionRange::new(Version::SSL3, Version::TLS11);
const TO_TLS12: VersionRange = VersionRange::new(Version::SSL3, Version::TLS12);
/// AES and the curves came to TLS, not to SSL. RFC 3268, RFC 8422
const TLS10_TO_12: VersionRange = VersionRange::new(Version::TLS10, Version::TLS12);
/// The suites that name SHA-256 or SHA-384. RFC 5246 §A.5, RFC 5289 §5
const TLS12: VersionRange = VersionRange::new(Version::TLS12, Version::TLS12);
const TLS13: VersionRange = VersionRange::new(Version::TLS13, Version::TLS13);

macro_rules! suites {
    ($($name:ident: $code:expr
        $(, $exchange:ident, $authentication:ident, $cipher:ident, $mode:ident, $hash:ident, $versions:ident)?;)*) => {
        $($(pub const $name: Suite = Suite {
            code: $code,
            key_exchange: KeyExchange::$exchange,
            authentication: Authentication::$authentication,
            cipher: Cipher::$cipher,
            mode: Mode::$mode,
            hash: Hash::$hash,
            versions: $versions,
        };)?)*

        /// All suites, in the order of their code points.
        pub const SUITES: &[Suite] = &[$($(Suite { mode: Mode::$mode, ..$name },)?)*];

        /// Their names and those of the signals. Code points of TLS are two octets on the wire, those of SSL 2.0 three.
        pub const CIPHER_SUITES: &Table = &[$(($code.number(), stringify!($name))),*];
    };
}

/// The suite of TLS with this code point, if it is known.
pub fn suite(code: u16) -> Option<Suite> {
    let index = SUITES.binary_search_by_key(&u32::from(code), |suite| suite.code.number()).ok()?;
    SUITES.get(index).copied()
}

/// Whether a suite's code point is a signal of the client's, and no suite. RFC 5746 §3.3, RFC 7507 §2
pub fn is_signal(code: u16) -> bool {
    name(CIPHER_SUITES, code).is_some() && suite(code).is_none()
}

suites! {
    TLS_RSA_WITH_NULL_MD5: tls(0x0001), Rsa, Rsa, Null, None, Md5, TO_TLS12;
    TLS_RSA_WITH_NULL_SHA: tls(0x0002), Rsa, Rsa, Null, None, Sha1, TO_TLS12;
    TLS_RSA_EXPORT_WITH_RC4_40_MD5: tls(0x0003), RsaExport, Rsa, Rc4_40, Stream, Md5, TO_TLS10;
    TLS_RSA_WITH_RC4_128_MD5: tls(0x0004), Rsa, Rsa, Rc4_128, Stream, Md5, TO_TLS12;
    TLS_RSA_WITH_RC4_128_SHA: tls(0x0005), Rsa, Rsa, Rc4_128, Stream, Sha1, TO_TLS12;
    TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5: tls(0x0006), RsaExport, Rsa, Rc2_40, Cbc, Md5, TO_TLS10;
    TLS_RSA_WITH_DES_CBC_SHA: tls(0x0009), Rsa, Rsa, Des, Cbc, Sha1, TO_TLS11;
    TLS_RSA_WITH_3DES_EDE_CBC_SHA: tls(0x000A), Rsa, Rsa, TripleDes, Cbc, Sha1, TO_TLS12;
    TLS_DHE_DSS_WITH_DES_CBC_SHA: tls(0x0012), Dhe, Dss, Des, Cbc, Sha1, TO_TLS11;
    TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA: tls(0x0013), Dhe, Dss, TripleDes, Cbc, Sha1, TO_TLS12;
    TLS_RSA_WITH_AES_128_CBC_SHA: tls(0x002F), Rsa, Rsa, Aes128, Cbc, Sha1, TLS10_TO_12;
    TLS_DHE_DSS_WITH_AES_128_CBC_SHA: tls(0x0032), Dhe, Dss, Aes128, Cbc, Sha1, TLS10_TO_12;
    TLS_DHE_RSA_WITH_AES_128_CBC_SHA: tls(0x0033), Dhe, Rsa, Aes128, Cbc, Sha1, TLS10_TO_12;
    TLS_RSA_WITH_AES_256_CBC_SHA: tls(0x0035), Rsa, Rsa, Aes256, Cbc, Sha1, TLS10_TO_12;
    TLS_DHE_DSS_WITH_AES_256_CBC_SHA: tls(0x0038), Dhe, Dss, Aes256, Cbc, Sha1, TLS10_TO_12;
    TLS_DHE_RSA_WITH_AES_256_CBC_SHA: tls(0x0039), Dhe, Rsa, Aes256, Cbc, Sha1, TLS10_TO_12;
    TLS_RSA_WITH_AES_128_CBC_SHA256: tls(0x003C), Rsa, Rsa, Aes128, Cbc, Sha256, TLS12;
    TLS_RSA_WITH_AES_256_CBC_SHA256: tls(0x003D), Rsa, Rsa, Aes256, Cbc, Sha256, TLS12;
    TLS_DHE_DSS_WITH_AES_128_CBC_SHA256: tls(0x0040), Dhe, Dss, Aes128, Cbc, Sha256, TLS12;
    // Never standardised; IANA reserves the numbers.
    TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA: tls(0x0062), RsaExport1024, Rsa, Des, Cbc, Sha1, TO_TLS10;
    TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA: tls(0x0063), DheExport1024, Dss, Des, Cbc, Sha1, TO_TLS10;
    TLS_RSA_EXPORT1024_WITH_RC4_56_SHA: tls(0x0064), RsaExport1024, Rsa, Rc4_56, Stream, Sha1, TO_TLS10;
    TLS_DHE_RSA_WITH_AES_128_CBC_SHA256: tls(0x0067), Dhe, Rsa, Aes128, Cbc, Sha256, TLS12;
    TLS_DHE_DSS_WITH_AES_256_CBC_SHA256: tls(0x006A), Dhe, Dss, Aes256, Cbc, Sha256, TLS12;
    TLS_DHE_RSA_WITH_AES_256_CBC_SHA256: tls(0x006B), Dhe, Rsa, Aes256, Cbc, Sha256, TLS12;
    TLS_RSA_WITH_AES_128_GCM_SHA256: tls(0x009C), Rsa, Rsa, Aes128, Gcm, Sha256, TLS12;
    TLS_RSA_WITH_AES_256_GCM_SHA384: tls(0x009D), Rsa, Rsa, Aes256, Gcm, Sha384, TLS12;
    TLS_DHE_RSA_WITH_AES_128_GCM_SHA256: tls(0x009E), Dhe, Rsa, Aes128, Gcm, Sha256, TLS12;
    TLS_DHE_RSA_WITH_AES_256_GCM_SHA384: tls(0x009F), Dhe, Rsa, Aes256, Gcm, Sha384, TLS12;
    TLS_DHE_DSS_WITH_AES_128_GCM_SHA256: tls(0x00A2), Dhe, Dss, Aes128, Gcm, Sha256, TLS12;
    TLS_DHE_DSS_WITH_AES_256_GCM_SHA384: tls(0x00A3), Dhe, Dss, Aes256, Gcm, Sha384, TLS12;
    TLS_EMPTY_RENEGOTIATION_INFO_SCSV: tls(0x00FF);
    TLS_AES_128_GCM_SHA256: tls(0x1301), Apart, Apart, Aes128, Gcm, Sha256, TLS13;
    TLS_AES_256_GCM_SHA384: tls(0x1302), Apart, Apart, Aes256, Gcm, Sha384, TLS13;
    TLS_CHACHA20_POLY1305_SHA256: tls(0x1303), Apart, Apart, ChaCha20, Poly1305, Sha256, TLS13;
    TLS_AES_128_CCM_SHA256: tls(0x1304), Apart, Apart, Aes128, Ccm, Sha256, TLS13;
    TLS_AES_128_CCM_8_SHA256: tls(0x1305), Apart, Apart, Aes128, Ccm8, Sha256, TLS13;
    TLS_FALLBACK_SCSV: tls(0x5600);
    TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: tls(0xC009), Ecdhe, Ecdsa, Aes128, Cbc, Sha1, TLS10_TO_12;
    TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: tls(0xC00A), Ecdhe, Ecdsa, Aes256, Cbc, Sha1, TLS10_TO_12;
    TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: tls(0xC013), Ecdhe, Rsa, Aes128, Cbc, Sha1, TLS10_TO_12;
    TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: tls(0xC014), Ecdhe, Rsa, Aes256, Cbc, Sha1, TLS10_TO_12;
    TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256: tls(0xC023), Ecdhe, Ecdsa, Aes128, Cbc, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384: tls(0xC024), Ecdhe, Ecdsa, Aes256, Cbc, Sha384, TLS12;
    TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256: tls(0xC027), Ecdhe, Rsa, Aes128, Cbc, Sha256, TLS12;
    TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384: tls(0xC028), Ecdhe, Rsa, Aes256, Cbc, Sha384, TLS12;
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: tls(0xC02B), Ecdhe, Ecdsa, Aes128, Gcm, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: tls(0xC02C), Ecdhe, Ecdsa, Aes256, Gcm, Sha384, TLS12;
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: tls(0xC02F), Ecdhe, Rsa, Aes128, Gcm, Sha256, TLS12;
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: tls(0xC030), Ecdhe, Rsa, Aes256, Gcm, Sha384, TLS12;
    TLS_RSA_WITH_ARIA_128_GCM_SHA256: tls(0xC050), Rsa, Rsa, Aria128, Gcm, Sha256, TLS12;
    TLS_RSA_WITH_ARIA_256_GCM_SHA384: tls(0xC051), Rsa, Rsa, Aria256, Gcm, Sha384, TLS12;
    TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256: tls(0xC052), Dhe, Rsa, Aria128, Gcm, Sha256, TLS12;
    TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384: tls(0xC053), Dhe, Rsa, Aria256, Gcm, Sha384, TLS12;
    TLS_DHE_DSS_WITH_ARIA_128_GCM_SHA256: tls(0xC056), Dhe, Dss, Aria128, Gcm, Sha256, TLS12;
    TLS_DHE_DSS_WITH_ARIA_256_GCM_SHA384: tls(0xC057), Dhe, Dss, Aria256, Gcm, Sha384, TLS12;
    TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256: tls(0xC05C), Ecdhe, Ecdsa, Aria128, Gcm, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384: tls(0xC05D), Ecdhe, Ecdsa, Aria256, Gcm, Sha384, TLS12;
    TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256: tls(0xC060), Ecdhe, Rsa, Aria128, Gcm, Sha256, TLS12;
    TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384: tls(0xC061), Ecdhe, Rsa, Aria256, Gcm, Sha384, TLS12;
    TLS_RSA_WITH_AES_128_CCM: tls(0xC09C), Rsa, Rsa, Aes128, Ccm, Sha256, TLS12;
    TLS_RSA_WITH_AES_256_CCM: tls(0xC09D), Rsa, Rsa, Aes256, Ccm, Sha256, TLS12;
    TLS_DHE_RSA_WITH_AES_128_CCM: tls(0xC09E), Dhe, Rsa, Aes128, Ccm, Sha256, TLS12;
    TLS_DHE_RSA_WITH_AES_256_CCM: tls(0xC09F), Dhe, Rsa, Aes256, Ccm, Sha256, TLS12;
    TLS_RSA_WITH_AES_128_CCM_8: tls(0xC0A0), Rsa, Rsa, Aes128, Ccm8, Sha256, TLS12;
    TLS_RSA_WITH_AES_256_CCM_8: tls(0xC0A1), Rsa, Rsa, Aes256, Ccm8, Sha256, TLS12;
    TLS_DHE_RSA_WITH_AES_128_CCM_8: tls(0xC0A2), Dhe, Rsa, Aes128, Ccm8, Sha256, TLS12;
    TLS_DHE_RSA_WITH_AES_256_CCM_8: tls(0xC0A3), Dhe, Rsa, Aes256, Ccm8, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_AES_128_CCM: tls(0xC0AC), Ecdhe, Ecdsa, Aes128, Ccm, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_AES_256_CCM: tls(0xC0AD), Ecdhe, Ecdsa, Aes256, Ccm, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8: tls(0xC0AE), Ecdhe, Ecdsa, Aes128, Ccm8, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8: tls(0xC0AF), Ecdhe, Ecdsa, Aes256, Ccm8, Sha256, TLS12;
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: tls(0xCCA8), Ecdhe, Rsa, ChaCha20, Poly1305, Sha256, TLS12;
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: tls(0xCCA9), Ecdhe, Ecdsa, ChaCha20, Poly1305, Sha256, TLS12;
    TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256: tls(0xCCAA), Dhe, Rsa, ChaCha20, Poly1305, Sha256, TLS12;
    SSL_CK_RC4_128_WITH_MD5: CodePoint::Ssl2([0x01, 0x00, 0x80]), Rsa, Rsa, Rc4_128, Stream, Md5, SSL2;
    SSL_CK_DES_192_EDE3_CBC_WITH_MD5: CodePoint::Ssl2([0x07, 0x00, 0xC0]), Rsa, Rsa, TripleDes, Cbc, Md5, SSL2;
}

impl Suite {
    /// As in the registry of IANA; those of SSL 2.0 as in its specification.
    pub fn name(self) -> &'static str {
        name(CIPHER_SUITES, self.code.number()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_rise_so_that_the_search_finds_every_entry() {
        assert!(SUITES.is_sorted_by(|a, b| a.code < b.code));
        assert!(CIPHER_SUITES.is_sorted_by(|a, b| a.0 < b.0));
        for code in 0..=u16::MAX {
            let there = SUITES.iter().find(|suite| suite.code == CodePoint::Tls(code));
            assert_eq!(suite(code).as_ref(), there);
            assert_eq!(name(CIPHER_SUITES, code).is_some(), there.is_some() || [0x00FF, 0x5600].contains(&code));
        }
    }
}
