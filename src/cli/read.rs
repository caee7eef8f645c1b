//! `read`: a session of others as what `run` makes of its own. A capture, or a trace that was saved.
//!
//! What is damaged is told beside, and the rest is read. Only where no session is left, nothing is written.

use super::arguments::{Arguments, Taken, any};
use super::command::{CliAnswer, Subcommand};
use super::fault::CliError;
use super::{output, run};
use starttls_lab::dissect::{dissect, premasters};
use starttls_lab::files::json;
use starttls_lab::import::keylog::{self, NotASecret};
use starttls_lab::import::pcapng::{BadBlock, NotTcp, Remark, Strange};
use starttls_lab::import::{Imported, capture};
use starttls_lab::trace::Trace;
use std::fs::File;
use std::io::Read;

pub const READ: Subcommand = Subcommand {
    name: "read",
    purpose: "reads a capture, or a trace in JSON, and writes the sessions in it as a file",
    takes: &[FILE, KEYS, run::FORMAT, output::OUT],
    answer,
};

const FILE: Taken = Taken {
    form: "FILE",
    required: true,
    meaning: "a capture in the format pcapng or pcap, or what --format json wrote",
    expected: any,
};

const KEYS: Taken = Taken {
    form: "--keys KEYS",
    required: false,
    meaning: "a key log (SSLKEYLOGFILE), or the server's RSA key in PEM, which opens sessions with RSA key exchange; the rest stays sealed",
    expected: any,
};

/// A file of more octets than this is not read.
const LONGEST: u64 = 256 << 20;

/// Why a file that could be read holds no session.
pub enum NoSession {
    /// Neither a capture nor a trace.
    Unknown,
    /// It has to be unpacked first.
    Compressed,
    /// No connection of TCP is in it.
    NoConnection,
    Trace(json::Unreadable),
}

fn answer(arguments: &Arguments) -> Result<CliAnswer, CliError> {
    let format = run::format(arguments)?;
    let file = arguments.value(FILE.name()).unwrap_or_default();
    let octets = contents(file)?;
    let key_log = arguments.value(KEYS.name()).map(contents).transpose()?.unwrap_or_default();
    let (trace, remarks) = session(file, &octets, &key_log).map_err(|(why, remarks)| CliError::NoSession {
        file: file.to_owned(),
        why,
        remarks,
    })?;
    Ok(CliAnswer { octets: run::written(&trace, format), remarks })
}

fn contents(file: &str) -> Result<Vec<u8>, CliError> {
    let mut octets = Vec::new();
    let read = File::open(file).and_then(|opened| opened.take(LONGEST + 1).read_to_end(&mut octets));
    match read {
        Err(error) => Err(CliError::NotRead { file: file.to_owned(), error }),
        Ok(_) if octets.len() as u64 > LONGEST => Err(CliError::TooLong { file: file.to_owned(), longest: LONGEST }),
        Ok(_) => Ok(octets),
    }
}

type Remarks = Vec<String>;

fn session(name: &str, octets: &[u8], key_log: &[u8]) -> Result<(Trace, Remarks), (NoSession, Remarks)> {
    if octets.trim_ascii_start().starts_with(b"{") {
        let mut trace = json::read(octets).map_err(|why| (NoSession::Trace(why), Vec::new()))?;
        let log = keylog::read(key_log);
        trace.secrets.extend(log.secrets);
        trace.secrets.extend(premasters(&dissect(&trace), &log.keys));
        return Ok((trace, log.ignored.iter().map(ignored).collect()));
    }
    let imported = capture(name, octets, key_log);
    let is_unknown = |remark: &Remark| matches!(remark.what, Strange::Block { defect: BadBlock::NotACapture, .. });
    if imported.remarks.iter().any(is_unknown) {
        // What gzip and Zstandard begin with. RFC 1952 §2.3.1, RFC 8878 §3.1.1
        let is_compressed =
            [&[0x1F, 0x8B][..], &[0x28, 0xB5, 0x2F, 0xFD]].iter().any(|magic| octets.starts_with(magic));
        return Err((if is_compressed { NoSession::Compressed } else { NoSession::Unknown }, Vec::new()));
    }
    let remarks = remarks(&imported);
    let is_empty = imported.trace.connections().next().is_none();
    if is_empty { Err((NoSession::NoConnection, remarks)) } else { Ok((imported.trace, remarks)) }
}

/// What is strange about the files, and what of them is not told.
fn remarks(imported: &Imported) -> Remarks {
    let others = imported
        .others
        .iter()
        .map(|(what, count)| format!("{count} of {} packets left out: {}", imported.packets, not_tcp(*what)));
    let remarks = imported.remarks.iter().map(|remark| format!("packet {}: {}", remark.packet, strange(remark.what)));
    let more = (imported.more_remarks > 0).then(|| format!("and {} more of these", imported.more_remarks));
    others.chain(remarks).chain(more).chain(imported.ignored.iter().map(ignored)).collect()
}

fn ignored((line, why): &(usize, NotASecret)) -> String {
    format!("line {line} of the key log is left out: {}", not_a_secret(*why))
}

fn not_a_secret(why: NotASecret) -> &'static str {
    match why {
        NotASecret::NotThreeParts => "expected a label, a client random and a secret, with one space between them",
        NotASecret::BadRandom => "its client random is not 64 hexadecimal digits; with the label RSA 16",
        NotASecret::BadSecret => "its secret is not hexadecimal",
        NotASecret::BadKey => "no RSA key in PEM, or one under a password",
    }
}

fn not_tcp(what: NotTcp) -> String {
    match what {
        NotTcp::Link(link) => format!("links of type {link} are not read"),
        NotTcp::EtherType(ether_type) => format!("EtherType {ether_type:#06x} is not IP"),
        NotTcp::PppProtocol(protocol) => format!("protocol {protocol:#06x} of PPP is not IP"),
        NotTcp::Protocol(protocol) => format!("protocol {protocol} of IP is not TCP"),
        NotTcp::IpVersion(version) => format!("version {version} of IP is not known"),
        NotTcp::Fragment => "fragments of IP are not put together".to_owned(),
        NotTcp::Nested => "a tunnel in a tunnel in a tunnel is not read".to_owned(),
        NotTcp::Malformed => "a header is cut short or damaged".to_owned(),
    }
}

fn strange(what: Strange) -> String {
    match what {
        Strange::Block { at, defect } => format!("octet {at} of the file: {}", bad_block(defect)),
        Strange::UnknownBlock { kind } => format!("a block of the unknown kind {kind} is left out"),
        Strange::UnknownSecrets { kind } => format!("secrets of the unknown kind {kind:#010x} are left out"),
        Strange::KeyLogLine { line, defect } => {
            format!("line {line} of the key log inside is left out: {}", not_a_secret(defect))
        }
        Strange::UnknownInterface { interface } => format!("left out, for interface {interface} is not described"),
        Strange::Contradiction => "it repeats octets, and they differ; the first ones are kept".to_owned(),
        Strange::BeforeTheBeginning => "it precedes the first octet of its connection, and is left out".to_owned(),
    }
}

fn bad_block(defect: BadBlock) -> String {
    match defect {
        BadBlock::NotACapture => "no capture begins so".to_owned(),
        BadBlock::ByteOrder => "a section does not say in which order its octets stand; reading ends here".to_owned(),
        BadBlock::Length { length } => format!("a block cannot be {length} octets long; reading ends here"),
        BadBlock::CutShort => "the file ends in the middle; reading ends here".to_owned(),
        BadBlock::Contents { kind } => {
            format!("the contents of a block of kind {kind} do not fit in it; it is left out")
        }
    }
}
