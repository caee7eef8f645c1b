//! The lessons, as data: stops in an order, each a run or a few that differ in one switch, with the questions that are asked in them
//! and the outcome that they come to. The words are in `text/`.
//!
//! Left out: stops that are places of the page without a run, the lists of cipher suites for instance.

use super::AskId::{self, *};
use crate::scenario::{
    Certificate, Choice, ClientPolicy, Edit, Epa, GoAhead, Offer, Path, Scenario, Switch, Value, Versions, choice,
    preset,
};
use crate::story::say::HeadlineClaim;

choice!(
    /// A lesson. Its name is part of links and never changes.
    LessonId {
        SixTwists = "six-twists",
        Certificates = "certificates",
        DomainSecurity = "domain-security",
        Wiretap = "wiretap",
        Passwords = "passwords",
        OldSuites = "old-suites",
        Reset = "reset",
        Relays = "relays",
        Failures = "failures",
    }
);

/// A stop of a lesson.
#[derive(Clone, Copy, Debug)]
pub struct LessonStop {
    /// Beside each other, or one after the other.
    pub runs: &'static [LessonRun],
    /// The log is shown as the book prints it.
    pub printed: bool,
}

/// A run of a stop.
#[derive(Clone, Copy, Debug)]
pub struct LessonRun {
    pub preset: &'static str,
    pub edits: &'static [Edit],
    pub asks: &'static [AskId],
    /// What becomes of the mail.
    pub result: HeadlineClaim,
}

impl LessonRun {
    pub fn scenario(&self) -> Option<Scenario> {
        let base = preset(self.preset)?.scenario;
        Some(self.edits.iter().fold(base, |scenario, &edit| scenario.with(edit)))
    }
}

impl LessonId {
    pub fn stops(self) -> &'static [LessonStop] {
        match self {
            LessonId::SixTwists => SIX_TWISTS,
            LessonId::Certificates => CERTIFICATES,
            LessonId::DomainSecurity => DOMAIN_SECURITY,
            LessonId::Wiretap => WIRETAP,
            LessonId::Passwords => PASSWORDS,
            LessonId::OldSuites => OLD_SUITES,
            LessonId::Reset => RESET,
            LessonId::Relays => RELAYS,
            LessonId::Failures => FAILURES,
        }
    }

    /// How many questions are asked in it.
    pub fn questions(self) -> usize {
        self.stops().iter().flat_map(|stop| stop.runs).map(|run| run.asks.len()).sum()
    }

    /// The run of a stop, counted from 1, that this scenario is.
    pub fn run(self, stop: usize, scenario: &Scenario) -> Option<&'static LessonRun> {
        let stop = self.stops().get(stop.checked_sub(1)?)?;
        stop.runs.iter().find(|run| run.scenario().as_ref() == Some(scenario))
    }
}

const fn run(preset: &'static str, edits: &'static [Edit], asks: &'static [AskId], result: HeadlineClaim) -> LessonRun {
    LessonRun { preset, edits, asks, result }
}

const fn stop(runs: &'static [LessonRun]) -> LessonStop {
    LessonStop { runs, printed: false }
}

const fn as_printed(runs: &'static [LessonRun]) -> LessonStop {
    LessonStop { runs, printed: true }
}

const NOT_OFFERED: Edit = Edit::Starttls(Offer::NotOffered);
const REQUIRED: Edit = Edit::Policy(ClientPolicy::Required);
const VERIFIED: Edit = Edit::Policy(ClientPolicy::Verified);
const OPPORTUNISTIC: Edit = Edit::Policy(ClientPolicy::Opportunistic);
const IMPOSTOR: Edit = Edit::Path(Path::Impostor);
const BINDS: Edit = Edit::ClientBinding(Switch::On);
const IMPORTS: Edit = Edit::SenderImports(Switch::On);
const CLIENT_13: Edit = Edit::ClientVersions(Versions::Tls13);
const SERVER_13: Edit = Edit::ServerVersions(Versions::Tls13);

use HeadlineClaim::{
    AttackerLoggedIn, BothVerified, NotAuthenticated, Readable, ReadableToAttacker, RelayWaits, Returned, ToAttacker,
    ToVerifiedRelay, ToVerifiedServer, Waits,
};

const SIX_TWISTS: &[LessonStop] = &[
    stop(&[run("book", &[], &[B2], NotAuthenticated)]),
    stop(&[run("book", &[], &[S1, R1, L2], NotAuthenticated)]),
    stop(&[run("book", &[NOT_OFFERED], &[O2, O4], Readable)]),
    stop(&[run("book", &[Edit::Path(Path::Strip)], &[O3, X1, X2], ReadableToAttacker)]),
    stop(&[run("book", &[Edit::Path(Path::Strip), REQUIRED], &[O2, O5], Waits)]),
    stop(&[run("book", &[IMPOSTOR, REQUIRED], &[C1, K1, X5], ToAttacker)]),
    stop(&[run("domain-secured", &[IMPOSTOR], &[K1], Waits), run("domain-secured", &[], &[H10, M1, D1], BothVerified)]),
];

