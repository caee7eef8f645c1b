//! What both ends of a handshake know and do: the configuration, the hash of all messages, the master secret, the keys, certificates,
//! Finished. RFC 2246 §6.3, §7.4.9, §8.1

use super::credentials::{self, HandshakeDigest, OldCredential, OldPublicKey};
use super::exchange;
use super::hello::RANDOM;
use super::message::{self, CertificateRequest, Signature};
use super::record::{Incoming, Outgoing};
use super::{Fault, OldError, OldSetup};
use crate::registry::{
    Authentication, Cipher, CodePoint, Group, Hash, KeyExchange, Mode, Suite, Version, VersionRange, alert, signature,
};
use crate::scenario::{Clock, Party, Side};
use crate::tls::primitives::{Derivation, RecordProtection, WriteKeys};
use crate::tls::random::{Randomness, Stream, stream};
use crate::tls::{CertificateCheck, Defect, SecretLog, TlsOutput, Verdict, Wanted};
use rustls::KeyLog;

/// What is protected, and how, before anything is agreed on: TLS_NULL_WITH_NULL_NULL. RFC 2246 §6.1, §A.5
const NOTHING: Suite = Suite {
    code: CodePoint::Tls(0),
    key_exchange: KeyExchange::Rsa,
    authentication: Authentication::Rsa,
    cipher: Cipher::Null,
    mode: Mode::None,
    hash: Hash::Md5,
    versions: SPOKEN,
};

/// The versions that this engine has.
const SPOKEN: VersionRange = VersionRange::new(Version::SSL3, Version::TLS12);

/// Keys that a client can prove itself with, by ClientCertificateType. RFC 2246 §7.4.4, RFC 8422 §5.5
const CLIENT_KEYS: [(u8, Authentication); 3] =
    [(1, Authentication::Rsa), (2, Authentication::Dss), (64, Authentication::Ecdsa)];

/// Signatures by the key that makes them, the preferred ones first.
const SCHEMES: [(Authentication, [u16; 2]); 3] = [
    (Authentication::Ecdsa, [signature::ECDSA_SECP256R1_SHA256, signature::ECDSA_SHA1]),
    (Authentication::Rsa, [signature::RSA_PKCS1_SHA256, signature::RSA_PKCS1_SHA1]),
    (Authentication::Dss, [signature::DSA_SHA256, signature::DSA_SHA1]),
];

/// What was agreed on.
#[derive(Clone, Debug)]
pub(super) struct Agreed {
    pub(super) version: Version,
    pub(super) suite: Suite,
    pub(super) group: Option<u16>,
    pub(super) client_random: [u8; RANDOM],
    pub(super) server_random: [u8; RANDOM],
}

/// The setup, kept.
pub(super) struct Config {
    pub(super) versions: VersionRange,
    /// Each with the curve that it is for, if it is for one alone.
    pub(super) suites: Vec<(Suite, Option<Group>)>,
    pub(super) groups: Vec<Group>,
    pub(super) prefers: Side,
    pub(super) temporary: bool,
    pub(super) identities: Vec<OldCredential>,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) clock: Clock,
    pub(super) server_name: Option<String>,
    pub(super) wanted: Option<Wanted>,
    pub(super) breaks_off: bool,
    pub(super) asks: bool,
}

/// Where this end's random octets come from: a stream for each purpose.
pub(super) struct Chance {
    public: Stream,
    /// Private keys of the exchange, premaster secrets, and what fills up the blocks that they are encrypted in.
    pub(super) exchange: Stream,
}

impl Chance {
    /// All of it random: the time, which RFC 2246 §7.4.1.2 has in its first four octets, tells a listener whose clock is wrong.
    pub(super) fn random(&mut self) -> [u8; RANDOM] {
        let mut random = [0; RANDOM];
        self.public.fill(&mut random);
        random
    }
}

