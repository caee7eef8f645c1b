//! All that is said of one run: by the page, by the transcript, the protocol logs and the drawing, and by its cell of the grid. Claims as they
//! were chosen, and the English that they get; a check may look at either.

use starttls_lab::compare::{Comparison, Endings, causes, deciding};
use starttls_lab::files::{ladder, protocol_log, transcript};
use starttls_lab::grid::Cell;
use starttls_lab::lesson::{AskId, Asking, Halt};
use starttls_lab::ntlm::Captured;
use starttls_lab::policy::{Decision, WindowsEvent};
use starttls_lab::scenario::{Choice, Edit, Scenario, Side, nearest};
use starttls_lab::smtp::{Gate, MachineState};
use starttls_lab::story::ntlm::attempts;
use starttls_lab::story::printed::PrintedRow;
use starttls_lab::story::rows::Row;
use starttls_lab::story::say::{
    self, AtClaim, BecauseClaim, ConnectionClaim, DecisionClaim, EndClaim, FolderClaim, HeadlineClaim, LampClaim,
    LampName, LengthClaim, LessonClaim, MissingClaim, NoCertificateClaim, NoSecondListClaim, NoteClaim, NtlmClaim,
    PointClaim, QueueClaim, RecordingClaim, RevocationClaim, StepClaim, StolenClaim, StreamClaim, TapClaim, WordsClaim,
};
use starttls_lab::story::wiretap::Wiretap;
use starttls_lab::story::{self, CapabilityChange, Held, Light, Mark, Part, Status, Tone};
use starttls_lab::text::EN;
use starttls_lab::tls::CertificateCheck;
use starttls_lab::trace::What;
use starttls_lab::ui::state::{Run, RunName};
use starttls_lab::ui::study::Study;

/// A lamp: the verdict, the event to which it leads, and what else it says.
#[derive(Clone, Debug)]
pub struct Lamp<'a> {
    pub name: LampName,
    pub light: Light,
    pub detail: LampClaim<'a>,
}

#[derive(Clone, Debug)]
pub struct Point<'a> {
    pub part: Part,
    pub status: Status,
    pub events: Vec<usize>,
    pub name: PointClaim<'a>,
    /// What is said where it was not reached.
    pub missing: MissingClaim,
    pub lesson: LessonClaim<'a>,
}

/// A side's section of the tab of certificates.
#[derive(Clone, Debug)]
pub struct Shown {
    pub of: Side,
    pub check: Option<CertificateCheck>,
    pub none: Option<NoCertificateClaim>,
    pub revocation: Option<RevocationClaim>,
}

/// What is said of one connection.
#[derive(Clone, Debug)]
pub struct Chapter<'a> {
    pub connection: u16,
    pub points: Vec<Point<'a>>,
    pub lamps: Vec<Lamp<'a>>,
    pub changes: Vec<CapabilityChange>,
    pub no_second_list: NoSecondListClaim,
    pub certificates: [Shown; 2],
}

#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub event: usize,
    pub number: usize,
    pub step: StepClaim<'a>,
    pub note: NoteClaim<'a>,
    pub at: Option<AtClaim>,
    pub recording: Option<RecordingClaim>,
    pub stream: Option<StreamClaim>,
    pub length: Option<LengthClaim>,
    /// The colour of its rail, where it sends something.
    pub rail: Option<Tone>,
    /// Who waits for what: the client, the server.
    pub waits: [MachineState; 2],
    /// What its panel says of the queue.
    pub queue: Option<QueueClaim<'a>>,
}

/// A decision, as its panel shows it.
#[derive(Clone, Debug)]
pub struct Decided {
    pub event: usize,
    pub claim: DecisionClaim,
    pub decision: Decision,
    pub logged: Option<WindowsEvent>,
}

/// What a decision's panel says of other runs.
#[derive(Clone, Debug)]
pub struct Otherwise {
    pub event: usize,
    /// `None`: it is the receiver's, at MAIL FROM.
    pub gate: Option<Gate>,
    pub changes: Vec<Change>,
}

