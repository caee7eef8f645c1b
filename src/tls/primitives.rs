//! The arithmetic as plain functions over octets: hash, HMAC (RFC 2104), HKDF-Expand (RFC 5869 §2.3) and AEAD (RFC 5116).
//!
//! No type of rustls occurs here: the provider wraps these for rustls, and the dissector opens records with the very same code.
//! Signatures and key exchange are in `provider/`, as only rustls needs them.

use aes_gcm::aead::{AeadInOut, KeyInit, inout::InOutBuf};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use chacha20poly1305::ChaCha20Poly1305;
use hmac::digest::Key;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha384};

/// The hash functions of the cipher suites that this lab speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
}

impl Hash {
    /// Octets of a hash.
    pub(crate) const fn length(self) -> usize {
        match self {
            Hash::Sha256 => 32,
            Hash::Sha384 => 48,
        }
    }
}

/// SHA-256 of the parts, one after the other. FIPS 180-4
pub fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    parts.into_iter().fold(Sha256::new(), |running, part| running.chain_update(part)).finalize().into()
}

/// The hash of `data`.
pub(crate) fn hash(hash: Hash, data: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha256 => Sha256::digest(data).to_vec(),
        Hash::Sha384 => Sha384::digest(data).to_vec(),
    }
}

/// HMAC of the parts, one after the other. RFC 2104
pub(crate) fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    HmacKey::new(hash, key).sign(parts)
}

/// A key that HMAC is ready to use.
#[derive(Clone)]
pub(crate) enum HmacKey {
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
}

impl HmacKey {
    pub(crate) fn new(hash: Hash, key: &[u8]) -> HmacKey {
        match hash {
            Hash::Sha256 => {
                let mut block = Key::<Hmac<Sha256>>::default();
                pad(&mut block, key, Sha256::digest(key).as_slice());
                HmacKey::Sha256(Hmac::new(&block))
            }
            Hash::Sha384 => {
                let mut block = Key::<Hmac<Sha384>>::default();
                pad(&mut block, key, Sha384::digest(key).as_slice());
                HmacKey::Sha384(Hmac::new(&block))
            }
        }
    }

    pub(crate) fn hash(&self) -> Hash {
        match self {
            HmacKey::Sha256(_) => Hash::Sha256,
            HmacKey::Sha384(_) => Hash::Sha384,
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
pub(crate) fn hkdf_expand(hash: Hash, key: &[u8], info: &[&[u8]], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    let expanded = match hash {
        Hash::Sha256 => hkdf::Hkdf::<Sha256>::from_prk(key).ok()?.expand_multi_info(info, &mut out),
        Hash::Sha384 => hkdf::Hkdf::<Sha384>::from_prk(key).ok()?.expand_multi_info(info, &mut out),
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

/// Opens `sealed`, ciphertext and tag; `None` if it is not authentic or the key or nonce has the wrong length.
pub(crate) fn aead_open(aead: Aead, key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let mut text = sealed.to_vec();
    let length = AeadKey::new(aead, key)?.open(nonce.try_into().ok()?, aad, &mut text)?;
    text.truncate(length);
    Some(text)
}
