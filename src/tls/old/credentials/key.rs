//! Long-term keys: RSA, DSA and ECDSA, private and public, and the octets that hold them in certificates and files.
//!
//! ```text
//! RSA     primes of the owner, whatever the seed (constants.rs)
//! DSA     parameters of all owners, a private key of its own from owner and seed
//! ECDSA   a private key from owner, curve and seed
//! ```
//!
//! So a run with another seed has the same RSA keys. They are made of primes of their own all the same: what one owner's key opens, no
//! other's does.

use super::constants::{self, DH_P, DSA_G, DSA_P, DSA_Q, RsaPrimes};
use super::der::{self, DerReader, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, element};
use super::ec::{self, EcKey};
use crate::registry::{Authentication, Group};
use crate::scenario::Party;
use crate::tls::leaf::KeyOwner;
use crate::tls::random::{Randomness, Stream};
use modular::{Natural, dh, dsa, rsa};

/// The kind of a key in a certificate of an old end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldKey {
    Rsa1024,
    Rsa2048,
    Dsa1024,
    P256,
    P384,
    P521,
}

/// A private key.
#[derive(Clone)]
pub(in crate::tls::old) enum OldPrivateKey {
    Rsa(Box<rsa::PrivateKey>),
    Dsa { x: Natural, y: Natural },
    Ec(EcKey),
}

/// The public key in a certificate, of this lab or of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tls::old) enum OldPublicKey {
    Rsa(rsa::PublicKey),
    Dsa { parameters: dsa::Parameters, y: Natural },
    Ec { group: Group, point: Vec<u8> },
}

// Kinds of keys and curves. RFC 3279 §2.3.1, §2.3.2, RFC 5480 §2.1.1
const RSA_ENCRYPTION: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const ID_DSA: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01];
const ID_EC_PUBLIC_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
const SECP256R1: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const SECP384R1: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x22];
const SECP521R1: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x23];

const CURVES: [(Group, &[u8]); 3] =
    [(Group::Secp256r1, SECP256R1), (Group::Secp384r1, SECP384R1), (Group::Secp521r1, SECP521R1)];

impl OldKey {
    pub const ALL: [OldKey; 6] =
        [OldKey::Rsa1024, OldKey::Rsa2048, OldKey::Dsa1024, OldKey::P256, OldKey::P384, OldKey::P521];

    pub fn authentication(self) -> Authentication {
        match self {
            OldKey::Rsa1024 | OldKey::Rsa2048 => Authentication::Rsa,
            OldKey::Dsa1024 => Authentication::Dss,
            OldKey::P256 | OldKey::P384 | OldKey::P521 => Authentication::Ecdsa,
        }
    }

    /// The kind of the key that certifies it: who signs with one algorithm has a key for it. RFC 2246 §7.4.2
    pub(super) fn issuer(self) -> OldKey {
        match self {
            OldKey::Rsa1024 | OldKey::Rsa2048 => OldKey::Rsa1024,
            OldKey::Dsa1024 => OldKey::Dsa1024,
            OldKey::P256 | OldKey::P384 | OldKey::P521 => OldKey::P256,
        }
    }
}

impl OldPrivateKey {
    /// The key of this kind of this owner; `None` if there is none.
    pub(super) fn new(keys: Randomness, owner: KeyOwner, kind: OldKey) -> Option<OldPrivateKey> {
        // A label of its own for each kind, so that no two keys of one owner are drawn from the same octets.
        let stream = |kind| Stream::new(keys, &format!("{}, {kind}", owner.label()));
        let ec = |group, kind| EcKey::new(group, &mut stream(kind)).map(OldPrivateKey::Ec);
        match kind {
            OldKey::Rsa1024 => of_primes(constants::rsa_1024(owner)).map(Box::new).map(OldPrivateKey::Rsa),
            OldKey::Rsa2048 => of_primes(constants::rsa_2048(owner)?).map(Box::new).map(OldPrivateKey::Rsa),
            OldKey::Dsa1024 => {
                let parameters = dsa_parameters()?;
                // 64 bits more than q. FIPS 186-4 §B.1.1
                let mut random = [0; 28];
                stream("DSA").fill(&mut random);
                let x = parameters.private(&random);
                Some(OldPrivateKey::Dsa { y: parameters.public(&x), x })
            }
            OldKey::P256 => ec(Group::Secp256r1, "P-256"),
            OldKey::P384 => ec(Group::Secp384r1, "P-384"),
            OldKey::P521 => ec(Group::Secp521r1, "P-521"),
        }
    }

    pub(in crate::tls::old) fn public(&self) -> Option<OldPublicKey> {
        Some(match self {
            OldPrivateKey::Rsa(key) => OldPublicKey::Rsa(key.public().clone()),
            OldPrivateKey::Dsa { y, .. } => OldPublicKey::Dsa { parameters: dsa_parameters()?, y: y.clone() },
            OldPrivateKey::Ec(key) => OldPublicKey::Ec { group: key.group(), point: key.point().to_vec() },
        })
    }