/// What a client and a server have in common.
pub(super) struct Shared {
    pub(super) side: Side,
    pub(super) party: Party,
    pub(super) config: Config,
    pub(super) incoming: Incoming,
    pub(super) outgoing: Outgoing,
    pub(super) chance: Chance,
    /// All messages of the handshake so far, but for HelloRequest. RFC 2246 §7.4.9
    pub(super) transcript: Vec<u8>,
    pub(super) agreed: Agreed,
    /// That the client asked for.
    pub(super) server_name: Option<String>,
    /// The server's, as this end has sent or got it.
    pub(super) server_certificate: Option<Vec<u8>>,
    master: Vec<u8>,
    secrets: SecretLog,
}

impl Shared {
    pub(super) fn new(setup: &OldSetup<'_>) -> Shared {
        let side = setup.side;
        let stream = |purpose| stream(Randomness::Seed(setup.seed), side, setup.connection, purpose);
        let chance = Chance { public: stream("public"), exchange: stream("key exchange") };
        let config = Config::new(setup);
        let newest = config.versions.last.clamp(SPOKEN.first, SPOKEN.last);
        let outgoing = Outgoing::new(newest, stream("IV"));
        let incoming = Incoming::new(side == Side::Server);
        let randoms = [0; RANDOM];
        Shared {
            side,
            party: setup.party,
            incoming,
            outgoing,
            chance,
            transcript: Vec::new(),
            agreed: Agreed {
                version: newest,
                suite: NOTHING,
                group: None,
                client_random: randoms,
                server_random: randoms,
            },
            server_name: config.server_name.clone(),
            config,
            server_certificate: None,
            master: Vec::new(),
            secrets: setup.secrets.clone(),
        }
    }

    /// A message of this end's flight.
    pub(super) fn say(&mut self, message: &[u8]) {
        self.transcript.extend_from_slice(message);
        self.outgoing.handshake(message);
    }

    /// From now on every record has the version that was chosen.
    pub(super) fn fix_version(&mut self) {
        self.outgoing.version = self.agreed.version;
        self.incoming.version = Some(self.agreed.version);
    }

    /// Notes what is wrong with a chain, and gives its key. Unless this side breaks off, a certificate ends no handshake as long as it has a
    /// key: who is not content decides afterwards. docs/rules.md R24
    pub(super) fn check_certificate(&mut self, chain: &[&[u8]]) -> Result<OldPublicKey, Fault> {
        let Some(leaf) = chain.first() else { return Err(OldError::BadCertificate.into()) };
        if self.side == Side::Client {
            self.server_certificate = Some(leaf.to_vec());
        }
        let Config { roots, wanted, clock, .. } = &self.config;
        let check = credentials::check(self.side.other(), chain, roots, wanted.as_ref(), *clock);
        let refused = refusal(&check).filter(|_| self.config.breaks_off && self.side == Side::Client);
        self.outgoing.outputs.push_back(TlsOutput::Checked(check));
        if let Some(alert) = refused {
            return Err(Fault::new(OldError::CertificateRefused, alert));
        }
        Ok(credentials::public_key(leaf).ok_or(OldError::BadCertificate)?)
    }

    fn derivation(&self) -> Result<Derivation, Fault> {
        Ok(Derivation::of(self.agreed.version, &self.agreed.suite).ok_or(OldError::CannotGoOn)?)
    }

    pub(super) fn make_master(&mut self, premaster: &[u8]) -> Result<(), Fault> {
        let Agreed { client_random, server_random, .. } = &self.agreed;
        self.master = self.derivation()?.master(premaster, client_random, server_random);
        self.secrets.log("CLIENT_RANDOM", client_random, &self.master);
        Ok(())
    }

    fn protection(&self, writer: Side) -> Result<RecordProtection, Fault> {
        let Agreed { version, suite, client_random, server_random, .. } = &self.agreed;
        let keys = WriteKeys::new(suite, *version, &self.master, client_random, server_random, writer);
        let made = keys.and_then(|keys| RecordProtection::new(suite, *version, keys));
        Ok(made.ok_or(OldError::CannotGoOn)?)
    }

    pub(super) fn protect_incoming(&mut self) -> Result<(), Fault> {
        let protection = self.protection(self.side.other())?;
        self.incoming.change_cipher_spec(protection);
        Ok(())
    }

