//! The arithmetic as plain functions over octets: hash, HMAC (RFC 2104), HKDF-Expand (RFC 5869 §2.3) and AEAD (RFC 5116).
//!
//! No type of rustls occurs here: the provider wraps these for rustls, and the dissector opens records with the very same code.
//! Signatures and key exchange are in `provider/`, as only rustls needs them.

use crate::registry::{self, Cipher, Mode};
use aes_gcm::aead::{AeadInOut, KeyInit, inout::InOutBuf};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use chacha20poly1305::ChaCha20Poly1305;
use hmac::digest::Key;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha384};

/// The hash functions of the cipher suites that this lab speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SuiteHash {
    Sha256,
    Sha384,
}

impl SuiteHash {
    /// The one that the registry means, if this lab has it.
    pub(crate) const fn of(hash: registry::Hash) -> Option<SuiteHash> {
        match hash {
            registry::Hash::Sha256 => Some(SuiteHash::Sha256),
            registry::Hash::Sha384 => Some(SuiteHash::Sha384),
            registry::Hash::Md5 | registry::Hash::Sha1 => None,
        }
    }

    /// Octets of a hash.
    pub(crate) const fn length(self) -> usize {
        match self {
            SuiteHash::Sha256 => 32,
            SuiteHash::Sha384 => 48,
        }
    }
}

/// SHA-256 of the parts, one after the other. FIPS 180-4
pub fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    parts.into_iter().fold(Sha256::new(), |running, part| running.chain_update(part)).finalize().into()
}

/// The hash of `data`.
pub(crate) fn hash(hash: SuiteHash, data: &[u8]) -> Vec<u8> {
    match hash {
        SuiteHash::Sha256 => Sha256::digest(data).to_vec(),
        SuiteHash::Sha384 => Sha384::digest(data).to_vec(),
    }
}

/// HMAC of the parts, one after the other. RFC 2104
pub(crate) fn hmac(hash: SuiteHash, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    HmacKey::new(hash, key).sign(parts)
}

/// A key that HMAC is ready to use.
#[derive(Clone)]
pub(crate) enum HmacKey {
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
}

impl HmacKey {
    pub(crate) fn new(hash: SuiteHash, key: &[u8]) -> HmacKey {
        match hash {
            SuiteHash::Sha256 => {
                let mut block = Key::<Hmac<Sha256>>::default();
                pad(&mut block, key, Sha256::digest(key).as_slice());
                HmacKey::Sha256(Hmac::new(&block))
            }
            SuiteHash::Sha384 => {
                let mut block = Key::<Hmac<Sha384>>::default();
                pad(&mut block, key, Sha384::digest(key).as_slice());
                HmacKey::Sha384(Hmac::new(&block))
            }
        }
    }

    pub(crate) fn hash(&self) -> SuiteHash {
        match self {
            HmacKey::Sha256(_) => SuiteHash::Sha256,
            HmacKey::Sha384(_) => SuiteHash::Sha384,
        }
    }

    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            HmacKey::Sha256(key) => tag(key, parts),
            HmacKey::Sha384(key) => tag(key, parts),
        }
    }
}

/// A key longer than a block is hashed first; a shorter one is filled up with zeros. RFC 2104 §2
fn pad(block: &mut [u8], key: &[u8], hashed: &[u8]) {
    let key = if key.len() > block.len() { hashed } else { key };
    block.iter_mut().zip(key).for_each(|(block, key)| *block = *key);
}

fn tag<M: Mac + Clone>(key: &M, parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().fold(key.clone(), |running, part| running.chain_update(part)).finalize().into_bytes().to_vec()
}

/// HKDF-Expand: `length` octets out of a pseudorandom key; `None` if that is more than 255 hashes. RFC 5869 §2.3
pub(crate) fn hkdf_expand(hash: SuiteHash, key: &[u8], info: &[&[u8]], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    let expanded = match hash {
        SuiteHash::Sha256 => hkdf::Hkdf::<Sha256>::from_prk(key).ok()?.expand_multi_info(info, &mut out),
        SuiteHash::Sha384 => hkdf::Hkdf::<Sha384>::from_prk(key).ok()?.expand_multi_info(info, &mut out),
    };
    expanded.ok().map(|()| out)
}