    /// PrivateKeyInfo. RFC 5958 §2
    pub(super) fn to_pkcs8(&self) -> Option<Vec<u8>> {
        let contents = match self {
            OldPrivateKey::Rsa(key) => return key.to_pkcs8(),
            OldPrivateKey::Dsa { x, .. } => der::integer(x),
            OldPrivateKey::Ec(key) => {
                // ECPrivateKey. RFC 5915 §3
                let point = element(der::context(1, true), &[&der::bit_string(0, key.point())]);
                let scalar = element(OCTET_STRING, &[key.scalar()]);
                element(SEQUENCE, &[&der::integer(&Natural::from(1)), &scalar, &point])
            }
        };
        let algorithm = self.public()?.algorithm()?;
        let version = der::integer(&Natural::from(0));
        Some(element(SEQUENCE, &[&version, &algorithm, &element(OCTET_STRING, &[&contents])]))
    }
}

impl OldPublicKey {
    /// What a suite calls the kind.
    pub(in crate::tls::old) fn authentication(&self) -> Authentication {
        match self {
            OldPublicKey::Rsa(_) => Authentication::Rsa,
            OldPublicKey::Dsa { .. } => Authentication::Dss,
            OldPublicKey::Ec { .. } => Authentication::Ecdsa,
        }
    }

    /// From SubjectPublicKeyInfo; `None` for other kinds of keys, and for what is no key. RFC 5280 §4.1.2.7
    pub(super) fn from_spki(spki: &[u8]) -> Option<OldPublicKey> {
        let mut info = DerReader(spki).inside(SEQUENCE)?;
        let mut algorithm = info.inside(SEQUENCE)?;
        let kind = algorithm.take(OBJECT_IDENTIFIER)?;
        let key = info.bit_string()?;
        info.end(())?;
        match kind {
            RSA_ENCRYPTION if algorithm.0 == der::NULL => rsa_public(key).map(OldPublicKey::Rsa),
            ID_DSA => {
                let mut numbers = algorithm.inside(SEQUENCE)?;
                let (p, q, g) = (numbers.integer()?, numbers.integer()?, numbers.integer()?);
                let parameters = numbers.end(dsa::Parameters::new(p, q, g)?)?;
                let y = dsa_public(key).filter(|y| y < parameters.p())?;
                algorithm.end(OldPublicKey::Dsa { parameters, y })
            }
            ID_EC_PUBLIC_KEY => {
                let curve = algorithm.take(OBJECT_IDENTIFIER)?;
                let (group, _) = algorithm.end(CURVES.into_iter().find(|&(_, known)| known == curve)?)?;
                ec::is_point(group, key).then(|| OldPublicKey::Ec { group, point: key.to_vec() })
            }
            _ => None,
        }
    }

    /// SubjectPublicKeyInfo. RFC 5280 §4.1.2.7
    pub(super) fn to_spki(&self) -> Option<Vec<u8>> {
        Some(element(SEQUENCE, &[&self.algorithm()?, &der::bit_string(0, &self.contents())]))
    }

    /// Its AlgorithmIdentifier. RFC 3279 §2.3
    pub(super) fn algorithm(&self) -> Option<Vec<u8>> {
        let (kind, parameters) = match self {
            OldPublicKey::Rsa(_) => (RSA_ENCRYPTION, der::NULL.to_vec()),
            OldPublicKey::Dsa { parameters, .. } => {
                let numbers = [parameters.p(), parameters.q(), parameters.g()].map(der::integer);
                (ID_DSA, element(SEQUENCE, &[&numbers.concat()]))
            }
            OldPublicKey::Ec { group, .. } => {
                let (_, curve) = CURVES.into_iter().find(|(known, _)| known == group)?;
                (ID_EC_PUBLIC_KEY, element(OBJECT_IDENTIFIER, &[curve]))
            }
        };
        Some(element(SEQUENCE, &[&element(OBJECT_IDENTIFIER, &[kind]), &parameters]))
    }

    /// What subjectPublicKey holds. RFC 3279 §2.3
    pub(super) fn contents(&self) -> Vec<u8> {
        match self {
            OldPublicKey::Rsa(key) => element(SEQUENCE, &[&der::integer(key.n()), &der::integer(key.e())]),
            OldPublicKey::Dsa { y, .. } => der::integer(y),
            OldPublicKey::Ec { point, .. } => point.clone(),
        }
    }
}

/// RSAPublicKey. RFC 3279 §2.3.1
pub(super) fn rsa_public(contents: &[u8]) -> Option<rsa::PublicKey> {
    let mut outer = DerReader(contents);
    let mut numbers = outer.inside(SEQUENCE)?;
    let key = rsa::PublicKey::new(numbers.integer()?, numbers.integer()?)?;
    numbers.end(())?;
    outer.end(key)
}

