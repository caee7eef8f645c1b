//! X-ANONYMOUSTLS at the server: the rules of STARTTLS, and the lists inside. RFC 3207, docs/rules.md X1

use crate::servers::config;
use starttls_lab::bytes::{base64, from_base64};
use starttls_lab::ntlm::{BindingPolicy, DomainAccount, Initiator, NtlmLogin, Windows, nt_owf_v1};
use starttls_lab::scenario::{AnonymousOffer, AuthFlag, AuthMechanism, Offer, ServerProfile};
use starttls_lab::smtp::profile::profile;
use starttls_lab::smtp::server::{Config, Server};
use starttls_lab::smtp::{Chance, Input, Note, NtlmHost, Output, OwnProof, TlsVerb, Treatment};

struct Talk(Server);

/// What a server did: its lines, and the verb and the first octets of the TLS that it began.
type Done = (String, Option<(TlsVerb, Vec<u8>)>);

impl Talk {
    fn new(change: impl FnOnce(&mut Config)) -> Talk {
        let mut config = config(profile(ServerProfile::Exchange));
        change(&mut config);
        let mut talk = Talk(Server::new(config));
        talk.done();
        talk
    }

    fn done(&mut self) -> Done {
        let mut done = (String::new(), None);
        while let Some(output) = self.0.poll() {
            match output {
                Output::Send { bytes, .. } => done.0 += &String::from_utf8(bytes).expect("ASCII"),
                Output::StartTls { verb, first } => done.1 = Some((verb, first)),
                _ => {}
            }
        }
        done
    }

    fn raw(&mut self, octets: &[u8]) -> Done {
        self.0.receive(Input::Bytes(octets));
        self.done()
    }

    fn say(&mut self, line: &str) -> String {
        self.raw(format!("{line}\r\n").as_bytes()).0
    }

    /// The list inside the TLS that this verb began, without codes.
    fn inside(verb: &str) -> Vec<String> {
        let mut talk = Talk::new(|_| {});
        talk.say("EHLO hub1.example");
        assert!(talk.say(verb).starts_with("220 2.0.0 SMTP server ready"));
        talk.0.receive(Input::TlsUp { end_point: &[] });
        talk.done();
        talk.say("EHLO hub1.example").lines().skip(1).map(|line| line[4..].to_owned()).collect()
    }
}

#[test]
fn it_is_refused_as_starttls_is() {
    let mut talk = Talk::new(|_| {});
    assert!(talk.say("X-ANONYMOUSTLS now").starts_with("501 "));
    assert!(talk.say("X-ANONYMOUSTLS").starts_with("503 "), "before EHLO");
    assert!(talk.say("EHLO hub1.example").contains("250-X-ANONYMOUSTLS\r\n"));
    assert!(talk.say("X-ANONYMOUSTLS now").starts_with("501 "));
    let (said, began) = talk.raw(b"x-anonymoustls\r\n");
    assert_eq!((said.as_str(), began), ("220 2.0.0 SMTP server ready\r\n", Some((TlsVerb::AnonymousTls, Vec::new()))));
    talk.0.receive(Input::TlsUp { end_point: &[] });
    talk.done();
    let list = talk.say("EHLO hub1.example");
    for verb in TlsVerb::ALL {
        assert!(!list.contains(verb.name()), "{list}");
        assert!(talk.say(verb.name()).starts_with("503 "), "inside TLS");
    }
}

#[test]
fn what_is_suppressed_or_not_set_is_not_listed_and_not_known() {
    let suppressed: fn(&mut Config) = |config| config.anonymous_tls = AnonymousOffer::Suppressed;
    let postfix: fn(&mut Config) = |config| config.profile = profile(ServerProfile::Postfix);
    let not_set: fn(&mut Config) = |config| {
        config.auth = AuthMechanism::DEFAULT.with(AuthFlag::ExchangeServer, false);
    };
    for (change, exps) in [(suppressed, true), (not_set, false), (postfix, false)] {
        let mut talk = Talk::new(change);
        let list = talk.say("EHLO hub1.example");
        assert!(list.contains("250-STARTTLS\r\n") && !list.contains("ANONYMOUS"), "{list}");
        assert_eq!(list.contains("X-EXPS"), exps, "{list}");
        let answer = talk.say("X-ANONYMOUSTLS");
        assert!(answer.starts_with("500 ") || answer.starts_with("502 "), "{answer}");
        assert!(talk.say("STARTTLS").starts_with("220 "));
    }
}

/// What is set for STARTTLS says nothing of it.
#[test]
fn it_has_a_setting_of_its_own() {
    for offer in [Offer::NotOffered, Offer::Unavailable, Offer::Says250, Offer::Required] {
        let mut talk = Talk::new(|config| config.offer = offer);
        let list = talk.say("EHLO hub1.example");
        assert_eq!(list.contains("250-STARTTLS"), offer != Offer::NotOffered, "{list}");
        assert!(talk.say("X-ANONYMOUSTLS").starts_with("220 "), "{offer:?}");
    }
}

