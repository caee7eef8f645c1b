//! What is written down of a run: the transcript, the protocol logs of both ends, the drawing.

use super::{Check, Checked, hold};
use crate::naive::{Line, Naive, Role, Talk};
use crate::said::Said;
use starttls_lab::bytes::printable;
use starttls_lab::scenario::Side;
use starttls_lab::text::EN;
use starttls_lab::tls::sha256;
use starttls_lab::trace::{Actor, StreamKind, What};

pub const CHECKS: &[Check] = &[
    Check { kind: "line of the transcript", look: transcript },
    Check { kind: "margin of the transcript", look: margins },
    Check { kind: "line of the Send log", look: |naive, said| log(naive, said, Side::Client) },
    Check { kind: "line of the Receive log", look: |naive, said| log(naive, said, Side::Server) },
    Check { kind: "address", look: addresses },
    Check { kind: "arrow of the drawing", look: drawing },
];

/// What the transcript has of a line: arrows of swaks, one for each line of a message.
fn arrows(line: &Line) -> Vec<String> {
    let arrow = match (line.by, line.sealed) {
        (Side::Client, false) => " -> ",
        (Side::Client, true) => " ~> ",
        (Side::Server, false) => "<-  ",
        (Side::Server, true) => "<~  ",
    };
    let text = String::from_utf8_lossy(line.octets);
    let text = text.strip_suffix("\r\n").unwrap_or(&text);
    text.split("\r\n").map(|text| format!("{arrow}{text}")).collect()
}

/// Each line that was said, with who said it and whether it was sealed, in order; and nothing else as such.
fn transcript(naive: &Naive, said: &Said) -> Checked {
    let lines = naive.spoken().into_iter().map(|(_, line)| line);
    let wanted: Vec<String> = lines.flat_map(arrows).collect();
    let is_said = |line: &&str| [" -> ", " ~> ", "<-  ", "<~  "].iter().any(|arrow| line.starts_with(arrow));
    let found = said.transcript.lines().filter_map(|line| line.get(7..)).filter(is_said);
    let found: Vec<&str> = found.collect();
    let differs = wanted.iter().zip(&found).position(|(wanted, found)| wanted != found);
    hold!(differs.is_none(), "{:?}, not {:?}", differs.map(|at| found[at]), differs.map(|at| &wanted[at]));
    hold!(wanted.len() == found.len(), "{} lines, not {}", found.len(), wanted.len());
    // The fingerprint is of all octets of the wire.
    let wire: Vec<&[u8]> = naive.streams(StreamKind::Wire).map(|(_, _, octets)| octets).collect();
    let digest: String = sha256([wire.concat().as_slice()]).iter().map(|octet| format!("{octet:02x}")).collect();
    let last = said.transcript.lines().next_back();
    hold!(last == Some(&format!("sha256 {digest}")), "{last:?}");
    Ok(found.len() + 1)
}

/// The numbers of the steps, from 1, and those of the points where they begin; the notes are those of the page.
fn margins(_: &Naive, said: &Said) -> Checked {
    let margins: Vec<(&str, &str)> = said
        .transcript
        .lines()
        .filter(|line| !line.starts_with("sha256"))
        .map(|line| (line.get(..3).unwrap_or_default().trim(), line.get(4..7).unwrap_or_default().trim()))
        .collect();
    let steps: Vec<&str> = margins.iter().map(|(step, _)| *step).filter(|step| !step.is_empty()).collect();
    let wanted: Vec<String> = said.steps.iter().map(|step| step.number.to_string()).collect();
    hold!(steps == wanted, "steps {steps:?}");
    let points: Vec<(&str, &str)> = margins.iter().filter(|(_, point)| !point.is_empty()).copied().collect();
    let begins = |point: &crate::said::Point| {
        let first = point.events.first()?;
        let step = said.steps.iter().find(|step| step.event == *first)?;
        Some((step.event, step.number.to_string(), format!("{:02}", point.part.number()?)))
    };
    let mut wanted: Vec<_> = said.chapters.iter().flat_map(|chapter| &chapter.points).filter_map(begins).collect();
    wanted.sort();
    let wanted: Vec<(&str, &str)> = wanted.iter().map(|(_, step, point)| (step.as_str(), point.as_str())).collect();
    hold!(points == wanted, "points {points:?}, not {wanted:?}");
    let mut notes = said.transcript.lines().filter_map(|line| line.get(7..)).filter(|line| line.starts_with("***"));
    let noted = |note: &str| said.steps.iter().any(|step| note.get(4..) == Some(&(EN.log.note)(&step.note)));
    let unknown = notes.find(|note| !noted(note));
    hold!(unknown.is_none(), "{unknown:?} is no note of the page");
    Ok(steps.len() + points.len())
}

