//! The right-hand panel.

use super::steps;
use super::words::{big, count, number, side};
use crate::bytes::hex;
use crate::dissect::guess::{Guess, Pace, UNKNOWN};
use crate::scenario::Side;
use crate::smtp::profile::Rule;
use crate::smtp::table::{On, Step};
use crate::smtp::{ClientState, MachineState, ServerState, TlsVerb};
use crate::story::CapabilityFate;
use crate::story::say::{AtClaim, KeyRole, Lost, NoSecondListClaim, StolenClaim, TapClaim, TappedMail};
use crate::text::Inspector;

pub const INSPECTOR: Inspector = Inspector {
    region: "Inspector",
    tabs: "Views of the step",
    why: "Why",
    bytes: "Bytes",
    certificate: "Certificate",
    eavesdropper: "Eavesdropper",
    this_step: "This step",
    step: steps::step,
    at,
    recording: steps::recording,
    stream: steps::stream,
    length: steps::length,
    states: "Meanwhile: who waits for what",
    waits,
    state,
    table: "The state table, with where they stand",
    table_caption: |side| match side {
        Side::Client => "Client",
        Side::Server => "Server",
    },
    table_heads: ["waits for", "then", "waits for"],
    on,
    does,
    here: "it stands here",
    capabilities: "Capabilities, before and after",
    capabilities_table: "Capabilities before and after TLS",
    before: "before",
    after: "after",
    keyword: "keyword",
    offered: "✓",
    gone: "gone",
    not_offered: "not offered",
    fate: |fate| match fate {
        CapabilityFate::Kept => "unchanged",
        CapabilityFate::Gone => "gone",
        CapabilityFate::New => "new",
        CapabilityFate::Changed { .. } => "changed",
    },
    rule: |rule| match rule {
        Rule::Always | Rule::Integrated | Rule::BetweenServers => "Advertised in clear and inside TLS alike.",
        Rule::StartsTls(TlsVerb::StartTls) => {
            "It starts TLS. Inside TLS it has nothing to start, and must not be offered (RFC 3207 §4.2)."
        }
        Rule::StartsTls(TlsVerb::AnonymousTls) => "The same, for Exchange's private twin.",
        Rule::InsideAnonymousTls => "Offered inside the TLS that X-ANONYMOUSTLS began, and nowhere else.",
        Rule::SendsPassword => "A mechanism that sends the password itself is offered inside TLS only (RFC 4954 §4).",
    },
    no_after: |claim| match claim {
        NoSecondListClaim::NotYet => "So far there is one list.",
        NoSecondListClaim::HandshakeFailed => "There is no second list: the handshake failed.",
        NoSecondListClaim::Refused(TlsVerb::StartTls) => "There is no second list: STARTTLS was refused.",
        NoSecondListClaim::Refused(TlsVerb::AnonymousTls) => "There is no second list: X-ANONYMOUSTLS was refused.",
        NoSecondListClaim::Left => "There is no second list: the sender left before it asked for one.",
        NoSecondListClaim::Unread => "No second list can be read inside TLS.",
        NoSecondListClaim::NoTls => "There is no second list: TLS never began.",
    },
    no_before: "The server gave no list.",
    no_list_yet: "So far the server gave no list.",
    not_reached: "Not reached in this run",
    tap_intro,
    steal: "Steal the server's key",
    try_key: "Try what the server's key opens, stolen later",
    stolen,
    key_role: |connection, role| match connection {
        Some(connection) => format!("Connection {connection}. {}", key_role(role)),
        None => key_role(role).to_owned(),
    },
    guess: |bits| format!("Guess the last {bits} bits of the key"),
    guess_stop: "Stop",
    guess_intro,
    guess_progress: "Keys tried",
    tried: |keys| count(keys as usize, "key", "keys"),
    guessed,
    pace,
    tap_record: |message, octets| {
        let facts = (super::log::LOG.message_facts)(message);
        let name = (super::log::LOG.message)(message);
        if facts.is_empty() { format!("{name}, {} B", number(octets)) } else { format!("{name}: {facts}") }
    },
    tap_sealed: |octets| format!("record of {}", count(octets, "octet", "octets")),
};

fn at(claim: &AtClaim) -> String {
    let (time, who) = (claim.milliseconds, side(claim.who));
    match claim.sent {
        Some((sealed, octets)) => {
            let how = if sealed { "sealed" } else { "in clear" };
            format!("{time} ms · {who} to {} · {how} · {}", side(claim.who.other()), count(octets, "octet", "octets"))
        }
        None => format!("{time} ms · at the {who}"),
    }
}

