//! The session as a drawing: two lifelines, an arrow for each thing that is sent. A standalone SVG 2 document without script.
//!
//! Meaning never rests on colour: what is readable has a dotted line, what is sealed a thin one, what goes to a server that the sender has
//! verified a thick one, what an attacker has a double one, as on the page; and each has its word.

use super::hosts::hosts;
use crate::dissect::smtp::Role;
use crate::scenario::Side;
use crate::story::Tone;
use crate::story::flights::Handshake;
use crate::story::rows::{Negotiation, Row, Steps, is_alarming, rows};
use crate::story::say::{self, Facts};
use crate::text::Text;
use crate::trace::{EventId, What};
use std::fmt::Write;

const WIDTH: usize = 1_000;
/// The lifelines of client and server.
const CLIENT: usize = 190;
const SERVER: usize = 810;
const MIDDLE: usize = (CLIENT + SERVER) / 2;
/// From one line of words to the next, and around a row.
const LINE: usize = 17;
const GAP: usize = 9;
/// Characters of a line of words.
const WORDS: usize = 80;

const STYLE: &str = "\
svg{background:#fff;color:#1d1c19;font:13px ui-monospace,'DejaVu Sans Mono',Menlo,monospace}\
text{fill:currentColor}.soft{fill:#5f5c55;font-family:system-ui,sans-serif}.head{font:600 15px system-ui,sans-serif}\
.life{stroke:#8d897f;stroke-dasharray:2 4}.arrow{fill:none;stroke-width:4}.clear{color:#8a5210}.arrow.clear{stroke-width:2;stroke-dasharray:0 5;stroke-linecap:round}.sealed{color:#44566b}.arrow.sealed{stroke-width:1.5}\
.verified{color:#19703f}.attacked{color:#a9221b}.bad{fill:#a9221b}.arrow{stroke:currentColor}.core{stroke:#fff;stroke-width:1.4;fill:none}.w{fill:currentColor}\
@media (prefers-color-scheme:dark){svg{background:#1b1e24;color:#e9e6df}.soft{fill:#aaa69d}.clear{color:#e9b06a}\
.sealed{color:#a7b8cc}.verified{color:#6fd09c}.core{stroke:#1b1e24}.attacked{color:#ff8f86}.w{fill:currentColor}.bad{fill:#ff8f86}}";

/// The drawing.
pub fn ladder(facts: Facts<'_>, text: &Text) -> String {
    let rows = rows(facts.trace, facts.reading, facts.story);
    let steps = Steps::of(&rows);
    let mut drawing = Drawing { facts, text, steps, body: String::new(), y: 20, connection: None, begun: 0 };
    for row in &rows {
        drawing.row(row);
    }
    drawing.document(text.log.list)
}

/// The handshakes alone, with every flight, record and message; nothing but a head where there was none.
pub fn handshake(facts: Facts<'_>, text: &Text) -> String {
    let rows = rows(facts.trace, facts.reading, facts.story);
    let steps = Steps::of(&rows);
    let mut drawing = Drawing { facts, text, steps, body: String::new(), y: 20, connection: None, begun: 0 };
    for row in &rows {
        if let Row::Negotiation(open) = row {
            drawing.handshake(open);
        }
    }
    drawing.document(text.log.drawn)
}

struct Drawing<'a> {
    facts: Facts<'a>,
    text: &'a Text,
    steps: Steps,
    body: String,
    y: usize,
    connection: Option<u16>,
    /// Where the lifelines of the connection begin.
    begun: usize,
}