const CERTIFICATES: &[LessonStop] = &[
    stop(&[run("self-signed", &[], &[C1, H5, K1, C5], NotAuthenticated)]),
    stop(&[
        run("internal-ca", &[VERIFIED], &[C1, C6], Waits),
        run("internal-ca", &[VERIFIED, IMPORTS], &[C1], ToVerifiedServer),
    ]),
    stop(&[run("verified-wrong-name", &[], &[C2, C3, K3], Waits)]),
    stop(&[
        run("postfix", &[VERIFIED, Edit::ServerCertificate(Certificate::WrongPurpose)], &[C4], Waits),
        run("postfix", &[VERIFIED, Edit::ServerCertificate(Certificate::Revoked)], &[C7], ToVerifiedServer),
    ]),
    stop(&[
        run("verify-or-clear", &[], &[K2], Readable),
        run("verify-or-clear", &[OPPORTUNISTIC], &[K1], NotAuthenticated),
    ]),
];

const DOMAIN_SECURITY: &[LessonStop] = &[
    stop(&[run("domain-secured", &[], &[H10, M4, M1], BothVerified)]),
    stop(&[run("list-forgotten", &[], &[M5, M6], ToVerifiedServer)]),
    stop(&[run("client-certificate-missing", &[], &[M1, M2, M3], Returned)]),
    stop(&[
        run("default-self-signed", &[], &[C1], Waits),
        run("default-self-signed", &[IMPORTS], &[C1, M1], Waits),
        run("default-self-signed", &[IMPORTS, Edit::ReceiverImports(Switch::On)], &[M1], BothVerified),
    ]),
    stop(&[run("domain-secured", &[OPPORTUNISTIC, Edit::SendDomainSecure(Switch::Off)], &[D2, D3], NotAuthenticated)]),
];

const WIRETAP: &[LessonStop] = &[
    stop(&[run("not-offered", &[], &[G4, E1, W2], Readable)]),
    stop(&[run("book", &[], &[H1, H3, W1, W4], NotAuthenticated)]),
    stop(&[run("book-tls13", &[], &[H3, H4, H6], NotAuthenticated)]),
    stop(&[
        run("domain-secured", &[], &[W3, H11], BothVerified),
        run("domain-secured", &[CLIENT_13, SERVER_13], &[W3, H11], BothVerified),
    ]),
    stop(&[run("book-250", &[], &[W6], Waits)]),
];

const PASSWORDS: &[LessonStop] = &[
    stop(&[run("book-login", &[], &[A1, L2, L4], NotAuthenticated)]),
    stop(&[run("book-login", &[NOT_OFFERED], &[A5], Waits)]),
    stop(&[run("book-login", &[IMPOSTOR], &[X9], ToAttacker)]),
    stop(&[run("book-login", &[IMPOSTOR, VERIFIED], &[K1], Waits)]),
    stop(&[run("not-offered", &[], &[A2], Readable)]),
    stop(&[run("ntlm-clear-weak", &[], &[N1, N2], Readable), run("ntlm-clear-strong", &[], &[N2], Readable)]),
    stop(&[
        run("ntlm-to-impostor", &[BINDS], &[N3, N4], AttackerLoggedIn),
        run("ntlm-to-impostor", &[BINDS, Edit::Epa(Epa::Allow)], &[N4], Waits),
    ]),
];

const OLD_SUITES: &[LessonStop] = &[
    stop(&[run("book-2009", &[], &[U2, U4], NotAuthenticated)]),
    stop(&[run("old-client", &[], &[H7, H9, F6], Readable), run("old-client-requires-tls", &[], &[H9], Waits)]),
    stop(&[run("null-suite", &[], &[U1], Readable)]),
    stop(&[
        run("rsa-stolen-key", &[], &[U6, U4], NotAuthenticated),
        run("forward-secret", &[], &[W5], NotAuthenticated),
    ]),
    stop(&[run("export-40", &[], &[U5], NotAuthenticated)]),
    stop(&[run("post-quantum", &[], &[P1, P2], NotAuthenticated), run("resumed", &[], &[P3], NotAuthenticated)]),
];

const RESET: &[LessonStop] = &[
    stop(&[run("book", &[], &[R1, R2, R3, L1], NotAuthenticated)]),
    as_printed(&[run("book", &[], &[S4], NotAuthenticated)]),
    stop(&[run("book-tls13", &[], &[R1], NotAuthenticated)]),
];

