//! Authenticated encryption with associated data: AES-GCM and ChaCha20-Poly1305. RFC 5116, RFC 8439

use crate::registry::{Cipher, Mode};
use aes_gcm::aead::{AeadInOut, KeyInit, inout::InOutBuf};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use chacha20poly1305::ChaCha20Poly1305;

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
    use crate::tls::primitives::octets;

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
