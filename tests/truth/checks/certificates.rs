//! The tab of certificates: what was shown, what each check found, and why there is nothing to show.

use super::points::talk;
use super::{Check, Checked, hold};
use crate::naive::octets::{self, Certificate};
use crate::naive::{Dates, Naive, Proves, SENDER_DOMAIN, Talk, side};
use crate::said::{Said, Shown};
use starttls_lab::scenario::Side;
use starttls_lab::story::say::{NoCertificateClaim, RevocationClaim};
use starttls_lab::tls::{CertificateCheck, Defect, Verdict, Wanted};
use starttls_lab::trace::{Actor, StreamKind};

pub const CHECKS: &[Check] = &[
    Check { kind: "certificate that was shown", look: |naive, said| each(naive, said, shown) },
    Check { kind: "finding on a certificate", look: |naive, said| each(naive, said, found) },
    Check { kind: "what became of revocation", look: |naive, said| each(naive, said, revocation) },
    Check { kind: "why there is no certificate", look: |naive, said| each(naive, said, none) },
];

fn each(naive: &Naive, said: &Said, check: fn(&Naive, &Talk, &Shown) -> Checked) -> Checked {
    let mut count = 0;
    for chapter in &said.chapters {
        let talk = talk(naive, chapter)?;
        for shown in &chapter.certificates {
            let of = |words| format!("connection {}, the {}'s: {words}", talk.number, shown.of.key());
            count += check(naive, talk, shown).map_err(of)?;
        }
    }
    Ok(count)
}

/// The octets of the certificates; and whether a listener can read them is whether they stand on the wire.
fn shown(naive: &Naive, talk: &Talk, shown: &Shown) -> Checked {
    let sent = &talk.certificates[side(shown.of)];
    hold!(shown.check.is_some() != sent.is_empty(), "{} were sent", sent.len());
    let Some(check) = &shown.check else { return Ok(0) };
    hold!(check.of == shown.of && check.presented == *sent, "others were sent");
    let own = |(number, by, _): &(u16, Side, &[u8])| (*number, *by) == (talk.number, shown.of);
    let stands =
        |der: &[u8]| naive.streams(StreamKind::Wire).filter(own).any(|(_, _, wire)| octets::find(wire, der).is_some());
    let hidden = talk.is_tls13() || talk.resumed;
    hold!(sent.iter().all(|der| stands(der) != hidden), "a listener reads it here: {}", !hidden);
    Ok(sent.len())
}

/// Each check's verdict, with its reason, and what was compared with what.
fn found(naive: &Naive, talk: &Talk, shown: &Shown) -> Checked {
    let Some(CertificateCheck { names, wanted, chain, name, dates, purpose, .. }) = &shown.check else { return Ok(0) };
    let certificate = talk.certificates[side(shown.of)].first().and_then(|der| Certificate::read(der));
    let Some((certificate, worth)) = certificate.zip(naive.worth(talk, shown.of)) else {
        return Err("a certificate that cannot be read".to_owned());
    };
    hold!(*names == certificate.names, "{names:?}, not {:?}", certificate.names);
    let holds = match wanted {
        None => shown.of == Side::Client && worth.name.is_none(),
        Some(Wanted::Host(host)) => {
            shown.of == Side::Server
                && naive.demand_on(talk).proves != Some(Proves::Domain)
                && host == naive.wanted(talk)
        }
        Some(Wanted::Domain(domain)) if shown.of == Side::Server => {
            naive.demand_on(talk).proves == Some(Proves::Domain) && domain == naive.wanted(talk)
        }
        Some(Wanted::Domain(domain)) => domain == SENDER_DOMAIN,
    };
    hold!(holds, "compared with {wanted:?}");
    let holds = match chain {
        Verdict::Pass => worth.chain,
        Verdict::Fail(Defect::UnknownIssuer) => !worth.chain && !worth.own_issuer,
        Verdict::Fail(Defect::SelfSigned) => !worth.chain && worth.own_issuer,
        Verdict::Fail(_) | Verdict::NotChecked => false,
    };
    hold!(holds, "chain {chain:?} of {worth:?}");
    let holds = match name {
        Verdict::Pass => worth.name == Some(true),
        Verdict::Fail(Defect::WrongName) => worth.name == Some(false),
        Verdict::NotChecked => worth.name.is_none(),
        Verdict::Fail(_) => false,
    };
    hold!(holds, "name {name:?} of {worth:?}");
    let holds = match dates {
        Verdict::Pass => worth.dates == Dates::Inside,
        Verdict::Fail(Defect::Expired) => worth.dates == Dates::Late,
        Verdict::Fail(Defect::NotYetValid) => worth.dates == Dates::Early,
        Verdict::Fail(_) | Verdict::NotChecked => false,
    };
    hold!(holds, "dates {dates:?} of {worth:?}");
    let holds = match purpose {
        Verdict::Pass => worth.purpose,
        Verdict::Fail(Defect::WrongPurpose) => !worth.purpose,
        Verdict::Fail(_) | Verdict::NotChecked => false,
    };
    hold!(holds, "purpose {purpose:?} of {worth:?}");
    Ok(4)
}

/// What the other side's hello, or its request for a certificate, asks by the extension status_request; no run staples anything.
/// RFC 6066 §8, RFC 8446 §4.4.2.1
fn revocation(_: &Naive, talk: &Talk, shown: &Shown) -> Checked {
    let Some(claim) = shown.revocation else {
        hold!(shown.check.is_none(), "nothing of revocation");
        return Ok(0);
    };
    let asks = match shown.of {
        Side::Server => talk.messages.iter().any(octets::asks_for_status),
        // In TLS 1.3 the request is sealed; in 1.2 there is no such question. RFC 5246 §7.4.4
        Side::Client => false,
    };
    let holds = match claim {
        RevocationClaim::NotAsked => !asks,
        RevocationClaim::NotStapled(side) => side == shown.of && (asks || shown.of == Side::Client && talk.is_tls13()),
        RevocationClaim::NotRead => false,
    };
    hold!(holds, "{claim:?}, asked {asks}");
    Ok(1)
}

/// It is said where there is none.
fn none(naive: &Naive, talk: &Talk, shown: &Shown) -> Checked {
    if shown.check.is_some() {
        return Ok(0);
    }
    let asks = naive.receiver_asks() && naive.actor(talk, Side::Server) == Actor::Receiver;
    let holds = match shown.none {
        // Of the client's nothing is to be said without TLS.
        None => shown.of == Side::Client && !talk.up(),
        Some(NoCertificateClaim::FailedBefore) => shown.of == Side::Server && !talk.records.is_empty() && !talk.up(),
        Some(NoCertificateClaim::NoTls) => shown.of == Side::Server && talk.records.is_empty(),
        Some(NoCertificateClaim::HadNone) => shown.of == Side::Client && talk.up() && asks && !talk.resumed,
        Some(NoCertificateClaim::NotAsked) => shown.of == Side::Client && talk.up() && !asks && !talk.resumed,
        Some(NoCertificateClaim::Resumed) => talk.resumed && talk.certificates[side(shown.of)].is_empty(),
        Some(NoCertificateClaim::NotYet | NoCertificateClaim::Unread) => false,
    };
    hold!(holds, "{:?}", shown.none);
    if let Some(NoCertificateClaim::HadNone | NoCertificateClaim::NotAsked) = shown.none {
        let asked = talk.messages.iter().any(|message| message.kind == octets::CERTIFICATE_REQUEST);
        hold!(talk.is_tls13() || asked == asks, "asked on the wire: {asked}");
    }
    Ok(1)
}
