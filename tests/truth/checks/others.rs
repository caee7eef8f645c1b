//! What is said of other runs: what one switch would change, what a box of the mark's conditions does, where two runs differ. Each is held
//! against these runs.

use super::decisions::answer_at;
use super::outcome::{first_hop as is_because, is_headline};
use super::{Check, Checked, hold, mark};
use crate::naive::{Line, Naive};
use crate::said::{Beside, Said};
use starttls_lab::compare::Endings;
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, ClientPolicy, Edit, Scenario, Side};
use starttls_lab::trace::{StreamKind, What};

pub const CHECKS: &[Check] = &[
    Check { kind: "what would be otherwise", look: otherwise },
    Check { kind: "policy that would be otherwise", look: policies },
    Check { kind: "box of a condition", look: boxes },
    Check { kind: "line of a comparison", look: lines },
    Check { kind: "first octet that differs", look: octet },
    Check { kind: "switch that makes a difference", look: causes },
    Check { kind: "how two runs end", look: endings },
];

/// Reads the run of another scenario.
fn with<T>(scenario: Scenario, read: impl FnOnce(&Naive) -> T) -> T {
    let trace = run(&scenario);
    read(&Naive::of(&trace, scenario))
}

/// Where a decision is taken: on whose hop, on which of its connections; the event's gate is the decision's own.
fn place(naive: &Naive, event: usize) -> Result<(bool, usize), String> {
    let connection = naive.trace.events[event].connection;
    let onward = naive.connection(connection).ok_or("no connection")?.onward;
    let nth = naive.talks.iter().filter(|talk| talk.onward == onward && talk.number < connection).count();
    Ok((onward, nth))
}

