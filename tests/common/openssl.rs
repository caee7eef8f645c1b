//! What the OpenSSL on this machine says of suites.

use starttls_lab::registry::CodePoint;
use std::process::Command;

pub fn run(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).output();
    let output = output.expect("openssl is on PATH: the registry is checked against it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The lines of `openssl ciphers`, split at blanks.
pub fn ciphers(arguments: &[&str]) -> Vec<Vec<String>> {
    let text = run(&[&["ciphers"], arguments].concat());
    text.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// "0xC0,0x2F"
pub fn code_point(code: &str) -> CodePoint {
    let octets: Vec<u16> =
        code.split(',').map(|octet| u16::from_str_radix(octet.trim_start_matches("0x"), 16).unwrap()).collect();
    let [high, low] = octets[..] else { panic!("{code}") };
    CodePoint::Tls(high << 8 | low)
}
