//! The page of the cipher suites: headings, controls and the trial.

use super::words;
use crate::scenario::{Side, TlsStack};
use crate::suites::{ListKey, Presence, ServerKey};
use crate::text::SuitesPage;

pub const PAGE: SuitesPage = SuitesPage {
    name: "Suites",
    heading: "Cipher suites, then and now",
    intro: "A cipher suite is one line of a list: who proves himself and how, how the keys are agreed on, what hides the text, what guards it. The client sends its list, and the server picks one line. The two lists of Windows are the book's; choose any two and see what they share, what they come to, and what becomes of the mail.",
    back: "Back to the session",
    pairs: "Try",
    pair: |client, server| match (client, server) {
        (ListKey::Ws2003, ListKey::Ws2008) => Some("The book's two lists"),
        (ListKey::Ws2008, ListKey::Ws2003) => Some("A newer client, an older server"),
        (ListKey::Ws2003, ListKey::Rustls) => Some("A client too old to talk"),
        (ListKey::Rustls, ListKey::Ws2008) => Some("A server too old to talk"),
        (ListKey::Openssl, ListKey::Rustls) => Some("Two of today"),
        _ => None,
    },
    end: |side| match side {
        Side::Client => "Client, left",
        Side::Server => "Server, right",
    },
    swap: "Swap",
    lists: "Two lists side by side",
    lists_note: "Aligned by code point. The numbers are ranks: 1 is what that end likes best. Choose a name to take it apart.",
    rank: |side, rank| match side {
        Side::Client => format!("left {rank}"),
        Side::Server => format!("right {rank}"),
    },
    presence_shape: |presence| match presence {
        Presence::OnlyLeft => "◧",
        Presence::Both => "■",
        Presence::OnlyRight => "◨",
    },
    book: "What the book says, and what its lists show",
    shows: "The lists:",
    name_heading: "The name, taken apart",
    as_printed: "As printed",
    in_handshake: "In the handshake",
    in_record: "In each record",
    jobs: "Four jobs, and the book's three sets",
    jobs_heads: ["job", "done by", "in the book"],
    agreed_apart: "agreed on apart from the suite",
    facts: "What it is worth",
    fact_names: [
        "Code point",
        "Key exchange",
        "Authentication",
        "Cipher",
        "Strength",
        "MAC",
        "Versions",
        "Forward secrecy",
        "Today",
    ],
    nothing_against: "No RFC speaks against it.",
    negotiation: "What they come to",
    prefer: "Whose order counts",
    prefers: |side| match side {
        Side::Client => "the client's",
        Side::Server => "the server's",
    },
    versions: "Versions",
    oldest: "oldest",
    newest: "newest",
    version: |version| words::version(version),
    curves: "Curves",
    keys: "Keys of the server",
    key: |key| match key {
        ServerKey::Rsa => "RSA",
        ServerKey::Ecdsa => "ECDSA",
        ServerKey::Dss => "DSS",
        ServerKey::Temporary => "a short one, for export",
    },
    order_of: |side| match side {
        Side::Client => "The client's list",
        Side::Server => "The server's list",
    },
    order_note: "Drag a line, or move it with its arrows; the box switches it off.",
    up: |name| format!("{name} up"),
    down: |name| format!("{name} down"),
    restore: "As by default",
    result: "The model's answer",
    run: "Run this",
    trial: "Tried for real",
    trial_intro: |client, server| match (client, server) {
        (TlsStack::Rustls, TlsStack::Rustls) => {
            "Both ends are rustls. The session has been run, and TLS works: this is what “too old to talk” is compared with."
        }
        (_, TlsStack::Rustls) => {
            "A client with the old list has met a real rustls server in a real STARTTLS session. This is what came back, and what the sender's policy made of it."
        }
        (TlsStack::Rustls, _) => {
            "A real rustls client has met a server with the old list in a real STARTTLS session. This is what came back, and what the sender's policy made of it."
        }
        _ => {
            "Both ends have old TLS, in the lab's own engine, with the lists as you have set them. The session has been run, octet by octet."
        }
    },
    trial_differs: "The session has your lists of Windows, in your order. Versions, curves, whose order counts and a list of rustls are in it as the system has them.",
    no_trial: "These two cannot be tried here: the page has no OpenSSL.",
    nothing_on: "There is no session: an end has nothing on that it could speak, or no key for it.",
    try_rustls: |side| match side {
        Some(Side::Client) => "Put rustls on the left",
        Some(Side::Server) => "Put rustls on the right",
        None => "Put rustls on both sides",
    },
    sent: "On the wire",
    optional: "If TLS is optional",
    required: "If TLS is required",
    open: "Open this session",
};
