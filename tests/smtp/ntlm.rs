//! AUTH NTLM at both machines: every error with its reply, long lines, cancelling, tries, bindings. [MS-SMTPNTLM], RFC 4954

use crate::servers::config;
use starttls_lab::bytes::{base64, from_base64};
use starttls_lab::ntlm::{
    Authenticate, BindingFault, BindingPolicy, Challenge, Denial, DomainAccount, Initiator, Malformed, NtlmLogin,
    Windows, file_time, nt_owf_v1,
};
use starttls_lab::scenario::{AuthFlag, AuthMechanism, ServerProfile};
use starttls_lab::smtp::client::{Login, LoginBy};
use starttls_lab::smtp::profile::{PASSWORD, USER, profile};
use starttls_lab::smtp::server::Config;
use starttls_lab::smtp::{
    Chance, Client, ClientState, CloseReason, Delivery, Input, Note, NtlmHost, NtlmRefusal, NtlmUser, NtlmVerdict,
    Obstacle, Output, Plan, Server, ServerState, TlsAnswer, TlsVerb, Treatment,
};

/// The domain of the lab's account, with challenges that count from 1.
pub fn ntlm() -> NtlmHost {
    let account = DomainAccount { user: USER.to_owned(), nt_owf_v1: nt_owf_v1(PASSWORD), barred: None };
    NtlmHost {
        windows: Windows::SERVER_2008,
        accounts: vec![account],
        bindings: BindingPolicy::None,
        time_limit: None,
        is_cut_off: false,
        challenges: counting(),
    }
}

/// Its account, at a client of 2008.
pub fn ntlm_user() -> NtlmUser {
    NtlmUser {
        domain: "SOMORITA".to_owned(),
        host: "ex2010.somorita.com".to_owned(),
        windows: Windows::SERVER_2008,
        binds: true,
        initial: false,
        tries: 1,
        challenges: counting(),
        keys: counting(),
    }
}

fn counting() -> Chance {
    let mut count = 0;
    Chance::new(move |octets| {
        count += 1;
        octets.fill(count);
    })
}

const FAILED: &str = "535 5.7.3 Authentication unsuccessful\r\n";
const DONE: &str = "235 2.7.0 Authentication successful\r\n";
const END_POINT: [u8; 32] = [7; 32];

struct Talk {
    server: Server,
    outputs: Vec<Output<()>>,
}

impl Talk {
    fn new(id: ServerProfile, ntlm: Option<NtlmHost>) -> Talk {
        Talk::of(Config { ntlm, ..config(profile(id)) })
    }

    fn of(config: Config) -> Talk {
        let mut talk = Talk { server: Server::new(config), outputs: Vec::new() };
        talk.say("EHLO desktop.somorita.com");
        talk
    }

    fn book() -> Talk {
        Talk::new(ServerProfile::Book, Some(ntlm()))
    }

    fn inside(self) -> Talk {
        let Talk { mut server, outputs } = self;
        server.receive(Input::Bytes(b"STARTTLS\r\n"));
        server.receive(Input::TlsUp { end_point: &END_POINT });
        let mut talk = Talk { server, outputs };
        talk.say("EHLO desktop.somorita.com");
        talk
    }

    fn say(&mut self, line: &str) -> String {
        self.give(format!("{line}\r\n").as_bytes())
    }

    fn give(&mut self, octets: &[u8]) -> String {
        self.server.receive(Input::Bytes(octets));
        let mut said = String::new();
        while let Some(output) = self.server.poll() {
            if let Output::Send { bytes, .. } = &output {
                said.push_str(std::str::from_utf8(bytes).expect("ASCII"));
            }
            self.outputs.push(output.map(drop));
        }
        said
    }

    /// The whole exchange, and what was said to its last message.
    fn log_in(&mut self, login: NtlmLogin) -> String {
        assert_eq!(self.say("AUTH NTLM"), "334 NTLM supported\r\n");
        self.answer(login)
    }

    fn answer(&mut self, login: NtlmLogin) -> String {
        let initiator = Initiator::new(login);
        let challenge = self.say(&base64(initiator.negotiate()));
        let answer = initiator.answer(&decoded(&challenge)).expect("a challenge");
        self.say(&base64(&answer))
    }

    /// What the server judged last.
    fn judged(&self) -> Option<NtlmVerdict> {
        self.outputs.iter().rev().find_map(|output| match output {
            Output::Note(Note::Judged(verdict)) => Some(*verdict),
            _ => None,
        })
    }

