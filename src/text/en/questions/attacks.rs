//! Attackers, relays, the mark.

use crate::text::Asked;

pub(super) const X1: Asked = Asked {
    question: "STARTTLS became XXXXXXXX. Why as many letters?",
    answers: &[
        ("So that TCP's counting still fits", ""),
        ("So that the server notices nothing", "The server does not read its own reply."),
        ("It has to be a known keyword", "An unknown keyword is ignored."),
    ],
};

pub(super) const X2: Asked = Asked {
    question: "What does stripping win against this sender?",
    answers: &[
        ("The message", "No mail was taken."),
        ("A delay", "The mail does not wait here."),
        ("A bounce", "The server takes mail in clear, or the sender waits."),
        ("The password", "Only if it would send one in clear."),
    ],
};

pub(super) const X3: Asked = Asked {
    question: "The session is sealed. Who can read the mail?",
    answers: &[
        ("Whoever answered it", ""),
        ("Nobody", "The other end of TLS always can."),
        ("The receiver alone", "Look who is at the other end."),
    ],
};

pub(super) const X4: Asked = Asked {
    question: "Which check could have told?",
    answers: &[
        ("The chain", "The chain passes."),
        ("None of the four", "One failed: look."),
        ("The name", "He put the right name in."),
    ],
};

pub(super) const X5: Asked = Asked {
    question: "Does “Require TLS” help here?",
    answers: &[
        ("No: TLS was there, with the attacker", ""),
        ("Yes", "It asks for encryption, not for a name."),
        ("Yes, in TLS 1.3", "No version says who is there unless somebody looks."),
    ],
};

pub(super) const X6: Asked = Asked {
    question: "Would requiring a valid certificate have helped?",
    answers: &[
        ("Yes: the mail would have waited", "His certificate passes every check."),
        ("No: his certificate passes", "It does not pass."),
    ],
};

pub(super) const X7: Asked = Asked {
    question: "How does the sender learn of the attacker?",
    answers: &[
        ("It does not: it has its 250", ""),
        ("By a bounce", "The attacker sends the mail on; all looks well."),
        ("By the certificate, later", "A log may show it, if somebody compares."),
    ],
};

pub(super) const X8: Asked = Asked {
    question: "Will the forged fields give the mark?",
    answers: &[
        ("No: they are taken out first", ""),
        ("Yes", "The header firewall removes what only its own servers may write."),
        ("Yes, if TLS was used", "TLS says how it came, not what is in it."),
    ],
};

pub(super) const X9: Asked = Asked {
    question: "LOGIN went inside TLS. Who has the password?",
    answers: &[("The attacker", ""), ("Nobody", "TLS ended at him."), ("Only listeners", "They saw sizes.")],
};

pub(super) const Y1: Asked = Asked {
    question: "Whose certificate is this?",
    answers: &[
        ("The relay's", ""),
        ("The receiver's", "The MX record names the relay."),
        ("The sender's", "The server shows its own."),
    ],
};

pub(super) const Y2: Asked = Asked {
    question: "The relay was verified. And the receiver behind it?",
    answers: &[
        ("No: that is the next hop", ""),
        ("Yes, by the chain", "A chain of certificates is no chain of hops."),
        ("Yes, by the relay", "The relay has a policy of its own."),
    ],
};

pub(super) const Y3: Asked = Asked {
    question: "The sender required TLS. Does that bind this hop?",
    answers: &[
        ("No: the relay decides anew", ""),
        ("Yes", "Nothing in the message carries the demand (REQUIRETLS would)."),
        ("Yes, the RFC says so", "STARTTLS is an agreement of two neighbours."),
    ],
};

pub(super) const Y4: Asked = Asked {
    question: "Can the relay prove the domain of MAIL FROM?",
    answers: &[
        ("No: its certificate names itself", ""),
        ("Yes: it has a valid certificate", "Valid, for another name."),
        ("Yes: it received over TLS", "That was another connection."),
    ],
};

pub(super) const N1: Asked = Asked {
    question: "What does this line hold in place of the password?",
    answers: &[
        ("A proof made with its hash", ""),
        ("The password, encrypted", "Nothing is encrypted; a keyed hash answers a question."),
        ("The hash of the password", "That hash never travels; whoever has it needs no password."),
    ],
};

pub(super) const N2: Asked = Asked {
    question: "Somebody recorded it. How often may he guess?",
    answers: &[
        ("As often as he likes, at home", ""),
        ("Three times", "The server's lock-out does not reach his home."),
        ("Never: the challenge differs", "The challenge is in the recording."),
    ],
};

pub(super) const N3: Asked = Asked {
    question: "The attacker got 235. What has he got?",
    answers: &[
        ("One session as that user", ""),
        ("The password", "He passed on a proof, and cannot make another."),
        ("Nothing", "His own session is logged in, and sends mail."),
    ],
};

pub(super) const N4: Asked = Asked {
    question: "Will the server take the relayed proof?",
    answers: &[
        ("No: it names another certificate", "Here the server does not ask for one, or it names none."),
        ("Yes", "It holds the hash of the certificate that the sender saw."),
        ("No: it was used already", "It is passed on live, and used once."),
    ],
};

pub(super) const D1: Asked = Asked {
    question: "Will Outlook show “Domain Secured”?",
    answers: &[("Yes", "One condition is missing."), ("No", "All hold.")],
};

pub(super) const D2: Asked = Asked {
    question: "Does the sender's own list matter for the mark?",
    answers: &[
        ("No: it guards the sender", ""),
        ("Yes: both lists are asked", "The receiver cannot see the sender's settings."),
        ("Only in Outlook 2010", "Outlook reads what the server wrote."),
    ],
};

pub(super) const D3: Asked = Asked {
    question: "What does the mark not say?",
    answers: &[
        ("That earlier hops were sealed", ""),
        ("That the last hop was verified", "That it does say."),
        ("That the domain was proved", "That it does say: for the last hop."),
    ],
};
