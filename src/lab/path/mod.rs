//! The path between two ends: what happens to octets on the way. A chain of interceptors, each of which is given what the one before
//! it lets through. None of them is an end: they have no keys, speak no SMTP, and are found only by what arrives.
//!
//! ```text
//! sender's octets ──▶ tampering of the hop (strip, flip) ──▶ faults of the link (octets, end) ──▶ cut into pieces ──▶ arrives
//! ```
//!
//! Where something else arrives than was sent, the trace has both ([`crate::trace::What::Altered`]).

mod fault;
mod flip;
mod strip;

use crate::scenario::{BitFlip, Path, Side};
use crate::smtp::TlsVerb;
use fault::{End, Flip};
use flip::FlipInMail;
use std::borrow::Cow;
use strip::Strip;

/// What comes out of an interceptor.
pub(super) struct Passed<'a> {
    pub(super) octets: Cow<'a, [u8]>,
    /// The path has ended; nothing arrives after these octets, in either direction.
    pub(super) ended: bool,
}

impl<'a> Passed<'a> {
    fn on(octets: Cow<'a, [u8]>) -> Passed<'a> {
        Passed { octets, ended: false }
    }
}

/// Handles what passes: one line, one message's content or TLS records, as an end gave it to the transport.
pub(super) trait Interceptor {
    fn pass<'a>(&mut self, from: Side, octets: Cow<'a, [u8]>, carries: Carries) -> Passed<'a>;
}

/// What passes. A path without keys could only guess it, from size and time: the world tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carries {
    /// A message's content, in clear or in records.
    Mail {
        sealed: bool,
    },
    Other,
}

/// How the link cuts what it carries. The trace does not depend on it; tests prove that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Whole,
    /// Pieces of this many octets; 0 counts as 1.
    Every(usize),
    /// Two pieces, the first of this many octets.
    At(usize),
}

impl Cut {
    fn pieces(self, bytes: &[u8]) -> Vec<&[u8]> {
        match self {
            Cut::Whole => vec![bytes],
            Cut::Every(size) => bytes.chunks(size.max(1)).collect(),
            Cut::At(position) => {
                let (first, second) = bytes.split_at(position.min(bytes.len()));
                [first, second].into_iter().filter(|piece| !piece.is_empty()).collect()
            }
        }
    }
}

/// What is wrong with the link. Positions count the octets that it has carried in the run, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// It carries this many octets, then both ends see the end of the stream.
    EndsAfter(usize),
    /// The octet at this position arrives with these bits flipped.
    Flips {
        position: usize,
        bits: u8,
    },
}

/// The link between the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub cut: Cut,
    pub fault: Fault,
}

impl Link {
    pub const PERFECT: Link = Link { cut: Cut::Whole, fault: Fault::None };
}

/// What belongs to one hop.
pub(super) type Tampering = Vec<Box<dyn Interceptor>>;

/// The chain of a run.
pub(super) struct Chain {
    tampering: Tampering,
    /// Of the link, for the whole run.
    faults: Vec<Box<dyn Interceptor>>,
    cut: Cut,
}

impl Chain {
    pub(super) fn new(link: Link, path: Path, flip: BitFlip) -> Chain {
        let faults: Vec<Box<dyn Interceptor>> = match link.fault {
            Fault::None => Vec::new(),
            Fault::EndsAfter(left) => vec![Box::new(End { left })],
            Fault::Flips { position, bits } => vec![Box::new(Flip { position, bits })],
        };
        let mut chain = Chain { tampering: Vec::new(), faults, cut: link.cut };
        chain.begin(path, flip);
        chain
    }

    /// The next hop has a path of its own; the link stays what it is.
    pub(super) fn begin(&mut self, path: Path, flip: BitFlip) {
        self.tampering = match path {
            Path::Strip => vec![Box::new(Strip { verbs: &[TlsVerb::StartTls] })],
            Path::StripBoth => vec![Box::new(Strip { verbs: &TlsVerb::ALL })],
            Path::Direct | Path::Relay | Path::Impostor | Path::NtlmRelay | Path::Misissued => Vec::new(),
        };
        if flip != BitFlip::None {
            self.tampering.push(Box::new(FlipInMail(flip)));
        }
    }

    /// Takes the tampering of another hop, for that of this one.
    pub(super) fn swap(&mut self, other: &mut Tampering) {
        std::mem::swap(&mut self.tampering, other);
    }

    /// What arrives of what a side sends.
    pub(super) fn pass<'a>(&mut self, from: Side, octets: &'a [u8], carries: Carries) -> Passed<'a> {
        let mut passed = Passed::on(Cow::Borrowed(octets));
        for interceptor in self.tampering.iter_mut().chain(&mut self.faults) {
            let next = interceptor.pass(from, passed.octets, carries);
            passed = Passed { octets: next.octets, ended: next.ended || passed.ended };
        }
        passed
    }

    /// The pieces in which it arrives.
    pub(super) fn pieces<'a>(&self, octets: &'a [u8]) -> Vec<&'a [u8]> {
        self.cut.pieces(octets)
    }
}