    fn refused(&self) -> Option<NtlmRefusal> {
        self.judged().and_then(|verdict| match verdict {
            NtlmVerdict::Refused(why) => Some(why),
            NtlmVerdict::Admitted { .. } => None,
        })
    }
}

/// The octets of `334 ` and base64.
fn decoded(reply: &str) -> Vec<u8> {
    let text = reply.strip_prefix("334 ").and_then(|rest| rest.strip_suffix("\r\n")).expect(reply);
    from_base64(text.as_bytes()).expect("base64")
}

fn sales() -> NtlmLogin {
    NtlmLogin {
        user: USER.to_owned(),
        domain: "SOMORITA".to_owned(),
        workstation: "DESKTOP".to_owned(),
        password: PASSWORD.to_owned(),
        target: "SMTPSVC/ex2010.somorita.com".to_owned(),
        windows: Windows::SERVER_2008,
        end_point: None,
        now: file_time(0),
        client_challenge: [0xaa; 8],
        session_key: [0x55; 16],
    }
}

#[test]
fn with_and_without_an_initial_response() {
    let mut talk = Talk::book();
    assert_eq!(talk.log_in(sales()), DONE);
    assert_eq!(talk.judged(), Some(NtlmVerdict::Admitted { sealed: true, bound: false }));
    // Nothing after it is protected, and nothing has to be said again.
    assert!(talk.say("MAIL FROM:<sales@somorita.com>").starts_with("250 "));
    assert_eq!(Talk::book().log_in(sales()), DONE);

    let mut talk = Talk::book();
    let initiator = Initiator::new(sales());
    let challenge = talk.say(&format!("auth ntlm {}", base64(initiator.negotiate())));
    let first = initiator.answer(&decoded(&challenge)).unwrap();
    assert_eq!(talk.say(&base64(&first)), DONE);
    assert!(talk.say("AUTH NTLM").starts_with("503 "), "one login a session");
    // The messages are the same.
    let mut other = Talk::book();
    other.say("AUTH NTLM");
    assert_eq!(other.say(&base64(initiator.negotiate())), challenge);
}

#[test]
fn what_the_server_says_of_itself() {
    let mut talk = Talk::book();
    talk.server.receive(Input::Now(1_243_834_648_000_000));
    talk.say("AUTH NTLM");
    let challenge = talk.say(&base64(Initiator::new(sales()).negotiate()));
    let challenge = Challenge::read(&decoded(&challenge)).unwrap();
    assert_eq!(challenge.target_name(), "SOMORITA");
    assert_eq!(challenge.server_challenge, [1; 8]);
    let pairs = starttls_lab::ntlm::AvPairs::read(&challenge.target_info).unwrap();
    let texts = [2, 1, 4, 3, 5].map(|id| pairs.text(id).unwrap());
    assert_eq!(texts, ["SOMORITA", "EX2010", "somorita.com", "ex2010.somorita.com", "somorita.com"]);
    assert_eq!(pairs.time(), Some(file_time(1_243_834_648_000_000)));
}

/// e1: not offered, by the profile or by the connector.
#[test]
fn a_mechanism_that_is_not_offered() {
    let mut postfix = Talk::new(ServerProfile::Postfix, Some(ntlm())).inside();
    assert_eq!(postfix.say("AUTH NTLM"), "504 5.5.4 Unrecognized authentication type\r\n");
    for id in [ServerProfile::Book, ServerProfile::Exchange] {
        let auth = AuthMechanism::DEFAULT.with(AuthFlag::Integrated, false);
        let mut talk = Talk::of(Config { auth, ntlm: Some(ntlm()), ..config(profile(id)) });
        assert_eq!(talk.say("AUTH NTLM"), "504 5.7.4 Unrecognized authentication type\r\n");
    }
}

/// e2 and e11: what is no base64, and giving up, at either message. The session goes on.
#[test]
fn a_line_that_is_none_ends_the_exchange() {
    for id in [ServerProfile::Book, ServerProfile::Exchange] {
        for (line, reply) in
            [("!!!", "501 5.5.2 Cannot decode response\r\n"), ("*", "501 5.7.0 Authentication cancelled\r\n")]
        {
            for messages in [0, 1] {
                let mut talk = Talk::new(id, Some(ntlm()));
                talk.say("AUTH NTLM");
                if messages > 0 {
                    assert!(talk.say(&base64(Initiator::new(sales()).negotiate())).starts_with("334 "));
                }
                assert_eq!(talk.say(line), reply);
                assert_eq!(talk.say("NOOP"), "250 2.0.0 OK\r\n");
                assert_eq!(talk.judged(), None);
            }
        }
        let mut talk = Talk::new(id, Some(ntlm()));
        assert!(talk.say("AUTH NTLM !!!").starts_with("501 "));
    }
}

