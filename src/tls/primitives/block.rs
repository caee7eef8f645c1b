//! Block ciphers in CBC: RC2 (RFC 2268), DES and 3DES (FIPS 46-3), AES (FIPS 197); CBC: SP 800-38A §6.2.

use crate::registry::Cipher;
use aes::{Aes128, Aes256};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use cbc::{Decryptor, Encryptor};
use des::{Des, TdesEde3};
use rc2::Rc2;

/// A cipher with its key.
pub(super) enum Block {
    Rc2(Box<Rc2>),
    Des(Box<Des>),
    TripleDes(Box<TdesEde3>),
    Aes128(Box<Aes128>),
    Aes256(Box<Aes256>),
}

impl Block {
    /// `None` for another cipher, and if the key has the wrong length.
    pub(super) fn new(cipher: Cipher, key: &[u8]) -> Option<Block> {
        Some(match cipher {
            // Made of 40 secret bits, its key is of 128 nonetheless. RFC 2246 §6.3.1
            Cipher::Rc2_40 => Block::Rc2(Box::new(Rc2::new_with_eff_key_len(<&[u8; 16]>::try_from(key).ok()?, 128))),
            Cipher::Des => Block::Des(Box::new(Des::new_from_slice(key).ok()?)),
            Cipher::TripleDes => Block::TripleDes(Box::new(TdesEde3::new_from_slice(key).ok()?)),
            Cipher::Aes128 => Block::Aes128(Box::new(Aes128::new_from_slice(key).ok()?)),
            Cipher::Aes256 => Block::Aes256(Box::new(Aes256::new_from_slice(key).ok()?)),
            _ => return None,
        })
    }

    /// Octets of a block.
    pub(super) fn length(&self) -> usize {
        match self {
            Block::Rc2(_) | Block::Des(_) | Block::TripleDes(_) => 8,
            Block::Aes128(_) | Block::Aes256(_) => 16,
        }
    }

    /// In place, whole blocks. With an IV that is no block nothing is done.
    pub(super) fn encrypt(&self, iv: &[u8], blocks: &mut [u8]) {
        match self {
            Block::Rc2(cipher) => encrypt(&**cipher, iv, blocks),
            Block::Des(cipher) => encrypt(&**cipher, iv, blocks),
            Block::TripleDes(cipher) => encrypt(&**cipher, iv, blocks),
            Block::Aes128(cipher) => encrypt(&**cipher, iv, blocks),
            Block::Aes256(cipher) => encrypt(&**cipher, iv, blocks),
        }
    }

    /// The same backwards.
    pub(super) fn decrypt(&self, iv: &[u8], blocks: &mut [u8]) {
        match self {
            Block::Rc2(cipher) => decrypt(&**cipher, iv, blocks),
            Block::Des(cipher) => decrypt(&**cipher, iv, blocks),
            Block::TripleDes(cipher) => decrypt(&**cipher, iv, blocks),
            Block::Aes128(cipher) => decrypt(&**cipher, iv, blocks),
            Block::Aes256(cipher) => decrypt(&**cipher, iv, blocks),
        }
    }
}

fn encrypt<C: BlockCipherEncrypt>(cipher: &C, iv: &[u8], blocks: &mut [u8]) {
    let length = blocks.len();
    if let Ok(cbc) = Encryptor::inner_iv_slice_init(cipher, iv) {
        let _ = cbc.encrypt_padded::<NoPadding>(blocks, length);
    }
}

fn decrypt<C: BlockCipherDecrypt>(cipher: &C, iv: &[u8], blocks: &mut [u8]) {
    if let Ok(cbc) = Decryptor::inner_iv_slice_init(cipher, iv) {
        let _ = cbc.decrypt_padded::<NoPadding>(blocks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hex;
    use crate::tls::primitives::octets;

    /// RFC 2268 §5, FIPS 81 §C (with three times the same key for 3DES), SP 800-38A §F.2.1 and §F.2.5.
    #[test]
    fn ciphers_are_those_of_their_standards() {
        const DES: &str = "0123456789abcdef";
        const NOW_IS_THE_TIME: (&str, &str, &str) = (
            "1234567890abcdef",
            "4e6f77206973207468652074696d6520666f7220616c6c20",
            "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6",
        );
        const COUNTED: &str = "000102030405060708090a0b0c0d0e0f";
        const PLAIN: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
        for (cipher, key, (iv, plain, sealed)) in [
            (
                Cipher::Rc2_40,
                "88bca90e90875a7f0f79c384627bafb2",
                ("0000000000000000", "0000000000000000", "2269552ab0f85ca6"),
            ),
            (Cipher::Des, DES, NOW_IS_THE_TIME),
            (Cipher::TripleDes, &DES.repeat(3), NOW_IS_THE_TIME),
            (
                Cipher::Aes128,
                "2b7e151628aed2a6abf7158809cf4f3c",
                (COUNTED, PLAIN, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"),
            ),
            (
                Cipher::Aes256,
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                (COUNTED, PLAIN, "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"),
            ),
        ] {
            let block = Block::new(cipher, &octets(key)).unwrap();
            let iv = octets(iv);
            assert_eq!(block.length(), iv.len());
            let mut text = octets(plain);
            block.encrypt(&iv, &mut text);
            assert_eq!(hex(&text), sealed);
            block.decrypt(&iv, &mut text);
            assert_eq!(hex(&text), plain);
            assert!(Block::new(cipher, &octets(key)[1..]).is_none());
        }
        assert!(Block::new(Cipher::Aria128, &[0; 16]).is_none());
    }
}
