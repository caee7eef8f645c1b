//! Old suites, newer groups, failures.

use crate::text::Asked;

pub(super) const U1: Asked = Asked {
    question: "The suite has NULL. Can a listener read the mail?",
    answers: &[
        ("Yes", ""),
        ("No: it is TLS", "NULL means no encryption; changes are noticed, readers are not kept out."),
        ("Only sizes", "The records hold the text itself."),
    ],
};

pub(super) const U2: Asked = Asked {
    question: "The client offers ECDHE, too. Will the server choose it?",
    answers: &[
        ("No: another comes first", "The first that both have is ECDHE here."),
        ("Yes: it comes first", "Another stands before it, and the first that both have wins."),
        ("Yes: the strongest wins", "The first that fits wins; strength is not compared."),
    ],
};

pub(super) const U4: Asked = Asked {
    question: "He has the server's RSA key now. What of old recordings?",
    answers: &[
        ("He opens them all", ""),
        ("Only new ones", "The secret of each old session was sealed with that key."),
        ("None: they had session keys", "The session keys came from the secret that he can now open."),
    ],
};

pub(super) const U5: Asked = Asked {
    question: "The suite is for EXPORT. What is to be broken?",
    answers: &[
        ("A 512-bit key, made on the side", ""),
        ("The certificate's key", "It only signs the short one."),
        ("Nothing: 40 bits are enough", "40 bits can be searched, too; the short RSA key opens many sessions."),
    ],
};

pub(super) const U6: Asked = Asked {
    question: "TLS 1.0, CBC: what is the next record's IV?",
    answers: &[
        ("The last block of the record before", ""),
        ("A random one", "That came with TLS 1.1."),
        ("Zero", "Only the first comes from the keys; the rest is chained."),
    ],
};

pub(super) const U7: Asked = Asked {
    question: "MD5 is broken. Is that what breaks RC4_128_MD5?",
    answers: &[
        ("No: RC4 does", ""),
        ("Yes: MACs can be forged", "Two texts with one hash do not forge a keyed hash."),
        ("No: it is still good", "RC4's output is biased; it is forbidden."),
    ],
};

pub(super) const P1: Asked = Asked {
    question: "ML-KEM joins X25519. How much longer is the share?",
    answers: &[
        ("1,184 octets", ""),
        ("32 octets", "An ML-KEM-768 key has 1,184 octets."),
        ("No longer", "Both shares are sent, one behind the other."),
    ],
};

pub(super) const P2: Asked = Asked {
    question: "Recorded today, a quantum computer later. Readable?",
    answers: &[
        ("Yes", "The hybrid holds as long as one of the two does."),
        ("As far as we know, no", "A curve alone would fall."),
        ("Yes: AES falls first", "AES-256 does not; the key exchange does."),
    ],
};

pub(super) const P3: Asked = Asked {
    question: "Resumed. Will the server show its certificate?",
    answers: &[
        ("No: the old verdict stands", ""),
        ("Yes, as always", "A resumed handshake has no certificate."),
        ("Yes, but shorter", "There is none at all."),
    ],
};

pub(super) const F3: Asked = Asked {
    question: "It starts TLS in spite of 454. What comes back?",
    answers: &[
        ("An error in clear text", ""),
        ("A handshake, by goodwill", "The server still reads SMTP commands."),
        ("454 again, sealed", "There is no TLS to seal it."),
    ],
};

pub(super) const F6: Asked = Asked {
    question: "handshake_failure. Is the version at fault?",
    answers: &[
        ("Not alone: see what the hello lacks", ""),
        ("Yes, always", "That alert is protocol_version."),
        ("No: the certificate", "None was sent yet."),
    ],
};
