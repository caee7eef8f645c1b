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

use crate::scenario::{Choice, Side, Value, choice};
use crate::story::say::Facts;
use crate::text::Text;
use crate::trace::listing;

pub use hosts::{NamedEndpoint, hosts};
pub use ladder::{handshake, ladder};
pub use protocol_log::protocol_log;
pub use transcript::transcript;

choice!(
    /// What a run can be written as: in the order of the page's menu, by what the command line calls it.
    Format {
        /// A capture with the key log inside.
        Pcapng = "pcapng",
        /// SSLKEYLOGFILE.
        KeyLog = "keylog",
        /// The session in swaks's notation.
        Transcript = "transcript",
        /// The protocol log of the sender's Send connector.
        SendLog = "send-log",
        /// The protocol log of the receiver's Receive connector.
        ReceiveLog = "receive-log",
        /// The ladder as a drawing.
        Svg = "svg",
        /// The TLS handshakes alone, message by message, as a drawing.
        Handshake = "handshake",
        /// The trace.
        Json = "json",
        /// One event a line: the golden form.
        Listing = "listing",
    }
);

impl Format {
    /// Of a file's name.
    pub fn extension(self) -> &'static str {
        self.kind().0
    }

    pub fn mime(self) -> &'static str {
        self.kind().1
    }

    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Format::Pcapng => ("pcapng", "application/x-pcapng"),
            // RFC 9850 §4
            Format::KeyLog => ("keylog", "application/sslkeylogfile"),
            Format::Transcript => ("txt", "text/plain; charset=utf-8"),
            Format::SendLog => ("send.log", "text/csv; charset=utf-8"),
            Format::ReceiveLog => ("receive.log", "text/csv; charset=utf-8"),
            Format::Svg => ("svg", "image/svg+xml"),
            Format::Handshake => ("handshake.svg", "image/svg+xml"),
            Format::Json => ("json", "application/json"),
            Format::Listing => ("listing", "text/plain; charset=utf-8"),
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
        Format::SendLog => protocol_log(facts, Side::Client).into_bytes(),
        Format::ReceiveLog => protocol_log(facts, Side::Server).into_bytes(),
        Format::Svg => ladder(facts, text).into_bytes(),
        Format::Handshake => handshake(facts, text).into_bytes(),
    }
}
