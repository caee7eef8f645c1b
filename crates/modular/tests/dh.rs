//! Diffie-Hellman over the Second Oakley Group (RFC 2409 §6.2); the powers are Python's.

mod common;

use common::unhex;
use modular::Natural;
use modular::dh::Group;
use proptest::prelude::*;

const P: &str = "\
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b\
    0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651\
    ece65381ffffffffffffffff";
/// 2 to the power of 11…11, 32 octets.
const ONE: &str = "\
    a3616141ace28df1503b7975754b8c03513504fbe6e5373c7334642867b0bfc34f34b23d197bddfcebb0544f05314647406a35f3a460490a86f2\
    01e0515036911542486fed3e087748d5e5079e17a362555f92c501caf3c5227c47fb2f9f1f0e1470a8935cfb5b58df64efa5cd0b19880cf20cd4\
    72e142af343f983240de1980";
/// 2 to the power of 23…23.
const OTHER: &str = "\
    e4cd7418e2a8a20395ab5a87ddd49c45417bacf2853946916f7debcae4106a2fde7383ddbb82d7b45d57d0e091f48052d16bb94c004fa03dfd2f\
    93ab57cb5eabf90cb51b70fb3fd4f596a683114d478e89b643ba7a60877fc200b7c82d95b8a94361b6c0a4e4d0261f0d0f32220feee4e8843ca1\
    7d5f5911deb00d9e0dca1054";
const SHARED: &str = "\
    8020dff03f688f5b06bf100a6711d9602b569b57496945d1a9498fbbec3beafc2f6de5753f90725695711a68fbaab6e9cad33b3d190baf997117\
    d7352d65b716ecbbfc6ae4b0833108537a73047bef57fe4a7938860f8f647aed98e97583dcddd52c51131a1ca560c2b11e0e2b49071e5ce18b6d\
    a35a87afaa6102fa3e82f85d";

fn number(digits: &str) -> Natural {
    Natural::from_be(&unhex(digits))
}

#[test]
fn both_sides_come_to_the_secret() {
    let group = Group::new(number(P), Natural::from(2)).unwrap();
    let (one, other) = (Natural::from_be(&[0x11; 32]), Natural::from_be(&[0x23; 32]));
    assert_eq!((group.public(&one), group.public(&other)), (number(ONE), number(OTHER)));
    assert_eq!(group.shared(&number(OTHER), &one), Some(number(SHARED)));
    assert_eq!(group.shared(&number(ONE), &other), Some(number(SHARED)));
}

#[test]
fn values_that_give_the_secret_away_are_refused() {
    let group = Group::new(Natural::from(23), Natural::from(5)).unwrap();
    let accepted: Vec<u32> =
        (0..50).filter(|&y| group.shared(&Natural::from(y), &Natural::from(6)).is_some()).collect();
    assert_eq!(accepted, (2..22).collect::<Vec<_>>());
    for (p, g) in [(0, 2), (1, 2), (22, 5), (23, 0), (23, 1), (23, 22), (23, 23), (3, 2)] {
        assert_eq!(Group::new(Natural::from(p), Natural::from(g)), None, "{p} {g}");
    }
}

proptest! {
    #[test]
    fn any_numbers_have_an_answer(numbers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..24), 4)) {
        let number = |at: usize| Natural::from_be(&numbers[at]);
        if let Some(group) = Group::new(number(0), number(1)) {
            prop_assert!(group.public(&number(2)) < number(0));
            group.shared(&number(3), &number(2));
        }
    }
}
