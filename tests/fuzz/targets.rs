//! What must hold for any octets, one function a part of the lab. A panic is a finding.
//!
//! `make fuzz` runs each under libFuzzer; `tests/attacks` runs each on its seeds, on changed seeds and on what was found before.

use super::imports::assert_sound;
use super::tiles::tile;
use starttls_lab::bytes::base64;
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::field::Fields;
use starttls_lab::dissect::handshake::TlsReader;
use starttls_lab::dissect::message::{self, Context};
use starttls_lab::dissect::record::{Item, records};
use starttls_lab::dissect::smtp::{self, Dialogue};
use starttls_lab::dissect::x509;
use starttls_lab::files::{Format, json, write};
use starttls_lab::import::{self, keylog, pcapng};
use starttls_lab::ntlm::{
    Acceptor, AcceptorAnswer, Authenticate, BindingPolicy, Captured, DomainAccount, DomainServer, Initiator, NtlmLogin,
    Windows, nt_owf_v1,
};
use starttls_lab::registry::suites::*;
use starttls_lab::registry::{Group, Suite, Version, VersionRange};
use starttls_lab::scenario::{
    AnonymousOffer, AuthMechanism, Certificate, Choice, Clock, Groups, Offer, PRESETS, Party, Scenario, ServerProfile,
    Side, Versions,
};
use starttls_lab::share;
use starttls_lab::smtp::client::{Login, LoginBy};
use starttls_lab::smtp::command::Command;
use starttls_lab::smtp::content::{Unstuffer, canonical, stuff};
use starttls_lab::smtp::line::LineBuffer;
use starttls_lab::smtp::profile::{PASSWORD, USER, profile};
use starttls_lab::smtp::reply::ReplyReader;
use starttls_lab::smtp::server::Config;
use starttls_lab::smtp::{
    Chance, Client, ClientState, Input, NtlmHost, NtlmUser, Output, Plan, Refusal, ReplyLine, Server, ServerState,
    SubmitAnswer, TlsAnswer, TlsVerb, Treatment,
};
use starttls_lab::story::Story;
use starttls_lab::story::say::Facts;
use starttls_lab::story::wiretap::Wiretap;
use starttls_lab::text::EN;
use starttls_lab::tls::{Engine, Names, OldKey, OldPki, OldSetup, Pki, Randomness, SecretLog, Setup, Wanted};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// A part of the lab that takes octets from outside.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: [Target; 14] = [
    ("lines", lines),
    ("client", client),
    ("server", server),
    ("tls", tls),
    ("old-client", old_client),
    ("old-server", old_server),
    ("old-records", old_records),
    ("records", records_and_messages),
    ("certificate", certificate),
    ("ntlm", ntlm),
    ("link", link),
    ("json", json),
    ("capture", capture),
    ("import", import),
];

/// The first octet, which chooses, and the others.
fn choice(octets: &[u8]) -> (usize, &[u8]) {
    octets.split_first().map_or((0, octets), |(&first, rest)| (usize::from(first), rest))
}

fn pick<T: Copy>(from: &[T], choice: usize) -> T {
    from[choice % from.len()]
}

const TREATMENTS: [Treatment; 4] = [Treatment::Purge, Treatment::Reject, Treatment::FeedToTls, Treatment::Keep];

/// SMTP lines: whatever comes, it is read as a command, as a reply and as a message, and the cut does not matter.
pub fn lines(octets: &[u8]) {
    let (at, octets) = choice(octets);
    let mut whole = LineBuffer::default();
    whole.push(octets);
    let expected: Vec<_> = std::iter::from_fn(|| whole.next_line()).collect();
    let (first, second) = octets.split_at(at.min(octets.len()));
    let mut cut = LineBuffer::default();
    cut.push(first);
    let mut found: Vec<_> = std::iter::from_fn(|| cut.next_line()).collect();
    cut.push(second);
    found.extend(std::iter::from_fn(|| cut.next_line()));
    assert_eq!(found, expected);

    let mut replies = ReplyReader::default();
    let mut dialogue = Dialogue::default();
    for (id, line) in expected.iter().flatten().enumerate() {
        let _ = Command::parse(&String::from_utf8_lossy(line));
        let _ = ReplyLine::parse(line);
        if let Ok(Some(reply)) = replies.line(line) {
            assert!((200..600).contains(&reply.code));
        }
        let who = if id % 2 == 0 { Side::Server } else { Side::Client };
        let line = [line, b"\r\n".as_slice()].concat();
        let _ = dialogue.read(id, who, &line, id > at);
    }

    // What a client stuffs, a server unstuffs: all of it, and nothing behind it.
    let message = canonical(octets);
    let stuffed = stuff(&message);
    let mut unstuffer = Unstuffer::new(u64::MAX);
    let (taken, received) = unstuffer.push(&stuffed);
    let received = received.expect("an end");
    assert_eq!(taken, stuffed.len());
    if !received.bad {
        let ended = message.is_empty() || message.ends_with(b"\r\n");
        let message = if ended { message } else { [message, b"\r\n".to_vec()].concat() };
        assert_eq!(received.message, message);
    }
}

