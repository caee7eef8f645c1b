//! How the golden files spell what a story says. A variant may be renamed; what stands here stays.

use starttls_lab::scenario::Side;
use starttls_lab::smtp::profile::Rule;
use starttls_lab::smtp::{Delivery, Obstacle, TlsVerb};
use starttls_lab::story::printed::Difference;
use starttls_lab::story::wiretap::{Learnt, Subject};
use starttls_lab::story::{CapabilityFate, Checkpoint, Condition, Forgery, Light, Lights, Protection, Showing, Status};
use starttls_lab::trace::EventId;

pub fn checkpoint(checkpoint: Checkpoint) -> &'static str {
    match checkpoint {
        Checkpoint::Greeting => "Greeting",
        Checkpoint::StarttlsOffered => "StarttlsOffered",
        Checkpoint::AuthBeforeTls => "AuthBeforeTls",
        Checkpoint::StarttlsAccepted => "StarttlsAccepted",
        Checkpoint::Negotiation => "Negotiation",
        Checkpoint::Reset => "Reset",
        Checkpoint::AuthInsideTls => "AuthInsideTls",
    }
}

pub fn status(status: Status) -> &'static str {
    match status {
        Status::Reached => "Reached",
        Status::Failed => "Failed",
        Status::NotReached => "NotReached",
    }
}

pub fn events(events: &[EventId]) -> String {
    let numbers: Vec<String> = events.iter().map(EventId::to_string).collect();
    format!("[{}]", numbers.join(", "))
}

pub fn maybe<T: ToString>(value: Option<T>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({})", value.to_string()))
}

fn words(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.escape_debug())).collect();
    format!("[{}]", quoted.join(", "))
}

pub fn fate(fate: &CapabilityFate) -> String {
    match fate {
        CapabilityFate::Kept => "Kept".to_owned(),
        CapabilityFate::Gone => "Gone".to_owned(),
        CapabilityFate::New => "New".to_owned(),
        CapabilityFate::Changed { added, removed } => {
            format!("Changed {{ added: {}, removed: {} }}", words(added), words(removed))
        }
    }
}

pub fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Always => "Always",
        Rule::Integrated => "Integrated",
        Rule::BetweenServers => "BetweenServers",
        Rule::InsideAnonymousTls => "InsideAnonymousTls",
        Rule::StartsTls(TlsVerb::StartTls) => "StartsTls",
        Rule::StartsTls(TlsVerb::AnonymousTls) => "StartsAnonymousTls",
        Rule::SendsPassword => "SendsPassword",
    }
}

pub fn delivery(delivery: Delivery) -> String {
    match delivery {
        Delivery::Delivered => "Delivered".to_owned(),
        Delivery::Deferred(found) => format!("Deferred({})", obstacle(found)),
        Delivery::Returned(found) => format!("Returned({})", obstacle(found)),
    }
}

fn obstacle(obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::Reply(code) => format!("Reply({code})"),
        Obstacle::Policy(gate) => format!("Policy({})", gate.key()),
        Obstacle::NoMechanism => "NoMechanism".to_owned(),
        Obstacle::PasswordInClear => "PasswordInClear".to_owned(),
        Obstacle::Violation => "Violation".to_owned(),
        Obstacle::ConnectionLost => "ConnectionLost".to_owned(),
        Obstacle::Timeout => "Timeout".to_owned(),
    }
}

pub fn protection(protection: Protection) -> &'static str {
    match protection {
        Protection::Unknown => "Unknown",
        Protection::NotSent => "NotSent",
        Protection::Clear => "Clear",
        Protection::NoCipher => "NoCipher",
        Protection::Encrypted => "Encrypted",
        Protection::Verified => "Verified",
    }
}

fn light(light: &Light) -> String {
    match light {
        Light::Pass(event) => format!("Pass({event})"),
        Light::Fail(event) => format!("Fail({event})"),
        Light::NotChecked => "NotChecked".to_owned(),
    }
}

pub fn lights(lights: &Lights) -> String {
    let Lights { offered, accepted, handshake, chain, name, client_certificate } = lights;
    let each = [
        ("offered", offered),
        ("accepted", accepted),
        ("handshake", handshake),
        ("chain", chain),
        ("name", name),
        ("client_certificate", client_certificate),
    ];
    format!("Lights {{ {} }}", each.map(|(name, found)| format!("{name}: {}", light(found))).join(", "))
}

pub fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Listed => "Listed",
        Condition::Connector => "Connector",
        Condition::Tls => "Tls",
        Condition::Presented => "Presented",
        Condition::Name => "Name",
        Condition::Chain => "Chain",
        Condition::Direct => "Direct",
        Condition::Reader => "Reader",
        Condition::Anonymous => "Anonymous",
        Condition::Partners => "Partners",
        Condition::Sender => "Sender",
    }
}

pub fn showing(showing: Showing) -> &'static str {
    match showing {
        Showing::Nothing => "false",
        Showing::Mark => "true",
        Showing::Forged(Forgery::Property) => "forged, by its property",
        Showing::Forged(Forgery::Certificate) => "forged, by a certificate",
    }
}

pub fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Hosts => "Hosts",
        Subject::Capabilities => "Capabilities",
        Subject::ServerName => "ServerName",
        Subject::Offer => "Offer",
        Subject::Choice => "Choice",
        Subject::Certificate(Side::Client) => "Certificate(Client)",
        Subject::Certificate(Side::Server) => "Certificate(Server)",
        Subject::Login => "Login",
        Subject::NtlmNames => "NtlmNames",
        Subject::Windows(Side::Client) => "Windows(Client)",
        Subject::Windows(Side::Server) => "Windows(Server)",
        Subject::NtlmProof => "NtlmProof",
        Subject::Envelope => "Envelope",
        Subject::Message => "Message",
        Subject::Sizes => "Sizes",
        Subject::Times => "Times",
    }
}

pub fn value(value: &Learnt) -> String {
    let list = |codes: &mut dyn Iterator<Item = u16>| codes.map(|code| code.to_string()).collect::<Vec<_>>().join(", ");
    match value {
        Learnt::Text(text) => format!("Text(\"{}\")", text.escape_debug()),
        Learnt::Field { name, value } => format!("Field({name}, \"{}\")", value.escape_debug()),
        Learnt::Offer { versions, suites } => {
            let versions = list(&mut versions.iter().map(|version| version.0));
            let suites = list(&mut suites.iter().copied());
            format!("Offer {{ versions: [{versions}], suites: [{suites}] }}")
        }
        Learnt::Choice { version, suite } => format!("Choice {{ version: {}, suite: {suite} }}", version.0),
        Learnt::Keywords(lines) => format!("Keywords({})", lines.len()),
        Learnt::Content { octets, .. } => format!("Content({octets})"),
        Learnt::Sealed { records, octets } => format!("Sealed {{ records: {records}, octets: {octets} }}"),
        Learnt::Times { lasted, turns } => format!("Times {{ lasted: Micros({}), turns: {turns} }}", lasted.0),
    }
}

pub fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::Narration => "Narration",
        Difference::Code250For220 => "Code250For220",
        Difference::SecondGreeting => "SecondGreeting",
        Difference::AnonymousTlsInside => "AnonymousTlsInside",
        Difference::PlainBesideLogin => "PlainBesideLogin",
        Difference::Repeated => "Repeated",
        Difference::Fused => "Fused",
        Difference::FusedRest => "FusedRest",
        Difference::NotPrinted => "NotPrinted",
        Difference::NotInThisRun => "NotInThisRun",
    }
}
