//! A run as a file: for Wireshark, for other programs, for people. Traces can be read back; captures are read in `import`.
//!
//! Each file is a pure function of a run; [`write`] knows them all.

mod hosts;
pub mod keylog;
pub mod pcapng;
pub mod json;
mod transcript;
mod protocol_log;
mod ladder;

use crate::scenario::Side;
use crate::story::say::Facts;
use crate::text::Text;
use crate::trace::listing;

pub use hosts::{NamedEndpoint, hosts};
pub use ladder::ladder;
pub use protocol_log::protocol_log;
pub use transcript::transcript;

/// What a run can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// The session in swaks's notation.
    Transcript,
    /// One event a line: the golden form.
    Listing,
    /// A capture with the key log inside.
    Pcapng,
    /// SSLKEYLOGFILE.
    KeyLog,
    /// The trace.
    Json,
    /// The protocol log of the sender's Send connector.
    SendLog,
    /// The protocol log of the receiver's Receive connector.
    ReceiveLog,
    /// The ladder as a drawing.
    Svg,
}

impl Format {
    pub const ALL: [Format; 8] = [
        Format::Pcapng,
        Format::KeyLog,
        Format::Transcript,
        Format::SendLog,
        Format::ReceiveLog,
        Format::Svg,
        Format::Json,
        Format::Listing,
    ];

    /// What the command line calls it.
    pub fn key(self) -> &'static str {
        self.names().0
    }

    /// Of a file's name.
    pub fn extension(self) -> &'static str {
        self.names().1
    }

    pub fn mime(self) -> &'static str {
        self.names().2
    }

    /// The format with this key.
    pub fn of_key(key: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.key() == key)
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Format::Transcript => ("transcript", "txt", "text/plain; charset=utf-8"),
            Format::Listing => ("listing", "listing", "text/plain; charset=utf-8"),
            Format::Pcapng => ("pcapng", "pcapng", "application/x-pcapng"),
            // RFC 9850 §4
            Format::KeyLog => ("keylog", "keylog", "application/sslkeylogfile"),
            Format::Json => ("json", "json", "application/json"),
            Format::SendLog => ("send-log", "send.log", "text/csv; charset=utf-8"),
            Format::ReceiveLog => ("receive-log", "receive.log", "text/csv; charset=utf-8"),
            Format::Svg => ("svg", "svg", "image/svg+xml"),
        }
    }
}

/// A run as the octets of a file.
pub fn write(format: Format, facts: Facts<'_>, text: &Text) -> Vec<u8> {
    match format {
        Format::Transcript => transcript(facts, text).into_bytes(),
        Format::Listing => listing(facts.trace).into_bytes(),
        Format::Pcapng => pcapng::write(&[facts.trace]),
        Format::KeyLog => keylog::write(&facts.trace.secrets).into_bytes(),
        Format::Json => json::write(facts.trace),
        Format::SendLog => protocol_log(facts, Side::Client, text).into_bytes(),
        Format::ReceiveLog => protocol_log(facts, Side::Server, text).into_bytes(),
        Format::Svg => ladder(facts, text).into_bytes(),
    }
}