/// Switches of one kind, and what each of them comes to.
#[derive(Clone, Debug)]
pub struct Change {
    pub edits: Vec<Edit>,
    /// In words; `None`: there is nothing to decide then.
    pub answer: Option<&'static str>,
    pub headline: HeadlineClaim,
}

/// What is said of this run beside another one, which is pinned.
#[derive(Clone, Debug)]
pub struct Beside<'a> {
    pub scenario: Scenario,
    pub study: &'a Study,
    pub comparison: Comparison,
    pub causes: Vec<Edit>,
    pub endings: Endings,
    /// Switches that alone turn one outcome into the other.
    pub deciding: Vec<Edit>,
}

/// The heads of a connection's lanes.
#[derive(Clone, Debug)]
pub struct Lanes {
    pub claim: ConnectionClaim,
    pub ends: [EndClaim; 2],
    pub hosts: (String, String),
}

/// Everything.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// Of which preset the scenario is; where it is the preset's own.
    pub preset: Option<&'static str>,
    /// The preset that it is called after, and how.
    pub name: (&'static str, RunName),
    pub headline: HeadlineClaim,
    pub because: BecauseClaim<'a>,
    /// Event and step.
    pub decided_at: Option<(usize, usize)>,
    pub folder: FolderClaim,
    pub tone: Tone,
    pub chapters: Vec<Chapter<'a>>,
    pub steps: Vec<Step<'a>>,
    pub rows: Vec<Row>,
    pub lanes: Vec<Lanes>,
    pub decisions: Vec<Decided>,
    pub queue: Option<QueueClaim<'a>>,
    pub tap: Wiretap,
    pub tap_intro: TapClaim,
    /// The same of one who has stolen the server's key, and what it opens.
    pub stolen: Wiretap,
    pub stolen_intro: TapClaim,
    pub theft: StolenClaim,
    /// By event.
    pub ntlm: Vec<(usize, NtlmClaim)>,
    /// Of a listener without keys.
    pub words: Option<WordsClaim>,
    pub mark: Option<Mark>,
    pub printed: Vec<PrintedRow>,
    /// What is said of other runs; only where that was asked for.
    pub otherwise: Vec<Otherwise>,
    pub boxes: Vec<(Held, Option<Edit>)>,
    pub beside: Option<Beside<'a>>,
    /// Where the run is one of the grid.
    pub cell: Option<Cell>,
    /// Where the run halts by itself; and each question of the bank alone.
    pub halts: Vec<Halt>,
    pub asked: Vec<Halt>,
    pub transcript: String,
    /// The sender's, the receiver's.
    pub logs: [String; 2],
    pub drawing: String,
}