impl Drawing<'_> {
    /// All of it, under this title.
    fn document(mut self, title: &str) -> String {
        self.end_lives();
        let drawing = self;
        let height = drawing.y + 20;
        let (facts, text, title) = (drawing.facts, drawing.text, escape(title));
        let outcome = escape((text.outcome.headline)(say::headline(facts)));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n<desc id=\"desc\">{outcome}</desc>\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"none\"/>\n{}</svg>\n",
            drawing.body
        )
    }

    fn handshake(&mut self, open: &Negotiation) {
        let Some(connection) = self.facts.trace.events.get(open.id).map(|event| event.connection) else { return };
        if self.connection != Some(connection) {
            self.heads(connection);
        }
        let log = &self.text.log;
        let handshake = Handshake::of(self.facts.trace, self.facts.reading, open);
        for (flight, number) in handshake.flights.iter().zip(1..) {
            self.y += GAP;
            self.words(MIDDLE, "middle", "head", &(log.flight)(number, flight.who));
            for record in &flight.records {
                let said = record.messages.iter().map(|message| {
                    let sealed =
                        if handshake.encrypts(message) { format!(" [{}]", log.encrypted) } else { String::new() };
                    let said =
                        format!("{}{sealed} {}", (log.message)(message), (log.purpose)(message, handshake.version));
                    (said.trim_end().to_owned(), message.sealed)
                });
                let head = ((log.record)(record.number), said.clone().all(|(_, sealed)| sealed));
                let said: Vec<(String, bool)> = std::iter::once(head).chain(said).collect();
                self.arrow(record.id, &said);
            }
        }
    }

    fn row(&mut self, row: &Row) {
        match row {
            Row::Gone { line } => self.gone(line),
            row => row.stops().into_iter().for_each(|id| self.event(id)),
        }
    }

    fn event(&mut self, id: EventId) {
        let Some(event) = self.facts.trace.events.get(id) else { return };
        if self.connection != Some(event.connection) {
            self.heads(event.connection);
        }
        let log = &self.text.log;
        match &event.what {
            What::Sent { text: Some(span), .. } => {
                let sealed = self.facts.trace.sealed(event);
                let words = match self.facts.reading.line(id) {
                    Some(line) if line.role == Role::Content => (log.message_content)(span.len()),
                    Some(line) => line.text.clone(),
                    None => String::new(),
                };
                self.arrow(id, &[(words, sealed)]);
            }
            What::Sent { text: None, .. } => {
                let messages = self.facts.reading.messages(id).iter();
                let said = messages.map(|message| {
                    let facts = (log.message_facts)(message);
                    (format!("{} {facts}", (log.message)(message)).trim_end().to_owned(), message.sealed)
                });
                let said: Vec<(String, bool)> = said.collect();
                self.arrow(id, &said);
            }
            what => self.note(id, event.who, is_alarming(what)),
        }
    }

    /// The names at the heads of a connection's lanes.
    fn heads(&mut self, connection: u16) {
        self.end_lives();
        let (client, server) = hosts(self.facts.trace, connection);
        if self.connection.is_some() {
            self.y += 2 * LINE;
            let words = (self.text.log.connection)(&say::connection(self.facts, connection));
            self.words(MIDDLE, "middle", "soft", &words);
        }
        self.connection = Some(connection);
        self.y += LINE;
        let y = self.y;
        for (x, host, side) in [(CLIENT, client, Side::Client), (SERVER, server, Side::Server)] {
            self.y = y;
            self.words(x, "middle", "head", &host.name);
            let end = (self.text.log.end)(&say::end(self.facts, connection, side));
            self.words(x, "middle", "soft", &end);
        }
        self.y += GAP;
        self.begun = self.y;
    }

    fn end_lives(&mut self) {
        if self.connection.is_none() {
            return;
        }
        for x in [CLIENT, SERVER] {
            // Writing to a String cannot fail.
            let _ = writeln!(self.body, "<path class=\"life\" d=\"M{x} {}V{}\"/>", self.begun, self.y + GAP);
        }
    }

    /// The words of what was sent, and an arrow below them.
    fn arrow(&mut self, id: EventId, said: &[(String, bool)]) {
        let Some(event) = self.facts.trace.events.get(id) else { return };
        self.y += GAP;
        let first = self.y + LINE;
        for (words, _) in said {
            for line in wrapped(words) {
                self.words(MIDDLE, "middle", "", &line);
            }
        }
        self.y += GAP;
        let (from, to, back) = match event.who {
            Side::Client => (CLIENT, SERVER, -9_isize),
            Side::Server => (SERVER, CLIENT, 9),
        };
        let sealed = !said.is_empty() && said.iter().all(|(_, sealed)| *sealed);
        let tone = self.facts.story.at(self.facts.trace, id).tone(id, sealed);
        let word = (self.text.log.protection)(tone);
        let class = match tone {
            Tone::Readable => "clear",
            Tone::Verified => "verified",
            Tone::WithAttacker => "attacked",
            Tone::Sealed | Tone::NotDelivered | Tone::Unknown => "sealed",
        };
        let y = self.y;
        let tip = to.saturating_add_signed(back);
        let _ = writeln!(self.body, "<path class=\"arrow {class}\" d=\"M{from} {y}H{tip}\"/>");
        if tone == Tone::WithAttacker {
            let _ = writeln!(self.body, "<path class=\"core\" d=\"M{from} {y}H{tip}\"/>");
        }
        let _ = writeln!(
            self.body,
            "<path class=\"w {class}\" d=\"M{to} {y}l{back} -5v10z\"/>\n<text x=\"{}\" y=\"{}\" class=\"soft w {class}\">{word}</text>",
            SERVER + 12,
            y + 4
        );
        self.margin(id, first);
    }

    /// A keyword that was offered before TLS and is not offered inside it.
    fn gone(&mut self, line: &str) {
        self.y += GAP;
        self.words(MIDDLE, "middle", "soft", &format!("{line}: {}", self.text.log.not_offered_again));
    }

    /// What happened at one end.
    fn note(&mut self, id: EventId, who: Side, bad: bool) {
        self.y += GAP;
        let first = self.y + LINE;
        let words = (self.text.log.note)(&say::note(self.facts, id));
        let (x, anchor) = if who == Side::Client { (CLIENT + 12, "start") } else { (SERVER - 12, "end") };
        for line in wrapped(&words) {
            self.words(x, anchor, if bad { "soft bad" } else { "soft" }, &line);
        }
        self.margin(id, first);
    }

    /// The number of the step, as the page counts it, and of a point that begins here.
    fn margin(&mut self, id: EventId, y: usize) {
        if let Some(step) = self.steps.own(id) {
            let _ = writeln!(self.body, "<text x=\"60\" y=\"{y}\" text-anchor=\"end\" class=\"soft\">{step}</text>");
        }
        if let Some(point) = self.facts.story.at(self.facts.trace, id).point_at(id) {
            let number = point.checkpoint.number();
            let _ = writeln!(self.body, "<text x=\"72\" y=\"{y}\" class=\"head\">{number:02}</text>");
        }
    }

    fn words(&mut self, x: usize, anchor: &str, class: &str, words: &str) {
        self.y += LINE;
        let (y, words) = (self.y, escape(words));
        let _ =
            writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" class=\"{class}\">{words}</text>");
    }
}

/// Words wrapped into lines of at most [`WORDS`] characters.
fn wrapped(words: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_ascii_whitespace() {
        let characters: Vec<char> = word.chars().collect();
        for part in characters.chunks(WORDS) {
            let part: String = part.iter().collect();
            match lines.last_mut() {
                Some(line) if line.is_empty() => *line = part,
                Some(line) if line.chars().count() + 1 + part.chars().count() <= WORDS => {
                    line.push(' ');
                    line.push_str(&part);
                }
                _ => lines.push(part),
            }
        }
    }
    lines
}

/// As text of XML 1.0: markup is shown, and characters that it does not allow are replaced.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
