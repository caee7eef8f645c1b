//! Where every random octet of a run comes from: a generator that is a function of the scenario's seed and a label.
//!
//! rustls asks for randomness through `&'static` objects, which know nothing of a run. So a [`Session`](super::Session) owns its
//! streams and lends them to the thread for as long as rustls works for it; outside a loan there is no randomness to be had.
//! Each side, each connection, each purpose and each long-term key has a stream of its own: what one end draws never moves
//! the octets of the other.
//!
//! ```text
//! key   = SHA-256(domain, seed, label)
//! block = SHA-256(key, counter)          counter = 0, 1, 2, ...
//! ```
//!
//! For this lab only: the 32-bit seed, which stands in the link, gives every key of the run. An end that talks to a program
//! outside the lab (`lab::OneEnd`) is given 256 bits of the system's instead. The types but [`Draws`] are
//! private to `tls/`, so that nothing else can mistake them for a source of real secrets.

use super::primitives::sha256;
use crate::scenario::{Seed, Side};
use std::cell::Cell;

const DOMAIN: &[u8] = b"STARTTLS lab, for show only, version 1";

/// What every random octet of an end, or of a run's certificates, is a function of.
#[derive(Clone, Copy)]
pub enum Randomness {
    /// A run of the lab: the same octets each time.
    Seed(Seed),
    /// A session with a program outside of it: octets that the system's generator made for this one use.
    Entropy([u8; 32]),
}

/// An endless row of octets. Each draw begins on a fresh block, so a draw's octets do not depend on the lengths before it.
#[derive(Clone, Copy)]
pub(super) struct Stream {
    key: [u8; 32],
    counter: u64,
}

impl Stream {
    pub(super) fn new(origin: Randomness, label: &str) -> Stream {
        let key = match origin {
            Randomness::Seed(seed) => sha256([DOMAIN, &seed.0.to_be_bytes(), label.as_bytes()]),
            Randomness::Entropy(octets) => sha256([DOMAIN, &octets, label.as_bytes()]),
        };
        Stream { key, counter: 0 }
    }

    pub(super) fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = sha256([self.key.as_slice(), &self.counter.to_be_bytes()]);
            self.counter = self.counter.wrapping_add(1);
            chunk.iter_mut().zip(block).for_each(|(out, random)| *out = random);
        }
    }
}

/// What an end draws from for something that is not TLS: challenges of a login.
pub struct Draws(Stream);

impl Draws {
    /// Of one end of one connection, for one purpose.
    pub fn new(origin: Randomness, side: Side, connection: u16, purpose: &'static str) -> Draws {
        Draws(stream(origin, side, connection, purpose))
    }

    pub fn fill(&mut self, out: &mut [u8]) {
        self.0.fill(out);
    }
}

/// What a draw is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Octets that are sent as they are: randoms, session identifiers.
    Public,
    /// Private keys of the key exchange.
    KeyExchange,
    /// Seeds of ML-KEM's keys and what is encapsulated.
    MlKem,
}

/// The randomness of one end of one connection.
#[derive(Clone, Copy)]
pub(super) struct Streams {
    public: Stream,
    key_exchange: Stream,
    ml_kem: Stream,
}

impl Streams {
    pub(super) fn new(origin: Randomness, side: Side, connection: u16) -> Streams {
        let stream = |purpose| stream(origin, side, connection, purpose);
        Streams { public: stream("public"), key_exchange: stream("key exchange"), ml_kem: stream("ML-KEM") }
    }
}

/// What one end of one connection draws from for one purpose.
pub(super) fn stream(origin: Randomness, side: Side, connection: u16, purpose: &str) -> Stream {
    // A part of every label: with another word for a side, every octet of every run would move.
    let side = match side {
        Side::Client => "Client",
        Side::Server => "Server",
    };
    Stream::new(origin, &format!("{side} {connection} {purpose}"))
}

thread_local! {
    static LENT: Cell<Option<Streams>> = const { Cell::new(None) };
}

/// Runs `work` with these streams behind [`draw`]; they move on by what it draws.
pub(super) fn lend<R>(streams: &mut Streams, work: impl FnOnce() -> R) -> R {
    let outer = LENT.replace(Some(*streams));
    let result = work();
    if let Some(drawn) = LENT.replace(outer) {
        *streams = drawn;
    }
    result
}

/// Someone asked for randomness outside [`lend`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NothingLent;

/// Fills `out` from the streams that are lent to this thread.
pub(super) fn draw(purpose: Purpose, out: &mut [u8]) -> Result<(), NothingLent> {
    let mut streams = LENT.get().ok_or(NothingLent)?;
    match purpose {
        Purpose::Public => streams.public.fill(out),
        Purpose::KeyExchange => streams.key_exchange.fill(out),
        Purpose::MlKem => streams.ml_kem.fill(out),
    }
    LENT.set(Some(streams));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Randomness = Randomness::Seed(Seed(1));

    fn drawn(streams: &mut Streams, purpose: Purpose) -> [u8; 40] {
        lend(streams, || {
            let mut out = [0; 40];
            draw(purpose, &mut out).unwrap();
            out
        })
    }

    #[test]
    fn a_stream_is_a_function_of_seed_side_connection_and_purpose() {
        let of = |seed, side, connection, purpose| {
            drawn(&mut Streams::new(Randomness::Seed(Seed(seed)), side, connection), purpose)
        };
        let base = of(1, Side::Client, 0, Purpose::Public);
        assert_eq!(base, of(1, Side::Client, 0, Purpose::Public));
        for other in [
            of(2, Side::Client, 0, Purpose::Public),
            of(1, Side::Server, 0, Purpose::Public),
            of(1, Side::Client, 1, Purpose::Public),
            of(1, Side::Client, 0, Purpose::KeyExchange),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn the_octets_stay_what_they_were_last_year() {
        // Golden: links and golden files depend on these octets.
        let mut out = [0; 4];
        Stream::new(SEED, "test").fill(&mut out);
        assert_eq!(crate::bytes::hex(&out), "490d72da");
    }

    #[test]
    fn purposes_do_not_move_each_other() {
        let mut one = Streams::new(SEED, Side::Client, 0);
        let mut two = one;
        drawn(&mut two, Purpose::Public);
        assert_eq!(drawn(&mut one, Purpose::KeyExchange), drawn(&mut two, Purpose::KeyExchange));
        assert_ne!(drawn(&mut one, Purpose::Public), drawn(&mut two, Purpose::Public));
    }

    #[test]
    fn without_a_loan_there_is_nothing() {
        assert_eq!(draw(Purpose::Public, &mut [0; 4]), Err(NothingLent));
        let mut outer = Streams::new(SEED, Side::Client, 0);
        let mut inner = Streams::new(SEED, Side::Server, 0);
        lend(&mut outer, || lend(&mut inner, || draw(Purpose::Public, &mut [0; 4])).unwrap());
        // The inner loan did not draw from the outer streams.
        assert_eq!(
            drawn(&mut outer, Purpose::Public),
            drawn(&mut Streams::new(SEED, Side::Client, 0), Purpose::Public)
        );
        assert_eq!(draw(Purpose::Public, &mut [0; 4]), Err(NothingLent));
    }
}
