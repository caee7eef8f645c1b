//! What is promised of a preset, sentence by sentence: what to watch there happens. And what a scenario is called.

use super::{Check, Checked, hold, lamps};
use crate::naive::{Dates, Fate, Line, Naive, Talk, Why, field, octets};
use crate::said::{Said, Step};
use starttls_lab::bytes::from_base64;
use starttls_lab::grid;
use starttls_lab::lab::run;
use starttls_lab::ntlm::WORDS;
use starttls_lab::scenario::{ClientPolicy, Epa, Scenario, Side, Switch, TlsStack, preset};
use starttls_lab::smtp::profile::{PASSWORD, WEAK_PASSWORD};
use starttls_lab::story::Showing;
use starttls_lab::story::say::{QueueClaim, RecordingClaim};
use starttls_lab::text::EN;
use starttls_lab::trace::{Actor, StreamKind};
use starttls_lab::ui::state::RunName;

pub const CHECKS: &[Check] =
    &[Check { kind: "promise of a preset", look: promise }, Check { kind: "name of a scenario", look: name }];

fn promise(naive: &Naive, said: &Said) -> Checked {
    let Some(name) = said.preset else { return Ok(0) };
    let words = (EN.page.preset)(name).meaning;
    hold!(is_kept(naive, said, name), "{name}: {words}");
    Ok(words.matches(['.', ',', ':', ';']).count())
}

/// Mechanisms of AUTH, in clear or inside TLS.
fn auth(talk: &Talk, sealed: bool) -> Vec<String> {
    talk.keyword("AUTH", sealed).map(|keyword| keyword.parameters).unwrap_or_default()
}

/// With which code STARTTLS was answered.
fn answer(talk: &Talk) -> Option<u16> {
    talk.reply_to(talk.verb).map(|reply| reply.code)
}

/// The sender leaves inside TLS as soon as it has seen the certificate.
fn leaves_inside(talk: &Talk) -> bool {
    talk.command("QUIT", true).is_some() && talk.command("EHLO", true).is_none()
}

/// The third message of NTLM: the name is in it, and the password in no line.
fn ntlm<'a, 'b>(talk: &'b Talk<'a>) -> Option<&'b Line<'a>> {
    let says = |text: &[u8], word: &str| text.windows(word.len()).any(|part| part == word.as_bytes());
    let decoded = |line: &Line| {
        let octets = line.text.split(' ').next_back().and_then(|word| from_base64(word.as_bytes())).unwrap_or_default();
        octets.into_iter().filter(|octet| *octet != 0).collect::<Vec<u8>>()
    };
    let is_told = |line: &Line| {
        [WEAK_PASSWORD, PASSWORD].iter().any(|word| says(line.octets, word) || says(&decoded(line), word))
    };
    let answer = talk.lines.iter().find(|line| line.text.starts_with("TlRMTVNTUAAD"))?;
    (says(&decoded(answer), "sales") && !talk.lines.iter().any(is_told)).then_some(answer)
}

/// The handshake messages in clear, by their types, in order. RFC 2246 §7.4
fn kinds(talk: &Talk) -> Vec<u8> {
    let mut all: Vec<_> = talk.messages.iter().map(|message| (message.event, message.kind)).collect();
    all.sort_by_key(|(event, _)| *event);
    all.into_iter().map(|(_, kind)| kind).collect()
}