#[test]
fn what_is_pipelined_behind_it_is_treated_as_behind_starttls() {
    let tail = b"X-ANONYMOUSTLS\r\nMAIL FROM:<a@b.example>\r\n";
    for (treatment, said, first) in [
        (Treatment::Purge, "220 ", Some(Vec::new())),
        (Treatment::FeedToTls, "220 ", Some(b"MAIL FROM:<a@b.example>\r\n".to_vec())),
        (Treatment::Reject, "554 ", None),
    ] {
        let mut talk = Talk::new(|config| config.left_over = treatment);
        talk.say("EHLO hub1.example");
        let (reply, began) = talk.raw(tail);
        assert!(reply.starts_with(said), "{treatment:?}: {reply}");
        assert_eq!(began.map(|(_, first)| first), first, "{treatment:?}");
        if treatment == Treatment::Purge {
            talk.0.receive(Input::TlsUp { end_point: &[] });
            assert_eq!(talk.done().0, "", "the tail is gone");
        }
    }
}

/// As in logs of Exchange, but for the mechanisms of AUTH that are there before TLS.
#[test]
fn the_lists_inside_are_those_of_logs() {
    let twin = "SIZE,PIPELINING,DSN,ENHANCEDSTATUSCODES,AUTH NTLM LOGIN,X-EXPS EXCHANGEAUTH GSSAPI NTLM,X-EXCHANGEAUTH SHA256,\
                8BITMIME,BINARYMIME,CHUNKING,XEXCH50,XRDST,XSHADOW";
    assert_eq!(Talk::inside("X-ANONYMOUSTLS").join(","), twin);
    let starttls = Talk::inside("STARTTLS");
    assert!(starttls.contains(&"AUTH NTLM LOGIN".to_owned()) && starttls.contains(&"X-EXPS GSSAPI NTLM".to_owned()));
    assert!(!starttls.iter().any(|line| line.contains("EXCHANGEAUTH")), "{starttls:?}");
}

/// A server of the organisation may relay, its mail is internal, and it has not logged in with AUTH.
#[test]
fn who_is_recognised_is_internal() {
    let mut talk = Talk::new(|config| (config.stamps, config.asks) = (true, true));
    talk.say("EHLO hub1.example");
    talk.say("X-ANONYMOUSTLS");
    talk.0.receive(Input::TlsUp { end_point: &[] });
    talk.say("EHLO hub1.example");
    talk.0.receive(Input::Recognised { by: OwnProof::ExchangeAuth, identity: "HUB1$" });
    talk.done();
    assert!(talk.say("MAIL FROM:<a@b.example>").starts_with("250 "));
    assert!(talk.say("RCPT TO:<c@elsewhere.example>").starts_with("250 "), "relaying");
    talk.say("DATA");
    talk.0.receive(Input::Bytes(b"Subject: x\r\n\r\n.\r\n"));
    let stored = std::iter::from_fn(|| talk.0.poll()).find_map(|output| match output {
        Output::Note(Note::Accepted(accepted)) => Some(String::from_utf8(accepted.message).expect("ASCII")),
        _ => None,
    });
    let stored = stored.expect("a message");
    assert!(stored.contains("X-MS-Exchange-Organization-AuthAs: Internal\r\n"), "{stored}");
    assert!(stored.contains(" with ESMTPS "), "{stored}");
}

/// Its other mechanisms are not run, and neither door takes the accounts of the other. docs/rules.md X7
#[test]
fn of_x_exps_ntlm_alone_is_run() {
    let mut talk = Talk::new(|_| {});
    assert!(talk.say("X-EXPS NTLM").starts_with("503 "), "before EHLO");
    talk.say("EHLO hub1.example");
    for line in ["X-EXPS", "X-EXPS GSSAPI", "X-EXPS EXCHANGEAUTH"] {
        assert!(talk.say(line).starts_with("502 "), "{line}");
    }
    for (verb, user, code) in [("X-EXPS", "HUB1$", "235 "), ("AUTH", "HUB1$", "535 "), ("X-EXPS", "sales", "535 ")] {
        let account = |user: &str| DomainAccount { user: user.to_owned(), nt_owf_v1: nt_owf_v1("drawn"), barred: None };
        let mut talk = Talk::new(|config| {
            config.ntlm = Some(NtlmHost {
                windows: Windows::SERVER_2008,
                accounts: vec![account("HUB1$"), account("sales")],
                bindings: BindingPolicy::None,
                time_limit: None,
                is_cut_off: false,
                challenges: Chance::new(|octets| octets.fill(1)),
            });
        });
        let initiator = Initiator::new(NtlmLogin {
            user: user.to_owned(),
            domain: "PARTNER".to_owned(),
            workstation: "HUB1".to_owned(),
            password: "drawn".to_owned(),
            target: String::new(),
            windows: Windows::SERVER_2008,
            end_point: None,
            now: [0; 8],
            client_challenge: [2; 8],
            session_key: [3; 16],
        });
        talk.say("EHLO hub1.example");
        assert_eq!(talk.say(&format!("{verb} NTLM")), "334 NTLM supported\r\n");
        let challenge = talk.say(&base64(initiator.negotiate()));
        let challenge = from_base64(&challenge.trim_end().as_bytes()[4..]).expect("a challenge");
        let answer = initiator.answer(&challenge).expect("an answer");
        assert!(talk.say(&base64(&answer)).starts_with(code), "{verb} {user}");
    }
}