/// The ciphers of the suites that this lab speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aead {
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
}

impl Aead {
    /// The one that the registry means, if this lab has it.
    pub(crate) const fn of(cipher: Cipher, mode: Mode) -> Option<Aead> {
        match (cipher, mode) {
            (Cipher::Aes128, Mode::Gcm) => Some(Aead::Aes128Gcm),
            (Cipher::Aes256, Mode::Gcm) => Some(Aead::Aes256Gcm),
            (Cipher::ChaCha20, Mode::Poly1305) => Some(Aead::ChaCha20Poly1305),
            _ => None,
        }
    }

    /// Octets of a nonce, for all of them.
    pub(crate) const NONCE: usize = 12;
    /// Octets that sealing adds, for all of them.
    pub(crate) const TAG: usize = 16;

    pub(crate) const fn key_length(self) -> usize {
        match self {
            Aead::Aes128Gcm => 16,
            Aead::Aes256Gcm | Aead::ChaCha20Poly1305 => 32,
        }
    }
}

/// A cipher with its key.
pub(crate) enum AeadKey {
    Aes128Gcm(Box<Aes128Gcm>),
    Aes256Gcm(Box<Aes256Gcm>),
    ChaCha20Poly1305(Box<ChaCha20Poly1305>),
}

impl AeadKey {
    /// `None` if the key has the wrong length.
    pub(crate) fn new(aead: Aead, key: &[u8]) -> Option<AeadKey> {
        Some(match aead {
            Aead::Aes128Gcm => AeadKey::Aes128Gcm(Box::new(Aes128Gcm::new_from_slice(key).ok()?)),
            Aead::Aes256Gcm => AeadKey::Aes256Gcm(Box::new(Aes256Gcm::new_from_slice(key).ok()?)),
            Aead::ChaCha20Poly1305 => AeadKey::ChaCha20Poly1305(Box::new(ChaCha20Poly1305::new_from_slice(key).ok()?)),
        })
    }

    /// Encrypts in place; the tag is for behind it. `None` only beyond the cipher's limits, which no TLS record reaches.
    pub(crate) fn seal(&self, nonce: &[u8; Aead::NONCE], aad: &[u8], text: &mut [u8]) -> Option<[u8; Aead::TAG]> {
        let text = InOutBuf::from(text);
        let tag = match self {
            AeadKey::Aes128Gcm(key) => key.encrypt_inout_detached(nonce.into(), aad, text),
            AeadKey::Aes256Gcm(key) => key.encrypt_inout_detached(nonce.into(), aad, text),
            AeadKey::ChaCha20Poly1305(key) => key.encrypt_inout_detached(nonce.into(), aad, text),
        };
        tag.ok().map(Into::into)
    }

