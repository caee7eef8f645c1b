//! RSA against OpenSSL 3.0.19, which made this key, signed, and encrypted; and what is no key and no message.

mod common;

use common::unhex;
use modular::rsa::{BadPadding, PrivateKey, PublicKey};
use modular::{Modulus, Natural};
use proptest::prelude::*;

/// `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024`, `openssl rsa -traditional -outform DER`
const KEY: &str = "\
    3082025d02010002818100c11b4be59d651838d9a4ba1c3ca341f6796dc61d9fe2a9194a97a29c07851891176d43434fcdce3cb70a4f9cb8\
    7cf34c5a005882c243c5b167b660f87e30c4454e260c7cbea13831f4fd6636741768c9a982115cf1095105610eeb098bb18d31d46ce85cc6\
    6cc01ae953d86d19a1af98d0e91d4f9bb03133b16fb8a143c8875d020301000102818100b0f429857cc8c1fc7e7c73cb2249dc4d57129fc4\
    4fda2d68aeb0eb629d857a70a28e0e6025460ba2197d4a5cebb61c612fec372f8383052abf4621f033face2eb58e60f2d503f6e1adc7213d\
    be536e1940fc870290e13b837837e3ae32c28c987735fa31cb589150a9ff4d5d5bb45a02b2c1b0d0859202fde00197218817ef65024100fb\
    6c2c0de058871d2064d51c75fd2b9c1c0b71e0bfab6fbcec1ab06bd1c6b320fa22e3a82819fd0e8fbab7ad741ce7ef7dc8955ceed948e766\
    48382b9e89a683024100c49f5379bbf6098a166e4afe12c7c8598f9aad6b70cf6abb92e4e459ac75ffe28d2a58277f5c7fded4b71e80eb75\
    80dfb393194a42ab3eef5074877e1a12b49f02403e65ed55104dc852b13c752b9818da1ee752ebd3549e6e9fdb95101de2354735b2febfb3\
    772864069e233ffcbb69852289fc231daa65a0d3552e2d4a9e111993024001ec5103b2cbf041f28037a98e8377b9308761c4d8409f19a091\
    2e8e95fa3d7b78c7fe3ebca729f502fd9b85c547cbefe430bf2193cf5af93a3f398809373f9f024100dfeedb0ac864ce826b080ced83851c\
    9136a641b33f915219f8e70e1ddc4e9861a450a974ae14aaf8a5e0bda661a47917cc5b263817f1b546cc64243cba5124c2";
/// `openssl dgst -sha1 -sign` of "sample"
const SIGNED: &str = "\
    9fd9e7d1a08ab0189693964f82ac024dedc5e0e20bb8037c531f0c091ab6251307339a8223f6be0f723818fcc63d59630597c96f241a4c37\
    cc92f45505f5d7ce57ec0c1f669c245f5a4d0827e537982fb814f71090f92592a64c726265ba12c7617ae3083dace77eab50a65cd1b863b6\
    ea08e6978c890ac435eed2fb27653e95";
/// `openssl pkeyutl -sign -pkeyopt rsa_padding_mode:pkcs1` of the octets from 0 to 35: as of an MD5 and a SHA-1
const SIGNED_RAW: &str = "\
    72aa3484ac355096a0de64a366e70ddbf2693ec60c4d3b469a56691cd58d26dd2689b42ff8608815b625f564279a7fc47735daba25b546fc\
    7e7c7ce76c8f437ec130aab7c2f6a22a1641cf5af8335d9beaa16d86e3258b023536123da79068190177bf003b3037fa4bdb090a451d4a70\
    d1d0d706b769cc45ad6f842d042b6763";
/// `openssl pkeyutl -encrypt -pkeyopt rsa_padding_mode:pkcs1` of 3, 1 and the octets from 0 to 45: as of a premaster secret
const ENCRYPTED: &str = "\
    9b87afa702abc2f9bf5bdca21256ab70e2ea75dec658a8e50060e25dabe5f68128806415b4176aeeab2ecfd30662295f3524019c114df182\
    b23c2aaca8e961f2d9a03ffa886d101f2986147d90163c392b3a8ed36a028c24f50e06236013b1dd8011a893225611997159f40412c1e546\
    e1164c8ced6bcab493f19f2e52cbc407";

/// DigestInfo of SHA-1 (RFC 8017 §9.2, note 1) and the hash of "sample".
const DIGEST_INFO: &str = "3021300906052b0e03021a050004148151325dcdbae9e0ff95f9f9658432dbedfdb209";