fn is_kept(naive: &Naive, said: &Said, name: &str) -> bool {
    let first = &naive.talks[0];
    let fate = naive.first.fate;
    let (delivered, waits) = (fate == Fate::Delivered, fate == Fate::Waits);
    let (sealed, clear) = (naive.sealed() == Some(true), naive.sealed() == Some(false));
    let worth = naive.worth(first, Side::Server);
    let offers = |sealed| first.keyword(first.verb, sealed).is_some();
    let at = |talk: &Talk, verb, sealed| talk.command(verb, sealed).map(|line| line.at);
    let alert = |code| first.alert() == Some((Side::Server, code));
    let refused_to_mail = |code| first.reply_to("MAIL").is_some_and(|reply| reply.code == code);
    match name {
        "book" => {
            offers(false)
                && !offers(true)
                && auth(first, false) == ["NTLM"]
                && auth(first, true) == ["NTLM", "LOGIN", "PLAIN"]
        }
        "book-tls13" => {
            let book = preset("book").expect("a preset").scenario;
            let trace = run(&book);
            let before = Naive::of(&trace, book);
            let both = at(&before.talks[0], "EHLO", true).zip(at(first, "EHLO", true));
            let readable = before.talks[0].messages.iter().any(|message| message.kind == octets::CERTIFICATE);
            // 10 ms from one end to the other.
            let earlier = both.is_some_and(|(before, now)| before == now + 20_000);
            readable
                && first.is_tls13()
                && earlier
                && !first.messages.iter().any(|message| message.kind == octets::CERTIFICATE)
        }
        "book-login" => {
            let login = first.lines.iter().position(|line| line.verb() == "AUTH");
            let hello = first.replies.iter().rposition(|reply| first.asked(reply).as_deref() == Some("EHLO"));
            let right_after = login
                .zip(hello)
                .is_some_and(|(login, hello)| first.replies[hello].lines.last() == login.checked_sub(1).as_ref());
            !auth(first, false).contains(&"LOGIN".to_owned())
                && login.is_some_and(|login| first.lines[login].sealed)
                && right_after
        }
        "ntlm-clear-weak" => {
            ntlm(first).is_some_and(|answer| !answer.sealed) && WORDS[13] == WEAK_PASSWORD && delivered
        }
        "ntlm-clear-strong" => {
            let weak = preset("ntlm-clear-weak").expect("a preset").scenario;
            let trace = run(&weak);
            let before = Naive::of(&trace, weak);
            let differing: Vec<_> =
                before.talks[0].lines.iter().zip(&first.lines).filter(|(was, is)| was.text != is.text).collect();
            ntlm(first).is_some_and(|answer| differing.len() == 1 && differing[0].1.event == answer.event)
                && !WORDS.contains(&PASSWORD)
        }
        "ntlm-inside-tls" => ntlm(first).is_some_and(|answer| answer.sealed) && sealed && delivered,
        "ntlm-wrong" => {
            let said = |code| first.replies.iter().filter(|reply| reply.code == code).count();
            let mut challenges: Vec<&str> = first.lines.iter().map(|line| line.text.as_str()).collect();
            challenges.retain(|text| text.starts_with("334 TlRMTVNTUAAC"));
            challenges.dedup();
            (said(535), said(421), challenges.len()) == (2, 1, 3) && waits
        }
        "book-250" => {
            answer(first) == Some(250) && at(first, "MAIL", false).is_some() && naive.first.why == Some(Why::Ended)
        }
        "postfix" => {
            let grouped =
                at(first, "MAIL", true) == at(first, "DATA", true) && first.keyword("PIPELINING", true).is_some();
            first.is_tls13() && auth(first, false).is_empty() && grouped
        }
        "not-offered" => !offers(false) && delivered && clear && naive.between().is_none(),
        "refused-454" => offers(false) && answer(first) == Some(454) && clear && naive.talks.len() == 1,
        "required-not-offered" => {
            !offers(false) && waits && at(first, "QUIT", false).is_some() && at(first, "MAIL", false).is_none()
        }
        "server-requires-tls" => !first.began() && refused_to_mail(530) && fate == Fate::Returned,
        "hub-to-hub" => {
            let inside = first.keyword("X-EXPS", true).map(|exps| exps.parameters);
            first.verb == "X-ANONYMOUSTLS"
                && offers(false)
                && !offers(true)
                && delivered
                && sealed
                && worth.is_some_and(|worth| !worth.chain && worth.own_issuer)
                && inside.is_some_and(|inside| inside.contains(&"EXCHANGEAUTH".to_owned()))
                && first.command("X-EXPS", true).is_none()
        }
        "hub-to-stranger" => offers(false) && first.up() && waits && at(first, "QUIT", true).is_some(),
        "hub-to-edge" => delivered && naive.mutual() && first.certificates.iter().all(|chain| chain.len() == 1),
        "internal-ca" => {
            delivered && sealed && worth.is_some_and(|worth| !worth.chain && !worth.own_issuer) && !naive.verified()
        }
        "self-signed" => delivered && sealed && worth.is_some_and(|worth| !worth.chain && worth.own_issuer),
        "verify-or-clear" => {
            leaves_inside(first) && delivered && clear && worth.is_some_and(|worth| worth.dates == Dates::Late)
        }
        "verified-wrong-name" => {
            leaves_inside(first) && waits && worth.is_some_and(|worth| worth.chain && worth.name == Some(false))
        }
        "legacy-no-tls" => !offers(false) && waits && naive.sender_is_legacy(),
        "domain-secured" => {
            let asked = first.messages.iter().any(|message| message.kind == octets::CERTIFICATE_REQUEST);
            let shown = said.mark.as_ref().is_some_and(|mark| mark.showing == Showing::Mark);
            asked && delivered && naive.mutual() && shown
        }
        "list-forgotten" => {
            let asked = first.messages.iter().any(|message| message.kind == octets::CERTIFICATE_REQUEST);
            delivered && naive.verified() && !asked && !naive.partner()
        }
        "client-certificate-missing" => {
            first.up() && refused_to_mail(530) && fate == Fate::Returned && lamps::missed(naive, first)
        }
        "domain-wrong-name" => {
            let queue = said.queue.map(|claim| (EN.decisions.queue)(&claim)).unwrap_or_default();
            let wrong = worth.is_some_and(|worth| worth.chain && worth.name == Some(false));
            leaves_inside(first)
                && wrong
                && queue.starts_with("454 4.7.5")
                && said.queue == Some(QueueClaim::ExchangeCertificate)
        }
        "default-self-signed" => {
            let ends = |scenario: Scenario| {
                let trace = run(&scenario);
                Naive::of(&trace, scenario).mutual()
            };
            let with =
                |sender, receiver| Scenario { sender_imports: sender, receiver_imports: receiver, ..naive.scenario };
            // Good enough for a policy that takes any certificate, and with both imports for Domain Security.
            let base = preset("list-forgotten").expect("a preset").scenario;
            let any = Scenario {
                policy: ClientPolicy::Opportunistic,
                server_certificate: naive.scenario.server_certificate,
                ..base
            };
            let trace = run(&any);
            let good_enough = Naive::of(&trace, any).first.fate == Fate::Delivered;
            let alone = ends(with(Switch::On, Switch::Off)) || ends(with(Switch::Off, Switch::On));
            waits && good_enough && ends(with(Switch::On, Switch::On)) && !alone
        }
        "hygiene-relay" => {
            waits && worth.is_some_and(|worth| worth.path() && worth.name == Some(false)) && naive.between().is_some()
        }
        "relay-forwards" => {
            let onward = naive.onward.as_ref().map(|onward| &naive.talks[onward.talks[0]]);
            let asked = onward
                .is_some_and(|talk| talk.messages.iter().any(|message| message.kind == octets::CERTIFICATE_REQUEST));
            delivered && naive.verified() && asked
        }
        "login-to-impostor" => {
            let given = said.because.login.is_some_and(|login| login.actor == Actor::Attacker);
            delivered && sealed && given && naive.attacker_reads()
        }
        // No password on any line, 235 to the attacker, and its mail in the mailbox. With binding and its check at both ends it gets 535.
        "ntlm-to-impostor" => {
            let bound = Scenario { client_binding: Switch::On, epa: Epa::Require, ..naive.scenario };
            let stopped = run(&bound);
            let stopped = Naive::of(&stopped, bound);
            let mailbox = naive.talks.iter().flat_map(|talk| naive.mailbox(talk)).collect::<Vec<_>>();
            let from = mailbox.first().and_then(|message| field(message, "From"));
            let no = stopped.relayed.as_ref().is_some_and(|hop| super::outcome::deciding(&stopped, hop).is_some());
            waits
                && naive.intruded()
                && mailbox.len() == 1
                && from.as_deref() == Some("<sales@somorita.com>")
                && no
                && !stopped.intruded()
        }
        "stripped" => delivered && clear && first.overwritten.len() == 1,
        "impostor" => {
            let arrived = naive.onward.as_ref().is_some_and(|onward| onward.fate == Fate::Delivered);
            delivered && sealed && naive.attacker_reads() && arrived
        }
        "old-client" => alert(40) && delivered && clear && naive.talks.len() == 2,
        "old-client-requires-tls" => alert(40) && waits && naive.talks.len() == 1,
        "old-server" => {
            let modern = first.offered.as_ref().is_some_and(|hello| hello.versions.contains(&0x0304));
            let is_old = naive.scenario.server_stack == TlsStack::Ws2003;
            modern && is_old && first.alert().is_some() && waits
        }
        "no-common-version" => {
            let dead = naive.first.why.is_none()
                && first.lines.iter().all(|line| line.verb() != "MAIL" && line.verb() != "QUIT");
            alert(70) && delivered && clear && naive.talks.len() == 2 && dead
        }
        "post-quantum" => {
            let share = |kind| first.messages.iter().find(|message| message.kind == kind).map(|hello| hello.body.len());
            let long = [octets::CLIENT_HELLO, octets::SERVER_HELLO].map(share);
            let stays = |step: &Step| matches!(step.recording, Some(RecordingClaim::Stays { .. }));
            first.choice.and_then(|choice| choice.group) == Some(0x11ec)
                // Each has a part of ML-KEM-768 in it. FIPS 203 §8
                && long[0] > Some(1184)
                && long[1] > Some(1088)
                && said.steps.iter().any(stays)
        }
        "resumed" => {
            let [first, second] = naive.talks.as_slice() else { return false };
            let put_off = first.reply_to("RCPT").is_some_and(|reply| reply.code == 450);
            let later = naive.trace.events[second.opened].at.0 > naive.trace.events[first.opened].at.0 + 300_000_000;
            let shown = |talk: &Talk| talk.certificates.iter().any(|chain| !chain.is_empty());
            put_off && later && !first.resumed && second.resumed && shown(first) && !shown(second) && delivered
        }
        "book-2009" => {
            let version = first.choice.is_some_and(|choice| (choice.version, choice.suite) == (0x0301, 0x002F));
            let encrypts = kinds(first) == [1, 2, octets::CERTIFICATE, 14, 16];
            version && encrypts && delivered && sealed && offers(false) && !offers(true)
        }
        "null-suite" => {
            let wire = naive.trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
            let readable = |words: &[u8]| wire.clone().any(|stream| octets::find(&stream.bytes, words).is_some());
            let chosen = first.choice.is_some_and(|choice| choice.suite == 0x0002);
            let read = [b"MAIL FROM:".as_slice(), b"Subject: Quarterly figures\r\n"].into_iter().all(readable);
            chosen && first.up() && delivered && clear && read && at(first, "MAIL", true).is_some()
        }
        "export-40" => {
            // TLS_RSA_EXPORT_WITH_RC4_40_MD5; the modulus stands behind its length. RFC 2246 §7.4.3
            let chosen = first.choice.is_some_and(|choice| choice.suite == 0x0003);
            let short = first.messages.iter().find(|message| message.kind == 12);
            let short = short.is_some_and(|message| message.body.starts_with(&[0, 64]));
            chosen && short && kinds(first) == [1, 2, octets::CERTIFICATE, 12, 14, 16] && delivered && sealed
        }
        "ssl3-fallback" => {
            let chosen = first.choice.is_some_and(|choice| (choice.version, choice.suite) == (0x0300, 0x0004));
            let newest = first.offered.as_ref().is_some_and(|offered| offered.versions == [0x0300]);
            chosen && newest && delivered && sealed
        }
        // The secret encrypted to the certificate's key, or a key exchange that the certificate signs. RFC 5246 §7.3
        "rsa-stolen-key" | "forward-secret" => {
            let (suite, messages): (u16, &[u8]) = match name {
                "rsa-stolen-key" => (0x002F, &[1, 2, octets::CERTIFICATE, 14, 16]),
                _ => (0xC013, &[1, 2, octets::CERTIFICATE, 12, 14, 16]),
            };
            first.choice.is_some_and(|choice| choice.suite == suite) && kinds(first) == messages && delivered && sealed
        }
        "retry-request" => {
            let once = Scenario { client_groups: naive.scenario.server_groups, ..naive.scenario };
            let trace = run(&once);
            let before = Naive::of(&trace, once);
            let both = at(&before.talks[0], "EHLO", true).zip(at(first, "EHLO", true));
            let hellos: Vec<_> = first.messages.iter().filter(|hello| hello.kind == octets::CLIENT_HELLO).collect();
            let asked = first.messages.iter().filter(|hello| hello.by == Side::Server && octets::is_retry(&hello.body));
            hellos.len() == 2
                && asked.count() == 1
                && octets::find(&hellos[0].body, &[0x11, 0xec, 4, 0xc0]).is_some()
                && octets::find(&hellos[1].body, &[0x11, 0xec, 4, 0xc0]).is_none()
                && first.choice.and_then(|choice| choice.group) == Some(29)
                && both.is_some_and(|(before, now)| now == before + 20_000)
        }
        // A preset that is new has a promise here, too.
        _ => false,
    }
}

/// A scenario that is not its preset's is not called so; a cell of the grid has a name of its own.
fn name(naive: &Naive, said: &Said) -> Checked {
    let (base, called) = &said.name;
    let is_preset = preset(base).is_some_and(|preset| preset.scenario == naive.scenario);
    let is_cell = |&(policy, situation): &(_, _)| grid::scenario(policy, situation) == naive.scenario;
    let holds = match called {
        RunName::Preset => is_preset,
        RunName::ChangedFrom => !is_preset && (*base != grid::BASE || !grid::places().any(|place| is_cell(&place))),
        RunName::Cell(policy, situation) => !is_preset && is_cell(&(*policy, *situation)),
    };
    hold!(holds, "{called:?} of {base}");
    Ok(1)
}