/// What a machine is given by a script.
enum Given<'a, A> {
    Input(Input<'a>),
    Answer(A),
}

/// A script of inputs: an octet below 0xE0 says how many octets come from the other side, the others are events and answers.
fn script<'a, A: Copy>(octets: &'a [u8], answers: &[A], mut give: impl FnMut(Given<'a, A>)) {
    let mut rest = octets;
    while let Some((&operation, after)) = rest.split_first() {
        rest = after;
        give(match operation {
            0..0xE0 => {
                let (now, later) = rest.split_at(usize::from(operation).min(rest.len()));
                rest = later;
                Given::Input(Input::Bytes(now))
            }
            0xE0..0xE8 => Given::Input(Input::TlsUp { end_point: &[] }),
            0xE8..0xEA => Given::Input(Input::TlsFailed),
            0xEA..0xEC => Given::Input(Input::End),
            0xEC => Given::Input(Input::Timeout),
            0xED => Given::Input(Input::Excess),
            _ => Given::Answer(pick(answers, usize::from(operation - 0xEE))),
        });
    }
}

const TLS_ANSWERS: [TlsAnswer; 4] = [TlsAnswer::Start, TlsAnswer::GoOn, TlsAnswer::InClear, TlsAnswer::Defer];

/// The SMTP client against any server: what it sends is in lines, and once the connection ends the fate of the message is known.
pub fn client(octets: &[u8]) {
    let (chosen, octets) = choice(octets);
    let ntlm = LoginBy::Ntlm(NtlmUser {
        domain: "SERVER".to_owned(),
        host: "server.example".to_owned(),
        windows: Windows::SERVER_2008,
        binds: true,
        initial: chosen & 0x80 != 0,
        tries: 3,
        challenges: chance(),
        keys: chance(),
    });
    let by = [None, Some(LoginBy::Plain), Some(LoginBy::Login), Some(ntlm)];
    let plan = Plan {
        name: "client.example".to_owned(),
        from: "a@client.example".to_owned(),
        to: vec!["b@server.example".to_owned(), "c@server.example".to_owned()],
        message: b"Subject: x\r\n\r\n.\r\n".to_vec(),
        login: by.get((chosen >> 2) % by.len()).cloned().flatten().map(|by| Login {
            by,
            own: false,
            user: USER.to_owned(),
            password: PASSWORD.to_owned(),
        }),
        chunking: chosen & 0x10 != 0,
        pipelining: chosen & 0x20 != 0,
        proves: chosen & 0x20 != 0,
        verb: TlsVerb::StartTls,
        lenient_2xx: chosen & 0x40 != 0,
        left_over: pick(&TREATMENTS, chosen),
    };
    let mut client = Client::new(plan);
    let mut sent = 0;
    script(octets, &TLS_ANSWERS, |given| {
        let was_closed = client.state() == ClientState::Closed;
        match given {
            Given::Input(input) => client.receive(input),
            Given::Answer(answer) => client.answer(answer),
        }
        while let Some(output) = client.poll() {
            assert!(!was_closed, "{output:?} from the closed");
            if let Output::Send { bytes, content } = output {
                assert!(content || bytes.ends_with(b"\r\n"));
                sent += bytes.len();
            }
        }
    });
    // A command or two a line that came.
    assert!(sent <= 4_096 + 1_024 * octets.len());
    client.receive(Input::End);
    while client.poll().is_some() {}
    assert_eq!(client.state(), ClientState::Closed);
}

const SUBMIT_ANSWERS: [SubmitAnswer; 4] = [
    SubmitAnswer::Partner,
    SubmitAnswer::Take,
    SubmitAnswer::Refuse(Refusal::TlsNotUsed),
    SubmitAnswer::Refuse(Refusal::NoCertificate),
];