/// e3: not NTLM, too short, and every message in the wrong place.
#[test]
fn a_message_that_is_not_due() {
    let offer = Initiator::new(sales()).negotiate().to_vec();
    let mut talk = Talk::book();
    talk.say("AUTH NTLM");
    let challenge = decoded(&talk.say(&base64(&offer)));
    let answer = Initiator::new(sales()).answer(&challenge).unwrap();
    let malformed = NtlmRefusal::Malformed;
    let first: [(&[u8], NtlmRefusal); 6] = [
        (b"", malformed(Malformed::Signature)),
        (b"NTLMSSQ\0\x01\0\0\0\x01\0\0\0", malformed(Malformed::Signature)),
        (&offer[..10], malformed(Malformed::Short)),
        (&offer[..15], malformed(Malformed::Short)),
        (&challenge, NtlmRefusal::OutOfTurn),
        (&answer, NtlmRefusal::OutOfTurn),
    ];
    for id in [ServerProfile::Book, ServerProfile::Exchange] {
        for (octets, why) in first {
            for line in ["AUTH NTLM", "AUTH NTLM ="] {
                let mut talk = Talk::new(id, Some(ntlm()));
                let said = talk.say(line);
                let said = if line.ends_with('=') { said } else { talk.say(&base64(octets)) };
                let why = if line.ends_with('=') { malformed(Malformed::Signature) } else { why };
                assert_eq!((said.as_str(), talk.refused()), (FAILED, Some(why)));
                assert_eq!(talk.server.state(), ServerState::ExpectMail);
            }
        }
        for octets in [&offer, &challenge] {
            let mut talk = Talk::new(id, Some(ntlm()));
            talk.say("AUTH NTLM");
            talk.say(&base64(&offer));
            assert_eq!(talk.say(&base64(octets)), FAILED);
            assert_eq!(talk.refused(), Some(NtlmRefusal::OutOfTurn));
        }
    }
}

/// e4: an offer as one Exchange 2019 refused it, without a challenge.
#[test]
fn an_offer_of_version_1() {
    let mut talk = Talk::book();
    talk.say("AUTH NTLM");
    assert_eq!(talk.say("TlRMTVNTUAABAAAAB7IAAAkACQAgAAAAAAAAACkAAABzYWxlc3VzZXI="), FAILED);
    assert_eq!(talk.refused(), Some(NtlmRefusal::Offer));
}

/// The verdict on an answer that was changed on its way.
fn changed(host: NtlmHost, change: impl Fn(&mut Authenticate)) -> (String, Option<NtlmRefusal>) {
    let mut talk = Talk::new(ServerProfile::Exchange, Some(host));
    talk.say("AUTH NTLM");
    let initiator = Initiator::new(sales());
    let challenge = decoded(&talk.say(&base64(initiator.negotiate())));
    let mut answer = Authenticate::read(&initiator.answer(&challenge).unwrap()).unwrap();
    change(&mut answer);
    let said = talk.say(&base64(&answer.write()));
    (said, talk.refused())
}

