//! What is advised for real systems: each line stands only where its outcome is, by another reading of the run than the one that chooses it, and
//! each can be copied as it is.

use super::linked;
use starttls_lab::advice::{Advice, Purpose, advice};
use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, ClientPolicy, PRESETS, Path, Scenario, Side};
use starttls_lab::story::Story;
use starttls_lab::story::say::Facts;
use starttls_lab::text::EN;
use starttls_lab::trace::{Actor, What};

/// Names of settings and options that stand in lines, and where they are documented.
const DOCUMENTED: &[(&str, &[&str])] = &[
    (
        "learn.microsoft.com: Set-SendConnector, Set-ReceiveConnector, Set-TransportConfig, Get- and Enable-ExchangeCertificate, Get-Queue",
        &[
            "Set-SendConnector",
            "Set-ReceiveConnector",
            "Set-TransportConfig",
            "Get-ExchangeCertificate",
            "Enable-ExchangeCertificate",
            "Get-Queue",
            "-RequireTLS",
            "-IgnoreSTARTTLS",
            "-TlsAuthLevel",
            "-TlsDomain",
            "-TLSSendDomainSecureList",
            "-DomainSecureEnabled",
            "-AuthMechanism",
            "-PermissionGroups",
            "-Thumbprint",
            "-Services",
        ],
    ),
    (
        "postconf(5), postqueue(1)",
        &[
            "postconf",
            "postqueue",
            "-e",
            "-p",
            "smtp_tls_security_level",
            "smtpd_tls_security_level",
            "smtpd_tls_cert_file",
            "smtpd_tls_key_file",
        ],
    ),
    ("Exim specification, chapters 5 and 30", &["exim", "-bp", "hosts_require_tls", "hosts_avoid_tls"]),
    (
        "openssl-s_client(1), openssl-verify(1), openssl-x509(1)",
        &[
            "openssl",
            "-connect",
            "-starttls",
            "-servername",
            "-verify_hostname",
            "-verify_return_error",
            "-CAfile",
            "-brief",
            "-tls1_2",
            "-tls1_3",
            "-purpose",
            "-in",
            "-noout",
            "-ext",
        ],
    ),
    (
        "swaks(1)",
        &[
            "swaks",
            "--server",
            "--ehlo",
            "--quit-after",
            "--tls",
            "--tls-optional-strict",
            "--tls-cert",
            "--tls-key",
            "--auth",
            "--auth-user",
            "--auth-password",
            "--from",
            "--to",
        ],
    ),
];

fn scenarios() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = PRESETS.iter().map(|preset| preset.scenario).collect();
    for preset in ["book", "postfix", "domain-secured", "not-offered", "refused-454", "self-signed"] {
        for path in Path::ALL {
            for policy in ClientPolicy::ALL {
                let link = format!("preset={preset}&path={}&policy={}", path.key(), policy.key());
                let shared = starttls_lab::share::read(&link);
                all.extend(shared.notices.is_empty().then_some(shared.scenario));
            }
        }
    }
    all.push(linked("preset=domain-secured&partners=off"));
    all
}

/// What the lines of a run say, without `story`: the lists as the sender read them, and the replies.
struct Naive {
    offered_in_clear: bool,
    refused: bool,
    handshake_failed: bool,
    checked: bool,
    last_refusal: Option<String>,
    /// A server has taken the mail from the sender.
    taken: bool,
}

fn naive(facts: Facts<'_>) -> Naive {
    let events = &facts.trace.events;
    let mut asked = false;
    let (mut offered, mut refused, mut last) = (false, false, None);
    for (id, event) in events.iter().enumerate().filter(|(_, event)| event.connection == 0) {
        let Some(line) = facts.reading.line(id).map(|line| line.text.as_str()) else { continue };
        let from = event.who;
        offered |= from == Side::Server && !facts.trace.sealed(event) && line.get(4..) == Some("STARTTLS");
        refused |= asked && from == Side::Server && !line.starts_with("220");
        asked = from == Side::Client && line == "STARTTLS";
        if from == Side::Server && line.starts_with(['4', '5']) {
            last = Some(line.to_owned());
        }
    }
    let has = |is: fn(&What) -> bool| events.iter().any(|event| event.connection == 0 && is(&event.what));
    Naive {
        offered_in_clear: offered,
        refused,
        handshake_failed: has(|what| matches!(what, What::TlsFailed(_))),
        checked: events.iter().any(|event| event.who == Side::Client && matches!(event.what, What::Checked(_))),
        last_refusal: last,
        taken: events.iter().any(|event| {
            let is_senders = facts.trace.seat(event.connection, Side::Client).actor == Actor::Sender;
            is_senders && matches!(event.what, What::Stored(_))
        }),
    }
}

