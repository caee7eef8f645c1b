//! Points 1 to 4: greeting, what is offered, AUTH in clear, STARTTLS.

use crate::text::Asked;

pub(super) const G1: Asked = Asked {
    question: "The TCP connection is open. Who speaks first?",
    answers: &[
        ("The server", "Here the client speaks first."),
        ("The client, with EHLO", "In SMTP the client waits for 220; a client that talks first breaks the protocol."),
        ("The client, with a ClientHello", "On port 25 TLS comes later, by STARTTLS."),
    ],
};

pub(super) const G2: Asked = Asked {
    question: "The greeting names a host. What proves that name?",
    answers: &[
        ("Nothing so far", ""),
        ("The code 220", "Any program can print 220 and any name."),
        ("The address that was called", "Whoever sits on the path answers from that address."),
    ],
};

pub(super) const G3: Asked = Asked {
    question: "Which line will end the list?",
    answers: &[
        ("The one with a space behind 250", ""),
        ("The one that says STARTTLS", "The order of the lines means nothing; STARTTLS may stand anywhere."),
        ("An empty line", "A reply has no empty line; a hyphen says that more follows, a space that none does."),
    ],
};

pub(super) const G4: Asked = Asked {
    question: "The client gives its name in EHLO. Who can read it?",
    answers: &[
        ("Everybody on the path", "This EHLO is inside TLS."),
        ("The two ends only", "This EHLO is in clear: TLS has not begun."),
    ],
};

pub(super) const O1: Asked = Asked {
    question: "What protects this offer?",
    answers: &[
        ("Nothing: it travels in clear", ""),
        ("The server's certificate", "No certificate has been shown; TLS has not begun."),
        ("TCP's checksum", "Whoever changes the line computes the checksum anew."),
    ],
};

pub(super) const O2: Asked = Asked {
    question: "The list is complete. What will the sender do next?",
    answers: &[
        ("STARTTLS", "Not here: it is not offered, or this sender may not or will not use it."),
        ("Go on in clear", "Only a sender for which TLS is optional, or switched off, does that."),
        ("QUIT, and keep the mail", "Only a sender that requires TLS does that."),
    ],
};

pub(super) const O3: Asked = Asked {
    question: "The list has no STARTTLS. Can the sender tell why?",
    answers: &[
        ("No: it reads what reaches it", ""),
        (
            "Yes: a stripped reply is shorter",
            "The sender does not know how long it was; and letters can be written over one for one.",
        ),
        ("Yes: the server would say 502", "Nobody asked it yet; a list that lacks a keyword is a complete answer."),
    ],
};

pub(super) const O4: Asked = Asked {
    question: "Who is told that this mail goes out readable?",
    answers: &[
        ("Nobody; a log has it at most", ""),
        ("The author", "SMTP has no message for that; the author sees an ordinary delivery."),
        ("The receiver's administrator", "To the receiver it is an ordinary session without TLS."),
    ],
};

pub(super) const O5: Asked = Asked {
    question: "Where is the mail now?",
    answers: &[
        ("In the sender's queue", "It is not kept here."),
        ("Back with its author", "Only after days of trying, or after a code that begins with 5."),
        ("Lost", "A sender keeps a message until another server has taken it."),
    ],
};

pub(super) const O6: Asked = Asked {
    question: "X-ANONYMOUSTLS is offered. Will this sender use it?",
    answers: &[
        ("No: it sends STARTTLS, or nothing", "This sender is a server of the same organisation."),
        ("Yes: it stands later in the list", "The order of the lines means nothing."),
        ("Yes: it needs no certificate", "It has one; that certificate need not prove who it is."),
        ("Yes: the server is of its own house", "The two are strangers to each other."),
    ],
};

pub(super) const A1: Asked = Asked {
    question: "This server knows LOGIN. Why is it not listed here?",
    answers: &[
        ("It would send the password readable", ""),
        ("It needs a certificate of the client", "LOGIN needs a name and a password, nothing else."),
        ("LOGIN is turned off", "Look again inside TLS: the setting is BasicAuthRequireTLS."),
    ],
};

