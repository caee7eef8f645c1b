//! Runs as a capture in the pcapng format (draft-ietf-opsawg-pcapng), for Wireshark and others; `import::pcapng` reads it.
//!
//! The key log is inside, in a Decryption Secrets Block that stands before the packets: tshark opens no record that it has read
//! before the secret for it.
//!
//! ```text
//! Trace --tcp--> packets --write--> octets
//! ```

mod tcp;
mod write;

pub use tcp::{Packet, packets};
pub use write::write;