#[test]
fn each_line_stands_only_where_its_outcome_is() {
    let mut seen = Vec::new();
    for scenario in scenarios() {
        let trace = run(&scenario);
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let facts = Facts { trace: &trace, reading: &reading, story: &story };
        let found = advice(facts, &scenario);
        let so = naive(facts);
        let refusal = so.last_refusal.clone().unwrap_or_default();
        for &one in &found {
            let fits = match one {
                Advice::Policy { policy, .. } => policy == scenario.policy,
                Advice::AskOffer => {
                    // What never asks for TLS can be asked about all the same.
                    !so.offered_in_clear || matches!(scenario.policy, ClientPolicy::Never | ClientPolicy::LegacyOff)
                }
                Advice::OfferTls { .. } => !so.offered_in_clear,
                Advice::AskRefusal => so.refused,
                Advice::AskVersions => so.handshake_failed,
                Advice::AskCertificate | Advice::Verify { .. } | Advice::ServerCertificate { .. } => so.checked,
                Advice::AskInside => so.checked && !so.handshake_failed,
                Advice::Insist { .. } => so.taken,
                Advice::UseTls { .. } => scenario.policy == ClientPolicy::Never || refusal.starts_with("530 5.7.0"),
                Advice::ClientCertificate => refusal.starts_with("530 5.7.1") || refusal.starts_with("454 4.7.5"),
                Advice::ReceiveConnector => refusal.starts_with("451 4.7.3"),
                Advice::Partners => refusal.starts_with("550 5.7.1"),
                Advice::SendConnector => !scenario.send_domain_secure.is_on(),
                Advice::AskLogin => scenario.credentials.key() != "none",
                Advice::AskClient => so.checked || refusal.starts_with("530 5.7.1") || refusal.starts_with("454 4.7.5"),
                Advice::LookInQueue { .. } => !so.taken,
            };
            assert!(fits, "{one:?} does not fit {:?}", scenario.edits_from(&linked("preset=book")));
            seen.push(one.purpose());
        }
        let mut once = found.clone();
        once.dedup();
        assert_eq!(once, found);
    }
    for purpose in [Purpose::Set, Purpose::Mend, Purpose::See] {
        assert!(seen.contains(&purpose));
    }
}

/// The words of a line, as a shell takes them; an error where a quotation does not end.
fn split(line: &str) -> Vec<String> {
    assert_eq!(line.matches('\'').count() % 2, 0, "{line}");
    assert_eq!(line.matches('"').count() % 2, 0, "{line}");
    line.split([' ', '|', ';', '=']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn each_line_is_whole_and_each_name_in_it_is_documented() {
    let known: Vec<&str> = DOCUMENTED.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let mut used = Vec::new();
    for scenario in scenarios() {
        let trace = run(&scenario);
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        for one in advice(Facts { trace: &trace, reading: &reading, story: &story }, &scenario) {
            assert!(!(EN.advice.what)(one).is_empty());
            let lines = (EN.advice.lines)(one);
            assert!(!lines.is_empty(), "{one:?}");
            for line in lines {
                let words = split(line);
                let first = words.first().expect("a line");
                assert!(known.contains(&first.as_str()), "{line}");
                for word in words.iter().filter(|word| word.starts_with('-') || word.contains('_')) {
                    assert!(known.contains(&word.as_str()) || word == "s_client", "{word} in {line}");
                    used.push(word.clone());
                }
            }
        }
    }
    // Nothing is in the list that no line has.
    for name in known.iter().filter(|name| name.starts_with('-')) {
        assert!(used.iter().any(|word| word == name), "{name}");
    }
}