/// e5 to e8: one reply for all, and the reason in the trace alone.
#[test]
fn an_answer_is_refused_with_one_reply() {
    let denied = |why| Some(NtlmRefusal::Denied(why));
    type Change = fn(&mut Authenticate);
    let cases: [(Change, Option<NtlmRefusal>); 6] = [
        (|answer| answer.nt_response.truncate(43), Some(NtlmRefusal::Malformed(Malformed::Response))),
        (|answer| answer.user[0] ^= 1, denied(Denial::NoSuchUser)),
        (|answer| answer.nt_response[0] ^= 1, denied(Denial::WrongPassword)),
        (|answer| answer.nt_response.truncate(24), Some(NtlmRefusal::Version1)),
        (|answer| answer.mic = Some([0; 16]), Some(NtlmRefusal::Seal)),
        (
            |answer| {
                answer.user.clear();
                answer.nt_response.clear();
            },
            Some(NtlmRefusal::Anonymous),
        ),
    ];
    for (change, why) in cases {
        assert_eq!(changed(ntlm(), change), (FAILED.to_owned(), why));
    }
    for barred in [
        Denial::PasswordExpired,
        Denial::AccountExpired,
        Denial::LockedOut,
        Denial::Disabled,
        Denial::LogonHours,
        Denial::MustChangePassword,
    ] {
        let account = DomainAccount { user: USER.to_owned(), nt_owf_v1: nt_owf_v1(PASSWORD), barred: Some(barred) };
        let host = NtlmHost { accounts: vec![account], ..ntlm() };
        assert_eq!(changed(host, |_| ()), (FAILED.to_owned(), denied(barred)));
    }
    let require = NtlmHost { bindings: BindingPolicy::Require, ..ntlm() };
    assert_eq!(changed(require, |_| ()).1, Some(NtlmRefusal::Bindings(BindingFault::NoTls)));
}

/// e8: what the client saw of TLS against what the server has.
#[test]
fn a_binding_is_to_the_servers_certificate() {
    let run = |policy, seen: Option<[u8; 32]>| {
        let mut talk = Talk::new(ServerProfile::Book, Some(NtlmHost { bindings: policy, ..ntlm() })).inside();
        let said = talk.log_in(NtlmLogin { end_point: seen.map(Vec::from), ..sales() });
        (said == DONE, talk.judged())
    };
    let admitted = |bound| (true, Some(NtlmVerdict::Admitted { sealed: true, bound }));
    let refused = |fault| (false, Some(NtlmVerdict::Refused(NtlmRefusal::Bindings(fault))));
    assert_eq!(run(BindingPolicy::Require, Some(END_POINT)), admitted(true));
    assert_eq!(run(BindingPolicy::Require, Some([8; 32])), refused(BindingFault::Differs));
    assert_eq!(run(BindingPolicy::Require, None), refused(BindingFault::Missing));
    assert_eq!(run(BindingPolicy::Allow, None), admitted(false));
    assert_eq!(run(BindingPolicy::Allow, Some([8; 32])), refused(BindingFault::Differs));
    assert_eq!(run(BindingPolicy::None, Some([8; 32])), admitted(false));
}

/// e9 and e10: an old answer, and a domain that cannot be asked. A server without a domain says so at once.
#[test]
fn time_and_controllers() {
    let late = NtlmHost { windows: Windows::SERVER_2003, time_limit: Some(1800), ..ntlm() };
    let mut talk = Talk::new(ServerProfile::Exchange, Some(late));
    talk.server.receive(Input::Now(1_800_000_001));
    assert_eq!(talk.log_in(sales()), FAILED);
    assert_eq!(talk.refused(), Some(NtlmRefusal::Time));

    let unavailable = "454 4.7.0 Temporary authentication failure\r\n";
    for id in [ServerProfile::Book, ServerProfile::Exchange] {
        let mut talk = Talk::new(id, Some(NtlmHost { is_cut_off: true, ..ntlm() }));
        assert_eq!(talk.log_in(sales()), unavailable);
        assert_eq!(talk.refused(), Some(NtlmRefusal::NoController));
        assert_eq!(Talk::new(id, None).say("AUTH NTLM"), unavailable);
    }
}

/// e12: nothing is logged in, whatever was said before.
#[test]
fn an_end_inside_an_exchange() {
    for end in [Input::End, Input::Timeout] {
        let mut talk = Talk::book();
        talk.say("AUTH NTLM");
        talk.say(&base64(Initiator::new(sales()).negotiate()));
        talk.server.receive(end);
        assert_eq!(talk.server.state(), ServerState::Closed);
        assert_eq!(talk.judged(), None);
    }
}

/// Lines of 12,288 octets, and one more. RFC 4954 §4
#[test]
fn an_answer_may_be_long() {
    for (letters, reply) in [(12_284, "535 5.7.3 "), (12_288, "500 5.5.6 ")] {
        let mut talk = Talk::book();
        talk.say("AUTH NTLM");
        talk.say(&base64(Initiator::new(sales()).negotiate()));
        let said = talk.say(&"A".repeat(letters));
        assert!(said.starts_with(reply), "{letters}: {said}");
        assert!(talk.say("NOOP").starts_with("250 "));
    }
    // And a right one: what stands behind the last field is not looked at, but under the seal.
    let mut talk = Talk::new(ServerProfile::Book, Some(NtlmHost { windows: Windows::SERVER_2003, ..ntlm() }));
    talk.say("AUTH NTLM");
    let initiator = Initiator::new(sales());
    let challenge = talk.say(&base64(initiator.negotiate()));
    let mut answer = initiator.answer(&decoded(&challenge)).unwrap();
    answer.resize(9_213, 0);
    let line = base64(&answer);
    assert_eq!(line.len(), 12_284);
    assert_eq!(talk.say(&line), DONE);
}

