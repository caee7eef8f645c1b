//! SSLKEYLOGFILE: the secrets of TLS sessions as lines of text, which browsers, OpenSSL and others write. RFC 9850 §2
//!
//! ```text
//! CLIENT_RANDOM <client random, 64 digits> <secret, hexadecimal>
//! RSA <first 8 octets of the encrypted premaster secret, 16 digits> <premaster secret>
//! ```
//!
//! Where a key log is expected, a server's private key may be, too, or instead: PEM, RFC 7468.

use crate::dissect::keys::{PREMASTER, PREMASTER_NAME, RANDOM};
use crate::tls::{RsaKey, Secret};

/// A secret is one value of a hash, at most 64 octets; of a pre-shared or encrypted kind it may be longer, but not much.
const LONGEST_SECRET: usize = 4096;

/// What a key log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLogFile {
    pub secrets: Vec<Secret>,
    pub keys: Vec<RsaKey>,
    /// Lines that are no secret, with their numbers from 1. A reader goes on behind them. RFC 9850 §2
    pub ignored: Vec<(usize, NotASecret)>,
}

/// Why a line is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotASecret {
    /// It has not three parts with one space between them.
    NotThreeParts,
    /// The second part is not 32 octets in hexadecimal, or 8 with the label RSA.
    BadRandom,
    /// The third part is not hexadecimal, or is empty or too long.
    BadSecret,
    /// It begins something in PEM that is no RSA key, or one under a password, or has no end.
    BadKey,
}

/// Reads a key log. Every label is taken, known or not. Comments and empty lines are skipped, and so are what editors and copying leave:
/// a byte order mark, spaces around a line.
pub fn read(octets: &[u8]) -> KeyLogFile {
    let mut log = KeyLogFile::default();
    // Any of CRLF, CR and LF ends a line. RFC 9850 §2
    let octets = octets.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(octets);
    let text = String::from_utf8_lossy(octets).replace("\r\n", "\n");
    let mut lines = text.split(['\r', '\n']).map(str::trim).enumerate();
    while let Some((index, line)) = lines.next() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with(BEGIN) {
            let mut body = String::new();
            let end = lines.by_ref().map(|(_, line)| line).find(|line| {
                body.push_str(if line.starts_with(END) { "" } else { line });
                line.starts_with(END)
            });
            match end.and_then(|_| RsaKey::from_pem(&body)) {
                Some(key) => log.keys.push(key),
                None => log.ignored.push((index + 1, NotASecret::BadKey)),
            }
            continue;
        }
        match secret(line) {
            Ok(secret) => log.secrets.push(secret),
            Err(defect) => log.ignored.push((index + 1, defect)),
        }
    }
    log
}

/// What stands around octets in PEM. RFC 7468 §2
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

fn secret(line: &str) -> Result<Secret, NotASecret> {
    let mut parts = line.split(' ');
    let (Some(label), Some(random), Some(secret), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotASecret::NotThreeParts);
    };
    let length = if label == PREMASTER { PREMASTER_NAME } else { RANDOM };
    let client_random = unhex(random).filter(|random| random.len() == length).ok_or(NotASecret::BadRandom)?;
    let fits = |secret: &Vec<u8>| (1..=LONGEST_SECRET).contains(&secret.len());
    let secret = unhex(secret).filter(fits).ok_or(NotASecret::BadSecret)?;
    Ok(Secret { label: label.to_owned(), client_random, secret })
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let values: Option<Vec<u8>> = digits.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let pairs = values.filter(|values| values.len().is_multiple_of(2))?;
    pairs.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_secret_is_named_and_the_rest_is_read() {
        let random = "5A".repeat(32);
        let text = format!(
            "\u{FEFF}# a comment\r\n\r\n NEW_LABEL {random} 00fF \rRSA 0011 22\nX {random}\nX {random} 0\nX  Y Z"
        );
        let log = read(text.as_bytes());
        let secret = Secret { label: "NEW_LABEL".into(), client_random: vec![0x5A; 32], secret: vec![0, 255] };
        assert_eq!(log.secrets, [secret]);
        let defects = [
            (4, NotASecret::BadRandom),
            (5, NotASecret::NotThreeParts),
            (6, NotASecret::BadSecret),
            (7, NotASecret::NotThreeParts),
        ];
        assert_eq!(log.ignored, defects);
    }

    #[test]
    fn a_premaster_secret_is_named_by_eight_octets() {
        let log =
            read(b"RSA 0011223344556677 AbCd\nRSA 00112233445566778899 AbCd\nCLIENT_RANDOM 0011223344556677 AbCd");
        let client_random = vec![0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77];
        assert_eq!(log.secrets, [Secret { label: "RSA".into(), client_random, secret: vec![0xAB, 0xCD] }]);
        assert_eq!(log.ignored, [(2, NotASecret::BadRandom), (3, NotASecret::BadRandom)]);
    }

    #[test]
    fn what_is_no_key_is_named_by_its_first_line() {
        let text = "RSA 0011223344556677 00\n-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\nX\n-----BEGIN X-----\nY";
        let log = read(text.as_bytes());
        assert_eq!((log.secrets.len(), log.keys.len()), (1, 0));
        assert_eq!(log.ignored, [(2, NotASecret::BadKey), (5, NotASecret::NotThreeParts), (6, NotASecret::BadKey)]);
    }
}
