//! The mail, the goodbye, the eavesdropper.

use crate::text::Asked;
use crate::text::en::cover::{FATE, FATES};

pub(super) const E1: Asked = Asked {
    question: "Can a listener read sender and recipient?",
    answers: &[("Yes", "These lines are inside TLS."), ("No: only record sizes", "These lines are in clear.")],
};

pub(super) const E2: Asked = Asked {
    question: "A line begins with one dot. How does it travel?",
    answers: &[
        ("With two dots", "BDAT counts octets, so nothing is doubled."),
        ("With one dot, as it is", "DATA ends at a lone dot, so dots at the start are doubled."),
        ("It ends the message", "Only a line with a dot alone does."),
    ],
};

pub(super) const E3: Asked = Asked {
    question: "When does the server answer for the message?",
    answers: &[
        ("With its 250 after the end", ""),
        ("At RCPT", "There it only accepts a recipient."),
        ("At 354", "There it only says: go on."),
    ],
};

pub(super) const E4: Asked = Asked {
    question: "How many replies must it read before it sends DATA?",
    answers: &[
        ("None", "This sender does not group, or the server did not offer it."),
        ("Two", "PIPELINING is offered and used: MAIL, RCPT, DATA go together."),
        ("One", "Without groups MAIL and RCPT each wait."),
    ],
};

pub(super) const E5: Asked = Asked {
    question: "Which word will the Received field have?",
    answers: &[
        ("ESMTP", "TLS adds S, a login adds A."),
        ("ESMTPS", "Look at TLS, and at the login."),
        ("ESMTPSA", "There was no login, or no TLS."),
    ],
};

pub(super) const B1: Asked = Asked {
    question: "What ends TLS in order?",
    answers: &[
        ("An alert: close_notify", ""),
        ("QUIT", "QUIT ends SMTP; TLS has a message of its own."),
        ("The end of the TCP connection", "Without close_notify it could be a cut."),
    ],
};

pub(super) const B2: Asked = Asked {
    question: FATE,
    answers: &[
        (FATES[0], "Who listens could not read it."),
        (FATES[1], "Sealed to whoever answered is what TLS gives where nothing more is asked."),
        (FATES[2], "Verified would mean that a failed check had kept it back."),
        (FATES[3], "It was delivered."),
    ],
};

pub(super) const B3: Asked = Asked {
    question: "The sender has its 250. Has the recipient the mail?",
    answers: &[
        ("Not yet: the next hop is open", ""),
        ("Yes: 250 says so", "It says that the next server has taken it."),
        ("No, and it never will", "That is for the next hop to show."),
    ],
};

pub(super) const W1: Asked = Asked {
    question: "Can a listener read the next line?",
    answers: &[("Yes", "It is inside TLS."), ("No", "It is in clear.")],
};

pub(super) const W2: Asked = Asked {
    question: "What does a listener know of the message?",
    answers: &[
        ("All of it", "It was sealed on every hop, or not sent."),
        ("The sender, perhaps the recipient", "Look at MAIL and at the message."),
        ("Size and time only", "It was readable, or was not sent."),
        ("Nothing: it was not sent", "It was sent, or MAIL went in clear."),
    ],
};

pub(super) const W3: Asked = Asked {
    question: "Does the certificate tell a listener who the partner is?",
    answers: &[
        ("Yes", "TLS 1.3 seals it."),
        ("No", "TLS 1.2 shows it."),
        ("No, and nothing else does", "The first EHLO named the host in clear."),
    ],
};

pub(super) const W4: Asked = Asked {
    question: "Does TLS hide how long the message is?",
    answers: &[
        ("No: the record sizes show it", ""),
        ("Yes", "Encryption adds a fixed overhead; lengths add up."),
        ("Yes, in TLS 1.3", "1.3 could pad; the programs here do not."),
    ],
};

pub(super) const W5: Asked = Asked {
    question: "He recorded all. Next year he steals the server's key. And?",
    answers: &[
        ("Still nothing to read", "The key opens the secret that RSA carried."),
        ("He reads everything", "The keys were made for this session and are gone."),
        ("He reads the envelope", "The same keys seal envelope and message."),
    ],
};

pub(super) const W6: Asked = Asked {
    question: "No mail was delivered. Did anything leak?",
    answers: &[
        ("Yes: the sender's address", ""),
        ("No", "MAIL FROM went out in clear before the alert came."),
        ("Yes: the message", "It never got so far."),
    ],
};