/// A line of comma-separated values, its quotation marks undone
fn columns(line: &str) -> Vec<String> {
    let (mut columns, mut quoted) = (vec![String::new()], false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                columns.last_mut().expect("one").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => columns.push(String::new()),
            c => columns.last_mut().expect("one").push(c),
        }
    }
    columns
}

/// What the log of an end has of a line: nothing of the message, and no login.
fn logged(talk: &Talk, line: &Line, own: Side) -> Option<(String, String)> {
    let mark = if line.by == own { ">" } else { "<" };
    let words = match line.role {
        Role::Content => return None,
        Role::AuthAnswer => "<authentication response>".to_owned(),
        Role::Reply(reply) if talk.replies[reply].code == 334 => "334 <authentication response>".to_owned(),
        Role::Command if line.verb() == "AUTH" => line.text.split(' ').take(2).collect::<Vec<_>>().join(" "),
        // What the path wrote over, its sender does not know.
        Role::Reply(_) if line.by == own && line.text[4..].bytes().all(|octet| octet == b'X') => {
            talk.overwritten.iter().find(|sent| sent.len() == line.text.len())?.clone()
        }
        Role::Command | Role::Reply(_) => line.text.clone(),
    };
    Some((mark.to_owned(), words))
}

fn log(naive: &Naive, said: &Said, own: Side) -> Checked {
    let log = &said.logs[usize::from(own == Side::Server)];
    let rows: Vec<Vec<String>> = log.lines().filter(|line| !line.starts_with('#')).map(columns).collect();
    let actor = if own == Side::Client { Actor::Sender } else { Actor::Receiver };
    let talks = naive.talks.iter().filter(|talk| naive.actor(talk, own) == actor);
    let talks: Vec<&Talk> = talks.collect();
    let wanted: Vec<(String, String)> =
        talks.iter().flat_map(|talk| talk.lines.iter().filter_map(|line| logged(talk, line, own))).collect();
    let found = rows.iter().filter(|row| [">", "<"].contains(&row[6].as_str()));
    let found: Vec<(String, String)> = found.map(|row| (row[6].clone(), row[7].clone())).collect();
    let differs = wanted.iter().zip(&found).position(|(wanted, found)| wanted != found);
    hold!(differs.is_none(), "{:?}, not {:?}", differs.map(|at| &found[at]), differs.map(|at| &wanted[at]));
    hold!(wanted.len() == found.len(), "{} lines, not {}", found.len(), wanted.len());
    // One + and one - for each connection, and numbers from 0 between them.
    let mut session = (String::new(), 0);
    for row in &rows {
        hold!(row.len() == 9, "{row:?}");
        if row[2] != session.0 {
            session = (row[2].clone(), 0);
        }
        hold!(row[3] == session.1.to_string(), "number {} for {}", row[3], session.1);
        session.1 += 1;
        for word in ["TLS protocol SP_PROT_TLS1_2", "TLS protocol SP_PROT_TLS1_3"] {
            let tls13 = word.ends_with('3');
            let up = |talk: &&Talk| talk.up() && talk.is_tls13() == tls13;
            hold!(!row[8].starts_with(word) || talks.iter().any(up), "{}", row[8]);
        }
        let failed = row[8].starts_with("TLS negotiation failed");
        hold!(!failed || talks.iter().any(|talk| !talk.records.is_empty() && !talk.up()), "{}", row[8]);
    }
    let opened = rows.iter().filter(|row| row[6] == "+").count();
    hold!(opened == talks.len(), "{opened} connections, not {}", talks.len());
    Ok(rows.len())
}