impl<'a> Said<'a> {
    pub fn of(study: &'a Study, cell: Option<Cell>) -> Said<'a> {
        let facts = study.facts();
        let outcome = &study.story.outcome;
        let chapters = study.story.chapters().iter().map(|chapter| self::chapter(study, chapter)).collect();
        let steps = study.steps.all().iter().map(|&event| Step {
            event,
            number: study.steps.number(event),
            step: say::step(facts, event),
            note: say::note(facts, event),
            at: say::at(facts, event),
            recording: say::recording(facts, event),
            stream: say::stream(facts, event),
            length: say::length(facts, event),
            rail: rail(study, event),
            waits: [Side::Client, Side::Server].map(|side| study.machine(side, event)),
            queue: say::queue_at(facts, event),
        });
        let scenario = study.trace.origin.scenario().expect("a run");
        let near = nearest(scenario);
        let decisions = study.trace.events.iter().enumerate().filter_map(|(id, event)| match &event.what {
            What::Decided(decision) => Some(decided(study, id, decision)),
            _ => None,
        });
        let lanes = study.trace.connections().map(|connection| Lanes {
            claim: say::connection(facts, connection),
            ends: [Side::Client, Side::Server].map(|side| say::end(facts, connection, side)),
            hosts: study.hosts(connection),
        });
        Said {
            preset: Some(near.name).filter(|_| near.scenario == *scenario),
            name: (near.name, Run::of(*scenario, near.name).name()),
            headline: say::headline(facts),
            because: say::because(facts),
            decided_at: outcome.first.decided.map(|event| (event, study.steps.number(event))),
            folder: say::folder(facts),
            tone: outcome.tone(),
            chapters,
            steps: steps.collect(),
            rows: study.rows.clone(),
            lanes: lanes.collect(),
            decisions: decisions.collect(),
            queue: say::queue(facts),
            tap: study.wiretap().clone(),
            tap_intro: say::tap(facts, study.wiretap(), false),
            stolen: study.stolen().wiretap.clone(),
            stolen_intro: say::tap(facts, &study.stolen().wiretap, true),
            theft: say::stolen(facts, study.tapped(), &study.stolen().reading),
            ntlm: (0..study.trace.events.len()).filter_map(|id| Some((id, say::ntlm(facts, id)?))).collect(),
            words: captured(study).map(|captured| say::words(&captured)),
            mark: study.story.mark.clone(),
            printed: study.printed().to_vec(),
            otherwise: Vec::new(),
            boxes: Vec::new(),
            beside: None,
            cell,
            halts: study.halts(Asking::Bank),
            asked: AskId::ALL.iter().flat_map(|&ask| study.halts(Asking::These(&[ask]))).collect(),
            transcript: transcript(facts, &EN),
            logs: [Side::Client, Side::Server].map(|side| protocol_log(facts, side)),
            drawing: ladder(facts, &EN),
        }
    }

    /// With what is said of other runs.
    pub fn with_others(mut self, study: &'a Study, pinned: (&Scenario, &'a Study)) -> Said<'a> {
        let panels = self.decisions.iter().map(|decided| {
            let changes = study.alternatives(decided.event, &decided.decision).into_iter().map(|found| Change {
                edits: found.edits,
                answer: found.decision.map(EN.decisions.answer),
                headline: found.headline,
            });
            let gate = decided.decision.sender().map(|decided| decided.seen.gate);
            Otherwise { event: decided.event, gate, changes: changes.collect() }
        });
        self.otherwise = panels.collect();
        self.boxes = study.boxes().to_vec();
        let (scenario, other) = pinned;
        let now = study.trace.origin.scenario().expect("a run");
        let left = (&other.trace, &other.reading);
        let comparison = Comparison::of(left, (&study.trace, &study.reading));
        let causes = causes(scenario, left, now, &comparison);
        let deciding = deciding((scenario, say::headline(other.facts())), (now, self.headline));
        let endings = Endings::of(other.facts(), study.facts());
        self.beside = Some(Beside { scenario: *scenario, study: other, comparison, causes, endings, deciding });
        self
    }

    /// Every sentence that the claims come to, with what it is about.
    pub fn sentences(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("headline", (EN.outcome.headline)(self.headline).to_owned()),
            ("because", (EN.outcome.because)(&self.because)),
            ("folder", (EN.outcome.folder)(self.folder).to_owned()),
            ("eavesdropper", (EN.inspector.tap_intro)(&self.tap_intro)),
            ("eavesdropper", (EN.inspector.tap_intro)(&self.stolen_intro)),
            ("the stolen key", (EN.inspector.stolen)(&self.theft)),
        ];
        all.extend(self.words.map(|claim| ("words", (EN.ntlm.words)(claim))));
        for (_, claim) in &self.ntlm {
            all.push(("NTLM", (EN.ntlm.claim)(claim)));
            all.extend(claim.check().map(|check| ("NTLM", (EN.ntlm.check)(check))));
        }
        all.extend(self.queue.iter().map(|claim| ("queue", (EN.decisions.queue)(claim))));
        for chapter in &self.chapters {
            for point in &chapter.points {
                all.push(("point", (EN.points.name)(&point.name)));
                if point.status == Status::NotReached {
                    all.push(("missing", (EN.points.missing)(point.missing).to_owned()));
                    continue;
                }
                let lesson = (EN.points.lesson)(&point.lesson);
                all.push(("lesson", lesson.heading.to_owned()));
                all.extend(lesson.paragraphs.into_iter().map(|words| ("lesson", words)));
            }
            let detailed = chapter.lamps.iter().filter(|lamp| lamp.detail != LampClaim::Plain);
            all.extend(detailed.map(|lamp| ("lamp", (EN.outcome.light_detail)(&lamp.detail))));
            all.push(("no second list", (EN.inspector.no_after)(chapter.no_second_list).to_owned()));
            for shown in &chapter.certificates {
                all.extend(shown.none.map(|claim| ("no certificate", (EN.certificate.none)(claim).to_owned())));
                if let Some(check) = &shown.check {
                    let text = &EN.certificate;
                    let found = [text.chain_found, text.name_found, text.dates_found, text.purpose_found];
                    all.extend(found.map(|found| ("certificate", found(check))));
                }
            }
        }
        for step in &self.steps {
            all.push(("step", (EN.inspector.step)(&step.step)));
            all.extend(Some(("note", (EN.log.note)(&step.note))).filter(|_| step.note != NoteClaim::Nothing));
            all.extend(step.at.map(|claim| ("at", (EN.inspector.at)(&claim))));
        }
        for lanes in &self.lanes {
            all.push(("connection", (EN.log.connection)(&lanes.claim)));
            all.extend(lanes.ends.iter().map(|end| ("end", (EN.log.end)(end))));
        }
        for decided in &self.decisions {
            all.push(("decision", (EN.decisions.answer)(&decided.decision).to_owned()));
            all.extend(
                decided.decision.reasons().map(|reason| ("reason", (EN.decisions.reason)(&decided.decision, reason))),
            );
            all.extend(decided.logged.map(|event| ("logged", (EN.decisions.logged)(event))));
        }
        all
    }
}

