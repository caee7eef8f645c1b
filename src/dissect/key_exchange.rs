//! From the premaster secret that a client encrypted to the server's RSA key to the master secret: RFC 5246 §7.4.7.1, §8.1, RFC 7627 §4.
//!
//! Who has the premaster secret, or the server's key, has it all. With any other key exchange the handshake does not give it away.

use crate::dissect::facts::MessageFacts;
use crate::dissect::keys::{KeyLog, PREMASTER, PREMASTER_NAME};
use crate::dissect::message::Context;
use crate::registry::{CLIENT_HELLO, HELLO_REQUEST};
use crate::tls::primitives::Derivation;

/// What was said of the key exchange so far.
#[derive(Default)]
pub(super) struct KeyExchanged {
    /// The messages of the handshake, up to ClientKeyExchange, from which an extended master secret is made. RFC 7627 §3
    messages: Vec<u8>,
    /// The ends agreed upon it in their hellos. RFC 7627 §5.1
    pub(super) is_extended: bool,
    is_over: bool,
    pub(super) master: Option<Vec<u8>>,
}

impl KeyExchanged {
    /// A message of the handshake, header included. Every ClientHello begins another one, but for the second after a HelloRetryRequest, and
    /// TLS 1.3 has no use for this.
    pub(super) fn saw(&mut self, handshake_type: u8, octets: &[u8]) {
        if handshake_type == CLIENT_HELLO {
            *self = KeyExchanged::default();
        }
        if !self.is_over && handshake_type != HELLO_REQUEST {
            self.messages.extend_from_slice(octets);
        }
    }

    /// ClientKeyExchange is the last that counts.
    pub(super) fn end(&mut self, log: &KeyLog, context: Context, client: &[u8], server: &[u8], facts: &MessageFacts) {
        self.is_over = true;
        self.master = self.master_secret(log, context, client, server, facts);
        self.messages = Vec::new();
    }

    fn master_secret(
        &self,
        log: &KeyLog,
        context: Context,
        client: &[u8],
        server: &[u8],
        facts: &MessageFacts,
    ) -> Option<Vec<u8>> {
        let derivation = Derivation::of(context.version?, &context.suite()?)?;
        let MessageFacts::EncryptedPremaster(encrypted) = facts else { return None };
        let premaster = log.find(PREMASTER, encrypted.get(..PREMASTER_NAME)?)?;
        match self.is_extended {
            true => derivation.extended_master(premaster, &self.messages),
            false => Some(derivation.master(premaster, client, server)),
        }
    }
}
