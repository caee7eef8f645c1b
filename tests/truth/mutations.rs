//! Deliberate falsehoods. Each patches what was said of a run, as a plausible fault of the product would: another connection, a swapped side, a
//! stale reply, a missing condition, protection that is one too good. Wherever one makes a difference, a check has to find it.

use crate::said::{Lanes, Said, Step};
use starttls_lab::compare::Endings;
use starttls_lab::lesson::bank::Settles;
use starttls_lab::lesson::{AskId, Halt};
use starttls_lab::ntlm::{BindingFault, Denial};
use starttls_lab::policy::{Decision, Reason, WindowsEvent};
use starttls_lab::registry::Version;
use starttls_lab::scenario::{Controller, Edit, Reader, Seed, Side};
use starttls_lab::smtp::profile::Rule;
use starttls_lab::smtp::{
    ClientState, Forgotten, Gate, MachineState, NtlmRefusal, NtlmVerdict, OwnProof, TlsAnswer, TlsVerb,
};
use starttls_lab::story::printed::Difference;
use starttls_lab::story::rows::Row;
use starttls_lab::story::say::{
    Answer, CommandClaim, DecisionClaim, Disagreement, Eagerness, FirstHop, FlipClaim, FlipEffect, FolderClaim,
    HeadlineClaim, Judgement, KeyRole, KeywordClaim, LampClaim, LampName, LessonClaim, Lost, MissingClaim,
    NoCertificateClaim, NoSecondListClaim, NoteClaim, NtlmClaim, OnwardEnding, Opening, Participant, Passed,
    PointClaim, QueueClaim, RecordClaim, RecordingClaim, RelayedLogin, ReplyClaim, RevocationClaim, Sealed,
    StandsThere, StepClaim, TappedMail, WordsClaim,
};
use starttls_lab::story::wiretap::{Fact, Learnt, Subject};
use starttls_lab::story::{CapabilityFate, Condition, Light, Protection, Showing, Status, Tone};
use starttls_lab::tls::{Defect, Verdict, Wanted};
use starttls_lab::trace::Actor;
use starttls_lab::ui::state::RunName;

/// A falsehood, and how it comes to be said; it tells whether it made a difference.
pub struct Mutation {
    pub name: &'static str,
    pub patch: fn(&mut Said) -> bool,
}

/// Puts another value in a place, where the one that stands there is this.
fn turn<T: PartialEq>(place: &mut T, from: T, to: T) -> bool {
    let is_it = *place == from;
    if is_it {
        *place = to;
    }
    is_it
}

/// Of the first connection: offered, accepted, handshake, path, name, client certificate.
fn lamp<'a, 'b>(said: &'b mut Said<'a>, place: usize) -> Option<&'b mut crate::said::Lamp<'a>> {
    said.chapters[0].lamps.get_mut(place)
}

/// Patches the first step for which the patch makes a difference.
fn step<'a>(said: &mut Said<'a>, patch: impl FnMut(&mut Step<'a>) -> bool) -> bool {
    said.steps.iter_mut().any(patch)
}

/// A line of the transcript, and what it becomes.
fn transcript(said: &mut Said, patch: impl Fn(&str) -> Option<String>) -> bool {
    let mut lines: Vec<String> = said.transcript.lines().map(str::to_owned).collect();
    let found = lines.iter_mut().find_map(|line| patch(line).map(|to| *line = to)).is_some();
    said.transcript = lines.iter().map(|line| format!("{line}\n")).collect();
    found
}

/// The same of a protocol log.
fn log(log: &mut String, patch: impl Fn(&str) -> Option<String>) -> bool {
    let mut lines: Vec<String> = log.split("\r\n").map(str::to_owned).collect();
    let found = lines.iter_mut().find_map(|line| patch(line).map(|to| *line = to)).is_some();
    *log = lines.join("\r\n");
    found
}

/// Other words in the drawing.
fn drawn(said: &mut Said, from: &str, to: &str) -> bool {
    let found = said.drawing.contains(from);
    said.drawing = said.drawing.replacen(from, to, 1);
    found
}

fn change<'a, 'b>(
    said: &'b mut Said<'a>,
    rule: impl Fn(&CapabilityFate) -> bool,
) -> Option<&'b mut starttls_lab::story::CapabilityChange> {
    said.chapters.iter_mut().flat_map(|chapter| &mut chapter.changes).find(|change| rule(&change.fate))
}

fn check<'a, 'b>(said: &'b mut Said<'a>, of: Side) -> Option<&'b mut starttls_lab::tls::CertificateCheck> {
    let shown = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.certificates);
    shown.filter(|shown| shown.of == of).find_map(|shown| shown.check.as_mut())
}

/// The reasons of a decision.
fn because(decision: &mut Decision) -> &mut Vec<starttls_lab::policy::Because> {
    match decision {
        Decision::Sender(decided) => &mut decided.because,
        Decision::Receiver(decided) => &mut decided.because,
    }
}

fn reason(said: &mut Said, from: Reason, to: Reason) -> bool {
    let mut all = said.decisions.iter_mut().flat_map(|decided| because(&mut decided.decision));
    all.any(|because| turn(&mut because.reason, from, to))
}

/// A lesson is given where a point was reached, or failed.
fn is_told(point: &crate::said::Point) -> bool {
    point.status != Status::NotReached
}

fn decision(said: &mut Said, from: DecisionClaim, to: DecisionClaim) -> bool {
    said.decisions.iter_mut().any(|decided| turn(&mut decided.claim, from, to))
}

fn swap_alert(alert: &mut u8) -> bool {
    turn(alert, 40, 70) || turn(alert, 70, 40) || turn(alert, 50, 10) || turn(alert, 10, 50)
}

fn swap_version(version: &mut Version) -> bool {
    turn(version, Version::TLS12, Version::TLS13) || turn(version, Version::TLS13, Version::TLS12)
}

/// A reply line in the transcript other than these.
fn other_reply(said: &Said, than: &str) -> Option<&'static str> {
    let lines =
        ["250 2.1.0 Sender OK", "250 2.1.0 Ok", "454 4.7.0 TLS not available due to temporary reason", "221 2.0.0 Bye"];
    lines.into_iter().find(|line| *line != than && said.transcript.contains(line))
}

static UNWORDED: Defect = Defect::Other(String::new());

/// Gives a question another answer, where this one is the right one.
fn answer(said: &mut Said, ask: AskId, from: usize, to: usize) -> bool {
    let halt = said.asked.iter_mut().find(|halt| halt.ask == ask);
    halt.is_some_and(|halt| turn(&mut halt.right, from, to))
}