/// What a listener without keys can try words on.
pub fn captured(study: &Study) -> Option<Captured> {
    attempts(&study.trace, study.tapped()).first()?.captured()
}

fn chapter<'a>(study: &'a Study, chapter: &'a story::Chapter) -> Chapter<'a> {
    let facts = study.facts();
    let points = chapter.parts().map(|(part, first)| {
        let point = match part {
            Part::Point(checkpoint) => chapter.point(checkpoint),
            Part::Mail | Part::Goodbye => None,
        };
        let reached = first.map_or(Status::NotReached, |_| Status::Reached);
        Point {
            part,
            status: point.map_or(reached, |point| point.status),
            events: point.map_or(first.into_iter().collect(), |point| point.events.clone()),
            name: say::point(facts, chapter, part),
            missing: say::missing(facts, chapter, part),
            lesson: say::lesson(facts, chapter, part),
        }
    });
    let lights = &chapter.lights;
    let lights =
        [&lights.offered, &lights.accepted, &lights.handshake, &lights.chain, &lights.name, &lights.client_certificate];
    let lamps = lights.into_iter().zip(say::lamps(facts, chapter));
    let lamps = lamps.map(|(light, say::Lamp { name, found })| Lamp { name, light: light.clone(), detail: found });
    let shown = |of, check: &Option<CertificateCheck>| Shown {
        of,
        check: check.clone(),
        none: say::no_certificate(facts, chapter, of),
        revocation: check.as_ref().map(|check| say::revocation(facts, check)),
    };
    let findings = &chapter.findings;
    Chapter {
        connection: chapter.account.connection,
        points: points.collect(),
        lamps: lamps.collect(),
        changes: chapter.changes.clone(),
        no_second_list: say::no_second_list(facts, chapter),
        certificates: [shown(Side::Server, &findings.check), shown(Side::Client, &findings.client_check)],
    }
}

/// Of what crosses the wire.
fn rail(study: &Study, event: usize) -> Option<Tone> {
    let found = study.trace.events.get(event)?;
    let What::Sent { text, .. } = found.what else { return None };
    let sealed = match text {
        Some(_) => study.trace.sealed(found),
        None => study.reading.messages(event).iter().all(|message| message.sealed),
    };
    Some(study.story.chapter(found.connection)?.tone(event, sealed))
}

fn decided(study: &Study, event: usize, decision: &Decision) -> Decided {
    let claim = match say::step(study.facts(), event) {
        StepClaim::Decided(claim) => claim,
        other => panic!("{other:?} of a decision"),
    };
    let logged = say::logged(study.facts(), event);
    Decided { event, claim, decision: decision.clone(), logged }
}
