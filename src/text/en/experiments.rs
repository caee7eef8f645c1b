//! What the experiments show, in the order of `lesson::EXPERIMENTS`. What stands between backticks is in the run.

pub const EXPERIMENTS: [(&str, &str); 20] = [
    (
        "Strip a server that demands TLS",
        "The attacker hides STARTTLS, MAIL gets `530`, the mail comes back. Stripping has become a denial of service.",
    ),
    (
        "Verify or clear, with an attacker",
        "He needs no key, only a bad certificate. Look at who opens the second connection.",
    ),
    (
        "Four passes, and the wrong reader",
        "Compare the two certificates: the names are the same; serial number, key and fingerprint are not.",
    ),
    (
        "Deceived, and still stopped",
        "The attacker passes for the receiver and cannot prove the sender's domain: `454 4.7.5` at the second hop.",
    ),
    ("A revoked certificate earns the mark", "Four passes, and nobody asked for revocation."),
    (
        "A forged mark, and a firewall",
        "The message claims AuthAs: Partner. Look at what is stored: the fields are taken out.",
    ),
    ("The same forgery by one who has the mark", "The forged fields go, and the server writes its own."),
    ("The misprint, and a forgiving sender", "`250` is taken for a yes, and nobody notices."),
    (
        "The misprint, and a strict sender",
        "It says `QUIT` in clear to a server that waits for a ClientHello, and gets an alert.",
    ),
    ("One switch turns sealed to readable", "The server drops TLS 1.2: an alert, and a second connection in clear."),
    ("The same switch, and the mail waits", "One setting of the sender decides between secrecy and delivery."),
    (
        "The year 2096",
        "The certificate is made for the scenario's date, so nothing expires. Look at the bar of its validity.",
    ),
    (
        "Another seed",
        "Other keys, other octets, the same story: every line of SMTP is alike, and the wires part inside the ClientHello.",
    ),
    (
        "The attacker offers better TLS than the receiver",
        "Sealed to him, in clear from him. Look at the Received fields of the message.",
    ),
    (
        "Sealed on one hop, readable on the next",
        "The headline speaks of the first. Look at the capabilities of each connection.",
    ),
    ("All conditions hold, and the mail comes back", "`550 5.7.1`: a permission is missing, not a proof."),
    (
        "The partner moved to Postfix",
        "The sender's half of Domain Security goes on working; the receiver's half is gone without a word.",
    ),
    ("BDAT leaves dots alone", "The line that begins with a dot goes over the wire as it is. Look for `LAST`."),
    (
        "An attacker who knows wrong passwords",
        "He answers `535`: he has the receiver's accounts. So the lab is built; a real one says 235 to anything.",
    ),
    ("The fewest turns", "TLS 1.3, BDAT, groups of commands: count the turns beside the session in the book."),
];
