//! The last bits of a short key, found by trying: what 40 or 56 bits are worth.
//!
//! A listener has two records and knows how each begins: the first that a client seals is its Finished (RFC 2246 §7.4.9), the second its
//! EHLO (RFC 3207 §4.2). A key under which both do is the key. For the lesson all bits but the last ones are given, so that the search
//! ends within a second; every key that is tried is really tried.
//!
//! Left out: the MAC, whose key is not short and unknown to a listener; TLS 1.1 and later; the server's key, which is as short.

use super::Reading;
use super::keys::Keys;
use super::record::HEADER;
use crate::registry::Version;
use crate::scenario::Side;
use crate::trace::Trace;
use std::rc::Rc;

/// The bits that are left to guess.
pub const UNKNOWN: u32 = 16;

/// Keys longer than this are not told to be short.
const SHORT: u16 = 56;

/// How the client's first record begins: a Finished, and the length of its digest, which no hash of SSL 3.0 or TLS 1.0 makes longer than 255.
const FINISHED: &[u8] = &[20, 0, 0];

/// How its second begins. RFC 3207 §4.2
const EHLO: &[u8] = b"EHLO ";

/// A search, with how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    keys: Rc<Keys>,
    /// What is secret of the key, with zeros where it is to be guessed.
    given: Vec<u8>,
    /// In a key of DES the lowest bit of each octet is for parity, and no part of the key. FIPS 46-3
    parity: bool,
    /// The first two records that the client sealed, without their headers.
    records: [Vec<u8>; 2],
    tried: u32,
    found: Option<Vec<u8>>,
}

/// How fast keys are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Keys a second.
    pub rate: u64,
    /// How long all keys take so, the whole length of them.
    pub seconds: u64,
}

impl Guess {
    /// For the key of the client's records, on the first connection where one is short. `reading` is that of the ends, which gives the other
    /// bits.
    pub fn of(trace: &Trace, reading: &Reading) -> Option<Guess> {
        trace.connections().find_map(|connection| Guess::of_connection(trace, reading, connection))
    }

    fn of_connection(trace: &Trace, reading: &Reading, connection: u16) -> Option<Guess> {
        let mut opened = reading.opened(trace, connection, Side::Client);
        let (first, by) = opened.next()?;
        let (second, _) = opened.next()?;
        let keys = by.keys.clone()?;
        let bits = keys.suite.cipher.strength().bound();
        if !(1..=SHORT).contains(&bits) {
            return None;
        }
        let mut given = if keys.is_stretched() { keys.key_material.clone() } else { keys.key.clone() };
        keys.beginnings(Side::Client, &given)?;
        let parity = usize::from(bits) < 8 * given.len();
        put(&mut given, parity, 0);
        let records = [first, second].map(|record| record.get(HEADER..).unwrap_or_default().to_vec());
        Some(Guess { keys, given, parity, records, tried: 0, found: None })
    }

    /// Bits of the whole key.
    pub fn bits(&self) -> u16 {
        self.keys.suite.cipher.strength().bound()
    }

    /// Keys of that length.
    pub fn all(&self) -> u64 {
        1 << self.bits().min(63)
    }

    /// What made the key short, where a law did.
    pub fn source(&self) -> &'static str {
        match self.keys.version_with_mac() {
            _ if !self.keys.is_stretched() => "",
            Some(Version::SSL3) => "RFC 6101 §6.2.2.1",
            _ => "RFC 2246 §6.3.1",
        }
    }

    /// Keys that were tried.
    pub fn tried(&self) -> u32 {
        self.tried
    }

    /// What is secret of the key, once it is found.
    pub fn found(&self) -> Option<&[u8]> {
        self.found.as_deref()
    }

    /// What was tried in so many milliseconds, as a rate; `None` where there is nothing to tell by.
    pub fn pace(&self, milliseconds: f64) -> Option<Pace> {
        let rate = f64::from(self.tried) * 1_000.0 / milliseconds;
        let seconds = self.all() as f64 / rate;
        (rate.is_finite() && rate >= 1.0).then_some(Pace { rate: rate as u64, seconds: seconds as u64 })
    }

    /// Nothing is left to try.
    pub fn is_over(&self) -> bool {
        self.found.is_some() || self.tried >= 1 << UNKNOWN
    }

    /// Tries so many keys more; fewer, where it is found before, or none is left.
    pub fn step(&mut self, keys: u32) {
        for _ in 0..keys {
            if self.is_over() {
                return;
            }
            let mut secret = self.given.clone();
            put(&mut secret, self.parity, self.tried);
            self.tried += 1;
            if self.fits(&secret) == Some(true) {
                self.found = Some(secret);
            }
        }
    }

    fn fits(&self, secret: &[u8]) -> Option<bool> {
        let mut under = self.keys.beginnings(Side::Client, secret)?;
        let [first, second] = &self.records;
        Some(under.next(first).starts_with(FINISHED) && under.next(second).starts_with(EHLO))
    }
}

/// Writes a number over the last bits of a key.
fn put(secret: &mut [u8], parity: bool, mut number: u32) {
    let mut left = UNKNOWN;
    for octet in secret.iter_mut().rev() {
        let low = u32::from(parity);
        let bits = left.min(8 - low);
        let mask = ((1u32 << bits) - 1) << low;
        *octet = (u32::from(*octet) & !mask | (number << low) & mask) as u8;
        (number, left) = (number >> bits, left - bits);
    }
}