/// Challenges that count: a fuzzer can learn to answer them.
fn chance() -> Chance {
    let mut count = 0;
    Chance::new(move |octets| {
        count = u8::wrapping_add(count, 1);
        octets.fill(count);
    })
}

/// The SMTP server against any client: what it sends are replies, a bounded number of them, and it closes in the end.
pub fn server(octets: &[u8]) {
    let (chosen, octets) = choice(octets);
    let profiles = [ServerProfile::Book, ServerProfile::Exchange, ServerProfile::Postfix];
    let offers = [Offer::Offered, Offer::Required, Offer::Unavailable, Offer::Says250, Offer::NotOffered];
    let profile = profile(pick(&profiles, chosen));
    let mut server = Server::new(Config {
        profile,
        offer: pick(&offers, chosen / 3),
        anonymous_tls: pick(AnonymousOffer::ALL, chosen / 7),
        left_over: pick(&TREATMENTS, chosen / 15),
        clock: Clock::BOOK,
        address: Ipv4Addr::LOCALHOST,
        is_final: chosen % 2 == 0,
        auth: AuthMechanism::DEFAULT,
        password: PASSWORD,
        passes_on: false,
        ntlm: (chosen % 4 != 0).then(|| NtlmHost {
            windows: Windows::SERVER_2008,
            accounts: vec![DomainAccount { user: USER.to_owned(), nt_owf_v1: nt_owf_v1(PASSWORD), barred: None }],
            bindings: BindingPolicy::Allow,
            time_limit: (chosen % 8 == 1).then_some(1800),
            is_cut_off: chosen % 16 == 2,
            challenges: chance(),
        }),
        asks: chosen >= 60,
        puts_off: false,
        stamps: chosen >= 120,
    });
    while server.poll().is_some() {}
    let mut sent = 0;
    let mut asked = false;
    script(octets, &SUBMIT_ANSWERS, |given| {
        let was_closed = server.state() == ServerState::Closed;
        match given {
            Given::Input(input) => server.receive(input),
            Given::Answer(answer) => server.answer(answer),
        }
        while let Some(output) = server.poll() {
            assert!(!was_closed, "{output:?} from the closed");
            match output {
                Output::Send { bytes, content } => {
                    assert!(!content && bytes.ends_with(b"\r\n"));
                    for line in bytes.split_inclusive(|&b| b == b'\n') {
                        let line = line.strip_suffix(b"\r\n").expect("a line");
                        ReplyLine::parse(line).unwrap_or_else(|why| panic!("{why:?}: {line:?}"));
                    }
                    sent += bytes.len();
                }
                Output::Ask(_) => asked = true,
                _ => {}
            }
        }
    });
    assert!(!asked || chosen >= 60);
    // The longest reply is that to EHLO, whose command takes seven octets.
    assert!(sent <= 4_096 + 1_024 * octets.len());
    server.receive(Input::End);
    server.answer(SubmitAnswer::Take);
    server.receive(Input::End);
    while server.poll().is_some() {}
    assert_eq!(server.state(), ServerState::Closed);
}

/// The receiver is that of the seeds, so that their octets bring a handshake to its end.
const NAMES: Names<'static> =
    Names { sender: "mail.example.com", between: "mx.example.org", receiver: "ex2010.somorita.com" };

thread_local! {
    /// Certificates cost more than all else here.
    static PKI: Pki = Pki::new(&PRESETS[0].scenario, &NAMES).expect("certificates");
}

/// Either end of TLS against any octets: it ends with an alert, waits, or comes up; and says so once.
pub fn tls(octets: &[u8]) {
    use starttls_lab::tls::TlsOutput;
    let (chosen, octets) = choice(octets);
    let side = pick(&[Side::Client, Side::Server], chosen);
    PKI.with(|pki| {
        let setup = Setup {
            side,
            party: if side == Side::Client { Party::Sender } else { Party::Receiver },
            versions: pick(&[Versions::Tls12, Versions::Tls13, Versions::Both], chosen >> 1),
            groups: Groups::Classical,
            pki,
            randomness: Randomness::Seed(PRESETS[0].scenario.seed),
            clock: Clock::BOOK,
            server_name: NAMES.receiver,
            wanted: Some(Wanted::Host(NAMES.receiver.to_owned())).filter(|_| side == Side::Client),
            breaks_off: false,
            asks: chosen & 0x80 != 0,
            connection: 0,
            secrets: SecretLog::default(),
            memory: None,
        };
        let mut session = Engine::rustls(&setup).expect("a session");
        let (mut ends, mut ups, mut sent) = (0, 0, 0);
        for piece in octets.chunks(1 + (chosen >> 3)) {
            session.receive(piece);
            while let Some(output) = session.poll() {
                match output {
                    TlsOutput::Failed(failure) => {
                        assert!(!(starttls_lab::text::EN.log.cause)(&failure.cause).is_empty());
                        ends += 1;
                    }
                    TlsOutput::Up(_) => ups += 1,
                    TlsOutput::Wire(record) => sent += record.len(),
                    TlsOutput::Checked(_) | TlsOutput::Plaintext(_) | TlsOutput::Closed { .. } => {}
                }
            }
        }
        assert!(ends <= 1 && ups <= 1);
        assert!(sent <= 4_096 + 64 * octets.len());
    });
}

