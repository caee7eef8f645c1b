//! The keys of one side, out of the master secret: RFC 2246 §6.3, RFC 5246 §6.3; for export RFC 2246 §6.3.1, RFC 6101 §6.2.2.1.
//!
//! ```text
//! key block: client MAC key | server MAC key | client key | server key | client IV | server IV
//! ```

use super::{Derivation, hash};
use crate::bytes::Cursor;
use crate::registry::{Hash, Lengths, Suite, Version};
use crate::scenario::Side;

/// What a side protects its records with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WriteKeys {
    pub mac_key: Vec<u8>,
    /// The key block's share for the key. Where the law allowed only short keys for export, it is all that is secret of it.
    pub key_material: Vec<u8>,
    /// What the cipher is keyed with.
    pub key: Vec<u8>,
    /// The IV of the first record, or the part of the nonce that is not sent.
    pub iv: Vec<u8>,
}

impl WriteKeys {
    /// Those of `side`. `None` for a version that has no key block.
    pub(crate) fn new(
        suite: &Suite,
        version: Version,
        master: &[u8],
        client_random: &[u8],
        server_random: &[u8],
        side: Side,
    ) -> Option<WriteKeys> {
        let derivation = Derivation::of(version, suite)?;
        let Lengths { mac, key_material, key: key_length, iv, .. } = suite.lengths(version);
        let block = derivation.key_block(master, server_random, client_random, suite.key_block(version));
        let mut block = Cursor::new(&block);
        let mut pair = |length| {
            let (client, server) = (block.take(length).ok()?, block.take(length).ok()?);
            Some(of_side(side, client, server).to_vec())
        };
        let (mac_key, key_material) = (pair(mac)?, pair(key_material)?);
        if !suite.key_exchange.is_export() {
            return Some(WriteKeys { mac_key, key: key_material.clone(), key_material, iv: pair(iv)? });
        }
        let export = Export { derivation, client_random, server_random, side };
        let (key, iv) = (export.key(&key_material, key_length), export.iv(iv));
        Some(WriteKeys { mac_key, key_material, key, iv })
    }
}

/// How keys of suites for export are made of what is secret and what goes in clear.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Export<'a> {
    pub derivation: Derivation,
    pub client_random: &'a [u8],
    pub server_random: &'a [u8],
    pub side: Side,
}

impl Export<'_> {
    /// RFC 2246 §6.3.1; SSL 3.0: RFC 6101 §6.2.2.1
    pub(crate) fn key(&self, key_material: &[u8], length: usize) -> Vec<u8> {
        let Export { derivation, client_random, server_random, side } = *self;
        if derivation == Derivation::Ssl3 {
            let (first, second) = of_side(side, (client_random, server_random), (server_random, client_random));
            let key = hash(Hash::Md5, &[key_material, first, second].concat());
            return key.into_iter().take(length).collect();
        }
        let label = of_side(side, "client write key", "server write key");
        derivation.derive(key_material, label, &[client_random, server_random], length)
    }

    /// Nothing of it is secret. RFC 2246 §6.3.1; SSL 3.0: RFC 6101 §6.2.2.1
    fn iv(&self, length: usize) -> Vec<u8> {
        let Export { derivation, client_random, server_random, side } = *self;
        if derivation == Derivation::Ssl3 {
            let (first, second) = of_side(side, (client_random, server_random), (server_random, client_random));
            return hash(Hash::Md5, &[first, second].concat()).into_iter().take(length).collect();
        }
        let block = derivation.derive(&[], "IV block", &[client_random, server_random], 2 * length);
        block.into_iter().skip(of_side(side, 0, length)).take(length).collect()
    }
}

fn of_side<T>(side: Side, client: T, server: T) -> T {
    match side {
        Side::Client => client,
        Side::Server => server,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hex;
    use crate::registry::suite;

    fn keys(code: u16, version: Version, side: Side) -> WriteKeys {
        let master: Vec<u8> = (0..48).collect();
        WriteKeys::new(&suite(code).unwrap(), version, &master, &[0xC0; 32], &[0x50; 32], side).unwrap()
    }

    /// By `openssl kdf ... TLS1-PRF` of OpenSSL 3; the IVs, which have an empty secret, by Python's hmac.
    #[test]
    fn the_keys_for_export_are_those_of_openssl() {
        for code in [0x0003, 0x0006] {
            let (client, server) = (keys(code, Version::TLS10, Side::Client), keys(code, Version::TLS10, Side::Server));
            assert_eq!(hex(&client.mac_key), "dd1fdf4e25b9baa0c2e987e65341ded6");
            assert_eq!(hex(&server.mac_key), "c698cd5ddfd0691c9806954c6fe72d67");
            assert_eq!(
                (hex(&client.key_material), hex(&server.key_material)),
                ("ad20a4dec1".into(), "04f59705bd".into())
            );
            assert_eq!(hex(&client.key), "4d2e908f795c9bed3afc365d2322f832");
            assert_eq!(hex(&server.key), "dfcf01be3d6938bbab2a5fbd9dac1e7c");
            let iv = if code == 0x0006 { "8d2903214ecc9df265d5ecdce48f0cc6" } else { "" };
            assert_eq!(hex(&[client.iv, server.iv].concat()), iv);
        }
        let client = keys(0x0064, Version::TLS10, Side::Client);
        assert_eq!(hex(&client.mac_key), "dd1fdf4e25b9baa0c2e987e65341ded6c698cd5d");
        assert_eq!(hex(&client.key_material), "05bdaa65aa33cf");
        assert_eq!(hex(&client.key), "92fd39f5a55883ccb4780ec94e689f16");
    }

    /// The key block by the same program, cut by hand: MAC keys of 20 octets, keys of 16, IVs of 16 in TLS 1.0 and none later.
    #[test]
    fn the_key_block_is_cut_in_its_order() {
        let server = keys(0x002F, Version::TLS10, Side::Server);
        assert_eq!(hex(&server.mac_key), "dfd0691c9806954c6fe72d67ad20a4dec104f597");
        assert_eq!(hex(&server.key), "3c0f230bf43592dcf975078a05f74b07");
        assert_eq!(hex(&server.iv), "858e72d6120dd36a18565fb1f2952e6e");
        let client = keys(0x002F, Version::TLS12, Side::Client);
        assert_eq!(hex(&client.mac_key), "1733e703caaef94397fe3aea9a5bdfb4be2b8d3f");
        assert_eq!(hex(&client.key), "9a8599301b327c6c93950ad62612520c");
        assert!(client.iv.is_empty());
    }
}
