//! Record protection: TLS 1.3 (RFC 8446 §5.2), TLS 1.2 with AES-GCM (RFC 5288) and with ChaCha20-Poly1305 (RFC 7905).
//!
//! Not here: CBC suites, extraction of traffic keys (the key log has the secrets).

use crate::tls::primitives::{Aead, AeadKey};
use rustls::crypto::cipher::{
    self, InboundOpaqueMessage, InboundPlainMessage, Iv, KeyBlockShape, MessageDecrypter, MessageEncrypter, Nonce,
    OutboundOpaqueMessage, OutboundPlainMessage, PrefixedPayload, Tls12AeadAlgorithm, Tls13AeadAlgorithm,
    UnsupportedOperationError, make_tls12_aad, make_tls13_aad,
};
use rustls::{ConnectionTrafficSecrets, ContentType, Error, ProtocolVersion};
use std::cell::Cell;

/// The longest plaintext of a record. RFC 8446 §5.1
const LONGEST: usize = 1 << 14;
/// The part of a TLS 1.2 AES-GCM nonce that travels with the record. RFC 5288 §3
const EXPLICIT: usize = 8;

thread_local! {
    static SEALED_ALERT: Cell<Option<u8>> = const { Cell::new(None) };
}

/// The number of the last alert that was sealed on this thread since the last call. Once an alert is encrypted nothing else shows
/// which one it was: rustls reports the error that caused it, not the alert.
pub(in crate::tls) fn take_sealed_alert() -> Option<u8> {
    SEALED_ALERT.take()
}

fn note_alert(message: &OutboundPlainMessage<'_>) {
    if message.typ == ContentType::Alert {
        SEALED_ALERT.set(message.payload.to_vec().get(1).copied());
    }
}

/// TLS 1.3 protection with this cipher.
pub(super) struct Tls13(pub(super) Aead);

impl Tls13AeadAlgorithm for Tls13 {
    fn encrypter(&self, key: cipher::AeadKey, iv: Iv) -> Box<dyn MessageEncrypter> {
        Box::new(Protection13 { key: AeadKey::new(self.0, key.as_ref()), iv })
    }

    fn decrypter(&self, key: cipher::AeadKey, iv: Iv) -> Box<dyn MessageDecrypter> {
        Box::new(Protection13 { key: AeadKey::new(self.0, key.as_ref()), iv })
    }

    fn key_len(&self) -> usize {
        self.0.key_length()
    }

    fn extract_keys(&self, _: cipher::AeadKey, _: Iv) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        Err(UnsupportedOperationError)
    }
}

struct Protection13 {
    /// `None` where rustls gave a key of the wrong length, which it does not.
    key: Option<AeadKey>,
    iv: Iv,
}

impl MessageEncrypter for Protection13 {
    fn encrypt(&mut self, message: OutboundPlainMessage<'_>, sequence: u64) -> Result<OutboundOpaqueMessage, Error> {
        note_alert(&message);
        let length = self.encrypted_payload_len(message.payload.len());
        let mut payload = PrefixedPayload::with_capacity(length);
        payload.extend_from_chunks(&message.payload);
        payload.extend_from_slice(&[message.typ.into()]);
        let nonce = Nonce::new(&self.iv, sequence).0; // RFC 8446 §5.3
        let key = self.key.as_ref().ok_or(Error::EncryptError)?;
        let tag = key.seal(&nonce, &make_tls13_aad(length), payload.as_mut()).ok_or(Error::EncryptError)?;
        payload.extend_from_slice(&tag);
        // The version on the wire stays that of TLS 1.2. RFC 8446 §5.2
        Ok(OutboundOpaqueMessage::new(ContentType::ApplicationData, ProtocolVersion::TLSv1_2, payload))
    }

    fn encrypted_payload_len(&self, length: usize) -> usize {
        length + 1 + Aead::TAG
    }
}

impl MessageDecrypter for Protection13 {
    fn decrypt<'a>(
        &mut self,
        mut message: InboundOpaqueMessage<'a>,
        sequence: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let nonce = Nonce::new(&self.iv, sequence).0;
        let aad = make_tls13_aad(message.payload.len());
        let key = self.key.as_ref().ok_or(Error::DecryptError)?;
        let length = key.open(&nonce, &aad, &mut message.payload).ok_or(Error::DecryptError)?;
        message.payload.truncate(length);
        message.into_tls13_unpadded_message()
    }
}

/// TLS 1.2 protection with this cipher.
pub(super) struct Tls12(pub(super) Aead);

