//! What a run can be saved as.

use crate::text::Files;

pub const FILES: Files = Files {
    save: "Save",
    intro: "This run as a file. It is made here, and goes nowhere but to your disk.",
    format: |key| match key {
        "pcapng" => ("Capture for Wireshark", "Packets with the keys inside: it opens decrypted."),
        "keylog" => ("Key log", "The secrets alone, as SSLKEYLOGFILE."),
        "transcript" => ("Transcript", "Text in the notation of swaks."),
        "send-log" => ("Send connector's log", "As Exchange's protocol log has it."),
        "receive-log" => ("Receive connector's log", "The same, of the receiver's end."),
        "svg" => ("Drawing", "The ladder as SVG."),
        "handshake" => ("Handshake", "The TLS handshake message by message, as SVG."),
        "json" => ("Trace", "Every event and octet as JSON."),
        "listing" => ("Listing", "One event a line, for comparing."),
        _ => ("", ""),
    },
};