pub(super) const A2: Asked = Asked {
    question: "Why may NTLM be listed in clear?",
    answers: &[
        ("The password itself does not travel", ""),
        ("NTLM encrypts the session", "It only answers a question; all that follows is in clear."),
        ("NTLM cannot be attacked", "A recorded exchange can be guessed at home, and a live one relayed."),
    ],
};

pub(super) const A3: Asked = Asked {
    question: "The list shows no AUTH. Can a client log in here?",
    answers: &[
        ("Not before TLS", ""),
        ("Yes, with any mechanism", "A client may use only what the list names."),
        ("Never", "Inside TLS a new list comes; this server hides AUTH until then."),
    ],
};

pub(super) const A4: Asked = Asked {
    question: "A password sent here, in clear: who can read it?",
    answers: &[
        ("Everybody on the path", ""),
        ("Nobody: base64 hides it", "Base64 is a spelling; anybody can turn it back."),
        ("Only the server", "The line passes everybody on the path."),
    ],
};

pub(super) const A5: Asked = Asked {
    question: "It has to log in, and its mechanism is not listed. And now?",
    answers: &[
        ("QUIT; the mail waits", ""),
        (
            "It sends the password all the same",
            "A client may not use what is not listed, and the lab's sends no password in clear.",
        ),
        ("It sends the mail without login", "This sender has to log in first."),
    ],
};

pub(super) const S1: Asked = Asked {
    question: "Which answer starts TLS for this sender?",
    answers: &[
        ("220 only", "This sender takes any 2xx for a yes."),
        ("Any code that begins with 2", "This sender insists on 220, as Exchange does."),
        ("250, as the book prints", "The book's 250 is a misprint; RFC 3207 knows 220, 501 and 454."),
    ],
};

pub(super) const S2: Asked = Asked {
    question: "The answer is here. What will the sender do?",
    answers: &[
        ("Send a ClientHello", "The code is no yes to this sender."),
        ("Go on in this session, in clear", "The answer was a yes, or this sender requires TLS."),
        ("QUIT, and keep the mail", "Only a sender that requires TLS does that."),
        ("A new connection, in clear", "After a refusal nothing has begun; the session is as it was."),
    ],
};

pub(super) const S3: Asked = Asked {
    question: "The server said 250. What does each end believe?",
    answers: &[
        ("Server: TLS begins. Client: no.", ""),
        ("Both: TLS begins", "This client takes 220 alone for a yes."),
        ("Both: refused", "The server meant yes, and now waits for a ClientHello."),
    ],
};

pub(super) const S4: Asked = Asked {
    question: "What may the server send right behind its 220?",
    answers: &[
        ("Nothing", ""),
        ("A second greeting", "The book prints one; on the wire none comes, before TLS or after."),
        ("Its certificate", "The ClientHello comes first."),
    ],
};

pub(super) const S5: Asked = Asked {
    question: "TLS was refused. Is the session damaged?",
    answers: &[
        ("No: it is as before STARTTLS", ""),
        ("Yes: EHLO must be sent again", "Only a completed handshake resets the session."),
        ("Yes: it has to be closed", "Nothing has begun; MAIL may follow."),
    ],
};

pub(super) const S6: Asked = Asked {
    question: "This server demands TLS. What does MAIL in clear get?",
    answers: &[
        ("530", ""),
        ("454", "454 says that TLS is out of order; here the server wants it."),
        ("250, with a warning", "The refusal is what makes TLS a demand."),
    ],
};

pub(super) const S7: Asked = Asked {
    question: "Which commands does it still answer as usual?",
    answers: &[
        ("EHLO, STARTTLS, NOOP, QUIT", ""),
        ("STARTTLS only", "A client must also be able to ask, to wait and to leave."),
        ("All but DATA", "MAIL is refused already."),
    ],
};

pub(super) const S8: Asked = Asked {
    question: "May a public MX refuse mail without TLS?",
    answers: &[
        ("No, says RFC 3207", ""),
        (
            "Yes, it is good practice",
            "A publicly named MX must not demand it for local delivery; mail would be lost. A closed group may.",
        ),
        (
            "Yes, if its certificate is valid",
            "A sender without TLS could still not deliver; that is what the rule prevents.",
        ),
    ],
};
