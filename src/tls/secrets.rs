//! The key log: what an SSLKEYLOGFILE would hold, kept in memory for the trace.

use super::Secret;
use std::sync::{Arc, Mutex, PoisonError};

/// Collects the secrets of one or more connections. Clones share one list; give the same one to both ends.
///
/// It locks because rustls wants its key logs `Sync`; in a run only one thread is ever near it.
#[derive(Clone, Debug, Default)]
pub struct SecretLog(Arc<Mutex<Vec<Secret>>>);

impl SecretLog {
    /// The secrets in the order in which they came to be. Both ends log each of them; it is here once.
    pub fn secrets(&self) -> Vec<Secret> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl rustls::KeyLog for SecretLog {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let secret = Secret { label: label.into(), client_random: client_random.into(), secret: secret.into() };
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !secrets.contains(&secret) {
            secrets.push(secret);
        }
    }
}