/// Suite, version and key of a session of old TLS: one of each kind of exchange and of cipher.
const OLD: [(Suite, Version, OldKey); 7] = [
    (TLS_RSA_WITH_RC4_128_MD5, Version::SSL3, OldKey::Rsa1024),
    (TLS_RSA_WITH_DES_CBC_SHA, Version::SSL3, OldKey::Rsa1024),
    (TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5, Version::TLS10, OldKey::Rsa1024),
    (TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA, Version::TLS10, OldKey::Dsa1024),
    (TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Version::TLS11, OldKey::P256),
    (TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, Version::TLS12, OldKey::Rsa1024),
    (TLS_RSA_WITH_NULL_SHA, Version::TLS12, OldKey::Rsa1024),
];

thread_local! {
    static OLD_PKI: Rc<Vec<OldPki>> = {
        let scenario = Scenario { client_certificate: Some(Certificate::Trusted), ..PRESETS[0].scenario };
        let pki = |&(_, _, key): &(Suite, Version, OldKey)| OldPki::new(&scenario, &NAMES, &[key], &[OldKey::Dsa1024]);
        Rc::new(OLD.iter().map(|one| pki(one).expect("certificates")).collect())
    };
}

/// Two ends of old TLS, this side first.
fn old_ends(side: Side, chosen: usize, asks: bool) -> [Engine; 2] {
    let index = chosen % OLD.len();
    let (suite, version, _) = OLD[index];
    let scenario = PRESETS[0].scenario;
    let pki = OLD_PKI.with(Rc::clone);
    [side, side.other()].map(|side| {
        let setup = OldSetup {
            side,
            party: if side == Side::Client { Party::Sender } else { Party::Receiver },
            pki: &pki[index],
            versions: VersionRange::new(Version::SSL3, version),
            suites: &[(suite, None)],
            groups: &[Group::Secp256r1],
            prefers: Side::Server,
            temporary: true,
            seed: scenario.seed,
            clock: scenario.clock,
            server_name: Some(NAMES.receiver),
            wanted: None,
            breaks_off: false,
            asks,
            connection: 0,
            secrets: SecretLog::default(),
        };
        Engine::old(&setup).expect("a session")
    })
}

/// What an end of old TLS has put out, which says one end and one beginning at most.
#[derive(Default)]
struct OldOutput {
    over: usize,
    ups: usize,
    sent: usize,
    plaintext: Vec<u8>,
}

impl OldOutput {
    /// Takes what is there, and gives the records.
    fn take(&mut self, end: &mut Engine) -> Vec<Vec<u8>> {
        use starttls_lab::tls::TlsOutput;
        let mut records = Vec::new();
        while let Some(output) = end.poll() {
            match output {
                TlsOutput::Failed(failure) => {
                    assert!(!(starttls_lab::text::EN.log.cause)(&failure.cause).is_empty());
                    self.over += 1;
                }
                TlsOutput::Up(_) => self.ups += 1,
                TlsOutput::Wire(record) => {
                    self.sent += record.len();
                    records.push(record);
                }
                TlsOutput::Plaintext(text) => {
                    assert_eq!((self.ups, self.over), (1, 0), "text outside of a session");
                    self.plaintext.extend(text);
                }
                TlsOutput::Checked(_) | TlsOutput::Closed { .. } => {}
            }
        }
        assert!(self.over <= 1 && self.ups <= 1);
        records
    }
}

pub fn old_client(octets: &[u8]) {
    old_handshake(Side::Client, octets);
}

pub fn old_server(octets: &[u8]) {
    old_handshake(Side::Server, octets);
}