    /// Ends this end's part with ChangeCipherSpec and Finished.
    pub(super) fn finish(&mut self, side: Side) -> Result<(), Fault> {
        let protection = self.protection(side)?;
        let explicit = self.agreed.suite.lengths(self.agreed.version).explicit;
        self.outgoing.change_cipher_spec(protection, explicit);
        let finished = self.derivation()?.finished(&self.master, side, &self.transcript);
        self.say(&message::finished(&finished));
        self.outgoing.flush();
        Ok(())
    }

    /// Of a Finished, which is over the messages `before` it.
    pub(super) fn check_finished(&self, of: Side, before: usize, body: &[u8]) -> Result<(), Fault> {
        let transcript = self.transcript.get(..before).unwrap_or_default();
        let expected = self.derivation()?.finished(&self.master, of, transcript);
        match body {
            _ if body.len() != expected.len() => Err(OldError::Malformed.into()),
            _ if body != expected => Err(OldError::BadFinished.into()),
            _ => Ok(()),
        }
    }

    /// A certificate that the server will take, with a key that can sign.
    pub(super) fn identity_for(&self, request: &CertificateRequest) -> Option<OldCredential> {
        let version = self.agreed.version;
        let fits = |identity: &&OldCredential| {
            let is_wanted = CLIENT_KEYS.iter().any(|&(kind, authentication)| {
                authentication == identity.kind.authentication() && request.kinds.contains(&kind)
            });
            is_wanted && exchange::scheme_for(version, identity, Some(&request.signatures)).is_ok()
        };
        self.config.identities.iter().find(fits).cloned()
    }

    /// What a CertificateVerify is over: all messages so far, and in SSL 3.0 the master secret. RFC 2246 §7.4.8, RFC 6101 §5.6.8
    fn verified(&self, scheme: Option<u16>, transcript: &[u8]) -> Result<HandshakeDigest, Fault> {
        let before_tls12 = self.derivation()?.certificate_verify(&self.master, transcript).map(HandshakeDigest::Both);
        let digest = before_tls12.or_else(|| HandshakeDigest::new(scheme, &[transcript]));
        Ok(digest.ok_or(OldError::BadSignature)?)
    }

    /// CertificateVerify, over all messages so far.
    pub(super) fn sign_transcript(
        &self,
        identity: &OldCredential,
        request: &CertificateRequest,
    ) -> Result<Vec<u8>, Fault> {
        let scheme = exchange::scheme_for(self.agreed.version, identity, Some(&request.signatures))?;
        let octets = credentials::sign(&identity.key, &self.verified(scheme, &self.transcript)?);
        Ok(message::certificate_verify(Signature { scheme, octets: &octets.ok_or(OldError::CannotGoOn)? }))
    }

    /// Of a CertificateVerify, which is over the messages `before` it.
    pub(super) fn check_verify(&self, key: &OldPublicKey, before: usize, body: &[u8]) -> Result<(), Fault> {
        let found = message::read_certificate_verify(body, self.agreed.version)?;
        let transcript = self.transcript.get(..before).unwrap_or_default();
        match self.verified(found.scheme, transcript)? {
            digest if credentials::verify(key, &digest, found.octets) => Ok(()),
            _ => Err(OldError::BadSignature.into()),
        }
    }

    /// What a server asks for: a certificate of any kind that it can check, from whom it trusts.
    pub(super) fn request(&self) -> CertificateRequest {
        let subjects = self.config.roots.iter().filter_map(|root| credentials::subject(root));
        CertificateRequest {
            kinds: CLIENT_KEYS.map(|(kind, _)| kind).to_vec(),
            signatures: SCHEMES.into_iter().flat_map(|(_, schemes)| schemes).collect(),
            issuers: subjects.map(<[u8]>::to_vec).collect(),
        }
    }

    /// Declines to begin anew. SSL 3.0 has no warning for it. RFC 5746 §4.5
    pub(super) fn refuse_renegotiation(&mut self) -> Result<(), Fault> {
        if self.agreed.version <= Version::SSL3 {
            return Err(OldError::Renegotiation.into());
        }
        self.outgoing.warn(alert::NO_RENEGOTIATION); // RFC 2246 §7.2.2
        Ok(())
    }
}