const RELAYS: &[LessonStop] = &[
    stop(&[run("hygiene-relay", &[], &[Y1, C2, K3], Waits)]),
    stop(&[run("relay-forwards", &[], &[B3, Y2, Y4, M1], RelayWaits)]),
    stop(&[run("relay-forwards", &[Edit::ReceiveList(Switch::Off)], &[Y3], ToVerifiedRelay)]),
    stop(&[run("postfix", &[Edit::Path(Path::Relay), NOT_OFFERED, VERIFIED], &[Y3, W2], ToVerifiedRelay)]),
];

const FAILURES: &[LessonStop] = &[
    stop(&[run("refused-454", &[], &[S2, S5], Readable)]),
    stop(&[run("no-common-version", &[], &[H7, H8, H9], Readable)]),
    stop(&[run("server-requires-tls", &[], &[S6, S7, M3], Returned)]),
    stop(&[run("domain-wrong-name", &[], &[C3, K3], Waits)]),
    stop(&[
        run("book-250", &[], &[S1, S3], Waits),
        run("book-250", &[Edit::GoAhead(GoAhead::Any2xx)], &[S1, S2], NotAuthenticated),
    ]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::dissect;
    use crate::lab::run;
    use crate::lesson::{Asking, halts};
    use crate::share::{self, Shared};
    use crate::story::Story;
    use crate::story::rows::{Steps, rows};
    use crate::story::say::{Facts, headline};

    fn every_run() -> impl Iterator<Item = (String, &'static LessonRun)> {
        LessonId::ALL.iter().flat_map(|&id| {
            id.stops().iter().enumerate().flat_map(move |(at, stop)| {
                stop.runs.iter().map(move |run| (format!("{} {} {}", id.key(), at + 1, run.preset), run))
            })
        })
    }

    #[test]
    fn every_link_is_read_without_a_notice() {
        for (name, run) in every_run() {
            let scenario = run.scenario().unwrap_or_else(|| panic!("{name}: no such preset"));
            let read = share::read(&share::write(&Shared::of(scenario, run.preset)));
            assert_eq!((read.scenario, read.preset), (scenario, run.preset), "{name}");
            assert_eq!(read.notices, [], "{name}");
            assert_eq!(
                scenario.edits_from(&preset(run.preset).expect("a preset").scenario).len(),
                run.edits.len(),
                "{name}"
            );
        }
    }

    #[test]
    fn every_named_question_is_asked_and_every_outcome_is_the_one_that_is_said() {
        let mut lies = Vec::new();
        for (name, lesson) in every_run() {
            let scenario = lesson.scenario().expect("a preset");
            let trace = run(&scenario);
            let reading = dissect(&trace);
            let story = Story::of(&trace, &reading);
            let facts = Facts { trace: &trace, reading: &reading, story: &story };
            let steps = Steps::of(&rows(&trace, &reading, &story));
            let asked: Vec<AskId> =
                halts(facts, &scenario, &steps, Asking::These(lesson.asks)).iter().map(|halt| halt.ask).collect();
            let missing: Vec<_> = lesson.asks.iter().filter(|ask| !asked.contains(ask)).collect();
            if !missing.is_empty() || asked.len() != lesson.asks.len() {
                lies.push(format!("{name}: {missing:?} not asked"));
            }
            if headline(facts) != lesson.result {
                lies.push(format!("{name}: {:?}", headline(facts)));
            }
        }
        assert!(lies.is_empty(), "{}", lies.join("\n"));
    }

    #[test]
    fn what_is_cited_is_of_the_version_that_is_spoken() {
        let cited = |name: &str, ask: AskId| {
            let scenario = preset(name).expect("a preset").scenario;
            let trace = run(&scenario);
            let reading = dissect(&trace);
            let story = Story::of(&trace, &reading);
            let steps = Steps::of(&rows(&trace, &reading, &story));
            let halts = halts(
                Facts { trace: &trace, reading: &reading, story: &story },
                &scenario,
                &steps,
                Asking::These(&[ask]),
            );
            halts.first().map(|halt| halt.cited().to_owned()).unwrap_or_default()
        };
        assert_eq!(cited("book", H2), "RFC 5246 §7.4.1.3");
        assert_eq!(cited("book-tls13", H2), "RFC 8446 §4.1.3");
        assert_eq!(cited("book-2009", H2), "RFC 2246 §7.4.1.3");
        assert_eq!((cited("book", B1), cited("book-tls13", B1)), ("RFC 5246 §7.2.1".into(), "RFC 8446 §6.1".into()));
        // None was chosen: what the client offers counts.
        assert_eq!(cited("no-common-version", H7), "RFC 5246 §7.4.1.3");
    }

    #[test]
    fn a_stop_is_found_by_its_scenario() {
        let twist = LessonId::SixTwists.stops()[6].runs[1].scenario().expect("a preset");
        assert_eq!(LessonId::SixTwists.run(7, &twist).map(|run| run.preset), Some("domain-secured"));
        assert!(LessonId::SixTwists.run(6, &twist).is_none() && LessonId::SixTwists.run(0, &twist).is_none());
    }
}