/// One end of old TLS: it has heard so many records of a real other end, and then any octets.
fn old_handshake(side: Side, octets: &[u8]) {
    let (chosen, octets) = choice(octets);
    let (heard, octets) = choice(octets);
    let [mut end, mut other] = old_ends(side, chosen, heard & 0x80 != 0);
    let (mut ours, mut left) = (OldOutput::default(), heard & 7);
    loop {
        other.receive(&ours.take(&mut end).concat());
        let mut records = OldOutput::default().take(&mut other);
        records.truncate(left);
        left -= records.len();
        if records.is_empty() {
            break;
        }
        end.receive(&records.concat());
    }
    for piece in octets.chunks(1 + (chosen >> 4)) {
        end.receive(piece);
        ours.take(&mut end);
    }
    assert!(ours.sent <= 16_384 + 64 * octets.len());
}

/// Records of a session of old TLS that the path changes: what arrives is what was said, up to the first change.
pub fn old_records(octets: &[u8]) {
    let (chosen, mut octets) = choice(octets);
    let side = pick(&[Side::Client, Side::Server], chosen);
    let [mut end, mut other] = old_ends(side, chosen >> 1, false);
    let (mut ours, mut theirs) = (OldOutput::default(), OldOutput::default());
    for _ in 0..4 {
        other.receive(&ours.take(&mut end).concat());
        end.receive(&theirs.take(&mut other).concat());
    }
    assert_eq!((ours.ups, theirs.ups), (1, 1));
    let (mut said, mut records, mut changed) = (Vec::new(), ours.take(&mut end), false);
    while let Some((&step, rest)) = octets.split_first() {
        let count = usize::from(step >> 3).min(rest.len());
        let (given, after) = rest.split_at(count);
        octets = after;
        let last = records.last_mut().filter(|record| !record.is_empty());
        match (step & 7, last, given) {
            (0..=2, ..) => {
                end.write(given);
                said.extend_from_slice(given);
                records.extend(ours.take(&mut end));
                continue;
            }
            (3, Some(last), &[at, by, ..]) => {
                let at = usize::from(at) % last.len();
                last[at] ^= by;
            }
            (4, Some(last), _) => last.truncate(count),
            (5, Some(last), _) => {
                let last = last.clone();
                records.push(last);
            }
            (6, Some(_), _) => drop(records.remove(0)),
            _ => records.push(given.to_vec()),
        }
        changed = true;
    }
    for piece in records.concat().chunks(1 + (chosen >> 4)) {
        other.receive(piece);
        theirs.take(&mut other);
    }
    assert!(said.starts_with(&theirs.plaintext), "{:?} of {said:?}", theirs.plaintext);
    assert!(changed || (theirs.plaintext == said && theirs.over == 0));
}

/// Records and handshake messages: every octet has a leaf, whatever it is.
pub fn records_and_messages(octets: &[u8]) {
    let (chosen, octets) = choice(octets);
    let mut reader = TlsReader::default();
    for (index, item) in records(octets, 0).enumerate() {
        let side = if (chosen >> (index % 8)) & 1 == 0 { Side::Client } else { Side::Server };
        let mut out = Vec::new();
        let (messages, _) = match item {
            Item::Record(record) => reader.read(side, &octets[record.start..record.end], &mut out),
            Item::Tail(tail) => reader.read_tail(side, &octets[tail.start..tail.end], tail.defect, &out),
        };
        assert!(!messages.is_empty());
    }
    let (_, fields) = Fields::of(octets, message::read_sslv2_hello);
    tile(&fields, 0..octets.len());
    let versions = [None, Some(Version::TLS12), Some(Version::TLS13), Some(Version::SSL3), Some(Version::TLS10)];
    let suites = [None, Some(0x1301), Some(0xC02B), Some(0x0005), Some(0x0003), Some(0x0013), Some(0xC009)];
    let (version, suite) = (pick(&versions, chosen), pick(&suites, chosen / 3));
    let (_, fields) = message::handshake(octets, Context { version, suite });
    tile(&fields, 0..octets.len());
}

/// A certificate that is none, or a strange one.
pub fn certificate(octets: &[u8]) {
    tile(&x509::fields(octets), 0..octets.len());
    let _ = x509::certificate(octets);
    assert!(x509::pem(octets).is_ascii());
}