pub const ALL: &[Mutation] = &[
    // What is asked.
    Mutation {
        name: "a sender that keeps the mail is expected to send it in clear",
        patch: |said| answer(said, AskId::O2, 2, 1),
    },
    Mutation {
        name: "any 2yz is taken for the only code that starts TLS",
        patch: |said| answer(said, AskId::S1, 1, 0),
    },
    Mutation {
        name: "a policy that judges is expected to go on whatever the checks say",
        patch: |said| answer(said, AskId::K1, 1, 0),
    },
    Mutation { name: "a name that another has is expected to pass", patch: |said| answer(said, AskId::C3, 1, 0) },
    Mutation { name: "a refusal for now is expected to return the mail", patch: |said| answer(said, AskId::M3, 0, 1) },
    Mutation {
        name: "the words of AUTH that are new are those of all",
        patch: |said| {
            let halt = said.asked.iter_mut().find(|halt| halt.ask == AskId::L2);
            halt.is_some_and(|halt| turn(&mut halt.value, "LOGIN".to_owned(), "NTLM LOGIN".to_owned()))
        },
    },
    Mutation {
        name: "two halts stand at one stop",
        patch: |said| match said.halts.as_mut_slice() {
            [first, second, ..] => {
                second.at = first.at;
                true
            }
            _ => false,
        },
    },
    Mutation {
        name: "a question is asked when its answer is on show",
        patch: |said| match said.asked.iter_mut().find(|halt| halt.ask == AskId::O2) {
            Some(Halt { at, settles: Settles::Ahead(id), .. }) => {
                *at = *id;
                true
            }
            _ => false,
        },
    },
    // What became of the mail.
    Mutation {
        name: "a mail in the queue is told as delivered",
        patch: |said| turn(&mut said.headline, HeadlineClaim::Waits, HeadlineClaim::Readable),
    },
    Mutation {
        name: "a mail that went back is told as waiting",
        patch: |said| turn(&mut said.headline, HeadlineClaim::Returned, HeadlineClaim::Waits),
    },
    Mutation {
        name: "a server that any certificate would have satisfied is told as verified",
        patch: |said| turn(&mut said.headline, HeadlineClaim::NotAuthenticated, HeadlineClaim::ToVerifiedServer),
    },
    Mutation {
        name: "an attacker who passed every check is told as the server",
        patch: |said| turn(&mut said.headline, HeadlineClaim::ToVerifiedAttacker, HeadlineClaim::ToVerifiedServer),
    },
    Mutation {
        name: "a mail that an attacker has is told as sealed",
        patch: |said| turn(&mut said.headline, HeadlineClaim::ToAttacker, HeadlineClaim::NotAuthenticated),
    },
    Mutation {
        name: "a mail that an attacker read by stripping is told as readable to listeners alone",
        patch: |said| turn(&mut said.headline, HeadlineClaim::ReadableToAttacker, HeadlineClaim::Readable),
    },
    Mutation {
        name: "one side verified is told as both",
        patch: |said| turn(&mut said.headline, HeadlineClaim::ToVerifiedServer, HeadlineClaim::BothVerified),
    },
    Mutation {
        name: "that the relay could not send it on is left out",
        patch: |said| turn(&mut said.headline, HeadlineClaim::RelayWaits, HeadlineClaim::ToVerifiedRelay),
    },
    Mutation {
        name: "a stale reply is quoted",
        patch: |said| match said.because.first {
            FirstHop::Answered(Answer::Line(line)) => {
                let other = other_reply(said, line);
                other.is_some_and(|other| {
                    said.because.first = FirstHop::Answered(Answer::Line(other));
                    true
                })
            }
            _ => false,
        },
    },
    Mutation {
        name: "a policy is called opportunistic that is not",
        patch: |said| match &mut said.because.first {
            FirstHop::NotOffered(sender) | FirstHop::Refused(sender) | FirstHop::Overwritten(sender) => {
                turn(sender, Eagerness::Other, Eagerness::Opportunistic)
            }
            _ => false,
        },
    },
    Mutation {
        name: "STARTTLS that was written over is told as not offered",
        patch: |said| match said.because.first {
            FirstHop::Overwritten(sender) => {
                turn(&mut said.because.first, FirstHop::Overwritten(sender), FirstHop::NotOffered(sender))
            }
            _ => false,
        },
    },
    Mutation {
        name: "a certificate that passed wrongly is told as one that failed",
        patch: |said| match &mut said.because.first {
            FirstHop::Encrypted(how, _) => turn(how, Sealed::PassedWrongly, Sealed::ToWrongEnd),
            _ => false,
        },
    },
    Mutation {
        name: "a mechanism that is listed is told as not offered",
        patch: |said| turn(&mut said.because.first, FirstHop::PasswordInClear, FirstHop::NoMechanism),
    },
    Mutation {
        name: "a failed handshake is told as a refusal",
        patch: |said| {
            let refused = FirstHop::PolicyStopped(Gate::Refusal);
            turn(&mut said.because.first, FirstHop::PolicyStopped(Gate::Handshake), refused)
        },
    },
    Mutation {
        name: "the second hop is told as sealed where it is in clear",
        patch: |said| {
            let onward = said.because.onward.as_mut();
            onward.is_some_and(|onward| turn(&mut onward.ending, OnwardEnding::InClear, OnwardEnding::Encrypted))
        },
    },
    Mutation {
        name: "a relay is called an attacker",
        patch: |said| {
            let onward = said.because.onward.as_mut();
            onward.is_some_and(|onward| turn(&mut onward.by.actor, Actor::Relay, Actor::Attacker))
        },
    },
    Mutation {
        name: "a scenario that was changed goes by its preset's name",
        patch: |said| turn(&mut said.name.1, RunName::ChangedFrom, RunName::Preset),
    },
    Mutation {
        name: "a cell of the grid is told as a changed preset",
        patch: |said| {
            matches!(said.name.1, RunName::Cell(..)) && {
                said.name.1 = RunName::ChangedFrom;
                true
            }
        },
    },
    Mutation {
        name: "another preset's promise",
        patch: |said| match said.preset {
            Some("not-offered") => turn(&mut said.preset, Some("not-offered"), Some("refused-454")),
            Some("postfix") => turn(&mut said.preset, Some("postfix"), Some("self-signed")),
            _ => false,
        },
    },
    Mutation {
        name: "a queued mail lies in the inbox",
        patch: |said| turn(&mut said.folder, FolderClaim::Queue, FolderClaim::Inbox),
    },
    Mutation {
        name: "what is sealed to no one known is green",
        patch: |said| turn(&mut said.tone, Tone::Sealed, Tone::Verified),
    },
    Mutation {
        name: "what an attacker has is as what is sealed",
        patch: |said| turn(&mut said.tone, Tone::WithAttacker, Tone::Sealed),
    },
    Mutation {
        name: "a mail that waits is as a readable one",
        patch: |said| turn(&mut said.tone, Tone::NotDelivered, Tone::Readable),
    },
    Mutation {
        name: "the number of the deciding step is off by one",
        patch: |said| {
            said.decided_at.as_mut().is_some_and(|(_, number)| {
                *number += 1;
                true
            })
        },
    },
    Mutation {
        name: "the first decision is named instead of the one that decided",
        patch: |said| {
            let first = said.decisions.first().map(|decided| decided.event);
            let number = said.steps.iter().find(|step| Some(step.event) == first).map(|step| step.number);
            let first = first.zip(number).filter(|first| Some(*first) != said.decided_at);
            // Where a reply decided, or another connection.
            let stopped =
                matches!(said.because.first, FirstHop::Answered(_) | FirstHop::NoMechanism | FirstHop::PasswordInClear);
            first.is_some_and(|first| {
                said.decided_at = Some(first);
                stopped
            })
        },
    },
    // Lamps.
    Mutation {
        name: "an offer that never arrived is lit",
        patch: |said| {
            lamp(said, 0).is_some_and(|lamp| match lamp.light {
                Light::Fail(event) => turn(&mut lamp.light, Light::Fail(event), Light::Pass(event)),
                _ => false,
            })
        },
    },
    Mutation {
        name: "that the offer was written over is left out",
        patch: |said| {
            lamp(said, 0).is_some_and(|lamp| turn(&mut lamp.detail, LampClaim::Overwritten, LampClaim::Plain))
        },
    },
    Mutation {
        name: "the lamp names another check than the one that failed",
        patch: |said| lamp(said, 3).is_some_and(|lamp| turn(&mut lamp.name, LampName::Dates, LampName::Chain)),
    },
    Mutation {
        name: "alert 40 for 70, and the other way round",
        patch: |said| {
            lamp(said, 2).is_some_and(|lamp| match &mut lamp.detail {
                LampClaim::Alert(alert) => swap_alert(alert),
                _ => false,
            })
        },
    },
    Mutation {
        name: "TLS 1.3 for 1.2, and the other way round",
        patch: |said| {
            lamp(said, 2).is_some_and(|lamp| match &mut lamp.detail {
                LampClaim::Version(version) => swap_version(version),
                _ => false,
            })
        },
    },
    Mutation {
        name: "the lamp of the chain is put out where the name failed",
        patch: |said| {
            let lights: Vec<Light> = said.chapters[0].lamps[3..5].iter().map(|lamp| lamp.light.clone()).collect();
            let [chain @ Light::Pass(_), name @ Light::Fail(_)] = lights.as_slice() else { return false };
            lamp(said, 3).expect("a lamp").light = name.clone();
            lamp(said, 4).expect("a lamp").light = chain.clone();
            true
        },
    },
    Mutation {
        name: "a check that was not made is lit as passed",
        patch: |said| {
            let event = said.chapters[0].lamps[0].light.event().unwrap_or_default();
            lamp(said, 5).is_some_and(|lamp| turn(&mut lamp.light, Light::NotChecked, Light::Pass(event)))
        },
    },
    Mutation {
        name: "a certificate that has expired is told as not yet valid",
        patch: |said| {
            lamp(said, 3).is_some_and(|lamp| match lamp.detail {
                LampClaim::Defect(Defect::Expired) => {
                    lamp.detail = LampClaim::Defect(&Defect::NotYetValid);
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "what is wrong has no words",
        patch: |said| {
            lamp(said, 3).is_some_and(|lamp| match lamp.detail {
                LampClaim::Defect(_) => {
                    lamp.detail = LampClaim::Defect(&UNWORDED);
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the lamps of the first connection are shown for the second",
        patch: |said| {
            let first = said.chapters[0].lamps.clone();
            let light = |lamps: &[crate::said::Lamp]| lamps.iter().map(|lamp| lamp.light.clone()).collect::<Vec<_>>();
            let other = said.chapters.get_mut(1).filter(|other| light(&other.lamps) != light(&first));
            other.is_some_and(|other| {
                other.lamps = first;
                true
            })
        },
    },
    // Points.
    Mutation {
        name: "the points of the first connection are told of the second",
        patch: |said| {
            let first = said.chapters[0].points.clone();
            said.chapters.get_mut(1).is_some_and(|other| {
                other.points = first;
                true
            })
        },
    },
    Mutation {
        name: "a refused STARTTLS is told as accepted",
        patch: |said| {
            let points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.map(|point| (&mut point.status, &mut point.name)).any(|(status, name)| {
                let is_it = matches!(name, PointClaim::Refused(_));
                is_it && turn(status, Status::Failed, Status::Reached)
            })
        },
    },
    Mutation {
        name: "a yes with the wrong code is told as a refusal",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| {
                turn(
                    &mut point.name,
                    PointClaim::Misunderstood(TlsVerb::StartTls),
                    PointClaim::Refused(TlsVerb::StartTls),
                )
            })
        },
    },
    Mutation {
        name: "a mechanism that came with TLS is left out",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| match &mut point.name {
                PointClaim::AuthAdds { added, .. } => added.pop().is_some(),
                _ => false,
            })
        },
    },
    Mutation {
        name: "a sender that would have used STARTTLS is told never to send it",
        patch: |said| {
            let points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            let mut missing = points.filter(|point| point.status == Status::NotReached).map(|point| &mut point.missing);
            missing.any(|missing| turn(missing, MissingClaim::NotSent(TlsVerb::StartTls), MissingClaim::NeverSent))
        },
    },
    Mutation {
        name: "a mail inside TLS is told to be hidden, and its suite has no cipher",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| {
                turn(
                    &mut point.lesson,
                    LessonClaim::Mail(Protection::NoCipher),
                    LessonClaim::Mail(Protection::Encrypted),
                )
            })
        },
    },
    Mutation {
        name: "records are told to be sealed under a suite without a cipher",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Record { first, .. } => turn(
                    first,
                    RecordClaim::ChangeCipherSpec { hides: false },
                    RecordClaim::ChangeCipherSpec { hides: true },
                ),
                _ => false,
            })
        },
    },
    Mutation {
        name: "a policy that takes any certificate is told to judge it",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| match &mut point.lesson {
                LessonClaim::Negotiation { judgement, .. } if point.status == Status::Reached => {
                    turn(judgement, Judgement::TakesAny, Judgement::Judges)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a client that judges after the handshake is told to break off in it",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| match &mut point.lesson {
                LessonClaim::Negotiation { judgement, .. } if point.status == Status::Reached => {
                    turn(judgement, Judgement::Judges, Judgement::BreaksOff)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a certificate that was refused is told as a matter of versions",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| match &mut point.lesson {
                LessonClaim::NoAgreement { because, .. } => {
                    turn(because, Disagreement::Certificate, Disagreement::Version)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the lesson is of the other version of TLS",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| match &mut point.lesson {
                LessonClaim::Negotiation { version: Some(version), .. } if point.status == Status::Reached => {
                    swap_version(version)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a capability that was kept is told as gone",
        patch: |said| {
            change(said, |fate| *fate == CapabilityFate::Kept).is_some_and(|change| {
                change.fate = CapabilityFate::Gone;
                true
            })
        },
    },
    Mutation {
        name: "a capability that is gone is told as kept",
        patch: |said| {
            change(said, |fate| *fate == CapabilityFate::Gone).is_some_and(|change| {
                change.fate = CapabilityFate::Kept;
                true
            })
        },
    },
    Mutation {
        name: "what a capability gained is told as lost",
        patch: |said| {
            change(said, |fate| matches!(fate, CapabilityFate::Changed { .. })).is_some_and(|change| {
                if let CapabilityFate::Changed { added, removed } = &mut change.fate {
                    std::mem::swap(added, removed);
                }
                true
            })
        },
    },
    Mutation {
        name: "what came with TLS is told as listed in clear, too",
        patch: |said| {
            change(said, |fate| *fate == CapabilityFate::New)
                .is_some_and(|change| turn(&mut change.rule, Some(Rule::SendsPassword), Some(Rule::Always)))
        },
    },
    Mutation {
        name: "before and after are swapped",
        patch: |said| {
            change(said, |fate| *fate != CapabilityFate::Kept).is_some_and(|change| {
                std::mem::swap(&mut change.line_before, &mut change.line_after);
                true
            })
        },
    },
    Mutation {
        name: "the other verb is told as refused where there is no second list",
        patch: |said| {
            let mut all = said.chapters.iter_mut().map(|chapter| &mut chapter.no_second_list);
            let [one, other] = [TlsVerb::StartTls, TlsVerb::AnonymousTls].map(NoSecondListClaim::Refused);
            all.any(|claim| turn(claim, one, other))
        },
    },
    Mutation {
        name: "the lamp of the offer is called after the other verb",
        patch: |said| {
            lamp(said, 0).is_some_and(|lamp| {
                let verb = if lamp.name == LampName::Offered(TlsVerb::StartTls) {
                    TlsVerb::AnonymousTls
                } else {
                    TlsVerb::StartTls
                };
                lamp.name = LampName::Offered(verb);
                true
            })
        },
    },
    Mutation {
        name: "there is no second list for another reason",
        patch: |said| {
            let mut all = said.chapters.iter_mut().map(|chapter| &mut chapter.no_second_list);
            let refused = NoSecondListClaim::Refused(TlsVerb::StartTls);
            all.any(|claim| turn(claim, NoSecondListClaim::HandshakeFailed, refused))
        },
    },
    // Own servers.
    Mutation {
        name: "another answer of the domain controller",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::NotRun { controller, .. } => {
                    turn(controller, Controller::Up, Controller::Down)
                        || turn(controller, Controller::Down, Controller::Up)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a login inside TLS has the box of the one in clear",
        patch: |said| {
            step(said, |step| match &mut step.note {
                NoteClaim::NotRun { proof, .. } => turn(proof, OwnProof::ExchangeAuth, OwnProof::Gssapi),
                _ => false,
            })
        },
    },
    Mutation {
        name: "who is known by a login is told as known by a certificate",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Recognised { by, .. } => turn(by, OwnProof::ExchangeAuth, OwnProof::Certificate),
                _ => false,
            })
        },
    },
    Mutation {
        name: "the server is told to recognise itself",
        patch: |said| {
            step(said, |step| match &mut step.note {
                NoteClaim::Recognised { identity, .. } => {
                    *identity = "ex2010.somorita.com";
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "X-ANONYMOUSTLS is taught as STARTTLS",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| is_told(point) && turn(&mut point.lesson, LessonClaim::OwnOffer, LessonClaim::Offer))
        },
    },
    Mutation {
        name: "the other door opens",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| is_told(point) && turn(&mut point.lesson, LessonClaim::OwnOpens, LessonClaim::Opens))
        },
    },
    Mutation {
        name: "X-ANONYMOUSTLS is listed and STARTTLS is named",
        patch: |said| {
            let [one, other] = [TlsVerb::AnonymousTls, TlsVerb::StartTls].map(PointClaim::Advertised);
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| turn(&mut point.name, one.clone(), other.clone()))
        },
    },
    Mutation {
        name: "a certificate that has to be published is told to be judged as others are",
        patch: |said| {
            let mut points = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.points);
            points.any(|point| {
                let is_told = is_told(point);
                match &mut point.lesson {
                    LessonClaim::Negotiation { judgement, .. } | LessonClaim::AuthInside { judgement, .. } => {
                        is_told && turn(judgement, Judgement::Published, Judgement::Judges)
                    }
                    _ => false,
                }
            })
        },
    },
    Mutation {
        name: "a Hub is told to be known as an Edge is",
        patch: |said| turn(&mut said.because.first, FirstHop::OwnHub { ntlm: false }, FirstHop::OwnEdge),
    },
    Mutation {
        name: "a login with NTLM is told as a box",
        patch: |said| turn(&mut said.because.first, FirstHop::OwnHub { ntlm: true }, FirstHop::OwnHub { ntlm: false }),
    },
    Mutation {
        name: "the verb between own servers is told as AUTH",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Command(command) => turn(command, CommandClaim::Exps, CommandClaim::Auth),
                _ => false,
            })
        },
    },
    Mutation {
        name: "to a Hub is told as verified",
        patch: |said| turn(&mut said.headline, HeadlineClaim::ToOwnServer, HeadlineClaim::ToVerifiedServer),
    },
    Mutation {
        name: "TLS was up, and a mail without a ticket is told to have met none",
        patch: |said| match &mut said.because.first {
            FirstHop::NoTicket { sealed, .. } => turn(sealed, true, false),
            _ => false,
        },
    },
    Mutation {
        name: "a certificate that is not published is told as a failed handshake",
        patch: |said| {
            let [one, other] = [Gate::Certificate, Gate::Handshake].map(FirstHop::OwnStopped);
            turn(&mut said.because.first, one, other)
        },
    },
    Mutation {
        name: "a door that was written over is told as not there",
        patch: |said| {
            turn(&mut said.because.first, FirstHop::OwnOverwritten { kept: true }, FirstHop::OwnStopped(Gate::Offer))
                || turn(&mut said.because.first, FirstHop::OwnOverwritten { kept: false }, FirstHop::OwnInClear)
        },
    },
    Mutation {
        name: "X-ANONYMOUSTLS is begun by the policy",
        patch: |said| decision(said, DecisionClaim::StartsOwn, DecisionClaim::Starts),
    },
    Mutation {
        name: "a Hub's certificate is told to be published",
        patch: |said| decision(said, DecisionClaim::ForEncryption, DecisionClaim::Published),
    },
    Mutation {
        name: "a certificate that is not published is told as one that is",
        patch: |said| decision(said, DecisionClaim::NotPublished, DecisionClaim::Published),
    },
    Mutation {
        name: "no mail without TLS, and one goes in clear",
        patch: |said| decision(said, DecisionClaim::ClearOwn, DecisionClaim::KeptOwn),
    },
    Mutation {
        name: "no ticket for another reason",
        patch: |said| {
            let [one, other] = [Controller::Down, Controller::ClockOff].map(DecisionClaim::NoTicket);
            decision(said, one, other)
        },
    },
    Mutation {
        name: "a ticket that was not given",
        patch: |said| reason(said, Reason::ControllerDown, Reason::TicketGranted),
    },
    Mutation {
        name: "what is not published is told as published in the reasons",
        patch: |said| reason(said, Reason::LeafNotPublished, Reason::LeafPublished),
    },
    Mutation {
        name: "the downgrade is told as a demand for TLS",
        patch: |said| reason(said, Reason::DowngradeAllowed, Reason::OwnServer),
    },
    Mutation {
        name: "nothing is said of a queue in which an own server's mail waits",
        patch: |said| said.queue.take_if(|queue| *queue == QueueClaim::OwnNotProved).is_some(),
    },
    // Certificates.
    Mutation {
        name: "the client's certificate is shown as the server's",
        patch: |said| {
            let [server, client] = &mut said.chapters[0].certificates;
            let differs = server.check != client.check;
            std::mem::swap(&mut server.check, &mut client.check);
            differs
        },
    },
    Mutation {
        name: "a certificate that has expired passes",
        patch: |said| {
            check(said, Side::Server)
                .is_some_and(|check| turn(&mut check.dates, Verdict::Fail(Defect::Expired), Verdict::Pass))
        },
    },
    Mutation {
        name: "a self-signed certificate is told as an unknown issuer's",
        patch: |said| {
            check(said, Side::Server).is_some_and(|check| {
                turn(&mut check.chain, Verdict::Fail(Defect::SelfSigned), Verdict::Fail(Defect::UnknownIssuer))
            })
        },
    },
    Mutation {
        name: "the names of a certificate are lost",
        patch: |said| {
            check(said, Side::Server).is_some_and(|check| {
                check.names.clear();
                true
            })
        },
    },
    Mutation {
        name: "the host is compared where the domain is wanted",
        patch: |said| {
            check(said, Side::Server).is_some_and(|check| match check.wanted.take() {
                Some(Wanted::Domain(domain)) => {
                    check.wanted = Some(Wanted::Host(domain));
                    true
                }
                other => {
                    check.wanted = other;
                    false
                }
            })
        },
    },
    Mutation {
        name: "a client that asked about revocation is told not to have",
        patch: |said| {
            let mut all = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.certificates);
            let asked = Some(RevocationClaim::NotStapled(Side::Server));
            all.any(|shown| turn(&mut shown.revocation, asked, Some(RevocationClaim::NotAsked)))
        },
    },
    Mutation {
        name: "a server that never asked is told to have asked",
        patch: |said| {
            let mut all = said.chapters.iter_mut().flat_map(|chapter| &mut chapter.certificates);
            all.any(|shown| {
                turn(&mut shown.none, Some(NoCertificateClaim::NotAsked), Some(NoCertificateClaim::HadNone))
            })
        },
    },
    // Logins.
    Mutation {
        name: "a wrong password is told as an unknown user",
        patch: |said| {
            let (wrong, unknown) = (Denial::WrongPassword, Denial::NoSuchUser);
            match &mut said.because.first {
                FirstHop::NtlmRefused(_, NtlmRefusal::Denied(why)) => turn(why, wrong, unknown),
                _ => false,
            }
        },
    },
    Mutation {
        name: "an attacker who is logged in is left out",
        patch: |said| turn(&mut said.headline, HeadlineClaim::AttackerLoggedIn, HeadlineClaim::Waits),
    },
    Mutation {
        name: "a relayed login that was refused is told as taken",
        patch: |said| {
            matches!(said.because.relayed, Some(RelayedLogin::Refused(_))) && {
                said.because.relayed = Some(RelayedLogin::Taken { user: "sales", sent: true });
                true
            }
        },
    },
    Mutation {
        name: "a binding that differs is told as missing",
        patch: |said| match &mut said.because.relayed {
            Some(RelayedLogin::Refused(NtlmRefusal::Bindings(why))) => {
                turn(why, BindingFault::Differs, BindingFault::Missing)
            }
            _ => false,
        },
    },
    Mutation {
        name: "an attacker is told to have the mail when he has the login",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Opened(opening) => turn(opening, Opening::AttackerLogsIn, Opening::AttackerSendsOn),
                _ => false,
            })
        },
    },
    Mutation {
        name: "an attacker's login is told as the sender's",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Authenticated { relayed, .. } => turn(relayed, true, false),
                _ => false,
            })
        },
    },
    Mutation {
        name: "messages without a MIC are told as sealed",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::NtlmJudged(NtlmVerdict::Admitted { sealed, .. }) => turn(sealed, false, true),
                _ => false,
            })
        },
    },
    Mutation {
        name: "a row says that a refused proof is right",
        patch: |said| {
            step(said, |step| match &mut step.note {
                NoteClaim::NtlmJudged { verdict: verdict @ NtlmVerdict::Refused(_), .. } => {
                    *verdict = NtlmVerdict::Admitted { sealed: true, bound: false };
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the words before the challenge are told as one",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Reply(reply) => turn(reply, ReplyClaim::NtlmSupported, ReplyClaim::Challenge),
                _ => false,
            })
        },
    },
    // Steps.
    Mutation {
        name: "454 is told as the go-ahead",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Reply(reply) => turn(reply, ReplyClaim::TlsNotNow, ReplyClaim::GoAhead),
                _ => false,
            })
        },
    },
    Mutation {
        name: "the greeting inside TLS is told as the one in clear",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Command(command) => turn(command, CommandClaim::EhloInside, CommandClaim::Ehlo),
                _ => false,
            })
        },
    },
    Mutation {
        name: "mechanisms in clear are told as those inside TLS",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Keyword(keyword) => turn(keyword, KeywordClaim::Auth, KeywordClaim::AuthInside),
                _ => false,
            })
        },
    },
    Mutation {
        name: "ChangeCipherSpec is told by the version of another connection",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Record { first, .. } => {
                    turn(first, RecordClaim::ChangeCipherSpec { hides: true }, RecordClaim::ChangeCipherSpec13)
                        || turn(first, RecordClaim::ChangeCipherSpec13, RecordClaim::ChangeCipherSpec { hides: true })
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a HelloRetryRequest is told as what the server chose",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Record { first: first @ RecordClaim::HelloRetryRequest(_), .. } => {
                    *first = RecordClaim::ServerHello;
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a resumed session is told as a whole handshake",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Record { first, .. } => {
                    turn(first, RecordClaim::ResumingServerHello, RecordClaim::ServerHello)
                        || turn(first, RecordClaim::LastExtensions, RecordClaim::EncryptedExtensions)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "who comes again from the queue connects anew",
        patch: |said| {
            step(said, |step| match step.step {
                StepClaim::Opened(Opening::FromQueue(by)) => {
                    step.step = StepClaim::Opened(Opening::Anew { by, at_once: false });
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the second hello is told as the first",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Record { first, .. } => {
                    turn(first, RecordClaim::SecondClientHello, RecordClaim::ClientHello)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a recording of a hybrid key exchange can be opened one day",
        patch: |said| {
            step(said, |step| match step.recording {
                Some(RecordingClaim::Stays { group }) => {
                    step.recording = Some(RecordingClaim::Opens { group });
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a hello with a share of ML-KEM takes one segment more",
        patch: |said| {
            step(said, |step| match &mut step.length {
                Some(claim) => {
                    claim.segments += 1;
                    true
                }
                None => false,
            })
        },
    },
    Mutation {
        name: "each record starts a key stream of its own",
        patch: |said| {
            step(said, |step| match &mut step.stream {
                Some(claim) if claim.first > 1 => {
                    claim.last -= claim.first - 1;
                    claim.first = 1;
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "nothing is said of what a recording is worth",
        patch: |said| step(said, |step| step.recording.take().is_some()),
    },
    Mutation {
        name: "the client's Finished is told as the server's flight",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Record { first, .. } => {
                    turn(first, RecordClaim::Finished { hides: true }, RecordClaim::EncryptedExtensions)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the relay's connection is told as the sender's second",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Opened(opening) => {
                    let by = Participant { actor: Actor::Sender, side: Side::Client };
                    turn(opening, Opening::RelaySendsOn, Opening::Anew { by, at_once: false })
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a message that came in clear is told as sealed",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Stored { is_sealed, .. } => turn(is_sealed, false, true),
                _ => false,
            })
        },
    },
    Mutation {
        name: "the server forgets what only the client has",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Forgot { who: Side::Server, what } => {
                    *what = &[Forgotten::PeerName, Forgotten::Capabilities];
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the handshake is complete with another suite",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::TlsUp { suite, .. } => {
                    *suite ^= 1;
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the flipped octet is counted from 0",
        patch: |said| {
            step(said, |step| match &mut step.note {
                NoteClaim::Flipped { octet } => {
                    *octet -= 1;
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the garbled block is told to be the next one",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Flipped(FlipClaim { does: FlipEffect::Blocks { garbled, .. }, .. }) => {
                    *garbled += 1;
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "of a chain, too, the next block is told to be whole",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Flipped(FlipClaim { does: FlipEffect::Blocks { flipped, .. }, .. }) => {
                    flipped.take().is_some()
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a bit of the MAC is told as one of the mail, or the other way round",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Flipped(FlipClaim { does: FlipEffect::SameBit { in_mac, .. }, .. }) => {
                    *in_mac = !*in_mac;
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a bit that is flipped in TLS is told as one in clear",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::Flipped(claim) => turn(&mut claim.does, FlipEffect::Refused, FlipEffect::InClear),
                _ => false,
            })
        },
    },
    Mutation {
        name: "the end of a session is told as that of a handshake",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::TlsFailed { late, .. } => turn(late, true, false),
                _ => false,
            })
        },
    },
    Mutation {
        name: "that the alert is not the RFC's is left out",
        patch: |said| {
            step(said, |step| match &mut step.step {
                StepClaim::TlsFailed { instead, .. } => instead.take().is_some(),
                _ => false,
            })
        },
    },
    Mutation {
        name: "the sender's second connection is told as its first",
        patch: |said| said.lanes.iter_mut().any(|lanes| turn(&mut lanes.claim.is_again, true, false)),
    },
    Mutation {
        name: "who got the alert is told to have sent it",
        patch: |said| {
            step(said, |step| match step.note {
                NoteClaim::GetsAlert { who, alert, late } => {
                    step.note = NoteClaim::SendsAlert { who, alert, late };
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the sender is told to keep a mail that the relay keeps",
        patch: |said| {
            step(said, |step| match &mut step.note {
                NoteClaim::Settled { by, .. } => turn(&mut by.actor, Actor::Relay, Actor::Sender),
                _ => false,
            })
        },
    },
    Mutation {
        name: "a sealed line is told as in clear",
        patch: |said| {
            step(said, |step| {
                step.at.as_mut().and_then(|at| at.sent.as_mut()).is_some_and(|(sealed, _)| turn(sealed, true, false))
            })
        },
    },
    Mutation {
        name: "a step is of the other side",
        patch: |said| {
            step(said, |step| {
                step.at.as_mut().is_some_and(|at| {
                    at.who = at.who.other();
                    true
                })
            })
        },
    },
    Mutation {
        name: "an end is told to wait for what it has had",
        patch: |said| {
            let early = MachineState::Client(ClientState::ExpectGreeting);
            step(said, |step| turn(&mut step.waits[0], MachineState::Client(ClientState::ExpectEhlo), early))
        },
    },
    Mutation {
        name: "a rail is green before the sender has verified",
        patch: |said| step(said, |step| turn(&mut step.rail, Some(Tone::Sealed), Some(Tone::Verified))),
    },
    Mutation {
        name: "the queue's words stand at the first decision",
        patch: |said| {
            let queue = said.queue;
            let first = said.decisions.first().map(|decided| decided.event).filter(|_| queue.is_some());
            step(said, |step| Some(step.event) == first && turn(&mut step.queue, None, queue))
        },
    },
    Mutation {
        name: "steps are counted from 0",
        patch: |said| {
            said.steps.iter_mut().for_each(|step| step.number -= 1);
            true
        },
    },
    Mutation {
        name: "a line has no row",
        patch: |said| {
            let found = said.rows.iter().position(|row| matches!(row, Row::Line { .. }));
            found.map(|at| said.rows.remove(at)).is_some()
        },
    },
    Mutation {
        name: "a row is sealed that is not",
        patch: |said| {
            said.rows.iter_mut().any(|row| match row {
                Row::Line { sealed, .. } => turn(sealed, false, true),
                _ => false,
            })
        },
    },
    Mutation {
        name: "a keyword that is listed again is told as not offered again",
        patch: |said| {
            said.rows.iter_mut().any(|row| match row {
                Row::Gone { line } => {
                    *line = "250-PIPELINING".to_owned();
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the ends of a connection are swapped",
        patch: |said| {
            said.lanes.iter_mut().any(|Lanes { hosts, .. }| {
                std::mem::swap(&mut hosts.0, &mut hosts.1);
                true
            })
        },
    },
    Mutation {
        name: "the second connection has the number of the first",
        patch: |said| said.lanes.iter_mut().any(|lanes| turn(&mut lanes.claim.number, 2, 1)),
    },
    Mutation {
        name: "an attacker stands there as the receiver",
        patch: |said| {
            let mut ends = said.lanes.iter_mut().flat_map(|lanes| &mut lanes.ends);
            ends.any(|end| {
                turn(&mut end.there, StandsThere::Actor(Actor::Attacker), StandsThere::Actor(Actor::Receiver))
            })
        },
    },
    // Eavesdropper.
    Mutation {
        name: "the message is kept and leaked both",
        patch: |said| {
            let leaked = said.tap.leaked(Subject::Message).next().cloned();
            let found = leaked.is_some();
            said.tap.kept.extend(leaked);
            found
        },
    },
    Mutation {
        name: "a mail that is in clear on its second hop is told as sealed",
        patch: |said| match said.tap_intro.mail {
            TappedMail::ReadableOn(_) => {
                said.tap_intro.mail = TappedMail::Sealed;
                true
            }
            _ => false,
        },
    },
    Mutation {
        name: "the outcome does not say whom the login was given to",
        patch: |said| said.because.login.take().is_some(),
    },
    Mutation {
        name: "a login that nobody was given is told as lost",
        patch: |said| {
            let by = Participant { actor: Actor::Attacker, side: Side::Server };
            said.because.login.is_none() && said.because.login.replace(by).is_none()
        },
    },
    Mutation {
        name: "the login that an attacker was given is left out",
        patch: |said| {
            turn(&mut said.tap_intro.lost, Lost::Both, Lost::Mail)
                || turn(&mut said.tap_intro.lost, Lost::Login, Lost::Nothing)
                || turn(&mut said.tap_intro.lost, Lost::Proof, Lost::Nothing)
        },
    },
    Mutation {
        name: "what an attacker was given is told as kept",
        patch: |said| {
            let lost = std::mem::take(&mut said.tap.lost);
            let found = !lost.is_empty();
            said.tap.kept.extend(lost);
            found
        },
    },
    Mutation {
        name: "a certificate that TLS 1.3 sealed is told as leaked",
        patch: |said| {
            let at = said.tap.kept.iter().position(|fact| matches!(fact.subject, Subject::Certificate(_)));
            at.map(|at| said.tap.kept.remove(at)).map(|fact| said.tap.leaked.push(fact)).is_some()
        },
    },
    Mutation {
        name: "a session with forward secrecy is told as opened by the server's key",
        patch: |said| {
            let opens = said.theft.opened == 0 && said.theft.sealed > 0;
            said.theft.opened = said.theft.sealed;
            opens
        },
    },
    Mutation {
        name: "of RSA key exchange it is said that the key only signed",
        patch: |said| {
            let mut roles = said.theft.roles.iter_mut();
            roles.any(|(_, role)| turn(role, KeyRole::Decrypts, KeyRole::Signs { is_tls13: false }))
        },
    },
    Mutation {
        name: "the mail that the server's key opens is told as kept",
        patch: |said| {
            let is_mail = |fact: &Fact| fact.subject == Subject::Message;
            let at = said.stolen.leaked.iter().position(is_mail).filter(|_| said.theft.opened > 0);
            at.map(|at| said.stolen.leaked.remove(at)).map(|fact| said.stolen.kept.push(fact)).is_some()
        },
    },
    // NTLM.
    Mutation {
        name: "a password that no word is is told as found",
        patch: |said| said.words.as_mut().is_some_and(|claim| turn(&mut claim.found, None, Some((1, "123456")))),
    },
    Mutation {
        name: "a password of the list is told as safe",
        patch: |said| said.words.as_mut().is_some_and(|claim| claim.found.take().is_some()),
    },
    Mutation {
        name: "words are tried on a login inside TLS",
        patch: |said| {
            let sealed = said.words.is_none() && !said.ntlm.is_empty();
            said.words = said.words.or(sealed.then_some(WordsClaim { words: 15, found: None }));
            sealed
        },
    },
    Mutation {
        name: "an NTLM login without TLS is told as bound to it",
        patch: |said| {
            said.ntlm.iter_mut().any(|(_, claim)| match claim {
                NtlmClaim::Answer { proves: Some(proof), .. } => turn(&mut proof.is_bound, false, true),
                _ => false,
            })
        },
    },
    Mutation {
        name: "a wrong password is told as right",
        patch: |said| {
            said.ntlm.iter_mut().any(|(_, claim)| match claim {
                NtlmClaim::Answer { check: Some(check), .. } => turn(&mut check.proof, false, true),
                _ => false,
            })
        },
    },
    Mutation {
        name: "the computer is told as the domain that asks",
        patch: |said| {
            said.ntlm.iter_mut().any(|(_, claim)| match claim {
                NtlmClaim::Challenge { target, computer: Some(computer), .. } => {
                    std::mem::swap(target, computer);
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "the proof that a listener recorded is told as kept",
        patch: |said| {
            let at = said.tap.leaked.iter().position(|fact| fact.subject == Subject::NtlmProof);
            at.map(|at| said.tap.leaked.remove(at)).map(|fact| said.tap.kept.push(fact)).is_some()
        },
    },
    Mutation {
        name: "the sizes of sealed records count their headers",
        patch: |said| {
            said.tap.leaked.iter_mut().any(|fact| match &mut fact.value {
                Learnt::Sealed { records, octets } => {
                    *octets += 5 * *records;
                    true
                }
                _ => false,
            })
        },
    },
    // The mark.
    Mutation {
        name: "a forged mark is shown as one",
        patch: |said| {
            said.mark.as_mut().is_some_and(|mark| match mark.showing {
                Showing::Forged(_) => {
                    mark.showing = Showing::Mark;
                    true
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a mark without a condition",
        patch: |said| {
            said.mark.as_mut().is_some_and(|mark| {
                mark.conditions.retain(|held| held.condition != Condition::Partners);
                true
            })
        },
    },
    Mutation {
        name: "a mark that is not deserved",
        patch: |said| said.mark.as_mut().is_some_and(|mark| turn(&mut mark.showing, Showing::Nothing, Showing::Mark)),
    },
    Mutation {
        name: "a condition that the run does not show is told to hold",
        patch: |said| {
            let mut all = said.mark.iter_mut().flat_map(|mark| &mut mark.conditions);
            all.any(|held| turn(&mut held.holds, None, Some(true)))
        },
    },
    Mutation {
        name: "a box that does nothing",
        patch: |said| {
            let mut all = said.boxes.iter_mut().filter(|(held, _)| held.condition == Condition::Listed);
            all.any(|(_, edit)| {
                edit.is_some_and(|_| {
                    *edit = Some(Edit::Reader(Reader::Other));
                    true
                })
            })
        },
    },
    // Decisions.
    Mutation {
        name: "an event of the Windows log for a sender that is no Exchange",
        patch: |said| {
            let exchange = matches!(said.queue, Some(QueueClaim::Postfix(_)));
            let mut decided = said.decisions.iter_mut().filter(|_| exchange);
            decided.any(|decided| {
                decided.logged.is_none() && {
                    decided.logged = Some(WindowsEvent { number: 2017, confirmed: false });
                    true
                }
            })
        },
    },
    Mutation {
        name: "the event of a wrong name for an invalid chain",
        patch: |said| {
            let mut events = said.decisions.iter_mut().filter_map(|decided| decided.logged.as_mut());
            events.any(|event| {
                turn(&mut event.number, 11015, 11011)
                    || turn(&mut event.number, 11017, 11012)
                    || turn(&mut event.number, 2015, 2017)
            })
        },
    },
    Mutation {
        name: "an inferred number of an event is told as confirmed",
        patch: |said| {
            let mut events = said.decisions.iter_mut().filter_map(|decided| decided.logged.as_mut());
            events.any(|event| turn(&mut event.confirmed, false, true))
        },
    },
    Mutation {
        name: "a sender went on since the certificate passed, which failed",
        patch: |said| reason(said, Reason::CertificateFailed, Reason::CertificatePassed),
    },
    Mutation {
        name: "a policy that demands TLS is told as optional",
        patch: |said| reason(said, Reason::TlsRequired, Reason::TlsOptional),
    },
    Mutation {
        name: "a reason is seen where the decision before was taken",
        patch: |said| {
            let earlier: Vec<usize> = said.decisions.iter().map(|decided| decided.event).collect();
            let mut all = said.decisions.iter_mut().skip(1).flat_map(|decided| because(&mut decided.decision));
            all.any(|because| {
                let is_own =
                    matches!(because.reason, Reason::CertificatePassed | Reason::CertificateFailed | Reason::Refused);
                is_own && because.event.replace(earlier[0]).is_some()
            })
        },
    },
    Mutation {
        name: "a connector that is not set up is told as a missing offer",
        patch: |said| {
            let mut all = said.decisions.iter_mut().map(|decided| &mut decided.claim);
            all.any(|claim| turn(claim, DecisionClaim::ConnectorNotSetUp, DecisionClaim::KeptNotOffered))
        },
    },
    Mutation {
        name: "an unjudged certificate is told as verified",
        patch: |said| {
            let mut all = said.decisions.iter_mut().map(|decided| &mut decided.claim);
            all.any(|claim| turn(claim, DecisionClaim::PassedNotJudged, DecisionClaim::Verified(Passed::Rightly)))
        },
    },
    Mutation {
        name: "nothing is said of a certificate that passed wrongly",
        patch: |said| {
            let mut all = said.decisions.iter_mut().map(|decided| &mut decided.claim);
            all.any(|claim| match claim {
                DecisionClaim::Verified(worth) | DecisionClaim::DomainProved(worth) => {
                    turn(worth, Passed::Wrongly, Passed::Rightly) || turn(worth, Passed::Revoked, Passed::Rightly)
                }
                _ => false,
            })
        },
    },
    Mutation {
        name: "a revoked certificate of the client is left out",
        patch: |said| match &mut said.because.first {
            FirstHop::BothVerified { client, .. } => turn(client, true, false),
            _ => false,
        },
    },
    Mutation {
        name: "a partner is taken as anybody",
        patch: |said| {
            let mut all = said.decisions.iter_mut().map(|decided| &mut decided.claim);
            all.any(|claim| turn(claim, DecisionClaim::Partner(Passed::Rightly), DecisionClaim::Taken))
        },
    },
    Mutation {
        name: "the sender goes on, which gave up",
        patch: |said| {
            let mut all = said.decisions.iter_mut().map(|decided| &mut decided.decision);
            all.any(|decision| match decision {
                Decision::Sender(decided) => turn(&mut decided.answer, TlsAnswer::Defer, TlsAnswer::GoOn),
                Decision::Receiver(_) => false,
            })
        },
    },
    Mutation {
        name: "the queue quotes what no server said",
        patch: |said| match said.queue {
            Some(QueueClaim::ExchangeQuotes(_)) => {
                said.queue = Some(QueueClaim::ExchangeQuotes("421 4.3.2 Service not available"));
                true
            }
            _ => false,
        },
    },
    Mutation {
        name: "the queue of an Exchange speaks as Postfix",
        patch: |said| {
            turn(&mut said.queue, Some(QueueClaim::ExchangeRequiresTls), Some(QueueClaim::Postfix(Gate::Offer)))
        },
    },
    Mutation {
        name: "the queue quotes another reply",
        patch: |said| match said.queue {
            Some(QueueClaim::ExchangeQuotes(line)) => {
                said.queue = other_reply(said, line).map(QueueClaim::ExchangeQuotes);
                said.queue.is_some()
            }
            _ => false,
        },
    },
    // Other runs.
    Mutation {
        name: "another policy would deliver, which would not",
        patch: |said| {
            let mut all = said.otherwise.iter_mut().flat_map(|panel| &mut panel.changes);
            all.any(|told| turn(&mut told.headline, HeadlineClaim::Waits, HeadlineClaim::NotAuthenticated))
        },
    },
    Mutation {
        name: "another policy would give up, which would go on",
        patch: |said| {
            let mut all = said.otherwise.iter_mut().flat_map(|panel| &mut panel.changes);
            all.any(|told| turn(&mut told.answer, Some("go on"), Some("give up for now")))
        },
    },
    Mutation {
        name: "a policy that would make a difference is left out",
        patch: |said| {
            let is_policy = |told: &crate::said::Change| matches!(told.edits.first(), Some(Edit::Policy(_)));
            said.otherwise.iter_mut().filter(|panel| panel.gate.is_some()).any(|panel| {
                let at = panel.changes.iter().position(is_policy);
                at.map(|at| panel.changes.remove(at)).is_some()
            })
        },
    },
    Mutation {
        name: "lines that differ are told as alike",
        patch: |said| {
            let lines =
                |pair: &&mut starttls_lab::compare::Pair| !pair.same && pair.left.is_some() && pair.right.is_some();
            let mut pairs = said.beside.iter_mut().flat_map(|beside| &mut beside.comparison.pairs);
            pairs.find(lines).is_some_and(|pair| {
                pair.same = true;
                // Only of lines is it checked whether they are.
                said.steps.iter().any(|step| {
                    Some(step.event) == pair.right && matches!(step.step, StepClaim::Reply(_) | StepClaim::Keyword(_))
                })
            })
        },
    },
    Mutation {
        name: "the first octet that differs is one too late",
        patch: |said| {
            said.beside.as_mut().and_then(|beside| beside.comparison.octet.as_mut()).is_some_and(|octet| {
                octet.at += 1;
                true
            })
        },
    },
    Mutation {
        name: "a switch makes a difference that is not switched",
        patch: |said| {
            said.beside.as_mut().is_some_and(|beside| {
                beside.causes.push(Edit::Reader(beside.scenario.reader));
                true
            })
        },
    },
    Mutation {
        name: "two ends are told as alike that differ",
        patch: |said| {
            said.beside.as_mut().is_some_and(|beside| turn(&mut beside.endings, Endings::Different, Endings::Alike))
        },
    },
    Mutation {
        name: "a switch that decides nothing is told to decide",
        patch: |said| {
            let seed = Edit::Seed(Seed(7));
            said.beside.as_mut().is_some_and(|beside| {
                beside.deciding.push(seed);
                true
            })
        },
    },
    // The grid.
    Mutation {
        name: "a cell knows nothing of a wrong belief",
        patch: |said| said.cell.as_mut().is_some_and(|cell| turn(&mut cell.deceived, true, false)),
    },
    Mutation {
        name: "a cell knows nothing of a second connection",
        patch: |said| said.cell.as_mut().is_some_and(|cell| turn(&mut cell.again, true, false)),
    },
    Mutation {
        name: "a cell has another colour than its session",
        patch: |said| said.cell.as_mut().is_some_and(|cell| turn(&mut cell.tone, Tone::Sealed, Tone::Verified)),
    },
    // Files.
    Mutation {
        name: "the transcript has a sealed line in clear",
        patch: |said| transcript(said, |line| line.contains(" ~> ").then(|| line.replacen(" ~> ", " -> ", 1))),
    },
    Mutation {
        name: "the transcript has a line of the server as the client's",
        patch: |said| transcript(said, |line| line.contains("<-  250 ").then(|| line.replacen("<-  ", " -> ", 1))),
    },
    Mutation {
        name: "the transcript counts events and not steps",
        patch: |said| transcript(said, |line| line.strip_prefix("  3 ").map(|rest| format!("  5 {rest}"))),
    },
    Mutation {
        name: "the transcript has a point elsewhere",
        patch: |said| transcript(said, |line| (line.get(4..6) == Some("02")).then(|| line.replacen(" 02 ", " 03 ", 1))),
    },
    Mutation {
        name: "the Send log has a password",
        patch: |said| {
            log(&mut said.logs[0], |line| {
                line.contains("<authentication response>")
                    .then(|| line.replacen("<authentication response>", "c2FsZXM=", 1))
            })
        },
    },
    Mutation {
        name: "the Receive log has what was received as sent",
        patch: |said| {
            log(&mut said.logs[1], |line| line.contains(",<,EHLO ").then(|| line.replacen(",<,EHLO ", ",>,EHLO ", 1)))
        },
    },
    Mutation {
        name: "the Receive log has another address of the client than the server's words",
        patch: |said| {
            // The remote endpoint, of a connection on which the server names it.
            let other =
                said.logs[1].replace(":25,192.0.2.", ":25,192.0.3.").replace(":25,203.0.113.", ":25,203.0.114.");
            let differs = other != said.logs[1];
            said.logs[1] = other;
            differs && said.logs[1].contains(" Hello [")
        },
    },
    Mutation {
        name: "the Send log has the relay's connection, too",
        patch: |said| {
            let relays = said.because.onward.is_some();
            let copy = said.logs[0]
                .lines()
                .filter(|line| !line.starts_with('#'))
                .map(|line| format!("{line}\r\n"))
                .collect::<String>();
            said.logs[0].push_str(&copy);
            relays
        },
    },
    Mutation {
        name: "an arrow of the drawing is sealed that is readable",
        patch: |said| drawn(said, "soft w clear\">readable", "soft w sealed\">sealed"),
    },
    Mutation {
        name: "an arrow of the drawing is green before the sender has verified",
        patch: |said| drawn(said, "soft w sealed\">sealed", "soft w verified\">verified"),
    },
    Mutation {
        name: "the drawing has another outcome",
        patch: |said| {
            drawn(
                said,
                ">Delivered, encrypted, not authenticated<",
                ">Delivered, encrypted, and to the verified server<",
            )
        },
    },
    Mutation {
        name: "the book's 250 is told as not of this run",
        patch: |said| {
            said.printed
                .iter_mut()
                .any(|row| turn(&mut row.difference, Some(Difference::Code250For220), Some(Difference::NotInThisRun)))
        },
    },
    Mutation {
        name: "a second greeting is told as sent",
        patch: |said| {
            said.printed.iter_mut().any(|row| turn(&mut row.difference, Some(Difference::SecondGreeting), None))
        },
    },
];
