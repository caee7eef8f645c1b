//! Hash (RFC 1321, FIPS 180-4), HMAC (RFC 2104) and HKDF-Expand (RFC 5869 §2.3).

use crate::registry::Hash;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384};

/// SHA-256 of the parts, one after the other. FIPS 180-4
pub fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    parts.into_iter().fold(Sha256::new(), |running, part| running.chain_update(part)).finalize().into()
}

/// The hash of `data`.
pub(crate) fn hash(hash: Hash, data: &[u8]) -> Vec<u8> {
    let mut running = RunningHash::new(hash);
    running.update(data);
    running.finish()
}

/// A hash in the making, such as that of the handshake.
#[derive(Clone)]
pub(crate) enum RunningHash {
    Md5(Md5),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha384(Sha384),
}

impl RunningHash {
    pub(crate) fn new(hash: Hash) -> RunningHash {
        match hash {
            Hash::Md5 => RunningHash::Md5(Md5::new()),
            Hash::Sha1 => RunningHash::Sha1(Sha1::new()),
            Hash::Sha256 => RunningHash::Sha256(Sha256::new()),
            Hash::Sha384 => RunningHash::Sha384(Sha384::new()),
        }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        match self {
            RunningHash::Md5(running) => running.update(data),
            RunningHash::Sha1(running) => running.update(data),
            RunningHash::Sha256(running) => running.update(data),
            RunningHash::Sha384(running) => running.update(data),
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            RunningHash::Md5(running) => running.finalize().to_vec(),
            RunningHash::Sha1(running) => running.finalize().to_vec(),
            RunningHash::Sha256(running) => running.finalize().to_vec(),
            RunningHash::Sha384(running) => running.finalize().to_vec(),
        }
    }
}

/// HMAC of the parts, one after the other. RFC 2104
pub(crate) fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    HmacKey::new(hash, key).sign(parts)
}

/// A key that HMAC is ready to use.
#[derive(Clone)]
pub(crate) enum HmacKey {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
}

impl HmacKey {
    pub(crate) fn new(hash: Hash, key: &[u8]) -> HmacKey {
        match hash {
            Hash::Md5 => HmacKey::Md5(keyed::<Hmac<Md5>, Md5>(key)),
            Hash::Sha1 => HmacKey::Sha1(keyed::<Hmac<Sha1>, Sha1>(key)),
            Hash::Sha256 => HmacKey::Sha256(keyed::<Hmac<Sha256>, Sha256>(key)),
            Hash::Sha384 => HmacKey::Sha384(keyed::<Hmac<Sha384>, Sha384>(key)),
        }
    }

    pub(crate) fn hash(&self) -> Hash {
        match self {
            HmacKey::Md5(_) => Hash::Md5,
            HmacKey::Sha1(_) => Hash::Sha1,
            HmacKey::Sha256(_) => Hash::Sha256,
            HmacKey::Sha384(_) => Hash::Sha384,
        }
    }

    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            HmacKey::Md5(key) => tag(key, parts),
            HmacKey::Sha1(key) => tag(key, parts),
            HmacKey::Sha256(key) => tag(key, parts),
            HmacKey::Sha384(key) => tag(key, parts),
        }
    }
}

/// A key longer than a block is hashed first; a shorter one is filled up with zeros. RFC 2104 §2
fn keyed<M: KeyInit, D: Digest>(key: &[u8]) -> M {
    let mut block = Key::<M>::default();
    let hashed = D::digest(key);
    let key = if key.len() > block.len() { hashed.as_slice() } else { key };
    block.iter_mut().zip(key).for_each(|(block, key)| *block = *key);
    M::new(&block)
}

fn tag<M: Mac + Clone>(key: &M, parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().fold(key.clone(), |running, part| running.chain_update(part)).finalize().into_bytes().to_vec()
}

/// HKDF-Expand: `length` octets out of a pseudorandom key; `None` if that is more than 255 hashes, or a hash that no suite of TLS 1.3 has.
/// RFC 5869 §2.3
pub(crate) fn hkdf_expand(hash: Hash, key: &[u8], info: &[&[u8]], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    let expanded = match hash {
        Hash::Sha256 => hkdf::Hkdf::<Sha256>::from_prk(key).ok()?.expand_multi_info(info, &mut out),
        Hash::Sha384 => hkdf::Hkdf::<Sha384>::from_prk(key).ok()?.expand_multi_info(info, &mut out),
        Hash::Md5 | Hash::Sha1 => return None,
    };
    expanded.ok().map(|()| out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hex;
    use crate::tls::primitives::octets;

    #[test]
    fn hashes_are_those_of_fips_180() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&sha256([b"a".as_slice(), b"", b"bc"])), abc);
        assert_eq!(hex(&hash(Hash::Sha256, b"abc")), abc);
        assert_eq!(
            hex(&hash(Hash::Sha384, b"abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        );
    }

    /// RFC 1321 §A.5; SHA-1: FIPS 180-4.
    #[test]
    fn the_hashes_of_before_tls_12_are_those_of_their_standards() {
        assert_eq!(hex(&hash(Hash::Md5, b"abc")), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(&hash(Hash::Sha1, b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let mut running = RunningHash::new(Hash::Md5);
        b"message digest".chunks(5).for_each(|part| running.update(part));
        assert_eq!(hex(&running.finish()), "f96b697d7cb7938d525a2f31aaf161d0");
    }

    /// Cases 1 and 6 of RFC 2202 §2 and §3.
    #[test]
    fn hmac_of_before_tls_12_is_that_of_rfc_2202() {
        let long = b"Test Using Larger Than Block-Size Key - Hash Key First".as_slice();
        for (hash, key, text, mac) in [
            (Hash::Md5, [0x0b; 16].as_slice(), b"Hi There".as_slice(), "9294727a3638bb1c13f48ef8158bfc9d"),
            (Hash::Md5, &[0xaa; 80], long, "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"),
            (Hash::Sha1, &[0x0b; 20], b"Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
            (Hash::Sha1, &[0xaa; 80], long, "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
        ] {
            assert_eq!(hex(&hmac(hash, key, &[&text[..3], &text[3..]])), mac);
        }
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
            assert_eq!(hex(&hmac(Hash::Sha256, key, &parts)), sha256);
            assert_eq!(hex(&hmac(Hash::Sha384, key, &parts)), sha384);
        }
    }

    #[test]
    fn hkdf_expand_is_that_of_rfc_5869() {
        let key = octets("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        let info = octets("f0f1f2f3f4f5f6f7f8f9");
        let out = hkdf_expand(Hash::Sha256, &key, &[&info[..4], &info[4..]], 42).unwrap();
        assert_eq!(hex(&out), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        assert_eq!(hkdf_expand(Hash::Sha256, &key, &[], 255 * 32 + 1), None);
        assert_eq!(hkdf_expand(Hash::Sha256, b"short", &[], 1), None);
    }
}