fn tap_intro(claim: &TapClaim) -> String {
    let connections = if claim.several { "connections" } else { "connection" };
    let keys = if claim.has_key { "with the server's key and no other" } else { "without the keys" };
    let whose = if claim.is_forged { "the attacker's" } else { "the" };
    let mail = match claim.mail {
        TappedMail::NotYet => "So far no mail was sent.".to_owned(),
        TappedMail::NotSent => "No mail was sent.".to_owned(),
        TappedMail::Sealed => format!("Names, sizes and times show; {whose} mail does not."),
        TappedMail::Readable => format!("{} mail can be read whole.", super::words::capital(whose)),
        TappedMail::ReadableOn(number) => {
            format!("The mail was sealed at first; on connection {number} it can be read whole.")
        }
        TappedMail::Unknown => "Whether a mail was sent is not known.".to_owned(),
    };
    let what = match claim.lost {
        Lost::Nothing => return format!("The same {connections} {keys}. {mail}"),
        Lost::Login => "the login",
        Lost::Proof => "the login's proof",
        Lost::Mail => "the mail",
        Lost::Both => "the login and the mail",
    };
    format!(
        "The same {connections} {keys}. {mail} TLS kept nothing from the attacker, who answered in the receiver's place: {what} went to him."
    )
}

fn stolen(claim: &StolenClaim) -> String {
    let stolen = if claim.several { "The servers' keys are stolen." } else { "The server's key is stolen." };
    let all = count(claim.sealed, "sealed record", "sealed records");
    let opened = match claim.opened {
        _ if claim.sealed == 0 => "Nothing was sealed that would need it.".to_owned(),
        0 => format!("Of {all} none opens."),
        opened if opened == claim.sealed => format!("Of {all} all open."),
        opened => format!("Of {all} {} open.", number(opened)),
    };
    format!("{stolen} {opened}")
}

fn key_role(role: KeyRole) -> &'static str {
    match role {
        KeyRole::Decrypts => {
            "RSA key exchange: the client encrypted the secret to the key of the certificate. Whoever gets that key later opens every recording."
        }
        KeyRole::SignsTemporary => {
            "Key exchange for export: the client encrypted the secret to a short key. The key of the certificate only signed that one."
        }
        KeyRole::Signs { .. } => {
            "Forward secrecy: the key proves by a signature who the server is. It has no part in the secret, which comes from keys that both ends made for this session and have forgotten."
        }
        KeyRole::Nothing { .. } => {
            "The session goes on with the secret of an earlier one, and shows no certificate: the key has no part in it."
        }
        KeyRole::Unknown => "How the ends agreed on a secret is not known.",
    }
}

fn guess_intro(guess: &Guess) -> String {
    let (bits, all) = (guess.bits(), big(guess.all()));
    format!(
        "The key of the client's records has {bits} secret bits: one of {all} keys. Given all but the last {UNKNOWN}, {} are left. The right one makes a Finished of the first record, and EHLO of the second: a listener knows that both must come.",
        big(1 << UNKNOWN),
    )
}

fn guessed(guess: &Guess, running: bool) -> String {
    let tried = count(guess.tried() as usize, "key", "keys");
    match guess.found() {
        _ if running => "Each key is tried on the recording.".to_owned(),
        Some(secret) => format!("Found after {tried}: {}.", hex(secret)),
        None if guess.is_over() => format!("None of {tried} fits."),
        None => format!("Stopped after {tried}."),
    }
}

fn pace(guess: &Guess, pace: Pace) -> String {
    format!(
        "Measured here: about {} keys a second. At that rate all 2^{} take about {} on this machine alone, and half of that on average.",
        big(rounded(pace.rate)),
        guess.bits(),
        lasting(pace.seconds)
    )
}

/// To two digits: a clock of a browser and a busy machine tell no more.
fn rounded(number: u64) -> u64 {
    let unit = 10u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    number.saturating_add(unit / 2) / unit * unit
}

/// In the largest unit of which there are two.
fn lasting(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(365 * 86_400, "years"), (86_400, "days"), (3_600, "hours"), (60, "minutes")];
    let unit = UNITS.into_iter().find(|(length, _)| seconds >= 2 * length);
    let (length, name) = unit.unwrap_or((1, "seconds"));
    format!("{} {name}", big(rounded(seconds / length)))
}