/// Each try has a challenge of its own; a failed one is answered late; after the third the server hangs up.
#[test]
fn three_failures_end_the_session() {
    for id in [ServerProfile::Book, ServerProfile::Exchange] {
        let mut talk = Talk::new(id, Some(ntlm()));
        let wrong = || NtlmLogin { password: "wrong".to_owned(), ..sales() };
        assert_eq!(talk.log_in(wrong()), FAILED);
        assert_eq!(talk.log_in(wrong()), FAILED);
        let closing = "421 4.7.0 Too many errors on this connection, closing transmission channel\r\n";
        assert_eq!(talk.log_in(wrong()), closing);
        assert_eq!(talk.outputs.last(), Some(&Output::Close(CloseReason::TooManyErrors)));
        let pauses = talk.outputs.iter().filter(|output| **output == Output::Wait(5_000_000));
        assert_eq!(pauses.count(), 3);
    }
    // An answer to an earlier challenge does not fit the next one.
    let mut talk = Talk::book();
    talk.say("AUTH NTLM");
    let initiator = Initiator::new(sales());
    let first = talk.say(&base64(initiator.negotiate()));
    let answer = initiator.answer(&decoded(&first)).unwrap();
    talk.say("*");
    talk.say("AUTH NTLM");
    let second = talk.say(&base64(initiator.negotiate()));
    assert_ne!(first, second);
    assert_eq!(talk.say(&base64(&answer)), FAILED);
    assert_eq!(talk.refused(), Some(NtlmRefusal::Denied(Denial::WrongPassword)));
}

/// The failures before TLS do not count inside. RFC 3207 §4.2
#[test]
fn failures_are_forgotten_with_the_rest() {
    let mut talk = Talk::book();
    let wrong = || NtlmLogin { password: "wrong".to_owned(), ..sales() };
    talk.log_in(wrong());
    talk.log_in(wrong());
    let mut talk = talk.inside();
    assert_eq!(talk.log_in(wrong()), FAILED);
    assert_eq!(talk.log_in(sales()), DONE);
}

/// Cut anywhere, the exchange is the same.
#[test]
fn one_octet_at_a_time() {
    let initiator = Initiator::new(sales());
    let mut whole = Talk::book();
    whole.say("AUTH NTLM");
    let challenge = whole.say(&base64(initiator.negotiate()));
    let answer = base64(&initiator.answer(&decoded(&challenge)).unwrap());
    let said = whole.say(&answer);
    let mut cut = Talk::book();
    let script = format!("AUTH NTLM\r\n{}\r\n{answer}\r\n", base64(initiator.negotiate()));
    let pieces: String = script.as_bytes().iter().map(|octet| cut.give(&[*octet])).collect();
    assert_eq!(pieces, ["334 NTLM supported\r\n", &challenge, &said].concat());
}

fn client(user: NtlmUser, password: &str) -> Client {
    Client::new(Plan {
        name: "desktop.somorita.com".into(),
        from: "sales@somorita.com".into(),
        to: vec!["office@somorita.com".into()],
        message: b"Subject: x\r\n\r\n".to_vec(),
        login: Some(Login { by: LoginBy::Ntlm(user), own: false, user: USER.into(), password: password.into() }),
        chunking: false,
        pipelining: false,
        proves: false,
        verb: TlsVerb::StartTls,
        lenient_2xx: false,
        left_over: Treatment::Purge,
    })
}

/// What the client says to a line, having answered that it is to go on.
fn hear(client: &mut Client, line: &str) -> (String, Option<Delivery>) {
    client.receive(Input::Bytes(format!("{line}\r\n").as_bytes()));
    let (mut said, mut fate) = (String::new(), None);
    while let Some(output) = client.poll() {
        match output {
            Output::Send { bytes, .. } => said.push_str(std::str::from_utf8(&bytes).expect("ASCII")),
            Output::Ask(_) => client.answer(TlsAnswer::GoOn),
            Output::Note(Note::Settled(delivery)) => fate = Some(delivery),
            _ => {}
        }
    }
    (said, fate)
}