/// Each sentence is true of the run with that switch.
fn otherwise(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for panel in &said.otherwise {
        let place = place(naive, panel.event)?;
        for told in &panel.changes {
            hold!(!told.edits.is_empty(), "no switch");
            for &edit in &told.edits {
                let scenario = naive.scenario.with(edit);
                hold!(scenario != naive.scenario && scenario.conflict().is_none(), "{edit} is no change");
                with(scenario, |other| {
                    let answer = answer_at(other, place, panel.gate);
                    hold!(answer == told.answer, "{edit}: {:?}, not {answer:?}", told.answer);
                    is_headline(other, told.headline).map_err(|words| format!("{edit}: the mail would be {words}"))
                })?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// Of the policies, every one that decides otherwise, or with which the mail fares otherwise, is named.
fn policies(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for panel in said.otherwise.iter().filter(|panel| panel.gate.is_some()) {
        let place = place(naive, panel.event)?;
        let now = answer_at(naive, place, panel.gate);
        for &policy in ClientPolicy::ALL {
            let edit = Edit::Policy(policy);
            let scenario = naive.scenario.with(edit);
            if scenario == naive.scenario || scenario.conflict().is_some() {
                continue;
            }
            let is_other = with(scenario, |other| {
                answer_at(other, place, panel.gate) != now || is_headline(other, said.headline).is_err()
            });
            let is_told = panel.changes.iter().any(|told| told.edits.contains(&edit));
            hold!(is_other == is_told, "event {}: {edit} told: {is_told}", panel.event);
            count += 1;
        }
    }
    Ok(count)
}

/// A box turns its condition around, and stays as it was set.
fn boxes(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for (held, edit) in &said.boxes {
        let Some(edit) = *edit else { continue };
        let scenario = naive.scenario.with(edit);
        hold!(scenario != naive.scenario && scenario.conflict().is_none(), "{edit} is no change");
        let then = with(scenario, |other| mark::holds(other, held.condition));
        hold!(then == Some(held.holds != Some(true)), "{:?}: {edit} makes it {then:?}", held.condition);
        count += 1;
    }
    Ok(count)
}

/// The lines of a run, in order, each with its event.
fn spoken<'b>(naive: &'b Naive) -> impl Iterator<Item = (u16, &'b Line<'b>)> {
    naive.spoken().into_iter().map(|(talk, line)| (talk.number, line))
}

fn beside<'b>(naive: &'b Naive, said: &'b Said) -> Option<(&'b Beside<'b>, Naive<'b>, &'b Naive<'b>)> {
    let beside = said.beside.as_ref()?;
    Some((beside, Naive::of(&beside.study.trace, beside.scenario), naive))
}

/// Every line of both stands in one pair, in order; those of a pair that is called the same are the same, and no others.
fn lines(naive: &Naive, said: &Said) -> Checked {
    let Some((beside, left, right)) = beside(naive, said) else { return Ok(0) };
    let pairs = &beside.comparison.pairs;
    let told = |of: &dyn Fn(&starttls_lab::compare::Pair) -> Option<usize>, naive: &Naive| -> Vec<usize> {
        pairs.iter().filter_map(of).filter(|&event| naive.line(event).is_some()).collect()
    };
    let all = |naive: &Naive| -> Vec<usize> { spoken(naive).map(|(_, line)| line.event).collect() };
    hold!(told(&|pair| pair.left, &left) == all(&left), "not every line of the pinned run stands there once");
    hold!(told(&|pair| pair.right, right) == all(right), "not every line of this run stands there once");
    for pair in pairs {
        let one = pair.left.and_then(|event| left.line(event));
        let other = pair.right.and_then(|event| right.line(event));
        let (Some((a, one)), Some((b, other))) = (one, other) else {
            hold!(!pair.same || one.is_none() && other.is_none(), "{pair:?}");
            continue;
        };
        let same = (a.number, one.by, one.sealed, &one.text) == (b.number, other.by, other.sealed, &other.text);
        hold!(pair.same == same, "{:?} and {:?}: {}", one.text, other.text, pair.same);
    }
    let alike = spoken(&left)
        .map(|(number, line)| (number, line.by, line.sealed, line.text.clone()))
        .eq(spoken(right).map(|(number, line)| (number, line.by, line.sealed, line.text.clone())));
    hold!(beside.comparison.first().is_some() || alike, "called alike");
    Ok(pairs.len())
}

/// Of all places where the wires part, the one that was sent first.
fn octet(naive: &Naive, said: &Said) -> Checked {
    let Some((beside, left, right)) = beside(naive, said) else { return Ok(0) };
    let wire = |naive: &Naive, number, by| -> Vec<u8> {
        naive
            .streams(StreamKind::Wire)
            .filter(|(n, from, _)| (*n, *from) == (number, by))
            .flat_map(|(_, _, octets)| octets.to_vec())
            .collect()
    };
    let sides = || (0..4).flat_map(|number| [(number, Side::Server), (number, Side::Client)]);
    let differs = |(number, by): (u16, Side)| {
        let (one, other) = (wire(&left, number, by), wire(right, number, by));
        let at = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
        (one.get(at) != other.get(at)).then(|| (number, by, at, one.get(at).copied(), other.get(at).copied()))
    };
    let all: Vec<_> = sides().filter_map(differs).collect();
    match beside.comparison.octet {
        None => hold!(all.is_empty(), "alike to the last octet, but {all:?}"),
        Some(octet) => {
            let told = (octet.connection, octet.from, octet.at, octet.left, octet.right);
            hold!(all.contains(&told), "{told:?}, not one of {all:?}");
            // An event that sent it, in the run that has sent one.
            let sent = |naive: &Naive, event: Option<usize>, octet: Option<u8>| match event {
                Some(event) => {
                    let What::Sent { wire, .. } = naive.trace.events[event].what else { return false };
                    naive.trace.events[event].who == told.1
                        && (wire.start as usize..wire.end as usize).contains(&told.2)
                        && octet.is_some_and(|octet| {
                            naive.trace.octets(wire).get(told.2 - wire.start as usize) == Some(&octet)
                        })
                }
                None => octet.is_none(),
            };
            hold!(sent(&left, octet.events.0, octet.left) && sent(right, octet.events.1, octet.right), "{octet:?}");
        }
    }
    Ok(1)
}

/// With the switch alone, the first line that differs from the pinned run is the same.
fn causes(naive: &Naive, said: &Said) -> Checked {
    let Some((beside, left, right)) = beside(naive, said) else { return Ok(0) };
    let edits = right.scenario.edits_from(&left.scenario);
    let first = |other: &Naive| {
        let pairs = spoken(&left).zip(spoken(other));
        let same = |((a, one), (b, other)): &((u16, &Line), (u16, &Line))| {
            (a, one.by, one.sealed, &one.text) == (b, other.by, other.sealed, &other.text)
        };
        pairs.take_while(same).count()
    };
    let now = first(right);
    // What differs first may be no line; then the first line that does comes behind it, in one run and in the other.
    let is_line =
        beside.comparison.first().is_some_and(|pair| pair.left.is_some_and(|event| left.line(event).is_some()));
    for edit in &beside.causes {
        hold!(edits.contains(edit), "{edit} is no switch that differs");
        // Other octets, others at the ends, or another decision that comes to the same.
        let differs = |other: &Naive| {
            let (one, other) = (left.trace, other.trace);
            one.streams != other.streams || one.cast.meetings != other.cast.meetings || one.events != other.events
        };
        let (alone, differs) = with(left.scenario.with(*edit), |other| (first(other), differs(other)));
        hold!(differs && (alone == now || !is_line), "{edit} alone: line {alone}, not {now}");
    }
    Ok(beside.causes.len())
}

/// Alike or not, by the headlines; and each switch that is said to decide turns one outcome into the other, alone.
fn endings(naive: &Naive, said: &Said) -> Checked {
    let Some((beside, left, right)) = beside(naive, said) else { return Ok(0) };
    let now = said.headline;
    let alike = is_headline(&left, now).is_ok();
    let because = |naive: &Naive, said: &Said| is_because(naive, said).is_ok();
    let holds = match beside.endings {
        Endings::Different => !alike,
        Endings::Alike => alike && because(&left, said),
        Endings::OtherReason => alike,
    };
    hold!(holds, "{:?}", beside.endings);
    hold!(beside.deciding.is_empty() || !alike, "{:?} decide nothing", beside.deciding);
    for &to in &beside.deciding {
        let back = right.scenario.with(to) == right.scenario;
        let there = with(left.scenario.with(to), |other| is_headline(other, now).is_ok());
        let undone = left.scenario.edits_from(&right.scenario).into_iter().find(|edit| edit.key() == to.key());
        let here =
            undone.is_some_and(|undone| with(right.scenario.with(undone), |other| is_headline(other, now).is_err()));
        hold!(back && (there || here), "{to} alone decides nothing");
    }
    Ok(1 + beside.deciding.len())
}
