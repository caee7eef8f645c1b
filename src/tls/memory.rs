//! What an end keeps of its sessions, so that a later connection can resume one: a client the tickets that it got, a server the key of the
//! tickets that it gave. RFC 5077 §3, RFC 8446 §2.2
//!
//! A resumed session shows no certificate, so none is checked, and what was found in the first one stays what is known. rustls takes a session
//! up only where verifier and certificate are the same objects, so an end keeps its whole configuration.
//!
//! Not here: sessions of TLS 1.2 that are found by their identifier alone, early data.

use super::primitives::{Aead, AeadKey};
use super::random::{Purpose, Stream, draw};
use super::session::Configured;
use super::{Failure, Randomness};
use crate::scenario::Party;
use rustls::server::ProducesTickets;
use std::cell::OnceCell;

/// Of one end. Its settings are those of its first connection.
#[derive(Default)]
pub struct Memory(OnceCell<Configured>);

impl Memory {
    pub(super) fn configured(&self, make: impl FnOnce() -> Result<Configured, Failure>) -> Result<Configured, Failure> {
        match self.0.get() {
            Some(kept) => Ok(kept.clone()),
            None => {
                let made = make()?;
                Ok(self.0.get_or_init(|| made).clone())
            }
        }
    }
}

/// Seals what the server has to know again, and gives it to the client to keep. RFC 5077 §4
pub(super) struct Ticketer(AeadKey);

impl Ticketer {
    pub(super) fn new(randomness: Randomness, party: Party) -> Option<Ticketer> {
        let party = match party {
            Party::Sender => "Sender",
            Party::Between => "Between",
            Party::Receiver => "Receiver",
        };
        let mut key = [0; 32];
        Stream::new(randomness, &format!("{party} tickets")).fill(&mut key);
        AeadKey::new(Aead::Aes256Gcm, &key).map(Ticketer)
    }
}

impl std::fmt::Debug for Ticketer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticketer")
    }
}

impl ProducesTickets for Ticketer {
    fn enabled(&self) -> bool {
        true
    }

    /// Half a day. The lab's servers live for a run.
    fn lifetime(&self) -> u32 {
        43_200
    }

    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; Aead::NONCE];
        draw(Purpose::Public, &mut nonce).ok()?;
        let mut sealed = plain.to_vec();
        let tag = self.0.seal(&nonce, &[], &mut sealed)?;
        Some([nonce.as_slice(), &sealed, &tag].concat())
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = ticket.split_first_chunk()?;
        let mut plain = sealed.to_vec();
        let length = self.0.open(nonce, &[], &mut plain)?;
        plain.truncate(length);
        Some(plain)
    }
}
