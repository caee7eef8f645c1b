//! Points 5 to 7: the handshake, the reset, the list inside TLS.

use crate::text::Asked;

pub(super) const H1: Asked = Asked {
    question: "Can a listener read which host the client wants?",
    answers: &[
        ("Yes: the hello names it", "This hello names no host."),
        ("Not from the hello", "The name stands in it, readable (SNI)."),
    ],
};

pub(super) const H2: Asked = Asked {
    question: "Who chooses version and cipher suite?",
    answers: &[
        ("The server, from the client's list", ""),
        ("The client", "It offers; the ServerHello decides."),
        ("Both vote", "One message decides: the ServerHello."),
    ],
};

pub(super) const H3: Asked = Asked {
    question: "Will a listener be able to read the certificate?",
    answers: &[("Yes", "In TLS 1.3 it travels sealed."), ("No", "In TLS 1.2 it travels in clear.")],
};

pub(super) const H4: Asked = Asked {
    question: "How many round trips until the first sealed EHLO?",
    answers: &[
        ("One", "TLS 1.2 takes two."),
        ("Two", "TLS 1.3 takes one."),
        ("None", "Keys need at least one exchange; early data is not used in SMTP."),
    ],
};

pub(super) const H5: Asked = Asked {
    question: "A check has failed. Does the handshake stop?",
    answers: &[
        ("No: the policy judges afterwards", "This client ends it with an alert."),
        ("Yes, with an alert", "Browsers and many libraries do; mail servers finish and then decide."),
        ("Yes: the certificate is thrown away", "It is noted, and the handshake goes on."),
    ],
};

pub(super) const H6: Asked = Asked {
    question: "From where on does the server seal what it sends?",
    answers: &[
        ("From behind its ServerHello", "In TLS 1.2 the certificate is still in clear."),
        ("From behind its ChangeCipherSpec", "In TLS 1.3 that message means nothing."),
    ],
};

pub(super) const H7: Asked = Asked {
    question: "Will these two come to terms?",
    answers: &[
        ("Yes", "There will be an alert."),
        ("No: no version in common", "They have a version in common."),
        ("No: no cipher suite in common", "They have one in common."),
    ],
};

pub(super) const H8: Asked = Asked {
    question: "The handshake failed. May the client say QUIT here?",
    answers: &[
        ("No: this connection is finished", ""),
        (
            "Yes, in clear",
            "Neither end knows where the other stands; Postfix and Exchange close. Some clients send it, and gain nothing.",
        ),
        ("Yes, sealed", "There are no keys."),
    ],
};

pub(super) const H9: Asked = Asked {
    question: "The handshake failed. What will the sender do?",
    answers: &[
        ("A new connection, in clear", "This sender requires TLS."),
        ("Keep the mail", "To this sender TLS is optional."),
        (
            "Go on in clear, in this session",
            "The book says so; after a failed handshake no mail server that we know does it.",
        ),
    ],
};

pub(super) const H10: Asked = Asked {
    question: "The server asks for a certificate. What if there is none?",
    answers: &[
        ("An empty list; TLS goes on", ""),
        ("The handshake fails", "A server may end it; Exchange and the lab wait until MAIL FROM."),
        ("The client uses its password", "TLS knows no passwords; AUTH comes later, if at all."),
    ],
};

pub(super) const H11: Asked = Asked {
    question: "When does the server see the client's certificate?",
    answers: &[
        ("Before it says Finished", "In TLS 1.3 the server's Finished comes first."),
        ("Perhaps only after the first EHLO", "In TLS 1.2 the handshake is not over before."),
    ],
};

pub(super) const R1: Asked = Asked {
    question: "TLS is up. Who speaks first?",
    answers: &[
        ("The client", ""),
        ("The server, with a new 220", "The book prints one; on the wire there is none."),
        ("The server, with its list", "It answers EHLO, and waits for it."),
    ],
};

pub(super) const R2: Asked = Asked {
    question: "Why do both forget what was said before?",
    answers: &[
        ("Somebody on the path may have written it", ""),
        ("To save memory", "It is a few lines; the point is who wrote them."),
        ("Because the keys changed", "There were no keys before."),
    ],
};

pub(super) const R3: Asked = Asked {
    question: "Which of these does the client keep?",
    answers: &[
        ("Which host it wanted to reach", ""),
        ("The server's list", "It came in clear; a new one is asked for."),
        ("The SIZE limit", "It was part of the old list."),
    ],
};

pub(super) const R4: Asked = Asked {
    question: "MAIL without a new EHLO would get which code?",
    answers: &[
        ("503", ""),
        ("250", "The server has forgotten the first EHLO."),
        ("530", "530 asks for TLS or a login; here the order is wrong."),
    ],
};

pub(super) const L1: Asked = Asked {
    question: "Will the new list have STARTTLS?",
    answers: &[
        ("No: it has nothing left to start", ""),
        ("Yes: the list is the same", "The server must not offer it inside TLS."),
        ("Yes, but it does nothing", "Offered again it would only invite errors."),
    ],
};

pub(super) const L2: Asked = Asked {
    question: "What will AUTH offer that it did not before?",
    answers: &[
        ("More ways to log in", "The two lines are equal."),
        ("Nothing new", "{} is new."),
        ("No passwords at all", "Inside TLS a password is hidden from listeners, so it may be allowed."),
    ],
};

pub(super) const L3: Asked = Asked {
    question: "X-ANONYMOUSTLS is gone. Why?",
    answers: &[
        ("It would start TLS, and TLS runs", ""),
        ("The sender is a stranger", "It was shown to the stranger before; what changed is TLS."),
        ("It was stripped", "Inside TLS nobody on the path can change a line."),
    ],
};

pub(super) const L4: Asked = Asked {
    question: "A password sent now: who could get it?",
    answers: &[
        ("Whoever answered: nobody was verified", "This sender has verified the server."),
        ("The verified server", "Nobody was verified: TLS alone does not say who is there."),
        ("Nobody", "The other end can always read it."),
    ],
};