/// The alert for a certificate that fails a check: the first, in the order in which `tls/verify.rs` has them. RFC 2246 §7.2.2
fn refusal(check: &CertificateCheck) -> Option<u8> {
    let failed = [&check.dates, &check.purpose, &check.chain, &check.name].into_iter();
    let mut defects = failed.filter_map(|verdict| match verdict {
        Verdict::Fail(defect) => Some(defect),
        Verdict::Pass | Verdict::NotChecked => None,
    });
    Some(match defects.next()? {
        Defect::UnknownIssuer | Defect::SelfSigned => alert::UNKNOWN_CA,
        Defect::Expired | Defect::NotYetValid => alert::CERTIFICATE_EXPIRED,
        Defect::WrongName | Defect::Malformed => alert::BAD_CERTIFICATE,
        Defect::WrongPurpose => alert::UNSUPPORTED_CERTIFICATE,
        Defect::Other(_) => alert::ACCESS_DENIED,
    })
}

/// What this engine computes of the registry's suites.
fn is_spoken(suite: &Suite) -> bool {
    matches!(suite.mode, Mode::None | Mode::Stream | Mode::Cbc) && matches!(suite.code, CodePoint::Tls(_))
}

impl Config {
    fn new(setup: &OldSetup<'_>) -> Config {
        let OldSetup { versions, .. } = *setup;
        let computes = |group: &Group| matches!(group, Group::Secp256r1 | Group::Secp384r1 | Group::Secp521r1);
        Config {
            versions: VersionRange::new(versions.first.max(SPOKEN.first), versions.last.min(SPOKEN.last)),
            suites: setup.suites.iter().copied().filter(|(suite, _)| is_spoken(suite)).collect(),
            groups: setup.groups.iter().copied().filter(computes).collect(),
            prefers: setup.prefers,
            temporary: setup.temporary,
            identities: setup.pki.credentials(setup.party).cloned().collect(),
            roots: setup.pki.trusted_by(setup.party),
            clock: setup.clock,
            server_name: setup.server_name.map(str::to_owned),
            wanted: setup.wanted.clone(),
            breaks_off: setup.breaks_off,
            asks: setup.asks,
        }
    }

    /// The suites of the hello, each once, in their order.
    pub(super) fn offered(&self) -> Vec<u16> {
        let has = |suite: &Suite, version| self.versions.contains(version) && suite.versions.contains(version);
        let usable = |suite: &Suite| Version::ALL.iter().any(|&version| has(suite, version));
        let mut offered = Vec::new();
        for (suite, _) in self.suites.iter().filter(|(suite, _)| usable(suite)) {
            let code = exchange::code(suite);
            if !offered.contains(&code) {
                offered.push(code);
            }
        }
        offered
    }

    /// Every group that some suite of the hello may need, once. RFC 8422 §5.1.1
    pub(super) fn offered_groups(&self) -> Vec<u16> {
        let offered = self.offered();
        let lines = || self.suites.iter().filter(|(suite, _)| suite.key_exchange.needs_group());
        if !lines().any(|(suite, _)| offered.contains(&exchange::code(suite))) {
            return Vec::new();
        }
        let mut groups = Vec::new();
        for &group in &self.groups {
            let is_used = lines().any(|(_, curve)| curve.is_none_or(|curve| curve == group));
            if is_used && !groups.contains(&group.code()) {
                groups.push(group.code());
            }
        }
        groups
    }

    /// The signatures that it takes, of the keys that its suites are made for. RFC 5246 §7.4.1.4.1
    pub(super) fn schemes(&self) -> Vec<u16> {
        let offered = self.offered();
        let is_offered = |suite: &Suite| offered.contains(&exchange::code(suite));
        let wanted = |kind| self.suites.iter().any(|(suite, _)| suite.authentication == kind && is_offered(suite));
        SCHEMES.into_iter().filter(|(kind, _)| wanted(*kind)).flat_map(|(_, schemes)| schemes).collect()
    }

    /// What a server presents for a suite.
    pub(super) fn identity(&self, suite: &Suite) -> Option<&OldCredential> {
        self.identities.iter().find(|identity| identity.kind.authentication() == suite.authentication)
    }
}
