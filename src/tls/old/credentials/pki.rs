//! The certificates of the old ends of a run: what `tls/leaf.rs` says of each party, once for each kind of key that it has, under a root
//! with a key of the same kind. RFC 5280
//!
//! An RSA key depends on its owner alone, a DSA or ECDSA key on owner and seed (`key.rs`). So certificates with RSA differ from run to run in
//! dates and names only.

use super::key::{OldKey, OldPrivateKey};
use super::x509::{Contents, Owner, UseFor};
use crate::scenario::{Clock, Party, Scenario};
use crate::tls::leaf::{KeyOwner, LeafSpec, Leaves, ROOT_NAME, Signer, Validity};
use crate::tls::random::Randomness;
use crate::tls::{Cause, Failure, Names};

/// All certificates of the old ends of a run.
#[derive(Clone)]
pub struct OldPki {
    /// One for each kind of key that signs; all ends trust them.
    roots: Vec<Vec<u8>>,
    sender: Vec<OldIssued>,
    between: Vec<OldIssued>,
    receiver: Vec<OldIssued>,
    /// The sender has imported what the receiver's certificates lead to, and the other way round.
    imports: (bool, bool),
}

/// A certificate with the key of its owner.
#[derive(Clone)]
pub(in crate::tls::old) struct OldCredential {
    pub(in crate::tls::old) kind: OldKey,
    /// What is sent, leaf first, DER.
    pub(in crate::tls::old) chain: Vec<Vec<u8>>,
    pub(in crate::tls::old) key: OldPrivateKey,
}

/// A credential, and the root of its owner's own to which it leads, if it does not lead to a common one.
#[derive(Clone)]
struct OldIssued {
    credential: OldCredential,
    own_root: Option<Vec<u8>>,
}

impl OldPki {
    /// The certificates of this scenario: of the receiver and of an intermediary with each of the keys `servers`, of the sender, if it
    /// has any, with each of `clients`.
    pub fn new(
        scenario: &Scenario,
        names: &Names<'_>,
        servers: &[OldKey],
        clients: &[OldKey],
    ) -> Result<OldPki, Failure> {
        let pki = Self::build(scenario, names, servers, clients);
        pki.ok_or_else(|| Failure { cause: Cause::Setup("a certificate could not be made".into()), alert: None })
    }

    fn build(scenario: &Scenario, names: &Names<'_>, servers: &[OldKey], clients: &[OldKey]) -> Option<OldPki> {
        let (keys, clock) = (Randomness::Seed(scenario.seed), scenario.clock);
        let Leaves { sender, between, receiver } = Leaves::of(scenario, names);
        let mut signers: Vec<OldKey> = Vec::new();
        let clients = if sender.is_some() { clients } else { &[] };
        for kind in servers.iter().chain(clients).map(|kind| kind.issuer()) {
            if !signers.contains(&kind) {
                signers.push(kind);
            }
        }
        let roots = signers.into_iter().map(|kind| Authority::new(keys, KeyOwner::Root, ROOT_NAME, kind));
        let roots: Vec<Authority> = roots.collect::<Option<_>>()?;
        let issue = |spec: Option<&LeafSpec<'_>>, kinds: &[OldKey]| -> Option<Vec<OldIssued>> {
            let Some(spec) = spec else { return Some(Vec::new()) };
            kinds.iter().map(|&kind| issue(spec, keys, clock, kind, &roots)).collect()
        };
        Some(OldPki {
            sender: issue(sender.as_ref(), clients)?,
            between: issue(between.as_ref(), servers)?,
            receiver: issue(Some(&receiver), servers)?,
            roots: roots.iter().map(|root| root.certificate(clock)).collect::<Option<_>>()?,
            imports: (scenario.sender_imports.is_on(), scenario.receiver_imports.is_on()),
        })
    }

    /// The roots that all ends trust, DER.
    pub fn roots(&self) -> impl Iterator<Item = &[u8]> {
        self.roots.iter().map(Vec::as_slice)
    }

    /// What a party presents with a key of this kind, leaf first, DER.
    pub fn chain(&self, party: Party, kind: OldKey) -> impl Iterator<Item = &[u8]> {
        let credential = self.credentials(party).find(move |credential| credential.kind == kind);
        credential.into_iter().flat_map(|credential| &credential.chain).map(Vec::as_slice)
    }

    /// The private key of that, PKCS #8 in DER: to be stolen, and for a program outside the lab that takes the party's place.
    pub fn private_key(&self, party: Party, kind: OldKey) -> Option<Vec<u8>> {
        self.credentials(party).find(|credential| credential.kind == kind)?.key.to_pkcs8()
    }

    /// What a party may present, in the order of its keys.
    pub(in crate::tls::old) fn credentials(&self, party: Party) -> impl Iterator<Item = &OldCredential> {
        self.issued(party).iter().map(|issued| &issued.credential)
    }

    fn issued(&self, party: Party) -> &[OldIssued] {
        match party {
            Party::Sender => &self.sender,
            Party::Between => &self.between,
            Party::Receiver => &self.receiver,
        }
    }

    /// The roots that a party trusts, DER.
    pub(in crate::tls::old) fn trusted_by(&self, party: Party) -> Vec<Vec<u8>> {
        let other = match party {
            Party::Sender => Some(Party::Receiver).filter(|_| self.imports.0),
            Party::Between => None,
            Party::Receiver => Some(Party::Sender).filter(|_| self.imports.1),
        };
        let imported = other.map(|other| self.issued(other)).unwrap_or_default();
        self.roots.iter().chain(imported.iter().filter_map(|issued| issued.own_root.as_ref())).cloned().collect()
    }
}

