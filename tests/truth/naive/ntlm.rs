//! NTLM messages by their offsets, and the arithmetic by hand, but for the hashes. [MS-NLMP] 2.2.1, 3.3.2; RFC 2104

use md4::{Digest, Md4};
use md5::Md5;
use starttls_lab::bytes::{from_base64, hex};
use starttls_lab::scenario::Side;
use starttls_lab::story::wiretap::Subject;

/// A message behind base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(pub Vec<u8>);

impl Message {
    /// What a line says in its last word.
    pub fn of(line: &str) -> Option<Message> {
        let octets = from_base64(line.split(' ').next_back()?.as_bytes())?;
        octets.starts_with(b"NTLMSSP\0").then_some(Message(octets))
    }

    /// 1 to 3.
    pub fn kind(&self) -> u8 {
        self.0[8]
    }

    fn number(&self, at: usize) -> usize {
        usize::from(self.0[at]) + 256 * usize::from(self.0[at + 1])
    }

    /// What the header at `at` points to.
    pub fn payload(&self, at: usize) -> &[u8] {
        let start = self.number(at + 4);
        &self.0[start..start + self.number(at)]
    }

    pub fn text(&self, at: usize) -> String {
        text(self.payload(at))
    }

    pub fn windows(&self) -> String {
        let at = [0, 32, 48, 64][usize::from(self.kind())];
        format!("{}.{}.{}", self.0[at], self.0[at + 1], self.number(at + 2))
    }

    /// The attributes of a challenge, or those that a client sends back.
    pub fn attributes(&self) -> Vec<(usize, Vec<u8>)> {
        let mut rest = match self.kind() {
            2 => self.payload(40),
            _ => &self.payload(20)[44..],
        };
        let mut all = Vec::new();
        while rest[..2] != [0, 0] {
            let length = usize::from(rest[2]) + 256 * usize::from(rest[3]);
            all.push((usize::from(rest[0]), rest[4..4 + length].to_vec()));
            rest = &rest[4 + length..];
        }
        all
    }

    pub fn attribute(&self, id: usize) -> Option<Vec<u8>> {
        self.attributes().into_iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }

    /// All that a listener has of it.
    pub fn told(&self) -> Vec<(Subject, String)> {
        let mut all = Vec::new();
        match self.kind() {
            1 => {}
            2 => {
                all.push((Subject::NtlmNames, format!("TargetName {}", self.text(12))));
                for (id, name) in
                    [(1, "NbComputer"), (2, "NbDomain"), (3, "DnsComputer"), (4, "DnsDomain"), (5, "DnsTree")]
                {
                    let value = self.attribute(id);
                    all.extend(value.map(|value| (Subject::NtlmNames, format!("MsvAv{name}Name {}", text(&value)))));
                }
                all.push((Subject::NtlmProof, format!("ServerChallenge {}", hex(&self.0[24..32]))));
            }
            _ => {
                for (name, at) in [("UserName", 36), ("DomainName", 28), ("Workstation", 44)] {
                    all.push((Subject::NtlmNames, format!("{name} {}", self.text(at))));
                }
                let response = self.payload(20);
                all.push((Subject::NtlmProof, format!("ChallengeFromClient {}", hex(&response[32..40]))));
                all.push((Subject::NtlmProof, format!("Response {}", hex(&response[..16]))));
            }
        }
        let side = if self.kind() == 2 { Side::Server } else { Side::Client };
        all.push((Subject::Windows(side), format!("Version {}", self.windows())));
        all
    }

    /// Whether this answer proves a password against a challenge.
    pub fn proves(&self, challenge: &Message, password: &str) -> bool {
        let owf = Md4::digest(utf16(password));
        let who = utf16(&format!("{}{}", self.text(36).to_uppercase(), self.text(28)));
        let response = self.payload(20);
        let over = [&challenge.0[24..32], &response[16..]].concat();
        hmac_md5(&hmac_md5(&owf, &who), &over) == response[..16]
    }
}

/// Of a certificate whose signature uses SHA-256, or what is older. RFC 5929 §4.1
pub fn binding(certificate: &[u8]) -> Vec<u8> {
    let name = b"tls-server-end-point:";
    let hash = starttls_lab::tls::sha256([certificate]);
    let length = [(name.len() + hash.len()) as u8, 0, 0, 0];
    Md5::digest([&[0; 16][..], &length, name, &hash].concat()).to_vec()
}

fn hmac_md5(key: &[u8], over: &[u8]) -> Vec<u8> {
    let pad = |with: u8| (0..64).map(|at| key.get(at).unwrap_or(&0) ^ with).collect::<Vec<u8>>();
    let inner = Md5::digest([&pad(0x36), over].concat());
    Md5::digest([&pad(0x5c)[..], &inner].concat()).to_vec()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| [unit as u8, (unit >> 8) as u8]).collect()
}

fn text(octets: &[u8]) -> String {
    String::from_utf16_lossy(
        &octets.chunks(2).map(|two| u16::from(two[0]) + 256 * u16::from(two[1])).collect::<Vec<_>>(),
    )
}