    /// Decrypts in place what stands before the tag, and says how many octets that is; `None` if it is not authentic.
    pub(crate) fn open(&self, nonce: &[u8; Aead::NONCE], aad: &[u8], sealed: &mut [u8]) -> Option<usize> {
        let length = sealed.len().checked_sub(Aead::TAG)?;
        let (text, tag) = sealed.split_at_mut_checked(length)?;
        let tag: [u8; Aead::TAG] = (&*tag).try_into().ok()?;
        let text = InOutBuf::from(text);
        let opened = match self {
            AeadKey::Aes128Gcm(key) => key.decrypt_inout_detached(nonce.into(), aad, text, &tag.into()),
            AeadKey::Aes256Gcm(key) => key.decrypt_inout_detached(nonce.into(), aad, text, &tag.into()),
            AeadKey::ChaCha20Poly1305(key) => key.decrypt_inout_detached(nonce.into(), aad, text, &tag.into()),
        };
        opened.ok().map(|()| length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hex;

    fn octets(hex: &str) -> Vec<u8> {
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn hashes_are_those_of_fips_180() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&sha256([b"a".as_slice(), b"", b"bc"])), abc);
        assert_eq!(hex(&hash(SuiteHash::Sha256, b"abc")), abc);
        assert_eq!(
            hex(&hash(SuiteHash::Sha384, b"abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        );
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let cases = [
            (
                [0x0b; 20].as_slice(),
                b"Hi There".as_slice(),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
                "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
            ),
        ];
        for (key, text, sha256, sha384) in cases {
            let parts = [&text[..3], &text[3..]];
            assert_eq!(hex(&hmac(SuiteHash::Sha256, key, &parts)), sha256);
            assert_eq!(hex(&hmac(SuiteHash::Sha384, key, &parts)), sha384);
        }
    }

    #[test]
    fn hkdf_expand_is_that_of_rfc_5869() {
        let key = octets("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        let info = octets("f0f1f2f3f4f5f6f7f8f9");
        let out = hkdf_expand(SuiteHash::Sha256, &key, &[&info[..4], &info[4..]], 42).unwrap();
        assert_eq!(hex(&out), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        assert_eq!(hkdf_expand(SuiteHash::Sha256, &key, &[], 255 * 32 + 1), None);
        assert_eq!(hkdf_expand(SuiteHash::Sha256, b"short", &[], 1), None);
    }

    /// `None` if it is not authentic or the key or nonce has the wrong length.
    fn aead_open(aead: Aead, key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut text = sealed.to_vec();
        let length = AeadKey::new(aead, key)?.open(nonce.try_into().ok()?, aad, &mut text)?;
        text.truncate(length);
        Some(text)
    }

    struct Sealed {
        aead: Aead,
        key: &'static str,
        nonce: &'static str,
        aad: &'static str,
        text: &'static str,
        sealed: &'static str,
    }

    const GCM_TEXT: &str = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    const GCM_AAD: &str = "feedfacedeadbeeffeedfacedeadbeefabaddad2";

    /// Test cases 4 and 16 of the GCM specification, and RFC 8439 §2.8.2.
    const SEALED: [Sealed; 3] = [
        Sealed {
            aead: Aead::Aes128Gcm,
            key: "feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            aad: GCM_AAD,
            text: GCM_TEXT,
            sealed: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
        },
        Sealed {
            aead: Aead::Aes256Gcm,
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            aad: GCM_AAD,
            text: GCM_TEXT,
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
        },
        Sealed {
            aead: Aead::ChaCha20Poly1305,
            key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            nonce: "070000004041424344454647",
            aad: "50515253c0c1c2c3c4c5c6c7",
            text: "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069742e",
            sealed: "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
        },
    ];

    #[test]
    fn aead_is_that_of_the_standards() {
        for case in SEALED {
            let (key, nonce, aad) = (octets(case.key), octets(case.nonce), octets(case.aad));
            let mut text = octets(case.text);
            let tag =
                AeadKey::new(case.aead, &key).unwrap().seal(nonce.as_slice().try_into().unwrap(), &aad, &mut text);
            text.extend(tag.unwrap());
            assert_eq!(hex(&text), case.sealed);
            assert_eq!(aead_open(case.aead, &key, &nonce, &aad, &text), Some(octets(case.text)));
            for at in 0..text.len() {
                let mut changed = text.clone();
                changed[at] ^= 1;
                assert_eq!(aead_open(case.aead, &key, &nonce, &aad, &changed), None, "{:?} at {at}", case.aead);
            }
            assert_eq!(aead_open(case.aead, &key, &nonce, &aad[1..], &text), None);
            assert_eq!(aead_open(case.aead, &key[1..], &nonce, &aad, &text), None);
            assert_eq!(aead_open(case.aead, &key, &nonce[1..], &aad, &text), None);
            assert_eq!(aead_open(case.aead, &key, &nonce, &aad, &text[..15]), None);
        }
    }
}