fn greeted(user: NtlmUser, password: &str) -> (Client, String) {
    let mut client = client(user, password);
    hear(&mut client, "220 ex2010.somorita.com");
    let said = hear(&mut client, "250-ex2010.somorita.com\r\n250 AUTH NTLM").0;
    (client, said)
}

/// The client's messages are those of the room, with names from EHLO and the plan; the text of the first 334 is not read.
#[test]
fn the_client_logs_in() {
    let offer = "TlRMTVNTUAABAAAAl4II4gAAAAAAAAAAAAAAAAAAAAAGAHIXAAAADw==\r\n";
    for go_ahead in ["334 NTLM supported", "334 ", "334 TlRMTVNTUAACAAAA", "334 ntlm supported"] {
        let (mut client, said) = greeted(ntlm_user(), PASSWORD);
        assert_eq!(said, "AUTH NTLM\r\n");
        assert_eq!(hear(&mut client, go_ahead).0, offer);
    }
    let (mut client, said) = greeted(NtlmUser { initial: true, ..ntlm_user() }, PASSWORD);
    assert_eq!(said, format!("AUTH NTLM {offer}"));
    let mut talk = Talk::book();
    let challenge = talk.say(said.trim_end());
    let answer = hear(&mut client, challenge.trim_end()).0;
    let read = Authenticate::read(&from_base64(answer.trim_end().as_bytes()).unwrap()).unwrap();
    let names = (read.user(), read.domain(), read.workstation());
    assert_eq!(names, (USER.to_owned(), "SOMORITA".to_owned(), "DESKTOP".to_owned()));
    assert_eq!(talk.say(answer.trim_end()), DONE);
    assert!(hear(&mut client, "235 ok").0.starts_with("MAIL FROM:<sales@somorita.com>"));
}

/// Rubbish for a challenge, and a challenge too many, are declined. RFC 4954 §4
#[test]
fn the_client_gives_up() {
    for rubbish in ["334 ", "334 !!!", "334 TlRMTVNTUAAB", "334 bm8gY2hhbGxlbmdl"] {
        let (mut client, _) = greeted(ntlm_user(), PASSWORD);
        hear(&mut client, "334 NTLM supported");
        assert_eq!(hear(&mut client, rubbish).0, "*\r\n", "{rubbish}");
        let (said, fate) = hear(&mut client, "501 5.7.0 Authentication cancelled");
        assert_eq!((said.as_str(), fate), ("QUIT\r\n", Some(Delivery::Deferred(Obstacle::Reply(501)))));
    }
    let (mut client, said) = greeted(NtlmUser { initial: true, ..ntlm_user() }, PASSWORD);
    let challenge = Talk::book().say(said.trim_end());
    hear(&mut client, challenge.trim_end());
    assert_eq!(hear(&mut client, challenge.trim_end()).0, "*\r\n");
}

/// Three tries, each with another challenge of its own; the third failure settles the mail.
#[test]
fn the_client_tries_again() {
    let (mut client, said) = greeted(NtlmUser { tries: 3, ..ntlm_user() }, "wrong");
    assert_eq!(said, "AUTH NTLM\r\n");
    let mut talk = Talk::book();
    let mut answers = Vec::new();
    for attempt in 1..=3 {
        talk.say("AUTH NTLM");
        let offer = hear(&mut client, "334 NTLM supported").0;
        let challenge = talk.say(offer.trim_end());
        let answer = hear(&mut client, challenge.trim_end()).0;
        let refusal = talk.say(answer.trim_end());
        answers.push(answer);
        let (said, fate) = hear(&mut client, refusal.trim_end());
        match attempt {
            3 => assert_eq!(fate, Some(Delivery::Deferred(Obstacle::Reply(421)))),
            _ => assert_eq!((said.as_str(), fate), ("AUTH NTLM\r\n", None)),
        }
    }
    answers.sort();
    answers.dedup();
    assert_eq!(answers.len(), 3);
    assert_eq!(client.state(), ClientState::Closed);
    // Another refusal than 535 is not tried again.
    let (mut client, _) = greeted(NtlmUser { tries: 3, ..ntlm_user() }, PASSWORD);
    assert_eq!(hear(&mut client, "454 4.7.0 no").0, "QUIT\r\n");
}
