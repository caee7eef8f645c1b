//! SSLKEYLOGFILE: the secrets of TLS sessions as lines of text, which Wireshark, tshark and others read; `import::keylog` reads it,
//! too. RFC 9850 §2

use crate::bytes::hex;
use crate::tls::Secret;

/// One line a secret, in their order.
pub fn write(secrets: &[Secret]) -> String {
    let lines = secrets.iter().map(|Secret { label, client_random, secret }| {
        // A label is one word. One that is none would make two lines of one.
        let label: String = label.chars().filter(char::is_ascii_graphic).collect();
        format!("{label} {} {}\n", hex(client_random), hex(secret))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let secret = |label: &str, octet| Secret {
            label: label.to_owned(),
            client_random: vec![octet; 32],
            secret: vec![0, octet],
        };
        let secrets = [secret("CLIENT_RANDOM", 0x5A), secret("NEW_LABEL", 255)];
        let log = crate::import::keylog::read(write(&secrets).as_bytes());
        assert_eq!((log.secrets.as_slice(), log.ignored.as_slice()), (secrets.as_slice(), [].as_slice()));
    }
}