fn key() -> PrivateKey {
    PrivateKey::from_der(&unhex(KEY)).unwrap()
}

fn premaster() -> Vec<u8> {
    [3, 1].into_iter().chain(0..46).collect()
}

#[test]
fn signatures_are_those_of_openssl() {
    let raw: Vec<u8> = (0..36).collect();
    for (message, signature) in [(unhex(DIGEST_INFO), unhex(SIGNED)), (raw, unhex(SIGNED_RAW))] {
        assert_eq!(key().sign(&message).unwrap(), signature);
        assert_eq!(key().public().recover(&signature).unwrap(), message);
        assert!(key().public().verify(&message, &signature));
        assert!(!key().public().verify(&message[1..], &signature));
        let mut damaged = signature.clone();
        for at in 0..signature.len() {
            damaged[at] ^= 1;
            assert!(!key().public().verify(&message, &damaged), "{at}");
            damaged[at] ^= 1;
        }
    }
}

#[test]
fn what_openssl_encrypted_is_decrypted() {
    assert_eq!(key().decrypt(&unhex(ENCRYPTED)).unwrap(), premaster());
}

/// Encrypts octets as they are.
fn raw(padded: &[u8]) -> Vec<u8> {
    let n = Modulus::new(key().public().n().clone()).unwrap();
    n.power(&Natural::from_be(padded), key().public().e()).to_be_padded(128).unwrap()
}

#[test]
fn each_fault_of_the_padding_is_named() {
    let padded = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut padded = [&[0, 2], [7; 77].as_slice(), &[0], &premaster()].concat();
        change(&mut padded);
        key().decrypt(&raw(&padded))
    };
    assert_eq!(padded(&|_| ()), Ok(premaster()));
    assert_eq!(padded(&|octets| octets[0] = 1), Err(BadPadding::First(1)));
    assert_eq!(padded(&|octets| octets[1] = 1), Err(BadPadding::Type(1)));
    assert_eq!(padded(&|octets| octets[9] = 0), Err(BadPadding::Short(7)));
    assert!(padded(&|octets| octets[10] = 0).is_ok_and(|message| message.len() == 117));
    assert_eq!(padded(&|octets| octets[2..].fill(1)), Err(BadPadding::Endless));
    assert_eq!(padded(&|octets| octets.fill(0)), Err(BadPadding::Type(0)));
    assert_eq!(padded(&|octets| octets[127] = 0).unwrap().len(), 48);

    let encrypted = unhex(ENCRYPTED);
    assert_eq!(key().decrypt(&encrypted[1..]), Err(BadPadding::Length));
    assert_eq!(key().decrypt(&[&[0], encrypted.as_slice()].concat()), Err(BadPadding::Length));
    assert_eq!(key().decrypt(&[]), Err(BadPadding::Length));
    assert_eq!(key().decrypt(&[0xFF; 128]), Err(BadPadding::TooLarge));
    assert_eq!(key().decrypt(&key().public().n().to_be()), Err(BadPadding::TooLarge));

    let signed = |at: usize, octet| {
        let mut padded = [&[0, 1], [0xFF; 89].as_slice(), &[0], &[5; 36]].concat();
        padded[at] = octet;
        let number = Natural::from_be(&padded);
        // The private operation by the public one of the inverse exponent.
        let d = Natural::from_be(&unhex(PRIVATE_EXPONENT));
        let n = Modulus::new(key().public().n().clone()).unwrap();
        key().public().recover(&n.power(&number, &d).to_be_padded(128).unwrap())
    };
    assert_eq!(signed(2, 0xFF), Ok(vec![5; 36]));
    assert_eq!(signed(1, 2), Err(BadPadding::Type(2)));
    assert_eq!(signed(40, 0xFE), Err(BadPadding::Filler(0xFE)));
    assert_eq!(signed(6, 0), Err(BadPadding::Short(4)));
}

/// `privateExponent` of `openssl rsa -text`.
const PRIVATE_EXPONENT: &str = "\
    b0f429857cc8c1fc7e7c73cb2249dc4d57129fc44fda2d68aeb0eb629d857a70a28e0e6025460ba2197d4a5cebb61c61\
    2fec372f8383052abf4621f033face2eb58e60f2d503f6e1adc7213dbe536e1940fc870290e13b837837e3ae32c28c98\
    7735fa31cb589150a9ff4d5d5bb45a02b2c1b0d0859202fde00197218817ef65";