/// Who signs certificates with one kind of key.
struct Authority {
    name: String,
    kind: OldKey,
    key: OldPrivateKey,
}

impl Authority {
    fn new(keys: Randomness, owner: KeyOwner, name: &str, kind: OldKey) -> Option<Authority> {
        // Authorities with different keys have different names: a verifier goes by the name.
        let name = match kind {
            OldKey::Rsa1024 | OldKey::Rsa2048 => name.to_owned(),
            OldKey::Dsa1024 => format!("{name}, DSA"),
            OldKey::P256 | OldKey::P384 | OldKey::P521 => format!("{name}, ECDSA"),
        };
        Some(Authority { name, kind, key: OldPrivateKey::new(keys, owner, kind)? })
    }

    fn owner(&self) -> Owner<'_> {
        Owner { common_name: &self.name, key: &self.key }
    }

    /// Its own certificate.
    fn certificate(&self, clock: Clock) -> Option<Vec<u8>> {
        let validity = Validity::root(clock)?;
        Contents { serial: 0x01, owner: self.owner(), validity, use_for: UseFor::Issuing }.signed_by(self.owner())
    }
}

fn issue(spec: &LeafSpec<'_>, keys: Randomness, clock: Clock, kind: OldKey, roots: &[Authority]) -> Option<OldIssued> {
    let key = OldPrivateKey::new(keys, spec.owner, kind)?;
    let owner = Owner { common_name: spec.common_name, key: &key };
    // One issuer signs no two certificates with one number, though one owner may have two kinds of keys.
    let serial = spec.serial + 0x1_0000 * kind as u64;
    let use_for = UseFor::Tls { names: spec.names, sides: spec.sides };
    let contents = Contents { serial, owner, validity: spec.validity(clock)?, use_for };
    let (leaf, own_root) = match spec.signer {
        Signer::Root => {
            let root = roots.iter().find(|root| root.kind == kind.issuer())?;
            (contents.signed_by(root.owner())?, None)
        }
        Signer::Itself => {
            let leaf = contents.signed_by(owner)?;
            (leaf.clone(), Some(leaf))
        }
        Signer::InternalCa => {
            let (owner, name) = spec.internal_ca;
            let own = Authority::new(keys, owner, name, kind.issuer())?;
            (contents.signed_by(own.owner())?, Some(own.certificate(clock)?))
        }
    };
    Some(OldIssued { credential: OldCredential { kind, chain: vec![leaf], key }, own_root })
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::super::x509::{public_key, subject};
    use super::*;
    use crate::registry::Authentication;
    use crate::scenario::{Certificate, Choice, Path, Seed, Side, Switch, preset};
    use crate::tls::provider::verification;
    use crate::tls::{CertificateCheck, Defect, Pki, Verdict, Wanted, verify};
    use rustls::pki_types::{CertificateDer, UnixTime};
    use std::collections::BTreeSet;
    use std::time::Duration;

    const NAMES: Names<'static> =
        Names { sender: "mail.example.com", between: "mx.example.org", receiver: "mx.example.net" };

    fn book() -> Scenario {
        preset("book").unwrap().scenario
    }

    /// Whose certificate is looked at, and by whom.
    #[derive(Clone, Copy)]
    struct Look(Party, Party);

    impl Look {
        fn of(self) -> Side {
            if self.1 == Party::Sender { Side::Server } else { Side::Client }
        }

        fn wanted(self) -> Option<Wanted> {
            (self.1 == Party::Sender).then(|| Wanted::Host(NAMES.receiver.into()))
        }

        /// What an old end finds.
        fn old(self, scenario: &Scenario, kind: OldKey) -> CertificateCheck {
            let pki = OldPki::new(scenario, &NAMES, &[kind], &[kind]).unwrap();
            let chain: Vec<&[u8]> = pki.chain(self.0, kind).collect();
            check(self.of(), &chain, &pki.trusted_by(self.1), self.wanted().as_ref(), scenario.clock)
        }

        /// What an end with rustls finds.
        fn rustls(self, scenario: &Scenario) -> CertificateCheck {
            let pki = Pki::new(scenario, &NAMES).unwrap();
            let leaf = CertificateDer::from(pki.chain(self.0).next().unwrap());
            let roots = pki.trusted_by(self.1);
            let anchors: Vec<_> = roots.iter().map(|root| webpki::anchor_from_trusted_cert(root).unwrap()).collect();
            let now = UnixTime::since_unix_epoch(Duration::from_secs(scenario.clock.unix()));
            verify::check(self.of(), &leaf, &[], &anchors, self.wanted().as_ref(), now, verification().all)
        }
    }

    /// Every situation of a scenario, for each kind of key.
    #[test]
    fn old_certificates_are_judged_as_new_ones_are() {
        let mut situations = Vec::new();
        for (&kind, &on) in Certificate::ALL.iter().flat_map(|kind| Switch::ALL.iter().map(move |on| (kind, on))) {
            let scenario = Scenario { server_certificate: kind, sender_imports: on, ..book() };
            situations.push((scenario, Look(Party::Receiver, Party::Sender)));
            let scenario = Scenario { client_certificate: Some(kind), receiver_imports: on, ..book() };
            situations.push((scenario, Look(Party::Sender, Party::Receiver)));
        }
        for path in [Path::Relay, Path::Impostor, Path::Misissued] {
            situations.push((Scenario { path, ..book() }, Look(Party::Between, Party::Sender)));
        }
        let mut seen = BTreeSet::new();
        for (scenario, look) in &situations {
            let new = look.rustls(scenario);
            seen.insert(format!("{:?} {:?} {:?} {:?}", new.chain, new.name, new.dates, new.purpose));
            for kind in OldKey::ALL {
                let old = CertificateCheck { presented: new.presented.clone(), ..look.old(scenario, kind) };
                assert_eq!(old, new, "{kind:?} {scenario:?}");
            }
        }
        assert!(seen.len() >= 8, "{seen:?}");
    }

    #[test]
    fn damaged_certificates_are_refused() {
        let scenario = Scenario { client_certificate: None, ..book() };
        for kind in OldKey::ALL {
            let pki = OldPki::new(&scenario, &NAMES, &[kind], &[]).unwrap();
            let leaf = pki.chain(Party::Receiver, kind).next().unwrap().to_vec();
            let roots = pki.trusted_by(Party::Sender);
            let judge = |leaf: &[u8]| check(Side::Server, &[leaf], &roots, None, scenario.clock);
            assert!(judge(&leaf).passes());
            // All octets would take some seconds.
            for at in (0..leaf.len()).step_by(29).chain(leaf.len() - 4..leaf.len()) {
                let mut damaged = leaf.clone();
                damaged[at] ^= 1;
                assert!(!judge(&damaged).passes(), "{kind:?} {at}");
                public_key(&damaged);
                subject(&damaged);
            }
            assert_eq!(judge(&leaf[..leaf.len() - 1]).chain, Verdict::Fail(Defect::Malformed));
        }
        assert_eq!(check(Side::Server, &[], &[], None, scenario.clock).chain, Verdict::Fail(Defect::Malformed));
    }

    #[test]
    fn a_certificate_has_the_key_of_its_owner() {
        let scenario = Scenario { client_certificate: Some(Certificate::Trusted), path: Path::Relay, ..book() };
        let pki = OldPki::new(&scenario, &NAMES, &OldKey::ALL, &OldKey::ALL).unwrap();
        let mut keys = Vec::new();
        for party in [Party::Sender, Party::Between, Party::Receiver] {
            assert!(pki.credentials(party).map(|credential| credential.kind).eq(OldKey::ALL));
            for credential in pki.credentials(party) {
                let key = public_key(&credential.chain[0]).unwrap();
                assert_eq!(Some(&key), credential.key.public().as_ref());
                assert_eq!(key.authentication(), credential.kind.authentication());
                assert!(!keys.contains(&key), "{party:?}");
                keys.push(key);
            }
        }
        let names: BTreeSet<_> = pki.roots().map(|root| subject(root).unwrap()).collect();
        assert_eq!(names.len(), 3);

        let other = Scenario { seed: Seed(scenario.seed.0 ^ 1), ..scenario };
        let other = OldPki::new(&other, &NAMES, &OldKey::ALL, &[]).unwrap();
        for (one, two) in pki.credentials(Party::Receiver).zip(other.credentials(Party::Receiver)) {
            let is_rsa = one.kind.authentication() == Authentication::Rsa;
            assert_eq!(one.key.public() == two.key.public(), is_rsa, "{:?}", one.kind);
        }
    }

    #[test]
    fn certificates_can_be_made_at_any_time_a_scenario_can_have() {
        for clock in [946_684_800, 2_524_608_000, 4_102_444_799].map(|clock| Clock::from_unix(clock).unwrap()) {
            let scenario = Scenario { clock, client_certificate: None, ..book() };
            assert!(Look(Party::Receiver, Party::Sender).old(&scenario, OldKey::Rsa1024).passes());
            let pki = OldPki::new(&scenario, &NAMES, &[OldKey::Rsa1024], &[OldKey::Rsa1024]).unwrap();
            assert_eq!(pki.chain(Party::Sender, OldKey::Rsa1024).count(), 0);
        }
    }

    #[test]
    fn a_name_that_is_not_ascii_is_a_failure() {
        let names = Names { receiver: "mx.exämple.net", ..NAMES };
        assert!(OldPki::new(&book(), &names, &[OldKey::Rsa1024], &[]).is_err());
    }
}