/// What the server calls the client in its own words is its address in the logs of both ends; SMTP's own port is the server's.
/// RFC 5321 §4.5.4.2
fn addresses(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for own in [Side::Client, Side::Server] {
        let actor = if own == Side::Client { Actor::Sender } else { Actor::Receiver };
        let talks = naive.talks.iter().filter(|talk| naive.actor(talk, own) == actor);
        let log = &said.logs[usize::from(own == Side::Server)];
        let rows: Vec<Vec<String>> = log.lines().filter(|line| !line.starts_with('#')).map(columns).collect();
        let mut sessions: Vec<(&str, &str, &str)> =
            rows.iter().map(|row| (row[2].as_str(), row[4].as_str(), row[5].as_str())).collect();
        sessions.dedup();
        for (talk, (_, local, remote)) in talks.zip(sessions) {
            let (client, server) = if own == Side::Client { (local, remote) } else { (remote, local) };
            hold!(server.ends_with(":25"), "the server is at {server}");
            for address in naive.addresses(talk) {
                let is_it = client.strip_prefix(&address).is_some_and(|port| port.starts_with(':'));
                hold!(is_it, "the server says {address}, the log {client}");
                count += 1;
            }
        }
    }
    Ok(count)
}

/// How what was sent with an event is protected: its class in the drawing, and the word for it.
pub fn protection(naive: &Naive, id: usize) -> (&'static str, &'static str) {
    let (sealed, number) = (
        match naive.line(id) {
            Some((_, line)) => line.sealed,
            None => naive.records(id).iter().all(|(_, record)| record.sealed),
        },
        naive.trace.events[id].connection,
    );
    let (index, talk) = naive.talks.iter().enumerate().find(|(_, talk)| talk.number == number).expect("a talk");
    let attacked = [Side::Client, Side::Server].into_iter().any(|side| naive.actor(talk, side) == Actor::Attacker);
    // A sender that insists leaves with QUIT, or says EHLO to whom it has verified.
    let insists = naive.first.talks.contains(&index) && naive.demand.proves.is_some();
    let inside = talk.lines.iter().find(|line| line.sealed && line.by == Side::Client);
    let verified = insists && inside.is_some_and(|line| line.verb() == "EHLO" && line.event <= id);
    match (sealed && talk.hides(), attacked, verified) {
        (false, ..) => ("clear", "readable"),
        (true, true, _) => ("attacked", "sealed, with an attacker"),
        (true, false, true) => ("verified", "verified"),
        (true, false, false) => ("sealed", "sealed"),
    }
}

/// One arrow for each step that sends, with the colour and the word that are true of it; in the description the headline.
fn drawing(naive: &Naive, said: &Said) -> Checked {
    let arrows = said.drawing.lines().filter_map(|line| line.split("class=\"soft w ").nth(1)?.split("</text>").next());
    let found: Vec<&str> = arrows.collect();
    let sends = |id: &usize| matches!(naive.trace.events[*id].what, What::Sent { .. });
    let steps = said.steps.iter().map(|step| step.event).filter(sends);
    let wanted: Vec<String> =
        steps.map(|id| protection(naive, id)).map(|(class, word)| format!("{class}\">{word}")).collect();
    let differs = wanted.iter().zip(&found).find(|(wanted, found)| wanted != found);
    hold!(
        differs.is_none() && found.len() == wanted.len(),
        "{} arrows, not {}: {differs:?}",
        found.len(),
        wanted.len()
    );
    let headline = (EN.outcome.headline)(said.headline);
    hold!(said.drawing.contains(&format!("<desc id=\"desc\">{headline}</desc>")), "another outcome than {headline}");
    // Short lines stand as they are.
    let plain =
        |line: &&Line| line.role != Role::Content && line.text.len() < 80 && !line.text.contains(['<', '&', '"', '>']);
    let text = |line: &Line| printable(line.text.as_bytes());
    let mut lines = naive.talks.iter().flat_map(|talk| &talk.lines).filter(plain);
    let absent = lines.find(|line| !said.drawing.contains(&format!(">{}</text>", text(line))));
    hold!(absent.is_none(), "{:?} is not drawn", absent.map(|line| &line.text));
    Ok(found.len())
}