/// A message of NTLM, as every reader of it meets it: each octet has a leaf, no end lets in who has no password, and an answer can be read. The
/// first octet chooses who sends it.
pub fn ntlm(octets: &[u8]) {
    let (chosen, octets) = choice(octets);
    let lines = [&b"220 a\r\n"[..], b"AUTH NTLM\r\n", b"334 \r\n"];
    let mut dialogue = Dialogue::default();
    let sides = [Side::Server, Side::Client].into_iter().cycle();
    for (id, (line, who)) in lines.into_iter().zip(sides).enumerate() {
        dialogue.read(id, who, line, false);
    }
    let line = format!("{}\r\n", base64(octets)).into_bytes();
    let said = dialogue.read(3, Side::Client, &line, false);
    let (fields, decoded) = smtp::fields::of(&line, &said);
    tile(&fields, 0..line.len());
    if let Some(decoded) = decoded {
        tile(&decoded.fields, 0..decoded.octets.len());
    }

    let windows = if chosen % 2 == 0 { Windows::SERVER_2008 } else { Windows::SERVER_2003 };
    let login = NtlmLogin {
        user: USER.to_owned(),
        domain: "D".to_owned(),
        workstation: "W".to_owned(),
        password: PASSWORD.to_owned(),
        target: "SMTPSVC/a".to_owned(),
        windows,
        end_point: (chosen % 4 > 1).then(|| vec![1; 32]),
        now: [1; 8],
        client_challenge: [2; 8],
        session_key: [3; 16],
    };
    let initiator = Initiator::new(login);
    if let Ok(answer) = initiator.answer(octets) {
        assert!(Authenticate::read(&answer).is_ok(), "{answer:?}");
    }
    let host = DomainServer {
        computer: "A".to_owned(),
        domain: "D".to_owned(),
        dns_computer: "a".to_owned(),
        dns_domain: "d".to_owned(),
        windows,
        accounts: vec![DomainAccount { user: USER.to_owned(), nt_owf_v1: nt_owf_v1(PASSWORD), barred: None }],
        bindings: pick(&[BindingPolicy::None, BindingPolicy::Allow, BindingPolicy::Require], chosen),
        end_point: (chosen % 8 > 3).then(|| vec![1; 32]),
        now: [1; 8],
        time_limit: None,
        is_cut_off: false,
        server_challenge: [4; 8],
    };
    let mut first = Acceptor::new(host.clone());
    if let AcceptorAnswer::Challenge(challenge) = first.receive(octets) {
        let answer = initiator.answer(&challenge).expect("a challenge of the lab");
        let _ = first.receive(&answer);
    }
    let mut second = Acceptor::new(host);
    let AcceptorAnswer::Challenge(challenge) = second.receive(initiator.negotiate()) else { panic!("an offer") };
    assert!(!matches!(second.receive(octets), AcceptorAnswer::Admitted(_)));
    if let Ok(Some(captured)) = Captured::read(&challenge, octets) {
        let _ = (captured.guess(PASSWORD), captured.hashcat());
    }
}

/// A link: what is read is written so that it is read again as the same.
pub fn link(octets: &[u8]) {
    let fragment = String::from_utf8_lossy(octets);
    let shared = share::read(&fragment);
    let again = share::read(&share::write(&shared));
    assert!(again.notices.is_empty(), "{:?} {:?}", shared, again.notices);
    assert_eq!(share::Shared { notices: Vec::new(), ..shared }, again);
}

/// A foreign trace: what is accepted can be shown and saved, all of it.
pub fn json(octets: &[u8]) {
    let Ok(trace) = json::read(octets) else { return };
    let reading = dissect(&trace);
    let story = Story::of(&trace, &reading);
    let _ = Wiretap::of(&trace, &reading, &starttls_lab::dissect::dissect_with(&trace, &[]));
    for id in 0..trace.events.len() {
        for layer in reading.layers(&trace, id) {
            let _ = format!("{layer:?}");
        }
    }
    let facts = Facts { trace: &trace, reading: &reading, story: &story };
    for &format in Format::ALL {
        let _ = write(format, facts, &EN);
    }
}

/// A foreign capture or key log.
pub fn capture(octets: &[u8]) {
    let found = pcapng::read(octets);
    let held: usize =
        found.flows.iter().map(|flow| flow.from_client.octets.len() + flow.from_server.octets.len()).sum();
    assert!(held <= octets.len());
    let _ = keylog::read(octets);
}

/// A capture of others with a key log beside it: everything in it is told once, and can be shown. The first two octets say how many of the
/// key log follow.
pub fn import(octets: &[u8]) {
    let Some((length, octets)) = octets.split_first_chunk() else { return };
    let (key_log, file) = octets.split_at(usize::from(u16::from_be_bytes(*length)).min(octets.len()));
    assert_sound("fuzzed", file, &import::capture("fuzzed", file, key_log));
}
