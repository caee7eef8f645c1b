//! Writes the blocks of a capture: section, interface, secrets, then one block a packet. Everything is little-endian.

use super::tcp::packets;
use crate::files::keylog;
use crate::import::pcapng::{BYTE_ORDER, TLS_KEY_LOG, block, link};
use crate::tls::Secret;
use crate::trace::Trace;

const PROGRAM: &[u8] = b"STARTTLS lab";

/// Options of blocks.
const END_OF_OPTIONS: u16 = 0;
const SECTION_USERAPPL: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const INTERFACE_TSRESOL: u16 = 9;

/// Runs as one capture. Each connection is a TCP stream; no two of them share a port of the client.
pub fn write(runs: &[&Trace]) -> Vec<u8> {
    let mut file = Vec::new();

    let mut section = Vec::new();
    section.extend(BYTE_ORDER.to_le_bytes());
    section.extend(1_u16.to_le_bytes()); // version 1.0
    section.extend(0_u16.to_le_bytes());
    section.extend(u64::MAX.to_le_bytes()); // length not given
    options(&mut section, &[(SECTION_USERAPPL, PROGRAM)]);
    push_block(&mut file, block::SECTION, &section);

    let mut interface = Vec::new();
    interface.extend(link::ETHERNET.to_le_bytes());
    interface.extend(0_u16.to_le_bytes());
    interface.extend(0_u32.to_le_bytes()); // packets are whole
    options(&mut interface, &[(INTERFACE_NAME, b"lab"), (INTERFACE_TSRESOL, &[6])]);
    push_block(&mut file, block::INTERFACE, &interface);

    let secrets: Vec<Secret> = runs.iter().flat_map(|run| run.secrets.iter().cloned()).collect();
    if !secrets.is_empty() {
        let log = keylog::write(&secrets);
        let mut body = Vec::new();
        body.extend(TLS_KEY_LOG.to_le_bytes());
        body.extend(length(log.len()).to_le_bytes());
        push_padded(&mut body, log.as_bytes());
        push_block(&mut file, block::SECRETS, &body);
    }

    for packet in packets(runs) {
        let mut body = Vec::new();
        body.extend(0_u32.to_le_bytes()); // the first interface
        let [low, high] = [packet.at as u32, (packet.at >> 32) as u32];
        body.extend(high.to_le_bytes());
        body.extend(low.to_le_bytes());
        let octets = length(packet.octets.len()).to_le_bytes();
        body.extend(octets); // captured
        body.extend(octets); // on the wire
        push_padded(&mut body, &packet.octets);
        push_block(&mut file, block::ENHANCED_PACKET, &body);
    }
    file
}

/// No run is long enough for a length that does not fit.
fn length(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX)
}

fn push_block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let total = length(body.len() + 12).to_le_bytes();
    file.extend(kind.to_le_bytes());
    file.extend(total);
    file.extend(body);
    file.extend(total);
}

fn options(body: &mut Vec<u8>, options: &[(u16, &[u8])]) {
    for (code, value) in options {
        body.extend(code.to_le_bytes());
        body.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes());
        push_padded(body, value);
    }
    body.extend(END_OF_OPTIONS.to_le_bytes());
    body.extend(0_u16.to_le_bytes());
}

/// To a multiple of four octets.
fn push_padded(body: &mut Vec<u8>, octets: &[u8]) {
    body.extend(octets);
    body.resize(body.len().next_multiple_of(4), 0);
}
