//! What is said at a step, from the beginning of the run alone. The rest of the run is the second witness: what is said with it, is true of
//! it (`tests/truth`), and the beginning may say the same, or less. Each way of saying less is listed here.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::dissect::{Reading, dissect, dissect_with};
use starttls_lab::lab::run;
use starttls_lab::scenario::{PRESETS, Scenario, Side};
use starttls_lab::story::rows::{Steps, rows};
use starttls_lab::story::say::{
    self, Facts, LampClaim, LessonClaim, MissingClaim, NoCertificateClaim, NoSecondListClaim, PointClaim, TappedMail,
};
use starttls_lab::story::wiretap::Wiretap;
use starttls_lab::story::{Chapter, Light, Story};
use starttls_lab::trace::{EventId, Trace};

struct Told {
    trace: Trace,
    reading: Reading,
    story: Story,
}

impl Told {
    fn of(trace: Trace) -> Told {
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        Told { trace, reading, story }
    }

    fn facts(&self) -> Facts<'_> {
        Facts { trace: &self.trace, reading: &self.reading, story: &self.story }
    }

    fn chapter(&self, stop: EventId) -> &Chapter {
        self.story.at(&self.trace, stop)
    }

    fn tapped(&self) -> TappedMail {
        let tap = Wiretap::of(&self.trace, &self.reading, &dissect_with(&self.trace, &[]));
        say::tap(self.facts(), &tap, false).mail
    }
}

/// Each step of a run, with its beginning up to there, and all of it.
fn walk(scenario: &Scenario, look: impl Fn(EventId, &Told, &Told)) {
    let whole = Told::of(run(scenario));
    let steps = Steps::of(&rows(&whole.trace, &whole.reading, &whole.story));
    for &stop in steps.all() {
        let until = steps.next(stop).map_or(usize::MAX, |next| next - 1);
        look(stop, &Told::of(whole.trace.up_to(until)), &whole);
    }
}

fn lights(chapter: &Chapter) -> [&Light; 6] {
    let lights = &chapter.lights;
    [&lights.offered, &lights.accepted, &lights.handshake, &lights.chain, &lights.name, &lights.client_certificate]
}

/// The parts: their names, why one is missing, and what is to be understood.
fn parts(stop: EventId, now: &Told, then: &Told) {
    let (here, there) = (now.chapter(stop), then.chapter(stop));
    for (part, first) in here.parts() {
        let names = (say::point(now.facts(), here, part), say::point(then.facts(), there, part));
        let is_less = match &names {
            (PointClaim::Ahead(ahead), _) => *ahead == part,
            (PointClaim::Asked(_), PointClaim::Accepted(_) | PointClaim::Misunderstood(_) | PointClaim::Refused(_)) => {
                true
            }
            // The server's yes was one to itself.
            (PointClaim::Accepted(_), PointClaim::Misunderstood(_)) => true,
            (PointClaim::Negotiation, PointClaim::NegotiationFailed) => true,
            (PointClaim::AuthInClear { offered: one, is_less: false }, PointClaim::AuthInClear { offered, .. }) => {
                one == offered
            }
            (PointClaim::AuthInside, PointClaim::AuthSame | PointClaim::AuthAdds { .. }) => false,
            (now, then) => now == then,
        };
        assert!(is_less, "{part:?} {names:?}");
        if first.is_some() {
            continue;
        }
        let missing = (say::missing(now.facts(), here, part), say::missing(then.facts(), there, part));
        let is_less = match missing {
            (MissingClaim::Ahead, _) => here.is_ahead(part),
            (MissingClaim::NoAuthListed, MissingClaim::NoAuthInClear | MissingClaim::NoAuthAtAll) => true,
            (now, then) => now == then,
        };
        assert!(is_less, "{part:?} {missing:?}");
    }
    // A reset is told as one before the client greets again; where it never does, the whole run has none.
    let part = here.part(stop);
    let lessons = (say::lesson(now.facts(), here, part), say::lesson(then.facts(), there, part));
    let is_less = match &lessons {
        (
            LessonClaim::Asked(_),
            LessonClaim::Opens | LessonClaim::OwnOpens | LessonClaim::Misunderstood | LessonClaim::Refused(_),
        ) => true,
        (LessonClaim::Opens, LessonClaim::Misunderstood) => true,
        (LessonClaim::AuthInClear(now), LessonClaim::AuthInClear(then)) => {
            (&now.offered, &now.exposed, now.server) == (&then.offered, &then.exposed, then.server)
                && (now.held.is_empty() || now.held == then.held)
        }
        (LessonClaim::MailBegins, LessonClaim::Mail(_)) => true,
        (
            LessonClaim::Negotiation { version: None, hides: true, .. },
            LessonClaim::Resumed { .. } | LessonClaim::NoAgreement { .. } | LessonClaim::OneSided { .. },
        ) => true,
        // A handshake that breaks off behind the server's hello.
        (LessonClaim::Negotiation { version: Some(_), .. }, LessonClaim::NoAgreement { .. }) => true,
        // Of TLS 1.2 the ticket's use shows behind the hello.
        (LessonClaim::Negotiation { version: Some(chosen), .. }, LessonClaim::Resumed { version }) => chosen == version,
        (
            LessonClaim::Negotiation { version: now, judgement: one, is_book, hides },
            LessonClaim::Negotiation { version, judgement, is_book: book, hides: all },
        ) => {
            (now.is_none() || now == version) && one == judgement && is_book == book && (now.is_none() || hides == all)
        }
        (now, then) => now == then,
    };
    assert!(is_less, "{part:?} {lessons:?}");
}

