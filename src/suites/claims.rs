//! What the book says of its two lists, and what the lists show: every number is counted in them (docs/rules.md CS3).

use super::compare::{ComparedRow, Presence, compare};
use super::lists::{List, ListEntry};
use crate::registry::ListKey;
use crate::registry::{Cipher, CodePoint, Hash, Mac, Mode, Suite};

/// A statement of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// AES and SHA-1 are introduced, RC4 and MD5 retired.
    NewForOld,
    /// P256 is a hash of 256 bits.
    CurveAsHash,
    /// The cipher is a streaming cipher.
    StreamingCipher,
    /// A suite is three sets of algorithms.
    ThreeSets,
}

impl Claim {
    pub const ALL: [Claim; 4] = [Claim::NewForOld, Claim::CurveAsHash, Claim::StreamingCipher, Claim::ThreeSets];
}

/// `count` of `of` lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub count: usize,
    pub of: usize,
}

/// What the lists show. Lines, where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    NewForOld {
        /// With SHA-1, in the old list already.
        sha1_before: Share,
        /// With AES, in the new list alone.
        aes_added: Share,
        /// In both lists.
        rc4_kept: usize,
        md5_kept: usize,
        triple_des_kept: usize,
        null_kept: usize,
        /// For SSL 2.0, in the new list alone.
        ssl2_added: usize,
        /// In the old list alone, and how many of them are DES or made for export.
        removed: Share,
        removed_des_or_export: usize,
    },
    CurveAsHash {
        /// With a curve.
        suffixed: Share,
        /// What these lines are on the wire.
        code_points: usize,
        /// How many of them have the MAC HMAC-SHA1.
        sha1: usize,
    },
    StreamingCipher {
        stream: usize,
        block: usize,
        none: usize,
        of: usize,
    },
    ThreeSets {
        /// The name has a word for authentication alone.
        named: usize,
        /// RSA stands for two jobs.
        implied: usize,
        of: usize,
    },
}

/// What the book's two lists show about a claim.
pub fn evidence(claim: Claim) -> Counted {
    let (old, new) = (List::of(ListKey::Ws2003), List::of(ListKey::Ws2008));
    let suites = || old.entries.iter().chain(&new.entries).map(|entry| entry.suite);
    match claim {
        Claim::NewForOld => new_for_old(&old, &new),
        Claim::CurveAsHash => {
            let suffixed: Vec<&ListEntry> = new.entries.iter().filter(|entry| entry.curve.is_some()).collect();
            let mut code_points: Vec<CodePoint> = Vec::new();
            for code in suffixed.iter().map(|entry| entry.suite.code) {
                if !code_points.contains(&code) {
                    code_points.push(code);
                }
            }
            Counted::CurveAsHash {
                suffixed: Share { count: suffixed.len(), of: new.entries.len() },
                code_points: code_points.len(),
                sha1: suffixed.iter().filter(|entry| entry.suite.mac() == Mac::Hmac(Hash::Sha1)).count(),
            }
        }
        Claim::StreamingCipher => {
            let modes = || suites().map(|suite| suite.mode);
            Counted::StreamingCipher {
                stream: modes().filter(|&mode| mode == Mode::Stream).count(),
                block: modes().filter(|&mode| mode == Mode::Cbc).count(),
                none: modes().filter(|&mode| mode == Mode::None).count(),
                of: modes().count(),
            }
        }
        Claim::ThreeSets => {
            let implied = suites().filter(|suite| suite.key_exchange.is_static_rsa()).count();
            let of = suites().count();
            Counted::ThreeSets { named: of - implied, implied, of }
        }
    }
}

fn new_for_old(old: &List, new: &List) -> Counted {
    let rows = compare(old, new);
    let count = |presence, is: fn(Suite) -> bool| {
        let lines = |row: &ComparedRow| if presence == Presence::OnlyLeft { row.left.len() } else { row.right.len() };
        rows.iter().filter(|row| row.presence() == presence && is(row.suite)).map(lines).sum::<usize>()
    };
    let any = |_| true;
    let is_aes = |suite: Suite| matches!(suite.cipher, Cipher::Aes128 | Cipher::Aes256);
    let is_des_or_export = |suite: Suite| suite.cipher == Cipher::Des || suite.key_exchange.is_export();
    Counted::NewForOld {
        sha1_before: Share {
            count: old.entries.iter().filter(|entry| entry.suite.mac() == Mac::Hmac(Hash::Sha1)).count(),
            of: old.entries.len(),
        },
        aes_added: Share { count: count(Presence::OnlyRight, is_aes), of: new.entries.len() },
        rc4_kept: count(Presence::Both, |suite| suite.cipher.is_rc4()),
        md5_kept: count(Presence::Both, |suite| suite.hash == Hash::Md5),
        triple_des_kept: count(Presence::Both, |suite| suite.cipher == Cipher::TripleDes),
        null_kept: count(Presence::Both, |suite| suite.cipher == Cipher::Null),
        ssl2_added: count(Presence::OnlyRight, |suite| matches!(suite.code, CodePoint::Ssl2(_))),
        removed: Share { count: count(Presence::OnlyLeft, any), of: old.entries.len() },
        removed_des_or_export: count(Presence::OnlyLeft, is_des_or_export),
    }
}