fn waits(state: MachineState) -> &'static str {
    match state {
        MachineState::Client(client) => match client {
            ClientState::ExpectGreeting => "The client waits for the greeting.",
            ClientState::ExpectEhlo => "The client waits for the reply to EHLO.",
            ClientState::ExpectHelo => "The client waits for the reply to HELO.",
            ClientState::ExpectVerdict => "The client waits for its policy to decide.",
            ClientState::ExpectGoAhead => "The client waits for the go-ahead.",
            ClientState::ExpectTls => "The client waits for the handshake to end.",
            ClientState::ExpectAuth => "The client waits for the reply to AUTH.",
            ClientState::ExpectMail => "The client waits for the reply to MAIL.",
            ClientState::ExpectRcpt => "The client waits for the reply to RCPT.",
            ClientState::ExpectDataGo => "The client waits for leave to send the message.",
            ClientState::ExpectAccepted => "The client waits for the message to be accepted.",
            ClientState::ExpectQuit => "The client waits for goodbye.",
            ClientState::Closed => "The client has closed.",
        },
        MachineState::Server(server) => match server {
            ServerState::ExpectHello => "The server waits for EHLO. It knows nothing of the client.",
            ServerState::ExpectVerdict => "The server waits for its policy to decide about MAIL FROM.",
            ServerState::ExpectMail => "The server has been greeted and waits for MAIL, or another command.",
            ServerState::ExpectRcpt => "The server waits for a recipient.",
            ServerState::ExpectData => "The server waits for the message, or more recipients.",
            ServerState::ReadingMessage => "The server reads the message.",
            ServerState::ReadingChunks => "The server waits for the next chunk.",
            ServerState::ExpectAuthResponse => "The server waits for an answer to its challenge.",
            ServerState::ExpectTls => "The server waits for TLS, and for nothing else.",
            ServerState::Closed => "The server has closed.",
        },
    }
}

fn state(state: MachineState) -> &'static str {
    match state {
        MachineState::Client(client) => match client {
            ClientState::ExpectGreeting => "greeting",
            ClientState::ExpectEhlo => "EHLO reply",
            ClientState::ExpectHelo => "HELO reply",
            ClientState::ExpectVerdict => "policy",
            ClientState::ExpectGoAhead => "go-ahead",
            ClientState::ExpectTls => "handshake",
            ClientState::ExpectAuth => "AUTH reply",
            ClientState::ExpectMail => "MAIL reply",
            ClientState::ExpectRcpt => "RCPT reply",
            ClientState::ExpectDataGo => "leave to send",
            ClientState::ExpectAccepted => "acceptance",
            ClientState::ExpectQuit => "goodbye",
            ClientState::Closed => "closed",
        },
        MachineState::Server(server) => match server {
            ServerState::ExpectHello => "EHLO",
            ServerState::ExpectMail => "MAIL",
            ServerState::ExpectVerdict => "policy",
            ServerState::ExpectRcpt => "RCPT",
            ServerState::ExpectData => "DATA",
            ServerState::ReadingMessage => "message",
            ServerState::ReadingChunks => "chunk",
            ServerState::ExpectAuthResponse => "AUTH answer",
            ServerState::ExpectTls => "handshake",
            ServerState::Closed => "closed",
        },
    }
}

fn on(on: On) -> &'static str {
    match on {
        On::Hello => "EHLO or HELO",
        On::StartTls => "STARTTLS, 220",
        On::TlsUp => "TLS is up",
        On::AuthBegins => "AUTH, 334",
        On::AuthEnds => "login ends",
        On::Ask => "MAIL, to be judged",
        On::Refused => "MAIL is refused",
        On::Mail => "MAIL",
        On::Rcpt => "RCPT",
        On::Data => "DATA, 354",
        On::MessageEnds => "dot",
        On::Chunk => "BDAT",
        On::LastChunk => "BDAT LAST",
        On::Reset => "RSET",
        On::Quit => "QUIT",
    }
}

fn does(step: Step) -> &'static str {
    match step {
        Step::Ehlo => "says EHLO",
        Step::Helo => "says HELO",
        Step::Ask => "asks its policy",
        Step::StartTls => "says STARTTLS",
        Step::Tls => "begins TLS",
        Step::Auth => "says AUTH",
        Step::AwaitMail => "says MAIL",
        Step::AwaitRcpt => "says RCPT",
        Step::AwaitData => "says DATA",
        Step::AwaitAccepted => "sends the message",
        Step::Quit => "says QUIT",
    }
}
