//! What a client answers to the challenge. [MS-NLMP] 2.2.2.3 to 2.2.2.8

use super::av;
use crate::bytes::hex;
use crate::dissect::field::{Fields, Kind, Read, octets_of};

/// Octets of a response of version 1, and of the second version of the old one.
const OLD: usize = 24;
/// Octets of a proof.
const PROOF: usize = 16;

const DES: &str = "NTLMv1: three DES blocks, broken";
const PROVES: &str = "HMAC-MD5 over both challenges and all that follows: proves the password without showing it";
const OF_CLIENT: &str = "so that a server cannot choose the whole question";

/// `nt` is the response beside it, which tells the version.
pub(super) fn lm(fields: &mut Fields, nt: &[u8]) -> Read<()> {
    fields.cite("[MS-NLMP] 2.2.2.3");
    fields.group("LmChallengeResponse", "left over from LAN Manager", |fields| {
        let (octets, count) = (fields.rest(), fields.left());
        let are_zeros = |octets: &[u8]| octets.iter().all(|&octet| octet == 0);
        if are_zeros(octets) {
            fields.say("zeros");
            fields.opaque(count, "Response", "left empty on purpose")?;
        } else if count == OLD && nt.len() > OLD {
            fields.cite("[MS-NLMP] 2.2.2.4");
            fields.say("LMv2");
            fields.opaque(PROOF, "Response", "HMAC-MD5 over both challenges, for servers that send no time")?;
            fields.opaque(OLD - PROOF, "ChallengeFromClient", OF_CLIENT)?;
        } else if count == OLD && octets.get(8..).is_some_and(are_zeros) {
            fields.say("no response: a challenge of the client");
            fields.opaque(8, "ChallengeFromClient", OF_CLIENT)?;
            fields.opaque(OLD - 8, "Unused", "zeros")?;
        } else {
            fields.opaque(count, "Response", DES)?;
        }
        Ok(())
    })
}

pub(super) fn nt(fields: &mut Fields) -> Read<()> {
    fields.cite("[MS-NLMP] 2.2.2.6");
    fields.group("NtChallengeResponse", "the proof", |fields| {
        let count = fields.left();
        if count == OLD {
            fields.say("NTLMv1");
            fields.opaque(count, "Response", DES)?;
            return Ok(());
        }
        if count < av::IN_RESPONSE {
            let note = "too short for NTLMv2, and not of 24 octets as in NTLMv1";
            fields.leaf(count, Kind::Malformed, "Response", note, hex)?;
            return Ok(());
        }
        fields.cite("[MS-NLMP] 2.2.2.8");
        fields.say(format!("NTLMv2, {}", octets_of(count)));
        fields.opaque(PROOF, "Response", PROVES)?;
        fields.cite("[MS-NLMP] 2.2.2.7");
        fields.group("NTLMv2_CLIENT_CHALLENGE", "what the proof is over, beside the server's challenge", |fields| {
            fields.little(1, "RespType", "1")?;
            fields.little(1, "HiRespType", "1")?;
            fields.opaque(2, "Reserved1", "zeros")?;
            fields.opaque(4, "Reserved2", "zeros")?;
            fields.leaf(8, Kind::Plain, "TimeStamp", "when the client answered, or the server asked", av::file_time)?;
            fields.opaque(8, "ChallengeFromClient", OF_CLIENT)?;
            fields.opaque(4, "Reserved3", "zeros")?;
            const COPIED: &str = "the server's own words, sent back under the proof, so they cannot be altered";
            fields.group("AvPairs", COPIED, av::attributes)?;
            fields.opaque(fields.left(), "Unused", "zeros behind the list, under the proof as well")?;
            Ok(())
        })
    })
}