#[test]
fn files_of_both_kinds_are_read_and_what_is_no_key_is_refused() {
    let der = unhex(KEY);
    assert_eq!(key().to_pkcs1().unwrap(), der, "as OpenSSL writes it");
    let pkcs8 = key().to_pkcs8().unwrap();
    assert_eq!(pkcs8[..26], unhex("30820277020100300d06092a864886f70d010101050004820261"), "as OpenSSL writes it");
    assert_eq!(PrivateKey::from_der(&pkcs8), Some(key()));
    for end in 0..der.len() {
        PrivateKey::from_der(&der[..end]);
        PrivateKey::from_der(&pkcs8[..end]);
    }
    assert_eq!(PrivateKey::from_der(&der[..300]), None);
    // A modulus that is not the product: its last octet is at 3 + 4 + 4 + 128.
    let mut other = der.clone();
    other[138] ^= 2;
    assert_eq!(PrivateKey::from_der(&other), None);
    let nested = (0..2000).fold(pkcs8, |inner, _| {
        let length = (inner.len().min(0xFFFF) as u16).to_be_bytes();
        [&[0x30, 0x82], length.as_slice(), &[2, 1, 0], &unhex("300d06092a864886f70d0101010500"), &inner].concat()
    });
    assert_eq!(PrivateKey::from_der(&nested), None);
}

#[test]
fn what_is_no_key_is_none() {
    let of = Natural::from;
    let longest = || Natural::from_be(&[0xFF; 1024]);
    for (p, q, e) in [(0, 0, 0), (0, 7, 3), (1, 7, 5), (2, 11, 3), (11, 11, 3), (11, 17, 0), (7, 11, 3), (9, 15, 3)] {
        assert_eq!(PrivateKey::from_primes(of(p), of(q), of(e)), None, "{p} {q} {e}");
    }
    assert_eq!(PrivateKey::from_primes(longest(), longest(), of(3)), None);
    assert_eq!(PublicKey::new(of(0), of(3)), None);
    assert_eq!(PublicKey::new(of(34), of(3)), None);
    assert_eq!(PublicKey::new(of(33), of(0)), None);
    assert_eq!(PublicKey::new(of(33), longest()), None);
    // A key is too small for any padding.
    let tiny = PrivateKey::from_primes(of(11), of(17), of(3)).unwrap();
    assert_eq!((tiny.sign(b""), tiny.public().encrypt(b"", &[1; 9])), (None, None));
    assert_eq!(tiny.decrypt(&[3]), Err(BadPadding::Length));
}

#[test]
fn padding_is_made_of_octets_that_are_not_zero() {
    let public = key().public().clone();
    let decrypted = |random: &[u8]| public.encrypt(&premaster(), random).map(|octets| key().decrypt(&octets));
    assert_eq!(decrypted(&[7; 77]), Some(Ok(premaster())));
    assert_eq!(decrypted(&[7; 76]), None);
    assert_eq!(decrypted(&[&[0; 50], [7; 77].as_slice()].concat()), Some(Ok(premaster())));
    assert!(public.encrypt(&[1; 117], &[7; 8]).is_some());
    assert_eq!(public.encrypt(&[1; 118], &[7; 200]), None);
    assert!(key().sign(&[1; 117]).is_some());
    assert_eq!(key().sign(&[1; 118]), None);
}

proptest! {
    #[test]
    fn what_is_encrypted_is_decrypted(message in prop::collection::vec(any::<u8>(), 0..117), random in any::<[u8; 32]>()) {
        let random: Vec<u8> = random.into_iter().cycle().take(2000).map(|octet| octet | 1).collect();
        prop_assert_eq!(key().decrypt(&key().public().encrypt(&message, &random).unwrap()), Ok(message.clone()));
        prop_assert!(key().public().verify(&message, &key().sign(&message).unwrap()));
    }

    #[test]
    fn any_octets_have_an_answer(numbers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..24), 3), octets: Vec<u8>) {
        let number = |at: usize| Natural::from_be(&numbers[at]);
        PrivateKey::from_der(&octets);
        if let Some(public) = PublicKey::new(number(0), number(1)) {
            public.encrypt(&numbers[2], &octets);
            let _ = public.recover(&numbers[2]);
        }
        if let Some(key) = PrivateKey::from_primes(number(0), number(1), number(2)) {
            key.sign(&octets);
            let _ = key.decrypt(&octets);
            let _ = key.decrypt(&vec![0; key.public().octets()]);
        }
    }
}
