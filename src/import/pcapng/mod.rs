//! Captures in the pcapng format, as Wireshark writes them, and in the older pcap, as tcpdump does, read as streams of octets. The
//! formats are draft-ietf-opsawg-pcapng and draft-ietf-opsawg-pcap.
//!
//! ```text
//! octets --blocks--> packets --frames--> segments --streams--> octets of each side
//! ```

mod blocks;
mod frames;
mod streams;

pub use blocks::BadBlock;
pub use frames::{Endpoint, NotTcp};
pub use streams::{Capture, CapturedAt, Direction, Flow, FlowEnd, Gap, Piece, Remark, Strange, read};

/// The kinds of blocks that are known.
pub mod block {
    pub const SECTION: u32 = 0x0A0D_0D0A;
    pub const INTERFACE: u32 = 1;
    pub const OBSOLETE_PACKET: u32 = 2;
    pub const SIMPLE_PACKET: u32 = 3;
    pub const ENHANCED_PACKET: u32 = 6;
    pub const SECRETS: u32 = 10;
    /// Names, statistics, a system's journal, and the two kinds for private use: none of them holds packets.
    pub const HARMLESS: [u32; 5] = [4, 5, 9, 0x0BAD, 0x4000_0BAD];
}

/// Says how a section's numbers are written.
pub const BYTE_ORDER: u32 = 0x1A2B_3C4D;

/// The older format. draft-ietf-opsawg-pcap §4, §5
pub mod pcap {
    /// What a file begins with, and the parts of a second that it counts.
    pub const UNITS: [(u32, u64); 2] = [(0xA1B2_C3D4, 1_000_000), (0xA1B2_3C4D, 1_000_000_000)];
    /// Octets of the file's header, and of a packet's.
    pub const HEADER: usize = 24;
    pub const PACKET: usize = 16;
}

/// `TLSK`: the secrets are a key log. RFC 9850
pub const TLS_KEY_LOG: u32 = 0x544C_534B;

/// The kinds of links, by their numbers in the registry of link types.
pub mod link {
    pub const NULL: u16 = 0;
    pub const ETHERNET: u16 = 1;
    pub const PPP: u16 = 9;
    /// Three numbers for "an IP packet and nothing before it"; the first two were given by systems, not by the registry.
    pub const RAW: [u16; 3] = [12, 14, 101];
    pub const LOOP: u16 = 108;
    pub const LINUX_COOKED: u16 = 113;
    pub const IPV4: u16 = 228;
    pub const IPV6: u16 = 229;
    pub const LINUX_COOKED_2: u16 = 276;
}