impl Tls12AeadAlgorithm for Tls12 {
    fn encrypter(&self, key: cipher::AeadKey, iv: &[u8], extra: &[u8]) -> Box<dyn MessageEncrypter> {
        Box::new(Protection12::new(self.0, key, iv, extra))
    }

    fn decrypter(&self, key: cipher::AeadKey, iv: &[u8]) -> Box<dyn MessageDecrypter> {
        Box::new(Protection12::new(self.0, key, iv, &[]))
    }

    fn key_block_shape(&self) -> KeyBlockShape {
        let (fixed_iv_len, explicit_nonce_len) = match self.0 {
            Aead::Aes128Gcm | Aead::Aes256Gcm => (Aead::NONCE - EXPLICIT, EXPLICIT),
            Aead::ChaCha20Poly1305 => (Aead::NONCE, 0),
        };
        KeyBlockShape { enc_key_len: self.0.key_length(), fixed_iv_len, explicit_nonce_len }
    }

    fn extract_keys(
        &self,
        _: cipher::AeadKey,
        _: &[u8],
        _: &[u8],
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        Err(UnsupportedOperationError)
    }
}

struct Protection12 {
    key: Option<AeadKey>,
    /// What the nonce begins as: the fixed part, then the start of the explicit part, which only a sender needs.
    iv: Iv,
    /// Octets of the nonce that stand before the ciphertext: 8 with AES-GCM, none with ChaCha20-Poly1305.
    explicit: usize,
}

impl Protection12 {
    fn new(aead: Aead, key: cipher::AeadKey, fixed: &[u8], extra: &[u8]) -> Protection12 {
        let mut iv = [0; Aead::NONCE];
        iv.iter_mut().zip(fixed.iter().chain(extra)).for_each(|(iv, octet)| *iv = *octet);
        let explicit = if aead == Aead::ChaCha20Poly1305 { 0 } else { EXPLICIT };
        Protection12 { key: AeadKey::new(aead, key.as_ref()), iv: Iv::new(iv), explicit }
    }
}

impl MessageEncrypter for Protection12 {
    fn encrypt(&mut self, message: OutboundPlainMessage<'_>, sequence: u64) -> Result<OutboundOpaqueMessage, Error> {
        note_alert(&message);
        let mut payload = PrefixedPayload::with_capacity(self.encrypted_payload_len(message.payload.len()));
        // The sequence number makes each nonce of a key another one. RFC 5288 §3, RFC 7905 §2
        let nonce = Nonce::new(&self.iv, sequence).0;
        let (_, explicit) = nonce.split_at(Aead::NONCE - self.explicit);
        payload.extend_from_slice(explicit);
        payload.extend_from_chunks(&message.payload);
        let aad = make_tls12_aad(sequence, message.typ, message.version, message.payload.len());
        let key = self.key.as_ref().ok_or(Error::EncryptError)?;
        let text = payload.as_mut().get_mut(self.explicit..).ok_or(Error::EncryptError)?;
        let tag = key.seal(&nonce, &aad, text).ok_or(Error::EncryptError)?;
        payload.extend_from_slice(&tag);
        Ok(OutboundOpaqueMessage::new(message.typ, message.version, payload))
    }

    fn encrypted_payload_len(&self, length: usize) -> usize {
        self.explicit + length + Aead::TAG
    }
}

impl MessageDecrypter for Protection12 {
    fn decrypt<'a>(
        &mut self,
        mut message: InboundOpaqueMessage<'a>,
        sequence: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let overhead = self.explicit + Aead::TAG;
        let length = message.payload.len().checked_sub(overhead).ok_or(Error::DecryptError)?;
        let aad = make_tls12_aad(sequence, message.typ, message.version, length);
        let (explicit, sealed) = message.payload.split_at_mut_checked(self.explicit).ok_or(Error::DecryptError)?;
        let mut nonce = Nonce::new(&self.iv, sequence).0;
        if self.explicit > 0 {
            // The sender chose it and says what it is. RFC 5288 §3
            let fixed = self.iv.as_ref().iter().take(Aead::NONCE - self.explicit);
            nonce.iter_mut().zip(fixed.chain(&*explicit)).for_each(|(nonce, octet)| *nonce = *octet);
        }
        let key = self.key.as_ref().ok_or(Error::DecryptError)?;
        key.open(&nonce, &aad, sealed).ok_or(Error::DecryptError)?;
        if length > LONGEST {
            return Err(Error::PeerSentOversizedRecord); // RFC 5246 §6.2.1
        }
        message.payload.copy_within(self.explicit..self.explicit + length, 0);
        message.payload.truncate(length);
        Ok(message.into_plain_message())
    }
}
