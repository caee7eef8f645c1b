//! SSLKEYLOGFILE: the secrets of TLS sessions as lines of text, which browsers, OpenSSL and others write. RFC 9850 §2
//!
//! ```text
//! CLIENT_RANDOM <client random, 64 digits> <secret, hexadecimal>
//! ```

use crate::dissect::keys::RANDOM;
use crate::tls::Secret;

/// A secret is one value of a hash, at most 64 octets; of a pre-shared or encrypted kind it may be longer, but not much.
const LONGEST_SECRET: usize = 4096;

/// What a key log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLogFile {
    pub secrets: Vec<Secret>,
    /// Lines that are no secret, with their numbers from 1. A reader goes on behind them. RFC 9850 §2
    pub ignored: Vec<(usize, NotASecret)>,
}

/// Why a line is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotASecret {
    /// It has not three parts with one space between them.
    NotThreeParts,
    /// The second part is not 32 octets in hexadecimal.
    BadRandom,
    /// The third part is not hexadecimal, or is empty or too long.
    BadSecret,
}

/// Reads a key log. Every label is taken, known or not. Comments and empty lines are skipped, and so are what editors and copying leave:
/// a byte order mark, spaces around a line.
pub fn read(octets: &[u8]) -> KeyLogFile {
    let mut log = KeyLogFile::default();
    // Any of CRLF, CR and LF ends a line. RFC 9850 §2
    let octets = octets.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(octets);
    let text = String::from_utf8_lossy(octets).replace("\r\n", "\n");
    for (index, line) in text.split(['\r', '\n']).map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match secret(line) {
            Ok(secret) => log.secrets.push(secret),
            Err(defect) => log.ignored.push((index + 1, defect)),
        }
    }
    log
}

fn secret(line: &str) -> Result<Secret, NotASecret> {
    let mut parts = line.split(' ');
    let (Some(label), Some(random), Some(secret), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotASecret::NotThreeParts);
    };
    let client_random = unhex(random).filter(|random| random.len() == RANDOM).ok_or(NotASecret::BadRandom)?;
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
}