/// DSAPublicKey. RFC 3279 §2.3.2
pub(super) fn dsa_public(contents: &[u8]) -> Option<Natural> {
    let mut reader = DerReader(contents);
    let y = reader.integer()?;
    reader.end(y)
}

/// The parameters of all DSA keys of the lab.
pub(super) fn dsa_parameters() -> Option<dsa::Parameters> {
    let [p, q, g] = [&DSA_P, DSA_Q.as_slice(), &DSA_G].map(Natural::from_be);
    dsa::Parameters::new(p, q, g)
}

/// The group of servers whose suite takes Diffie-Hellman over a finite field.
pub(in crate::tls::old) fn dh_group() -> Option<dh::Group> {
    dh::Group::new(Natural::from_be(&DH_P), Natural::from(2))
}

/// The short key that a server has for export, of 512 or 1024 bits. RFC 2246 §7.4.3
pub(in crate::tls::old) fn temporary_rsa(party: Party, bits: u16) -> Option<rsa::PrivateKey> {
    let owner = match party {
        Party::Sender => KeyOwner::Sender,
        Party::Between => KeyOwner::Between,
        Party::Receiver => KeyOwner::Receiver,
    };
    of_primes(constants::rsa_temporary(owner, bits)?)
}

fn of_primes(primes: RsaPrimes) -> Option<rsa::PrivateKey> {
    rsa::PrivateKey::from_primes(Natural::from_be(primes.p), Natural::from_be(primes.q), Natural::from(65_537))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Seed;
    use modular::Modulus;

    const OWNERS: [KeyOwner; 6] = [
        KeyOwner::Root,
        KeyOwner::ReceiversCa,
        KeyOwner::SendersCa,
        KeyOwner::Receiver,
        KeyOwner::Sender,
        KeyOwner::Between,
    ];

    /// Fermat's test.
    fn is_prime(number: &[u8]) -> bool {
        let (last, rest) = number.split_last().unwrap();
        let (one_less, modulus) = ([rest, &[last - 1]].concat(), Modulus::new(Natural::from_be(number)).unwrap());
        let power = |base| modulus.power(&Natural::from(base), &Natural::from_be(&one_less));
        [2, 3, 5].into_iter().all(|base| power(base) == Natural::from(1))
    }

    #[test]
    fn constants_are_primes_of_their_lengths() {
        let mut keys: Vec<(usize, RsaPrimes)> = Vec::new();
        for owner in OWNERS {
            keys.push((1024, constants::rsa_1024(owner)));
            keys.extend(constants::rsa_2048(owner).map(|primes| (2048, primes)));
            for bits in [512, 1024] {
                keys.extend(constants::rsa_temporary(owner, bits).map(|primes| (usize::from(bits), primes)));
            }
        }
        assert_eq!(keys.len(), 6 + 3 + 4);
        let mut primes: Vec<&[u8]> = keys.iter().flat_map(|(_, primes)| [primes.p, primes.q]).collect();
        assert!(primes.iter().all(|prime| is_prime(prime)));
        primes.sort_unstable();
        primes.dedup();
        assert_eq!(primes.len(), 26, "no prime is in two keys");
        for (bits, primes) in keys {
            assert_eq!(of_primes(primes).unwrap().public().n().bits(), bits);
        }
        assert!(is_prime(&DSA_P) && is_prime(&DSA_Q) && is_prime(&DH_P));
        let parameters = dsa_parameters().unwrap();
        assert_eq!((parameters.p().bits(), parameters.q().bits()), (1024, 160));
        let p = Modulus::new(parameters.p().clone()).unwrap();
        assert_eq!(p.power(parameters.g(), parameters.q()), Natural::from(1), "g is of order q");
        assert_eq!(dh_group().unwrap().p().bits(), 1024);
        assert!(temporary_rsa(Party::Sender, 512).is_none() && temporary_rsa(Party::Receiver, 768).is_none());
    }

    #[test]
    fn a_public_key_is_read_as_it_is_written() {
        for kind in OldKey::ALL {
            let key = OldPrivateKey::new(Randomness::Seed(Seed(1)), KeyOwner::Sender, kind).unwrap();
            let public = key.public().unwrap();
            let spki = public.to_spki().unwrap();
            for end in 0..spki.len() {
                assert_eq!(OldPublicKey::from_spki(&spki[..end]), None);
            }
            for at in 0..spki.len() {
                let mut damaged = spki.clone();
                damaged[at] ^= 0x80;
                assert_ne!(OldPublicKey::from_spki(&damaged).as_ref(), Some(&public), "{kind:?} {at}");
            }
            assert_eq!(OldPublicKey::from_spki(&spki), Some(public));
        }
    }
}
