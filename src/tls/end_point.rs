//! The end point of a TLS connection as other protocols can be bound to it: a hash of the server's certificate. RFC 5929 §4.1
//!
//! It is the same at both ends, in every version and after a resumption, unless an attacker sits between them with another certificate. Left
//! out: `tls-unique`, which TLS 1.3 has not.

use super::old::signature_oid;
use super::primitives::sha256;
use sha2::{Digest, Sha384, Sha512};

/// The hash is that of the certificate's own signature, where that is SHA-384 or SHA-512, and SHA-256 otherwise.
pub fn end_point(certificate: &[u8]) -> Vec<u8> {
    // ecdsa-with-SHA384 and -SHA512, sha384WithRSAEncryption and sha512WithRSAEncryption. RFC 5758 §3.2, RFC 4055 §5
    match signature_oid(certificate) {
        Some([0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 3] | [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 12]) => {
            Sha384::digest(certificate).to_vec()
        }
        Some([0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 4] | [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 13]) => {
            Sha512::digest(certificate).to_vec()
        }
        _ => sha256([certificate]).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate of nothing but its signature's algorithm: 48 octets of hash for one, 64 for another, 32 for the rest.
    #[test]
    fn the_signature_chooses_the_hash() {
        let with = |algorithm: &[u8]| {
            let algorithm = [&[0x30, algorithm.len() as u8 + 2, 6, algorithm.len() as u8], algorithm].concat();
            let contents = [&[0x30, 0][..], &algorithm, &[3, 1, 0]].concat();
            end_point(&[&[0x30, contents.len() as u8], &contents[..]].concat()).len()
        };
        assert_eq!(with(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]), 32);
        assert_eq!(with(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 3]), 48);
        assert_eq!(with(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 4]), 64);
        assert_eq!(with(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 12]), 48);
        assert_eq!(with(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 13]), 64);
        assert_eq!(with(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 5]), 32);
        assert_eq!(end_point(b"no certificate").len(), 32);
    }
}