/// Lamps, certificates, lists, and what a listener has.
fn panels(stop: EventId, now: &Told, then: &Told) {
    let (here, there) = (now.chapter(stop), then.chapter(stop));
    let lamps = say::lamps(now.facts(), here).into_iter().zip(say::lamps(then.facts(), there));
    for ((now, then), (light, other)) in lamps.zip(lights(here).into_iter().zip(lights(there))) {
        let is_less = match (light, other) {
            (Light::NotChecked, _) => now.found == LampClaim::Plain || now.found == then.found,
            // Of one end, where the other end comes to it later; of a client's certificate the path, before the name is asked for.
            (Light::Pass(one), Light::Pass(other) | Light::Fail(other)) => one <= other,
            (Light::Fail(one), Light::Fail(other)) => one <= other && now.found == then.found,
            (Light::Fail(_), _) => false,
            (Light::Pass(_), Light::NotChecked) => false,
        };
        assert!(is_less, "{light:?} {now:?} {other:?} {then:?}");
    }
    for side in [Side::Client, Side::Server] {
        let claims = [(now, here), (then, there)].map(|(told, at)| say::no_certificate(told.facts(), at, side));
        let check = |chapter: &Chapter| match side {
            Side::Server => chapter.findings.check.is_some(),
            Side::Client => chapter.findings.client_check.is_some(),
        };
        if !check(here) {
            let is_less = claims[0] == claims[1] && !check(there) || claims[0] == Some(NoCertificateClaim::NotYet);
            assert!(is_less, "{side:?} {claims:?}");
        }
    }
    if here.after().is_none() {
        let claims = [(now, here), (then, there)].map(|(told, at)| say::no_second_list(told.facts(), at));
        assert!(
            claims[0] == claims[1] && there.after().is_none() || claims[0] == NoSecondListClaim::NotYet,
            "{claims:?}"
        );
    }
    for (change, other) in here.changes.iter().zip(&there.changes) {
        assert_eq!(change, other);
    }
    let tapped = (now.tapped(), then.tapped());
    let is_less = match tapped {
        (TappedMail::NotYet, _) => {
            !now.story.chapters().iter().any(|one| one.account.mails.iter().any(|mail| mail.content.is_some()))
        }
        (TappedMail::Sealed, TappedMail::ReadableOn(_)) => true,
        (now, then) => now == then,
    };
    assert!(is_less, "{tapped:?}");
}

/// What a step itself says is known when it has come.
fn step(stop: EventId, now: &Told, then: &Told) {
    // What was sent in place of a record that was changed stands in the event behind it: until that, it does not open.
    if then.reading.damage(stop).is_some() {
        return;
    }
    let said = |told: &Told| {
        let facts = told.facts();
        format!("{:?} {:?} {:?}", say::note(facts, stop), say::at(facts, stop), say::recording(facts, stop))
    };
    assert_eq!(said(now), said(then), "{stop}");
    let number = then.chapter(stop).account.connection;
    assert_eq!(say::connection(now.facts(), number), say::connection(then.facts(), number));
    let lines = |told: &Told| told.reading.line(stop).map(|line| line.text.clone());
    assert_eq!(lines(now), lines(then));
}

fn all(stop: EventId, now: &Told, then: &Told) {
    parts(stop, now, then);
    panels(stop, now, then);
    step(stop, now, then);
}

#[test]
fn a_beginning_says_of_a_preset_what_the_whole_run_says_or_less() {
    PRESETS.iter().for_each(|preset| walk(&preset.scenario, all));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn and_of_any_scenario(scenario in any_scenario()) {
        walk(&scenario, all);
    }
}
